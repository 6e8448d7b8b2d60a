import type { Audit } from '../../foundations/audit/audit.ts';
import type { Context } from '../../foundations/contract/context.ts';
import type { Query, Store } from '../../foundations/store/store.ts';
import type { ScopeKey, Vault } from '../../foundations/vault/vault.ts';
import { localDay } from '../../law/duration.ts';
import type { Policies } from '../../register/policies/policies.ts';
import { closeDay, daysSeen, type SeenVisitor, visitorDays } from './table/visitors.ts';

/**
 * Different visitors of a portal and day are counted without anybody being known: by a pseudonym of address and browser
 * under a salt that is a key of the keyring, so that every instance has the same, and a restart too. When the day is over
 * the salt is destroyed, and with it whatever leads from the address to the pseudonym; the count alone stays, where it
 * is of at least k. While the salt lives this is personal data under a pseudonym (Art. 4(5)), and never called anonymous.
 */
const PREFIX = 'statistics:';
const SCOPES_PER_PAGE = 100;

export const saltScope = (day: string): string => `${PREFIX}${day}`;

/** The salt of today; undefined where the policies count no visitors. Before the transaction: it may be made. */
export async function saltOfToday(
  { vault, policies }: { vault: Vault; policies: Policies },
  { tenant, clock }: Context,
): Promise<{ day: string; key: ScopeKey } | undefined> {
  if (!policies.of(tenant.id).current().installation.capture.statistics) return undefined;
  const day = localDay(clock(), tenant.timeZone);
  return { day, key: await vault.key(tenant.id, saltScope(day)) };
}

/** How a visit counts today; undefined for a robot, without an address, or of another day: its salt is no more. */
export function seenVisitor(
  salt: { day: string; key: ScopeKey } | undefined,
  { tenant }: Context,
  visit: { portal: string; address?: string | undefined; userAgent?: string | undefined; occurredAt: Date },
  robot: boolean,
): SeenVisitor | undefined {
  if (!salt || robot || visit.address === undefined) return undefined;
  if (localDay(visit.occurredAt, tenant.timeZone) !== salt.day) return undefined;
  const visitor = salt.key.index(`visitor ${visit.portal}`, `${visit.address}\n${visit.userAgent ?? ''}`);
  return { tenantId: tenant.id, day: salt.day, portal: visit.portal, visitor };
}

interface CloseDeps {
  store: Store;
  audit: Audit;
  vault: Vault;
  policies: Policies;
}

/** Ends the days that are over: salts first, so that nothing more comes under them, then the counts. Repeatable. */
export async function closeDays({ store, audit, vault, policies }: CloseDeps, context: Context): Promise<number> {
  const tenantId = context.tenant.id;
  const today = localDay(context.clock(), context.tenant.timeZone);
  const salted: string[] = [];
  for (let after = ''; ; after = salted.at(-1) ?? '') {
    const page = await vault.scopes(tenantId, PREFIX, after, SCOPES_PER_PAGE);
    salted.push(...page);
    if (page.length < SCOPES_PER_PAGE) break;
  }
  const days = new Set([
    ...salted.map((scope) => scope.slice(PREFIX.length)),
    ...(await store.read((q) => daysSeen(q, tenantId))),
  ]);
  const over = [...days].filter((day) => day < today).sort();
  for (const day of over) {
    await vault.shred(tenantId, [saltScope(day)]);
    const set = policies.of(tenantId).current();
    await store.write(async (tx) => {
      const counted = await closeDay(tx, tenantId, day, set.installation.retention.minimumCell);
      await audit.add(tx, context, {
        action: 'visits.visitors-counted',
        policyHash: set.hash,
        detail: { day, portals: counted.published, suppressed: counted.suppressed },
      });
    });
  }
  if (over.length > 0) {
    await vault.scrub();
    await store.scrub();
  }
  return over.length;
}

/** The counts of these days; of a portal with fewer than k visitors there is none. */
export const visitorsOf = (
  store: Store,
  { tenant }: Context,
  { from, until }: { from?: string; until?: string },
): Promise<{ day: string; portal: string; visitors: number }[]> =>
  store.read((q: Query) => visitorDays(q, tenant.id, from, until));
