import { type AnyColumn, and, asc, desc, eq, gt, gte, inArray, lte, ne, or, type SQL, sql } from 'drizzle-orm';
import { firstBy, hot, hotRun, placeholderFor, unseen } from '../../foundations/store/hot.ts';
import type { Tables } from '../../foundations/store/schema.ts';
import type { Query } from '../../foundations/store/store.ts';
import { isOneOf, valueList } from '../../foundations/store/value-lists.ts';
import { type ConsentStatus, SETTLING_STATUSES } from '../../law/consent-status.ts';

export type EventRow = Tables['consentEvents']['$inferSelect'];
export type NewEvent = Tables['consentEvents']['$inferInsert'];
/** What a rule needs to know of the decision before. */
export type Latest = Pick<
  EventRow,
  'seq' | 'status' | 'expiresAt' | 'noticeId' | 'noticeMajor' | 'noticeMinor' | 'noticeHash' | 'language'
>;

/** The decision that stands for one subject and purpose: one index seek. */
export const latestEvent = hot<{ tenantId: string; subjectId: string; purposeId: string }, Latest[]>(
  'consent_latest',
  (q) => {
    const { consentEvents: t } = q.tables;
    return q
      .select({
        seq: t.seq,
        status: t.status,
        expiresAt: t.expiresAt,
        noticeId: t.noticeId,
        noticeMajor: t.noticeMajor,
        noticeMinor: t.noticeMinor,
        noticeHash: t.noticeHash,
        language: t.language,
      })
      .from(t)
      .where(
        and(
          eq(t.tenantId, unseen(sql.placeholder('tenantId'))),
          eq(t.subjectId, unseen(placeholderFor(t.subjectId, 'subjectId'))),
          eq(t.purposeId, unseen(sql.placeholder('purposeId'))),
        ),
      )
      .orderBy(firstBy(desc(t.seq)));
  },
);

const COLUMNS = [
  'tenantId',
  'eventId',
  'subjectId',
  'subjectKind',
  'purposeId',
  'seq',
  'status',
  'consentType',
  'purposeVersion',
  'noticeId',
  'noticeMajor',
  'noticeMinor',
  'noticeHash',
  'language',
  'controllers',
  'act',
  'method',
  'source',
  'jurisdiction',
  'ageCheck',
  'parentalMethod',
  'parentalSealed',
  'evidenceSealed',
  'recordedAt',
  'importedAt',
  'vouchedBy',
  'expiresAt',
  'policyHash',
] as const satisfies (keyof NewEvent)[];

export const insertEvent = hotRun<Record<string, unknown>>('consent_insert', (q) =>
  q
    .insert(q.tables.consentEvents)
    .values(Object.fromEntries(COLUMNS.map((column) => [column, sql.placeholder(column)])) as never),
);

/** Events together insert faster where each statement is a way to the server and back. */
const ROWS_TOGETHER = 500;

export async function insertEvents(tx: Query, rows: readonly NewEvent[]): Promise<void> {
  if (tx.prepareNative) for (const row of rows) await insertEvent(tx, row);
  else
    for (let from = 0; from < rows.length; from += ROWS_TOGETHER)
      await tx.insert(tx.tables.consentEvents).values(rows.slice(from, from + ROWS_TOGETHER));
}

/** Of an event, what decides the current state. */
export type StateRow = Omit<Latest, 'seq'> &
  Pick<
    EventRow,
    'seq' | 'eventId' | 'subjectId' | 'subjectKind' | 'purposeId' | 'source' | 'recordedAt' | 'importedAt' | 'vouchedBy'
  >;

const JOB = 'job';
const GPC = 'gpc';

/**
 * A column of the event itself, for a subquery over other events `n`: drizzle leaves the table's name out where a query
 * has one table, and the column would be read as one of `n`.
 */
export function ofEvent(column: AnyColumn): SQL {
  return sql`${sql.identifier('consent_events')}.${sql.identifier(column.name)}`;
}

/** Whether `n` is another event of the same history. */
export function sameHistory({ consentEvents: t }: Pick<Tables, 'consentEvents'>): SQL {
  return sql`n.tenant_id = ${ofEvent(t.tenantId)} AND n.subject_id = ${ofEvent(t.subjectId)} AND n.purpose_id = ${ofEvent(t.purposeId)}`;
}

/**
 * What decides the state of every purpose for a subject and, if it is an account, the visitors linked to it: of each
 * history the last event and the last decision the person made, valid or not. What the expiry job wrote down is left out: it follows
 * from `expires_at`. One look at the links, and one statement: one range of one index per subject.
 */
export async function latestOfPerson(
  q: Query,
  { tenantId, subjectId }: { tenantId: string; subjectId: string },
): Promise<StateRow[]> {
  const visitors = await linkedVisitors(q, { tenantId, accountId: subjectId });
  const subjects = [subjectId, ...visitors.map(({ visitorId }) => visitorId)];
  return latestOfSubjects(q, { tenantId, subjects: valueList(q.tables.consentEvents.subjectId, subjects) });
}

const linkedVisitors = hot<{ tenantId: string; accountId: string }, { visitorId: string }[]>('consent_links', (q) => {
  const { subjectLinks: l } = q.tables;
  return q
    .select({ visitorId: l.visitorId })
    .from(l)
    .where(and(eq(l.tenantId, sql.placeholder('tenantId')), eq(l.accountId, placeholderFor(l.accountId, 'accountId'))));
});

const latestOfSubjects = hot<{ tenantId: string; subjects: string }, StateRow[]>('consent_subjects', (q) => {
  const { consentEvents: t } = q.tables;
  const lastOf = (which: SQL) =>
    sql`${t.seq} = (SELECT max(n.seq) FROM ${t} AS n WHERE ${sameHistory(q.tables)} AND ${which})`;
  const decided = sql.join(
    SETTLING_STATUSES.map((status) => sql`${status}`),
    sql`, `,
  );
  return q
    .select({
      seq: t.seq,
      eventId: t.eventId,
      subjectId: t.subjectId,
      subjectKind: t.subjectKind,
      purposeId: t.purposeId,
      status: t.status,
      source: t.source,
      noticeId: t.noticeId,
      noticeMajor: t.noticeMajor,
      noticeMinor: t.noticeMinor,
      noticeHash: t.noticeHash,
      language: t.language,
      recordedAt: t.recordedAt,
      importedAt: t.importedAt,
      vouchedBy: t.vouchedBy,
      expiresAt: t.expiresAt,
    })
    .from(t)
    .where(
      and(
        eq(t.tenantId, sql.placeholder('tenantId')),
        isOneOf(q, t.subjectId, sql.placeholder('subjects')),
        or(lastOf(sql`n.source <> ${JOB}`), lastOf(sql`n.source NOT IN (${JOB}, ${GPC}) AND n.status IN (${decided})`)),
      ),
    );
});

/** A place in a history: server time, then the order within one purpose. */
export interface HistoryPlace {
  recordedAt: Date;
  seq: number;
  eventId: string;
}

export async function eventsOfSubjects(
  q: Query,
  tenantId: string,
  subjectIds: string[],
  page: { after: HistoryPlace | undefined; limit: number },
): Promise<EventRow[]> {
  const { consentEvents: t } = q.tables;
  const { after } = page;
  return (
    q
      .select()
      .from(t)
      .where(
        and(
          eq(t.tenantId, tenantId),
          inArray(t.subjectId, subjectIds),
          after &&
            or(
              gt(t.recordedAt, after.recordedAt),
              and(
                eq(t.recordedAt, after.recordedAt),
                or(gt(t.seq, after.seq), and(eq(t.seq, after.seq), gt(t.eventId, after.eventId))),
              ),
            ),
        ),
      )
      // As an expression: ordered by the bare column, SQLite walks every event of the tenant rather than sort a few.
      .orderBy(sql`coalesce(${t.recordedAt}, ${t.recordedAt})`, asc(t.seq), asc(t.eventId))
      .limit(page.limit)
  );
}

export async function findEvent(q: Query, tenantId: string, eventId: string): Promise<EventRow | undefined> {
  const { consentEvents: t } = q.tables;
  const [row] = await q
    .select()
    .from(t)
    .where(and(eq(t.tenantId, tenantId), eq(t.eventId, eventId)));
  return row;
}

/** The event at one place of a history. */
export async function eventAt(
  q: Query,
  { tenantId, subjectId, purposeId, seq }: Pick<EventRow, 'tenantId' | 'subjectId' | 'purposeId' | 'seq'>,
): Promise<EventRow | undefined> {
  const { consentEvents: t } = q.tables;
  const [row] = await q
    .select()
    .from(t)
    .where(and(eq(t.tenantId, tenantId), eq(t.subjectId, subjectId), eq(t.purposeId, purposeId), eq(t.seq, seq)));
  return row;
}

/** An event whose life has ended, and whether another one has followed it. */
export type EndedRow = Pick<EventRow, 'eventId' | 'subjectId' | 'purposeId' | 'seq'> & {
  expiresAt: Date;
  followed: boolean;
};

/** The next events whose life has ended by `now`, in order of their end, after a place. Work is bounded by `limit`. */
export async function endedEvents(
  q: Query,
  tenantId: string,
  now: Date,
  after: Pick<EndedRow, 'expiresAt' | 'eventId'> | undefined,
  limit: number,
): Promise<EndedRow[]> {
  const { consentEvents: t } = q.tables;
  const rows = await q
    .select({
      eventId: t.eventId,
      subjectId: t.subjectId,
      purposeId: t.purposeId,
      seq: t.seq,
      expiresAt: t.expiresAt,
      followed:
        sql<boolean>`EXISTS (SELECT 1 FROM ${t} AS n WHERE ${sameHistory(q.tables)} AND n.seq > ${ofEvent(t.seq)})`.mapWith(
          Boolean,
        ),
    })
    .from(t)
    .where(
      and(
        eq(t.tenantId, tenantId),
        lte(t.expiresAt, now),
        // What the job wrote down carries the end it tells of.
        ne(t.status, 'expired' satisfies ConsentStatus),
        after && gte(t.expiresAt, after.expiresAt),
        after && or(gt(t.expiresAt, after.expiresAt), gt(t.eventId, after.eventId)),
      ),
    )
    .orderBy(asc(t.expiresAt), asc(t.eventId))
    .limit(limit);
  return rows as EndedRow[];
}

// ── links between a visitor and an account ──

export async function insertLink(tx: Query, row: Tables['subjectLinks']['$inferInsert']): Promise<boolean> {
  const { subjectLinks: t } = tx.tables;
  return (await tx.insert(t).values(row).onConflictDoNothing().returning({ visitorId: t.visitorId })).length > 0;
}

export async function findLink(q: Query, tenantId: string, visitorId: string) {
  const { subjectLinks: t } = q.tables;
  const [row] = await q
    .select()
    .from(t)
    .where(and(eq(t.tenantId, tenantId), eq(t.visitorId, visitorId)));
  return row;
}

/** The links of several visitors. */
export async function findLinks(q: Query, tenantId: string, visitorIds: string[]) {
  const { subjectLinks: t } = q.tables;
  if (visitorIds.length === 0) return [];
  return q
    .select()
    .from(t)
    .where(and(eq(t.tenantId, tenantId), isOneOf(q, t.visitorId, valueList(t.visitorId, visitorIds))));
}

/** Says of a visitor that is linked whose it has been, and since when. */
export async function moveLink(tx: Query, row: Tables['subjectLinks']['$inferInsert']): Promise<void> {
  const { subjectLinks: t } = tx.tables;
  const { tenantId, visitorId, accountId, linkedAt } = row;
  await tx
    .update(t)
    .set({ accountId, linkedAt })
    .where(and(eq(t.tenantId, tenantId), eq(t.visitorId, visitorId)));
}

/** Every link of a tenant, by visitor, after `after`. */
export async function linksAfter(
  q: Query,
  tenantId: string,
  after: string,
  limit: number,
): Promise<{ visitorId: string; accountId: string }[]> {
  const { subjectLinks: t } = q.tables;
  return q
    .select({ visitorId: t.visitorId, accountId: t.accountId })
    .from(t)
    .where(and(eq(t.tenantId, tenantId), gt(t.visitorId, after)))
    .orderBy(asc(t.visitorId))
    .limit(limit);
}

export async function visitorsOf(q: Query, tenantId: string, accountId: string): Promise<string[]> {
  const rows = await linkedVisitors(q, { tenantId, accountId });
  // Sorted here: asked to sort, SQLite walks the links of the whole tenant in order of visitors.
  return rows.map(({ visitorId }) => visitorId).sort();
}
