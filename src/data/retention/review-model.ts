import Type, { type Static } from 'typebox';
import { cursorPage, PAGE_QUERY } from '../../foundations/contract/cursor-page.ts';
import { closed, Instant, OrNull, PolicyId, Uuid } from '../../foundations/contract/schemas.ts';

export const REVIEW_STATES = ['open', 'kept', 'proposed', 'treating', 'treated', 'gone'] as const;
const WHY = ['period', 'no-address', 'mail-failed'] as const;

const HEAD = {
  reviewId: Uuid,
  rule: Type.String({ description: 'The rule that put it here.' }),
  category: Type.String(),
  inWords: Type.String({ description: 'The rule in a sentence.' }),
  why: Type.Enum([...WHY], {
    description:
      'period: the rule wants a person to look. no-address, mail-failed: its person could not be warned of the end of the account.',
  }),
  rows: Type.Integer({ description: 'How many rows there were when it was opened.' }),
  dueSince: Type.String({ format: 'date-time', description: 'When the period of the oldest was over.' }),
  openedAt: Instant,
  days: Type.Integer({ description: 'Whole days it has waited, or waited until it was decided.' }),
  state: Type.Enum([...REVIEW_STATES], {
    description:
      'proposed: a second person must agree. treating, treated: the sweep does it, has done it. gone: nothing of it is left, by another way.',
  }),
  keptUntil: OrNull(Instant),
  reason: OrNull(Type.String({ description: 'What the officer wrote.' })),
  treatRule: OrNull(Type.String({ description: 'The rule that is to treat exactly these rows.' })),
  decidedBy: OrNull(Type.String()),
  decidedAt: OrNull(Instant),
  approvedBy: OrNull(Type.String()),
  sweepId: OrNull({ ...Uuid, description: 'The sweep that does it; its certificate proves it.' }),
};

export const ReviewHead = Type.Object(HEAD, closed);
export const ReviewList = cursorPage(ReviewHead);

export const Review = Type.Object(
  {
    ...HEAD,
    account: OrNull(Type.String({ description: 'Whose they are, where it is an account and known.' })),
    subjectId: OrNull(Type.String({ description: 'The pseudonym of whose they are; null: of nobody known here.' })),
    standing: Type.Array(Type.String(), { description: 'Ids of the rows that are still there.' }),
  },
  closed,
);

export const ReviewQuery = Type.Object(
  {
    state: Type.Optional(Type.Enum([...REVIEW_STATES], { description: 'Default: what waits (open, proposed).' })),
    rule: Type.Optional(PolicyId),
    ...PAGE_QUERY,
  },
  closed,
);
export const ReviewParams = Type.Object({ reviewId: Uuid }, closed);

const reason = Type.String({ minLength: 10, maxLength: 1000, description: 'Why; name nobody.' });

export const ReviewDecision = Type.Object(
  {
    decision: Type.Enum(['keep', 'treat'], {
      description: 'keep: until a day, then somebody looks anew. treat: a rule erases or reduces exactly these rows.',
    }),
    until: Type.Optional(
      Type.String({ format: 'date', description: 'Of keep: the day on which it is looked at again (local).' }),
    ),
    rule: Type.Optional({ ...PolicyId, description: 'Of treat: a rule of the same category that erases or reduces.' }),
    reason,
  },
  closed,
);
export type ReviewDecision = Static<typeof ReviewDecision>;
export type ReviewHead = Static<typeof ReviewHead>;
export type Review = Static<typeof Review>;
export type ReviewList = Static<typeof ReviewList>;
export type ReviewQuery = Static<typeof ReviewQuery>;
