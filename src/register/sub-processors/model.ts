import Type, { type Static } from 'typebox';
import { closed, Instant, OrNull, PolicyId, Uuid } from '../../foundations/contract/schemas.ts';

const Sentence = Type.String({
  minLength: 10,
  maxLength: 2000,
  pattern: '\\S',
  description: 'In a sentence; names no person.',
});

export const ChangeInput = Type.Object(
  {
    kind: Type.Enum(['addition', 'replacement', 'removal']),
    party: Type.String({ ...PolicyId, description: 'Who comes (or, in a removal, goes): a party of the policies.' }),
    replaces: Type.Optional(Type.String({ ...PolicyId, description: 'Who goes, in a replacement.' })),
    processor: Type.String({ ...PolicyId, description: 'Who engages it.' }),
    activities: Type.Array(PolicyId, { minItems: 1, maxItems: 500, uniqueItems: true }),
    reason: Sentence,
  },
  { ...closed, title: 'SubProcessorChangeInput' },
);

export const ObjectionInput = Type.Object({ grounds: Sentence }, { ...closed, title: 'ObjectionInput' });
export const SettlementInput = Type.Object(
  {
    outcome: Type.Enum(['withdrawn', 'accommodated', 'agreement-ended'], {
      description:
        '`withdrawn`: the controller lets it go. `accommodated`: its data does not go to the new sub-processor. ' +
        '`agreement-ended`: it leaves.',
    }),
  },
  { ...closed, title: 'SettlementInput' },
);
export const HandoverInput = Type.Object(
  { at: Type.String({ format: 'date-time', description: 'When the controller got the notice.' }) },
  { ...closed, title: 'HandoverInput' },
);

const Objection = Type.Object(
  {
    objectionId: Type.String(),
    grounds: Type.String(),
    receivedAt: Instant,
    late: Type.Boolean({ description: 'After the window: it does not hold the change up.' }),
    outcome: Type.Enum(['open', 'withdrawn', 'accommodated', 'agreement-ended']),
    settledAt: OrNull(Instant),
  },
  { ...closed, title: 'Objection' },
);

export const SubProcessorChange = Type.Object(
  {
    changeId: Uuid,
    kind: Type.Enum(['addition', 'replacement', 'removal']),
    party: Type.String(),
    replaces: OrNull(Type.String()),
    processor: Type.String(),
    activities: Type.Array(Type.String()),
    reason: Type.String(),
    status: Type.Enum(['announced', 'activated', 'withdrawn']),
    announcedAt: Instant,
    activatedAt: OrNull(Instant),
    notice: OrNull(
      Type.Object(
        {
          agreementId: Type.String(),
          sentAt: Instant,
          deliveredAt: OrNull(Type.String({ format: 'date-time', description: 'Null: it has not come through yet.' })),
          window: Type.String({ description: 'From the contract, ISO 8601.' }),
          windowEndsAt: Type.String({ format: 'date-time', description: 'From this instant on silence counts.' }),
          authorisation: Type.Enum(['general', 'specific']),
          approvedAt: OrNull(Instant),
        },
        { ...closed, description: 'What this institution was told; null: it is not affected.' },
      ),
    ),
    objections: Type.Array(Objection),
  },
  { ...closed, title: 'SubProcessorChange' },
);

/** What the announcing operator sees: the change, and how it stands with every controller it concerns. */
export const ChangeStanding = Type.Object(
  {
    changeId: Uuid,
    status: Type.Enum(['announced', 'activated', 'withdrawn']),
    controllers: Type.Array(
      Type.Object(
        {
          tenant: Type.String(),
          delivered: Type.Boolean(),
          windowEndsAt: Instant,
          authorisation: Type.Enum(['general', 'specific']),
          approved: Type.Boolean(),
          openObjections: Type.Integer(),
        },
        closed,
      ),
    ),
    withoutAgreement: Type.Array(Type.String(), {
      description: 'Institutions it would concern that have no agreement: nothing authorises the processor itself.',
    }),
    earliestActivation: OrNull(
      Type.String({ format: 'date-time', description: 'Null: something other than time is in the way.' }),
    ),
    inTheWay: Type.Array(Type.String()),
  },
  { ...closed, title: 'SubProcessorChangeStanding' },
);

export const ChangeParams = Type.Object({ changeId: Uuid }, closed);
export const ObjectionParams = Type.Object({ changeId: Uuid, objectionId: Uuid }, closed);
export const ChangeList = Type.Object({ items: Type.Array(SubProcessorChange) }, closed);

export type ChangeInput = Static<typeof ChangeInput>;
export type SubProcessorChange = Static<typeof SubProcessorChange>;
export type ChangeStanding = Static<typeof ChangeStanding>;
