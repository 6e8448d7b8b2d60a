import Type from 'typebox';
import { type Route, route } from '../../foundations/contract/contract.ts';
import { closed } from '../../foundations/contract/schemas.ts';
import { Review, ReviewDecision, ReviewList, ReviewParams, ReviewQuery } from './review-model.ts';
import type { ReviewService } from './reviews.ts';

const tag = 'Retention';
const path = '/v1/retention/reviews';

/** What a person must look at, and what they decide. */
export function reviewRoutes(reviews: ReviewService): Route[] {
  return [
    route(
      {
        operationId: 'listRetentionReviews',
        method: 'get',
        path,
        tag,
        summary: 'What waits for a person to look at it',
        description:
          'What, why, since when and for how many days; the oldest first. Nothing of it is destroyed before somebody decides.',
        permission: 'retention.read',
        query: ReviewQuery,
        status: 200,
        response: ReviewList,
      },
      async ({ context, query }) => ({ body: await reviews.list(context, query) }),
    ),
    route(
      {
        operationId: 'getRetentionReview',
        method: 'get',
        path: `${path}/{reviewId}`,
        tag,
        summary: 'Whose rows these are, and which are still there',
        description:
          'For who has to decide on it: the rows with their owners as far as they are known, and which of them have ' +
          'changed or gone since.',
        permission: 'retention.approve',
        reads: 'personal-data',
        params: ReviewParams,
        status: 200,
        response: Review,
      },
      async ({ context, params }) => ({ body: await reviews.get(context, params.reviewId) }),
    ),
    route(
      {
        operationId: 'decideRetentionReview',
        method: 'post',
        path: `${path}/{reviewId}/decision`,
        tag,
        summary: 'Keep it until another day, or propose that a rule treats exactly these rows',
        description:
          'To keep, one officer is enough, with a reason; on that day somebody looks anew. To erase or reduce, somebody else ' +
          'must agree (`…/approval`).',
        permission: 'retention.approve',
        reads: 'personal-data',
        params: ReviewParams,
        body: ReviewDecision,
        example: { decision: 'keep', until: '2027-06-01', reason: 'The dispute about authorship is not settled.' },
        idempotency: 'required',
        status: 200,
        response: Review,
      },
      async ({ context, params, body }) => ({ body: await reviews.decide(context, params.reviewId, body) }),
    ),
    route(
      {
        operationId: 'approveRetentionReview',
        lane: 'batch',
        method: 'post',
        path: `${path}/{reviewId}/approval`,
        tag,
        summary: 'Agree that a rule treats exactly these rows',
        description:
          'By somebody else than who proposed it. A sweep of its own does it, holds are asked as ever, and its certificate proves it.',
        permission: 'retention.approve',
        reads: 'personal-data',
        params: ReviewParams,
        body: Type.Object({}, closed),
        example: {},
        idempotency: 'required',
        status: 202,
        response: Review,
      },
      async ({ context, params }) => ({ body: await reviews.approve(context, params.reviewId) }),
    ),
  ];
}
