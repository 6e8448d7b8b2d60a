import { and, asc, desc, eq, inArray, lt, lte, ne, sql } from 'drizzle-orm';
import type { Query } from '../../foundations/store/store.ts';
import type { PolicySet } from '../policies/model.ts';
import type { Overlay, OverlayFact } from '../policies/tenant-overlay.ts';
import { type Fact, type FactKind, INSTALLATION } from './as-of.ts';

/** A diary, which grows with every day: the view has no use of it. */
const APART: FactKind = 'officer-task';

/** Every fact of a tenant and of the installation that the view is made of, in the order of recording. */
export async function factsOf(q: Query, tenantId: string): Promise<Fact[]> {
  const { registerFacts: facts } = q.tables;
  const rows = await q
    .select()
    .from(facts)
    .where(and(inArray(facts.tenantId, [...new Set([tenantId, INSTALLATION])]), ne(facts.kind, APART)))
    .orderBy(asc(facts.recordedAt), asc(facts.tenantId), asc(facts.kind), asc(facts.entityId), asc(facts.version));
  return rows as Fact[];
}

/** How many facts there are, of a tenant and of the installation or of all: grows with every one. */
export async function factCount(q: Query, tenantId?: string): Promise<number> {
  const { registerFacts: facts } = q.tables;
  const [row] = await q
    .select({ count: sql<number>`count(*)`.mapWith(Number) })
    .from(facts)
    .where(tenantId === undefined ? undefined : inArray(facts.tenantId, [...new Set([tenantId, INSTALLATION])]));
  return row?.count ?? 0;
}

/** Facts of one kind in every tenant. */
export async function factsOfKind(q: Query, kind: FactKind): Promise<Fact[]> {
  const { registerFacts: facts } = q.tables;
  const rows = await q
    .select()
    .from(facts)
    .where(eq(facts.kind, kind))
    .orderBy(asc(facts.tenantId), asc(facts.entityId), asc(facts.version));
  return rows as Fact[];
}

/** What was recorded of one entity, in order. */
export async function entityFacts(q: Query, tenantId: string, kind: FactKind, entityId: string): Promise<Fact[]> {
  const { registerFacts: facts } = q.tables;
  const rows = await q
    .select()
    .from(facts)
    .where(and(eq(facts.tenantId, tenantId), eq(facts.kind, kind), eq(facts.entityId, entityId)))
    .orderBy(asc(facts.version));
  return rows as Fact[];
}

export async function latestFact<V = unknown>(
  q: Query,
  tenantId: string,
  kind: FactKind,
  entityId: string,
): Promise<Fact<V> | undefined> {
  const { registerFacts: facts } = q.tables;
  const [row] = await q
    .select()
    .from(facts)
    .where(and(eq(facts.tenantId, tenantId), eq(facts.kind, kind), eq(facts.entityId, entityId)))
    .orderBy(desc(facts.version))
    .limit(1);
  return row as Fact<V> | undefined;
}

/** Facts of one kind that are never changed, newest first: those before `before`, recorded up to `until`. */
export async function newestFacts(
  q: Query,
  tenantId: string,
  kind: FactKind,
  { before, until, limit }: { before?: string | undefined; until?: Date | undefined; limit: number },
): Promise<Fact[]> {
  const { registerFacts: facts } = q.tables;
  const rows = await q
    .select()
    .from(facts)
    .where(
      and(
        eq(facts.tenantId, tenantId),
        eq(facts.kind, kind),
        before === undefined ? undefined : lt(facts.entityId, before),
        until && lte(facts.recordedAt, until),
      ),
    )
    .orderBy(desc(facts.entityId))
    .limit(limit);
  return rows as Fact[];
}

export async function countFactsOf(q: Query, tenantId: string, kind: FactKind): Promise<number> {
  const { registerFacts: facts } = q.tables;
  const [row] = await q
    .select({ count: sql<number>`count(*)`.mapWith(Number) })
    .from(facts)
    .where(and(eq(facts.tenantId, tenantId), eq(facts.kind, kind)));
  return row?.count ?? 0;
}

/** Since when there has been a register at all; undefined before its first set of policies. */
export async function beginningOf(q: Query): Promise<Date | undefined> {
  const { registerFacts: facts } = q.tables;
  const [row] = await q
    .select({ validFrom: facts.validFrom })
    .from(facts)
    .where(and(eq(facts.tenantId, INSTALLATION), eq(facts.kind, 'policies'), eq(facts.version, 1)));
  return row?.validFrom;
}

/** Whether it was added; false when the version is taken. */
export async function insertFact(tx: Query, fact: Fact): Promise<boolean> {
  const { registerFacts: facts } = tx.tables;
  const added = await tx.insert(facts).values(fact).onConflictDoNothing().returning({ version: facts.version });
  return added.length > 0;
}

/** What was ever recorded of institutions' own words, of every tenant. */
export async function tenantPolicyFacts(q: Query): Promise<Fact<OverlayFact>[]> {
  return (await factsOfKind(q, 'tenant-policies')) as Fact<OverlayFact>[];
}

/** How many there are: grows with every one. */
export async function tenantPolicyCount(q: Query): Promise<number> {
  const { registerFacts: facts } = q.tables;
  const [row] = await q
    .select({ count: sql<number>`count(*)`.mapWith(Number) })
    .from(facts)
    .where(eq(facts.kind, 'tenant-policies'));
  return row?.count ?? 0;
}

/** Marks what is kept as an institution's word: alone it decides nothing. */
interface KeptOverlay {
  tenantOverlay: Pick<Overlay, 'tenantId' | 'parts'>;
}

async function keep(tx: Query, row: { tenantId: string; hash: string; content: unknown; firstLoadedAt: Date }) {
  await tx.insert(tx.tables.policySets).values(row).onConflictDoNothing();
}

async function kept(q: Query, tenantIds: string[], hash: string): Promise<unknown> {
  const { policySets: sets } = q.tables;
  const [row] = await q
    .select({ content: sets.content })
    .from(sets)
    .where(and(inArray(sets.tenantId, tenantIds), eq(sets.hash, hash)));
  return row?.content;
}

/** Keeps a set whole: the installation's, or the one in which an institution's word stands over it. */
export async function keepPolicySet(
  tx: Query,
  policies: PolicySet,
  now: Date,
  tenantId: string = INSTALLATION,
): Promise<void> {
  await keep(tx, { tenantId, hash: policies.hash, content: policies, firstLoadedAt: now });
}

/** A set of this hash, of the installation or, where its id is given, of a tenant. */
export async function policySet(q: Query, hash: string, tenantId = INSTALLATION): Promise<PolicySet | undefined> {
  const content = await kept(q, [...new Set([tenantId, INSTALLATION])], hash);
  return isOverlay(content) ? undefined : (content as PolicySet | undefined);
}

/** Keeps an institution's word: what a fact of kind `tenant-policies` names. */
export async function keepOverlay(tx: Query, { tenantId, hash, parts }: Overlay, now: Date): Promise<void> {
  const content: KeptOverlay = { tenantOverlay: { tenantId, parts } };
  await keep(tx, { tenantId, hash, content, firstLoadedAt: now });
}

export async function overlayByHash(q: Query, tenantId: string, hash: string): Promise<Overlay | undefined> {
  const content = await kept(q, [tenantId], hash);
  return isOverlay(content) ? { ...content.tenantOverlay, hash } : undefined;
}

const isOverlay = (content: unknown): content is KeptOverlay =>
  typeof content === 'object' && content !== null && 'tenantOverlay' in content;
