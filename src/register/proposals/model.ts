import Type, { type Static } from 'typebox';
import { cursorPage } from '../../foundations/contract/cursor-page.ts';
import { CategoryId, closed, Digest, Instant, OrNull, PolicyId, Uuid } from '../../foundations/contract/schemas.ts';
import { OLD_ROWS } from '../policies/transitions-model.ts';

const Day = Type.String({ format: 'date', description: 'A day of the portal’s calendar.' });
const Reason = Type.String({ minLength: 1, maxLength: 2000, description: 'Why; no names of persons.' });

/** The files of an institution's own policies, as text. */
export const ProposedFiles = Type.Record(
  Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}(/[A-Za-z0-9][A-Za-z0-9._-]{0,99}){0,3}$' }),
  Type.String({ maxLength: 1_048_576 }),
  {
    maxProperties: 300,
    description:
      'By path, as in policies/tenants/<id>/: retention.yaml, purposes.yaml, notices/banner.yaml, notices/banner/2.0/en.md … ' +
      'All of them: what is not here is the installation’s word. None: the institution has no word of its own any more.',
  },
);
export type ProposedFiles = Static<typeof ProposedFiles>;

export const ProposalInput = Type.Object(
  {
    files: ProposedFiles,
    inForceFrom: Day,
    reason: Reason,
    oldRows: Type.Optional(
      Type.Record(PolicyId, Type.Enum([...OLD_ROWS]), {
        description:
          'For each rule that is deleted, moved or has another period: whether rows collected under its old word keep the ' +
          'old period, or the new one counts for all.',
      }),
    ),
    base: Type.Optional({
      ...Digest,
      description: 'Hash of the policies this was written over, as they were read; refused when others are in force.',
    }),
  },
  closed,
);

const Due = Type.Object(
  {
    now: OrNull(Type.Integer({ description: 'Rows due today.' })),
    onTheDay: OrNull(Type.Integer({ description: 'Rows due on the day it comes into force.' })),
  },
  { ...closed, description: 'Null where the holder could not be asked.' },
);

export const ProposalNumbers = Type.Object(
  {
    lookedAt: Instant,
    onTheDay: Instant,
    rules: Type.Array(
      Type.Object(
        {
          rule: Type.String(),
          category: CategoryId,
          action: Type.String(),
          inWords: Type.String(),
          underOldWord: OrNull(Due),
          underNewWord: OrNull(Due),
        },
        closed,
      ),
      { description: 'Rules of categories in which anything changes; null: there is no such rule then.' },
    ),
    oldRows: Type.Array(
      Type.Object(
        {
          rule: Type.String(),
          change: Type.Enum(['deleted', 'moved', 'shortened', 'lengthened', 'changed']),
          category: CategoryId,
          decided: OrNull(Type.Enum([...OLD_ROWS])),
          asItIs: Due,
          withNewPeriod: Due,
          withOldPeriod: OrNull(Due),
        },
        closed,
      ),
      { description: 'What each decision on rows of the old word makes due of the category.' },
    ),
    digest: Digest,
  },
  closed,
);
export type ProposalNumbers = Static<typeof ProposalNumbers>;

const Ids = Type.Array(Type.String());
export const Difference = Type.Object(
  {
    changes: Type.Record(Type.String(), Type.Object({ added: Ids, removed: Ids, changed: Ids }, closed)),
    newlyErased: Type.Array(
      Type.Object({ category: Type.String(), rule: OrNull(Type.String()), why: Type.String() }, closed),
    ),
  },
  closed,
);

const STATUSES = ['proposed', 'withdrawn', 'rejected', 'accepted', 'in-force', 'superseded'] as const;

export const Proposal = Type.Object(
  {
    proposalId: Uuid,
    status: Type.Enum([...STATUSES], {
      description: 'accepted: it waits for its day. superseded: it was in force, or was to be, and something later is.',
    }),
    inForceFrom: Type.String(),
    reason: Type.String(),
    base: Type.String({ description: 'Hash of the policies in force when it was proposed, or put on others since.' }),
    overlay: Type.String({ description: 'Hash of the institution’s own set.' }),
    policyHash: Type.String({ description: 'Hash of what would be in force: that set over the base.' }),
    files: Type.Array(Type.String(), { description: 'Paths; the texts are at …/files.' }),
    difference: Difference,
    numbers: ProposalNumbers,
    digest: Type.String({ description: 'Of all of this: whoever agrees names it.' }),
    proposedAt: Instant,
    proposedBy: Type.String(),
    decidedAt: OrNull(Instant),
    decidedBy: OrNull(Type.String()),
    because: OrNull(Type.String()),
  },
  closed,
);
export type Proposal = Static<typeof Proposal>;
export const ProposalList = cursorPage(Proposal);

export const ProposalParams = Type.Object({ proposalId: Uuid }, closed);
export const ApprovalInput = Type.Object({ digest: Digest }, closed);
export const RefusalInput = Type.Object({ reason: Reason }, closed);
export const ProposalFiles = Type.Object({ overlay: Type.String(), files: ProposedFiles }, closed);

export type ProposalInput = Static<typeof ProposalInput>;
export type Difference = Static<typeof Difference>;
