import Type, { type Static } from 'typebox';

/** What becomes of a value outside. One list for types, validation, checks and the words of papers. */
const CHANGES = [
  'null',
  'replace',
  'truncate-ip',
  'hash',
  'hmac',
  'pseudonym',
  'format',
  'random',
  'date-month',
  'date-year',
] as const;
export type Change = (typeof CHANGES)[number];

/** Steps that leave less of a value, which another may follow; and those that may be the last of several. */
const COARSER = ['truncate-ip', 'date-month', 'date-year'] as const;
const LAST = ['hash', 'hmac', 'pseudonym'] as const;

const Chain = Type.Array(Type.Enum([...COARSER, ...LAST]), {
  minItems: 2,
  maxItems: 2,
  uniqueItems: true,
  description: 'One after the other: first less of the value, then something in its place: [date-year, hmac].',
});

/** `delete`: the row goes. */
export const ColumnAction = Type.Union([Type.Enum(['delete', 'keep', ...CHANGES]), Chain], {
  description:
    'When the category is erased. hash, hmac, pseudonym and format pseudonymise: what they leave is personal data (Art. 4(5)).',
});
export const ColumnReduction = Type.Union([Type.Enum([...CHANGES]), Chain], {
  description: 'When a rule, or a request, only reduces it.',
});
type ColumnAction = Static<typeof ColumnAction>;

/** What else a column may say of its treatment. */
export const treatmentFields = {
  with: Type.Optional(
    Type.String({
      maxLength: 200,
      description:
        'What replaces the value; {key} stands for the key of the row, where values must differ. Of hash, hmac, pseudonym and random: what stands around the {value} they make: "{value}@example.invalid".',
    }),
  ),
  of: Type.Optional(
    Type.Enum(['person', 'value'], {
      description: 'Whose pseudonym it is: the person’s, the same in every table of the holder, or one for each value.',
    }),
  ),
  draw: Type.Optional(
    Type.Enum(['key', 'random'], {
      description: 'Where the characters of format come from: a key, so that equal stays equal, or chance.',
    }),
  ),
} as const;

/** The steps of an action, in order. */
export const stepsOf = (action: ColumnAction): readonly ('delete' | 'keep' | Change)[] =>
  typeof action === 'string' ? [action] : action;

/** What an action makes in the end, which the value can be known by. */
export const lastOf = (action: ColumnAction): 'delete' | 'keep' | Change => stepsOf(action).at(-1) as Change;

/** A value in place of another, with a form of its own. */
export const TOKENS = { hash: 64, hmac: 64, pseudonym: 24, random: 32 } as const;
export type Token = keyof typeof TOKENS;
export const isToken = (step: string): step is Token => step in TOKENS;

/** What it is made from cannot be had back, and equal values cannot be told: the value is gone. */
const GONE: readonly string[] = ['delete', 'null', 'replace', 'random'];

/** Whether nothing of the values is left; what a hash, a key or a form has made of them is something. */
export const leavesNothing = (action: ColumnAction): boolean => GONE.includes(lastOf(action));

/** Whether what is left is a pseudonym: personal data for whoever has, or can make, what joins it (Art. 4(5), recital 26). */
export const pseudonymises = (action: ColumnAction): boolean =>
  ['hash', 'hmac', 'pseudonym', 'format'].includes(lastOf(action));

/** Whether a text is made, beside what `with` says, of one `{value}`. */
export const isValueTemplate = (text: string): boolean => text.split('{value}').length === 2 && !text.includes('{key}');
