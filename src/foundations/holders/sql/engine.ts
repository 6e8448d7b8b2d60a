import type { Catalogue, CatalogueColumn } from './catalogue.ts';

/** A value of a statement; never part of its text. */
export type Bound = string | number | bigint | null;
/** Text with `?` for each bound value. Its identifiers are from the catalogue, and quoted. */
export interface Statement {
  text: string;
  values: Bound[];
}
export type Row = Record<string, unknown>;

/** One transaction on the platform's database. */
export interface Session {
  rows(statement: Statement): Promise<Row[]>;
  /** Rows it changed. */
  run(statement: Statement): Promise<number>;
}

/** How many rows, and how long, one step may take. */
export interface Limits {
  statementSeconds: number;
  lockSeconds: number;
  batchRows: number;
}

/** What the two kinds of databases do differently. */
export interface Engine {
  readonly kind: 'postgres' | 'sqlite';
  /** Over the connection that only reads, in a transaction that only reads. */
  reading<T>(signal: AbortSignal, work: (session: Session) => Promise<T>): Promise<T>;
  /** Over the connection that may write; committed when `work` is through. */
  writing<T>(signal: AbortSignal, work: (session: Session) => Promise<T>): Promise<T>;
  catalogue(signal: AbortSignal): Promise<Catalogue>;
  close(): Promise<void>;
  readonly sql: Dialect;
}

/** Pieces of statements; `column` is quoted already. */
export interface Dialect {
  /** The value as text, lossless. */
  asText(column: string, type: CatalogueColumn): string;
  /** The value as an export shows it. */
  asExport(column: string, type: CatalogueColumn): string;
  /** An address as text. */
  asAddress(column: string, type: CatalogueColumn): string;
  /** A bound text as an address or text of the column. */
  fromText(type: CatalogueColumn): string;
  /** Whether a text has only these characters (a class of a regular expression, such as `0-9.`). */
  onlyOf(text: string, characters: string): string;
  /** Ends a SELECT whose rows are about to be changed. */
  lockRows: string;
  /** Lets foreign keys be checked at the end of the transaction only. */
  deferConstraints: string;
}

/** Quoted for either engine. */
export const quoted = (identifier: string): string => `"${identifier.replaceAll('"', '""')}"`;

/** A table with its schema, quoted. */
export const quotedTable = (fullName: string): string => fullName.split('.').map(quoted).join('.');
