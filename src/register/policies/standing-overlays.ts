import { and, desc, eq, gt, isNull, lte, or } from 'drizzle-orm';
import { hot, placeholderFor } from '../../foundations/store/hot.ts';
import type { Query } from '../../foundations/store/store.ts';
import { type Fact, factAsOf } from '../facts/as-of.ts';
import { overlayByHash, tenantPolicyFacts } from '../facts/table.ts';
import type { PolicySet } from './model.ts';
import { merged, type Overlay, type OverlayFact, type Said } from './tenant-overlay.ts';

/** For every time from `from` on, until the next one begins: this word stands, or none. */
interface Stretch {
  /** Milliseconds since 1970, as in all of `until`; exclusive. */
  from: number;
  until: number;
  standing: { overlay: Overlay; said: Said } | null;
}

/** An institution's words over time, as they are known now. */
export type Stretches = readonly Stretch[];

/** What an overlay's fact tells of the entries that stand by it. */
export function saidBy(fact: Pick<Fact<OverlayFact>, 'validFrom' | 'value'>): Said {
  const proposal = fact.value?.proposal;
  return { since: fact.value?.since ?? fact.validFrom.toISOString().slice(0, 10), ...(proposal ? { proposal } : {}) };
}

/** The words of every institution that ever had one, over all time. */
export async function readStretches(q: Query): Promise<Map<string, Stretches>> {
  const facts = await tenantPolicyFacts(q);
  const kept = new Map<string, Overlay>();
  const tenants = new Map<string, Stretches>();
  for (const tenantId of new Set(facts.map((fact) => fact.tenantId))) {
    const own = facts.filter((fact) => fact.tenantId === tenantId);
    for (const hash of new Set(own.flatMap(({ value }) => value?.overlay ?? []))) {
      const overlay = kept.get(hash) ?? (await overlayByHash(q, tenantId, hash));
      if (overlay) kept.set(hash, overlay);
    }
    tenants.set(tenantId, stretchesOf(own, kept));
  }
  return tenants;
}

function stretchesOf(facts: readonly Fact<OverlayFact>[], kept: ReadonlyMap<string, Overlay>): Stretches {
  const edges = facts.flatMap(({ validFrom, validUntil }) => [validFrom, validUntil ?? []].flat());
  const instants = [...new Set(edges.map((edge) => edge.getTime()))].sort((a, b) => a - b);
  const knownAt = new Date(8.64e15);
  return instants.map((from, index) => {
    const fact = factAsOf(facts, { at: new Date(from), knownAt });
    const overlay = fact?.value && kept.get(fact.value.overlay);
    return {
      from,
      until: instants[index + 1] ?? Number.POSITIVE_INFINITY,
      standing: fact && overlay ? { overlay, said: saidBy(fact) } : null,
    };
  });
}

/** The stretch of an instant; before the first, nothing stands. */
export function stretchAt(stretches: Stretches, at: number): Stretch {
  const found = stretches.find(({ from, until }) => from <= at && at < until);
  return (
    found ?? { from: Number.NEGATIVE_INFINITY, until: stretches[0]?.from ?? Number.POSITIVE_INFINITY, standing: null }
  );
}

/** The set that decides for a tenant in a stretch; the installation's own where no word stands. */
export function effective(base: PolicySet, { standing }: Pick<Stretch, 'standing'>): PolicySet {
  return standing ? merged(base, standing.overlay, standing.said) : base;
}

const standingNow = hot<{ tenantId: string; at: Date }, { value: unknown }[]>('tenant_policies_in_force', (q) => {
  const { registerFacts: t } = q.tables;
  return q
    .select({ value: t.value })
    .from(t)
    .where(
      and(
        eq(t.tenantId, placeholderFor(t.tenantId, 'tenantId')),
        eq(t.kind, 'tenant-policies'),
        lte(t.validFrom, placeholderFor(t.validFrom, 'at')),
        or(isNull(t.validUntil), gt(t.validUntil, placeholderFor(t.validUntil, 'at'))),
      ),
    )
    .orderBy(desc(t.version))
    .limit(1);
});

/** The hash of the word that stands for a tenant by what is in the database; undefined: none. */
export async function overlayInForce(q: Query, tenantId: string, at: Date): Promise<string | undefined> {
  const [fact] = await standingNow(q, { tenantId, at });
  return (fact?.value as OverlayFact | null | undefined)?.overlay;
}
