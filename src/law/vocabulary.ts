/**
 * Terms of the W3C Data Privacy Vocabulary 2.3 that Lethe stores; a test holds them against the published CSV files
 * (REQ-G04). A code that is not here is refused.
 */

/** GDPR Art. 6(1), `eu-gdpr:` ids. */
export const LAWFUL_BASES = [
  'A6-1-a',
  'A6-1-a-explicit-consent',
  'A6-1-a-non-explicit-consent',
  'A6-1-b',
  'A6-1-b-contract-performance',
  'A6-1-b-enter-into-contract',
  'A6-1-c',
  'A6-1-d',
  'A6-1-d-data-subject',
  'A6-1-d-natural-person',
  'A6-1-e',
  'A6-1-e-official-authority',
  'A6-1-e-public-interest',
  'A6-1-f',
  'A6-1-f-controller',
  'A6-1-f-third-party',
] as const;

/** Recognised legitimate interests: UK GDPR Art. 6(1)(ea) and Annex 1, in force since 5 February 2026; DPV 2.3 has no id. */
export const UK_BASIS = 'A6-1-ea';
export type LawfulBasis = (typeof LAWFUL_BASES)[number] | typeof UK_BASIS;

/** The point of Art. 6(1) a basis belongs to: `a` … `f`, and in the UK `ea`. */
export type BasisPoint = 'a' | 'b' | 'c' | 'd' | 'e' | 'ea' | 'f';

export function basisPoint(basis: LawfulBasis): BasisPoint {
  return basis.split('-')[2] as BasisPoint;
}

/** Reasons why Art. 17 does not reach some data (exceptions of Art. 17(3) and limits of 17(1)). */
export const ERASURE_EXCEPTIONS = [
  'JustificationA17Archiving',
  'JustificationA17FreedomOfExpression',
  'JustificationA17LegalClaims',
  'JustificationA17LegallyRequired',
  'JustificationA17OfficialAuthority',
  'JustificationA17PublicHealth',
  'JustificationA17PublicInterest',
] as const;
export type ErasureException = (typeof ERASURE_EXCEPTIONS)[number];

/** Roles a party can have in one processing activity (REQ-A01). */
export const PARTY_ROLES = [
  'controller',
  'joint-controller',
  'processor',
  'sub-processor',
  'recipient',
  'third-party',
  'representative',
  'authority',
] as const;
export type PartyRole = (typeof PARTY_ROLES)[number];

/** The terms most like `wanted`, best first, for "did you mean …". */
export function nearest(wanted: string, terms: readonly string[], most = 3): string[] {
  const limit = Math.max(2, Math.floor(wanted.length / 2));
  return terms
    .map((term) => ({ term, distance: editDistance(wanted.slice(0, 64).toLowerCase(), term.toLowerCase()) }))
    .filter(({ distance }) => distance <= limit)
    .sort((a, b) => a.distance - b.distance || a.term.localeCompare(b.term))
    .slice(0, most)
    .map(({ term }) => term);
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const substitution = (previous[column - 1] as number) + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(substitution, (previous[column] as number) + 1, (current[column - 1] as number) + 1));
    }
    previous = current;
  }
  return previous[b.length] as number;
}
