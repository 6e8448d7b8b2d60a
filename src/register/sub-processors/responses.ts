import { randomUUID } from 'node:crypto';
import type { Audit } from '../../foundations/audit/audit.ts';
import type { Context } from '../../foundations/contract/context.ts';
import { invalidField, notAsItStands, Problem } from '../../foundations/contract/problem.ts';
import type { OutboxService } from '../../foundations/outbox/service.ts';
import { writeOnce } from '../../foundations/store/idempotency.ts';
import type { Query, Store } from '../../foundations/store/store.ts';
import { latestFact } from '../facts/table.ts';
import type { Policies } from '../policies/policies.ts';
import type { Register } from '../view/service.ts';
import { callTo, changeIn, newVersion, noChange, noticeScope, objectionScope, stillAnnounced } from './change.ts';
import type { ChangeFact, NoticeFact, ObjectionFact } from './facts.ts';
import type { SubProcessorChange } from './model.ts';
import { windowEnd } from './notice.ts';
import { shown } from './shown.ts';

interface ResponseDeps {
  store: Store;
  audit: Audit;
  policies: Policies;
  register: Register;
  outbox: OutboxService;
}

/** What an institution may answer to a change. */
const RESPONSES = [callTo('objections'), callTo('approval')];

/** What an institution acts on, and the policies it acts under: the same for what is recorded and for the log. */
interface Acted {
  notice: NoticeFact;
  change: ChangeFact;
  policyHash: string;
}

/** What one institution does about a change it was told of: object, agree, settle; and when the notice reached it. */
export function createResponses({ store, audit, policies, register, outbox }: ResponseDeps) {
  async function respond(
    context: Context,
    changeId: string,
    action: string,
    fn: (tx: Query, acted: Acted) => Promise<Record<string, unknown>>,
  ): Promise<SubProcessorChange> {
    await writeOnce(
      store,
      context,
      async (tx) => {
        const fact = await latestFact(tx, context.tenant.id, 'sub-processor-notice', changeId);
        if (!fact?.value) throw noChange();
        const change = await changeIn(tx, changeId);
        const policyHash = policies.of(context.tenant.id).current().hash;
        const detail = await fn(tx, { notice: fact.value as NoticeFact, change, policyHash });
        await audit.add(tx, context, {
          action,
          policyHash,
          detail: { change: changeId, party: change.party, ...detail },
        });
        return null;
      },
      { isolation: 'serializable' },
    );
    register.forget(context.tenant.id);
    const found = (await register.view(context)).changes.find((one) => one.changeId === changeId);
    if (!found) throw noChange();
    return shown(found);
  }

  const newNotice = (tx: Query, context: Context, changeId: string, value: NoticeFact, policyHash: string) =>
    newVersion(tx, context, noticeScope(context.tenant.id, changeId), value, policyHash);

  const reached = (notice: NoticeFact, at: Date, timeZone: string): NoticeFact => ({
    ...notice,
    deliveredAt: at.toISOString(),
    windowEndsAt: windowEnd(at, notice.window, timeZone).toISOString(),
  });

  return {
    /** A controller objects; after its window too, but then the change is not held up. */
    object: (context: Context, changeId: string, grounds: string): Promise<SubProcessorChange> => {
      const objectionId = randomUUID();
      return respond(context, changeId, 'sub-processor-change.objected', async (tx, { notice, change, policyHash }) => {
        stillAnnounced(change);
        const now = context.clock();
        const late = now >= new Date(notice.windowEndsAt);
        const value: ObjectionFact = {
          changeId,
          grounds,
          receivedAt: now.toISOString(),
          late,
          outcome: 'open',
          settledAt: null,
        };
        await newVersion(tx, context, objectionScope(context.tenant.id, objectionId), value, policyHash);
        return { objection: objectionId, late };
      });
    },

    /** What became of an objection. */
    settle: (
      context: Context,
      changeId: string,
      objectionId: string,
      outcome: Exclude<ObjectionFact['outcome'], 'open'>,
    ): Promise<SubProcessorChange> =>
      respond(context, changeId, 'objection.settled', async (tx, { policyHash }) => {
        const fact = await latestFact(tx, context.tenant.id, 'objection', objectionId);
        const objection = fact?.value as ObjectionFact | undefined;
        if (objection?.changeId !== changeId) throw new Problem('not-found', 'There is no such objection here.');
        if (objection.outcome !== 'open')
          throw notAsItStands(`This objection is ${objection.outcome} already.`, [callTo('objections')]);
        const value: ObjectionFact = { ...objection, outcome, settledAt: context.clock().toISOString() };
        await newVersion(tx, context, objectionScope(context.tenant.id, objectionId), value, policyHash);
        return { objection: objectionId, outcome };
      }),

    /** A controller agrees in words; where its contract asks for that, nothing happens before (Art. 28(2)). */
    approve: (context: Context, changeId: string): Promise<SubProcessorChange> =>
      respond(context, changeId, 'sub-processor-change.approved', async (tx, { notice, change, policyHash }) => {
        stillAnnounced(change);
        if (notice.approvedAt) throw notAsItStands('This institution has agreed already.', [callTo('objections')]);
        await newNotice(tx, context, changeId, { ...notice, approvedAt: context.clock().toISOString() }, policyHash);
        return {};
      }),

    /** Says that a notice reached the controller otherwise (by post, in a meeting): its window runs from then. */
    handOver: (context: Context, changeId: string, at: Date): Promise<SubProcessorChange> =>
      respond(context, changeId, 'sub-processor-notice.handed-over', async (tx, { notice, change, policyHash }) => {
        stillAnnounced(change);
        if (notice.deliveredAt) throw notAsItStands('This notice has come through already.', RESPONSES);
        if (at > context.clock()) throw invalidField('/at', 'must not lie in the future');
        if (at < new Date(notice.sentAt)) throw invalidField('/at', 'must not lie before the announcement');
        await newNotice(tx, context, changeId, reached(notice, at, context.tenant.timeZone), policyHash);
        return { at: at.toISOString() };
      }),

    /** Takes over from the outbox which notices came through: windows run from then. Answers how many. */
    async noteDeliveries(context: Context): Promise<number> {
      const { changes } = await register.view(context);
      let noted = 0;
      for (const { changeId, notice, status } of changes) {
        if (status !== 'announced' || !notice || notice.deliveredAt) continue;
        const at = await outbox.firstDelivery(context, notice.messages);
        if (!at) continue;
        await respond(
          context,
          changeId,
          'sub-processor-notice.delivered',
          async (tx, { notice: current, policyHash }) => {
            // Another instance may have been faster.
            if (!current.deliveredAt)
              await newNotice(tx, context, changeId, reached(current, at, context.tenant.timeZone), policyHash);
            return { at: at.toISOString() };
          },
        );
        noted += 1;
      }
      return noted;
    },
  };
}

export type SubProcessorResponses = ReturnType<typeof createResponses>;
