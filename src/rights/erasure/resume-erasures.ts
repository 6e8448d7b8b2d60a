import type { Context } from '../../foundations/contract/context.ts';
import type { ErasureDecision } from '../../foundations/holders/holder.ts';
import { writeOnce } from '../../foundations/store/idempotency.ts';
import type { Query } from '../../foundations/store/store.ts';
import { subjectScope } from '../../foundations/vault/vault.ts';
import { type CarryOutDeps, carryOutErasure } from './carry-out-erasure.ts';
import { keyStillNeeded, underHolds } from './decide-categories.ts';
import type { Intent } from './intent.ts';
import type { Erasure } from './model.ts';
import { countRows, type OrderDeps } from './order-erasure.ts';
import { nameFor, proveAgain } from './prove-erasure.ts';
import { readErasure } from './read-erasure.ts';
import {
  erasuresHeldBack,
  erasuresWithDueParts,
  erasuresWithHeldParts,
  findErasure,
  heldIn,
  partsOf,
  requireErasure,
  runningErasures,
  updateErasure,
  updatePart,
} from './table.ts';

export type ResumeDeps = CarryOutDeps & Pick<OrderDeps, 'retention' | 'sealedPerSubject'>;

/**
 * Completes what a crash interrupted; answers the ids. One that fails again keeps no other from being completed.
 * @throws what the first that failed threw.
 */
export async function resumeErasures(deps: ResumeDeps, context: Context): Promise<string[]> {
  const faults: unknown[] = [];
  const running = await deps.store.read((q) => runningErasures(q, context.tenant.id));
  for (const erasureId of running)
    try {
      await resumeErasure(deps, context, erasureId);
    } catch (fault) {
      faults.push(fault);
    }
  if (faults.length > 0) throw faults[0];
  return running;
}

/** Carries one interrupted erasure to its end. */
export async function resumeErasure(deps: ResumeDeps, context: Context, erasureId: string): Promise<Erasure> {
  await respectNewHolds(deps, context, erasureId);
  return carryOutErasure(deps, context, erasureId);
}

/** Before an interrupted erasure goes on: a hold placed meanwhile protects what is still there. */
async function respectNewHolds(deps: ResumeDeps, context: Context, erasureId: string): Promise<void> {
  const { store, audit, vault } = deps;
  const tenantId = context.tenant.id;
  const before = await store.read((q) => requireErasure(q, tenantId, erasureId));
  if (before.status === 'finished' || before.outcome.replayed) return;
  const { subjectIds } = before.outcome;
  const keys = await Promise.all(subjectIds.map((id) => vault.existingKey(tenantId, subjectScope(id))));
  const destroyed = before.outcome.keysDestroyed ?? keys.every((key) => key === undefined);
  const subject = await nameFor(vault, tenantId, { subjectIds, destroyKey: destroyed });
  await store.write(
    async (tx) => {
      const row = await findErasure(tx, tenantId, erasureId);
      if (row?.status !== 'running') return;
      const intent = row.outcome;
      const now = await decideAgain(deps, tx, context, intent);
      const before = heldIn(intent);
      const newlyHeld = heldIn(now).filter((category) => !before.includes(category));
      if (newlyHeld.length === 0) return;
      // Whatever was held when it began stays so: it goes on once this is through.
      const decisions = { ...intent.decisions };
      for (const category of newlyHeld) decisions[category] = now.decisions[category] as ErasureDecision;
      const destroyKey = intent.destroyKey && (destroyed || now.destroyKey);
      await updateErasure(tx, row, { outcome: { ...intent, decisions, destroyKey } });
      await audit.add(tx, context, {
        action: 'erasure.held-back',
        subject,
        detail: { erasure: erasureId, categories: newlyHeld, destroyKey },
      });
    },
    { isolation: 'serializable' },
  );
}

/** The decisions of an erasure under the holds of now, and whether the key may go then. */
async function decideAgain(
  { retention, policies, holders, sealedPerSubject }: ResumeDeps,
  q: Query,
  context: Context,
  { subjectIds, protectedAs, decisions: before }: Pick<Intent, 'subjectIds' | 'protectedAs' | 'decisions'>,
) {
  const held = await retention.heldCategories(q, context.tenant.id, protectedAs, context.clock(), policies);
  const found = await countRows(holders, q, context, subjectIds);
  const decisions = underHolds(before, held);
  return { decisions, found, destroyKey: !keyStillNeeded(sealedPerSubject, decisions, found) };
}

/**
 * Goes on, wholly, with what a hold had kept back of erasures, as it was decided then; answers the ids. One that fails
 * keeps no other from it, and is taken up as an interrupted one.
 * @throws what the first that failed threw.
 */
export async function resumeHeldBack(deps: ResumeDeps, context: Context): Promise<string[]> {
  const faults: unknown[] = [];
  const resumed: string[] = [];
  const heldBack = await deps.store.read((q) => erasuresHeldBack(q, context.tenant.id));
  if (heldBack.length === 0 || (await isInDoubt(deps, context))) return [];
  for (const erasureId of heldBack)
    try {
      if (!(await reopenReleased(deps, context, erasureId))) continue;
      resumed.push(erasureId);
      await carryOutErasure(deps, context, erasureId);
    } catch (fault) {
      faults.push(fault);
    }
  if (faults.length > 0) throw faults[0];
  return resumed;
}

/** A hold may have ended by the clock alone: while that is in doubt nothing is destroyed on its word. */
const isInDoubt = async ({ retention }: ResumeDeps, context: Context): Promise<boolean> =>
  (await retention.clockWatch.look(context)).doubt !== null;

/** Begins the rest of a finished erasure, where a hold that kept it back has ended; whether one has. */
async function reopenReleased(deps: ResumeDeps, context: Context, erasureId: string): Promise<boolean> {
  const { store, audit, vault } = deps;
  const tenantId = context.tenant.id;
  const before = await store.read((q) => findErasure(q, tenantId, erasureId));
  if (before?.status !== 'finished' || !before.held) return false;
  const subject = await nameFor(vault, tenantId, { ...before.held, destroyKey: false });
  return store.write(
    async (tx) => {
      const row = await findErasure(tx, tenantId, erasureId);
      if (row?.status !== 'finished' || !row.held) return false;
      const { decisions, found, destroyKey } = await decideAgain(deps, tx, context, row.held);
      const still = heldIn({ decisions });
      const categories = heldIn(row.held).filter((id) => !still.includes(id) && (found[id] ?? 0) > 0);
      if (categories.length === 0) return false;
      const outcome = { ...row.held, decisions, destroyKey };
      await updateErasure(tx, row, { status: 'running', outcome, held: null });
      await audit.add(tx, context, {
        action: 'erasure.resumed',
        subject,
        detail: { erasure: erasureId, categories, destroyKey },
      });
      return true;
    },
    { isolation: 'serializable' },
  );
}

/** Takes up what holders outside still have to do; answers the erasures. One that fails keeps no other from it. */
export async function retryParts(deps: ResumeDeps, context: Context): Promise<string[]> {
  const { store, outside } = deps;
  const tenantId = context.tenant.id;
  const faults: unknown[] = [];
  const taken: string[] = [];
  const heldParts = await store.read((q) => erasuresWithHeldParts(q, tenantId));
  for (const erasureId of heldParts.length === 0 || (await isInDoubt(deps, context)) ? [] : heldParts)
    await outside.reopenReleased(context, await store.read((q) => requireErasure(q, tenantId, erasureId)));
  for (const erasureId of await store.read((q) => erasuresWithDueParts(q, tenantId, context.clock()))) {
    const row = await store.read((q) => requireErasure(q, tenantId, erasureId));
    if (row.status !== 'finished') continue;
    taken.push(erasureId);
    try {
      await outside.advanceDue(context, row);
    } catch (fault) {
      faults.push(fault);
    }
    await proveAgain(deps, context, row);
  }
  if (faults.length > 0) throw faults[0];
  return taken;
}

/** An officer has given-up parts tried again from where they stood. */
export async function reopenParts(deps: ResumeDeps, context: Context, erasureId: string): Promise<Erasure> {
  const { store, audit, outside } = deps;
  const tenantId = context.tenant.id;
  await store.read((q) => requireErasure(q, tenantId, erasureId));
  await writeOnce(store, context, async (tx) => {
    const now = context.clock();
    const failed = (await partsOf(tx, tenantId, erasureId)).filter(({ status }) => status === 'failed');
    for (const part of failed)
      await updatePart(tx, part, { status: 'pending', attempts: 0, nextAttemptAt: now, updatedAt: now });
    await audit.add(tx, context, {
      action: 'erasure.reopened',
      detail: { erasure: erasureId, holders: failed.map(({ holder }) => holder) },
    });
    return failed.length;
  });
  const row = await store.read((q) => requireErasure(q, tenantId, erasureId));
  if (row.status !== 'finished') return readErasure(store, context, erasureId);
  await outside.advanceDue(context, row);
  return proveAgain(deps, context, row);
}
