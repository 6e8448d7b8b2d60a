import { rightsUnder } from '../../../law/rights.ts';
import { basisPoint, type LawfulBasis } from '../../../law/vocabulary.ts';

/** Rights a person is told of (Art. 15(1)(e), (f)), as articles. */
export const RIGHTS = ['16', '17', '18', '20', '21', '7-3', '77'] as const;
export type Right = (typeof RIGHTS)[number];

/** Why a right is limited, or not offered, as a code; the words are the reader's. */
export type RightReason =
  | 'always'
  | 'by-basis'
  | 'limited-17-3-b'
  | 'on-objection-17-1-c'
  | 'not-consent-or-contract'
  | 'withdraw-instead'
  | 'not-interest-or-task'
  | 'not-consent';

/** How a right stands under a basis (REQ-A08), with the reason as a code. */
export function rightUnder(right: Right, basis: LawfulBasis): { offered: boolean; reason: RightReason } {
  const exists = rightsUnder(basis).find((one) => one.right === `A${right}`)?.exists;
  const point = basisPoint(basis);
  if (exists === 'limited') return { offered: true, reason: point === 'c' ? 'limited-17-3-b' : 'on-objection-17-1-c' };
  if (exists === 'yes') return { offered: true, reason: ['16', '18', '77'].includes(right) ? 'always' : 'by-basis' };
  if (right === '20') return { offered: false, reason: 'not-consent-or-contract' };
  if (right === '7-3') return { offered: false, reason: 'not-consent' };
  return { offered: false, reason: point === 'a' ? 'withdraw-instead' : 'not-interest-or-task' };
}
