import type { Audit } from '../../foundations/audit/audit.ts';
import type { Context } from '../../foundations/contract/context.ts';
import { Problem } from '../../foundations/contract/problem.ts';
import { writeOnce } from '../../foundations/store/idempotency.ts';
import type { Query, Store } from '../../foundations/store/store.ts';
import type { Commitment, ScopeKey, Vault } from '../../foundations/vault/vault.ts';
import type { Policies } from '../../register/policies/policies.ts';
import { missingFor, possibleCalls } from './calls.ts';
import type { EventKind, NewEvent, RequestEvent } from './events.ts';
import { isMisfit, type Life, replay } from './replay.ts';
import { openRequester, overtaken, type Requester, requestEvents, requestScope } from './sealing.ts';
import { legalEvents } from './states.ts';
import { eventsOf, findRequest, type RequestRow, textsOf, updateRequest } from './table.ts';
import { auditDetail } from './telling.ts';
import { nextDay, ruleSetOf, type Timing, timingOf } from './timing.ts';

/** A request as it stands: head, who asks, what was recorded, what that comes to. */
export interface File {
  row: RequestRow;
  requester: Requester | undefined;
  life: Life;
  events: RequestEvent[];
  timing: Timing;
  /** Numbers of events whose words tell of a special category of data: masked for officers (mark-words.ts). */
  special?: ReadonlySet<number>;
  /** Why holders outside destroy nothing of a category meanwhile; known where its protection was just settled. */
  standsStill?: string[];
}

/** What an act comes to: events to append, and what else is written with them. */
export interface Act {
  events: NewEvent[];
  also?: ((tx: Query) => Promise<void>) | undefined;
  head?: Partial<RequestRow>;
}

const noRequest = () => new Problem('not-found', 'There is no such request here.');

/** A `conflict` that says what is missing, and which calls are possible instead. */
export function illegal(life: Pick<Life, 'part' | 'state'>, event: EventKind): Problem {
  const legal = legalEvents(life.part, life.state);
  const calls = possibleCalls(life);
  const missing = missingFor(life, event);
  return new Problem(
    'conflict',
    `This cannot happen to a request that is ${life.state}${missing ? `: ${missing}` : ''}. Possible now: ${calls.join(', ')}.`,
    { members: { state: life.state, event, legal, calls, missing: missing === undefined ? [] : [missing] } },
  );
}

interface RecordDeps {
  store: Store;
  audit: Audit;
  vault: Vault;
  policies: Pick<Policies, 'of'>;
}

/** What was recorded of requests: appended, sealed, with its entry in the log; read back and replayed. */
export function createRequestRecords({ store, audit, vault, policies }: RecordDeps) {
  async function read(q: Query, key: ScopeKey | undefined, row: RequestRow, now: Date): Promise<File> {
    const { tenantId, requestId } = row;
    const written = await textsOf(q, tenantId, [requestId]);
    const texts = new Map(written.map(({ seq, textSealed }) => [seq, textSealed]));
    const special = new Set(written.flatMap(({ seq, specialId }) => (specialId ? [seq] : [])));
    const events = (await eventsOf(q, tenantId, [requestId])).map((stored) =>
      requestEvents.open(key, q.tables, requestId, stored, texts.get(stored.seq)),
    );
    const life = replay(requestId, events);
    if (!life || isMisfit(life)) throw new Error('The events of a request do not follow from one another.');
    const requester = openRequester(key, q.tables, row);
    return { row, requester, life, events, special, timing: timingOf(life, events, now) };
  }

  async function load(context: Context, requestId: string): Promise<File> {
    const key = await vault.existingKey(context.tenant.id, requestScope(requestId));
    return store.snapshot(async (q) => {
      const row = await findRequest(q, context.tenant.id, requestId);
      if (!row) throw noRequest();
      return read(q, key, row, context.clock());
    });
  }

  /** Each in turn must be able to follow what stands before it; answers what would be recorded, and the life with it. */
  function follow(
    { row, life: before, events }: File,
    added: readonly NewEvent[],
    context: Context,
    policyHash: string,
  ) {
    const recorded = requestEvents.next(context, before.seq, added, policyHash);
    const all = [...events];
    let life = before;
    for (const event of recorded) {
      all.push(event);
      const next = replay(row.requestId, all);
      if (!next) throw noRequest();
      if (isMisfit(next)) {
        if (next.seq === event.seq) throw illegal(life, event.kind);
        // A correction takes away what a later event rests on.
        throw new Problem(
          'conflict',
          `Without it, ${next.event} (number ${next.seq}) could not have happened. Correct that first.`,
        );
      }
      life = next;
    }
    return { recorded, life, events: all, timing: timingOf(life, all, context.clock()) };
  }

  /** Writes events that come next; their numbers must be free. */
  async function write(
    tx: Query,
    context: Context,
    key: ScopeKey,
    head: Pick<RequestRow, 'requestId' | 'reference'>,
    events: readonly RequestEvent[],
    { commitment, ruleSet }: { commitment: Commitment | undefined; ruleSet: string | null },
  ): Promise<void> {
    await requestEvents.append(tx, context, key, head.requestId, events, {
      audit,
      subject: commitment,
      detailOf: (event) => auditDetail(head, event, ruleSet),
    });
  }

  /** How the head stands with these events. */
  function headOf(life: Life, timing: Timing, now: Date, policyHash: string): Partial<RequestRow> {
    return {
      seq: life.seq,
      state: life.state,
      dueOn: nextDay(life, timing),
      targetOn: timing.targetOn,
      assignedTo: life.assignedTo,
      duplicateOf: life.duplicateOf,
      receivedAt: life.received.at,
      closedAt: life.closedAt,
      updatedAt: now,
      policyHash,
    };
  }

  const commitmentOf = async (tenantId: string, subjectId: string | null | undefined) =>
    subjectId ? vault.commitment(tenantId, subjectId) : undefined;

  /** An act, ready for the transaction of what it tells of, and the request as it will stand then. */
  async function prepared(
    context: Context,
    file: File,
    { events: added, head = {} }: Omit<Act, 'also'>,
  ): Promise<{ append(tx: Query): Promise<void>; after: File }> {
    const { row, requester } = file;
    const policyHash = policies.of(context.tenant.id).current().hash;
    const { recorded, life, events, timing } = follow(file, added, context, policyHash);
    const key = await vault.existingKey(row.tenantId, requestScope(row.requestId));
    if (!key) throw new Problem('conflict', 'What was written about this request has been destroyed.');
    const values = { ...headOf(life, timing, context.clock(), policyHash), ...head };
    const after = { row: { ...row, ...values }, requester, life, events, timing };
    const commitment = await commitmentOf(row.tenantId, after.row.subjectId);
    const ruleSet = ruleSetOf(timing);
    return {
      after,
      async append(tx) {
        if (!(await updateRequest(tx, row, values))) throw overtaken();
        await write(tx, context, key, row, recorded, { commitment, ruleSet });
      },
    };
  }

  return {
    load,
    headOf,
    commitmentOf,
    write,
    prepared,

    key: (tenantId: string, requestId: string): Promise<ScopeKey> => vault.key(tenantId, requestScope(requestId)),

    /** The same file with its head as it is now: others may have touched that. Read anew only if something was recorded. */
    async current(context: Context, file: File): Promise<File> {
      const { tenantId, requestId, seq } = file.row;
      const row = await store.read((q) => findRequest(q, tenantId, requestId));
      if (!row) throw noRequest();
      return row.seq === seq ? { ...file, row } : load(context, requestId);
    },

    /** How a request would stand after these events. @throws Problem `conflict` where they cannot follow. */
    foresee: (file: File, events: readonly NewEvent[], context: Context): Life =>
      follow(file, events, context, policies.of(context.tenant.id).current().hash).life,

    /** Whether an event could follow now, before anything is prepared for it. @throws Problem `conflict` */
    check(file: File, event: NewEvent, context: Context): { life: Life; timing: Timing } {
      const { life, timing } = follow(file, [event], context, policies.of(context.tenant.id).current().hash);
      return { life, timing };
    },

    /**
     * One act on a request as it was read: decided on that, appended only if nothing else was recorded since. Of two at
     * once the second is refused, of a repeated request the first stands. Answers the request as it then stands.
     */
    async act(context: Context, file: File, { events, also, head }: Act): Promise<File> {
      const { append, after } = await prepared(context, file, { events, head });
      await writeOnce(store, context, async (tx) => {
        await append(tx);
        await also?.(tx);
        return {};
      });
      return context.idempotency?.replayed ? load(context, file.row.requestId) : after;
    },
  };
}
export type RequestRecords = ReturnType<typeof createRequestRecords>;
