import { and, eq, inArray, isNotNull, lte, or } from 'drizzle-orm';
import { NOBODY } from '../../foundations/store/pseudonyms.ts';
import { replaceInJson } from '../../foundations/store/replace-in-json.ts';
import type { Query } from '../../foundations/store/store.ts';
import { forgetKeys } from './review-table.ts';

/** Stands in samples where a person's pseudonym stood. */
const FORGOTTEN = 'forgotten';

/**
 * Takes a person's pseudonyms out of what retention keeps about itself: holds that are over, the samples in plans. They
 * lead to nobody by themselves, but who knows the person's id could find that they were here.
 */
export async function forgetPerson(tx: Query, tenantId: string, subjectIds: string[], now: Date): Promise<void> {
  const { holds: h, retentionPlans: p } = tx.tables;
  const over = or(isNotNull(h.releasedAt), lte(h.until, now));
  await tx
    .update(h)
    .set({ subjectId: NOBODY })
    .where(and(eq(h.tenantId, tenantId), inArray(h.subjectId, subjectIds), over));
  // A sample names rows by their keys, and these are pseudonyms where a row is one person's.
  const keys = [tx.tables.profiles.subjectId, tx.tables.subjectLinks.visitorId];
  const theirs = subjectIds.flatMap((id) => keys.map((key) => key.mapToDriverValue(id) as string));
  await forgetKeys(tx, tenantId, theirs);
  for (const text of theirs)
    await replaceInJson(tx, { table: p, tenant: p.tenantId, column: p.plan }, tenantId, { text, by: FORGOTTEN });
}
