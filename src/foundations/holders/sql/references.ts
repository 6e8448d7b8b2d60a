import type { KnownPerson } from '../external.ts';
import { type Catalogue, type CatalogueTable, type ForeignKey, fullName, referencesTo } from './catalogue.ts';
import { any, col, ofPersons } from './conditions.ts';
import { type Dialect, FALSE, quotedTable, type Statement } from './engine.ts';
import type { ResolvedPath, ResolvedTable } from './resolve.ts';

/** What deleting rows of a table does to rows that refer to them, or that refer to those rows, and so on. */
export interface Reference {
  from: CatalogueTable;
  key: ForeignKey;
  /** From the table whose rows are deleted to this reference, which is the last of them. */
  chain: Pick<Reference, 'from' | 'key'>[];
  /**
   * `gone`: an earlier table deletes or empties it; `emptied`: by declaration, or because it closes a circle; `joint`: its
   * rows go in the same transaction, checked at its end; `deletes`: the database takes those rows along; `changes`: it
   * empties the column by itself; `blocks`: it refuses to delete a row that is referred to.
   */
  solved: 'gone' | 'emptied' | 'joint' | 'deletes' | 'changes' | 'blocks';
  cyclic: boolean;
  /** Whether the rows it reaches are, by what is declared, the same person's. */
  ofSamePerson: boolean;
  /** Later table of the declaration whose rows go in the same transaction. */
  with?: ResolvedTable;
}

const deletesRows = (table: ResolvedTable) => table.columns.some(({ declared }) => declared.action === 'delete');

/** Without steps that end where they began: to the row of a key, and there to the key. */
function shortest({ hops, column }: ResolvedPath): ResolvedPath {
  const last = hops.at(-1);
  if (!last || last.key.name !== column.name) return { hops, column };
  return shortest({ hops: hops.slice(0, -1), column: last.column });
}

function samePath(a: ResolvedPath, b: ResolvedPath): boolean {
  const [one, other] = [shortest(a), shortest(b)];
  return (
    one.column.name === other.column.name &&
    one.hops.length === other.hops.length &&
    one.hops.every(({ table, column, key }, index) => {
      const hop = other.hops[index];
      return table.name === hop?.table.name && column.name === hop.column.name && key.name === hop.key.name;
    })
  );
}

/** The way from a row that refers to another, and on as that one's goes; undefined where the reference has more columns. */
function onwards(
  { from, key }: Pick<Reference, 'from' | 'key'>,
  parent: CatalogueTable,
  path: ResolvedPath | undefined,
): ResolvedPath | undefined {
  const column = from.columns.get(key.columns[0] ?? '');
  const referenced = parent.columns.get(key.referenced[0] ?? '');
  if (!path || !column || !referenced || key.columns.length !== 1) return undefined;
  return { hops: [{ column, table: parent, key: referenced }, ...path.hops], column: path.column };
}

/**
 * Everything that deleting rows of a table reaches, through every step: a row that the database deletes on the way has
 * others that refer to it. Empty where the declaration deletes none.
 */
export function referencesOf(
  catalogue: Catalogue,
  parent: ResolvedTable,
  tables: readonly ResolvedTable[],
): Reference[] {
  if (!deletesRows(parent)) return [];
  const found: Reference[] = [];
  const seen = new Set<string>();
  const open: { table: CatalogueTable; path: ResolvedPath | undefined; chain: Reference['chain'] }[] = [
    { table: parent.table, path: parent.subject, chain: [] },
  ];
  for (let at = open.shift(); at; at = open.shift())
    for (const step of referencesTo(catalogue, at.table.name)) {
      const mark = JSON.stringify([step.from.name, step.key.columns, step.key.references]);
      if (seen.has(mark)) continue;
      seen.add(mark);
      const path = onwards(step, at.table, at.path);
      const reference = judge(catalogue, parent, tables, { ...step, path, chain: [...at.chain, step] });
      found.push(reference);
      if (reference.solved === 'deletes') open.push({ table: step.from, path, chain: reference.chain });
    }
  // Checked when the statement ends: by then the rows that refer have been deleted on another way.
  const reached = new Set(found.filter(({ solved }) => solved === 'deletes').map(({ from }) => from.name));
  return found.map((one) =>
    one.solved === 'blocks' && one.key.onDelete === 'no action' && reached.has(one.from.name)
      ? { ...one, solved: 'gone' }
      : one,
  );
}

function judge(
  catalogue: Catalogue,
  parent: ResolvedTable,
  tables: readonly ResolvedTable[],
  { from, key, chain, path }: Pick<Reference, 'from' | 'key' | 'chain'> & { path: ResolvedPath | undefined },
): Reference {
  const direct = chain.length === 1;
  const cyclic = direct && reaches(catalogue, parent.table.name, from.name);
  const theirs = tables.filter(
    (table) =>
      table.table.name === from.name &&
      table.declared.subject.by === parent.declared.subject.by &&
      path !== undefined &&
      samePath(table.subject, path),
  );
  const reference = (solved: Reference['solved'], other?: ResolvedTable): Reference => ({
    from,
    key,
    chain,
    solved,
    cyclic,
    ofSamePerson: theirs.length > 0,
    with: other,
  });
  const declared = parent.declared.detach?.some(
    ({ table, column }) =>
      direct && fullName(catalogue, table) === from.name && key.columns.length === 1 && key.columns[0] === column,
  );
  if (declared) return reference('emptied');
  const earlier = theirs.some(
    (table) =>
      table.index < parent.index &&
      (deletesRows(table) ||
        table.columns.some(
          ({ name, declared: its }) =>
            key.columns.includes(name) && (its.action === 'null' || its.action === 'replace'),
        )),
  );
  if (earlier) return reference('gone');
  if (key.onDelete === 'cascade') return reference('deletes');
  const nullable = key.columns.every((column) => from.columns.get(column)?.nullable);
  if (key.onDelete === 'set default' || (key.onDelete === 'set null' && nullable)) return reference('changes');
  const later = tables.find(
    (table) => table.index >= parent.index && table.table.name === from.name && deletesRows(table),
  );
  if (cyclic && later && key.columns.length === 1 && nullable) return reference('emptied');
  if (cyclic && later && later.index > parent.index && key.deferrable) return reference('joint', later);
  return reference('blocks');
}

/** Whether one table refers to the other, by however many steps. */
function reaches(catalogue: Catalogue, start: string, goal: string): boolean {
  const seen = new Set<string>();
  const open = [start];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (name === goal) return true;
    if (seen.has(name)) continue;
    seen.add(name);
    open.push(...(catalogue.tables.get(name)?.foreignKeys.map(({ references }) => references) ?? []));
  }
  return false;
}

/** Rows with which the database would delete rows of any of these persons: what is held keeps those that it hangs on. */
export function takingAlong(
  sql: Dialect,
  references: readonly Reference[],
  tables: readonly ResolvedTable[],
  persons: readonly KnownPerson[],
): Statement {
  const conditions = references
    .filter(({ solved }) => solved === 'deletes')
    .flatMap(({ from, chain }) =>
      tables
        .filter(({ table }) => table.name === from.name)
        .map((table) =>
          reaching(sql, chain, (alias) => ofPersons(sql, table, persons, { alias, prefix: `${alias}_` })),
        ),
    );
  return any(conditions);
}

function reaching(
  sql: Dialect,
  [step, ...rest]: Reference['chain'],
  last: (alias: string) => Statement,
  depth = 1,
): Statement {
  const [above, here] = [depth === 1 ? 't' : `r${depth - 1}`, `r${depth}`];
  if (!step) return last(above);
  const inner = reaching(sql, rest, last, depth + 1);
  if (inner.text === FALSE.text) return FALSE;
  const joined = step.key.columns.map(
    (name, index) => `${col(sql, { name }, here)} = ${col(sql, { name: step.key.referenced[index] as string }, above)}`,
  );
  return {
    text: `EXISTS (SELECT 1 FROM ${quotedTable(sql, step.from)} AS ${here} WHERE ${joined.join(' AND ')} AND (${inner.text}))`,
    values: inner.values,
  };
}
