import assert from 'node:assert/strict';
import { sql } from 'drizzle-orm';
import { type PgTable, getTableConfig as postgresConfig } from 'drizzle-orm/pg-core';
import { type SQLiteTable, getTableConfig as sqliteConfig } from 'drizzle-orm/sqlite-core';
import { postgresTables } from '../../../src/foundations/store/schema.postgres.ts';
import { sqliteTables } from '../../../src/foundations/store/schema.sqlite.ts';
import type { Query } from '../../../src/foundations/store/store.ts';
import { type Ground, openGround } from '../../support/engines.ts';

/** A table in words that mean the same on both engines. */
interface Shape {
  columns: Record<string, { kind: string; notNull: boolean; hasDefault: boolean }>;
  primaryKey: string[];
  indexes: Record<string, { columns: string[]; unique: boolean }>;
  foreignKeys: number;
}
type Shapes = Record<string, Shape>;

const KINDS: Record<string, string> = {
  'sqlite text': 'text',
  'sqlite text json': 'json',
  'sqlite integer': 'integer',
  'sqlite integer timestamp': 'instant',
  'sqlite integer boolean': 'flag',
  'sqlite blob': 'bytes',
  'postgres text': 'text',
  'postgres jsonb': 'json',
  'postgres bigint': 'integer',
  'postgres timestamp (3) with time zone': 'instant',
  'postgres timestamp(3) with time zone': 'instant',
  'postgres boolean': 'flag',
  'postgres bytea': 'bytes',
};
const kindOf = (text: string) => KINDS[text] ?? `unknown: ${text}`;

/** How a kind is kept by SQLite, where several share a storage class. */
const STORED: Record<string, string> = { json: 'text', instant: 'integer', flag: 'integer' };
const asStored = (shapes: Shapes): Shapes =>
  mapped(shapes, (shape) => ({
    ...shape,
    columns: mapped(shape.columns, (column) => ({ ...column, kind: STORED[column.kind] ?? column.kind })),
  }));

function mapped<T, U>(record: Record<string, T>, fn: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, fn(value)]));
}

const DETAIL: Record<string, string> = {
  SQLiteTextJson: ' json',
  SQLiteTimestamp: ' timestamp',
  SQLiteBoolean: ' boolean',
};

function declared(tables: object, engine: 'sqlite' | 'postgres'): Shapes {
  const shapes: Shapes = {};
  for (const table of Object.values(tables)) {
    const config = engine === 'sqlite' ? sqliteConfig(table as SQLiteTable) : postgresConfig(table as PgTable);
    const keys = config.primaryKeys[0]?.columns.map(({ name }) => name) ?? [];
    shapes[config.name] = {
      columns: Object.fromEntries(
        config.columns.map((column) => [
          column.name,
          {
            kind: kindOf(`${engine} ${column.getSQLType()}${DETAIL[column.columnType] ?? ''}`),
            notNull: column.notNull || keys.includes(column.name),
            hasDefault: column.hasDefault,
          },
        ]),
      ),
      primaryKey: keys,
      indexes: Object.fromEntries(
        config.indexes.map(({ config: index }) => [
          index.name,
          { columns: index.columns.map((column) => (column as { name: string }).name), unique: index.unique },
        ]),
      ),
      foreignKeys: config.foreignKeys.length,
    };
  }
  return shapes;
}

async function sqliteCatalogue(q: Query): Promise<Shapes> {
  const shapes: Shapes = {};
  const tables = await q.rows<{ name: string }>(
    sql`SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'lethe_migrations'`,
  );
  for (const { name } of tables) {
    const columns = await q.rows<{ name: string; type: string; notnull: number; dflt_value: unknown; pk: number }>(
      sql`SELECT name, type, "notnull", dflt_value, pk FROM pragma_table_info(${name}) ORDER BY cid`,
    );
    const indexes: Shape['indexes'] = {};
    for (const index of await q.rows<{ name: string; unique: number }>(
      sql`SELECT name, "unique" FROM pragma_index_list(${name}) WHERE origin = 'c'`,
    )) {
      const parts = await q.rows<{ name: string }>(
        sql`SELECT name FROM pragma_index_info(${index.name}) ORDER BY seqno`,
      );
      indexes[index.name] = { columns: parts.map((part) => part.name), unique: index.unique === 1 };
    }
    const foreign = await q.rows(sql`SELECT id FROM pragma_foreign_key_list(${name})`);
    shapes[name] = {
      columns: Object.fromEntries(
        columns.map((column) => [
          column.name,
          {
            kind: kindOf(`sqlite ${column.type.toLowerCase()}`),
            notNull: column.notnull === 1,
            hasDefault: column.dflt_value !== null,
          },
        ]),
      ),
      primaryKey: columns
        .filter(({ pk }) => pk > 0)
        .sort((a, b) => a.pk - b.pk)
        .map((column) => column.name),
      indexes,
      foreignKeys: foreign.length,
    };
  }
  return shapes;
}

async function postgresCatalogue(q: Query): Promise<Shapes> {
  const shapes: Shapes = {};
  const columns = await q.rows<{ table: string; name: string; type: string; notnull: boolean; fallback: boolean }>(sql`
    SELECT c.relname AS "table", a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type,
           a.attnotnull AS notnull, a.atthasdef AS fallback
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
      AND c.relname <> 'lethe_migrations'
    ORDER BY c.relname, a.attnum`);
  for (const column of columns) {
    shapes[column.table] ??= { columns: {}, primaryKey: [], indexes: {}, foreignKeys: 0 };
    (shapes[column.table] as Shape).columns[column.name] = {
      kind: kindOf(`postgres ${column.type}`),
      notNull: column.notnull,
      hasDefault: column.fallback,
    };
  }
  const indexes = await q.rows<{
    table: string;
    name: string;
    columns: string[];
    unique: boolean;
    primary: boolean;
  }>(sql`
    SELECT t.relname AS "table", i.relname AS name, x.indisunique AS unique, x.indisprimary AS primary,
           ARRAY(SELECT a.attname::text FROM unnest(x.indkey) WITH ORDINALITY AS k(num, place)
                 JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.num ORDER BY k.place) AS columns
    FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid
    JOIN pg_namespace n ON n.oid = t.relnamespace WHERE n.nspname = 'public' AND t.relname <> 'lethe_migrations'`);
  for (const index of indexes) {
    const shape = shapes[index.table] as Shape;
    if (index.primary) shape.primaryKey = index.columns;
    else shape.indexes[index.name] = { columns: index.columns, unique: index.unique };
  }
  const foreign = await q.rows<{ table: string }>(
    sql`SELECT t.relname AS "table" FROM pg_constraint k JOIN pg_class t ON t.oid = k.conrelid WHERE k.contype = 'f'`,
  );
  for (const { table } of foreign) (shapes[table] as Shape).foreignKeys += 1;
  return shapes;
}

function equalByTable(actual: Shapes = {}, expected: Shapes): void {
  assert.deepEqual(Object.keys(actual).sort(), Object.keys(expected).sort());
  for (const [name, shape] of Object.entries(expected)) assert.deepEqual(actual[name], shape, name);
}

describe('The schema', () => {
  const grounds: Partial<Record<'sqlite' | 'postgres', Ground>> = {};
  const catalogues: Partial<Record<'sqlite' | 'postgres', Shapes>> = {};
  before(async function () {
    this.timeout(180_000);
    for (const engine of ['sqlite', 'postgres'] as const) {
      const ground = await openGround(engine, { empty: true });
      grounds[engine] = ground;
      catalogues[engine] = await ground.store.read(engine === 'sqlite' ? sqliteCatalogue : postgresCatalogue);
    }
  });
  after(async () => {
    for (const ground of Object.values(grounds)) {
      await ground.close();
    }
  });

  it('is declared alike for both engines: tables, columns, kinds, keys, indexes', () => {
    equalByTable(declared(sqliteTables, 'sqlite'), declared(postgresTables, 'postgres'));
  });

  it('is the same in both migrated databases', () => {
    equalByTable(catalogues.sqlite, asStored(catalogues.postgres ?? {}));
  });

  it('is what the migrations make on SQLite: none is forgotten', () => {
    equalByTable(catalogues.sqlite, asStored(declared(sqliteTables, 'sqlite')));
  });

  it('is what the migrations make on PostgreSQL: none is forgotten', () => {
    equalByTable(catalogues.postgres, declared(postgresTables, 'postgres'));
  });

  it('knows every kind of column it uses', () => {
    const kinds = Object.values(declared(sqliteTables, 'sqlite')).flatMap(({ columns }) => Object.values(columns));
    for (const { kind } of kinds) assert.doesNotMatch(kind, /unknown/);
  });

  it('begins every primary key with the tenant, and has one on every table', () => {
    for (const [name, { primaryKey }] of Object.entries(catalogues.sqlite ?? {}))
      assert.equal(primaryKey[0], 'tenant_id', name);
  });

  it('gives no default by the engine: the code decides every value', () => {
    for (const shapes of Object.values(catalogues))
      for (const [name, { columns }] of Object.entries(shapes))
        for (const [column, { hasDefault }] of Object.entries(columns))
          assert.equal(hasDefault, false, `${name}.${column}`);
  });

  it('is strict on SQLite: a column takes only its own type', async () => {
    const tables = await grounds.sqlite?.store.read((q) =>
      q.rows<{ name: string; strict: number }>(
        sql`SELECT name, strict FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%'`,
      ),
    );
    const loose = (tables ?? []).filter(({ strict, name }) => strict === 0 && name !== 'lethe_migrations');
    assert.deepEqual(loose, []);
    assert.ok((tables ?? []).length > 10);
  });
});
