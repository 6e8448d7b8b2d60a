import { audit } from '../../foundations/audit/audit.ts';
import type { Context } from '../../foundations/contract/context.ts';
import { Problem } from '../../foundations/contract/problem.ts';
import { writeOnce } from '../../foundations/store/idempotency.ts';
import type { Query, Store } from '../../foundations/store/store.ts';
import type { ScopeKey, Vault } from '../../foundations/vault/vault.ts';
import type { BreachEvent, NewEvent } from './events.ts';
import { type BreachState, replay } from './replay.ts';
import { BREACH_SCOPE, openEvent, sealEvent } from './sealing.ts';
import { breachIds, type EventRow, eventsOf, insertEvent } from './table.ts';
import { auditDetail } from './telling.ts';

/** By what had been recorded up to an instant; absent: now. */
export interface Known {
  knownAt?: Date | undefined;
}

/** What an act is decided on: the breach and its events as they stand inside the transaction. */
export type Act = (state: BreachState, events: BreachEvent[]) => NewEvent[];

/** Breaches replayed in one step. */
const PAGE = 100;
const noBreach = () => new Problem('not-found', 'There is no such breach here.');

interface RecordDeps {
  store: Store;
  vault: Vault;
  policyHash(): string;
}

/** What was recorded of breaches: appended, sealed, with its entry in the log; read back and replayed. */
export function createBreachRecords({ store, vault, policyHash }: RecordDeps) {
  const opened = (key: ScopeKey | undefined, q: Query, rows: EventRow[]) =>
    rows.map((row) => openEvent(key, q.tables, row));
  const existingKey = ({ tenant }: Context) => vault.existingKey(tenant.id, BREACH_SCOPE);

  /** Writes events of one breach, each with its entry in the log. @throws Problem `conflict` when somebody was faster. */
  async function append(
    tx: Query,
    context: Context,
    key: ScopeKey,
    at: { breachId: string; lastSeq: number },
    events: readonly NewEvent[],
  ): Promise<void> {
    let seq = at.lastSeq;
    for (const event of events) {
      seq += 1;
      const where = {
        tenantId: context.tenant.id,
        breachId: at.breachId,
        seq,
        policyHash: policyHash(),
        recordedAt: context.clock(),
        recordedBy: context.principal.id,
      };
      if (!(await insertEvent(tx, sealEvent(key, tx.tables, where, event))))
        throw new Problem('conflict', 'Somebody else has just recorded something about this breach. Look at it again.');
      await audit.add(tx, context, {
        action: `breach.${event.kind}`,
        policyHash: policyHash(),
        detail: auditDetail(at.breachId, seq, event),
      });
    }
  }

  /** Decides and appends inside a transaction, on the breach as it stands there; answers what was appended. */
  async function decideIn(
    tx: Query,
    context: Context,
    key: ScopeKey,
    breachId: string,
    decide: Act,
  ): Promise<NewEvent[]> {
    const events = opened(key, tx, await eventsOf(tx, context.tenant.id, [breachId]));
    const state = replay(breachId, events);
    if (!state) throw noBreach();
    const decided = decide(state, events);
    await append(tx, context, key, { breachId, lastSeq: state.seq }, decided);
    return decided;
  }

  async function load(context: Context, breachId: string, { knownAt }: Known = {}) {
    const key = await existingKey(context);
    const events = await store.read(async (q) =>
      opened(key, q, await eventsOf(q, context.tenant.id, [breachId], knownAt)),
    );
    const state = replay(breachId, events);
    if (!state) throw noBreach();
    return { state, events };
  }

  /** A page of breaches, replayed, newest first. */
  async function page(
    context: Context,
    wanted: Known & { before?: string | undefined; limit: number },
  ): Promise<BreachState[]> {
    const key = await existingKey(context);
    return store.read(async (q) => {
      const ids = await breachIds(q, context.tenant.id, wanted);
      const rows = await eventsOf(q, context.tenant.id, ids, wanted.knownAt);
      const byBreach = new Map<string, EventRow[]>(ids.map((id) => [id, []]));
      for (const row of rows) byBreach.get(row.breachId)?.push(row);
      return ids.flatMap((id) => replay(id, opened(key, q, byBreach.get(id) ?? [])) ?? []);
    });
  }

  return {
    append,
    load,
    page,
    key: ({ tenant }: Context): Promise<ScopeKey> => vault.key(tenant.id, BREACH_SCOPE),

    /** Every breach, newest first. */
    async *all(context: Context, known: Known = {}): AsyncGenerator<BreachState> {
      for (let before: string | undefined; ; ) {
        const found = await page(context, { before, limit: PAGE, ...known });
        yield* found;
        if (found.length < PAGE) return;
        before = found.at(-1)?.breachId;
      }
    },

    /** One act; of two at once the second is refused, of a repeated request the first stands. */
    async act(context: Context, breachId: string, decide: Act): Promise<void> {
      const key = await vault.key(context.tenant.id, BREACH_SCOPE);
      await writeOnce(store, context, async (tx) => {
        await decideIn(tx, context, key, breachId, decide);
        return {};
      });
    },

    /** The same for the service itself, answering what was appended. */
    async actAlone(context: Context, breachId: string, decide: Act): Promise<NewEvent[]> {
      const key = await vault.key(context.tenant.id, BREACH_SCOPE);
      return store.write((tx) => decideIn(tx, context, key, breachId, decide));
    },
  };
}
