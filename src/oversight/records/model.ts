import Type, { type Static } from 'typebox';
import { closed, Instant } from '../../foundations/contract/schemas.ts';
import { Word } from '../../register/policies/whose-word.ts';
import { COLUMN_SET_IDS } from './columns.ts';

/** A record of processing in one set of columns; every cell is a list of statements. */
export const ProcessingRecord = Type.Object(
  {
    set: Type.Enum(COLUMN_SET_IDS),
    title: Type.String(),
    language: Type.String({ description: 'In which it is written: that of the portal, or the one of the template.' }),
    party: Type.Object({ id: Type.String(), name: Type.String() }, closed),
    tenant: Type.String(),
    at: Instant,
    knownAt: Instant,
    policyHash: Type.String(),
    vocabularies: Type.Array(Type.String(), { description: 'Versions of the vocabularies the codes are from.' }),
    columns: Type.Array(Type.Object({ id: Type.String(), title: Type.String(), mandatory: Type.Boolean() }, closed)),
    rows: Type.Array(
      Type.Object(
        {
          activity: Type.String(),
          cells: Type.Record(Type.String(), Type.Array(Type.String())),
          word: Type.Optional(Word),
        },
        closed,
      ),
    ),
    emptyMandatory: Type.Array(Type.Object({ activity: Type.String(), column: Type.String() }, closed), {
      description: 'Cells that must say something and say nothing.',
    }),
  },
  { ...closed, title: 'ProcessingRecord' },
);
export const RecordParams = Type.Object({ set: Type.Enum(COLUMN_SET_IDS) }, closed);

export type ProcessingRecord = Static<typeof ProcessingRecord>;
