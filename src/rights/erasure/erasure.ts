import type { CertificateService } from '../../data/certificates/service.ts';
import type { RetentionService } from '../../data/retention/service.ts';
import { audit } from '../../foundations/audit/audit.ts';
import type { Context } from '../../foundations/contract/context.ts';
import { Problem, within } from '../../foundations/contract/problem.ts';
import { checker } from '../../foundations/contract/validation.ts';
import type { Holder, Person } from '../../foundations/holders/holder.ts';
import { writeOnce } from '../../foundations/store/idempotency.ts';
import { subjectScope } from '../../foundations/vault/vault.ts';
import { createIntents, type Intent, type IntentDeps, serializable } from './intent.ts';
import { type Erasure, ErasureOrder } from './model.ts';
import {
  findingsOf,
  type KeptDecision,
  type KeptOutcome,
  outcomeOfHolder,
  outcomeUnreached,
  plain,
} from './outcome.ts';
import { erasureScope, type PartOutcome } from './parts.ts';
import {
  type ErasureRow,
  erasuresWithDueParts,
  findErasure,
  type PartRow,
  partsOf,
  runningErasures,
  updateErasure,
  updatePart,
} from './table.ts';

const check = checker(ErasureOrder, '');

export interface ErasureDeps extends IntentDeps {
  retention: Pick<RetentionService, 'heldCategories' | 'objectedPurposes' | 'forgetPerson'>;
  certificates: Pick<CertificateService, 'prepare'>;
}

/** Forgetting a person: carrying out what was written down (intent.ts), holder by holder, and proving it. */
export function createErasures(deps: ErasureDeps) {
  const { store, vault, policies, holders, retention, certificates, parts } = deps;
  const { personOf, countAll, preview, intend, remember, beginAgain, respectNewHolds, record, find } =
    createIntents(deps);

  /** Carries one interrupted erasure to its end. */
  async function advance(context: Context, erasureId: string): Promise<void> {
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
          { ...decision, reviewAt: reviewAt ? new Date(reviewAt) : undefined },
        ]),
      );
      const policyHash = policies.current().hash;
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
    await parts.advanceDue(context, row);
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
      const outside = await partsOf(tx, tenantId, erasureId);
      results.push(...outside.map(resultOfPart));
      const finishedAt = context.clock();
      const keyDestroyed = intent.destroyKey && keys.every((key) => key === undefined);
      const policyHash = policies.current().hash;
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
        ground: intent.ground,
        parts: outside.length === 0 ? undefined : outside.map(toPart),
        holders: results,
      };
      if (!intent.partial) await retention.forgetPerson(tx, tenantId, intent.subjectIds, finishedAt);
      await updateErasure(tx, tenantId, erasureId, {
        status: 'finished',
        subjectId: null,
        finishedAt,
        outcome: erasure,
        knownAsSealed: outside.some(({ status }) => status !== 'done') ? undefined : null,
      });
      const detail = { erasure: erasureId, verdict, certificate: certificateId, certificateHash: hash };
      await record(tx, context, 'finished', intent, detail, { entryId });
    }, serializable);
    await forgetHow(context, erasureId);
  }

  /** Once no holder outside has anything left to do, nobody needs to know any more what it knew the person by. */
  async function forgetHow(context: Context, erasureId: string): Promise<void> {
    const { tenantId, knownAsSealed, outcome } = await find(context, erasureId);
    if (!knownAsSealed && (outcome as Erasure).parts) await vault.shred(tenantId, [erasureScope(erasureId)]);
  }

  /** A finished erasure of which holders outside have done more since: a further certificate says so. */
  async function certifyAgain(context: Context, erasureId: string): Promise<void> {
    const tenantId = context.tenant.id;
    const { startedAt } = await find(context, erasureId);
    const certify = await certificates.prepare(context, { kind: 'erasure', actId: erasureId, startedAt });
    await store.write(async (tx) => {
      const row = await findErasure(tx, tenantId, erasureId);
      if (row?.status !== 'finished') return;
      const before = row.outcome as Erasure;
      const outside = await partsOf(tx, tenantId, erasureId);
      const now = outside.map(toPart);
      const told = before.parts?.filter(({ status }) => status === 'done').length ?? 0;
      const progressed = now.filter(({ status }) => status === 'done').length > told;
      const ids = outside.map(({ holder }) => holder);
      const results = [...before.holders.filter(({ holder }) => !ids.includes(holder)), ...outside.map(resultOfPart)];
      if (!progressed) {
        await updateErasure(tx, tenantId, erasureId, { outcome: { ...before, parts: now } satisfies Erasure });
        return;
      }
      const policyHash = policies.current().hash;
      const { certificate, entryId, hash } = await certify(tx, {
        finishedAt: context.clock(),
        asOf: null,
        planDigest: null,
        keyDestroyed: before.keyDestroyed,
        policyHash,
        findings: findingsOf(decisionsOf(before, outside), results),
      });
      const { certificateId, verdict } = certificate;
      const erasure: Erasure = { ...before, verdict, certificateId, parts: now, holders: results };
      await updateErasure(tx, tenantId, erasureId, {
        outcome: erasure,
        knownAsSealed: outside.every(({ status }) => status === 'done') ? null : undefined,
      });
      await audit.add(tx, context, {
        entryId,
        action: 'erasure.finished',
        policyHash,
        detail: { erasure: erasureId, verdict, certificate: certificateId, certificateHash: hash },
      });
    }, serializable);
    await forgetHow(context, erasureId);
  }

  return {
    /** Forgets a person as the policies decide (GDPR Art. 17); asking again finds nothing left to do. */
    async erase(context: Context, reference: string, order?: ErasureOrder & { requestId?: string }): Promise<Erasure> {
      return complete(context, await intend(context, reference, order));
    },

    preview,

    /**
     * The same for a request of the person, which hands through what its officer decided; the same request gets the same
     * erasure. @throws Problem naming what of the decisions cannot be.
     */
    async eraseOnRequest(
      context: Context,
      reference: string,
      {
        requestId,
        ...order
      }: { requestId: string; ground: string; purpose?: string; categories?: object; items?: unknown[] },
    ): Promise<Erasure> {
      check(order);
      return complete(context, await intend(context, reference, { ...(order as ErasureOrder), requestId }));
    },

    /** Whether a request could be carried out so. @throws Problem naming what of the decisions cannot be. */
    async checkOnRequest(
      context: Context,
      reference: string,
      {
        requestId: _,
        ...order
      }: { requestId: string; ground: string; purpose?: string; categories?: object; items?: unknown[] },
    ): Promise<void> {
      try {
        check(order);
        await preview(context, reference, order as ErasureOrder);
      } catch (fault) {
        throw fault instanceof Problem ? within(fault, '/decisions') : fault;
      }
    },

    /** Takes up what holders outside still have to do; answers the erasures. One that fails keeps no other from it. */
    async retryParts(context: Context): Promise<string[]> {
      const due = await store.read((q) => erasuresWithDueParts(q, context.tenant.id, context.clock()));
      const faults: unknown[] = [];
      const taken: string[] = [];
      for (const erasureId of due) {
        const row = await find(context, erasureId);
        if (row.status !== 'finished') continue;
        taken.push(erasureId);
        try {
          await parts.advanceDue(context, row);
        } catch (fault) {
          faults.push(fault);
        }
        await certifyAgain(context, erasureId);
      }
      if (faults.length > 0) throw faults[0];
      return taken;
    },

    /** An officer has given-up parts tried again from where they stood. */
    async reopenParts(context: Context, erasureId: string): Promise<Erasure> {
      const { tenantId } = await find(context, erasureId);
      await writeOnce(store, context, async (tx) => {
        const now = context.clock();
        const failed = (await partsOf(tx, tenantId, erasureId)).filter(({ status }) => status === 'failed');
        for (const part of failed)
          await updatePart(tx, part, { status: 'pending', attempts: 0, nextAttemptAt: now, updatedAt: now });
        await audit.add(tx, context, {
          action: 'erasure.reopened',
          policyHash: policies.current().hash,
          detail: { erasure: erasureId, holders: failed.map(({ holder }) => holder) },
        });
        return failed.length;
      });
      const row = await find(context, erasureId);
      if (row.status === 'finished') {
        await parts.advanceDue(context, row);
        await certifyAgain(context, erasureId);
      }
      return (await find(context, erasureId)).outcome as Erasure;
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
    advance,

    /**
     * Completes what a crash interrupted; answers the ids. One that fails again keeps no other from being completed.
     * @throws what the first that failed threw.
     */
    async resume(context: Context): Promise<string[]> {
      const faults: unknown[] = [];
      const rows = await store.read((q) => runningErasures(q, context.tenant.id));
      for (const { erasureId } of rows)
        try {
          await advance(context, erasureId);
        } catch (fault) {
          faults.push(fault);
        }
      if (faults.length > 0) throw faults[0];
      return rows.map(({ erasureId }) => erasureId);
    },
  };
}

export type ErasureService = ReturnType<typeof createErasures>;

function toPart({ holder, status, attempts, failure, nextAttemptAt }: PartRow): NonNullable<Erasure['parts']>[number] {
  return {
    holder,
    status: status as 'pending',
    attempts,
    failure,
    nextAttemptAt: nextAttemptAt?.toISOString() ?? null,
  };
}

/** What a holder outside did, as far as is known. */
function resultOfPart({ holder, outcome }: PartRow): Erasure['holders'][number] {
  const { decisions, outcomes, remaining = {} } = outcome as PartOutcome;
  const decided = Object.values(decisions);
  const categories =
    outcomes !== undefined
      ? outcomeOfHolder(decided, plain<KeptOutcome[]>(outcomes), { found: undefined, remaining })
      : outcomeUnreached(decided);
  return { holder, categories };
}

/** What was decided, read from what came of it: of a finished erasure nothing else is left. */
function decisionsOf(erasure: Erasure, outside: PartRow[]): Record<string, KeptDecision> {
  const actions = { held: 'held', retained: 'retain', reduced: 'reduce' } as const;
  const inside = erasure.holders.flatMap(({ categories }) =>
    categories.map(({ category, result }): [string, KeptDecision] => [
      category,
      { category, action: actions[result as keyof typeof actions] ?? 'erase' },
    ]),
  );
  const theirs = outside.flatMap(({ outcome }) => Object.entries((outcome as PartOutcome).decisions));
  return Object.fromEntries([...inside, ...theirs]);
}
