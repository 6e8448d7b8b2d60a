import Database from 'better-sqlite3';
import type { Catalogue, CatalogueTable, ForeignKey } from './catalogue.ts';
import type { Dialect, Engine, Limits, Row, Session, Statement } from './engine.ts';

const dialect: Dialect = {
  asText: (column) => column,
  asExport: (column) => column,
  asAddress: (column) => column,
  fromText: () => '?',
  onlyOf: (text, characters) => `${text} NOT GLOB '*[^${characters}]*'`,
  lockRows: '',
  deferConstraints: 'PRAGMA defer_foreign_keys = ON',
};

interface Paths {
  read: string;
  write: string;
}

/**
 * A SQLite file of the platform. It is opened for each transaction and closed again, so that it stays the platform's:
 * it may be moved, replaced or backed up meanwhile. What waits for the platform's lock waits at most `lockSeconds`.
 */
export function openSqliteEngine(paths: Paths, limits: Limits): Engine {
  async function within<T>(
    which: keyof Paths,
    signal: AbortSignal,
    work: (session: Session, db: Database.Database) => Promise<T>,
  ): Promise<T> {
    signal.throwIfAborted();
    const db = new Database(paths[which].replace(/^sqlite:/, ''), {
      readonly: which === 'read',
      fileMustExist: true,
      timeout: limits.lockSeconds * 1000,
    });
    try {
      db.defaultSafeIntegers(true);
      db.pragma('foreign_keys = ON');
      if (which === 'write') db.pragma('secure_delete = ON');
      db.exec(which === 'write' ? 'BEGIN IMMEDIATE' : 'BEGIN');
      const session: Session = {
        rows: async ({ text, values }) => db.prepare<unknown[], Row>(text).all(...values),
        run: async ({ text, values }) => {
          if (text.startsWith('PRAGMA')) {
            db.exec(text);
            return 0;
          }
          return db.prepare(text).run(...values).changes;
        },
      };
      const answer = await work(session, db);
      signal.throwIfAborted();
      db.exec('COMMIT');
      return answer;
    } finally {
      if (db.inTransaction) db.exec('ROLLBACK');
      db.close();
    }
  }

  return {
    kind: 'sqlite',
    sql: dialect,
    reading: (signal, work) => within('read', signal, work),
    writing: (signal, work) => within('write', signal, work),
    catalogue: (signal) => within('read', signal, async (session) => readCatalogue(session)),
    close: async () => undefined,
  };
}

const ask = (text: string, ...values: string[]): Statement => ({ text, values });
const text = (value: unknown) => String(value);

async function readCatalogue(session: Session): Promise<Catalogue> {
  const tables = new Map<string, CatalogueTable>();
  const listed = await session.rows(
    ask(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name`),
  );
  for (const { name: bare } of listed) {
    const its = text(bare);
    const columns = await session.rows(ask('SELECT * FROM pragma_table_xinfo(?) WHERE hidden <> 1', its));
    const table: CatalogueTable = {
      name: `main.${its}`,
      columns: new Map(
        columns.map((column) => [
          text(column['name']),
          {
            name: text(column['name']),
            type: text(column['type'])
              .toLowerCase()
              .replace(/\s*\(.*/, ''),
            nullable: Number(column['notnull']) === 0 && Number(column['pk']) === 0,
            generated: Number(column['hidden']) > 1,
            maxLength: null,
          },
        ]),
      ),
      primaryKey: columns
        .filter(({ pk }) => Number(pk) > 0)
        .sort((a, b) => Number(a['pk']) - Number(b['pk']))
        .map(({ name }) => text(name)),
      unique: [],
      indexes: [],
      foreignKeys: [],
    };
    if (table.primaryKey.length > 0) {
      table.unique.push(table.primaryKey);
      table.indexes.push(table.primaryKey);
    }
    for (const index of await session.rows(ask('SELECT * FROM pragma_index_list(?)', its))) {
      const parts = await session.rows(
        ask('SELECT name FROM pragma_index_info(?) ORDER BY seqno', text(index['name'])),
      );
      const names = parts
        .map(({ name }) => name)
        .filter((name) => name !== null)
        .map(text);
      if (Number(index['partial']) === 1 || names.length !== parts.length) continue;
      table.indexes.push(names);
      if (Number(index['unique']) === 1) table.unique.push(names);
    }
    const keys = new Map<string, ForeignKey>();
    for (const row of await session.rows(ask('SELECT * FROM pragma_foreign_key_list(?) ORDER BY id, seq', its))) {
      const id = text(row['id']);
      const key = keys.get(id) ?? {
        columns: [],
        references: `main.${text(row['table'])}`,
        referenced: [],
        onDelete: text(row['on_delete']).toLowerCase() as ForeignKey['onDelete'],
        // SQLite can defer every foreign key of a transaction, but RESTRICT.
        deferrable: text(row['on_delete']).toLowerCase() !== 'restrict',
      };
      key.columns.push(text(row['from']));
      if (row['to'] !== null) key.referenced.push(text(row['to']));
      keys.set(id, key);
    }
    table.foreignKeys = [...keys.values()];
    tables.set(table.name, table);
  }
  // A reference without columns means the primary key.
  for (const { foreignKeys } of tables.values())
    for (const key of foreignKeys)
      if (key.referenced.length === 0) key.referenced = tables.get(key.references)?.primaryKey ?? [];
  return { tables, defaultSchema: 'main' };
}
