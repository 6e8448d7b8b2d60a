import { and, asc, desc, eq, gt, gte, inArray, isNotNull, like, lt, lte, ne, or, sql } from 'drizzle-orm';
import type { Tables } from '../../foundations/store/schema.ts';
import type { Query } from '../../foundations/store/store.ts';

export type RequestRow = Tables['requests']['$inferSelect'];
export type EventRow = Tables['requestEvents']['$inferSelect'];
export type TextRow = Tables['requestTexts']['$inferSelect'];

const ATTEMPTS = 20;

/**
 * Inserts a request under the next reference of its year (`2026-000017`). Of two at once on PostgreSQL one waits, finds
 * its number taken, and tries the next.
 */
export async function insertRequest(tx: Query, year: string, row: Omit<RequestRow, 'reference'>): Promise<RequestRow> {
  const { requests: t } = tx.tables;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const [last] = await tx
      .select({ reference: t.reference })
      .from(t)
      .where(and(eq(t.tenantId, row.tenantId), like(t.reference, `${year}-%`)))
      .orderBy(desc(t.reference))
      .limit(1);
    const reference = `${year}-${String(Number(last?.reference.slice(5) ?? 0) + 1).padStart(6, '0')}`;
    const made = await tx
      .insert(t)
      .values({ ...row, reference })
      .onConflictDoNothing()
      .returning();
    if (made[0]) return made[0];
  }
  throw new Error('No reference was free.');
}

export async function findRequest(q: Query, tenantId: string, requestId: string): Promise<RequestRow | undefined> {
  const { requests: t } = q.tables;
  const [row] = await q
    .select()
    .from(t)
    .where(and(eq(t.tenantId, tenantId), eq(t.requestId, requestId)));
  return row;
}

/** False when somebody else has recorded something since it was read. */
export async function updateRequest(
  tx: Query,
  { tenantId, requestId, seq }: Pick<RequestRow, 'tenantId' | 'requestId' | 'seq'>,
  values: Partial<RequestRow>,
): Promise<boolean> {
  const { requests: t } = tx.tables;
  const changed = await tx
    .update(t)
    .set(values)
    .where(and(eq(t.tenantId, tenantId), eq(t.requestId, requestId), eq(t.seq, seq)))
    .returning({ seq: t.seq });
  return changed.length === 1;
}

/** False when somebody else has recorded something under that number. */
export async function insertEvent(tx: Query, event: EventRow, text: TextRow | undefined): Promise<boolean> {
  const { requestEvents: e, requestTexts: t } = tx.tables;
  const made = await tx.insert(e).values(event).onConflictDoNothing().returning({ seq: e.seq });
  if (made.length === 0) return false;
  if (text) await tx.insert(t).values(text);
  return true;
}

export async function eventsOf(q: Query, tenantId: string, requestIds: string[]): Promise<EventRow[]> {
  if (requestIds.length === 0) return [];
  const { requestEvents: t } = q.tables;
  return q
    .select()
    .from(t)
    .where(and(eq(t.tenantId, tenantId), inArray(t.requestId, requestIds)))
    .orderBy(asc(t.requestId), asc(t.seq));
}

export async function requestsById(q: Query, tenantId: string, requestIds: string[]): Promise<RequestRow[]> {
  if (requestIds.length === 0) return [];
  const { requests: t } = q.tables;
  return q
    .select()
    .from(t)
    .where(and(eq(t.tenantId, tenantId), inArray(t.requestId, requestIds)));
}

export async function textsOf(q: Query, tenantId: string, requestIds: string[]): Promise<TextRow[]> {
  if (requestIds.length === 0) return [];
  const { requestTexts: t } = q.tables;
  return q
    .select()
    .from(t)
    .where(and(eq(t.tenantId, tenantId), inArray(t.requestId, requestIds)));
}

export interface RequestFilter {
  /** Not closed. */
  open?: boolean | undefined;
  states?: readonly string[] | undefined;
  type?: string | undefined;
  /** Day: due on it or before. */
  dueBy?: string | undefined;
  assignedTo?: string | undefined;
  /** Newest first: those before this one. */
  before?: string | undefined;
  limit: number;
}

export async function listRequests(q: Query, tenantId: string, filter: RequestFilter): Promise<RequestRow[]> {
  const { requests: t } = q.tables;
  const { open, states, type, dueBy, assignedTo, before, limit } = filter;
  return q
    .select()
    .from(t)
    .where(
      and(
        eq(t.tenantId, tenantId),
        open === undefined ? undefined : open ? sql`${t.closedAt} IS NULL` : isNotNull(t.closedAt),
        states && inArray(t.state, [...states]),
        type === undefined ? undefined : eq(t.type, type),
        dueBy === undefined ? undefined : lte(t.dueOn, dueBy),
        assignedTo === undefined ? undefined : eq(t.assignedTo, assignedTo),
        before === undefined ? undefined : lt(t.requestId, before),
      ),
    )
    .orderBy(desc(t.requestId))
    .limit(limit);
}

/** Those that wait for a day, the earliest first: what calendars and reminders are about. */
export async function dated(q: Query, tenantId: string, after: string, limit: number): Promise<RequestRow[]> {
  const { requests: t } = q.tables;
  return q
    .select()
    .from(t)
    .where(and(eq(t.tenantId, tenantId), isNotNull(t.dueOn), gt(t.requestId, after)))
    .orderBy(asc(t.requestId))
    .limit(limit);
}

/** One that was brought along, under the reference it has. False when that is taken. */
export async function insertImported(tx: Query, row: RequestRow): Promise<boolean> {
  const { requests: t } = tx.tables;
  const made = await tx.insert(t).values(row).onConflictDoNothing().returning({ id: t.requestId });
  return made.length === 1;
}

/** Of the same requester or the same subject, and either still open or closed since an instant. */
export async function likeThese(
  q: Query,
  tenantId: string,
  about: {
    types: readonly string[];
    subjectId: string | null;
    requesterIndex: string | null;
    since: Date;
    limit: number;
    /** Also those that were taken back. */
    withdrawn?: boolean;
  },
): Promise<RequestRow[]> {
  const { requests: t } = q.tables;
  const who = [
    ...(about.subjectId === null ? [] : [eq(t.subjectId, about.subjectId)]),
    ...(about.requesterIndex === null ? [] : [eq(t.requesterIndex, about.requesterIndex)]),
  ];
  if (who.length === 0) return [];
  return q
    .select()
    .from(t)
    .where(
      and(
        eq(t.tenantId, tenantId),
        inArray(t.type, [...about.types]),
        about.withdrawn ? undefined : ne(t.state, 'withdrawn'),
        or(...who),
        or(sql`${t.closedAt} IS NULL`, gte(t.closedAt, about.since)),
      ),
    )
    .orderBy(desc(t.requestId))
    .limit(about.limit);
}

/** Ids of the requests in these states, or of all, in order. */
export async function inState(
  q: Query,
  tenantId: string,
  states: readonly string[] | undefined,
  after: string,
  limit: number,
): Promise<string[]> {
  const { requests: t } = q.tables;
  const rows = await q
    .select({ requestId: t.requestId })
    .from(t)
    .where(and(eq(t.tenantId, tenantId), states && inArray(t.state, [...states]), gt(t.requestId, after)))
    .orderBy(asc(t.requestId))
    .limit(limit);
  return rows.map(({ requestId }) => requestId);
}

/** Takes the pseudonyms of persons out of the heads, once they are forgotten. */
export async function forgetSubjects(tx: Query, tenantId: string, subjectIds: string[]): Promise<void> {
  const { requests: t } = tx.tables;
  await tx
    .update(t)
    .set({ subjectId: null })
    .where(and(eq(t.tenantId, tenantId), inArray(t.subjectId, subjectIds)));
}

export async function requestsOfSubjects(q: Query, tenantId: string, subjectIds: string[]): Promise<RequestRow[]> {
  const { requests: t } = q.tables;
  return q
    .select()
    .from(t)
    .where(and(eq(t.tenantId, tenantId), inArray(t.subjectId, subjectIds)))
    .orderBy(asc(t.requestId));
}

export async function deleteRequests(tx: Query, tenantId: string, requestIds: string[]): Promise<void> {
  if (requestIds.length === 0) return;
  const { requests: r, requestEvents: e, requestTexts: t } = tx.tables;
  for (const table of [t, e, r])
    await tx.delete(table).where(and(eq(table.tenantId, tenantId), inArray(table.requestId, requestIds)));
}
