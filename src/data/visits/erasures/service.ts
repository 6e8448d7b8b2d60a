import type { Context } from '../../../foundations/contract/context.ts';
import { cursorPageFrom, DEFAULT_PAGE } from '../../../foundations/contract/cursor-page.ts';
import { Problem } from '../../../foundations/contract/problem.ts';
import { writeOnce } from '../../../foundations/store/idempotency.ts';
import { uuidv7 } from '../../../foundations/store/uuid.ts';
import { type CarryOutDeps, carryOut, withoutTraces } from './carry-out.ts';
import { lookFor } from './look.ts';
import type { SeenVisits, VisitErasure, WantedVisits } from './model.ts';
import { type NamedOrder, orderFrom } from './name-visits.ts';
import {
  findVisitErasure,
  insertVisitErasure,
  updateVisitErasure,
  type VisitErasureRow,
  visitErasuresBefore,
  visitErasuresThatAre,
} from './table.ts';

/** How long a proposal waits for the second person. */
const UNDECIDED_MS = 7 * 24 * 3_600_000;
const actorOf = ({ principal: { id, role } }: Context) => ({ id, role });

/** Erasures of single visits, or of those of a time: proposed by one officer, carried out when another agrees. */
export function createVisitErasures(given: Omit<CarryOutDeps, 'isStopping'>) {
  const { store, audit, policies, log } = given;
  let stopping = false;
  const deps: CarryOutDeps = { ...given, isStopping: () => stopping };
  const running = new Set<Promise<unknown>>();

  /** @throws Problem `not-found` */
  async function load(context: Context, erasureId: string): Promise<VisitErasureRow> {
    const row = await store.read((q) => findVisitErasure(q, context.tenant.id, erasureId));
    if (!row) throw new Problem('not-found', 'There is no erasure of visits of this id.');
    return row;
  }

  /** The request's Idempotency-Key covers the decision, not its batches. */
  const plain = ({ idempotency: _, ...context }: Context): Context => context;

  function inBackground(work: Promise<unknown>, context: Context): void {
    const quiet = work
      .catch((error: unknown) => {
        if (error instanceof Problem) return;
        log.error({ tenant: context.tenant.id, err: error }, 'an erasure of visits failed; it is taken up again');
      })
      .finally(() => running.delete(quiet));
    running.add(quiet);
  }

  /** Writes down that nobody has agreed, and forgets what told of one visit or of an address. */
  async function end(context: Context, row: VisitErasureRow): Promise<void> {
    await writeOnce(store, context, async (tx) => {
      const decidedAt = context.clock();
      const seen = { ...(row.seen as SeenVisits), sample: [] };
      const values = { status: 'not-agreed', decidedBy: actorOf(context), decidedAt, seen, digest: null };
      const wanted = withoutTraces(row.wanted as NamedOrder);
      if (await updateVisitErasure(tx, row, ['proposed'], { ...values, wanted }))
        await audit.add(tx, context, {
          action: 'visit-erasure.not-agreed',
          detail: { 'visit-erasure': row.erasureId },
        });
      return {};
    });
  }

  return {
    /**
     * Says what would go, and keeps it as a proposal. @throws Problem naming what of it cannot be; `conflict` where nothing
     * of it is there, or holds keep all of it.
     */
    async propose(context: Context, wanted: WantedVisits): Promise<VisitErasure> {
      const tenantId = context.tenant.id;
      // A fault found here is told only inside: a repeated request gets its first answer, whatever has changed since.
      const looked = await (async () => {
        const order = await orderFrom(deps, context, wanted);
        const found = await store.read((q) => lookFor(q, policies, context, order));
        if (found.seen.due === 0)
          throw new Problem(
            'conflict',
            found.seen.held > 0
              ? `A hold keeps all ${found.seen.held} of these visits.`
              : 'There is no such visit that could be erased.',
          );
        return { order, ...found };
      })().catch((fault: unknown) => ({ fault }));
      const erasureId = await writeOnce(store, context, async (tx) => {
        if ('fault' in looked) throw looked.fault;
        const { order, seen, digest } = looked;
        const proposedAt = context.clock();
        const row: VisitErasureRow = {
          tenantId,
          erasureId: uuidv7(proposedAt),
          status: 'proposed',
          wanted: order,
          seen,
          digest,
          proposedBy: actorOf(context),
          proposedAt,
          decidedBy: null,
          decidedAt: null,
          removed: 0,
          removedFull: 0,
          finishedAt: null,
          certificateId: null,
        };
        await insertVisitErasure(tx, row);
        await audit.add(tx, context, {
          action: 'visit-erasure.proposed',
          detail: { 'visit-erasure': row.erasureId, due: seen.due, held: seen.held, people: seen.people, digest },
        });
        return row.erasureId;
      });
      return told(await load(context, erasureId));
    },

    get: async (context: Context, erasureId: string): Promise<VisitErasure> => told(await load(context, erasureId)),

    async list(context: Context, page: { limit?: number; cursor?: string }) {
      const limit = page.limit ?? DEFAULT_PAGE;
      const rows = await store.read((q) => visitErasuresBefore(q, context.tenant.id, page.cursor, limit + 1));
      const { items, next } = cursorPageFrom(rows, limit, ({ erasureId }) => erasureId);
      return { items: items.map(told), next };
    },

    /**
     * The second person agrees to exactly what the proposal says, and it is carried out.
     * @throws Problem `forbidden` for whoever proposed it; `conflict` once it is decided, or nobody has decided it in time;
     * `plan-changed` where something else would go by now: the proposal says the new numbers then.
     */
    async approve(context: Context, erasureId: string, digest: string): Promise<VisitErasure> {
      const row = await load(context, erasureId);
      const again = await (async () => {
        requireUndecided(context, row);
        if ((row.proposedBy as VisitErasure['proposedBy']).id === context.principal.id)
          throw new Problem(
            'forbidden',
            'This cannot be taken back: another person than the one who proposed it must agree.',
          );
        return store.read((q) => lookFor(q, policies, context, row.wanted as NamedOrder));
      })().catch((fault: unknown) => ({ fault }));
      const changed = await writeOnce(store, context, async (tx) => {
        if ('fault' in again) throw again.fault;
        const { seen } = again;
        if (again.digest !== digest || again.digest !== row.digest) {
          await updateVisitErasure(tx, row, ['proposed'], { seen, digest: again.digest });
          return true;
        }
        const decidedAt = context.clock();
        const values = { status: 'running', seen, decidedBy: actorOf(context), decidedAt };
        if (!(await updateVisitErasure(tx, row, ['proposed'], values))) throw decided();
        await audit.add(tx, context, {
          action: 'visit-erasure.started',
          detail: {
            'visit-erasure': erasureId,
            due: seen.due,
            digest,
            requestedBy: row.proposedBy,
            approvedBy: [actorOf(context)],
          },
        });
        return false;
      });
      if (changed)
        throw new Problem(
          'plan-changed',
          'What would be erased is no longer what was proposed. The proposal says the new numbers now; look at them and approve again.',
        );
      if (!context.idempotency?.replayed) inBackground(carryOut(deps, plain(context), erasureId), context);
      return told(await load(context, erasureId));
    },

    /** It is not carried out. */
    async reject(context: Context, erasureId: string): Promise<VisitErasure> {
      const row = await load(context, erasureId);
      if (row.status !== 'proposed' && row.status !== 'not-agreed') throw decided();
      await end(context, row);
      return told(await load(context, erasureId));
    },

    /** Goes on with what a crash interrupted, and ends what nobody has decided in time; answers how many went on. */
    async resume(context: Context): Promise<number> {
      const { id } = context.tenant;
      const before = new Date(context.clock().getTime() - UNDECIDED_MS);
      for (const row of await store.read((q) => visitErasuresThatAre(q, id, 'proposed', before)))
        await end(plain(context), row);
      const rows = await store.read((q) => visitErasuresThatAre(q, id, 'running'));
      for (const { erasureId } of rows)
        await carryOut(deps, plain(context), erasureId).catch((error: unknown) => {
          // Somebody is at it, or was until a moment ago.
          if (!(error instanceof Problem && error.type === 'lease-held')) throw error;
        });
      return rows.length;
    },

    /** Waits for what runs in the background of this process. */
    settled: async (): Promise<void> => {
      await Promise.allSettled(running);
    },

    /** Lets the batch that runs end, and nothing begin. */
    stop: async (): Promise<void> => {
      stopping = true;
      await Promise.allSettled(running);
    },
  };
}

export type VisitErasures = ReturnType<typeof createVisitErasures>;

const decided = () => new Problem('conflict', 'This was decided already, or not in time. Propose it anew.');

function requireUndecided(context: Context, { status, proposedAt }: VisitErasureRow): void {
  if (status !== 'proposed' || context.clock().getTime() - proposedAt.getTime() > UNDECIDED_MS) throw decided();
}

/** An erasure as callers see it. */
function told(row: VisitErasureRow): VisitErasure {
  const wanted = row.wanted as Partial<{
    visitId: string;
    oneVisit: boolean;
    from: string;
    until: string;
    network: string;
    portal: string;
    indexes: string[];
    oneAddress: boolean;
  }>;
  return {
    erasureId: row.erasureId,
    status: row.status as VisitErasure['status'],
    wanted: {
      oneVisit: wanted.oneVisit ?? wanted.visitId !== undefined,
      from: wanted.from ?? null,
      until: wanted.until ?? null,
      network: wanted.network ?? null,
      oneAddress: wanted.oneAddress ?? wanted.indexes !== undefined,
      portal: wanted.portal ?? null,
    },
    ...(row.seen as SeenVisits),
    digest: row.digest,
    proposedBy: row.proposedBy as VisitErasure['proposedBy'],
    proposedAt: row.proposedAt.toISOString(),
    decidedBy: row.decidedBy as VisitErasure['decidedBy'],
    decidedAt: row.decidedAt?.toISOString() ?? null,
    removed: row.removed,
    finishedAt: row.finishedAt?.toISOString() ?? null,
    certificateId: row.certificateId,
  };
}
