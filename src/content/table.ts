import { and, asc, eq, gt, isNotNull, lt, type SQL } from 'drizzle-orm';
import type { Query } from '../store/store.ts';

export type AssociationRow = Query['tables']['associations']['$inferSelect'];
export type NewAssociationRow = Query['tables']['associations']['$inferInsert'];

export interface Page {
  after: string | undefined;
  limit: number;
}

export async function findAssociation(
  q: Query,
  tenantId: string,
  subjectId: string,
  doi: string,
): Promise<AssociationRow | undefined> {
  const { associations: t } = q.tables;
  const rows = await q
    .select()
    .from(t)
    .where(and(eq(t.tenantId, tenantId), eq(t.subjectId, subjectId), eq(t.doi, doi)));
  return rows[0];
}

async function page(q: Query, tenantId: string, { after, limit }: Page, condition: SQL | undefined) {
  const { associations: t } = q.tables;
  return q
    .select()
    .from(t)
    .where(and(eq(t.tenantId, tenantId), condition, after === undefined ? undefined : gt(t.associationId, after)))
    .orderBy(asc(t.associationId))
    .limit(limit);
}

export function associationsOfSubject(q: Query, tenantId: string, subjectId: string, of: Page) {
  return page(q, tenantId, of, eq(q.tables.associations.subjectId, subjectId));
}

export function associationsOfItem(q: Query, tenantId: string, doi: string, of: Page) {
  return page(q, tenantId, of, eq(q.tables.associations.doi, doi));
}

/** Reduced associations whose review lies before an instant. */
export function associationsToReview(q: Query, tenantId: string, before: Date, of: Page) {
  const { associations: t } = q.tables;
  return page(q, tenantId, of, and(isNotNull(t.minimisedAt), lt(t.reviewAt, before)));
}

/** False when the person has an association with this item already. */
export async function insertAssociation(tx: Query, row: NewAssociationRow): Promise<boolean> {
  const { associations: t } = tx.tables;
  const made = await tx.insert(t).values(row).onConflictDoNothing().returning({ id: t.associationId });
  return made.length === 1;
}

const sameState = (q: Query, read: AssociationRow) => {
  const { associations: t } = q.tables;
  return and(
    eq(t.tenantId, read.tenantId),
    eq(t.associationId, read.associationId),
    eq(t.version, read.version),
    eq(t.updatedAt, read.updatedAt),
  );
};

/** False when the row is no longer as it was read. */
export async function updateAssociation(
  tx: Query,
  read: AssociationRow,
  values: Partial<NewAssociationRow>,
): Promise<boolean> {
  const { associations: t } = tx.tables;
  const changed = await tx.update(t).set(values).where(sameState(tx, read)).returning({ id: t.associationId });
  return changed.length === 1;
}

/** False when the row is no longer as it was read. */
export async function deleteAssociation(tx: Query, read: AssociationRow): Promise<boolean> {
  const { associations: t } = tx.tables;
  const gone = await tx.delete(t).where(sameState(tx, read)).returning({ id: t.associationId });
  return gone.length === 1;
}
