/** What a database says of itself: all that a declaration is held against. */
export interface Catalogue {
  /** By full name (see `fullNameOf`): `public.users`, on SQLite `main.users`. */
  tables: Map<string, CatalogueTable>;
  /** The schema of tables that are named without one. */
  defaultSchema: string;
}

export interface CatalogueTable {
  schema: string;
  /** Without its schema. */
  table: string;
  /** Full name, as it is told. */
  name: string;
  /** `copy`: what is in it was copied from elsewhere, and only refreshing it changes it; `foreign`: it is kept elsewhere. */
  kind: 'table' | 'copy' | 'foreign';
  /** Whether what is done to it can be taken back until the end of a transaction. */
  transactional: boolean;
  /** Whether the database keeps rows that are deleted or changed, as they were. */
  keepsHistory?: boolean;
  columns: Map<string, CatalogueColumn>;
  primaryKey: string[];
  /** Columns of each unique constraint or index without a condition, the primary key among them. */
  unique: string[][];
  /** Columns of each index, in its order; an expression on addresses as `ADDRESS_INDEX` and the column. */
  indexes: string[][];
  foreignKeys: ForeignKey[];
  /** Full names of tables whose rows are rows of this one too, though its keys do not hold for them. */
  heirs: string[];
}

/** Marks an index that begins with an address as it is compared (see `Dialect.asComparedAddress`). */
export const ADDRESS_INDEX = 'address:';

/** What can be done with a column, whatever its database calls it and whatever name was given to it. */
export type Family =
  | 'integer'
  | 'decimal'
  | 'float'
  | 'text'
  | 'uuid'
  | 'address'
  | 'network'
  | 'instant'
  | 'local-instant'
  | 'day'
  | 'boolean'
  | 'bytes'
  | 'array'
  | 'other';

export interface CatalogueColumn {
  name: string;
  /** Base type in lower case, as people know it: `bigint`, `text`, `inet`; a domain is what it is made of. */
  type: string;
  family: Family;
  /** What a value is cast to, quoted. */
  cast: string;
  nullable: boolean;
  generated: boolean;
  /** In characters; null: no limit. */
  maxLength: number | null;
  /** Of whole numbers. */
  range?: { least: bigint; largest: bigint };
}

export interface ForeignKey {
  columns: string[];
  /** Full name. */
  references: string;
  referenced: string[];
  onDelete: 'no action' | 'restrict' | 'cascade' | 'set null' | 'set default';
  deferrable: boolean;
}

/** What a role may do with a table. */
export interface TableRights {
  /** Columns it may read. */
  reads: Set<string>;
  /** Columns it may change. */
  changes: Set<string>;
  deletes: boolean;
  /** Whether the database shows it only some of the rows, without a word. */
  rowsHidden: boolean;
}

/** What the roles of the two connections may do, by full name of the table; a table they may not even name is absent. */
export interface Rights {
  read: Map<string, TableRights>;
  write: Map<string, TableRights>;
  /** Whether the second connection is to a database that takes changes at all. */
  writable: boolean;
}

const spelled = (part: string): string => (/[."]/.test(part) ? `"${part.replaceAll('"', '""')}"` : part);

/** Schema and table as one name that no other table has. */
export const fullNameOf = (schema: string, table: string): string => `${spelled(schema)}.${spelled(table)}`;

/** A name as it is declared, in its parts; those with a point in them stand in double quotes. */
function partsOf(declared: string): string[] | undefined {
  if (declared.endsWith('.')) return undefined;
  const parts = [...declared.matchAll(/(?:"((?:[^"]|"")*)"|([^."]+))(?:\.|$)/gy)];
  if (parts.map(([whole]) => whole).join('') !== declared) return undefined;
  return parts.map(([, inQuotes, bare]) => bare ?? (inQuotes as string).replaceAll('""', '"'));
}

/** The full name that is meant by a declared one; a point in it separates the schema, unless a table is called so. */
export function fullName(catalogue: Catalogue, declared: string): string {
  const parts = partsOf(declared);
  const [first, second] = parts ?? [];
  const meant =
    parts?.length === 2
      ? fullNameOf(first as string, second as string)
      : parts?.length === 1
        ? fullNameOf(catalogue.defaultSchema, first as string)
        : undefined;
  if (meant !== undefined && catalogue.tables.has(meant)) return meant;
  const whole = fullNameOf(catalogue.defaultSchema, declared);
  return meant === undefined || catalogue.tables.has(whole) ? whole : meant;
}

export function findTable(catalogue: Catalogue, table: string): CatalogueTable | undefined {
  return catalogue.tables.get(fullName(catalogue, table));
}

/** The foreign keys that point at a table, or at rows of it that are kept in its heirs. */
export function referencesTo(catalogue: Catalogue, name: string): { from: CatalogueTable; key: ForeignKey }[] {
  const meant = new Set([name, ...(catalogue.tables.get(name)?.heirs ?? [])]);
  return [...catalogue.tables.values()].flatMap((from) =>
    from.foreignKeys.filter(({ references }) => meant.has(references)).map((key) => ({ from, key })),
  );
}
