import Type, { type Static } from 'typebox';
import { CategoryId, closed } from '../../foundations/contract/schemas.ts';
import { COUNTED, DURATION_PATTERN, SHORT_PERIOD_PATTERN } from '../../law/duration.ts';
import { ERASURE_EXCEPTIONS } from '../../law/vocabulary.ts';
import { Inactivity } from './inactivity-model.ts';
import { Id, Text, Titles } from './words.ts';

/** What `retention.yaml` may say: when which rows end, and what a person's request to be forgotten does. */
export const Duration = Type.String({
  pattern: DURATION_PATTERN,
  description: 'ISO 8601, whole days or more: P6M, P90D.',
});

/** Of a rule: also under a day, for visits alone (check-lifecycle.ts). */
const RulePeriod = Type.String({
  pattern: `${DURATION_PATTERN}|${SHORT_PERIOD_PATTERN}`,
  description: 'ISO 8601: P6M, P90D; of visits also hours of less than a day, PT12H.',
});

const ACTIONS = ['erase', 'reduce', 'anonymise', 'aggregate', 'pseudonymise', 'review'] as const;

const APPROVALS = ['always', 'first', 'brake'] as const;

export const RetentionRule = Type.Object(
  {
    id: Id,
    category: CategoryId,
    action: Type.Enum([...ACTIONS]),
    after: RulePeriod,
    inactivity: Type.Optional(Inactivity),
    counted: Type.Optional(
      Type.Enum([...COUNTED], {
        description:
          'end-of-year: the period begins with the end of the year in which it would begin (as in BGB § 199).',
      }),
    ),
    from: Type.Enum(['occurred', 'recorded', 'ended', 'last-activity', 'updated', 'linked']),
    minimumCell: Type.Optional(Type.Integer({ minimum: 2, maximum: 1000 })),
    method: Type.Optional(Type.Enum(['daily-counts'])),
    approval: Type.Optional(
      Type.Enum([...APPROVALS], {
        description:
          'Which of its runs wait for an officer: always; first (the first, and the first after it has come to reach ' +
          'more; when absent); brake (none but those over the brake).',
      }),
    ),
    reason: Text,
    reasons: Titles,
  },
  closed,
);

export const ErasureRequestRule = Type.Object(
  {
    category: CategoryId,
    action: Type.Enum(['erase', 'reduce', 'retain']),
    ground: Type.Optional(Type.Enum([...ERASURE_EXCEPTIONS])),
    reviewAfter: Type.Optional(Duration),
    reason: Type.Optional(Text),
  },
  closed,
);

export type RetentionRule = Static<typeof RetentionRule>;
export type ErasureRequestRule = Static<typeof ErasureRequestRule>;
