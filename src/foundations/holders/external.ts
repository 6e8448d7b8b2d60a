import type {
  BatchLimit,
  BatchOutcome,
  CategoryOutcome,
  DueRows,
  DueSummary,
  ErasureOrder,
  ExportedRecord,
  RetentionAction,
} from './holder.ts';

/** A secret by the name of its setting; undefined where it is not set. */
export type Secrets = (name: string) => string | undefined;

/**
 * A place outside the database that holds personal data: the platform's own database, or a service behind a webhook.
 * It takes no part in a transaction, it can be slow, down, or answer days later; so its work is cut into steps that can
 * be done again without doing harm, and whoever calls it remembers how far it came.
 */
export interface ExternalHolder {
  /** Matches the `holder` of categories in `policies/`; the name of its file in `policies/holders/`. */
  readonly id: string;
  describe(): ExternalDescription;
  /** Every row about the person (GDPR Art. 15(3)). @throws HolderFault */
  export(person: KnownPerson, signal: AbortSignal): AsyncIterable<ExportedRecord>;
  /** How many rows of the person each category still has. @throws HolderFault */
  count(person: KnownPerson, signal: AbortSignal): Promise<Record<string, number>>;
  /**
   * The next step of an erasure; called again with the cursor it answered until it is done. Doing a step twice does no
   * harm. @throws HolderFault
   */
  erase(person: KnownPerson, order: ErasureOrder, step: ErasureStep): Promise<ExternalErasure>;
  /** What a rule would treat, without touching it; absent where the holder has no clocks of its own. @throws HolderFault */
  plan?(due: ExternalDue, signal: AbortSignal): Promise<DueSummary>;
  /** Treats the next batch of what is due. Doing it twice does no harm. @throws HolderFault */
  sweep?(due: ExternalDue, batch: BatchLimit, signal: AbortSignal): Promise<BatchOutcome>;
  /** Whether it signed these bytes, not long ago; absent where it tells nothing of its own accord. */
  hasSigned?(headers: Readonly<Record<string, string | string[] | undefined>>, body: Buffer): boolean;
}

export interface ExternalDescription {
  title: string;
  /** Place of the policies (places.yaml) it keeps data at. */
  place: string;
  categories: string[];
  actions: Record<string, RetentionAction[]>;
  clocks: Record<string, string[]>;
  /** By what it knows the people of a category, each of which it needs; absent: any name does. */
  knownBy?: Record<string, PersonKey[]>;
}

/** What a person can be known by outside. */
export type PersonKey = 'account' | 'email' | 'visitor';

/** What a person is known by outside: opened values, kept in memory only and never logged. */
export interface KnownPerson {
  tenantId: string;
  timeZone: string;
  /** The platform's user id. */
  accountId?: string;
  visitorIds: string[];
  email?: string;
}

export interface ErasureStep {
  /** Of the erasure; the same at every repeat, so that the other side can know it again. */
  erasureId: string;
  /** How often it was found that the holder had not done what it said: asking again then is no repeat. */
  round: number;
  cursor: string | null;
  /** What the holder called the work it had accepted; null before. */
  reference: string | null;
  signal: AbortSignal;
}

export type ExternalErasure =
  | { status: 'more'; cursor: string }
  /** It will answer later; asked again with this reference. */
  | { status: 'accepted'; reference: string }
  | { status: 'done'; outcomes: CategoryOutcome[] };

/** As for holders inside, without their SQL: the subjects under a hold, as the holder knows them, come with it. */
export interface ExternalDue extends Omit<DueRows, 'notHeld' | 'stronger' | 'keptBy' | 'isMeant'> {
  /** `all`: everything of the category is held. */
  held: 'all' | KnownPerson[];
  /** As of `DueRows`. */
  stronger?: ExternalDue[];
}

/** Why a holder did not do its part; a code, never what it said. */
export type HolderFaultCode =
  | 'unreachable'
  | 'timed-out'
  | 'refused'
  | 'garbage'
  | 'misconfigured'
  | 'in-the-clear'
  | 'failed';

/** A holder outside did not do its part. Its message is for officers and operators, and names nobody. */
export class HolderFault extends Error {
  override readonly name = 'HolderFault';
  readonly holder: string;
  readonly code: HolderFaultCode;

  constructor(holder: string, code: HolderFaultCode, options?: ErrorOptions) {
    super(`The holder ${holder} did not do its part: ${code}.`, options);
    this.holder = holder;
    this.code = code;
  }
}
