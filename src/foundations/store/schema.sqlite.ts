import { sqliteKit } from './columns.ts';
import { type Pseudonyms, withoutKeys } from './pseudonyms.ts';
import { defineTables } from './schema.ts';

export const sqliteTablesWith = (pseudonyms: Pseudonyms) => defineTables(sqliteKit(pseudonyms));

/** For whoever asks what there is, not what is in it. */
export const sqliteTables = sqliteTablesWith(withoutKeys);
