import Type from 'typebox';
import { Line } from '../../foundations/contract/schemas.ts';

/** The simple values of policy files. */
export const Id = Type.String({
  pattern: '^[a-z0-9][a-z0-9-]{0,62}$',
  description: 'Lower-case letters, digits and hyphens.',
});
export const Text = Type.String({ minLength: 1, maxLength: 4000 });
export const Language = Type.String({ pattern: '^[a-z]{2}(-[A-Z]{2})?$' });
/** Beside the one that stands for all. */
export const Titles = Type.Optional(
  Type.Record(Language, Line, { minProperties: 1, description: 'The title in the language of the person.' }),
);
