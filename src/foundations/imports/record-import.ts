import type { TSchema } from 'typebox';
import type { Context } from '../contract/context.ts';
import { Problem } from '../contract/problem.ts';
import type { Query } from '../store/store.ts';

/**
 * One kind of thing that an installation brings along: a line of NDJSON `{"kind": "profile", …}` that fits its schema.
 * What all kinds share (reading, schema, faults, the marks by which the same line is taken once for ever, the dry run,
 * resuming) is the import's (import-records.ts); a kind only says what a record means and writes it. Kinds are put
 * together in `app/parts/imports.ts`.
 *
 * Lines come in any order, also a withdrawal before its consent or an item before its account: what is written must not
 * depend on it.
 */
export interface RecordImport<T = unknown> {
  /** The `kind` of its lines: `consent`, `profile`, `item`, `link`, `request`, `hold`, `visit` … */
  readonly kind: string;
  /** Of the whole line, `kind` included; closed. Lines that do not fit never reach `decide`. */
  readonly schema: TSchema;
  /**
   * What makes two lines the same thing, whatever else they say: the id the platform has for it. Kept as a keyed hash,
   * for good, so that the same row twice is once also after it has expired here. Several where one line holds several
   * things (a history of decisions): those that are known already are left out of it.
   */
  identitiesOf(record: T): string[];
  /**
   * Decides on records: reads, and neither writes nor makes a key, so that a dry run is this and nothing more. It gets
   * each identity once, and none that is known already.
   */
  decide(context: Context, records: readonly NewRecord<T>[]): Promise<DecidedRecords>;
}

export interface NewRecord<T> {
  /** Line of the file, from 1. */
  line: number;
  record: T;
  /** Which of `identitiesOf(record)`, by their places, are new; of a line that is one thing `[0]`. */
  fresh: readonly number[];
}

export interface RecordFault {
  line: number;
  /** JSON pointer into the line. */
  pointer: string;
  /** What would be right; never the value. */
  detail: string;
}

export interface DecidedRecords {
  /** One for a line at most; nothing of such a line is written. */
  faults: RecordFault[];
  /**
   * Makes the keys and seals what those without a fault need. Answers what writes them, in the transaction that also
   * moves the import on (serializable): only queries on `tx` are awaited, and it may run more than once.
   */
  prepare(): Promise<RecordWrite>;
}

type RecordWrite = (tx: Query, importId: string) => Promise<void>;

/** What a refusal says of one line. @throws what is no refusal of what was given */
export function faultOf(line: number, error: unknown): RecordFault {
  if (!(error instanceof Problem) || error.status >= 500) throw error;
  const [first] = error.extras.errors ?? [];
  return { line, pointer: first?.pointer ?? '', detail: first?.detail ?? error.message };
}
