import type { SuppressionOrder } from '../../data/suppression/service.ts';
import type { CategoryOutcome, ErasureDecision } from '../../foundations/holders/holder.ts';

export type Decisions = Record<string, ErasureDecision>;

/** What a holder said that it did, as it is kept. */
export type ToldOutcome = Omit<CategoryOutcome, 'reviewAt'>;

/** What the ledger remembers of an erasure beside whom it was about. */
export interface RememberedErasure {
  decisions: Decisions;
  destroyKey: boolean;
  suppression?: SuppressionOrder;
  partial?: true;
  /** What found the person's entries in the log: keyed hashes of a key that is gone. */
  indexes?: string[];
}

/** What a running erasure needs to go on after a crash; gone when it is finished. */
export interface Intent {
  subjectIds: string[];
  /** Whose holds protect this person: the subjects themselves, and the account a visitor is linked to. */
  protectedAs: string[];
  /** What finds the entries of the log about them, taken while the keys stood: it is cleared when the keys go. */
  indexes?: string[];
  decisions: Decisions;
  /** Rows found per category when it was decided; absent in what an older version began. */
  found?: Record<string, number>;
  destroyKey: boolean;
  /** They are destroyed, once and for all: a key of these pseudonyms that stands now is of somebody who came back. */
  keysDestroyed?: true;
  /** Why: GDPR Art. 17(1)(a) to (f), where an officer said so. */
  ground?: string;
  /** What keeps the person out afterwards. */
  suppression?: SuppressionOrder;
  /** For one purpose only: the person stays. */
  partial?: true;
  /** Done again after a backup came back: what was decided then stands, and the ledger has it already. */
  replayed?: boolean;
  /** Per holder that is done: what it did. */
  done: Record<string, ToldOutcome[]>;
  /** Per holder what it had done before a hold ended: it is one erasure, and told as one. */
  earlier?: Record<string, ToldOutcome[]>;
}

/** A token or a job, with the role it acted in; never a person. */
export interface Actor {
  id: string;
  role: string;
}

/** What is kept of a part: what was decided for the holder, what it did, what a second look there still found. */
export interface PartOutcome {
  decisions: Decisions;
  outcomes?: ToldOutcome[];
  remaining?: Record<string, number>;
  /** How often it was asked from the beginning: a second look found that it had not done what it said, or a hold ended. */
  round?: number;
  /** What it had done before a hold ended. */
  earlier?: ToldOutcome[];
}
