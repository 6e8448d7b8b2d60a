import { and, asc, desc, eq, gt, inArray, lte, or, sql } from 'drizzle-orm';
import { hot, hotRun } from '../store/hot.ts';
import type { Tables } from '../store/schema.ts';
import type { Query } from '../store/store.ts';

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
          eq(t.tenantId, sql.placeholder('tenantId')),
          eq(t.subjectId, sql.placeholder('subjectId')),
          eq(t.purposeId, sql.placeholder('purposeId')),
        ),
      )
      .orderBy(desc(t.seq))
      .limit(1);
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
  'evidenceSealed',
  'recordedAt',
  'expiresAt',
  'policyHash',
] as const satisfies (keyof NewEvent)[];

export const insertEvent = hotRun<Record<string, unknown>>('consent_insert', (q) =>
  q
    .insert(q.tables.consentEvents)
    .values(Object.fromEntries(COLUMNS.map((column) => [column, sql.placeholder(column)])) as never),
);

/** The latest event per subject and purpose of some subjects: one range of one index. */
export async function latestOfSubjects(q: Query, tenantId: string, subjectIds: string[]): Promise<EventRow[]> {
  const { consentEvents: t } = q.tables;
  const latest = sql`(SELECT max(l.seq) FROM ${t} AS l WHERE l.tenant_id = ${t.tenantId} AND l.subject_id = ${t.subjectId} AND l.purpose_id = ${t.purposeId})`;
  return q
    .select()
    .from(t)
    .where(and(eq(t.tenantId, tenantId), inArray(t.subjectId, subjectIds), sql`${t.seq} = ${latest}`));
}

export async function eventsOfSubjects(
  q: Query,
  tenantId: string,
  subjectIds: string[],
  page: { after: { recordedAt: Date; eventId: string } | undefined; limit: number },
): Promise<EventRow[]> {
  const { consentEvents: t } = q.tables;
  const after = page.after;
  return q
    .select()
    .from(t)
    .where(
      and(
        eq(t.tenantId, tenantId),
        inArray(t.subjectId, subjectIds),
        after &&
          or(gt(t.recordedAt, after.recordedAt), and(eq(t.recordedAt, after.recordedAt), gt(t.eventId, after.eventId))),
      ),
    )
    .orderBy(asc(t.recordedAt), asc(t.eventId))
    .limit(page.limit);
}

export async function findEvent(q: Query, tenantId: string, eventId: string): Promise<EventRow | undefined> {
  const { consentEvents: t } = q.tables;
  const [row] = await q
    .select()
    .from(t)
    .where(and(eq(t.tenantId, tenantId), eq(t.eventId, eventId)));
  return row;
}

/** Current decisions whose life has ended by `now`, in order of their end, after a place. */
export async function endedDecisions(
  q: Query,
  tenantId: string,
  now: Date,
  after: { expiresAt: Date; eventId: string } | undefined,
  limit: number,
): Promise<EventRow[]> {
  const { consentEvents: t } = q.tables;
  return q
    .select()
    .from(t)
    .where(
      and(
        eq(t.tenantId, tenantId),
        lte(t.expiresAt, now),
        after &&
          or(gt(t.expiresAt, after.expiresAt), and(eq(t.expiresAt, after.expiresAt), gt(t.eventId, after.eventId))),
        sql`NOT EXISTS (SELECT 1 FROM ${t} AS n WHERE n.tenant_id = ${t.tenantId} AND n.subject_id = ${t.subjectId} AND n.purpose_id = ${t.purposeId} AND n.seq > ${t.seq})`,
      ),
    )
    .orderBy(asc(t.expiresAt), asc(t.eventId))
    .limit(limit);
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

export async function visitorsOf(q: Query, tenantId: string, accountId: string): Promise<string[]> {
  const { subjectLinks: t } = q.tables;
  const rows = await q
    .select({ visitorId: t.visitorId })
    .from(t)
    .where(and(eq(t.tenantId, tenantId), eq(t.accountId, accountId)))
    .orderBy(asc(t.visitorId));
  return rows.map(({ visitorId }) => visitorId);
}
