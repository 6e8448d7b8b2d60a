import {
  clockPaths,
  type SqlColumn,
  type SqlHolder,
  type SqlTable,
  type SubjectKey,
  type TenantKey,
} from '../declaration.ts';
import { type Catalogue, type CatalogueColumn, type CatalogueTable, findTable } from './catalogue.ts';
import type { Dialect } from './engine.ts';

/** A declared table whose every name has been found in the catalogue: only these names get into statements. */
export interface ResolvedTable {
  declared: SqlTable;
  index: number;
  table: CatalogueTable;
  key: CatalogueColumn[];
  /** What tells every row from every other: the key, and where heirs have keys of their own, which of them it is in. */
  identity: CatalogueColumn[];
  subject: ResolvedPath;
  tenant: ResolvedPath | undefined;
  /** By name of the clock; of its columns the first that is not empty counts. Empty: rows count from first sight. */
  clocks: Map<string, ResolvedPath[]>;
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
  { origin }: Pick<Dialect, 'origin'>,
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
  const path = (way: SubjectKey | TenantKey | ReturnType<typeof clockPaths>[number]): ResolvedPath | undefined => {
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
  for (const name of Object.keys(declared.structure ?? {})) column(table, name);
  const clocks = new Map(
    Object.entries(declared.clocks ?? {}).map(([clock, names]) => [
      clock,
      clockPaths(names as Parameters<typeof clockPaths>[0]).map(path),
    ]),
  );
  const columns = Object.entries(declared.columns).map(([name, its]) => ({
    name,
    declared: its,
    column: column(table, name),
  }));
  if (!complete) return undefined;
  const identity = origin && table.heirs.length > 0 ? [origin, ...key] : key;
  return { declared, index, table, key, identity, subject, tenant, clocks, columns } as ResolvedTable;
}

/** All tables of a declaration; undefined for those that do not fit. */
export function resolveAll(
  holder: SqlHolder,
  catalogue: Catalogue,
  dialect: Pick<Dialect, 'origin'>,
  missing: Missing,
) {
  return holder.tables.map((declared, index) => resolveTable(catalogue, dialect, declared, index, missing));
}
