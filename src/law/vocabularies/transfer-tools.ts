/**
 * Grounds of a transfer to a third country (GDPR Art. 45–49) by their DPV 2.3 `eu-gdpr:` ids;
 * `A49-1-compelling` is ours, DPV has no id of that subparagraph.
 */
export const TRANSFER_TOOLS = [
  'A45-3',
  'A46-2-a',
  'A46-2-b',
  'A46-2-c',
  'A46-2-d',
  'A46-2-e',
  'A46-2-f',
  'A46-3-a',
  'A46-3-b',
  'A49-1-a',
  'A49-1-b',
  'A49-1-c',
  'A49-1-d',
  'A49-1-e',
  'A49-1-f',
  'A49-1-g',
  'A49-1-compelling',
  'A49-2',
] as const;
export type TransferTool = (typeof TRANSFER_TOOLS)[number];
