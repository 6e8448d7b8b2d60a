/** When a decision may be made by machine alone (GDPR Art. 22(2)). */
export const AUTOMATED_BASES = ['22-2-a', '22-2-b', '22-2-c'] as const;
export type AutomatedBasis = (typeof AUTOMATED_BASES)[number];

/** Each as the person is told. */
export const AUTOMATED_BASIS_IN_WORDS: Record<AutomatedBasis, string> = {
  '22-2-a': 'necessary for a contract with you (GDPR Art. 22(2)(a))',
  '22-2-b': 'authorised by law (GDPR Art. 22(2)(b))',
  '22-2-c': 'your explicit consent (GDPR Art. 22(2)(c))',
};
