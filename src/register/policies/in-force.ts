import { desc, eq, sql } from 'drizzle-orm';
import { Problem } from '../../foundations/contract/problem.ts';
import { hot } from '../../foundations/store/hot.ts';
import type { Query, Store } from '../../foundations/store/store.ts';
import { INSTALLATION } from '../facts/as-of.ts';
import type { Loaded } from './load.ts';
import type { PolicySet } from './model.ts';
import { overlayInForce } from './standing-overlays.ts';
import type { Overlay } from './tenant-overlay.ts';

/** How an instance's set stands to the one that the database says is in force. */
export interface InForce {
  /** This instance decides by it. */
  hash: string;
  /** Undefined where none was ever recorded. */
  inForce: string | undefined;
  same: boolean;
}

const latest = hot<{ tenantId: string }, { value: unknown }[]>('policies_in_force', (q) => {
  const { registerFacts: t } = q.tables;
  return q
    .select({ value: t.value })
    .from(t)
    .where(
      sql`${t.tenantId} = ${sql.placeholder('tenantId')} AND ${eq(t.kind, 'policies')} AND ${eq(t.entityId, 'policies')}`,
    )
    .orderBy(desc(t.version))
    .limit(1);
});

async function hashInForce(q: Query): Promise<string | undefined> {
  const [fact] = await latest(q, { tenantId: INSTALLATION });
  return (fact?.value as { hash: string } | null | undefined)?.hash;
}

/** What an instance decides by for one tenant. */
export interface DecidesBy {
  tenantId: string;
  /** The installation's set. */
  base: string;
  /** The institution's word over it; undefined: none. */
  overlay: string | undefined;
  /** The set that is made of both. */
  effective: string;
}

/**
 * Destroying waits for the set in force: one that another instance has put in force since, for the installation or for
 * this portal, may keep what this one's would destroy. Asked in the transaction that destroys, or that decides to.
 *
 * @param hash what was decided by
 * @throws Problem `policies-superseded`
 */
export async function requireInForce(q: Query, hash: string, own: DecidesBy, now: Date): Promise<void> {
  const inForce = await hashInForce(q);
  if (inForce === undefined) return;
  const overlay = await overlayInForce(q, own.tenantId, now);
  if (inForce === own.base && overlay === own.overlay && hash === own.effective) return;
  throw new Problem(
    'policies-superseded',
    'Other policies are in force than those this was decided by, so nothing was destroyed. An instance takes them over ' +
      'from its own folder: see that it is the same everywhere, and try again.',
  );
}

/** Compares, and takes over from the folder what another instance has put in force from the same one. */
export async function refreshed(
  store: Pick<Store, 'read'>,
  policies: { current(): PolicySet; candidate(): Loaded; adopt(next: PolicySet, overlays: readonly Overlay[]): void },
): Promise<InForce> {
  const inForce = await store.read((q) => hashInForce(q));
  const state = ({ hash }: PolicySet): InForce => ({
    hash,
    inForce,
    same: inForce === undefined || inForce === hash,
  });
  const now = state(policies.current());
  if (now.same) return now;
  const { policies: next, overlays } = policies.candidate();
  if (next?.hash !== inForce) return now;
  policies.adopt(next as PolicySet, overlays as Overlay[]);
  return state(policies.current());
}
