import { and, asc, eq, gt, inArray, isNotNull, lt, type SQL } from 'drizzle-orm';
import type { Query } from '../../foundations/store/store.ts';
import { isOneOf, valueList } from '../../foundations/store/value-lists.ts';
import { NOT_OBTAINED } from '../informing/obtaining.ts';

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

/** All of several people. */
export async function findAssociations(q: Query, tenantId: string, subjectIds: string[]): Promise<AssociationRow[]> {
  const { associations: t } = q.tables;
  if (subjectIds.length === 0) return [];
  return q
    .select()
    .from(t)
    .where(and(eq(t.tenantId, tenantId), isOneOf(q, t.subjectId, valueList(t.subjectId, subjectIds))));
}

/** All of one person, in order. */
export async function allOfSubject(q: Query, tenantId: string, subjectId: string): Promise<AssociationRow[]> {
  const { associations: t } = q.tables;
  return q
    .select()
    .from(t)
    .where(and(eq(t.tenantId, tenantId), eq(t.subjectId, subjectId)))
    .orderBy(asc(t.associationId));
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

const ofPeople = (q: Query, tenantId: string, subjectIds: string[], visibility: string) => {
  const { associations: t } = q.tables;
  return and(eq(t.tenantId, tenantId), inArray(t.subjectId, subjectIds), eq(t.visibility, visibility));
};

/** One association of these people, while it is still theirs. */
const oneOf = (q: Query, tenantId: string, subjectIds: string[], associationId: string) => {
  const { associations: t } = q.tables;
  return and(eq(t.tenantId, tenantId), inArray(t.subjectId, subjectIds), eq(t.associationId, associationId));
};

/** Whether there was such a one. */
export async function deleteAssociationOf(
  tx: Query,
  tenantId: string,
  subjectIds: string[],
  associationId: string,
): Promise<boolean> {
  const { associations: t } = tx.tables;
  const gone = await tx
    .delete(t)
    .where(oneOf(tx, tenantId, subjectIds, associationId))
    .returning({ id: t.doi });
  return gone.length > 0;
}

/** Whether there was such a one. */
export async function minimiseAssociationOf(
  tx: Query,
  tenantId: string,
  subjectIds: string[],
  associationId: string,
  values: Partial<NewAssociationRow>,
): Promise<boolean> {
  const { associations: t } = tx.tables;
  const where = and(oneOf(tx, tenantId, subjectIds, associationId), eq(t.visibility, 'public'));
  const reduced = await tx.update(t).set(values).where(where).returning({ id: t.doi });
  return reduced.length > 0;
}

/**
 * What a row becomes when only the minimum may stay (REQ-A31): DOI, role, name, ORCID iD, day, version, ground and
 * review date. The tie to the person, the title, and when and how often the record was touched are forgotten.
 */
export function minimise(order: {
  at: Date;
  policyHash: string;
  ground?: string | undefined;
  reviewAt?: Date | undefined;
}) {
  return {
    subjectId: null,
    titleSealed: null,
    titleSpecialId: null,
    ground: order.ground ?? null,
    reviewAt: order.reviewAt ?? null,
    version: 1,
    createdAt: order.at,
    updatedAt: order.at,
    minimisedAt: order.at,
    policyHash: order.policyHash,
    ...NOT_OBTAINED,
  } satisfies Partial<NewAssociationRow>;
}

export async function minimiseAssociationsOf(
  tx: Query,
  tenantId: string,
  subjectIds: string[],
  values: ReturnType<typeof minimise>,
): Promise<number> {
  const { associations: t } = tx.tables;
  const reduced = await tx
    .update(t)
    .set(values)
    .where(ofPeople(tx, tenantId, subjectIds, 'public'))
    .returning({ id: t.associationId });
  return reduced.length;
}
