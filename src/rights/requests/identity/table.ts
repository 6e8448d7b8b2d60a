import { and, asc, desc, eq, inArray, lte } from 'drizzle-orm';
import type { Tables } from '../../../foundations/store/schema.ts';
import type { Query } from '../../../foundations/store/store.ts';

export type CheckRow = Tables['identityChecks']['$inferSelect'];
export type DocumentRow = Tables['identityDocuments']['$inferSelect'];

export async function requestOf(q: Query, tenantId: string, requestId: string) {
  const { requests: t } = q.tables;
  const [found] = await q
    .select({ subjectId: t.subjectId })
    .from(t)
    .where(and(eq(t.tenantId, tenantId), eq(t.requestId, requestId)));
  return found;
}

export async function insertCheck(tx: Query, row: CheckRow): Promise<void> {
  await tx.insert(tx.tables.identityChecks).values(row);
}

/** Checks of a request, newest first. */
export function checksOf(q: Query, tenantId: string, requestId: string): Promise<CheckRow[]> {
  const { identityChecks: t } = q.tables;
  const ofRequest = and(eq(t.tenantId, tenantId), eq(t.requestId, requestId));
  return q.select().from(t).where(ofRequest).orderBy(desc(t.askedAt), desc(t.checkId));
}

export function checksById(q: Query, tenantId: string, ids: string[]): Promise<CheckRow[]> {
  const { identityChecks: t } = q.tables;
  return q
    .select()
    .from(t)
    .where(and(eq(t.tenantId, tenantId), inArray(t.checkId, ids)));
}

export function overdueChecks(q: Query, tenantId: string, now: Date, limit: number): Promise<CheckRow[]> {
  const { identityChecks: t } = q.tables;
  const overdue = and(eq(t.tenantId, tenantId), eq(t.status, 'open'), lte(t.expiresAt, now));
  return q.select().from(t).where(overdue).orderBy(asc(t.expiresAt)).limit(limit);
}

/** False when the check is no longer as it was read: somebody else tried, or decided. */
export async function moveCheck(tx: Query, read: CheckRow, values: Partial<CheckRow>): Promise<boolean> {
  const { identityChecks: t } = tx.tables;
  const same = and(
    eq(t.tenantId, read.tenantId),
    eq(t.checkId, read.checkId),
    eq(t.status, read.status),
    eq(t.tries, read.tries),
  );
  const moved = await tx.update(t).set(values).where(same).returning({ id: t.checkId });
  return moved.length === 1;
}

/** Closes what is still open of a request; answers which checks that were. */
export async function replaceOpen(tx: Query, tenantId: string, requestId: string, values: Partial<CheckRow>) {
  const { identityChecks: t } = tx.tables;
  const open = and(eq(t.tenantId, tenantId), eq(t.requestId, requestId), eq(t.status, 'open'));
  const replaced = await tx.update(t).set(values).where(open).returning({ checkId: t.checkId });
  return replaced.map(({ checkId }) => checkId);
}

export async function insertDocument(tx: Query, row: DocumentRow): Promise<void> {
  await tx.insert(tx.tables.identityDocuments).values(row);
}

/** Documents of a request, oldest first, without their content. */
export function documentsOf(q: Query, tenantId: string, requestId: string) {
  const { identityDocuments: t } = q.tables;
  return q
    .select({ documentId: t.documentId, checkId: t.checkId, mediaType: t.mediaType, receivedAt: t.receivedAt })
    .from(t)
    .where(and(eq(t.tenantId, tenantId), eq(t.requestId, requestId)))
    .orderBy(asc(t.receivedAt), asc(t.documentId));
}

export async function findDocument(
  q: Query,
  at: Pick<DocumentRow, 'tenantId' | 'requestId' | 'documentId'>,
): Promise<DocumentRow | undefined> {
  const { identityDocuments: t } = q.tables;
  const [found] = await q
    .select()
    .from(t)
    .where(and(eq(t.tenantId, at.tenantId), eq(t.requestId, at.requestId), eq(t.documentId, at.documentId)));
  return found;
}

/** Destroys the documents of these checks; answers how many there were. */
export async function deleteDocuments(tx: Query, tenantId: string, checkIds: string[]): Promise<number> {
  const { identityDocuments: t } = tx.tables;
  if (checkIds.length === 0) return 0;
  const gone = await tx
    .delete(t)
    .where(and(eq(t.tenantId, tenantId), inArray(t.checkId, checkIds)))
    .returning({ id: t.documentId });
  return gone.length;
}
