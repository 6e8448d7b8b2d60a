import { and, asc, desc, eq, gt, inArray, isNotNull, isNull, like, lt, lte, or, type SQL, sql } from 'drizzle-orm';
import { hot } from '../../foundations/store/hot.ts';
import type { Tables } from '../../foundations/store/schema.ts';
import type { Query } from '../../foundations/store/store.ts';
import { isOneOf, valueList } from '../../foundations/store/value-lists.ts';
import { accountsByVisitor, LINK_CATEGORY, visitorsByAccount } from '../consent/links.ts';
import { type HoldKind, KEEPING, STOPPING } from './hold-kinds.ts';
import type { Reach } from './reach.ts';

export type HoldRow = Tables['holds']['$inferSelect'];
export type SweepRow = Tables['sweeps']['$inferSelect'];
export type StepRow = Tables['sweepSteps']['$inferSelect'];
export type ClockMarkRow = Tables['clockMarks']['$inferSelect'];
export type PlanRow = Tables['retentionPlans']['$inferSelect'];

/** Holds in force at `now`. */
function inForce(q: Query, tenantId: string, now: Date): SQL {
  const { holds: t } = q.tables;
  return and(eq(t.tenantId, tenantId), isNull(t.releasedAt), or(isNull(t.until), gt(t.until, now))) as SQL;
}

/** What is asked about: a category, the purposes it serves, and the kinds of holds that matter. */
export interface HoldQuestion {
  category: string;
  purposes: readonly string[];
  kinds: readonly HoldKind[];
}

/** The holds in force that keep data from being destroyed. */
export async function keepingHolds(
  q: Query,
  tenantId: string,
  now: Date,
): Promise<Pick<HoldRow, 'subjectId' | 'category' | 'purpose' | 'kind'>[]> {
  const { holds: t } = q.tables;
  return q
    .selectDistinct({ subjectId: t.subjectId, category: t.category, purpose: t.purpose, kind: t.kind })
    .from(t)
    .where(and(inForce(q, tenantId, now), inArray(t.kind, KEEPING)));
}

/** How many of them there are. */
export async function countKeeping(q: Query, tenantId: string, now: Date): Promise<number> {
  const { holds: t } = q.tables;
  const rows = await q
    .select({ id: t.holdId })
    .from(t)
    .where(and(inForce(q, tenantId, now), inArray(t.kind, KEEPING)));
  return rows.length;
}

/** Why rows of a category may be held: the kinds of holds, and when the last of them ends (null: not by itself). */
export async function holdGrounds(
  q: Query,
  tenantId: string,
  question: HoldQuestion,
  now: Date,
): Promise<{ kinds: string[]; until: Date | null }> {
  const { holds: t } = q.tables;
  const rows = await q
    .selectDistinct({ kind: t.kind, until: t.until })
    .from(t)
    .where(and(inForce(q, tenantId, now), covers(q, question)));
  const ends = rows.map(({ until }) => until?.getTime() ?? Number.POSITIVE_INFINITY);
  const last = Math.max(...ends);
  return {
    kinds: [...new Set(rows.map(({ kind }) => kind))].sort(),
    until: Number.isFinite(last) ? new Date(last) : null,
  };
}

/** Categories whose rows may be a linked visitor's. */
const KNOWN_BY_LINK = ['visits.', 'consents.'];

/** Whether a hold on this category is good for nothing without the link that tells whose rows they are. */
export function needsLink(category: string | null): boolean {
  return category === null || KNOWN_BY_LINK.some((prefix) => category.startsWith(prefix));
}

/** Which holds reach a category: its own, those on everything or on a purpose of it, and for links those that need them. */
function covers(q: Query, { category, purposes, kinds }: HoldQuestion): SQL {
  const { holds: t } = q.tables;
  const ofVisitors = or(...KNOWN_BY_LINK.map((prefix) => like(t.category, `${prefix}%`)));
  const links = category === LINK_CATEGORY ? and(isNotNull(t.subjectId), ofVisitors) : undefined;
  return and(
    inArray(t.kind, [...kinds]),
    or(isNull(t.category), eq(t.category, category), links),
    purposes.length === 0 ? isNull(t.purpose) : or(isNull(t.purpose), inArray(t.purpose, [...purposes])),
  ) as SQL;
}

/** Whose rows holds protect: those they are on, and for an account the visitors linked to it, also those linked later. */
export async function protectedSubjects(
  q: Query,
  tenantId: string,
  question: HoldQuestion,
  now: Date,
): Promise<Set<string>> {
  const { holds: t } = q.tables;
  const rows = await q
    .selectDistinct({ subjectId: t.subjectId })
    .from(t)
    .where(and(inForce(q, tenantId, now), covers(q, question), isNotNull(t.subjectId)));
  const held = rows.flatMap(({ subjectId }) => subjectId ?? []);
  const visitors = await visitorsByAccount(q, tenantId, held);
  return new Set([...held, ...[...visitors.values()].flat()]);
}

/** What kinds of holds there are for a category, without listing the people. */
export async function holdScopes(
  q: Query,
  tenantId: string,
  question: HoldQuestion,
  now: Date,
): Promise<{ everybody: boolean; somebody: boolean }> {
  const { holds: t } = q.tables;
  const ofCategory = and(inForce(q, tenantId, now), covers(q, question));
  const [everybody] = await q
    .select({ id: t.holdId })
    .from(t)
    .where(and(ofCategory, isNull(t.subjectId)))
    .limit(1);
  const [somebody] = everybody ? [] : await q.select({ id: t.holdId }).from(t).where(ofCategory).limit(1);
  return { everybody: everybody !== undefined, somebody: somebody !== undefined };
}

/** The holds of these kinds in force, whole. */
export async function holdsInForce(
  q: Query,
  tenantId: string,
  kinds: readonly HoldKind[],
  now: Date,
): Promise<HoldRow[]> {
  const { holds: t } = q.tables;
  return q
    .select()
    .from(t)
    .where(and(inForce(q, tenantId, now), inArray(t.kind, [...kinds])))
    .orderBy(asc(t.holdId));
}

/** Holds that are over and still keep the name they were placed for, of every tenant. */
export async function namedAfterEnd(q: Query, now: Date): Promise<Pick<HoldRow, 'tenantId' | 'holdId'>[]> {
  const { holds: t } = q.tables;
  return q
    .select({ tenantId: t.tenantId, holdId: t.holdId })
    .from(t)
    .where(and(isNotNull(t.knownAsSealed), or(isNotNull(t.releasedAt), lte(t.until, now))));
}

export async function forgetName(tx: Query, { tenantId, holdId }: Pick<HoldRow, 'tenantId' | 'holdId'>): Promise<void> {
  const { holds: t } = tx.tables;
  await tx
    .update(t)
    .set({ knownAsSealed: null })
    .where(and(eq(t.tenantId, tenantId), eq(t.holdId, holdId)));
}

const anyStopping = hot<{ tenantId: string }, { id: string }[]>('holds_stopping', (q) => {
  const { holds: t } = q.tables;
  return q
    .select({ id: t.holdId })
    .from(t)
    .where(and(eq(t.tenantId, sql.placeholder('tenantId')), isNull(t.releasedAt), inArray(t.kind, STOPPING)))
    .limit(1);
});

/** A hold that reaches somebody; `since` is null where it was placed here. */
export type ReachingHold = Pick<HoldRow, 'subjectId' | 'category' | 'purpose' | 'since'>;

/** The holds in force that stop processing and reach one of these subjects; usually there is none in all the tenant. */
export async function stoppingHolds(
  q: Query,
  tenantId: string,
  subjectIds: string[],
  now: Date,
): Promise<ReachingHold[]> {
  return (await anyStopping(q, { tenantId })).length === 0 ? [] : reachingHolds(q, tenantId, STOPPING, subjectIds, now);
}

/** The holds of these kinds in force that reach one of these subjects, or everybody. */
export async function reachingHolds(
  q: Query,
  tenantId: string,
  kinds: readonly HoldKind[],
  subjectIds: string[],
  now: Date,
): Promise<ReachingHold[]> {
  const { holds: t } = q.tables;
  const accounts = subjectIds.length === 0 ? [] : (await accountsByVisitor(q, tenantId, subjectIds)).values();
  const reaching = or(
    isNull(t.subjectId),
    isOneOf(q, t.subjectId, valueList(t.subjectId, new Set([...subjectIds, ...accounts]))),
  );
  return q
    .select({ subjectId: t.subjectId, category: t.category, purpose: t.purpose, since: t.since })
    .from(t)
    .where(and(inForce(q, tenantId, now), inArray(t.kind, [...kinds]), reaching));
}

export async function insertHold(tx: Query, row: HoldRow): Promise<void> {
  await tx.insert(tx.tables.holds).values(row);
}

export async function findHold(q: Query, tenantId: string, holdId: string): Promise<HoldRow | undefined> {
  const { holds: t } = q.tables;
  const [row] = await q
    .select()
    .from(t)
    .where(and(eq(t.tenantId, tenantId), eq(t.holdId, holdId)));
  return row;
}

/** The holds in force that a request placed. */
export async function holdsOfRequest(q: Query, tenantId: string, requestId: string, now: Date): Promise<HoldRow[]> {
  const { holds: t } = q.tables;
  return q
    .select()
    .from(t)
    .where(and(inForce(q, tenantId, now), eq(t.requestId, requestId)))
    .orderBy(asc(t.holdId));
}

export async function releaseHold(
  tx: Query,
  tenantId: string,
  holdId: string,
  released: { at: Date; by: string },
): Promise<boolean> {
  const { holds: t } = tx.tables;
  const done = await tx
    .update(t)
    .set({ releasedAt: released.at, releasedBy: released.by })
    .where(and(eq(t.tenantId, tenantId), eq(t.holdId, holdId), isNull(t.releasedAt)))
    .returning({ id: t.holdId });
  return done.length > 0;
}

export async function holdsAfter(
  q: Query,
  tenantId: string,
  after: string | undefined,
  limit: number,
): Promise<HoldRow[]> {
  const { holds: t } = q.tables;
  return q
    .select()
    .from(t)
    .where(and(eq(t.tenantId, tenantId), after === undefined ? undefined : gt(t.holdId, after)))
    .orderBy(asc(t.holdId))
    .limit(limit);
}

export async function insertPlan(tx: Query, row: PlanRow): Promise<void> {
  await tx.insert(tx.tables.retentionPlans).values(row);
}

export async function findPlan(
  q: Query,
  tenantId: string,
  by: { planId: string } | { digest: string },
): Promise<PlanRow | undefined> {
  const { retentionPlans: t } = q.tables;
  const wanted = 'planId' in by ? eq(t.planId, by.planId) : eq(t.digest, by.digest);
  const [row] = await q
    .select()
    .from(t)
    .where(and(eq(t.tenantId, tenantId), wanted))
    .orderBy(desc(t.createdAt))
    .limit(1);
  return row;
}

/** Until the transaction ends, no other decides about this tenant's sweeps: on PostgreSQL the row locks it. */
export async function oneAtATime(tx: Query, tenantId: string): Promise<void> {
  const { leases: t } = tx.tables;
  const free = { owner: 'nobody', expiresAt: new Date(0) };
  await tx
    .insert(t)
    .values({ tenantId, name: 'sweep-decision', fence: 1, ...free })
    .onConflictDoUpdate({ target: [t.tenantId, t.name], set: free });
}

export async function insertSweep(tx: Query, row: SweepRow, steps: StepRow[]): Promise<void> {
  await tx.insert(tx.tables.sweeps).values(row);
  if (steps.length > 0) await tx.insert(tx.tables.sweepSteps).values(steps);
}

export async function findSweep(q: Query, tenantId: string, sweepId: string): Promise<SweepRow | undefined> {
  const { sweeps: t } = q.tables;
  const [row] = await q
    .select()
    .from(t)
    .where(and(eq(t.tenantId, tenantId), eq(t.sweepId, sweepId)));
  return row;
}

export async function sweepsWithStatus(q: Query, tenantId: string, statuses: string[]): Promise<SweepRow[]> {
  const { sweeps: t } = q.tables;
  return q
    .select()
    .from(t)
    .where(and(eq(t.tenantId, tenantId), inArray(t.status, statuses)))
    .orderBy(asc(t.startedAt));
}

export async function latestSweeps(
  q: Query,
  tenantId: string,
  before: string | undefined,
  limit: number,
): Promise<SweepRow[]> {
  const { sweeps: t } = q.tables;
  return q
    .select()
    .from(t)
    .where(and(eq(t.tenantId, tenantId), before === undefined ? undefined : lt(t.sweepId, before)))
    .orderBy(desc(t.sweepId))
    .limit(limit);
}

export async function stepsOf(q: Query, tenantId: string, sweepId: string): Promise<StepRow[]> {
  const { sweepSteps: t } = q.tables;
  return q
    .select()
    .from(t)
    .where(and(eq(t.tenantId, tenantId), eq(t.sweepId, sweepId)))
    .orderBy(asc(t.position));
}

/** The steps of a tenant that wait for an officer, whichever sweep they belong to. */
export async function waitingSteps(q: Query, tenantId: string): Promise<StepRow[]> {
  const { sweepSteps: t } = q.tables;
  return q
    .select()
    .from(t)
    .where(and(eq(t.status, 'awaiting-approval'), eq(t.tenantId, tenantId)))
    .orderBy(asc(t.sweepId), asc(t.position));
}

/** Whether anything of any tenant waits for an officer. */
export async function anythingWaits(q: Query): Promise<boolean> {
  const { sweepSteps: t } = q.tables;
  const [row] = await q.select({ rule: t.ruleId }).from(t).where(eq(t.status, 'awaiting-approval')).limit(1);
  return row !== undefined;
}

/** How far each rule may reach without asking anybody. */
export async function approvedReaches(q: Query, tenantId: string): Promise<Map<string, Reach>> {
  const { retentionApprovals: t } = q.tables;
  const rows = await q.select({ ruleId: t.ruleId, reach: t.reach }).from(t).where(eq(t.tenantId, tenantId));
  return new Map(rows.map(({ ruleId, reach }) => [ruleId, reach as Reach]));
}

export async function putApproval(
  tx: Query,
  row: Query['tables']['retentionApprovals']['$inferInsert'],
): Promise<void> {
  const { retentionApprovals: t } = tx.tables;
  const { tenantId: _t, ruleId: _r, ...set } = row;
  await tx
    .insert(t)
    .values(row)
    .onConflictDoUpdate({ target: [t.tenantId, t.ruleId], set });
}

export async function clockMarkOf(q: Query, tenantId: string): Promise<ClockMarkRow | undefined> {
  const { clockMarks: t } = q.tables;
  const [row] = await q.select().from(t).where(eq(t.tenantId, tenantId));
  return row;
}

export async function putClockMark(tx: Query, row: ClockMarkRow): Promise<void> {
  const { clockMarks: t } = tx.tables;
  const { tenantId: _, ...set } = row;
  await tx
    .insert(t)
    .values(row)
    .onConflictDoUpdate({ target: [t.tenantId], set });
}

/** Tenants of whose clock nothing is remembered yet. */
export async function tenantsWithoutMark(q: Query): Promise<string[]> {
  const { clockMarks: t, tenants } = q.tables;
  const rows = await q
    .select({ tenantId: tenants.tenantId })
    .from(tenants)
    .leftJoin(t, eq(t.tenantId, tenants.tenantId))
    .where(isNull(t.tenantId));
  return rows.map(({ tenantId }) => tenantId);
}

export async function updateStep(
  tx: Query,
  step: Pick<StepRow, 'tenantId' | 'sweepId' | 'ruleId'>,
  values: Partial<StepRow>,
): Promise<void> {
  const { sweepSteps: t } = tx.tables;
  await tx
    .update(t)
    .set(values)
    .where(and(eq(t.tenantId, step.tenantId), eq(t.sweepId, step.sweepId), eq(t.ruleId, step.ruleId)));
}

export async function updateSweep(
  tx: Query,
  tenantId: string,
  sweepId: string,
  values: Partial<SweepRow>,
): Promise<void> {
  const { sweeps: t } = tx.tables;
  await tx
    .update(t)
    .set(values)
    .where(and(eq(t.tenantId, tenantId), eq(t.sweepId, sweepId)));
}
