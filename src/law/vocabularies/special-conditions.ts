/** Conditions for special categories (GDPR Art. 9(2)) as DPV 2.3 `eu-gdpr:` ids, in its words; a test holds them against the published list. */
export const SPECIAL_CONDITION_IN_WORDS = {
  'A9-2-a': 'Art 9(2-a) explicit consent',
  'A9-2-b': 'Art 9(2-b) employment, social security, social protection law',
  'A9-2-c': 'Art 9(2-c) protect vital interest',
  'A9-2-d': 'Art 9(2-d) legitimate activities',
  'A9-2-e': 'Art 9(2-e) data made public',
  'A9-2-f': 'Art 9(2-f) judicial process',
  'A9-2-g': 'Art 9(2-g) public interest',
  'A9-2-h': 'Art 9(2-h) health & medicine',
  'A9-2-i': 'Art 9(2-i) public interest in public health',
  'A9-2-j': 'Art 9(2-j) public interest, scientific research, statistical purpose',
} as const;
export type SpecialCondition = keyof typeof SPECIAL_CONDITION_IN_WORDS;
export const SPECIAL_CONDITIONS = Object.keys(SPECIAL_CONDITION_IN_WORDS) as readonly SpecialCondition[];
