import { postgresKit } from './columns.ts';
import { defineTables } from './schema.ts';

export const postgresTables = defineTables(postgresKit);
