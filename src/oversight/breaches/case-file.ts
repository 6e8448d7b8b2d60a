import type { Audit } from '../../foundations/audit/audit.ts';
import type { Context } from '../../foundations/contract/context.ts';
import { Problem } from '../../foundations/contract/problem.ts';
import { writeOnce } from '../../foundations/store/idempotency.ts';
import type { Query, Store } from '../../foundations/store/store.ts';
import type { ScopeKey, Vault } from '../../foundations/vault/vault.ts';
import type { Policies } from '../../register/policies/policies.ts';
import type { BreachEvent, NewEvent } from './events.ts';
import { type BreachState, replay } from './replay.ts';
import { BREACH_SCOPE, breachEvents } from './sealing.ts';
import { breachIds, type EventRow, eventsOf } from './table.ts';
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
  audit: Audit;
  vault: Vault;
  policies: Pick<Policies, 'of'>;
}

/** What was recorded of breaches: appended, sealed, with its entry in the log; read back and replayed. */
export function createBreachRecords({ store, audit, vault, policies }: RecordDeps) {
  const opened = (key: ScopeKey | undefined, q: Query, rows: EventRow[]) =>
    rows.map((row) => breachEvents.open(key, q.tables, row.breachId, row, row.textSealed));
  const existingKey = ({ tenant }: Context) => vault.existingKey(tenant.id, BREACH_SCOPE);

  /** Writes events of one breach, and answers them. @throws Problem `conflict` when somebody was faster. */
  async function append(
    tx: Query,
    context: Context,
    key: ScopeKey,
    { breachId, lastSeq }: { breachId: string; lastSeq: number },
    added: readonly NewEvent[],
  ): Promise<BreachEvent[]> {
    const events = breachEvents.next(context, lastSeq, added, policies.of(context.tenant.id).current().hash);
    await breachEvents.append(tx, context, key, breachId, events, {
      audit,
      detailOf: (event) => auditDetail(breachId, event),
    });
    return events;
  }

  /** Decides and appends inside a transaction, on the breach as it stands there; answers what was appended. */
  async function decideIn(
    tx: Query,
    context: Context,
    key: ScopeKey,
    breachId: string,
    decide: Act,
  ): Promise<BreachEvent[]> {
    const events = opened(key, tx, await eventsOf(tx, context.tenant.id, [breachId]));
    const state = replay(breachId, events);
    if (!state) throw noBreach();
    return append(tx, context, key, { breachId, lastSeq: state.seq }, decide(state, events));
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
    async actAlone(context: Context, breachId: string, decide: Act): Promise<BreachEvent[]> {
      const key = await vault.key(context.tenant.id, BREACH_SCOPE);
      return store.write((tx) => decideIn(tx, context, key, breachId, decide));
    },
  };
}
