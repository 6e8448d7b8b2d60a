import { and, asc, desc, eq, inArray, lt, type SQL } from 'drizzle-orm';
import type { Tables } from '../../foundations/store/schema.ts';
import type { Query } from '../../foundations/store/store.ts';

export type DisclosureRow = Tables['recipientDisclosures']['$inferSelect'];
export type TaskRow = Tables['recipientTasks']['$inferSelect'];

/** Whether anything may still come of it. */
export const OPEN_STATUSES = ['waiting', 'sent', 'delivered', 'manual', 'failed'] as const;

export async function insertDisclosure(tx: Query, row: DisclosureRow): Promise<void> {
  await tx.insert(tx.tables.recipientDisclosures).values(row);
}

export async function disclosuresOf(q: Query, tenantId: string, subjectIds: string[]): Promise<DisclosureRow[]> {
  const { recipientDisclosures: t } = q.tables;
  if (subjectIds.length === 0) return [];
  return q
    .select()
    .from(t)
    .where(and(eq(t.tenantId, tenantId), inArray(t.subjectId, subjectIds)))
    .orderBy(asc(t.disclosedAt), asc(t.disclosureId));
}

export async function insertTasks(tx: Query, rows: TaskRow[]): Promise<void> {
  if (rows.length > 0) await tx.insert(tx.tables.recipientTasks).values(rows);
}

export async function findTask(q: Query, tenantId: string, taskId: string): Promise<TaskRow | undefined> {
  const { recipientTasks: t } = q.tables;
  const [row] = await q
    .select()
    .from(t)
    .where(and(eq(t.tenantId, tenantId), eq(t.taskId, taskId)));
  return row;
}

export async function tasksOfRequest(q: Query, tenantId: string, requestId: string): Promise<TaskRow[]> {
  const { recipientTasks: t } = q.tables;
  return q
    .select()
    .from(t)
    .where(and(eq(t.tenantId, tenantId), eq(t.requestId, requestId)))
    .orderBy(asc(t.taskId));
}

/** Tasks in a state, oldest first. */
export async function tasksIn(q: Query, tenantId: string, statuses: readonly string[], limit: number) {
  const { recipientTasks: t } = q.tables;
  return q
    .select()
    .from(t)
    .where(and(eq(t.tenantId, tenantId), inArray(t.status, [...statuses])))
    .orderBy(asc(t.dueAt))
    .limit(limit);
}

export interface TasksWanted {
  requestId?: string | undefined;
  status?: string | undefined;
  /** Only open ones that were due before. */
  missedAt?: Date | undefined;
  before: string | undefined;
  limit: number;
}

/** Newest first: ids are UUIDv7. */
export async function listTasks(q: Query, tenantId: string, wanted: TasksWanted): Promise<TaskRow[]> {
  const { recipientTasks: t } = q.tables;
  const where: (SQL | undefined)[] = [
    eq(t.tenantId, tenantId),
    wanted.requestId === undefined ? undefined : eq(t.requestId, wanted.requestId),
    wanted.status === undefined ? undefined : eq(t.status, wanted.status),
    wanted.missedAt === undefined
      ? undefined
      : and(lt(t.dueAt, wanted.missedAt), inArray(t.status, [...OPEN_STATUSES])),
    wanted.before === undefined ? undefined : lt(t.taskId, wanted.before),
  ];
  return q
    .select()
    .from(t)
    .where(and(...where))
    .orderBy(desc(t.taskId))
    .limit(wanted.limit);
}

/** Changes a task that still is in one of these states; false when it is not. */
export async function moveTask(
  tx: Query,
  { tenantId, taskId }: Pick<TaskRow, 'tenantId' | 'taskId'>,
  from: readonly string[],
  values: Partial<TaskRow>,
): Promise<boolean> {
  const { recipientTasks: t } = tx.tables;
  const moved = await tx
    .update(t)
    .set(values)
    .where(and(eq(t.tenantId, tenantId), eq(t.taskId, taskId), inArray(t.status, [...from])))
    .returning({ id: t.taskId });
  return moved.length === 1;
}
