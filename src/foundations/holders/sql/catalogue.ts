/** What a database says of itself: all that a declaration is held against. */
export interface Catalogue {
  /** By full name: `public.users`, on SQLite `main.users`. */
  tables: Map<string, CatalogueTable>;
  /** The schema of tables that are named without one. */
  defaultSchema: string;
}

export interface CatalogueTable {
  name: string;
  columns: Map<string, CatalogueColumn>;
  primaryKey: string[];
  /** Columns of each unique constraint or index without a condition, the primary key among them. */
  unique: string[][];
  /** Columns of each index, in its order. */
  indexes: string[][];
  foreignKeys: ForeignKey[];
}

export interface CatalogueColumn {
  name: string;
  /** Base type in lower case: `bigint`, `text`, `inet`, `timestamp with time zone` … */
  type: string;
  nullable: boolean;
  generated: boolean;
  maxLength: number | null;
}

export interface ForeignKey {
  columns: string[];
  /** Full name. */
  references: string;
  referenced: string[];
  onDelete: 'no action' | 'restrict' | 'cascade' | 'set null' | 'set default';
  deferrable: boolean;
}

export const fullName = (catalogue: Pick<Catalogue, 'defaultSchema'>, table: string): string =>
  table.includes('.') ? table : `${catalogue.defaultSchema}.${table}`;

export function findTable(catalogue: Catalogue, table: string): CatalogueTable | undefined {
  return catalogue.tables.get(fullName(catalogue, table));
}

/** The foreign keys that point at a table. */
export function referencesTo(catalogue: Catalogue, name: string): { from: CatalogueTable; key: ForeignKey }[] {
  return [...catalogue.tables.values()].flatMap((from) =>
    from.foreignKeys.filter(({ references }) => references === name).map((key) => ({ from, key })),
  );
}
