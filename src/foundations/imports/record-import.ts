import type { TSchema } from 'typebox';
import type { Context } from '../contract/context.ts';
import type { Query } from '../store/store.ts';

/**
 * One kind of thing that an installation brings along: a line of NDJSON `{"kind": "profile", …}` that fits its schema.
 * What all kinds share (reading, schema, faults, the marks by which the same line is taken once for ever, the dry run,
 * resuming) is the import's; a kind only says what a record means and writes it.
 *
 * Lines come in any order, also a withdrawal before its consent or an item before its account: what is written must not
 * depend on it.
 */
export interface RecordImport<T = unknown> {
  /** The `kind` of its lines: `consent`, `profile`, `item`, `link`, `request`, `hold`, `visit` … */
  readonly kind: string;
  /** Of the whole line, `kind` included; closed. */
  readonly schema: TSchema;
  /**
   * What makes two lines the same thing, whatever else they say: the id the platform has for it. Kept as a keyed hash,
   * for good, so that the same row twice is once also after it has expired here.
   */
  identityOf(record: T): string;
  /** Decides on records and prepares what is written (keys, sealing); writes nothing itself. */
  prepare(context: Context, records: readonly Numbered<T>[]): Promise<PreparedRecords>;
}

export interface Numbered<T> {
  /** Line of the file, from 1. */
  line: number;
  record: T;
}

export interface RecordFault {
  line: number;
  /** JSON pointer into the line. */
  pointer: string;
  /** What would be right; never the value. */
  detail: string;
}

export interface PreparedRecords {
  faults: RecordFault[];
  /** Writes those without a fault, in the transaction that also moves the import on. Only queries on `tx` are awaited. */
  write(tx: Query): Promise<void>;
}
