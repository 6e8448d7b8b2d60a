import { postgresKit } from './columns.ts';
import { type Pseudonyms, withoutKeys } from './pseudonyms.ts';
import { defineTables } from './schema.ts';

export const postgresTablesWith = (pseudonyms: Pseudonyms) => defineTables(postgresKit(pseudonyms));

/** For whoever asks what there is, not what is in it. */
export const postgresTables = postgresTablesWith(withoutKeys);
