/**
 * Why a person may look at somebody's data: what is said with each look (GDPR Art. 5(1)(b), Art. 32(4); C-579/21: the
 * person learns when and why, not which employee). Codes go over the wire; the words stand in reports.
 */
export const READING_PURPOSES = {
  'access-request': 'to answer a request for access (Art. 15)',
  rectification: 'to correct data (Art. 16)',
  'erasure-request': 'to answer a request for erasure (Art. 17)',
  objection: 'to examine an objection or a restriction (Art. 18, 21)',
  complaint: 'to examine a complaint',
  'authority-inquiry': 'to answer a supervisory authority',
  'security-incident': 'to examine a security incident (Art. 32, 33)',
  'legal-claim': 'to establish or defend a legal claim',
  'data-quality': 'to check that data is right (Art. 5(1)(d))',
  support: 'to help the person with the service',
} as const;

export type ReadingPurpose = keyof typeof READING_PURPOSES;

/** A case number of the reader's own (`2026-17`, `INC-7`, `DSR-2026/0017`): the log is public, a name must not fit. */
export const CASE_NUMBER = '^([A-Z]{1,4}[-/.])?\\d{1,10}([-/.]\\d{1,10}){0,3}$';
const REFERENCE = new RegExp(CASE_NUMBER);

export interface StatedPurpose {
  purpose: ReadingPurpose;
  reference?: string;
}

/** Reads `access-request` or `access-request; reference=2026-17`; undefined when it is neither. */
export function parseStatedPurpose(text: string): StatedPurpose | undefined {
  const [code = '', ...parameters] = text.split(';', 3);
  const purpose = code.trim();
  if (!Object.hasOwn(READING_PURPOSES, purpose) || parameters.length > 1) return undefined;
  if (parameters.length === 0) return { purpose: purpose as ReadingPurpose, reference: undefined };
  const [, quoted, bare] = /^reference=(?:"([^"]*)"|([^"]*))$/.exec((parameters[0] as string).trim()) ?? [];
  const reference = quoted ?? bare;
  return reference !== undefined && REFERENCE.test(reference)
    ? { purpose: purpose as ReadingPurpose, reference }
    : undefined;
}
