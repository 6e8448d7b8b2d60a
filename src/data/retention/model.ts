import Type, { type Static } from 'typebox';
import { cursorPage } from '../../foundations/contract/cursor-page.ts';
import { closed, Instant, OrNull, Uuid } from '../../foundations/contract/schemas.ts';
import { SUBJECT_REF_PATTERN } from '../../foundations/vault/subjects.ts';
import { COUNTED } from '../../law/duration.ts';
import { Word } from '../../register/policies/whose-word.ts';
import { WAITS_FOR } from './approval.ts';
import { HOLD_KINDS } from './hold-kinds.ts';

const Digest = Type.String({ pattern: '^[0-9a-f]{64}$', description: '64 hexadecimal digits' });
const RuleId = Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,62}$', description: 'the id of a rule in retention.yaml' });
export const PlanInput = Type.Object(
  {
    asOf: Type.Optional(
      Type.String({ format: 'date-time', description: 'Instant to plan for; default now. May lie ahead.' }),
    ),
    rules: Type.Optional(
      Type.Array(RuleId, { minItems: 1, maxItems: 100, uniqueItems: true, description: 'Default all.' }),
    ),
  },
  closed,
);

const People = OrNull(
  Type.Integer({
    description:
      'Visitors and accounts these rows are about; null where the holder cannot tell. Rows of nobody do not count.',
  }),
);
const Waits = OrNull(
  Type.Object(
    {
      for: Type.Enum([...WAITS_FOR], {
        description:
          'always: every run does. first: the rule never ran here. reaches-more: it has come to reach more than was agreed ' +
          'to. brake: unusually much is due.',
      }),
      inWords: Type.String(),
    },
    { ...closed, description: 'Why an officer must approve this before anything is destroyed; null: nobody need.' },
  ),
);

export const PlannedRule = Type.Object(
  {
    rule: Type.String(),
    category: Type.String(),
    action: Type.String(),
    after: Type.String(),
    counted: Type.Optional(Type.Enum([...COUNTED], { description: 'From when, where not from the day itself.' })),
    from: Type.String(),
    inWords: Type.String({ description: 'The rule in a sentence.' }),
    word: Type.Optional(Word),
    approval: Type.String({ description: 'always, first or brake: which runs the policies have approved.' }),
    before: Type.String({ format: 'date-time', description: 'Rows whose clock lies before this are due.' }),
    due: Type.Integer({ description: 'Rows; one that several rules reach is due under the strongest alone.' }),
    people: People,
    held: Type.Integer({ description: 'Due, but protected by a hold.' }),
    total: Type.Integer({ description: 'All rows of the category.' }),
    dueAsBefore: OrNull(
      Type.Integer({ description: 'Of a rule that has come to reach more: rows due if it stood as it was agreed to.' }),
    ),
    withoutClock: Type.Integer({
      description: 'Rows that are never due: the instant they count from is empty or unreadable.',
    }),
    standsStill: OrNull(
      Type.String({ description: 'Why a hold on somebody keeps everything of the category at its holder outside.' }),
    ),
    oldest: OrNull(Instant),
    braked: Type.Boolean({ description: 'More than the brake lets through without approval.' }),
    waits: Waits,
    sample: Type.Array(Type.String(), { description: 'A few row pseudonyms.' }),
    digest: Digest,
  },
  closed,
);

export const Plan = Type.Object(
  {
    planId: Uuid,
    asOf: Instant,
    policyHash: Type.String(),
    digest: Digest,
    rules: Type.Array(PlannedRule),
    createdAt: Instant,
  },
  closed,
);

export const SweepInput = Type.Object(
  {
    planDigest: Type.Optional(Digest),
    rules: Type.Optional(
      Type.Array(RuleId, { minItems: 1, maxItems: 100, uniqueItems: true, description: 'Default all.' }),
    ),
  },
  closed,
);

const SweepStep = Type.Object(
  {
    rule: Type.String(),
    status: Type.Enum(['waiting', 'awaiting-approval', 'running', 'done', 'failed', 'superseded'], {
      description: 'superseded: it never ran; the rule has changed since, or a later sweep plans it anew.',
    }),
    due: Type.Integer(),
    people: People,
    waits: Waits,
    approvedBy: OrNull(Type.String()),
    held: Type.Integer(),
    treated: Type.Integer(),
    suppressed: Type.Integer(),
    batches: Type.Integer(),
    certificateId: OrNull(Uuid),
  },
  closed,
);

export const Sweep = Type.Object(
  {
    sweepId: Uuid,
    asOf: Instant,
    status: Type.Enum(['running', 'awaiting-approval', 'completed', 'incomplete', 'failed'], {
      description: 'awaiting-approval: rules wait for an officer; everything else is done, and other sweeps run.',
    }),
    planDigest: OrNull(Type.String()),
    policyHash: Type.String(),
    requestedBy: Type.String(),
    approvedBy: OrNull(Type.String()),
    startedAt: Instant,
    finishedAt: OrNull(Instant),
    failure: OrNull(Type.String()),
    certificateId: OrNull({ ...Uuid, description: 'The newest: what ran after an approval has one of its own.' }),
    steps: Type.Array(SweepStep),
  },
  closed,
);

export const SweepList = cursorPage(Sweep);

export const Approvals = Type.Object(
  {
    items: Type.Array(Type.Object({ sweepId: Uuid, rules: Type.Array(SweepStep) }, closed), {
      description: 'Sweeps with rules that wait, oldest first, and those rules.',
    }),
  },
  closed,
);

export const ClockState = Type.Object(
  {
    now: Instant,
    newestKnown: OrNull({
      ...Instant,
      description:
        'The newest instant the clock is known to have shown rightly; at first, of the newest entry of the log.',
    }),
    serverOffsetSeconds: OrNull(
      Type.Integer({ description: 'How far it is ahead of the database server’s; null where there is none.' }),
    ),
    doubt: OrNull(
      Type.String({ description: 'Why nothing is destroyed until an officer confirms it; null: it is right.' }),
    ),
    confirmedAt: OrNull(Instant),
    confirmedBy: OrNull(Type.String()),
  },
  closed,
);

export const HoldInput = Type.Object(
  {
    kind: Type.Enum(HOLD_KINDS, {
      description:
        'legal: claims are pending or expected (GDPR Art. 17(3)(e)). restriction: the data is stored and nothing else (Art. 18). ' +
        'objection: processing stops, for a purpose or all (Art. 21). access-request: nothing goes before the copy is made (Art. 15). ' +
        'erasure-pending: nothing is done any more with what is about to go (Art. 17).',
    }),
    subject: Type.Optional(
      Type.String({ pattern: SUBJECT_REF_PATTERN, description: 'account:ID or visitor:ID; absent: everybody' }),
    ),
    category: Type.Optional(
      Type.String({ pattern: '^[a-z][a-z0-9-]{0,30}\\.[a-z][a-z0-9-]{0,30}$', description: 'a category; absent: all' }),
    ),
    purpose: Type.Optional(
      Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,62}$', description: 'a purpose of the policies; absent: all' }),
    ),
    reference: Type.String({
      pattern: '^[A-Za-z0-9._/-]{1,64}$',
      description: 'a case number: letters, digits and . _ / -; no names',
    }),
    until: Type.Optional(Type.String({ format: 'date-time', description: 'When it ends by itself.' })),
  },
  closed,
);

export const Hold = Type.Object(
  {
    holdId: Uuid,
    kind: Type.String(),
    forEverybody: Type.Boolean(),
    category: OrNull(Type.String()),
    purpose: OrNull(Type.String()),
    requestId: OrNull(Type.String({ description: 'The request of the person that placed it.' })),
    reference: Type.String(),
    placedAt: Instant,
    placedBy: Type.String(),
    until: OrNull(Instant),
    releasedAt: OrNull(Instant),
    releasedBy: OrNull(Type.String()),
  },
  closed,
);
export const HoldList = cursorPage(Hold);

/** A category at a holder outside that nothing is destroyed of: somebody is held whom nobody can name there. */
export const StandsStill = Type.Object(
  { holder: Type.String(), category: Type.String(), persons: Type.Integer(), why: Type.String() },
  closed,
);
/** What placing a hold answers: it, and what else stands still because of it. */
export const PlacedHold = Type.Object(
  {
    ...Hold.properties,
    standsStill: Type.Array(StandsStill, {
      description:
        'Categories at holders outside of which nothing is destroyed meanwhile: they know the person by something that is not recorded here.',
    }),
  },
  closed,
);

export const PlanParams = Type.Object({ planId: Uuid }, closed);
export const SweepParams = Type.Object({ sweepId: Uuid }, closed);
export const HoldParams = Type.Object({ holdId: Uuid }, closed);
export const ApprovalInput = Type.Object(
  {
    rules: Type.Array(RuleId, {
      minItems: 1,
      maxItems: 100,
      uniqueItems: true,
      description: 'The rules to let through.',
    }),
  },
  closed,
);

export type Plan = Static<typeof Plan>;
export type PlannedRule = Static<typeof PlannedRule>;
export type Sweep = Static<typeof Sweep>;
export type ClockState = Static<typeof ClockState>;
export type Hold = Static<typeof Hold>;
export type StandsStill = Static<typeof StandsStill>;
export type PlacedHold = Static<typeof PlacedHold>;
export type HoldInput = Static<typeof HoldInput>;
