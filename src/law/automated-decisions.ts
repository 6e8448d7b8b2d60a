/** When a decision may be made by machine alone (GDPR Art. 22(2)). */
export const AUTOMATED_BASES = ['22-2-a', '22-2-b', '22-2-c'] as const;
