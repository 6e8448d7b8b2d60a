import type { Context } from '../../foundations/contract/context.ts';
import { readJson, readUtf8 } from '../../foundations/contract/json.ts';
import { Problem } from '../../foundations/contract/problem.ts';
import { checker } from '../../foundations/contract/validation.ts';
import { type ExternalHolder, HolderFault, type KnownPerson } from '../../foundations/holders/external.ts';
import type { CategoryOutcome } from '../../foundations/holders/holder.ts';
import { nextAttempt } from '../../foundations/outbox/backoff.ts';
import type { Store } from '../../foundations/store/store.ts';
import type { Vault } from '../../foundations/vault/vault.ts';
import type { Policies } from '../../register/policies/policies.ts';
import { HolderCompletion } from './model.ts';
import { type KeptDecision, type KeptOutcome, outcomeOfHolder, plain } from './outcome.ts';
import { claimPart, type ErasureRow, hastenPart, type PartRow, partsOf, updatePart } from './table.ts';

const checkCompletion = checker(HolderCompletion, '');

export interface PartDeps {
  store: Store;
  vault: Vault;
  policies: Policies;
  externalHolders: ExternalHolder[];
  /** Kinds of holds by category (`*`: all) that protect a person now, as others know them. */
  heldNow(context: Context, known: KnownPerson): Promise<Map<string, string>>;
}

/** What is kept of a part: what was decided for the holder, what it did, what a second look there still found. */
export interface PartOutcome {
  decisions: Record<string, KeptDecision>;
  outcomes?: CategoryOutcome[];
  remaining?: Record<string, number>;
  /** How often a second look found that it had not done what it said. */
  round?: number;
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

export const erasureScope = (erasureId: string): string => `erasure:${erasureId}`;
const placeOf = (tenant: string, row: string) => ({ tenant, table: 'erasures', column: 'known_as_sealed', row });

/** The parts of an erasure that holders outside the database do: they can be down, or answer days later. */
export function createParts({ store, vault, policies, externalHolders, heldNow }: PartDeps) {
  /** A hold that was placed since protects what is still there, days after the rest has gone. */
  async function respectHolds(context: Context, part: PartRow, known: KnownPerson) {
    const { decisions } = part.outcome as PartOutcome;
    const held = await heldNow(context, known);
    let newlyHeld = false;
    const now = Object.entries(decisions).map(([category, decision]): [string, KeptDecision] => {
      const hold = held.get(category) ?? held.get('*');
      if (hold === undefined || decision.action === 'held' || decision.action === 'retain') return [category, decision];
      newlyHeld = true;
      return [category, { category, action: 'held', ground: hold }];
    });
    return { decisions: Object.fromEntries(now), newlyHeld };
  }

  /** One part as far as it goes now. A step is repeated after a crash, which does a holder no harm. */
  async function advance(context: Context, row: ErasureRow, part: PartRow, known: KnownPerson): Promise<void> {
    const { erasureId } = row;
    const holder = externalHolders.find(({ id }) => id === part.holder);
    const { decisions, newlyHeld } = await respectHolds(context, part, known);
    const order = {
      at: row.startedAt,
      policyHash: policies.current().hash,
      decisions: Object.fromEntries(
        Object.entries(decisions).map(([category, { reviewAt, ...decision }]) => [
          category,
          { ...decision, reviewAt: reviewAt ? new Date(reviewAt) : undefined },
        ]),
      ),
    };
    const { round = 0 } = part.outcome as PartOutcome;
    let { cursor, reference, attempts, status } = part;
    const save = (values: Partial<PartRow>) =>
      store.write((tx) => updatePart(tx, part, { ...values, updatedAt: context.clock() }));
    if (newlyHeld) await save({ outcome: { ...(part.outcome as PartOutcome), decisions } });
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
        const outcome: PartOutcome = { decisions, outcomes: answer.outcomes, remaining };
        const decided = Object.values(decisions);
        const told = plain<KeptOutcome[]>(answer.outcomes);
        if (outcomeOfHolder(decided, told, { found: undefined, remaining }).some(({ result }) => result === 'failed')) {
          // It is asked from the beginning again; what it has not done by then is on the certificate.
          ({ cursor, reference, status } = { cursor: null, reference: null, status: 'pending' });
          await save({ outcome: { ...outcome, round: round + 1 }, cursor, reference, status });
          throw new HolderFault(part.holder, 'failed');
        }
        await save({ status: 'done', outcome, attempts: 0, nextAttemptAt: null, cursor: null, failure: null });
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
    /** Categories that a holder outside has. */
    categoriesOf: (holder: string): string[] =>
      externalHolders.find(({ id }) => id === holder)?.describe().categories ?? [],

    /** The rows to insert with the erasure: one for each holder outside. */
    begin(context: Context, erasureId: string, decisions: Record<string, KeptDecision>): PartRow[] {
      const at = context.clock();
      return externalHolders.map(
        (holder): PartRow => ({
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
          outcome: {
            decisions: Object.fromEntries(
              Object.entries(decisions).filter(([category]) => holder.describe().categories.includes(category)),
            ),
          } satisfies PartOutcome,
        }),
      );
    },

    /** How many rows each holder outside has now; of one that does not answer nothing is said. */
    async count(known: KnownPerson): Promise<Record<string, number>> {
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

    /** What the holders outside know the person by, sealed under a key of the erasure; before any key is destroyed. */
    async seal(known: KnownPerson, erasureId: string): Promise<Buffer | null> {
      if (externalHolders.length === 0) return null;
      const key = await vault.key(known.tenantId, erasureScope(erasureId));
      return key.seal(placeOf(known.tenantId, erasureId), JSON.stringify(known));
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

    /** Takes up the parts that are due, each claimed so that no other instance does the same. */
    async advanceDue(context: Context, row: ErasureRow): Promise<void> {
      const { tenantId, erasureId, knownAsSealed } = row;
      if (!knownAsSealed) return;
      const key = await vault.existingKey(tenantId, erasureScope(erasureId));
      const text = key?.open(placeOf(tenantId, erasureId), knownAsSealed);
      if (text === undefined) return;
      const known = JSON.parse(text) as KnownPerson;
      const faults: unknown[] = [];
      for (const part of await store.read((q) => partsOf(q, tenantId, erasureId))) {
        const now = context.clock();
        const until = new Date(now.getTime() + CLAIM_MS);
        const claimed = await store.write((tx) => claimPart(tx, part, now, until));
        if (!claimed) continue;
        try {
          await advance(context, row, claimed, known);
        } catch (fault) {
          faults.push(fault);
        }
      }
      if (faults.length > 0) throw faults[0];
    },
  };
}

export type PartService = ReturnType<typeof createParts>;
