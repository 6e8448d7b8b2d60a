import Type, { type Static } from 'typebox';
import { ItemDecision } from '../../data/content/item-decisions.ts';
import { Count, closed, Instant, OrNull } from '../../foundations/contract/schemas.ts';
import { SUBJECT_REF_PATTERN } from '../../foundations/vault/subjects.ts';
import { ERASURE_GROUNDS } from '../../law/rights.ts';

const NeededFor = Type.Optional(
  Type.Array(Type.Object({ purpose: Type.String(), basis: Type.String(), fields: Type.Array(Type.String()) }, closed), {
    description: 'What else still needs it, and these fields of it (Art. 17(1)(b)).',
  }),
);

/** What became of one category of one person's data. */
export const ErasedCategory = Type.Object(
  {
    category: Type.String(),
    result: Type.Enum(['nothing-held', 'removed', 'reduced', 'retained', 'held', 'failed']),
    removed: Count,
    reduced: Count,
    retained: Count,
    remaining: Type.Integer({ minimum: 0, description: 'Rows still found in a second look after the act.' }),
    ground: OrNull(
      Type.String({ description: 'Why something stays: a DPV term for Art. 17(3), or the kind of hold.' }),
    ),
    groundInWords: OrNull(Type.String()),
    reviewAt: OrNull(Instant),
    items: Type.Optional(
      Type.Object(
        Object.fromEntries(
          ['keep', 'rename', 'pseudonym', 'remove'].map((how) => [how, Type.Optional(Count)]),
        ) as Record<ItemDecision['decision'], Type.TOptional<typeof Count>>,
        { ...closed, description: 'Items that were decided on one by one, counted by decision.' },
      ),
    ),
    neededFor: NeededFor,
    unreached: Type.Optional(
      Type.Literal(true, { description: 'The holder has not answered yet: nobody knows what is still there.' }),
    ),
  },
  closed,
);

/** GDPR Art. 17(1)(a) to (f). */

export const ErasureOrder = Type.Object(
  {
    ground: Type.Enum([...ERASURE_GROUNDS], { description: 'Why it is erased: GDPR Art. 17(1)(a) to (f).' }),
    purpose: Type.Optional(
      Type.String({
        pattern: '^[a-z0-9][a-z0-9-]{0,62}$',
        description:
          'Only what was processed for this purpose, as when consent to it is withdrawn: what another active basis covers stays.',
      }),
    ),
    categories: Type.Optional(
      Type.Record(
        Type.String({ pattern: '^[a-z][a-z0-9-]{0,30}\\.[a-z][a-z0-9-]{0,30}$' }),
        Type.Object(
          {
            action: Type.Enum(['erase', 'retain']),
            ground: Type.Optional(
              Type.String({ maxLength: 100, description: 'Of what is kept: the exception of Art. 17(3), a DPV term.' }),
            ),
            reviewAfter: Type.Optional(
              Type.String({ pattern: '^P[0-9]{1,3}[YMD]$', description: 'Of what is kept: when to look at it again.' }),
            ),
          },
          closed,
        ),
        { maxProperties: 200, description: 'Where it differs from what the policies decide.' },
      ),
    ),
    items: Type.Optional(
      Type.Array(ItemDecision, {
        maxItems: 10_000,
        description: 'Items on which something else is decided than on the rest.',
      }),
    ),
    digest: Type.Optional(
      Type.String({ pattern: '^[0-9a-f]{64}$', description: 'Of a preview: refused if it would be otherwise now.' }),
    ),
  },
  closed,
);

export const ErasurePreview = Type.Object(
  {
    digest: Type.String(),
    keyDestroyed: Type.Boolean(),
    categories: Type.Array(
      Type.Object(
        {
          category: Type.String(),
          action: Type.Enum(['erase', 'reduce', 'retain', 'held']),
          rows: OrNull(Count),
          ground: OrNull(Type.String()),
          groundInWords: OrNull(Type.String()),
          reviewAt: OrNull(Instant),
          neededFor: NeededFor,
        },
        closed,
      ),
    ),
    items: Type.Array(
      Type.Object(
        {
          doi: Type.String(),
          decision: ItemDecision.properties.decision,
          ground: OrNull(Type.String()),
          reviewAt: OrNull(Instant),
        },
        closed,
      ),
      { description: 'The items that were decided on one by one.' },
    ),
  },
  closed,
);

const ErasurePart = Type.Object(
  {
    holder: Type.String(),
    status: Type.Enum(['pending', 'accepted', 'held', 'done', 'failed'], {
      description: '`held`: a hold protects what is left there; it goes on by itself once that has ended.',
    }),
    attempts: Count,
    failure: OrNull(Type.String()),
    nextAttemptAt: OrNull(Instant),
  },
  closed,
);

export const Erasure = Type.Object(
  {
    erasureId: Type.String({ format: 'uuid' }),
    status: Type.Enum(['awaiting-approval', 'not-agreed', 'running', 'finished']),
    verdict: OrNull(Type.Enum(['complete', 'complete-with-exceptions', 'incomplete'])),
    keyDestroyed: Type.Boolean({ description: 'False while a hold or an exception needs what the key opens.' }),
    startedAt: Instant,
    finishedAt: OrNull(Instant),
    certificateId: OrNull(Type.String({ format: 'uuid' })),
    ground: Type.Optional(Type.String()),
    parts: Type.Optional(Type.Array(ErasurePart, { description: 'Holders outside the database.' })),
    resumes: Type.Optional(
      Type.Literal(true, {
        description: 'A hold keeps something back: it is erased by itself once nothing protects it any more.',
      }),
    ),
    holders: Type.Array(Type.Object({ holder: Type.String(), categories: Type.Array(ErasedCategory) }, closed)),
  },
  closed,
);

/** An erasure that one officer proposed, for the other who is to agree. */
export const ErasureProposal = Type.Object(
  {
    erasureId: Type.String({ format: 'uuid' }),
    subject: Type.String(),
    order: ErasureOrder,
    proposedBy: Type.String({ description: 'A token, never a name.' }),
    proposedAt: Instant,
  },
  { ...closed, title: 'ErasureProposal' },
);

export const SubjectParams = Type.Object(
  { id: Type.String({ pattern: SUBJECT_REF_PATTERN, description: 'account:ID, visitor:ID or an account id' }) },
  closed,
);
export const ErasureParams = Type.Object({ erasureId: Type.String({ format: 'uuid' }) }, closed);

export const CompletionParams = Type.Object(
  {
    tenant: Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,62}$' }),
    holder: Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,62}$' }),
  },
  closed,
);
/** What a holder outside says when work that it had accepted is done. */
export const HolderCompletion = Type.Object(
  {
    type: Type.Literal('holder.erasure-done'),
    timestamp: Type.Optional(Instant),
    data: Type.Object(
      { reference: Type.String({ minLength: 1, maxLength: 200, pattern: '^[\\x21-\\x7e]+$' }) },
      closed,
    ),
  },
  { ...closed, title: 'HolderCompletion' },
);
export type HolderCompletion = Static<typeof HolderCompletion>;

export type Erasure = Static<typeof Erasure>;
export type ErasedCategory = Static<typeof ErasedCategory>;
/** For a request that is about several purposes: only what was processed for these. */
export type ErasureOrder = Static<typeof ErasureOrder> & { purposes?: readonly string[] };
export type ErasureProposal = Static<typeof ErasureProposal>;
export type ErasurePreview = Static<typeof ErasurePreview>;
