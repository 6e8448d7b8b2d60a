import { audit } from '../../foundations/audit/audit.ts';
import type { Context } from '../../foundations/contract/context.ts';
import { Problem } from '../../foundations/contract/problem.ts';
import { writeOnce } from '../../foundations/store/idempotency.ts';
import type { Query, Store } from '../../foundations/store/store.ts';
import type { ScopeKey, Vault } from '../../foundations/vault/vault.ts';
import type { EventKind, NewEvent, RequestEvent } from './events.ts';
import { asRecorded, isMisfit, type Life, replay } from './replay.ts';
import { openEvent, openRequester, type Requester, requestScope, sealEvent } from './sealing.ts';
import { legalEvents } from './states.ts';
import { eventsOf, findRequest, insertEvent, type RequestRow, textsOf, updateRequest } from './table.ts';
import { auditDetail } from './telling.ts';
import { nextDay, ruleSetOf, type Timing, timingOf } from './timing.ts';

/** A request as it stands: head, who asks, what was recorded, what that comes to. */
export interface File {
  row: RequestRow;
  requester: Requester | undefined;
  life: Life;
  events: RequestEvent[];
  timing: Timing;
}

/** What an act comes to: events to append, and what else is written with them. */
export interface Act {
  events: NewEvent[];
  also?: ((tx: Query) => Promise<void>) | undefined;
  head?: Partial<RequestRow>;
}

const noRequest = () => new Problem('not-found', 'There is no such request here.');
const overtaken = () =>
  new Problem('conflict', 'Somebody else has just recorded something about this request. Look at it again.');

/** @throws Problem `conflict` that names what could happen instead. */
export function illegal(life: Pick<Life, 'part' | 'state'>, event: EventKind): Problem {
  const legal = legalEvents(life.part, life.state);
  return new Problem(
    'conflict',
    `This cannot happen to a request that is ${life.state}. Possible now: ${legal.join(', ')}.`,
    {
      members: { state: life.state, event, legal },
    },
  );
}

interface RecordDeps {
  store: Store;
  vault: Vault;
  policyHash(): string;
}

/** What was recorded of requests: appended, sealed, with its entry in the log; read back and replayed. */
export function createRequestRecords({ store, vault, policyHash }: RecordDeps) {
  function opened(
    key: ScopeKey | undefined,
    q: Query,
    rows: Awaited<ReturnType<typeof eventsOf>>,
    sealed: Map<number, Buffer>,
  ) {
    return rows.map((row) => openEvent(key, q.tables, row, sealed.get(row.seq)));
  }

  async function read(q: Query, key: ScopeKey | undefined, row: RequestRow, now: Date): Promise<File> {
    const ids = [row.requestId];
    const texts = new Map((await textsOf(q, row.tenantId, ids)).map(({ seq, textSealed }) => [seq, textSealed]));
    const events = opened(key, q, await eventsOf(q, row.tenantId, ids), texts);
    const life = replay(row.requestId, events);
    if (!life || isMisfit(life)) throw new Error('The events of a request do not follow from one another.');
    return { row, requester: openRequester(key, q.tables, row), life, events, timing: timingOf(life, events, now) };
  }

  async function load(context: Context, requestId: string): Promise<File> {
    const key = await vault.existingKey(context.tenant.id, requestScope(requestId));
    return store.snapshot(async (q) => {
      const row = await findRequest(q, context.tenant.id, requestId);
      if (!row) throw noRequest();
      return read(q, key, row, context.clock());
    });
  }

  /** Each in turn must be able to follow; answers the request as it then stands. */
  function follow(
    { row, events }: File,
    added: readonly NewEvent[],
    context: Context,
  ): { life: Life; events: RequestEvent[] } {
    const all = [...events];
    const where = { recordedAt: context.clock(), recordedBy: context.principal.id, policyHash: policyHash() };
    let life = replay(row.requestId, all) as Life;
    for (const event of added) {
      const before = life;
      all.push(asRecorded(event, { ...where, seq: before.seq + 1, occurredAt: event.occurredAt ?? where.recordedAt }));
      const next = replay(row.requestId, all);
      if (!next) throw noRequest();
      if (isMisfit(next)) {
        if (next.seq === before.seq + 1) throw illegal(before, event.kind);
        // A correction takes away what a later event rests on.
        throw new Problem(
          'conflict',
          `Without it, ${next.event} (number ${next.seq}) could not have happened. Correct that first.`,
        );
      }
      life = next;
    }
    return { life, events: all };
  }

  async function write(
    tx: Query,
    context: Context,
    key: ScopeKey,
    file: Pick<File, 'row'>,
    added: readonly NewEvent[],
    { commitment, ruleSet }: { commitment: string | undefined; ruleSet: string | null },
  ): Promise<void> {
    const { row } = file;
    let seq = row.seq;
    for (const event of added) {
      seq += 1;
      const where = {
        tenantId: row.tenantId,
        requestId: row.requestId,
        seq,
        policyHash: policyHash(),
        recordedAt: context.clock(),
        recordedBy: context.principal.id,
      };
      const { event: stored, text } = sealEvent(key, tx.tables, where, event);
      if (!(await insertEvent(tx, stored, text))) throw overtaken();
      await audit.add(tx, context, {
        action: `request.${event.kind}`,
        subject: commitment,
        policyHash: policyHash(),
        detail: auditDetail(row, seq, event, ruleSet),
      });
    }
  }

  /** How the head stands after these events. */
  function headOf(life: Life, events: RequestEvent[], now: Date): Partial<RequestRow> {
    const timing = timingOf(life, events, now);
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
      policyHash: policyHash(),
    };
  }

  const commitmentOf = async (tenantId: string, subjectId: string | null | undefined) =>
    subjectId ? vault.commitment(tenantId, subjectId) : undefined;

  /** The same, ready for the transaction of what it tells of. */
  async function prepared(
    context: Context,
    file: File,
    { events: added, head = {} }: Omit<Act, 'also'>,
  ): Promise<(tx: Query) => Promise<void>> {
    const { row } = file;
    const { life, events } = follow(file, added, context);
    const key = await vault.existingKey(row.tenantId, requestScope(row.requestId));
    if (!key) throw new Problem('conflict', 'What was written about this request has been destroyed.');
    const subjectId = head.subjectId ?? row.subjectId;
    const commitment = await commitmentOf(row.tenantId, subjectId);
    const values = { ...headOf(life, events, context.clock()), ...head };
    const ruleSet = ruleSetOf(timingOf(life, events, context.clock()));
    return async (tx) => {
      if (!(await updateRequest(tx, row, values))) throw overtaken();
      await write(tx, context, key, file, added, { commitment, ruleSet });
    };
  }

  return {
    load,
    headOf,
    commitmentOf,
    write,

    key: (tenantId: string, requestId: string): Promise<ScopeKey> => vault.key(tenantId, requestScope(requestId)),

    /** Whether an event could follow now, before anything is prepared for it. @throws Problem `conflict` */
    check(file: File, event: NewEvent, context: Context): { life: Life; timing: Timing } {
      const { life, events } = follow(file, [event], context);
      return { life, timing: timingOf(life, events, context.clock()) };
    },

    /**
     * One act on a request as it was read: decided on that, appended only if nothing else was recorded since. Of two at
     * once the second is refused, of a repeated request the first stands.
     */
    async act(context: Context, file: File, { events, also, head }: Act): Promise<void> {
      const append = await prepared(context, file, { events, head });
      await writeOnce(store, context, async (tx) => {
        await append(tx);
        await also?.(tx);
        return {};
      });
    },

    prepared,
  };
}
export type RequestRecords = ReturnType<typeof createRequestRecords>;
