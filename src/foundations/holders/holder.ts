import type { AnyColumn, SQL } from 'drizzle-orm';
import type { Tables } from '../store/schema.ts';
import type { Query } from '../store/store.ts';

/**
 * The interface of everything that holds personal data. Whatever must reach *all* data (access, erasure, retention, the
 * data map) is a loop over holders; a new place that keeps personal data is one new holder.
 */
export interface Holder {
  /** Matches the `holder` of the categories in `policies/`. */
  readonly id: string;
  describe(): HolderDescription;
  /** Every row held about these subjects, opened; faithful and complete (GDPR Art. 15(3)). */
  export(q: Query, person: Person): AsyncIterable<ExportedRecord>;
  /** Carries out the policies' decision per category for one person, inside the caller's transaction (Art. 17). */
  erase(tx: Query, person: Person, order: ErasureOrder): Promise<CategoryOutcome[]>;
  /** How many rows of the person each category still has; asked again after an erasure. */
  count(q: Query, person: Person): Promise<Record<string, number>>;
  /**
   * Pseudonyms of whom it holds anything about, in pages of at most `limit`; `cursor` is `next` of the page before, null
   * for the first. Each comes once.
   */
  subjects(q: Query, tenantId: string, cursor: string | null, limit: number): Promise<SubjectsPage>;
  /** How many rows of a category lie in a window of time: what a breach may have reached (Art. 33(3)(a)). */
  countTouched(q: Query, wanted: TouchedRows): Promise<TouchedCount>;
  /** Pseudonyms of whom those rows are about, in the holder's own order, after `after`, at most `limit`. */
  touchedSubjects(q: Query, wanted: TouchedRows, after: string, limit: number): Promise<string[]>;
  /** What a rule would treat, without touching it. */
  plan(q: Query, due: DueRows): Promise<DueSummary>;
  /** Rows with the instants that retention counts from, in the order of their keys: what explains them. */
  rowsOf(q: Query, wanted: RowsWanted): Promise<RowOfPerson[]>;
  /** Treats the next batch of what is due, inside the caller's transaction; repeatable until `done`. */
  sweep(tx: Query, due: DueRows, batch: BatchLimit): Promise<BatchOutcome>;
  /** Some of the rows a rule is due for, to be put before a person. Absent: it cannot be reviewed here. */
  dueKeys?(q: Query, due: DueRows, limit: number): Promise<DueKey[]>;
  /** Of these keys those that still are rows of the category, with whom they are about. */
  standing?(q: Query, tenantId: string, category: string, keys: string[]): Promise<StandingKey[]>;
  /** Keys that nothing needs any more once a rule has run (a month of visits without sealed rows…). */
  spentScopes?(q: Query, tenantId: string): Promise<string[]>;
  /** Which of them are so still, asked while no write under them can end. Absent: what was spent once stays so. */
  stillSpent?(tx: Query, tenantId: string, scopes: string[]): Promise<string[]>;
}

/** A row by its key, as it is stored, and whom it is about. */
export interface StandingKey {
  key: string;
  subjectId: string | null;
}

export interface DueKey extends StandingKey {
  /** What its period counts from. */
  at: Date;
}

/** A page of pseudonyms; it may be empty although others follow. */
export interface SubjectsPage {
  subjectIds: string[];
  /** Null after the last page. */
  next: string | null;
}

/** Rows of one category that were there, or came, in a window of time. */
export interface TouchedRows {
  tenantId: string;
  category: string;
  /** Rows whose last change lies before this are left out; absent: however old. */
  from?: Date;
  /** Exclusive: rows that came later are left out; absent: everything held. */
  until?: Date;
}

export interface TouchedCount {
  records: number;
  /** Of these: rows about nobody the holder could name. */
  nameless: number;
}

/** One natural person as far as the tenant knows: an account and the visitors linked to it, or one visitor. */
export interface Person {
  tenantId: string;
  timeZone: string;
  /** Pseudonyms; the first is the one that was asked for. */
  subjectIds: string[];
}

/** `review`: a person must look; nothing is destroyed. */
export type RetentionAction = 'erase' | 'reduce' | 'anonymise' | 'aggregate' | 'pseudonymise' | 'review';

/** What a column is: personal data of a category, or structure with the reason why it is not personal. */
export type ColumnClaim =
  | {
      category: string /** Name in exports; null with a reason when it is not exported. */;
      exportedAs: string | null;
      reason?: string;
      /** Further categories whose rows keep their data in the same column. */
      also?: string[];
    }
  | { structure: string };

export interface HolderDescription {
  title: string;
  /** Place of the policies (places.yaml) it keeps data at; absent: that of the instance’s database. */
  place?: string;
  /** By table and column key of the schema; every column of every table of this holder appears. */
  columns: Partial<{ [T in keyof Tables]: Record<string, ColumnClaim> }>;
  /** Categories sealed under the person's own key: destroying it makes them noise at once, in every copy. */
  sealedPerSubject: string[];
  /** What the holder can do, per category. */
  actions: Record<string, RetentionAction[]>;
  /** The instants retention may count from, per category. */
  clocks: Record<string, string[]>;
  /** Per category, others whose erasure takes its rows along: they lie in the same row. */
  goesWith?: Record<string, string[]>;
}

export interface ExportedRecord {
  category: string;
  /** Table of origin, for the reader's orientation. */
  table: string;
  /** Stable id of the row within its table. */
  id: string;
  /** When it was recorded or occurred. */
  at: Date;
  /** Exported names to opened values. */
  fields: Record<string, string | number | boolean | null | string[]>;
  /** Of these, fields that hold data of somebody else: they are not shown to this person (Art. 15(4)). */
  ofOthers?: string[];
  /** Of these, free text marked as telling of a special category: masked for whoever looks at it alone (Art. 9). */
  special?: string[];
}

/** The policies' decision for one category when a person asks to be forgotten, after holds were asked. */
export interface ErasureDecision {
  category: string;
  action: 'erase' | 'reduce' | 'retain' | 'held';
  /** For `retain`: exception of Art. 17(3) as a DPV code; for `held`: the kind of hold. */
  ground?: string;
  reviewAt?: Date;
  /** Single things of the category on which something else was decided than on the rest. */
  items?: ItemOrder[];
  /** With items: what becomes of the rest, where that is not `action`. */
  others?: 'erase' | 'reduce' | 'retain';
  /** Of what is kept because something else still needs it: purposes with their bases, and the fields. */
  neededFor?: { purpose: string; basis: string; fields: string[] }[];
  /** Of what is held: what becomes of it once nothing protects it any more. */
  onRelease?: ErasureDecision;
}

/** What was decided on one thing; everything but `remove` reduces it to what may stay. */
export interface ItemOrder {
  /** The holder's own id of it. */
  id: string;
  category: string;
  decision: 'keep' | 'rename' | 'pseudonym' | 'remove';
  /** The name from now on, sealed by the holder's domain, in base64. */
  name?: string;
  ground?: string;
  /** ISO 8601. */
  reviewAt?: string;
}

export interface ErasureOrder {
  at: Date;
  policyHash: string;
  decisions: Record<string, ErasureDecision>;
}

export interface CategoryOutcome {
  category: string;
  removed: number;
  reduced: number;
  retained: number;
  ground?: string;
  reviewAt?: Date;
  /** Of single things, how many were decided on in each way. */
  items?: Partial<Record<ItemOrder['decision'], number>>;
}

/** The rows a retention rule is due for. */
export interface DueRows {
  tenantId: string;
  timeZone: string;
  category: string;
  action: RetentionAction;
  /** Name of the clock the rule counts from. */
  clock: string;
  /** Exclusive upper bound: a row is due when its clock lies before this instant. */
  before: Date;
  /** Rows of which one of these clocks lies before its instant are another rule's: the older word decides on them. */
  leaves?: { clock: string; before: Date }[];
  /** Smallest cell of an anonymised table (k). */
  minimumCell: number;
  policyHash: string;
  /** Now. */
  at: Date;
  /** The instant the rule is due at; absent: now. */
  asOf?: Date;
  /** Further leaves out rows, by their key; absent: none. */
  among?: (key: AnyColumn) => SQL | undefined;
  /**
   * Stronger rules that reach the same rows: what is due and free under one of them is left to it, so that a row is
   * counted and treated under one rule.
   */
  stronger?: DueRows[];
  /**
   * The choke point of all protection: a condition that leaves out rows under a hold, given the column with the row's
   * subject (undefined for rows without one). Undefined when nothing is held.
   */
  notHeld(subjectColumn: AnyColumn | undefined): SQL | undefined;
  /**
   * What keeps rows past their period without being a hold: the rule's conditions, in their order. Absent: none. A row
   * without a subject is kept by none of them.
   */
  keptBy?: readonly KeepingCondition[];
  /** Whom alone the rule is for, likewise by the column with the row's subject; absent: everybody. */
  isMeant?(subjectColumn: AnyColumn): SQL;
}

/** A condition of a rule, as it stands for everybody at the instant the rule is due at. */
export interface KeepingCondition {
  id: string;
  /** True of rows whose subject it does not keep; never null. */
  notKept(subjectColumn: AnyColumn): SQL;
}

/** Rows of one category to be explained: which, about whom, and when each clock began. */
export interface RowOfPerson {
  row: string;
  subjectIds: string[];
  clocks: Record<string, Date | null>;
}

/** One person's rows of a category, or rows by their keys. */
export interface RowsWanted {
  tenantId: string;
  category: string;
  of: { subjectIds: readonly string[] } | { rows: readonly string[] };
  limit: number;
}

export interface DueSummary {
  /** Rows due and free of holds. */
  due: number;
  /** Rows due but protected. */
  held: number;
  /** Rows due and not held that a condition keeps, each under the first that does; absent: the rule has none. */
  kept?: { id: string; rows: number }[];
  /** A few row pseudonyms that are past their period and stay. */
  keptSample?: string[];
  /** How many people, by pseudonym, the due rows are about; null where the holder cannot tell. */
  people: number | null;
  /** All rows of the category, for the brake. */
  total: number;
  /** Of rules that warn: rows whose period is over and whose person was not warned in time. They are not due. */
  unwarned?: number;
  /** Of these: rows whose clock is empty or cannot be read, so that they are never due. */
  withoutClock?: number;
  oldest: Date | null;
  /** SHA-256 over the ids of the due rows in order. */
  digest: string;
  /** A few row or subject pseudonyms, to look at. */
  sample: string[];
}

export interface BatchLimit {
  rows: number;
  /** The holder's own cursor from the last batch. */
  cursor: string | null;
}

export interface BatchOutcome {
  treated: number;
  /** Rows left out of an anonymised table because their cell was smaller than k. */
  suppressed: number;
  /** Rows that a holder outside would not change; the others were done without them. */
  refused?: number;
  cursor: string | null;
  done: boolean;
}
