import type { TenantScope } from '../contract/context.ts';
import type { Permission } from '../contract/permissions.ts';
import { Problem } from '../contract/problem.ts';
import type { Query } from '../store/store.ts';
import { hasDeparted, tenantById } from './table.ts';

/**
 * While the contract with an institution ends, nothing new comes in; what persons have a right to, what officers must
 * answer, and reading go on until everything is erased.
 */
const GOES_ON: ReadonlySet<Permission | 'public'> = new Set<Permission | 'public'>([
  'public',
  'tokens.manage',
  'outbox.manage',
  'officer.record',
  'authority-packs.make',
  'subjects.rectify',
  'subjects.erase',
  'subjects.decide-erasure',
  'subjects.admit',
  'erasures.approve',
  'information.decide',
  'information.record',
  'recipients.answer',
  'recipients.tasks',
  'breaches.report',
  'breaches.manage',
  'special-texts.mark',
  'special-texts.unmark',
  'disclosures.request',
  'disclosures.decide',
  'identity.supply',
  'identity.decide',
  'requests.open',
  'requests.manage',
  'requests.approve',
  'opendsr.submit',
  'packages.prepare',
  'packages.content',
  'packages.release',
  'holds.manage',
  'departures.manage',
]);
/** Asks, and changes nothing. */
const ASKS = /\.(read|search|count|list|check|plan|state|history)$/;
/** What a decision on consent takes back, or leaves as it is, may be said to the last. */
const TAKES_BACK: ReadonlySet<unknown> = new Set([undefined, 'refused', 'withdrawn']);

/** Whether an operation may be called of a tenant that leaves; one that records decisions on consent may, for some of them. */
export const endsWithContract = ({ method, permission }: { method: string; permission: Permission | 'public' }) =>
  method !== 'get' && !GOES_ON.has(permission) && !ASKS.test(permission);

/** @throws Problem `tenant-leaving` */
export function refuseWhileLeaving(tenant: TenantScope, permission: Permission | 'public', body?: unknown): void {
  if (!tenant.leaving) return;
  const { status } = (body ?? {}) as { status?: unknown };
  if (permission === 'consents.record' && TAKES_BACK.has(status)) return;
  throw leaving();
}

const leaving = () =>
  new Problem(
    'tenant-leaving',
    'The contract with this institution ends: nothing new is taken in. Reading, and what persons have a right to, go on.',
  );

/**
 * Asked in the transaction that would take something in: what runs for long may have begun before.
 * @throws Problem `tenant-leaving`, also for a tenant that is gone
 */
export async function refuseOnceLeaving(tx: Query, tenantId: string): Promise<void> {
  const [tenant] = await tenantById(tx, { tenantId });
  if (tenant ? tenant.leavingSince : await hasDeparted(tx, tenantId)) throw leaving();
}
