import { createHash } from 'node:crypto';
import { canonical } from '../../foundations/contract/canonical-json.ts';
import type { DocumentType } from '../../foundations/signing/signer.ts';
import type { Certificate, CertifiedCategory, CertifiedHolder, Totals } from './model.ts';

/** What is known of one category: the counts after the second look, without the judgement on them. */
export type Finding = Omit<CertifiedCategory, 'result'>;

export const COUNTED = ['removed', 'reduced', 'anonymised', 'retained', 'failed'] as const;

/** The document type under which a kind of certificate is signed. */
export const SIGNED_AS: Record<Certificate['kind'], DocumentType> = {
  erasure: 'erasure-certificate+jws',
  sweep: 'sweep-certificate+jws',
  'visit-erasure': 'visit-erasure-certificate+jws',
};

/**
 * The judgement on one category: the least that can be said of all its rows. What should have gone and was only reduced
 * has failed like what is still there.
 */
function resultOf(finding: Finding): CertifiedCategory['result'] {
  const { action, removed, reduced, anonymised, retained, failed } = finding;
  if (finding.unreached || failed > 0 || (action === 'erase' && reduced + anonymised > 0)) return 'failed';
  if (retained > 0) return 'retained';
  if (reduced > 0) return 'reduced';
  if (anonymised > 0) return 'anonymised';
  return removed > 0 ? 'removed' : 'nothing-held';
}

/** Holder by holder, in the order of their first finding. */
export function judged(findings: Finding[]): CertifiedHolder[] {
  const holders = new Map<string, CertifiedCategory[]>();
  for (const finding of findings) {
    const holder = finding.category.split('.')[0] as string;
    const categories = holders.get(holder) ?? [];
    categories.push({ ...finding, result: resultOf(finding) });
    holders.set(holder, categories);
  }
  return [...holders].map(([holder, categories]) => ({ holder, categories }));
}

export function totalsOf(holders: CertifiedHolder[]): Totals {
  const totals: Totals = { removed: 0, reduced: 0, anonymised: 0, retained: 0, failed: 0 };
  for (const { categories } of holders)
    for (const category of categories) for (const name of COUNTED) totals[name] += category[name];
  return totals;
}

/**
 * `incomplete` as soon as anything failed. What a rule of a sweep reduces is done as decided; what an erasure on request
 * only reduces is an exception to it (GDPR Art. 17(3)), and so is everything retained.
 */
export function verdictOf(kind: Certificate['kind'], holders: CertifiedHolder[]): Certificate['verdict'] {
  const results = new Set(holders.flatMap(({ categories }) => categories.map(({ result }) => result)));
  if (results.has('failed')) return 'incomplete';
  if (results.has('retained') || (kind === 'erasure' && results.has('reduced'))) return 'complete-with-exceptions';
  return 'complete';
}

/** What a certificate says of its findings. */
export function judgementOn(
  kind: Certificate['kind'],
  findings: Finding[],
): Pick<Certificate, 'holders' | 'verdict' | 'totals'> {
  const holders = judged(findings);
  return { holders, verdict: verdictOf(kind, holders), totals: totalsOf(holders) };
}

/** SHA-256 of the canonical JSON: what the audit entry carries. */
export function certificateHash(certificate: Certificate): string {
  return createHash('sha256').update(canonical(certificate)).digest('hex');
}

/** What in a certificate contradicts itself, in words; nothing in one that was made here. */
export function contradictions(certificate: Certificate): string[] {
  const { kind, holders, totals, startedAt, finishedAt } = certificate;
  const faults: string[] = [];
  for (const { holder, categories } of holders)
    for (const category of categories) {
      const of = `${category.category}${category.rule === null ? '' : ` (${category.rule})`}`;
      if (category.category.split('.')[0] !== holder) faults.push(`${of}: it does not belong to ${holder}`);
      const result = resultOf(category);
      if (category.result !== result) faults.push(`${of}: it says ${category.result}, but its counts say ${result}`);
      if (category.suppressed > category.removed) faults.push(`${of}: more suppressed than removed`);
      if ((category.rule !== null) !== (kind === 'sweep'))
        faults.push(`${of}: a rule belongs to a sweep, and only there`);
    }
  const sums = totalsOf(holders);
  for (const name of COUNTED)
    if (totals[name] !== sums[name])
      faults.push(`the counts do not add up: ${name} is ${sums[name]}, not ${totals[name]}`);
  const verdict = verdictOf(kind, holders);
  if (certificate.verdict !== verdict)
    faults.push(`the verdict ${certificate.verdict} does not follow from the counts: it would be ${verdict}`);
  if (Date.parse(finishedAt) < Date.parse(startedAt)) faults.push('it ends before it begins');
  return faults;
}
