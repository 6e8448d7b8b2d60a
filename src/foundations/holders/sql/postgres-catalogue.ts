import {
  ADDRESS_INDEX,
  type Catalogue,
  type CatalogueTable,
  type Family,
  type ForeignKey,
  fullNameOf,
  type TableRights,
} from './catalogue.ts';
import { plain, type Row, type Session } from './engine.ts';
import { isAddressExpression } from './postgres-dialect.ts';

const OURS = `n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'`;
const KINDS: Record<string, CatalogueTable['kind']> = { r: 'table', p: 'table', m: 'copy', f: 'foreign' };
const ON_DELETE: Record<string, ForeignKey['onDelete']> = {
  a: 'no action',
  r: 'restrict',
  c: 'cascade',
  n: 'set null',
  d: 'set default',
};
const FAMILIES: Record<string, Family> = {
  smallint: 'integer',
  integer: 'integer',
  bigint: 'integer',
  numeric: 'decimal',
  real: 'float',
  'double precision': 'float',
  text: 'text',
  'character varying': 'text',
  character: 'text',
  citext: 'text',
  name: 'text',
  uuid: 'uuid',
  inet: 'address',
  cidr: 'network',
  'timestamp with time zone': 'instant',
  'timestamp without time zone': 'local-instant',
  date: 'day',
  boolean: 'boolean',
  bytea: 'bytes',
};
const RANGES: Record<string, bigint> = { smallint: 2n ** 15n, integer: 2n ** 31n, bigint: 2n ** 63n };

const nameOf = (row: Row): string => fullNameOf(String(row['schema']), String(row['table']));

/** pg_catalog rather than information_schema: the latter hides what the role does not own. */
export async function readPostgresCatalogue(session: Session): Promise<Catalogue> {
  const [current] = await session.rows(plain('SELECT current_schema() AS schema'));
  const tables = await readTables(session);
  await readIndexes(session, tables);
  await readReferences(session, tables);
  for (const row of await session.rows(plain(HEIRS)))
    tables.get(nameOf(row))?.heirs.push(fullNameOf(String(row['heir_schema']), String(row['heir'])));
  return { tables, defaultSchema: String(current?.['schema'] ?? 'public') };
}

/** A domain is told by what it is made of, through however many others. */
const COLUMNS = `
  WITH RECURSIVE made AS (
    SELECT oid AS declared, oid AS base, typbasetype AS of, -1 AS modifier, typnotnull AS filled FROM pg_type
    UNION ALL
    SELECT m.declared, b.oid, b.typbasetype, d.typtypmod, m.filled OR b.typnotnull
      FROM made m JOIN pg_type d ON d.oid = m.base JOIN pg_type b ON b.oid = m.of
     WHERE m.of <> 0)
  SELECT n.nspname AS schema, c.relname AS table, c.relkind AS kind, a.attname AS column,
         CASE WHEN bn.nspname = 'pg_catalog' THEN format_type(b.oid, NULL) ELSE b.typname END AS type,
         b.typcategory = 'A' AS list,
         quote_ident(dn.nspname) || '.' || quote_ident(d.typname) AS cast,
         NOT (a.attnotnull OR m.filled) AS nullable, (a.attgenerated <> '' OR a.attidentity = 'a') AS generated,
         CASE WHEN b.oid IN ('varchar'::regtype, 'bpchar'::regtype)
              THEN nullif(greatest(CASE WHEN m.base = m.declared THEN a.atttypmod ELSE m.modifier END - 4, 0), 0)
         END AS max_length
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    JOIN made m ON m.declared = a.atttypid AND m.of = 0
    JOIN pg_type b ON b.oid = m.base JOIN pg_namespace bn ON bn.oid = b.typnamespace
    JOIN pg_type d ON d.oid = m.declared JOIN pg_namespace dn ON dn.oid = d.typnamespace
   WHERE c.relkind IN ('r', 'p', 'm', 'f') AND NOT c.relispartition AND ${OURS}
   ORDER BY n.nspname, c.relname, a.attnum`;

async function readTables(session: Session): Promise<Map<string, CatalogueTable>> {
  const tables = new Map<string, CatalogueTable>();
  for (const row of await session.rows(plain(COLUMNS))) {
    const name = nameOf(row);
    const table: CatalogueTable = tables.get(name) ?? {
      schema: String(row['schema']),
      table: String(row['table']),
      name,
      kind: KINDS[String(row['kind'])] ?? 'table',
      transactional: true,
      columns: new Map(),
      primaryKey: [],
      unique: [],
      indexes: [],
      foreignKeys: [],
      heirs: [],
    };
    tables.set(name, table);
    const type = String(row['type']);
    const limit = RANGES[type];
    table.columns.set(String(row['column']), {
      name: String(row['column']),
      type,
      family: row['list'] === true ? 'array' : (FAMILIES[type] ?? 'other'),
      cast: String(row['cast']),
      nullable: row['nullable'] === true,
      generated: row['generated'] === true,
      maxLength: row['max_length'] === null ? null : Number(row['max_length']),
      range: limit === undefined ? undefined : { least: -limit, largest: limit - 1n },
    });
  }
  return tables;
}

async function readIndexes(session: Session, tables: Map<string, CatalogueTable>): Promise<void> {
  for (const row of await session.rows(
    plain(
      `SELECT n.nspname AS schema, c.relname AS table, i.indisprimary AS primary,
              (i.indisunique AND i.indpred IS NULL AND i.indexprs IS NULL) AS unique, (i.indpred IS NULL) AS whole,
              array(SELECT coalesce(a.attname::text, pg_get_indexdef(i.indexrelid, k.place::int, true))
                      FROM unnest(i.indkey::int2[]) WITH ORDINALITY k(num, place)
                      LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.num AND k.num <> 0
                     WHERE k.place <= i.indnkeyatts ORDER BY k.place) AS columns,
              (i.indkey::int2[])[0] = 0 AS expressed
         FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE i.indisvalid AND ${OURS}`,
    ),
  )) {
    const table = tables.get(nameOf(row));
    const columns = row['columns'] as string[];
    const [leading] = columns;
    if (!table || leading === undefined) continue;
    if (row['primary']) table.primaryKey = columns;
    if (row['unique']) table.unique.push(columns);
    if (!row['whole']) continue;
    const compared = row['expressed']
      ? [...table.columns.keys()].find((column) => isAddressExpression(leading, column))
      : undefined;
    if (!row['expressed']) table.indexes.push(columns);
    else if (compared !== undefined) table.indexes.push([`${ADDRESS_INDEX}${compared}`]);
  }
}

async function readReferences(session: Session, tables: Map<string, CatalogueTable>): Promise<void> {
  for (const row of await session.rows(
    plain(
      `SELECT n.nspname AS schema, c.relname AS table, fn.nspname AS to_schema, f.relname AS to_table,
              k.confdeltype AS on_delete, k.condeferrable AS deferrable,
              array(SELECT a.attname::text FROM unnest(k.conkey) WITH ORDINALITY u(num, place)
                      JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.num ORDER BY u.place) AS columns,
              array(SELECT a.attname::text FROM unnest(k.confkey) WITH ORDINALITY u(num, place)
                      JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.num ORDER BY u.place) AS referenced
         FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
         JOIN pg_class f ON f.oid = k.confrelid JOIN pg_namespace fn ON fn.oid = f.relnamespace
        WHERE k.contype = 'f' AND k.conparentid = 0 ORDER BY k.conname`,
    ),
  ))
    tables.get(nameOf(row))?.foreignKeys.push({
      columns: row['columns'] as string[],
      references: fullNameOf(String(row['to_schema']), String(row['to_table'])),
      referenced: row['referenced'] as string[],
      onDelete: ON_DELETE[String(row['on_delete'])] ?? 'no action',
      deferrable: row['deferrable'] === true,
    });
}

/** Tables that inherit, through however many others; partitions are their table's own. */
const HEIRS = `
  WITH RECURSIVE heirs AS (
    SELECT i.inhparent AS of, i.inhrelid AS heir FROM pg_inherits i
      JOIN pg_class c ON c.oid = i.inhrelid WHERE NOT c.relispartition
    UNION
    SELECT h.of, i.inhrelid FROM heirs h JOIN pg_inherits i ON i.inhparent = h.heir)
  SELECT n.nspname AS schema, p.relname AS table, cn.nspname AS heir_schema, c.relname AS heir
    FROM heirs h JOIN pg_class p ON p.oid = h.of JOIN pg_namespace n ON n.oid = p.relnamespace
    JOIN pg_class c ON c.oid = h.heir JOIN pg_namespace cn ON cn.oid = c.relnamespace
   WHERE ${OURS} ORDER BY n.nspname, p.relname, c.relname`;

/** What the role of this connection may do, and whether the database takes changes at all. */
export async function readPostgresRights(
  session: Session,
): Promise<{ tables: Map<string, TableRights>; writable: boolean }> {
  const tables = new Map<string, TableRights>();
  for (const row of await session.rows(
    plain(
      `SELECT n.nspname AS schema, c.relname AS table, a.attname AS column,
              has_column_privilege(c.oid, a.attnum, 'SELECT') AS reads,
              has_column_privilege(c.oid, a.attnum, 'UPDATE') AS changes,
              has_table_privilege(c.oid, 'DELETE') AS deletes, row_security_active(c.oid) AS hidden
         FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        WHERE c.relkind IN ('r', 'p', 'm', 'f') AND NOT c.relispartition AND ${OURS}
          AND has_schema_privilege(n.oid, 'USAGE')`,
    ),
  )) {
    const name = nameOf(row);
    const table = tables.get(name) ?? {
      reads: new Set<string>(),
      changes: new Set<string>(),
      deletes: row['deletes'] === true,
      rowsHidden: row['hidden'] === true,
    };
    tables.set(name, table);
    if (row['reads'] === true) table.reads.add(String(row['column']));
    if (row['changes'] === true) table.changes.add(String(row['column']));
  }
  const [server] = await session.rows(plain('SELECT pg_is_in_recovery() AS standby'));
  return { tables, writable: server?.['standby'] !== true };
}
