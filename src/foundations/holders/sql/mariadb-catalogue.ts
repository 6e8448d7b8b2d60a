import {
  type Catalogue,
  type CatalogueTable,
  type Family,
  type ForeignKey,
  fullNameOf,
  type TableRights,
} from './catalogue.ts';
import { plain, quotedTable, type Row, type Session } from './engine.ts';
import { mariadbDialect } from './mariadb-dialect.ts';

const FAMILIES: Record<string, Family> = {
  decimal: 'decimal',
  float: 'float',
  double: 'float',
  char: 'text',
  varchar: 'text',
  tinytext: 'text',
  text: 'text',
  mediumtext: 'text',
  longtext: 'text',
  binary: 'bytes',
  varbinary: 'bytes',
  tinyblob: 'bytes',
  blob: 'bytes',
  mediumblob: 'bytes',
  longblob: 'bytes',
  uuid: 'uuid',
  inet4: 'address',
  inet6: 'address',
  timestamp: 'instant',
  datetime: 'local-instant',
  date: 'day',
};
const BITS: Record<string, bigint> = { tinyint: 8n, smallint: 16n, mediumint: 24n, int: 32n, bigint: 64n };
/** What is in such a table is kept in another server, or in files that are not the database's own. */
const ELSEWHERE = ['FEDERATED', 'CONNECT', 'SPIDER', 'CSV', 'S3'];

const text = (row: Row, column: string): string => String(row[column]);

/** The tables of the database that the connection names; of others it is told nothing. */
export async function readMariadbCatalogue(session: Session): Promise<Catalogue> {
  const [current] = await session.rows(plain('SELECT DATABASE() AS db'));
  const schema = text(current ?? {}, 'db');
  const tables = new Map<string, CatalogueTable>();
  for (const row of await session.rows(
    plain(
      `SELECT TABLE_NAME AS name, ENGINE AS engine, TABLE_TYPE AS type FROM information_schema.TABLES
        WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED') ORDER BY TABLE_NAME`,
    ),
  )) {
    const name = fullNameOf(schema, text(row, 'name'));
    const engine = text(row, 'engine').toUpperCase();
    tables.set(name, {
      schema,
      table: text(row, 'name'),
      name,
      kind: ELSEWHERE.includes(engine) ? 'foreign' : 'table',
      transactional: engine === 'INNODB',
      keepsHistory: row['type'] === 'SYSTEM VERSIONED',
      columns: new Map(),
      primaryKey: [],
      unique: [],
      indexes: [],
      foreignKeys: [],
      heirs: [],
    });
  }
  await readColumns(session, schema, tables);
  await readIndexes(session, schema, tables);
  await readReferences(session, schema, tables);
  return { tables, defaultSchema: schema };
}

type Tables = Map<string, CatalogueTable>;

async function readColumns(session: Session, schema: string, tables: Tables): Promise<void> {
  for (const row of await session.rows(
    plain(
      `SELECT TABLE_NAME AS tbl, COLUMN_NAME AS name, LOWER(DATA_TYPE) AS type, LOWER(COLUMN_TYPE) AS declared,
              IS_NULLABLE AS nullable, EXTRA AS extra, CHARACTER_MAXIMUM_LENGTH AS length
         FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() ORDER BY TABLE_NAME, ORDINAL_POSITION`,
    ),
  )) {
    const type = text(row, 'type');
    const bits = BITS[type];
    const whole = bits === undefined ? undefined : 2n ** bits;
    const unsigned = text(row, 'declared').includes('unsigned');
    const family = whole === undefined ? (FAMILIES[type] ?? 'other') : 'integer';
    tables.get(fullNameOf(schema, text(row, 'tbl')))?.columns.set(text(row, 'name'), {
      name: text(row, 'name'),
      type,
      family,
      cast: type,
      nullable: row['nullable'] === 'YES',
      generated: /GENERATED/i.test(text(row, 'extra')) && !/DEFAULT_GENERATED/i.test(text(row, 'extra')),
      maxLength: family === 'text' && row['length'] !== null ? Number(row['length']) : null,
      range:
        whole === undefined
          ? undefined
          : unsigned
            ? { least: 0n, largest: whole - 1n }
            : { least: -whole / 2n, largest: whole / 2n - 1n },
    });
  }
}

async function readIndexes(session: Session, schema: string, tables: Tables): Promise<void> {
  const indexes = new Map<string, { table: CatalogueTable; name: string; unique: boolean; columns: string[] }>();
  for (const row of await session.rows(
    plain(
      `SELECT TABLE_NAME AS tbl, INDEX_NAME AS name, NON_UNIQUE AS several, COLUMN_NAME AS col
         FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE()
        ORDER BY TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX`,
    ),
  )) {
    const table = tables.get(fullNameOf(schema, text(row, 'tbl')));
    if (!table) continue;
    const mark = JSON.stringify([table.name, row['name']]);
    const index = indexes.get(mark) ?? {
      table,
      name: text(row, 'name'),
      unique: Number(row['several']) === 0,
      columns: [],
    };
    indexes.set(mark, index);
    // An expression has no column.
    index.columns.push(row['col'] === null ? '' : text(row, 'col'));
  }
  for (const { table, name, unique, columns } of indexes.values()) {
    if (name === 'PRIMARY') table.primaryKey = columns;
    if (unique && !columns.includes('')) table.unique.push(columns);
    table.indexes.push(columns);
  }
}

async function readReferences(session: Session, schema: string, tables: Tables): Promise<void> {
  const keys = new Map<string, ForeignKey>();
  for (const row of await session.rows(
    plain(
      `SELECT k.TABLE_NAME AS tbl, k.CONSTRAINT_NAME AS name, k.COLUMN_NAME AS col, r.DELETE_RULE AS rule,
              k.REFERENCED_TABLE_SCHEMA AS to_schema, k.REFERENCED_TABLE_NAME AS to_table,
              k.REFERENCED_COLUMN_NAME AS to_col
         FROM information_schema.KEY_COLUMN_USAGE k
         JOIN information_schema.REFERENTIAL_CONSTRAINTS r
           ON r.CONSTRAINT_SCHEMA = k.CONSTRAINT_SCHEMA AND r.CONSTRAINT_NAME = k.CONSTRAINT_NAME
          AND r.TABLE_NAME = k.TABLE_NAME
        WHERE k.TABLE_SCHEMA = DATABASE() AND k.REFERENCED_TABLE_NAME IS NOT NULL
        ORDER BY k.TABLE_NAME, k.CONSTRAINT_NAME, k.ORDINAL_POSITION`,
    ),
  )) {
    const mark = JSON.stringify([row['tbl'], row['name']]);
    let key = keys.get(mark);
    if (!key) {
      key = {
        columns: [],
        references: fullNameOf(text(row, 'to_schema'), text(row, 'to_table')),
        referenced: [],
        onDelete: text(row, 'rule').toLowerCase() as ForeignKey['onDelete'],
        deferrable: false,
      };
      keys.set(mark, key);
      tables.get(fullNameOf(schema, text(row, 'tbl')))?.foreignKeys.push(key);
    }
    key.columns.push(text(row, 'col'));
    key.referenced.push(text(row, 'to_col'));
  }
}

/**
 * What the role of this connection may do, asked of the database by explaining statements: that takes the same rights as
 * carrying them out, also where they come by a role or a pattern of names.
 */
export async function readMariadbRights(
  session: Session,
  denies: (error: unknown) => boolean,
): Promise<{ tables: Map<string, TableRights>; writable: boolean }> {
  const { tables: all } = await readMariadbCatalogue(session);
  const may = async (statement: string): Promise<boolean> => {
    try {
      await session.rows(plain(`EXPLAIN ${statement}`));
      return true;
    } catch (error) {
      // Whatever else it minds, it looked at the rights first.
      return !denies(error);
    }
  };
  const each = async (columns: string[], statement: (columns: string[]) => string): Promise<Set<string>> => {
    if (columns.length === 0 || (await may(statement(columns)))) return new Set(columns);
    const one = new Set<string>();
    for (const column of columns) if (await may(statement([column]))) one.add(column);
    return one;
  };
  const tables = new Map<string, TableRights>();
  for (const table of all.values()) {
    const name = quotedTable(mariadbDialect, table);
    const quoted = (columns: string[]) => columns.map(mariadbDialect.quoted);
    const plainColumns = [...table.columns.values()].filter(({ generated }) => !generated).map((column) => column.name);
    tables.set(table.name, {
      reads: await each([...table.columns.keys()], (columns) => `SELECT ${quoted(columns).join(', ')} FROM ${name}`),
      changes: await each(
        plainColumns,
        (columns) =>
          `UPDATE ${name} SET ${quoted(columns)
            .map((one) => `${one} = NULL`)
            .join(', ')} WHERE 1 = 0`,
      ),
      deletes: await may(`DELETE FROM ${name} WHERE 1 = 0`),
      rowsHidden: false,
    });
  }
  const [server] = await session.rows(plain('SELECT @@GLOBAL.read_only AS closed'));
  return { tables, writable: Number(server?.['closed'] ?? 0) === 0 };
}
