import type { SqlTable } from '../declaration.ts';
import type { Catalogue, CatalogueColumn, CatalogueTable, Family, Rights } from './catalogue.ts';

/** A value of a statement; never part of its text. */
export type Bound = string | number | bigint | Buffer | null;
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

/** A kind of databases: everything in which it differs from the others. A new one is one more of these. */
export interface Engine {
  readonly sql: Dialect;
  /** Over the connection that only reads, in a transaction that only reads. */
  reading<T>(signal: AbortSignal, work: (session: Session) => Promise<T>): Promise<T>;
  /** Over the connection that may write; committed when `work` is through. */
  writing<T>(signal: AbortSignal, work: (session: Session) => Promise<T>): Promise<T>;
  catalogue(signal: AbortSignal): Promise<Catalogue>;
  /** What the roles of both connections may do. */
  rights(signal: AbortSignal): Promise<Rights>;
  /** Whether the database refused a row for what is in it, or for what refers to it: others may do. */
  refusesRow(error: unknown): boolean;
  close(): Promise<void>;
}

/** Bounds of a rule: the instant, and the portal's day it lies on (`2026-06-01`). */
export interface Before {
  instant: Date;
  day: string;
}

/** Conditions on one clock of a row, as SQL that is true or not. */
export interface ClockConditions {
  /** There is no instant, or one that stands for "never": another clock may tell. */
  missing: Statement;
  /** Something is there, and it cannot be read as an instant without doubt. */
  unreadable: Statement;
  before(bound: Before): Statement;
}

/** Pieces of statements; `column` is quoted already. */
export interface Dialect {
  quoted(identifier: string): string;
  /** The value as text, lossless. */
  asText(column: string, type: CatalogueColumn): string;
  /** What rows are ordered by, and compared in that order. */
  asOrder(column: string, type: CatalogueColumn): string;
  /** The value as an export shows it, exactly. */
  asExport(column: string, type: CatalogueColumn): string;
  /** What came of `asExport` is JSON of a list. */
  exportsList(type: CatalogueColumn): boolean;
  /** An address as text. */
  asAddress(column: string, type: CatalogueColumn): string;
  /** An e-mail address with A to Z in lower case and nothing around it, whatever the collation of the column. */
  asComparedAddress(column: string, type: CatalogueColumn): string;
  /** A bound text. */
  readonly text: string;
  /** A bound value that came of `asText`. */
  bound(type: CatalogueColumn): string;
  /** A text, bound or made, as a value of the column. */
  toColumn(text: string, type: CatalogueColumn): string;
  /** Rows whose value is spelled in one of these ways; what the column cannot hold is nobody's. */
  spelledAs(column: string, type: CatalogueColumn, values: readonly string[]): Statement;
  /** Families of columns that a person can be known by. */
  readonly keyFamilies: readonly Family[];
  clock(column: string, type: CatalogueColumn, format: SqlTable['clockFormat']): ClockConditions;
  /** Whether a clock of this family can be read, kept in this format. */
  readsClock(type: CatalogueColumn, format: SqlTable['clockFormat']): boolean;
  /** Whether a text has only these characters (a class of a regular expression, such as `0-9.`). */
  onlyOf(text: string, characters: string): string;
  /** A column that tells rows of heirs from those of the table itself, where keys do not. */
  readonly origin: CatalogueColumn | undefined;
  /** Rows of `from` under the alias `t`. */
  deleteFrom(table: string, where: string): string;
  /** Ends a SELECT whose rows are about to be changed. */
  lockRows: string;
  /** Lets foreign keys be checked at the end of the transaction only. */
  deferConstraints: string | undefined;
  /** Lets everything that was put off be checked now. */
  checkConstraints: string | undefined;
  /** How an index on a column that is looked up is made. */
  indexRemedy(table: CatalogueTable, column: CatalogueColumn, compared: 'as-is' | 'as-address'): string;
}

/** A table with its schema, quoted. */
export const quotedTable = (sql: Dialect, { schema, table }: Pick<CatalogueTable, 'schema' | 'table'>): string =>
  `${sql.quoted(schema)}.${sql.quoted(table)}`;

export const plain = (text: string): Statement => ({ text, values: [] });
export const TRUE: Statement = plain('1 = 1');
export const FALSE: Statement = plain('1 = 0');

/** Placeholders for so many values. */
export const marks = (values: readonly unknown[], mark = '?'): string => values.map(() => mark).join(', ');

/** An integer as every database prints it. */
const WHOLE = /^(0|-?[1-9]\d{0,37})$/;

/** Of these spellings those a column can hold at all: text without NUL, whole numbers as they are printed. */
export function holdable(values: readonly string[], { family, range }: CatalogueColumn): string[] {
  const whole = values.filter((value) => !value.includes('\0') && value.isWellFormed());
  if (family === 'integer')
    return whole.filter(
      (value) => WHOLE.test(value) && (!range || (BigInt(value) >= range.least && BigInt(value) <= range.largest)),
    );
  if (family === 'decimal') return whole.filter((value) => /^(0|-?[1-9]\d{0,100})(\.\d{1,100})?$/.test(value));
  if (family === 'uuid') return whole.filter((value) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value));
  return whole;
}

/** Seconds after 1970 before which an instant stands for "never": the zeros of several systems lie there. */
export const FIRST_SECOND = 86_400;
