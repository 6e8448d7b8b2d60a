import type { Context } from '../../foundations/contract/context.ts';
import { Problem, within } from '../../foundations/contract/problem.ts';
import { checker } from '../../foundations/contract/validation.ts';
import { carryOutErasure } from './carry-out-erasure.ts';
import { createOutside, type OutsideDeps } from './erase-outside.ts';
import { type Erasure, ErasureOrder, type ErasurePreview, type ErasureProposal } from './model.ts';
import { type Decided, type OrderDeps, orderErasure, previewErasure } from './order-erasure.ts';
import { approveProposal, endStaleProposals, proposeErasure, readProposal, rejectProposal } from './propose-erasure.ts';
import { readErasure } from './read-erasure.ts';
import {
  type ResumeDeps,
  reopenParts,
  resumeErasure,
  resumeErasures,
  resumeHeldBack,
  retryParts,
} from './resume-erasures.ts';
import { erasureOfRequest } from './table.ts';

export type ErasureDeps = Omit<OrderDeps & ResumeDeps & OutsideDeps, 'outside' | 'sealedPerSubject'>;

/** What a request of the person hands through: what its officer decided. */
interface RequestedOrder {
  requestId: string;
  ground: string;
  purpose?: string;
  purposes?: readonly string[];
  categories?: object;
  items?: unknown[];
  approvedBy?: Decided['approvedBy'];
}

const check = checker(ErasureOrder, '');

/**
 * Forgetting a person (GDPR Art. 17): ordered and written down (order-erasure.ts), carried out holder by holder
 * (carry-out-erasure.ts, erase-outside.ts), proved (prove-erasure.ts); taken up again wherever it stopped
 * (resume-erasures.ts), and when a backup has brought somebody back (replay-erasures.ts).
 */
export function createErasures(given: ErasureDeps) {
  const deps = {
    ...given,
    outside: createOutside(given),
    sealedPerSubject: given.holders.flatMap((holder) => holder.describe().sealedPerSubject),
  };

  /** Forgets a person as the policies decide; asking again finds nothing left to do. */
  async function erase(context: Context, reference: string, order?: ErasureOrder & Decided): Promise<Erasure> {
    return carryOutErasure(deps, context, await orderErasure(deps, context, reference, order));
  }

  const preview = (context: Context, reference: string, order?: ErasureOrder): Promise<ErasurePreview> =>
    previewErasure(deps, context, reference, order);

  return {
    erase,
    preview,

    /** For a request of the person; the same request gets the same erasure. @throws Problem naming what cannot be. */
    async eraseOnRequest(
      context: Context,
      reference: string,
      { requestId, approvedBy, purposes, ...order }: RequestedOrder,
    ): Promise<Erasure> {
      check(order);
      return erase(context, reference, { ...(order as ErasureOrder), purposes, requestId, approvedBy });
    },

    /** Whether a request could be carried out so. @throws Problem naming what of the decisions cannot be. */
    async checkOnRequest(
      context: Context,
      reference: string,
      { requestId: _, approvedBy: __, purposes, ...order }: RequestedOrder,
    ): Promise<void> {
      try {
        check(order);
        await preview(context, reference, { ...(order as ErasureOrder), purposes });
      } catch (fault) {
        throw fault instanceof Problem ? within(fault, '/decisions') : fault;
      }
    },

    /** As an officer decided: at once where the policies say that one is enough, else once another agrees. */
    order: (context: Context, reference: string, order: ErasureOrder): Promise<Erasure> =>
      deps.policies.of(context.tenant.id).current().installation.erasure?.oneOfficer === undefined
        ? proposeErasure(deps, context, reference, order)
        : erase(context, reference, order),
    proposal: (context: Context, erasureId: string): Promise<ErasureProposal> => readProposal(deps, context, erasureId),
    approve: (context: Context, erasureId: string): Promise<Erasure> => approveProposal(deps, context, erasureId),
    reject: (context: Context, erasureId: string): Promise<Erasure> => rejectProposal(deps, context, erasureId),
    /** Ends proposals that nobody has decided in time. */
    endStaleProposals: (context: Context): Promise<number> => endStaleProposals(deps, context),

    get: (context: Context, erasureId: string): Promise<Erasure> => readErasure(deps.store, context, erasureId),
    /** The erasure that a request has begun; undefined: none. */
    async ofRequest(context: Context, requestId: string): Promise<Erasure | undefined> {
      const erasureId = await deps.store.read((q) => erasureOfRequest(q, context.tenant.id, requestId));
      return erasureId === undefined ? undefined : readErasure(deps.store, context, erasureId);
    },
    resume: (context: Context): Promise<string[]> => resumeErasures(deps, context),
    /** Goes on with what a hold had kept back and nothing protects any more; answers the ids. */
    resumeHeldBack: (context: Context): Promise<string[]> => resumeHeldBack(deps, context),
    resumeOne: (context: Context, erasureId: string): Promise<Erasure> => resumeErasure(deps, context, erasureId),
    retryParts: (context: Context): Promise<string[]> => retryParts(deps, context),
    reopenParts: (context: Context, erasureId: string): Promise<Erasure> => reopenParts(deps, context, erasureId),
    /** A holder outside says that it is done. @throws Problem `signature-refused` */
    completed: deps.outside.completed,
  };
}

export type ErasureService = ReturnType<typeof createErasures>;
