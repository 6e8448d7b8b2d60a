import { sqliteKit } from './columns.ts';
import { defineTables } from './schema.ts';

export const sqliteTables = defineTables(sqliteKit);
