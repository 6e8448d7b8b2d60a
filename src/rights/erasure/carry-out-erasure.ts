import { forgetIndexes, indexesOfEach } from '../../foundations/audit/subject-index.ts';
import type { Context } from '../../foundations/contract/context.ts';
import type { Holder, Person } from '../../foundations/holders/holder.ts';
import { isBeingRead, unlessBeingRead } from '../../foundations/store/truncate-log.ts';
import { type Commitment, subjectScope } from '../../foundations/vault/vault.ts';
import type { Outside } from './erase-outside.ts';
import type { RememberedErasure } from './intent.ts';
import type { Erasure } from './model.ts';
import { nameFor, type ProveDeps, proveErasure } from './prove-erasure.ts';
import { readErasure } from './read-erasure.ts';
import { findErasure, type RunningErasure, requireErasure, updateErasure } from './table.ts';

export interface CarryOutDeps extends ProveDeps {
  outside: Pick<Outside, 'advanceDue' | 'forgetKnown' | 'reopenReleased'>;
}

/**
 * Carries what was written down (order-erasure.ts) to its end, from wherever it stands.
 * It stays running, and is answered so, while somebody who reads keeps bytes of what is gone in the files.
 * @throws what a holder threw, after all others have done their part; the erasure stays running and is taken up again.
 */
export async function carryOutErasure(deps: CarryOutDeps, context: Context, erasureId: string): Promise<Erasure> {
  const { store, audit, vault, policies, holders, outside } = deps;
  const { id: tenantId, timeZone } = context.tenant;
  const row = await store.read((q) => requireErasure(q, tenantId, erasureId));
  if (row.status === 'finished') return row.outcome;
  const { subjectIds, destroyKey } = row.outcome;

  await rememberApart(deps, row);
  // Keys first: from this moment on every copy of what they sealed is noise, in old backups too.
  if (destroyKey) await destroyKeys(deps, row);

  const policyHash = policies.of(context.tenant.id).current().hash;
  const subject = await nameFor(deps.vault, tenantId, row.outcome);
  const person = { tenantId, timeZone, subjectIds };
  const faults: unknown[] = [];
  for (const holder of holders)
    try {
      await eraseAt({ store, audit }, context, holder, row, { person, policyHash, subject });
    } catch (fault) {
      faults.push(fault);
    }
  if (faults.length > 0) throw faults[0];
  // What is gone must be out of the files before anybody is told that it is. Somebody who reads an instant of before may
  // keep it there: then it runs on, and is taken up again (resume-erasures.ts).
  try {
    if (destroyKey) await vault.scrub();
    await store.scrub();
  } catch (fault) {
    if (!isBeingRead(fault)) throw fault;
    return readErasure(store, context, erasureId);
  }

  if (row.knownAsSealed) {
    await outside.reopenReleased(context, row);
    await outside.advanceDue(context, row);
  }
  const erasure = await proveErasure(deps, context, row);
  // The same for the pseudonyms, which stood in the intent until now; where somebody reads, when they have gone.
  await store.scrub().catch(unlessBeingRead);
  return erasure;
}

/** Once: whoever takes the erasure up again must not destroy the key of somebody who has come back meanwhile. */
async function destroyKeys({ vault }: CarryOutDeps, { tenantId, erasureId, outcome }: RunningErasure): Promise<void> {
  const scopes = outcome.subjectIds.map(subjectScope);
  const indexes = [...(outcome.indexes ?? []), ...(await indexesOfEach(vault, tenantId, outcome.subjectIds)).flat()];
  await vault.shred(tenantId, scopes, {
    choose: async (tx) => {
      const row = await findErasure(tx, tenantId, erasureId);
      if (row?.status !== 'running' || row.outcome.keysDestroyed) return [];
      // No write under these keys ends between this and their destruction: no entry gets an index any more.
      await forgetIndexes(tx, tenantId, indexes);
      return scopes;
    },
    done: async (tx) => {
      const row = await findErasure(tx, tenantId, erasureId);
      if (row?.status === 'running') await updateErasure(tx, row, { outcome: { ...row.outcome, keysDestroyed: true } });
    },
  });
}

/** What would have to be done again if the database came back from before it, remembered apart from it. */
async function rememberApart({ vault }: CarryOutDeps, { tenantId, erasureId, startedAt, outcome }: RunningErasure) {
  const { subjectIds, decisions, destroyKey, suppression, partial, replayed } = outcome;
  const indexes = destroyKey ? outcome.indexes : undefined;
  if (replayed) return;
  await vault.keptApart.recordErasure({
    tenantId,
    erasureId,
    subjects: await Promise.all(subjectIds.map((subjectId) => vault.ledgerName(tenantId, subjectId))),
    recordedAt: startedAt,
    decisions: { decisions, destroyKey, suppression, partial, indexes } satisfies RememberedErasure,
  });
}

/** One holder's part, exactly once, whoever else works on the same erasure. */
function eraseAt(
  { store, audit }: Pick<CarryOutDeps, 'store' | 'audit'>,
  context: Context,
  holder: Holder,
  { tenantId, erasureId }: RunningErasure,
  { person, policyHash, subject }: { person: Person; policyHash: string; subject: Commitment | undefined },
): Promise<void> {
  return store.write(
    async (tx) => {
      const row = await findErasure(tx, tenantId, erasureId);
      if (row?.status !== 'running' || row.outcome.done[holder.id]) return;
      const { outcome: intent, startedAt } = row;
      const told = await holder.erase(tx, person, { at: startedAt, policyHash, decisions: intent.decisions });
      await updateErasure(tx, row, { outcome: { ...intent, done: { ...intent.done, [holder.id]: told } } });
      const counts = told.map(({ category, removed, reduced, retained }) => [category, [removed, reduced, retained]]);
      await audit.add(tx, context, {
        action: 'erasure.holder-done',
        subject,
        policyHash,
        detail: { erasure: erasureId, holder: holder.id, counts: Object.fromEntries(counts) },
      });
    },
    { isolation: 'serializable' },
  );
}
