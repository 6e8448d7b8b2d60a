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
  /** Treats the next batch of what is due, inside the caller's transaction; repeatable until `done`. */
  sweep(tx: Query, due: DueRows, batch: BatchLimit): Promise<BatchOutcome>;
  /** Keys that nothing needs any more once a rule has run (a month of visits without sealed rows…). */
  spentScopes?(q: Query, tenantId: string): Promise<string[]>;
  /** Which of them are so still, asked while no write under them can end. Absent: what was spent once stays so. */
  stillSpent?(tx: Query, tenantId: string, scopes: string[]): Promise<string[]>;
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

export type RetentionAction = 'erase' | 'reduce' | 'anonymise' | 'aggregate' | 'pseudonymise';

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
}

export interface DueSummary {
  /** Rows due and free of holds. */
  due: number;
  /** Rows due but protected. */
  held: number;
  /** How many people, by pseudonym, the due rows are about; null where the holder cannot tell. */
  people: number | null;
  /** All rows of the category, for the brake. */
  total: number;
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
