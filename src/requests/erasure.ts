import { audit } from '../audit/audit.ts';
import type { ConsentService } from '../consent/service.ts';
import type { Context } from '../context.ts';
import type { CategoryOutcome, ErasureDecision, Holder, Person } from '../holders/holder.ts';
import { Problem } from '../problem.ts';
import type { Register } from '../register/register.ts';
import type { RetentionService } from '../retention/service.ts';
import { writeOnce } from '../store/idempotency.ts';
import type { Store } from '../store/store.ts';
import { uuidv7 } from '../store/uuid.ts';
import { parseSubjectRef, subjectOf } from '../vault/subjects.ts';
import { subjectScope, type Vault } from '../vault/vault.ts';
import { decideErasure, groundInWords, keyStillNeeded } from './decisions.ts';
import type { ErasedCategory, Erasure } from './model.ts';
import {
  type ErasureRow,
  findErasure,
  insertCertificate,
  insertErasure,
  runningErasureOf,
  runningErasures,
  updateErasure,
} from './table.ts';

export interface ErasureDeps {
  store: Store;
  vault: Vault;
  register: Register;
  holders: Holder[];
  consent: Pick<ConsentService, 'linkedSubjects'>;
  retention: Pick<RetentionService, 'heldCategories'>;
}

/** What a running erasure needs to go on after a crash; gone when it is finished. */
interface Intent {
  subjectIds: string[];
  /** The audit log's name for the person, taken while the key stood. */
  commitment: string;
  decisions: Record<string, Omit<ErasureDecision, 'reviewAt'> & { reviewAt?: string }>;
  destroyKey: boolean;
  /** Per holder that is done: what it did. */
  done: Record<string, (Omit<CategoryOutcome, 'reviewAt'> & { reviewAt?: string })[]>;
}

export function createErasures({ store, vault, register, holders, consent, retention }: ErasureDeps) {
  const personOf = (context: Context, subjectIds: string[]): Person => ({
    tenantId: context.tenant.id,
    timeZone: context.tenant.timeZone,
    subjectIds,
  });

  async function countAll(person: Person): Promise<Record<string, number>> {
    const counts = await store.read((q) => Promise.all(holders.map((holder) => holder.count(q, person))));
    return Object.assign({}, ...counts) as Record<string, number>;
  }

  /** Writes down what will be done, before anything is: from here on the erasure is completed whatever happens. */
  async function intend(context: Context, reference: string): Promise<string> {
    const { tenant } = context;
    const ref = parseSubjectRef(reference);
    const { subjectId } = await subjectOf(vault, tenant.id, ref);
    const running = await store.read((q) => runningErasureOf(q, tenant.id, subjectId));
    if (running) return running.erasureId;
    const subjectIds = ref.kind === 'account' ? await consent.linkedSubjects(context, subjectId) : [subjectId];
    const startedAt = context.clock();
    const held = await store.read((q) => retention.heldCategories(q, tenant.id, subjectIds, startedAt));
    const decisions = decideErasure(register, held, startedAt, tenant.timeZone);
    const counts = await countAll(personOf(context, subjectIds));
    const commitment = await vault.commitment(tenant.id, subjectId);
    const intent: Intent = {
      subjectIds,
      commitment,
      decisions: JSON.parse(JSON.stringify(decisions)) as Intent['decisions'],
      destroyKey: !keyStillNeeded(holders, decisions, counts),
      done: {},
    };
    return writeOnce(store, context, async (tx) => {
      const erasureId = uuidv7(startedAt);
      await insertErasure(tx, {
        tenantId: tenant.id,
        erasureId,
        subjectId,
        status: 'running',
        startedAt,
        finishedAt: null,
        outcome: intent,
      });
      await audit.add(tx, context, {
        action: 'erasure.started',
        subject: commitment,
        policyHash: register.policies().hash,
        detail: { erasure: erasureId, destroyKey: intent.destroyKey },
      });
      return erasureId;
    });
  }

  /** Carries an erasure to its end, from wherever it stands. Each holder's part is done exactly once. */
  async function complete(context: Context, erasureId: string): Promise<Erasure> {
    const row = await find(context, erasureId);
    if (row.status === 'finished') return row.outcome as Erasure;
    const intent = row.outcome as Intent;
    const tenantId = context.tenant.id;
    const policyHash = register.policies().hash;
    const person = personOf(context, intent.subjectIds);

    // Keys first: from this moment on every copy of what they sealed is noise, in old backups too.
    if (intent.destroyKey) await vault.shred(tenantId, intent.subjectIds.map(subjectScope));

    const decisions = Object.fromEntries(
      Object.entries(intent.decisions).map(([category, { reviewAt, ...decision }]) => [
        category,
        { ...decision, ...(reviewAt ? { reviewAt: new Date(reviewAt) } : {}) },
      ]),
    );
    let done = intent.done;
    for (const holder of holders) {
      if (done[holder.id]) continue;
      done = await store.write(
        async (tx) => {
          // Another run of the same erasure may have been here meanwhile.
          const standing = (await findErasure(tx, tenantId, erasureId))?.outcome as Intent | Erasure | undefined;
          if (!standing || !('done' in standing)) return { ...done, [holder.id]: [] };
          if (standing.done[holder.id]) return standing.done;
          const outcomes = await holder.erase(tx, person, { at: row.startedAt, policyHash, decisions });
          const next = {
            ...standing.done,
            [holder.id]: JSON.parse(JSON.stringify(outcomes)) as Intent['done'][string],
          };
          await updateErasure(tx, tenantId, erasureId, { outcome: { ...intent, done: next } satisfies Intent });
          await audit.add(tx, context, {
            action: 'erasure.holder-done',
            subject: intent.commitment,
            policyHash,
            detail: {
              erasure: erasureId,
              holder: holder.id,
              counts: Object.fromEntries(
                outcomes.map(({ category, removed, reduced, retained }) => [category, [removed, reduced, retained]]),
              ),
            },
          });
          return next;
        },
        { isolation: 'serializable' },
      );
    }
    await store.scrub();
    return finish(context, row, intent, done, await countAll(person));
  }

  async function finish(
    context: Context,
    row: ErasureRow,
    intent: Intent,
    done: Intent['done'],
    remaining: Record<string, number>,
  ): Promise<Erasure> {
    const results = holders.map((holder) => ({
      holder: holder.id,
      categories: Object.keys(intent.decisions)
        .filter((category) => category.split('.')[0] === holder.id)
        .map((category) =>
          resultOf(
            category,
            intent.decisions[category] as Intent['decisions'][string],
            done[holder.id] ?? [],
            remaining[category] ?? 0,
          ),
        ),
    }));
    const all = results.flatMap(({ categories }) => categories);
    const finishedAt = context.clock();
    const erasure: Erasure = {
      erasureId: row.erasureId,
      status: 'finished',
      verdict: all.some(({ result }) => result === 'failed')
        ? 'incomplete'
        : all.some(({ result }) => result === 'held' || result === 'retained' || result === 'reduced')
          ? 'complete-with-exceptions'
          : 'complete',
      keyDestroyed: intent.destroyKey,
      startedAt: row.startedAt.toISOString(),
      finishedAt: finishedAt.toISOString(),
      certificateId: uuidv7(finishedAt),
      holders: results,
    };
    const tenantId = context.tenant.id;
    await store.write(
      async (tx) => {
        const standing = await findErasure(tx, tenantId, row.erasureId);
        if (standing?.status === 'finished') return;
        const policyHash = register.policies().hash;
        await insertCertificate(tx, {
          tenantId,
          certificateId: erasure.certificateId as string,
          kind: 'erasure',
          issuedAt: finishedAt,
          body: { ...erasure, policyHash },
        });
        await updateErasure(tx, tenantId, row.erasureId, {
          status: 'finished',
          subjectId: null,
          finishedAt,
          outcome: erasure,
        });
        await audit.add(tx, context, {
          action: 'erasure.finished',
          subject: intent.commitment,
          policyHash,
          detail: { erasure: row.erasureId, verdict: erasure.verdict, certificate: erasure.certificateId },
        });
      },
      { isolation: 'serializable' },
    );
    return (await find(context, row.erasureId)).outcome as Erasure;
  }

  async function find(context: Context, erasureId: string): Promise<ErasureRow> {
    const row = await store.read((q) => findErasure(q, context.tenant.id, erasureId));
    if (!row) throw new Problem('not-found', 'There is no erasure of this id.');
    return row;
  }

  return {
    /** Forgets a person as the policies decide; asking again finds nothing left to do. */
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

    /** Completes what a crash interrupted; answers the ids. */
    async resume(context: Context): Promise<string[]> {
      const rows = await store.read((q) => runningErasures(q, context.tenant.id));
      for (const { erasureId } of rows) await complete(context, erasureId);
      return rows.map(({ erasureId }) => erasureId);
    },
  };
}

export type ErasureService = ReturnType<typeof createErasures>;

function resultOf(
  category: string,
  decision: Intent['decisions'][string],
  outcomes: Intent['done'][string],
  remaining: number,
): ErasedCategory {
  const { removed = 0, reduced = 0, retained = 0 } = outcomes.find((outcome) => outcome.category === category) ?? {};
  const mustBeGone = decision.action === 'erase' || decision.action === 'reduce';
  const touched = removed + reduced + retained;
  const result: ErasedCategory['result'] =
    mustBeGone && remaining > 0
      ? 'failed'
      : decision.action === 'held' && remaining > 0
        ? 'held'
        : touched === 0 && remaining === 0
          ? 'nothing-held'
          : reduced > 0
            ? 'reduced'
            : removed > 0
              ? 'removed'
              : 'retained';
  const explained = result === 'held' || result === 'retained' || result === 'reduced';
  return {
    category,
    result,
    removed,
    reduced,
    retained: Math.max(retained, result === 'held' ? remaining : 0),
    remaining,
    ground: explained ? (decision.ground ?? null) : null,
    groundInWords: explained ? groundInWords(decision.ground) : null,
    reviewAt: explained && decision.reviewAt ? new Date(decision.reviewAt).toISOString() : null,
  };
}
