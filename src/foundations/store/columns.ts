import {
  bigint,
  boolean,
  customType,
  jsonb,
  foreignKey as pgForeignKey,
  index as pgIndex,
  primaryKey as pgPrimaryKey,
  pgTable,
  text as pgText,
  uniqueIndex as pgUniqueIndex,
  timestamp,
} from 'drizzle-orm/pg-core';
import { blob, foreignKey, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';

/**
 * The kinds of columns Lethe knows, in their SQLite edition. Types are the same on both engines:
 * `instant` is a `Date` with milliseconds, `bytes` a `Buffer`, `json` any JSON value, `flag` a boolean.
 */
export const sqliteKit = {
  table: sqliteTable,
  /** The first column of every table, and the head of its primary key. */
  tenantId: () => text('tenant_id').notNull(),
  text: (name: string) => text(name),
  integer: (name: string) => integer(name),
  instant: (name: string) => integer(name, { mode: 'timestamp_ms' }),
  json: <T>(name: string) => text(name, { mode: 'json' }).$type<T>(),
  flag: (name: string) => integer(name, { mode: 'boolean' }),
  bytes: (name: string) => blob(name, { mode: 'buffer' }),
  index,
  uniqueIndex,
  primaryKey,
  foreignKey,
};

export type Kit = typeof sqliteKit;

const bytea = customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => 'bytea' });

/** The PostgreSQL edition, cast to the SQLite one here and nowhere else: the code is typed once. */
export const postgresKit = {
  table: pgTable,
  tenantId: () => pgText('tenant_id').notNull(),
  text: (name: string) => pgText(name),
  integer: (name: string) => bigint(name, { mode: 'number' }),
  instant: (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: 'date' }),
  json: <T>(name: string) => jsonb(name).$type<T>(),
  flag: (name: string) => boolean(name),
  bytes: (name: string) => bytea(name),
  index: pgIndex,
  uniqueIndex: pgUniqueIndex,
  primaryKey: pgPrimaryKey,
  foreignKey: pgForeignKey,
} as unknown as Kit;
