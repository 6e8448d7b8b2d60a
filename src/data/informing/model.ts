import Type, { type Static } from 'typebox';
import { PAGE_QUERY } from '../../foundations/contract/cursor-page.ts';
import { line } from '../../foundations/contract/personal-text.ts';
import { Count, closed, Instant, OrNull, PolicyId } from '../../foundations/contract/schemas.ts';
import { SUBJECT_REF_PATTERN } from '../../foundations/vault/subjects.ts';
import { INFORM_BECAUSE, INFORMATION_EXEMPTIONS, type InformationExemption } from '../../law/information-clock.ts';

const EXEMPTIONS = Object.keys(INFORMATION_EXEMPTIONS) as InformationExemption[];
const Source = Type.String({
  pattern: '^[a-z0-9][a-z0-9-]{0,62}$',
  description: 'A kind of source, never a person: `co-author`, `institution`, `registry`.',
});

/** Said with data that somebody else than the person gave (GDPR Art. 14). */
export const Obtained = Type.Object(
  {
    from: Source,
    at: Type.Optional(
      Type.String({ format: 'date-time', maxLength: 40, description: 'When it was obtained; now when absent.' }),
    ),
  },
  {
    ...closed,
    description:
      'Somebody else than the person gave this. The person must then be told of it within a month, and no later than ' +
      'they are first written to or it is first disclosed (Art. 14(3)): see `/v1/information-duties`.',
  },
);
export type Obtained = Static<typeof Obtained>;

/** Where the data lies of which somebody must be told. */
export const OF = ['items', 'profiles'] as const;
export type Of = (typeof OF)[number];
const STATES = ['open', 'informed', 'exempt'] as const;

export const InformationDuty = Type.Object(
  {
    of: Type.Enum([...OF]),
    account: OrNull(Type.String({ description: 'The platform’s user id, where a profile tells it.' })),
    doi: OrNull(Type.String()),
    name: OrNull(Type.String({ description: 'As it stands on the item or in the profile.' })),
    from: Type.String({ description: 'Who gave the data.' }),
    obtainedAt: Instant,
    informBy: Type.String({ format: 'date', description: 'The last day (Art. 14(3)).' }),
    because: Type.Enum([...INFORM_BECAUSE]),
    state: Type.Enum([...STATES]),
    overdue: Type.Boolean(),
    informedAt: OrNull(Instant),
    informedLate: OrNull(Type.Boolean()),
    notice: OrNull(Type.String({ description: 'Notice, version and language the person was told by.' })),
    exemption: OrNull(
      Type.Object({ point: Type.Enum([...EXEMPTIONS]), article: Type.String(), reason: Type.String() }, closed),
    ),
  },
  { ...closed, title: 'InformationDuty' },
);
export type InformationDuty = Static<typeof InformationDuty>;

export const DutyQuery = Type.Object(
  {
    of: Type.Optional(Type.Enum([...OF], { default: 'items' })),
    state: Type.Optional(Type.Enum([...STATES], { default: 'open' })),
    until: Type.Optional(Type.String({ format: 'date', description: 'Only what is due by this day.' })),
    ...PAGE_QUERY,
  },
  closed,
);
export type DutyQuery = Static<typeof DutyQuery>;

export const DutyCounts = Type.Object(
  {
    items: Type.Array(
      Type.Object(
        { of: Type.Enum([...OF]), from: Type.String(), open: Count, overdue: Count, earliest: Type.String() },
        closed,
      ),
    ),
  },
  { ...closed, title: 'InformationDutyCounts' },
);

export const InformationInput = Type.Object(
  {
    event: Type.Enum(['communicated', 'disclosed', 'informed'], {
      description:
        '`communicated`: the person was written to for the first time; `disclosed`: the data went to somebody else for ' +
        'the first time (both bring the last day forward); `informed`: they were given the information of Art. 14(1), (2).',
    }),
    at: Type.Optional(Type.String({ format: 'date-time', maxLength: 40, description: 'Now when absent.' })),
    notice: Type.Optional(
      Type.Object(
        {
          id: PolicyId,
          version: Type.String({ pattern: '^\\d{1,4}\\.\\d{1,4}$' }),
          language: Type.String({ pattern: '^[a-z]{2}(-[A-Z]{2})?$' }),
        },
        { ...closed, description: 'With `informed`: the notice that was given.' },
      ),
    ),
  },
  { ...closed, title: 'InformationInput' },
);
export type InformationInput = Static<typeof InformationInput>;

export const ExemptionInput = Type.Object(
  {
    point: Type.Enum([...EXEMPTIONS], {
      description: EXEMPTIONS.map((point) => `\`${point}\`: ${INFORMATION_EXEMPTIONS[point].when}`).join('; '),
    }),
    reason: Type.String({
      minLength: 20,
      maxLength: 1000,
      pattern: '\\S',
      description: 'Why it applies here. Name nobody.',
    }),
    measures: Type.Optional(
      line(500, 'With `14-5-b`: what protects the person instead, such as the information made public.'),
    ),
    law: Type.Optional(line(300, 'With `14-5-c` and `14-5-d`: the law and article.')),
    subject: Type.Optional(Type.String({ pattern: SUBJECT_REF_PATTERN, description: 'Of this account only.' })),
    from: Type.Optional({ ...Source, description: 'Of everything open from this kind of source.' }),
  },
  { ...closed, title: 'InformationExemption' },
);
export type ExemptionInput = Static<typeof ExemptionInput>;

export const Settled = Type.Object({ settled: Count }, { ...closed, title: 'InformationSettled' });

export const SubjectParams = Type.Object(
  { id: Type.String({ pattern: SUBJECT_REF_PATTERN, description: 'An account: `account:<user id>` or the bare id.' }) },
  closed,
);
