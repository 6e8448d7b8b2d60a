import { and, asc, desc, eq, gt, gte, inArray, like, lt, lte, type SQL } from 'drizzle-orm';
import type { Tables } from '../store/schema.ts';
import type { Query } from '../store/store.ts';

export type AuditRow = Tables['auditEntries']['$inferSelect'];

export interface AuditFilter {
  /** An action, or its beginning up to a dot: `consent` finds `consent.given`. */
  action?: string;
  actor?: string;
  from?: Date;
  until?: Date;
  /** What finds the entries about one subject (subject-index.ts). */
  subject?: readonly string[];
  /** The last entry wanted, by id. */
  through?: string;
  /** The only one. */
  entryId?: string;
}

function matching(
  { tables }: Query,
  tenantId: string,
  filter: AuditFilter,
  after: string | undefined,
): SQL | undefined {
  const { auditEntries: t } = tables;
  return and(
    eq(t.tenantId, tenantId),
    filter.action === undefined
      ? undefined
      : filter.action.includes('.')
        ? eq(t.action, filter.action)
        : like(t.action, `${filter.action}.%`),
    filter.actor === undefined ? undefined : eq(t.actor, filter.actor),
    filter.from && gte(t.recordedAt, filter.from),
    filter.until && lt(t.recordedAt, filter.until),
    filter.subject === undefined ? undefined : inArray(t.subjectIndex, [...filter.subject]),
    filter.entryId === undefined ? undefined : eq(t.entryId, filter.entryId),
    after === undefined ? undefined : gt(t.entryId, after),
    filter.through === undefined ? undefined : lte(t.entryId, filter.through),
  );
}

/** Entries in order of time after the entry `after`. */
export async function entriesAfter(
  q: Query,
  tenantId: string,
  filter: AuditFilter,
  after: string | undefined,
  limit: number,
): Promise<AuditRow[]> {
  const { auditEntries: t } = q.tables;
  return q
    .select()
    .from(t)
    .where(matching(q, tenantId, filter, after))
    .orderBy(asc(t.entryId))
    .limit(limit);
}

/** An entry with its place and its salt, once it has them. */
export interface ShownEntry {
  entry: AuditRow;
  leafIndex: number | null;
  salt: Buffer | null;
}

/** The same with what opens their leaves: for who may read the audit. */
export async function shownEntriesAfter(
  q: Query,
  tenantId: string,
  filter: AuditFilter,
  after: string | undefined,
  limit: number,
): Promise<ShownEntry[]> {
  const { auditEntries: t, logLeaves: leaves } = q.tables;
  return q
    .select({ entry: t, leafIndex: leaves.leafIndex, salt: leaves.salt })
    .from(t)
    .leftJoin(leaves, and(eq(leaves.tenantId, t.tenantId), eq(leaves.entryId, t.entryId)))
    .where(matching(q, tenantId, filter, after))
    .orderBy(asc(t.entryId))
    .limit(limit);
}

export async function findEntry(q: Query, tenantId: string, entryId: string): Promise<AuditRow | undefined> {
  const { auditEntries: t } = q.tables;
  const [row] = await q
    .select()
    .from(t)
    .where(and(eq(t.tenantId, tenantId), eq(t.entryId, entryId)));
  return row;
}

/** When the newest entry was written; undefined when there is none. */
export async function newestEntryAt(q: Query, tenantId: string): Promise<Date | undefined> {
  const { auditEntries: t } = q.tables;
  const [row] = await q
    .select({ recordedAt: t.recordedAt })
    .from(t)
    .where(eq(t.tenantId, tenantId))
    .orderBy(desc(t.entryId))
    .limit(1);
  return row?.recordedAt;
}

/** The same of all tenants: one seek each. */
export async function newestEntryOfAny(q: Query): Promise<Date | undefined> {
  const { tenants } = q.tables;
  let newest: Date | undefined;
  for (const { tenantId } of await q.select({ tenantId: tenants.tenantId }).from(tenants)) {
    const at = await newestEntryAt(q, tenantId);
    if (at && (!newest || at > newest)) newest = at;
  }
  return newest;
}

/** The id of the newest entry; undefined when there is none. */
export async function newestEntryId(q: Query, tenantId: string): Promise<string | undefined> {
  const { auditEntries: t } = q.tables;
  const [row] = await q
    .select({ entryId: t.entryId })
    .from(t)
    .where(eq(t.tenantId, tenantId))
    .orderBy(desc(t.entryId))
    .limit(1);
  return row?.entryId;
}
