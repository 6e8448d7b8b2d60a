import type { HolderFinding } from '../finding.ts';
import type { CatalogueTable, Rights, TableRights } from './catalogue.ts';
import type { Reference } from './references.ts';
import type { ResolvedPath, ResolvedTable } from './resolve.ts';

type Wanted = { table: CatalogueTable; reads: Set<string>; changes: Set<string>; deletes: boolean };

/** Pure: what the declaration needs and the roles of the two connections may not do, or may not see. */
export function checkRights(
  tables: readonly ResolvedTable[],
  references: ReadonlyMap<ResolvedTable, readonly Reference[]>,
  rights: Rights,
): HolderFinding[] {
  const findings: HolderFinding[] = [];
  if (!rights.writable)
    findings.push(
      missing('*', null, 'The second connection is to a database that takes no changes.', 'Name its primary.'),
    );
  const wanted = new Map<string, Wanted>();
  for (const table of tables) want(wanted, table, references.get(table) ?? []);
  for (const { table, reads, changes, deletes } of wanted.values()) {
    if (rights.read.get(table.name)?.rowsHidden || rights.write.get(table.name)?.rowsHidden) {
      findings.push(hidden(table));
      continue;
    }
    const lacks = (role: keyof Pick<Rights, 'read' | 'write'>) => {
      const has = rights[role].get(table.name) ?? NOTHING;
      const unread = [...reads].filter((column) => !has.reads.has(column));
      const unchanged = role === 'write' ? [...changes].filter((column) => !has.changes.has(column)) : [];
      return [
        ...(unread.length > 0 ? [`SELECT (${unread.join(', ')})`] : []),
        ...(unchanged.length > 0 ? [`UPDATE (${unchanged.join(', ')})`] : []),
        ...(role === 'write' && deletes && !has.deletes ? ['DELETE'] : []),
      ];
    };
    for (const role of ['read', 'write'] as const) {
      const lacking = lacks(role);
      if (lacking.length > 0)
        findings.push(
          missing(
            table.name,
            null,
            `The role of the ${role === 'read' ? 'first' : 'second'} connection may not: ${lacking.join(', ')}.`,
            `GRANT ${lacking.join(', ')} ON ${table.name} to it.`,
          ),
        );
    }
  }
  return findings;
}

const NOTHING: TableRights = { reads: new Set(), changes: new Set(), deletes: false, rowsHidden: false };

const missing = (table: string, column: string | null, detail: string, remedy: string): HolderFinding => ({
  code: 'privilege-missing',
  severity: 'error',
  table,
  column,
  detail,
  remedy,
  blocks: 'all',
  entry: null,
});

const hidden = ({ name }: CatalogueTable): HolderFinding => ({
  code: 'rows-hidden',
  severity: 'error',
  table: name,
  column: null,
  detail:
    'The database shows the role only some of the rows (row level security): nothing it answers could be believed.',
  remedy: 'Let the role own the table, or give it BYPASSRLS.',
  blocks: 'all',
  entry: null,
});

/** What an entry's questions and acts read, change and delete. */
function want(wanted: Map<string, Wanted>, entry: ResolvedTable, references: readonly Reference[]): void {
  const of = (table: CatalogueTable): Wanted => {
    const known = wanted.get(table.name) ?? { table, reads: new Set(), changes: new Set(), deletes: false };
    wanted.set(table.name, known);
    return known;
  };
  const { table, key, subject, tenant, clocks, columns } = entry;
  const own = of(table);
  for (const { name } of [...key, ...columns.map(({ column }) => column)]) own.reads.add(name);
  const along = ({ hops, column }: ResolvedPath) => {
    let at = table;
    for (const hop of hops) {
      of(at).reads.add(hop.column.name);
      of(hop.table).reads.add(hop.key.name);
      at = hop.table;
    }
    of(at).reads.add(column.name);
  };
  along(subject);
  if (tenant) along(tenant);
  for (const clock of [...clocks.values()].flat()) along(clock);
  if (table.kind === 'copy') return;
  for (const { column, declared } of columns)
    for (const act of [declared.action, declared.reduce])
      if (act === 'delete') own.deletes = true;
      else if (act !== undefined && act !== 'keep') own.changes.add(column.name);
  for (const { from, key: reference, solved } of references)
    if (solved === 'emptied') {
      for (const column of reference.columns) {
        of(from).reads.add(column);
        of(from).changes.add(column);
      }
      // Rows are locked before what refers to them is emptied, which takes the right to change one of their columns.
      own.changes.add(key[0]?.name ?? '');
    }
}
