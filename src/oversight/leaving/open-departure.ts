import type { AccessService } from '../../foundations/access/service.ts';
import type { Audit } from '../../foundations/audit/audit.ts';
import type { Context } from '../../foundations/contract/context.ts';
import { invalidField, Problem } from '../../foundations/contract/problem.ts';
import { writeOnce } from '../../foundations/store/idempotency.ts';
import type { Store } from '../../foundations/store/store.ts';
import { uuidv7 } from '../../foundations/store/uuid.ts';
import { digestOf, type FoundDeps, findAll } from './found.ts';
import type { Actor, NewDeparture } from './model.ts';
import { type DepartureRow, findDeparture, insertDeparture, moveDeparture, openDepartures } from './table.ts';

export interface OpenDeps extends FoundDeps {
  store: Store;
  audit: Audit;
  access: Pick<AccessService, 'defaultTenant' | 'forgetTenant' | 'markLeaving'>;
}

export const actorOf = ({ principal: { id, role } }: Context): Actor => ({ id, role });

/** Somebody of the institution, or of the platform, says that its contract ends. Nothing changes before another agrees. */
export async function openDeparture(deps: OpenDeps, context: Context, input: NewDeparture): Promise<string> {
  const { store, audit, access } = deps;
  const { id: tenantId } = context.tenant;
  if (tenantId === access.defaultTenant)
    throw new Problem('unprocessable-request', 'This is the home of the installation itself: it cannot leave.');
  if (Number.isNaN(Date.parse(input.on)) || new Date(`${input.on}T00:00:00Z`).toISOString().slice(0, 10) !== input.on)
    throw invalidField('/on', 'must be a day there is');
  const now = context.clock();
  const found = await findAll(deps, context);
  const row: DepartureRow = {
    tenantId,
    departureId: uuidv7(now),
    choice: input.choice,
    endsOn: input.on,
    reason: input.reason,
    agreement: input.agreement ?? null,
    status: 'proposed',
    digest: digestOf(input, found),
    found,
    proposedBy: actorOf(context),
    proposedAt: now,
    decidedBy: null,
    decidedAt: null,
    returnedAt: null,
    returnDigest: null,
    returnSize: null,
    acknowledgedBy: null,
    acknowledgedAt: null,
    deletionBy: null,
    deletionAt: null,
    progress: null,
    deletedAt: null,
    certificate: null,
    updatedAt: now,
  };
  return writeOnce(
    store,
    context,
    async (tx) => {
      if ((await openDepartures(tx, tenantId)).length > 0)
        throw new Problem('conflict', 'The end of this contract is under way already.');
      await insertDeparture(tx, row);
      await audit.add(tx, context, {
        action: 'departure.proposed',
        detail: { departure: row.departureId, choice: row.choice, on: row.endsOn, reason: row.reason },
      });
      return row.departureId;
    },
    { isolation: 'serializable' },
  );
}

/** One of this tenant, to act on. @throws Problem `not-found` */
export async function standing(store: Store, context: Context, departureId: string): Promise<DepartureRow> {
  const row = await store.read((q) => findDeparture(q, departureId));
  if (row?.tenantId !== context.tenant.id) throw absent();
  return row;
}

/** The same to look at: credentials of every tenant see all, also of those that are gone. */
export async function visible(store: Store, context: Context, departureId: string): Promise<DepartureRow> {
  const row = await store.read((q) => findDeparture(q, departureId));
  if (!row || (row.tenantId !== context.tenant.id && !context.principal.everyTenant)) throw absent();
  return row;
}

const absent = () => new Problem('not-found', 'There is no departure of this id here.');

/** @throws Problem `conflict` unless it stands so */
export function mustBe(row: DepartureRow, ...statuses: DepartureRow['status'][]): void {
  if (!statuses.includes(row.status))
    throw new Problem('conflict', `This departure is ${row.status}: that cannot be done now.`, {
      members: { state: row.status, legal: statuses },
    });
}

export const tooLate = () => new Problem('conflict', 'Somebody else has moved this departure on meanwhile.');

/**
 * The second person agrees to what they have seen: from now on the tenant takes nothing new.
 * @throws Problem `forbidden` for whoever opened it; `plan-changed` when there is something else by now
 */
export async function approveDeparture(
  deps: OpenDeps,
  context: Context,
  departureId: string,
  { digest }: { digest: string },
): Promise<void> {
  const { store, audit, access } = deps;
  const row = await standing(store, context, departureId);
  if (row.status !== 'proposed') {
    if (row.decidedBy?.id === context.principal.id && row.status !== 'not-agreed') return;
    mustBe(row, 'proposed');
  }
  if (row.proposedBy.id === context.principal.id)
    throw new Problem('forbidden', 'This cannot be taken back: another person than the one who opened it must agree.');
  const found = await findAll(deps, context);
  const now = digestOf({ choice: row.choice, on: row.endsOn, reason: row.reason }, found);
  if (digest !== now)
    throw new Problem('plan-changed', 'There is something else by now than what you have seen. Look at it again.');
  const at = context.clock();
  await store.write(async (tx) => {
    const change = {
      status: 'approved',
      decidedBy: actorOf(context),
      decidedAt: at,
      found,
      digest,
      updatedAt: at,
    } as const;
    if (!(await moveDeparture(tx, row, change))) throw tooLate();
    await access.markLeaving(tx, row.tenantId, at);
    await audit.add(tx, context, { action: 'departure.approved', detail: { departure: departureId, digest } });
  });
  access.forgetTenant(row.tenantId);
}

/** It is not agreed to, or called off before anything was erased: the tenant goes on as before. */
export async function endDeparture(deps: OpenDeps, context: Context, departureId: string): Promise<void> {
  const { store, audit, access } = deps;
  const row = await standing(store, context, departureId);
  mustBe(row, 'proposed', 'approved', 'returned', 'acknowledged');
  const at = context.clock();
  const status = row.status === 'proposed' ? 'not-agreed' : 'called-off';
  await store.write(async (tx) => {
    if (!(await moveDeparture(tx, row, { status, decidedBy: actorOf(context), decidedAt: at, updatedAt: at })))
      throw tooLate();
    await access.markLeaving(tx, row.tenantId, null);
    await audit.add(tx, context, { action: `departure.${status}`, detail: { departure: departureId } });
  });
  access.forgetTenant(row.tenantId);
}
