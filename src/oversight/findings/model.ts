import Type, { type Static } from 'typebox';
import { Count, closed, Instant, OrNull, Uuid } from '../../foundations/contract/schemas.ts';
import { AS_OF } from '../../register/view/as-of.ts';
import { WHY_MISSING } from '../../register/view/notice-completeness.ts';
import { FINDING_CODES, type FindingCode } from './codes.ts';

/** What a finding is about, by id; which of them are there depends on its code. */
export const ABOUT = [
  'activity',
  'rule',
  'category',
  'holder',
  'party',
  'country',
  'agreement',
  'change',
  'objection',
  'notice',
  'place',
] as const;
type AboutKind = (typeof ABOUT)[number];
const About = Type.Object(
  Object.fromEntries(ABOUT.map((kind) => [kind, Type.Optional(Type.String())])) as Record<
    AboutKind,
    Type.TOptional<Type.TString>
  >,
  { ...closed, description: 'Ids of what the finding is about.' },
);

export const Finding = Type.Object(
  {
    id: Type.String({ description: 'The same for the same finding at every look.' }),
    code: Type.Enum(Object.keys(FINDING_CODES) as FindingCode[], { description: 'Stable.' }),
    severity: Type.Enum(['error', 'warning']),
    about: About,
    detail: Type.String(),
    remedy: Type.String(),
    law: Type.String({ description: 'Where the duty stands.' }),
    since: OrNull(Type.String({ format: 'date-time', description: 'Since when it is so, where that is known.' })),
  },
  { ...closed, title: 'Finding' },
);

const pointOfView = {
  at: Instant,
  knownAt: Instant,
  policyHash: Type.String(),
};
export const FindingList = Type.Object(
  { ...pointOfView, errors: Count, warnings: Count, items: Type.Array(Finding) },
  { ...closed, title: 'FindingList' },
);

export const FindingQuery = Type.Object({ ...AS_OF, severity: Type.Optional(Type.Enum(['error', 'warning'])) }, closed);

/** How a retention rule is being kept. */
const RuleStatus = Type.Object(
  {
    rule: Type.String(),
    category: Type.String(),
    action: Type.String(),
    after: Type.String(),
    from: Type.String(),
    executable: Type.Boolean({ description: 'Whether the holder offers this action and this clock.' }),
    due: OrNull(Type.Integer({ description: 'Rows due now; null for a look at another time.' })),
    protected: OrNull(Type.Integer({ description: 'Rows due and protected by a hold.' })),
    held: OrNull(Type.Integer({ description: 'Rows of the category there are.' })),
    overdueSince: OrNull(Instant),
    lastSweep: OrNull(
      Type.Object(
        {
          sweepId: Uuid,
          status: Type.String(),
          finishedAt: Instant,
          treated: Count,
          certificateId: OrNull(Uuid),
          evidence: OrNull(
            Type.Object(
              {
                entryId: Uuid,
                logIndex: OrNull(Type.Integer({ description: 'Its place in the log; null while it waits for one.' })),
              },
              { ...closed, description: 'The audit entry that ended the sweep.' },
            ),
          ),
        },
        closed,
      ),
    ),
  },
  closed,
);

export const ActivityStatus = Type.Object(
  {
    id: Type.String(),
    title: Type.String(),
    purpose: Type.String(),
    basis: Type.String(),
    subjects: Type.Array(Type.String()),
    categories: Type.Array(Type.String()),
    controllers: Type.Array(Type.String({ description: 'Names.' })),
    parties: Type.Array(
      Type.Object(
        {
          party: Type.String(),
          name: Type.String(),
          role: Type.String(),
          actsFor: OrNull(Type.String()),
          agreementId: OrNull(Type.String()),
          engaged: Type.Boolean(),
        },
        closed,
      ),
    ),
    retention: Type.Array(RuleStatus),
    lastSweepAt: OrNull(
      Type.String({ format: 'date-time', description: 'The oldest of the last sweeps of its rules.' }),
    ),
    rowsDue: OrNull(Count),
    rowsHeld: OrNull(Count),
  },
  { ...closed, title: 'ActivityStatus' },
);
export const ActivityStatusList = Type.Object(
  { ...pointOfView, items: Type.Array(ActivityStatus) },
  { ...closed, title: 'ActivityStatusList' },
);

export const ActivityParams = Type.Object(
  { activityId: Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,62}$' }) },
  closed,
);

export type About = Static<typeof About>;
export type Finding = Static<typeof Finding>;
export type FindingList = Static<typeof FindingList>;
export type RuleStatus = Static<typeof RuleStatus>;
export type ActivityStatus = Static<typeof ActivityStatus>;

const NoticeGap = Type.Object(
  {
    notice: Type.String(),
    version: Type.String(),
    language: Type.String(),
    point: Type.String({ description: 'Of Art. 13, 14 or 21: `13-2-d`, `21-4`.' }),
    article: Type.String(),
    tells: Type.String({ description: 'What people must be told.' }),
    why: Type.Enum([...WHY_MISSING]),
    activities: Type.Array(Type.String()),
  },
  { ...closed, title: 'NoticeGap' },
);
export const NoticeCheckList = Type.Object(
  {
    items: Type.Array(
      Type.Object(
        {
          notice: Type.String(),
          version: Type.String(),
          languages: Type.Array(Type.String()),
          activities: Type.Array(Type.String()),
          gaps: Type.Array(NoticeGap),
          automatedDecisions: Type.Array(
            Type.Object(
              {
                activity: Type.String(),
                basis: OrNull(Type.String({ description: 'Of Art. 22(2): `22-2-a` …' })),
                humanReview: OrNull(Type.String()),
              },
              closed,
            ),
          ),
        },
        { ...closed, title: 'NoticeCheck' },
      ),
    ),
  },
  { ...closed, title: 'NoticeCheckList' },
);
