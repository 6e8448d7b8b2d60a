import type { ConsentService } from '../../data/consent/service.ts';
import type { ProfileService } from '../../data/profiles/service.ts';
import type { RetentionService } from '../../data/retention/service.ts';
import type { Context } from '../../foundations/contract/context.ts';
import { readJson, readUtf8 } from '../../foundations/contract/json.ts';
import { Problem } from '../../foundations/contract/problem.ts';
import { checker } from '../../foundations/contract/validation.ts';
import { type ExternalHolder, HolderFault, type KnownPerson } from '../../foundations/holders/external.ts';
import { nextAttempt } from '../../foundations/outbox/backoff.ts';
import type { Query, Store } from '../../foundations/store/store.ts';
import type { SubjectRef } from '../../foundations/vault/subjects.ts';
import type { Vault } from '../../foundations/vault/vault.ts';
import type { Policies } from '../../register/policies/policies.ts';
import { underHolds } from './decide-categories.ts';
import { findHeldOutside, type KnownOutside } from './held-outside.ts';
import type { Decisions, PartOutcome } from './intent.ts';
import { inAll, outcomeOfHolder } from './judge-outcome.ts';
import { HolderCompletion } from './model.ts';
import {
  claimPart,
  type ErasureRow,
  hastenPart,
  heldIn,
  insertParts,
  type PartRow,
  partsOf,
  updatePart,
} from './table.ts';

const checkCompletion = checker(HolderCompletion, '');

export interface OutsideDeps {
  store: Store;
  vault: Vault;
  policies: Policies;
  externalHolders: ExternalHolder[];
  profiles: Pick<ProfileService, 'emailOf'>;
  consent: Pick<ConsentService, 'linkedSubjects'>;
  retention: Pick<RetentionService, 'heldCategories'>;
}

/** Nobody else takes a part up so long after it was claimed; then whoever claimed it is held to be dead. */
const CLAIM_MS = 5 * 60_000;
/** How long a holder outside may take for one step. */
const STEP_MS = 30_000;
/** How long a holder may say that it is still at it: a month, as the person has been promised (Art. 12(3)). */
const ACCEPTED_AT_MOST = 30 * 86_400_000;
/** How long a look at what is there may take. */
const LOOK_MS = 10_000;
/** How long to wait before a holder that has accepted the work is asked again. */
const POLL_MS = 60_000;

/** The key of what must be known until an erasure is through. */
export const erasureScope = (erasureId: string): string => `erasure:${erasureId}`;
const placeOf = (tenant: string, row: string) => ({ tenant, table: 'erasures', column: 'known_as_sealed', row });

/** The parts of an erasure that holders outside the database do: they can be down, or answer days later. */
export function createOutside(deps: OutsideDeps) {
  const { store, vault, policies, externalHolders, profiles } = deps;
  /** What holders outside know the person by. */
  async function knownAs(context: Context, { kind, id }: SubjectRef, subjectId: string): Promise<KnownPerson> {
    const { id: tenantId, timeZone } = context.tenant;
    if (kind === 'visitor') return { tenantId, timeZone, visitorIds: [id] };
    const email = await profiles.emailOf(context, subjectId);
    return { tenantId, timeZone, accountId: id, visitorIds: [], email };
  }

  /** The same of an erasure; undefined once nobody needs it any more. */
  async function opened({ tenantId, erasureId, knownAsSealed }: ErasureRow): Promise<KnownOutside | undefined> {
    const key = knownAsSealed ? await vault.existingKey(tenantId, erasureScope(erasureId)) : undefined;
    const text = knownAsSealed && key?.open(placeOf(tenantId, erasureId), knownAsSealed);
    if (!text) return undefined;
    const sealed = JSON.parse(text) as KnownOutside | KnownPerson;
    // One that was ordered before holds were remembered with it.
    return 'known' in sealed ? sealed : { known: sealed, protectedAs: [] };
  }

  /** A hold that was placed since protects what is still there, days after the rest has gone. */
  async function respectHolds(context: Context, { outcome: { decisions } }: PartRow, whom: KnownOutside) {
    const held = await findHeldOutside(deps, context, whom);
    const now: Decisions = { ...decisions };
    let newlyHeld = false;
    for (const [category, { action }] of Object.entries(decisions)) {
      const hold = held.get(category) ?? held.get('*');
      if (hold === undefined || action === 'held' || action === 'retain') continue;
      newlyHeld = true;
      now[category] = { category, action: 'held', ground: hold, onRelease: decisions[category] };
    }
    return { decisions: now, newlyHeld };
  }

  /** One part as far as it goes now. A step is repeated after a crash, which does a holder no harm. */
  async function advance(context: Context, row: ErasureRow, part: PartRow, whom: KnownOutside): Promise<void> {
    const { erasureId } = row;
    const { known } = whom;
    const holder = externalHolders.find(({ id }) => id === part.holder);
    const { decisions, newlyHeld } = await respectHolds(context, part, whom);
    const order = { at: row.startedAt, policyHash: policies.of(context.tenant.id).current().hash, decisions };
    const { round = 0 } = part.outcome;
    let { cursor, reference, attempts, status } = part;
    const save = (values: Partial<PartRow>) =>
      store.write((tx) => updatePart(tx, part, { ...values, updatedAt: context.clock() }));
    if (newlyHeld) await save({ outcome: { ...part.outcome, decisions } });
    try {
      if (!holder) throw new HolderFault(part.holder, 'misconfigured');
      for (;;) {
        const signal = AbortSignal.timeout(STEP_MS);
        const answer = await holder.erase(known, order, { erasureId, round, cursor, reference, signal });
        if (answer.status === 'accepted') {
          attempts = 0;
          const now = context.clock();
          if (now.getTime() - row.startedAt.getTime() > ACCEPTED_AT_MOST) {
            await save({ status: 'failed', reference: answer.reference, nextAttemptAt: null, failure: 'timed-out' });
            return;
          }
          const nextAttemptAt = new Date(now.getTime() + POLL_MS);
          await save({ status: 'accepted', reference: answer.reference, attempts, nextAttemptAt, failure: null });
          return;
        }
        if (answer.status === 'more') {
          ({ cursor } = answer);
          attempts = 0;
          const nextAttemptAt = new Date(context.clock().getTime() + CLAIM_MS);
          await save({ cursor, attempts, nextAttemptAt, failure: null });
          continue;
        }
        // What it says it did is believed only as far as a second look finds nothing.
        const remaining = await holder.count(known, AbortSignal.timeout(STEP_MS));
        const { earlier } = part.outcome;
        const outcome: PartOutcome = { decisions, outcomes: answer.outcomes, remaining, earlier };
        const decided = Object.values(decisions);
        const results = outcomeOfHolder(decided, answer.outcomes, { found: undefined, remaining });
        if (results.some(({ result }) => result === 'failed')) {
          // It is asked from the beginning again; what it has not done by then is on the certificate.
          ({ cursor, reference, status } = { cursor: null, reference: null, status: 'pending' });
          await save({ outcome: { ...outcome, round: round + 1 }, cursor, reference, status });
          throw new HolderFault(part.holder, 'failed');
        }
        const waits = heldIn({ decisions }).some((category) => (remaining[category] ?? 0) > 0);
        const settled = { outcome, attempts: 0, nextAttemptAt: null, cursor: null, reference: null, failure: null };
        await save({ status: waits ? 'held' : 'done', ...settled });
        return;
      }
    } catch (fault) {
      const failure = fault instanceof HolderFault ? fault.code : 'failed';
      const again = nextAttempt(attempts + 1, context.clock(), Math.random());
      await save({
        status: again ? status : 'failed',
        attempts: attempts + 1,
        failure,
        cursor,
        reference,
        nextAttemptAt: again ?? null,
      });
      if (!(fault instanceof HolderFault)) throw fault;
    }
  }

  return {
    /** How many rows each holder outside has now; of one that does not answer nothing is said. */
    async count(context: Context, ref: SubjectRef, subjectId: string): Promise<Record<string, number>> {
      if (externalHolders.length === 0) return {};
      const known = await knownAs(context, ref, subjectId);
      const counts = await Promise.all(
        externalHolders.map((holder) =>
          holder.count(known, AbortSignal.timeout(LOOK_MS)).catch((fault: unknown) => {
            if (fault instanceof HolderFault) return {};
            throw fault;
          }),
        ),
      );
      return Object.assign({}, ...counts) as Record<string, number>;
    },

    /**
     * What the holders outside know the person by, and whose holds protect them: sealed under a key of the erasure,
     * before any key is destroyed and the links are gone.
     */
    async seal(
      context: Context,
      ref: SubjectRef,
      subjectId: string,
      { erasureId, protectedAs }: { erasureId: string; protectedAs: string[] },
    ): Promise<Buffer | null> {
      if (externalHolders.length === 0) return null;
      const known = await knownAs(context, ref, subjectId);
      const key = await vault.key(known.tenantId, erasureScope(erasureId));
      const whom: KnownOutside = { known, protectedAs };
      return key.seal(placeOf(known.tenantId, erasureId), JSON.stringify(whom));
    },

    /** Nobody needs to know any more what holders outside knew the person by. */
    async forgetKnown({ tenant }: Context, erasureId: string): Promise<void> {
      await vault.shred(tenant.id, [erasureScope(erasureId)]);
    },

    /** Writes down, with the erasure, what each holder outside has to do. */
    async begin(tx: Query, context: Context, erasureId: string, decisions: Decisions): Promise<void> {
      const at = context.clock();
      const parts = externalHolders.map((holder): PartRow => {
        const { categories } = holder.describe();
        const own = Object.entries(decisions).filter(([category]) => categories.includes(category));
        return {
          tenantId: context.tenant.id,
          erasureId,
          holder: holder.id,
          status: 'pending',
          attempts: 0,
          nextAttemptAt: at,
          cursor: null,
          reference: null,
          failure: null,
          updatedAt: at,
          outcome: { decisions: Object.fromEntries(own) },
        };
      });
      await insertParts(tx, parts);
    },

    /**
     * A holder says that it is done. Nothing of that is believed but that it may be asked now: the next run asks it, and
     * looks again. @throws Problem `signature-refused`, the same whatever does not fit.
     */
    async completed(
      context: Context,
      holderId: string,
      bytes: Buffer,
      headers: Readonly<Record<string, string | string[] | undefined>>,
    ): Promise<void> {
      const holder = externalHolders.find(({ id }) => id === holderId);
      if (!holder?.hasSigned?.(headers, bytes))
        throw new Problem('signature-refused', 'The signature does not fit, or is too old.');
      const value = readJson(readUtf8(bytes));
      checkCompletion(value);
      const { reference } = (value as HolderCompletion).data;
      const now = context.clock();
      await store.write((tx) => hastenPart(tx, { tenantId: context.tenant.id, holder: holderId, reference }, now));
    },

    /** Makes due again what a hold has kept back at holders outside, where nothing protects it any more. */
    async reopenReleased(context: Context, row: ErasureRow): Promise<void> {
      const whom = await opened(row);
      if (!whom) return;
      const { protectedAs = [] } = (row.status === 'running' ? row.outcome : row.held) ?? {};
      const held = await findHeldOutside(deps, context, {
        known: whom.known,
        protectedAs: [...whom.protectedAs, ...protectedAs],
      });
      for (const part of await store.read((q) => partsOf(q, row.tenantId, row.erasureId))) {
        const { outcome, status } = part;
        const decisions = underHolds(outcome.decisions, held);
        const still = heldIn({ decisions });
        if (status !== 'held' || heldIn(outcome).every((category) => still.includes(category))) continue;
        const now = context.clock();
        const { round = 0, earlier, outcomes } = outcome;
        await store.write((tx) =>
          updatePart(tx, part, {
            status: 'pending',
            nextAttemptAt: now,
            updatedAt: now,
            outcome: { decisions, round: round + 1, earlier: inAll(earlier, outcomes) },
          }),
        );
      }
    },

    /** Takes up the parts that are due, each claimed so that no other instance does the same. */
    async advanceDue(context: Context, row: ErasureRow): Promise<void> {
      const { tenantId, erasureId } = row;
      const whom = await opened(row);
      if (!whom) return;
      const faults: unknown[] = [];
      for (const part of await store.read((q) => partsOf(q, tenantId, erasureId))) {
        const now = context.clock();
        const until = new Date(now.getTime() + CLAIM_MS);
        const claimed = await store.write((tx) => claimPart(tx, part, now, until));
        if (!claimed) continue;
        try {
          await advance(context, row, claimed, whom);
        } catch (fault) {
          faults.push(fault);
        }
      }
      if (faults.length > 0) throw faults[0];
    },
  };
}

export type Outside = ReturnType<typeof createOutside>;
