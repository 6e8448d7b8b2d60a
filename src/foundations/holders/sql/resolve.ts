import type { SqlColumn, SqlHolder, SqlTable, SubjectKey, TenantKey } from '../declaration.ts';
import { type Catalogue, type CatalogueColumn, type CatalogueTable, findTable } from './catalogue.ts';

/** A declared table whose every name has been found in the catalogue: only these names get into statements. */
export interface ResolvedTable {
  declared: SqlTable;
  index: number;
  table: CatalogueTable;
  key: CatalogueColumn[];
  subject: ResolvedPath;
  tenant: ResolvedPath | undefined;
  columns: { name: string; declared: SqlColumn; column: CatalogueColumn }[];
}

/** The way from a row to the column that tells whose it is. */
export interface ResolvedPath {
  hops: { column: CatalogueColumn; table: CatalogueTable; key: CatalogueColumn }[];
  column: CatalogueColumn;
}

/** A name that the catalogue does not have; `declared` is where it was declared. */
export type Missing = (kind: 'table-missing' | 'column-missing', table: string, column: string | null) => void;

/** Holds names against the catalogue; undefined where one of them is not there, which `missing` has been told. */
function resolveTable(
  catalogue: Catalogue,
  declared: SqlTable,
  index: number,
  missing: Missing,
): ResolvedTable | undefined {
  const table = findTable(catalogue, declared.table);
  if (!table) {
    missing('table-missing', declared.table, null);
    return undefined;
  }
  let complete = true;
  const column = (of: CatalogueTable, name: string): CatalogueColumn | undefined => {
    const found = of.columns.get(name);
    if (!found) {
      complete = false;
      missing('column-missing', of.name, name);
    }
    return found;
  };
  const path = (way: SubjectKey | TenantKey): ResolvedPath | undefined => {
    let at = table;
    const hops: ResolvedPath['hops'] = [];
    for (const hop of way.via ?? []) {
      const from = column(at, hop.column);
      const next = findTable(catalogue, hop.table);
      if (!next) {
        complete = false;
        missing('table-missing', hop.table, null);
        return undefined;
      }
      const key = column(next, hop.key);
      if (!from || !key) return undefined;
      hops.push({ column: from, table: next, key });
      at = next;
    }
    const last = column(at, way.column);
    return last && { hops, column: last };
  };
  const key = declared.key.map((name) => column(table, name));
  const subject = path(declared.subject);
  const tenant = declared.tenant && path(declared.tenant);
  for (const name of [...Object.values(declared.clocks ?? {}), ...Object.keys(declared.structure ?? {})])
    column(table, name);
  const columns = Object.entries(declared.columns).map(([name, its]) => ({
    name,
    declared: its,
    column: column(table, name),
  }));
  if (!complete) return undefined;
  return { declared, index, table, key, subject, tenant, columns } as ResolvedTable;
}

/** All tables of a declaration; undefined for those that do not fit. */
export function resolveAll(holder: SqlHolder, catalogue: Catalogue, missing: Missing) {
  return holder.tables.map((declared, index) => resolveTable(catalogue, declared, index, missing));
}
