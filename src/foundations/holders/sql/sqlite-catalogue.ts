import {
  ADDRESS_INDEX,
  type Catalogue,
  type CatalogueTable,
  type Family,
  type ForeignKey,
  fullNameOf,
} from './catalogue.ts';
import type { Row, Session, Statement } from './engine.ts';
import { isAddressIndex } from './sqlite-dialect.ts';

const SCHEMA = 'main';
const ask = (text: string, ...values: string[]): Statement => ({ text, values });
const text = (value: unknown) => String(value);

/** What a column makes of the values that are put into it (SQLite: type affinity). */
function familyOf(type: string): Family {
  if (/int/.test(type)) return 'integer';
  if (/char|clob|text/.test(type)) return 'text';
  if (type === '' || /blob/.test(type)) return 'other';
  return /real|floa|doub/.test(type) ? 'float' : 'decimal';
}

export async function readSqliteCatalogue(session: Session): Promise<Catalogue> {
  const tables = new Map<string, CatalogueTable>();
  const listed = await session.rows(
    ask(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name`),
  );
  for (const { name } of listed) {
    const table = await readTable(session, text(name));
    tables.set(table.name, table);
  }
  settleReferences(tables);
  return { tables, defaultSchema: SCHEMA };
}

async function readTable(session: Session, name: string): Promise<CatalogueTable> {
  const columns = await session.rows(ask('SELECT * FROM pragma_table_xinfo(?) WHERE hidden <> 1', name));
  const [listed] = await session.rows(ask(`SELECT wr FROM pragma_table_list WHERE schema = 'main' AND name = ?`, name));
  const keyParts = columns.filter(({ pk }) => Number(pk) > 0);
  // In a key, NULL is kept out where it is the number of the row, or where the table has no such numbers.
  const strictKey =
    Number(listed?.['wr'] ?? 0) === 1 || (keyParts.length === 1 && /^integer$/i.test(text(keyParts[0]?.['type'])));
  const table: CatalogueTable = {
    schema: SCHEMA,
    table: name,
    name: fullNameOf(SCHEMA, name),
    kind: 'table',
    transactional: true,
    columns: new Map(
      columns.map((column) => {
        const type = (text(column['type']).toLowerCase().split('(', 1)[0] as string).trimEnd();
        return [
          text(column['name']),
          {
            name: text(column['name']),
            type,
            family: familyOf(type),
            cast: type,
            nullable: Number(column['notnull']) === 0 && !(Number(column['pk']) > 0 && strictKey),
            generated: Number(column['hidden']) > 1,
            maxLength: null,
          },
        ];
      }),
    ),
    primaryKey: keyParts.sort((a, b) => Number(a['pk']) - Number(b['pk'])).map((column) => text(column['name'])),
    unique: [],
    indexes: [],
    foreignKeys: [],
    heirs: [],
  };
  if (table.primaryKey.length > 0) {
    table.unique.push(table.primaryKey);
    table.indexes.push(table.primaryKey);
  }
  for (const index of await session.rows(ask('SELECT * FROM pragma_index_list(?)', name)))
    await readIndex(session, table, index);
  table.foreignKeys = await readReferences(session, name);
  return table;
}

async function readIndex(session: Session, table: CatalogueTable, index: Row): Promise<void> {
  if (Number(index['partial']) === 1) return;
  const parts = await session.rows(ask('SELECT name FROM pragma_index_info(?) ORDER BY seqno', text(index['name'])));
  const names = parts
    .map(({ name }) => name)
    .filter((name) => name !== null)
    .map(text);
  if (names.length === parts.length) {
    table.indexes.push(names);
    if (Number(index['unique']) === 1) table.unique.push(names);
    return;
  }
  const [made] = await session.rows(ask(`SELECT sql FROM sqlite_schema WHERE name = ?`, text(index['name'])));
  const compared = [...table.columns.keys()].find((column) => isAddressIndex(text(made?.['sql']), column));
  if (compared !== undefined) table.indexes.push([`${ADDRESS_INDEX}${compared}`]);
}

async function readReferences(session: Session, name: string): Promise<ForeignKey[]> {
  const keys = new Map<string, ForeignKey>();
  for (const row of await session.rows(ask('SELECT * FROM pragma_foreign_key_list(?) ORDER BY id, seq', name))) {
    const id = text(row['id']);
    const onDelete = text(row['on_delete']).toLowerCase() as ForeignKey['onDelete'];
    const key = keys.get(id) ?? {
      columns: [],
      references: text(row['table']),
      referenced: [],
      onDelete,
      // SQLite can defer every foreign key of a transaction, but RESTRICT.
      deferrable: onDelete !== 'restrict',
    };
    key.columns.push(text(row['from']));
    if (row['to'] !== null) key.referenced.push(text(row['to']));
    keys.set(id, key);
  }
  return [...keys.values()];
}

/** Names in a reference are as somebody wrote them: in any case, and without the columns where the key is meant. */
function settleReferences(tables: Map<string, CatalogueTable>): void {
  const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();
  for (const table of tables.values())
    for (const key of table.foreignKeys) {
      const referenced = [...tables.values()].find((one) => same(one.table, key.references));
      const named = (of: CatalogueTable | undefined, name: string) =>
        [...(of?.columns.keys() ?? [])].find((column) => same(column, name)) ?? name;
      key.references = referenced?.name ?? fullNameOf(SCHEMA, key.references);
      key.columns = key.columns.map((name) => named(table, name));
      key.referenced =
        key.referenced.length === 0
          ? (referenced?.primaryKey ?? [])
          : key.referenced.map((name) => named(referenced, name));
    }
}
