/** Conditions for special categories (GDPR Art. 9(2)) as DPV 2.3 `eu-gdpr:` ids; a test holds them against the published list. */
export const SPECIAL_CONDITIONS = [
  'A9-2-a',
  'A9-2-b',
  'A9-2-c',
  'A9-2-d',
  'A9-2-e',
  'A9-2-f',
  'A9-2-g',
  'A9-2-h',
  'A9-2-i',
  'A9-2-j',
] as const;
export type SpecialCondition = (typeof SPECIAL_CONDITIONS)[number];
