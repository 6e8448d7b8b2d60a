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
import {
  blob,
  foreignKey,
  index,
  integer,
  primaryKey,
  customType as sqliteCustomType,
  sqliteTable,
  text,
  uniqueIndex,
} from 'drizzle-orm/sqlite-core';
import type { PseudonymDomain, Pseudonyms } from './pseudonyms.ts';

interface PseudonymColumn {
  data: string;
  driverData: string;
  config: { domain: PseudonymDomain };
  configRequired: true;
}

/** Of one column: the code sees the root pseudonym of a person, the file that of the column's domain. */
const pseudonymType = (pseudonyms: Pseudonyms, domain: PseudonymDomain) => ({
  dataType: () => 'text',
  toDriver: (root: string) => pseudonyms.encode(domain, root),
  fromDriver: (stored: string) => pseudonyms.decode(domain, stored),
});

/**
 * The kinds of columns Lethe knows, in their SQLite edition. Types are the same on both engines:
 * `instant` is a `Date` with milliseconds, `bytes` a `Buffer`, `json` any JSON value, `flag` a boolean, `pseudonym` the
 * root pseudonym of a person (see pseudonyms.ts). The kit is that of one store, as its pseudonyms are under its keys.
 */
export const sqliteKit = (pseudonyms: Pseudonyms) => ({
  table: sqliteTable,
  /** The first column of every table, and the head of its primary key. */
  tenantId: () => text('tenant_id').notNull(),
  text: (name: string) => text(name),
  integer: (name: string) => integer(name),
  instant: (name: string) => integer(name, { mode: 'timestamp_ms' }),
  json: <T>(name: string) => text(name, { mode: 'json' }).$type<T>(),
  flag: (name: string) => integer(name, { mode: 'boolean' }),
  bytes: (name: string) => blob(name, { mode: 'buffer' }),
  pseudonym: (name: string, domain: PseudonymDomain) =>
    sqliteCustomType<PseudonymColumn>(pseudonymType(pseudonyms, domain))(name, { domain }),
  index,
  uniqueIndex,
  primaryKey,
  foreignKey,
});

export type Kit = ReturnType<typeof sqliteKit>;

const bytea = customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => 'bytea' });

/** The PostgreSQL edition, cast to the SQLite one here and nowhere else: the code is typed once. */
export const postgresKit = (pseudonyms: Pseudonyms) =>
  ({
    table: pgTable,
    tenantId: () => pgText('tenant_id').notNull(),
    text: (name: string) => pgText(name),
    integer: (name: string) => bigint(name, { mode: 'number' }),
    instant: (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: 'date' }),
    json: <T>(name: string) => jsonb(name).$type<T>(),
    flag: (name: string) => boolean(name),
    bytes: (name: string) => bytea(name),
    pseudonym: (name: string, domain: PseudonymDomain) =>
      customType<PseudonymColumn>(pseudonymType(pseudonyms, domain))(name, { domain }),
    index: pgIndex,
    uniqueIndex: pgUniqueIndex,
    primaryKey: pgPrimaryKey,
    foreignKey: pgForeignKey,
  }) as unknown as Kit;
