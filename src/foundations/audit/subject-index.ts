import { and, eq, inArray } from 'drizzle-orm';
import type { Query } from '../store/store.ts';
import type { Commitment, Vault } from '../vault/vault.ts';

/**
 * Entries about one person are found by a keyed index that stands beside them and in no leaf: another one in each
 * domain, so that without the person's key nobody tells that entries of two domains are about one.
 */

/** What an action that may name a subject begins with; `audit.add` refuses any other. */
export const DOMAINS = [
  'association',
  'associations',
  'consent',
  'disclosure',
  'erasure',
  'hold',
  'identity',
  'information',
  'opendsr',
  'package',
  'personal-data',
  'profile',
  'recipient',
  'recipient-task',
  'relation',
  'report',
  'request',
  'special-text',
  'subject',
  'visit',
  'visits',
] as const;
/** Indexes in one statement: a person may have many browsers. */
const AT_ONCE = 500;
const KNOWN: ReadonlySet<string> = new Set(DOMAINS);

/** What stands before the first dot of an action. @throws RangeError where a search would not find the entry again */
export function domainOf(action: string): string {
  const domain = action.slice(0, action.indexOf('.'));
  if (!KNOWN.has(domain))
    throw new RangeError(`Entries of "${action}" do not name a subject: list their domain first.`);
  return domain;
}

/** What finds every entry about a subject, or those of one domain. */
export function indexesOf(commitment: Commitment, action?: string): string[] {
  const domain = action?.split('.', 1)[0];
  return DOMAINS.filter((one) => domain === undefined || one === domain).map((one) => commitment.indexFor(one));
}

/** The same of each of several subjects that has a key. */
export async function indexesOfEach(
  vault: Pick<Vault, 'existingCommitment'>,
  tenantId: string,
  subjectIds: readonly string[],
): Promise<string[][]> {
  const commitments = await Promise.all(subjectIds.map((id) => vault.existingCommitment(tenantId, id)));
  return commitments.flatMap((one) => (one ? [indexesOf(one)] : []));
}

/** Forgets whose entries these were: the entries stay, and are joined with nothing any more. */
export async function forgetIndexes(tx: Query, tenantId: string, indexes: readonly string[]): Promise<void> {
  const { auditEntries: t } = tx.tables;
  const all = [...new Set(indexes)];
  for (let from = 0; from < all.length; from += AT_ONCE)
    await tx
      .update(t)
      .set({ subjectIndex: null })
      .where(and(eq(t.tenantId, tenantId), inArray(t.subjectIndex, all.slice(from, from + AT_ONCE))));
}
