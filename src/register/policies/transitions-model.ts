import Type, { type Static } from 'typebox';
import { closed } from '../../foundations/contract/schemas.ts';
import { RetentionRule } from './retention-model.ts';
import { Id, Text } from './words.ts';

const Day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$', description: 'A day: 2026-11-23, in quotes.' });

export const OLD_ROWS = ['old-period', 'new-period'] as const;
export type OldRows = (typeof OLD_ROWS)[number];

/** What becomes of the rows that were collected under a rule that has changed or is gone: a decision, kept with its day. */
export const Transition = Type.Object(
  {
    rule: { ...Id, description: 'The rule that was deleted, moved or changed.' },
    was: { ...RetentionRule, description: 'The rule as it stood.' },
    holder: Type.Optional({ ...Id, description: 'Where its category was kept, if that is another holder now.' }),
    since: {
      ...Day,
      description: 'From this day the new word counts: older rows are those whose period began before.',
    },
    oldRows: Type.Enum([...OLD_ROWS], {
      description:
        'old-period: they end by the rule as it stood. new-period: what stands now counts for them too; of a deleted rule, ' +
        'it ends nothing any more.',
    }),
    decidedOn: Type.Optional(Day),
    reason: Text,
  },
  closed,
);
export type Transition = Static<typeof Transition>;

/** `transitions.yaml`. */
export const TransitionsFile = Type.Object({ transitions: Type.Array(Transition) }, closed);
