import Type, { type Static } from 'typebox';
import { type Route, route } from '../../foundations/contract/contract.ts';
import { PAGE_QUERY } from '../../foundations/contract/cursor-page.ts';
import { invalidField } from '../../foundations/contract/problem.ts';
import { closed } from '../../foundations/contract/schemas.ts';
import type { Approved } from './approve-rules.ts';
import { ExplainParams, ExplainQuery, Explanations } from './explain-model.ts';
import {
  ApprovalInput,
  Approvals,
  ClockState,
  Hold,
  HoldInput,
  HoldList,
  HoldParams,
  PlacedHold,
  Plan,
  PlanInput,
  PlanParams,
  ReviewedSet,
  Sweep,
  SweepInput,
  SweepList,
  SweepParams,
} from './model.ts';
import type { RetentionService } from './service.ts';

/** @throws Problem naming the field where it is not exactly one of the two. */
function approvedBy({ rules, reviewDigest }: Static<typeof ApprovalInput>): Approved {
  if (rules !== undefined && reviewDigest !== undefined)
    throw invalidField('/rules', 'must be absent beside a reviewed set, which has its own');
  if (rules !== undefined) return { rules };
  if (reviewDigest !== undefined) return { reviewDigest };
  throw invalidField('/rules', 'must name the rules to let through, unless /reviewDigest names a reviewed set');
}

const tag = 'Retention';
const Page = Type.Object(PAGE_QUERY, closed);

export function retentionRoutes({ plans, sweeps, holds, clockWatch, explain }: RetentionService): Route[] {
  return [
    route(
      {
        operationId: 'explainRetention',
        lane: 'batch',
        method: 'get',
        path: '/v1/subjects/{id}/retention',
        tag,
        summary: 'Why each row of a person is still there, and until when',
        description:
          'Which rule decides, when its period ends, and every reason in its order: a hold goes before a ground to keep ' +
          'for good, that before a condition, that before the period. Rows at holders outside are not told.',
        permission: 'retention.explain',
        reads: 'personal-data',
        params: ExplainParams,
        query: ExplainQuery,
        status: 200,
        response: Explanations,
      },
      async ({ context, params, query }) => ({ body: await explain(context, params.id, query) }),
    ),
    route(
      {
        operationId: 'planRetention',
        lane: 'batch',
        method: 'post',
        path: '/v1/retention/plans',
        tag,
        summary: 'Say what a sweep would do, now or on a later day',
        description: 'Touches nothing. The digest binds a sweep to exactly what this plan found due.',
        permission: 'retention.plan',
        body: PlanInput,
        example: { asOf: '2026-06-01T00:00:00Z' },
        idempotency: 'required',
        status: 201,
        response: Plan,
      },
      async ({ context, body }) => {
        const plan = await plans.plan(context, body);
        return { headers: { Location: `/v1/retention/plans/${plan.planId}` }, body: plan };
      },
    ),
    route(
      {
        operationId: 'getPlan',
        method: 'get',
        path: '/v1/retention/plans/{planId}',
        tag,
        summary: 'Read a plan',
        description:
          'A plan that was made before, with its digest: what was due under each rule then, and how many people it ' +
          'concerned.',
        permission: 'retention.read',
        params: PlanParams,
        status: 200,
        response: Plan,
      },
      async ({ context, params }) => ({ body: await plans.get(context, params.planId) }),
    ),
    route(
      {
        operationId: 'startSweep',
        lane: 'batch',
        method: 'post',
        path: '/v1/retention/sweeps',
        tag,
        summary: 'Run a sweep',
        description:
          'Answers at once; the sweep runs on, and `GET` on its address tells how far it is. Bound to a plan’s digest it refuses what has changed since (409). ' +
          'Rules that wait for an officer (a first run, one that has come to reach more, the brake) do; the others go on. ' +
          'While the clock is in doubt nothing runs (409).',
        permission: 'retention.sweep',
        body: SweepInput,
        example: { rules: ['visits-reduce'] },
        idempotency: 'required',
        status: 202,
        response: Sweep,
      },
      async ({ context, body }) => {
        const sweep = await sweeps.start(context, body);
        return { headers: { Location: `/v1/retention/sweeps/${sweep.sweepId}` }, body: sweep };
      },
    ),
    route(
      {
        operationId: 'listSweeps',
        method: 'get',
        path: '/v1/retention/sweeps',
        tag,
        summary: 'List sweeps, newest first',
        description:
          'What ran, who started it, what it did and what waits. Start here to find the sweep to approve or its ' +
          'certificate.',
        permission: 'retention.read',
        query: Page,
        status: 200,
        response: SweepList,
      },
      async ({ context, query }) => ({ body: await sweeps.list(context, query) }),
    ),
    route(
      {
        operationId: 'getSweep',
        method: 'get',
        path: '/v1/retention/sweeps/{sweepId}',
        tag,
        summary: 'See how a sweep goes',
        description:
          'Ask until it is done: counts by rule of what was treated, held and kept, what waits for an officer and ' +
          'why, and the certificate at the end.',
        permission: 'retention.read',
        params: SweepParams,
        status: 200,
        response: Sweep,
      },
      async ({ context, params }) => ({ body: await sweeps.get(context, params.sweepId) }),
    ),
    route(
      {
        operationId: 'approveSweep',
        lane: 'batch',
        method: 'post',
        path: '/v1/retention/sweeps/{sweepId}/approval',
        tag,
        summary: 'Let rules through that wait',
        description:
          'By somebody else than who started the sweep; what the schedule started, by any officer. What is due is looked at ' +
          'again: if it is no longer what the sweep says, it says the new numbers and answers 409; look, and approve again.',
        permission: 'retention.approve',
        params: SweepParams,
        body: ApprovalInput,
        example: { rules: ['visits-reduce'] },
        idempotency: 'required',
        status: 202,
        response: Sweep,
      },
      async ({ context, params, body }) => ({ body: await sweeps.approve(context, params.sweepId, approvedBy(body)) }),
    ),
    route(
      {
        operationId: 'reviewSweep',
        lane: 'batch',
        method: 'get',
        path: '/v1/retention/sweeps/{sweepId}/review',
        tag,
        summary: 'All that waits in a sweep, to be approved as one set',
        description:
          'Looked at as it is now: numbers, people, samples, and one digest over all. `POST …/approval` with that digest lets ' +
          'all of it through at once, and is refused (409) when anything of it has changed.',
        permission: 'retention.read',
        params: SweepParams,
        status: 200,
        response: ReviewedSet,
      },
      async ({ context, params }) => ({ body: await sweeps.review(context, params.sweepId) }),
    ),
    route(
      {
        operationId: 'listRetentionApprovals',
        method: 'get',
        path: '/v1/retention/approvals',
        tag,
        summary: 'What waits for an officer’s approval',
        description:
          'One place for everything that sweeps have found and must not do alone: first runs, rules that reach more ' +
          'than was agreed to, the brake. Approve with `POST /v1/retention/sweeps/{sweepId}/approval`.',
        permission: 'retention.read',
        status: 200,
        response: Approvals,
      },
      async ({ context }) => ({ body: { items: await sweeps.waiting(context) } }),
    ),
    route(
      {
        operationId: 'getClock',
        method: 'get',
        path: '/v1/retention/clock',
        tag,
        summary: 'Whether the clock is believed',
        description: 'While it is in doubt, nothing is destroyed because its period is over.',
        permission: 'retention.read',
        status: 200,
        response: ClockState,
      },
      async ({ context }) => ({ body: await clockWatch.look(context) }),
    ),
    route(
      {
        operationId: 'confirmClock',
        method: 'post',
        path: '/v1/retention/clock/confirmation',
        tag,
        summary: 'Say that the clock is right',
        description: 'After a long stop, or once it was set right. From then on things are destroyed by it again.',
        permission: 'retention.approve',
        idempotency: 'required',
        status: 200,
        response: ClockState,
      },
      async ({ context }) => ({ body: await clockWatch.confirm(context) }),
    ),
    route(
      {
        operationId: 'placeHold',
        method: 'post',
        path: '/v1/holds',
        tag,
        summary: 'Keep data from being destroyed',
        description:
          'For one subject or everybody, for one category or all. An account’s hold covers the visitors linked to it.',
        permission: 'holds.manage',
        body: HoldInput,
        example: {
          kind: 'legal',
          subject: 'account:u-77',
          reference: 'INC-2026/7',
          until: '2027-03-01T00:00:00Z',
        },
        idempotency: 'required',
        status: 201,
        response: PlacedHold,
      },
      async ({ context, body }) => ({ body: await holds.place(context, body) }),
    ),
    route(
      {
        operationId: 'listHolds',
        method: 'get',
        path: '/v1/holds',
        tag,
        summary: 'List holds',
        description:
          'What must not be destroyed, for whom, why and until when. Look here when a sweep or an erasure says ' +
          '`held`.',
        permission: 'holds.read',
        query: Page,
        status: 200,
        response: HoldList,
      },
      async ({ context, query }) => ({ body: await holds.list(context, query) }),
    ),
    route(
      {
        operationId: 'releaseHold',
        method: 'post',
        path: '/v1/holds/{holdId}/release',
        tag,
        summary: 'Lift a hold',
        description: 'What it deferred happens in the next sweep by itself.',
        permission: 'holds.manage',
        params: HoldParams,
        idempotency: 'required',
        status: 200,
        response: Hold,
      },
      async ({ context, params }) => ({ body: await holds.release(context, params.holdId) }),
    ),
  ];
}
