/**
 * Grounds of a transfer to a third country (GDPR Art. 45–49) by their DPV 2.3 `eu-gdpr:` ids, in words;
 * `A49-1-compelling` is ours, DPV has no id of that subparagraph.
 */
export const TRANSFER_TOOL_IN_WORDS = {
  'A45-3': 'adequacy decision (GDPR Art. 45(3))',
  'A46-2-a': 'binding instrument between public authorities (GDPR Art. 46(2)(a))',
  'A46-2-b': 'binding corporate rules (GDPR Art. 46(2)(b), 47)',
  'A46-2-c': 'standard contractual clauses of the Commission (GDPR Art. 46(2)(c))',
  'A46-2-d': 'standard contractual clauses of a supervisory authority (GDPR Art. 46(2)(d))',
  'A46-2-e': 'approved code of conduct (GDPR Art. 46(2)(e), 40)',
  'A46-2-f': 'approved certification (GDPR Art. 46(2)(f), 42)',
  'A46-3-a': 'contractual clauses authorised by a supervisory authority (GDPR Art. 46(3)(a))',
  'A46-3-b': 'administrative arrangement between public authorities (GDPR Art. 46(3)(b))',
  'A49-1-a': 'explicit consent to the transfer (GDPR Art. 49(1)(a))',
  'A49-1-b': 'contract with the person (GDPR Art. 49(1)(b))',
  'A49-1-c': 'contract in the interest of the person (GDPR Art. 49(1)(c))',
  'A49-1-d': 'important reasons of public interest (GDPR Art. 49(1)(d))',
  'A49-1-e': 'legal claims (GDPR Art. 49(1)(e))',
  'A49-1-f': 'vital interests (GDPR Art. 49(1)(f))',
  'A49-1-g': 'public register (GDPR Art. 49(1)(g))',
  'A49-1-compelling': 'compelling legitimate interests, once and for few (GDPR Art. 49(1), second subparagraph)',
  'A49-2': 'public register, by request of persons with a legitimate interest (GDPR Art. 49(2))',
} as const;
export type TransferTool = keyof typeof TRANSFER_TOOL_IN_WORDS;
export const TRANSFER_TOOLS = Object.keys(TRANSFER_TOOL_IN_WORDS) as readonly TransferTool[];
