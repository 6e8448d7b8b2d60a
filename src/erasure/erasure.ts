import type { CertificateService } from '../certificates/service.ts';
import type { Context } from '../context.ts';
import type { Holder, Person } from '../holders/holder.ts';
import type { RetentionService } from '../retention/service.ts';
import { subjectScope } from '../vault/vault.ts';
import { createIntents, type Intent, type IntentDeps, plain, serializable } from './intent.ts';
import type { Erasure } from './model.ts';
import { findingsOf, type KeptOutcome, outcomeOfHolder } from './outcome.ts';
import { type ErasureRow, findErasure, runningErasures, updateErasure } from './table.ts';

export interface ErasureDeps extends IntentDeps {
  retention: Pick<RetentionService, 'heldCategories' | 'forgetPerson'>;
  certificates: Pick<CertificateService, 'prepare'>;
}

/** Forgetting a person: carrying out what was written down (intent.ts), holder by holder, and proving it. */
export function createErasures(deps: ErasureDeps) {
  const { store, vault, register, holders, retention, certificates } = deps;
  const { personOf, countAll, intend, remember, beginAgain, respectNewHolds, record, find } = createIntents(deps);

  /** Carries one interrupted erasure to its end. */
  async function goOn(context: Context, erasureId: string): Promise<void> {
    await respectNewHolds(context, erasureId);
    await complete(context, erasureId);
  }

  /** One holder's part, exactly once, whoever else works on the same erasure. Answers what all holders have done. */
  function eraseAt(holder: Holder, context: Context, { erasureId, startedAt }: ErasureRow, person: Person) {
    const { tenantId } = person;
    return store.write(async (tx): Promise<Intent['done'] | undefined> => {
      const row = await findErasure(tx, tenantId, erasureId);
      if (row?.status !== 'running') return undefined;
      const intent = row.outcome as Intent;
      if (intent.done[holder.id]) return intent.done;
      const decisions = Object.fromEntries(
        Object.entries(intent.decisions).map(([category, { reviewAt, ...decision }]) => [
          category,
          { ...decision, ...(reviewAt ? { reviewAt: new Date(reviewAt) } : {}) },
        ]),
      );
      const policyHash = register.policies().hash;
      const outcomes = await holder.erase(tx, person, { at: startedAt, policyHash, decisions });
      const done = { ...intent.done, [holder.id]: plain<KeptOutcome[]>(outcomes) };
      await updateErasure(tx, tenantId, erasureId, { outcome: { ...intent, done } satisfies Intent });
      const counts = outcomes.map(({ category, removed, reduced, retained }) => [
        category,
        [removed, reduced, retained],
      ]);
      await record(tx, context, 'holder-done', intent, {
        erasure: erasureId,
        holder: holder.id,
        counts: Object.fromEntries(counts),
      });
      return done;
    }, serializable);
  }

  /**
   * Carries an erasure to its end, from wherever it stands.
   * @throws what a holder threw, after all others have done their part; the erasure stays running and is taken up again.
   */
  async function complete(context: Context, erasureId: string): Promise<Erasure> {
    const row = await find(context, erasureId);
    if (row.status === 'finished') return row.outcome as Erasure;
    const intent = row.outcome as Intent;
    const { subjectIds, destroyKey } = intent;
    const person = personOf(context, subjectIds);

    await remember(context, row, intent);
    // Keys first: from this moment on every copy of what they sealed is noise, in old backups too.
    if (destroyKey) await vault.shred(person.tenantId, subjectIds.map(subjectScope));

    const faults: unknown[] = [];
    for (const holder of holders)
      try {
        await eraseAt(holder, context, row, person);
      } catch (fault) {
        faults.push(fault);
      }
    // What is gone must be out of the write-ahead log before anybody is told that it is.
    await store.scrub();
    if (faults.length > 0) throw faults[0];
    const remaining = await store.read((q) => countAll(q, person));
    await finish(context, erasureId, remaining);
    // The same for the pseudonyms, which stood in the intent until now.
    await store.scrub();
    return (await find(context, erasureId)).outcome as Erasure;
  }

  async function finish(context: Context, erasureId: string, remaining: Record<string, number>): Promise<void> {
    const tenantId = context.tenant.id;
    const before = await find(context, erasureId);
    if (before.status === 'finished') return;
    // The second look at the keys: one that stands was not destroyed, or is already another.
    const scopes = (before.outcome as Intent).subjectIds.map(subjectScope);
    const keys = await Promise.all(scopes.map((scope) => vault.existingKey(tenantId, scope)));
    const certify = await certificates.prepare(context, {
      kind: 'erasure',
      actId: erasureId,
      startedAt: before.startedAt,
    });
    await store.write(async (tx) => {
      const row = await findErasure(tx, tenantId, erasureId);
      if (row?.status !== 'running') return;
      const intent = row.outcome as Intent;
      const results = holders.map((holder) => {
        const decisions = Object.values(intent.decisions).filter(
          ({ category }) => category.split('.')[0] === holder.id,
        );
        const done = intent.done[holder.id] ?? [];
        return { holder: holder.id, categories: outcomeOfHolder(decisions, done, { found: intent.found, remaining }) };
      });
      const finishedAt = context.clock();
      const keyDestroyed = intent.destroyKey && keys.every((key) => key === undefined);
      const policyHash = register.policies().hash;
      const { certificate, entryId, hash } = await certify(tx, {
        finishedAt,
        asOf: null,
        planDigest: null,
        keyDestroyed,
        policyHash,
        findings: findingsOf(intent.decisions, results),
      });
      const { certificateId, verdict } = certificate;
      const erasure: Erasure = {
        erasureId,
        status: 'finished',
        verdict,
        keyDestroyed,
        startedAt: row.startedAt.toISOString(),
        finishedAt: finishedAt.toISOString(),
        certificateId,
        holders: results,
      };
      await retention.forgetPerson(tx, tenantId, intent.subjectIds, finishedAt);
      await updateErasure(tx, tenantId, erasureId, {
        status: 'finished',
        subjectId: null,
        finishedAt,
        outcome: erasure,
      });
      const detail = { erasure: erasureId, verdict, certificate: certificateId, certificateHash: hash };
      await record(tx, context, 'finished', intent, detail, { entryId });
    }, serializable);
  }

  return {
    /** Forgets a person as the policies decide (GDPR Art. 17); asking again finds nothing left to do. */
    async erase(context: Context, reference: string): Promise<Erasure> {
      return complete(context, await intend(context, reference));
    },

    async get(context: Context, erasureId: string): Promise<Erasure> {
      const row = await find(context, erasureId);
      if (row.status === 'finished') return row.outcome as Erasure;
      return {
        erasureId,
        status: 'running',
        verdict: null,
        keyDestroyed: false,
        startedAt: row.startedAt.toISOString(),
        finishedAt: null,
        certificateId: null,
        holders: [],
      };
    },

    beginAgain,
    goOn,

    /**
     * Completes what a crash interrupted; answers the ids. One that fails again keeps no other from being completed.
     * @throws what the first that failed threw.
     */
    async resume(context: Context): Promise<string[]> {
      const faults: unknown[] = [];
      const rows = await store.read((q) => runningErasures(q, context.tenant.id));
      for (const { erasureId } of rows)
        try {
          await goOn(context, erasureId);
        } catch (fault) {
          faults.push(fault);
        }
      if (faults.length > 0) throw faults[0];
      return rows.map(({ erasureId }) => erasureId);
    },
  };
}

export type ErasureService = ReturnType<typeof createErasures>;
