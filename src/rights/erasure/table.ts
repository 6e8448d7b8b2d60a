import { and, asc, eq, gt, inArray, lte, notInArray } from 'drizzle-orm';
import { Problem } from '../../foundations/contract/problem.ts';
import type { ErasureDecision } from '../../foundations/holders/holder.ts';
import type { Tables } from '../../foundations/store/schema.ts';
import type { Query } from '../../foundations/store/store.ts';
import type { Actor, Decisions, Intent, PartOutcome } from './intent.ts';
import type { Erasure } from './model.ts';

type StoredErasure = Tables['erasures']['$inferSelect'];
type StoredPart = Tables['erasureParts']['$inferSelect'];

type Kept = Omit<StoredErasure, 'status' | 'outcome' | 'held'> & { held: Intent | null };
/** A running erasure keeps what it is going to do, a finished one what it did and what a hold keeps back. */
export type RunningErasure = Kept & { status: 'running'; outcome: Intent };
export type FinishedErasure = Kept & { status: 'finished'; outcome: Erasure };
export type ErasureRow = RunningErasure | FinishedErasure;
/** What one officer proposed: not begun, and nothing is done of it unless another agrees. */
export type ProposedErasure = Omit<StoredErasure, 'outcome'> & { outcome: ProposalOutcome };

/** How a proposal stands; what it would do is sealed beside it. */
export interface ProposalOutcome {
  proposedBy: Actor;
  ground: string;
  decidedBy?: Actor;
  /** RFC 3339. */
  decidedAt?: string;
}

const PROPOSED = 'proposed';
const NOT_AGREED = 'not-agreed';
export type PartRow = Omit<StoredPart, 'outcome'> & { outcome: PartOutcome };

/**
 * What was kept as JSON, in the database or in the ledger, with its decisions as they were made: the one place where
 * days of review are instants again.
 */
export function revived<T extends { decisions: Decisions }>(kept: unknown): T {
  const decisions = Object.entries((kept as T).decisions).map(([category, decision]) => [
    category,
    withInstants(decision),
  ]);
  return { ...(kept as T), decisions: Object.fromEntries(decisions) };
}

function withInstants({ reviewAt, onRelease, ...decision }: ErasureDecision): ErasureDecision {
  return {
    ...decision,
    ...(reviewAt && { reviewAt: new Date(reviewAt) }),
    ...(onRelease && { onRelease: withInstants(onRelease) }),
  };
}

function toErasure(tables: Tables, row: StoredErasure): ErasureRow {
  const intent = (kept: unknown) => withPseudonyms(tables, 'mapFromDriverValue', revived<Intent>(kept));
  const held = row.held === null ? null : intent(row.held);
  if (row.status === 'finished') return { ...row, held } as FinishedErasure;
  return { ...row, held, status: 'running', outcome: intent(row.outcome) };
}

/** The same with whom it is about as the database knows them, or as the code does. */
function withPseudonyms<T extends Intent>(
  { erasures: { subjectId } }: Tables,
  way: 'mapToDriverValue' | 'mapFromDriverValue',
  intent: T,
): T {
  const mapped = (ids: string[]) => ids.map((id) => subjectId[way](id) as string);
  return { ...intent, subjectIds: mapped(intent.subjectIds), protectedAs: mapped(intent.protectedAs) };
}

type Kinds = Pick<Partial<ErasureRow>, 'outcome' | 'held'>;

/** What is written of a row: an intent is kept in it as everything else of the domain is. */
function asKept<V extends object>(tables: Tables, values: V & Kinds): V {
  const kept = (value: unknown) =>
    value !== null && typeof value === 'object' && 'subjectIds' in value
      ? withPseudonyms(tables, 'mapToDriverValue', value as Intent)
      : value;
  const { outcome, held } = values;
  return {
    ...values,
    ...(outcome !== undefined && { outcome: kept(outcome) }),
    ...(held !== undefined && { held: kept(held) }),
  };
}

const toPart = (row: StoredPart): PartRow => ({ ...row, outcome: revived<PartOutcome>(row.outcome) });

export async function insertErasure(tx: Query, row: RunningErasure): Promise<void> {
  // Of two at once the second finds it there and looks again.
  await tx.insert(tx.tables.erasures).values(asKept(tx.tables, row)).onConflictDoNothing();
}

export async function findErasure(q: Query, tenantId: string, erasureId: string): Promise<ErasureRow | undefined> {
  const { erasures: t } = q.tables;
  const [row] = await q
    .select()
    .from(t)
    .where(and(eq(t.tenantId, tenantId), eq(t.erasureId, erasureId), notInArray(t.status, [PROPOSED, NOT_AGREED])));
  return row && toErasure(q.tables, row);
}

export async function insertProposal(
  tx: Query,
  row: Omit<ProposedErasure, 'status' | 'finishedAt' | 'requestId' | 'knownAsSealed' | 'held'>,
): Promise<void> {
  const absent = { finishedAt: null, requestId: null, knownAsSealed: null, held: null };
  await tx.insert(tx.tables.erasures).values({ ...row, ...absent, status: PROPOSED });
}

/** A proposal, whether or not it is decided. */
export async function findProposal(
  q: Query,
  tenantId: string,
  erasureId: string,
): Promise<ProposedErasure | undefined> {
  const { erasures: t } = q.tables;
  const [row] = await q
    .select()
    .from(t)
    .where(and(eq(t.tenantId, tenantId), eq(t.erasureId, erasureId), inArray(t.status, [PROPOSED, NOT_AGREED])));
  return row as ProposedErasure | undefined;
}

/** Proposals nobody has decided that were made before an instant. */
export async function openProposals(q: Query, tenantId: string, before: Date): Promise<ProposedErasure[]> {
  const { erasures: t } = q.tables;
  const rows = await q
    .select()
    .from(t)
    .where(and(eq(t.tenantId, tenantId), eq(t.status, PROPOSED), lte(t.startedAt, before)));
  return rows as ProposedErasure[];
}

/** Proposals about a person who is erased meanwhile: they end, and nobody can open them any more (their keys go with time). */
export async function endProposalsOf(tx: Query, tenantId: string, subjectIds: string[]): Promise<void> {
  const { erasures: t } = tx.tables;
  await tx
    .update(t)
    .set({ status: NOT_AGREED, subjectId: null, orderSealed: null })
    .where(and(eq(t.tenantId, tenantId), eq(t.status, PROPOSED), inArray(t.subjectId, subjectIds)));
}

/** Takes a proposal that nobody has decided yet: it begins, or it ends there. False when somebody was faster. */
export async function decideProposal(
  tx: Query,
  { tenantId, erasureId }: Pick<ProposedErasure, 'tenantId' | 'erasureId'>,
  becomes: RunningErasure | { status: typeof NOT_AGREED; outcome: ProposalOutcome; subjectId: null },
): Promise<boolean> {
  const { erasures: t } = tx.tables;
  const taken = await tx
    .update(t)
    .set({ ...asKept(tx.tables, becomes as RunningErasure), orderSealed: null })
    .where(and(eq(t.tenantId, tenantId), eq(t.erasureId, erasureId), eq(t.status, PROPOSED)))
    .returning({ id: t.erasureId });
  return taken.length === 1;
}

/** @throws Problem `not-found` */
export async function requireErasure(q: Query, tenantId: string, erasureId: string): Promise<ErasureRow> {
  const row = await findErasure(q, tenantId, erasureId);
  if (!row) throw new Problem('not-found', 'There is no erasure of this id.');
  return row;
}

/** The erasure that runs for a subject. */
export async function runningErasureOf(q: Query, tenantId: string, subjectId: string): Promise<string | undefined> {
  const { erasures: t } = q.tables;
  const [row] = await q
    .select({ erasureId: t.erasureId })
    .from(t)
    .where(and(eq(t.tenantId, tenantId), eq(t.subjectId, subjectId), eq(t.status, 'running')));
  return row?.erasureId;
}

/** All that run, the oldest first. */
export async function runningErasures(q: Query, tenantId: string): Promise<string[]> {
  const { erasures: t } = q.tables;
  const rows = await q
    .select({ erasureId: t.erasureId })
    .from(t)
    .where(and(eq(t.tenantId, tenantId), eq(t.status, 'running')))
    .orderBy(asc(t.startedAt));
  return rows.map(({ erasureId }) => erasureId);
}

/** Those of these erasures that are finished, with the categories of each that a hold keeps back. */
export async function finishedErasures(
  q: Query,
  tenantId: string,
  erasureIds: string[],
): Promise<Map<string, string[]>> {
  const { erasures: t } = q.tables;
  const rows = await q
    .select({ erasureId: t.erasureId, held: t.held })
    .from(t)
    .where(and(eq(t.tenantId, tenantId), inArray(t.erasureId, erasureIds), eq(t.status, 'finished')));
  return new Map(rows.map(({ erasureId, held }) => [erasureId, held === null ? [] : heldIn(held as Intent)]));
}

/** Categories that were decided on and that a hold protected. */
export const heldIn = ({ decisions }: Pick<Intent, 'decisions'>): string[] =>
  Object.values(decisions).flatMap(({ category, action }) => (action === 'held' ? [category] : []));

/** Finished ones of which a hold keeps something back, the oldest first. */
export async function erasuresHeldBack(q: Query, tenantId: string): Promise<string[]> {
  const { erasures: t } = q.tables;
  const rows = await q
    .select({ erasureId: t.erasureId })
    .from(t)
    // Only of these the pseudonym still stands.
    .where(and(eq(t.tenantId, tenantId), gt(t.subjectId, ''), eq(t.status, 'finished')))
    .orderBy(asc(t.startedAt));
  return rows.map(({ erasureId }) => erasureId);
}

export async function updateErasure(
  tx: Query,
  { tenantId, erasureId }: Pick<ErasureRow, 'tenantId' | 'erasureId'>,
  values: Partial<Omit<ErasureRow, 'status' | 'outcome'>> & Partial<Pick<ErasureRow, 'status' | 'outcome'>>,
): Promise<void> {
  const { erasures: t } = tx.tables;
  await tx
    .update(t)
    .set(asKept(tx.tables, values))
    .where(and(eq(t.tenantId, tenantId), eq(t.erasureId, erasureId)));
}

export async function erasureOfRequest(q: Query, tenantId: string, requestId: string): Promise<string | undefined> {
  const { erasures: t } = q.tables;
  const [row] = await q
    .select({ erasureId: t.erasureId })
    .from(t)
    .where(and(eq(t.tenantId, tenantId), eq(t.requestId, requestId)));
  return row?.erasureId;
}

export async function insertParts(tx: Query, rows: PartRow[]): Promise<void> {
  await tx.insert(tx.tables.erasureParts).values(rows);
}

export async function partsOf(q: Query, tenantId: string, erasureId: string): Promise<PartRow[]> {
  const { erasureParts: t } = q.tables;
  const rows = await q
    .select()
    .from(t)
    .where(and(eq(t.tenantId, tenantId), eq(t.erasureId, erasureId)))
    .orderBy(asc(t.holder));
  return rows.map(toPart);
}

/** Which erasures have a part that is due. */
export async function erasuresWithDueParts(q: Query, tenantId: string, now: Date): Promise<string[]> {
  const { erasureParts: t } = q.tables;
  const rows = await q
    .selectDistinct({ erasureId: t.erasureId })
    .from(t)
    .where(and(eq(t.tenantId, tenantId), inArray(t.status, OPEN), lte(t.nextAttemptAt, now)));
  return rows.map(({ erasureId }) => erasureId);
}

/** Which finished erasures have a part of which a hold keeps something back. */
export async function erasuresWithHeldParts(q: Query, tenantId: string): Promise<string[]> {
  const { erasureParts: t } = q.tables;
  const rows = await q
    .selectDistinct({ erasureId: t.erasureId })
    .from(t)
    .where(and(eq(t.tenantId, tenantId), eq(t.status, 'held')));
  return rows.map(({ erasureId }) => erasureId);
}

const OPEN = ['pending', 'accepted'];

const ofPart = (t: Tables['erasureParts'], { tenantId, erasureId, holder }: PartRow) =>
  and(eq(t.tenantId, tenantId), eq(t.erasureId, erasureId), eq(t.holder, holder));

/** Takes a due part until then; undefined when it is not due, or another instance has it. */
export async function claimPart(tx: Query, part: PartRow, now: Date, until: Date): Promise<PartRow | undefined> {
  const { erasureParts: t } = tx.tables;
  const [row] = await tx
    .update(t)
    .set({ nextAttemptAt: until, updatedAt: now })
    .where(and(ofPart(t, part), inArray(t.status, OPEN), lte(t.nextAttemptAt, now)))
    .returning();
  return row && toPart(row);
}

/** Makes an accepted part due now; whether there was one that waited. */
export async function hastenPart(
  tx: Query,
  { tenantId, holder, reference }: { tenantId: string; holder: string; reference: string },
  now: Date,
): Promise<boolean> {
  const { erasureParts: t } = tx.tables;
  const rows = await tx
    .update(t)
    .set({ nextAttemptAt: now })
    .where(
      and(
        eq(t.tenantId, tenantId),
        eq(t.holder, holder),
        eq(t.reference, reference),
        eq(t.status, 'accepted'),
        gt(t.nextAttemptAt, now),
      ),
    )
    .returning({ holder: t.holder });
  return rows.length > 0;
}

export async function updatePart(tx: Query, part: PartRow, values: Partial<PartRow>): Promise<void> {
  const { erasureParts: t } = tx.tables;
  await tx.update(t).set(values).where(ofPart(t, part));
}
