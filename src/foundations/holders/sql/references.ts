import { type Catalogue, type CatalogueTable, type ForeignKey, fullName, referencesTo } from './catalogue.ts';
import type { ResolvedPath, ResolvedTable } from './resolve.ts';

/** What stands in the way of deleting rows of a table: a reference, and what becomes of it. */
export interface Reference {
  from: CatalogueTable;
  key: ForeignKey;
  /**
   * `gone`: an earlier table deletes or empties it; `emptied`: by declaration, or because it closes a circle; `joint`: its
   * rows go in the same transaction, checked at its end; `cascade`: the database takes those rows along; `blocks`: nothing.
   */
  solved: 'gone' | 'emptied' | 'joint' | 'cascade' | 'blocks';
  cyclic: boolean;
  /** Later table of the declaration whose rows go in the same transaction. */
  with?: ResolvedTable;
}

const deletes = (table: ResolvedTable) => table.columns.some(({ declared }) => declared.action === 'delete');

/** Whether a path goes through this reference and then on as the referenced table's own path does. */
function follows(child: ResolvedPath, key: ForeignKey, parent: ResolvedTable): boolean {
  const [column] = key.columns;
  const [referenced] = key.referenced;
  const [hop, ...rest] = child.hops;
  const own = parent.subject;
  if (!hop) return own.hops.length === 0 && child.column.name === column && own.column.name === referenced;
  if (hop.table.name !== parent.table.name || hop.column.name !== column || hop.key.name !== referenced) return false;
  return (
    child.column.name === own.column.name &&
    rest.length === own.hops.length &&
    rest.every(
      ({ table, column: from, key: to }, index) =>
        table.name === own.hops[index]?.table.name &&
        from.name === own.hops[index]?.column.name &&
        to.name === own.hops[index]?.key.name,
    )
  );
}

/** The references to a table whose rows are deleted, each with what becomes of it. */
export function referencesOf(
  catalogue: Catalogue,
  parent: ResolvedTable,
  tables: readonly ResolvedTable[],
): Reference[] {
  if (!deletes(parent)) return [];
  return referencesTo(catalogue, parent.table.name).map(({ from, key }): Reference => {
    const cyclic = reaches(catalogue, parent.table.name, from.name);
    const reference = (solved: Reference['solved'], other?: ResolvedTable): Reference => ({
      from,
      key,
      solved,
      cyclic,
      with: other,
    });
    if (key.onDelete === 'set null' || key.onDelete === 'set default') return reference('gone');
    const declared = parent.declared.detach?.some(
      ({ table, column }) =>
        fullName(catalogue, table) === from.name && key.columns.length === 1 && key.columns[0] === column,
    );
    if (declared) return reference('emptied');
    const earlier = tables.some(
      (table) =>
        table.index < parent.index &&
        table.table.name === from.name &&
        table.declared.subject.by === parent.declared.subject.by &&
        follows(table.subject, key, parent) &&
        (deletes(table) ||
          table.columns.some(
            ({ name, declared: its }) =>
              key.columns.includes(name) && (its.action === 'null' || its.action === 'replace'),
          )),
    );
    if (earlier) return reference('gone');
    if (key.onDelete === 'cascade') return reference('cascade');
    const later = tables.find(
      (table) => table.index >= parent.index && table.table.name === from.name && deletes(table),
    );
    const [column] = key.columns;
    if (cyclic && later && column && key.columns.length === 1 && from.columns.get(column)?.nullable)
      return reference('emptied');
    if (cyclic && later && later.index > parent.index && key.deferrable) return reference('joint', later);
    return reference('blocks');
  });
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
