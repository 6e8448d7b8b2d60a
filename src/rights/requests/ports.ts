import type { Context } from '../../foundations/contract/context.ts';
import type { Query } from '../../foundations/store/store.ts';
import type { Language, RequestType } from './types.ts';

/**
 * What requests ask of others. `services.ts` hands in the real ones; nothing here knows how they are done. Whatever
 * writes comes in two halves: prepared before the transaction (keys, seals, codes), written inside it, so that a check,
 * a letter and the event that tells of it are one commit.
 */

// ── letters ──

/** Every letter to the person; its template is `policies/letters/request-<kind>.<language>.md`. */
const LETTER_KINDS = [
  'acknowledged',
  'identity-asked',
  'clarification-asked',
  'fee-asked',
  'extended',
  'cannot-identify',
  'refused',
  'refused-abusive',
  'duplicate',
  'withdrawn',
  'reopened',
  /** What was done, one for each type. */
  'answered-access',
  /** Nothing is held (REQ-A22). */
  'answered-no-data',
  'answered-portability',
  'answered-rectification',
  'answered-erasure',
  'answered-restriction',
  'answered-objection',
  'answered-consent-withdrawal',
  'answered-human-review',
  'answered-complaint',
  /** A restriction will be lifted (Art. 18(3)). */
  'restriction-lifting',
] as const;
export type LetterKind = (typeof LETTER_KINDS)[number];

/** What a letter may say; who makes it adds institution, authority, remedies and the date. */
export interface LetterFacts {
  reference: string;
  type: RequestType;
  /** What is asked for after it, in the same request. */
  then: RequestType | null;
  /** Who asks, as they wrote it. */
  name: string | null;
  /** Local days, `YYYY-MM-DD`. */
  receivedOn: string;
  dueOn: string | null;
  /** An e-mailed code, where the letter carries one. */
  code: string | null;
  /** Why, as codes (see `model.ts`: extension and refusal reasons, outcomes). */
  reasons: string[];
  /** What the officer wrote for this letter. */
  words: string | null;
  /** What was asked of the person, what would identify them, which documents. */
  asked: string[];
  /** Amount with currency, where there is a fee. */
  fee: string | null;
  /** The link under which something is fetched; never a secret. */
  link: string | null;
  /** What one kind needs beside. */
  details?: { restriction?: { provision: string; reviewOn: string } } & Partial<ErasedAndKept>;
}

/** What became of a person's data, by titles: who is told that something stays is told on which ground (Art. 12(4), 17(3)). */
interface ErasedAndKept {
  done: string[];
  kept: { category: string; ground: string }[];
}

export interface MadeLetter {
  kind: LetterKind;
  language: Language;
  subject: string;
  text: string;
  /** Hex SHA-256 over subject, an empty line and text. */
  sha256: string;
}

export interface LetterPort {
  /** In the language asked for where there is a template, otherwise in English. */
  make(context: Context, kind: LetterKind, facts: LetterFacts, language: Language): Promise<MadeLetter>;
}

/** The outbox, as far as letters by mail need it. */
export interface MailPort {
  /** Ready to be added to a transaction; undefined where mail cannot be sent. */
  prepare(context: Context, to: string, letter: MadeLetter): Promise<(tx: Query) => Promise<void>>;
}

// ── identity (Art. 12(6)) ──

export interface PreparedCheck {
  checkId: string;
  method: 'email-code' | 'documents' | 'platform';
  /** The letter that was sent with it, to be kept with the request; without the code. */
  letter: MadeLetter | null;
  /** Inserts the check, and what is to be sent, in the transaction of the event. */
  write(tx: Query): Promise<void>;
}

/** What came of an attempt; only `confirmed` identifies. `write` destroys documents and closes the check. */
export interface CheckOutcome {
  checkId: string;
  outcome: 'confirmed' | 'wrong' | 'expired' | 'exhausted' | 'failed';
  write(tx: Query): Promise<void>;
}

export interface IdentityPort {
  /** A code to the address; `doubt` is a code of `DOUBTS`. */
  askByCode(
    context: Context,
    about: { requestId: string; address: string; language: Language; doubt: string; facts: LetterFacts },
  ): Promise<PreparedCheck>;
  /** Documents are asked for; copies come in through the check and are destroyed with its decision (REQ-A17). */
  askForDocuments(context: Context, about: { requestId: string; doubt: string }): Promise<PreparedCheck>;
  /** The platform's server says who it is. */
  assertedByPlatform(context: Context, about: { requestId: string }): Promise<PreparedCheck>;
  /** The person sends the code. */
  tryCode(context: Context, about: { requestId: string; code: string }): Promise<CheckOutcome>;
  /** An officer decides on documents, or recognises the person otherwise. */
  decide(context: Context, about: { requestId: string; confirmed: boolean }): Promise<CheckOutcome>;
}

// ── packages (Art. 15, 20) ──

export interface PackageState {
  packageId: string;
  status: 'preparing' | 'ready' | 'approved' | 'released' | 'delivered' | 'destroyed' | 'failed';
  /** Rows in it; 0: nothing is held; null: not made yet. */
  records: number | null;
}

export interface PackagePort {
  /** The same request gets the same package. */
  prepare(
    context: Context,
    order: { requestId: string; kind: 'access' | 'portability'; subject: string; language: Language },
  ): Promise<{ packageId: string }>;
  get(context: Context, packageId: string): Promise<PackageState>;
  /** By another person than the one who prepared it. */
  approve(context: Context, packageId: string): Promise<PackageState>;
  release(
    context: Context,
    packageId: string,
    how: { by: 'link' } | { by: 'passphrase'; passphrase: string },
  ): Promise<{ package: PackageState; secret?: string }>;
}

// ── erasure, holds, rectification ──

/** GDPR Art. 17(1)(a) to (f). */
export const ERASURE_GROUNDS = ['17-1-a', '17-1-b', '17-1-c', '17-1-d', '17-1-e', '17-1-f'] as const;
export type ErasureGround = (typeof ERASURE_GROUNDS)[number];

interface ErasureOrderOfRequest {
  requestId: string;
  ground: ErasureGround;
  /** Only what was processed for it. */
  purpose?: string;
  /** Decisions of the officer, handed through as they were approved. */
  categories?: Record<string, unknown>;
  items?: unknown[];
}

export interface ErasureState {
  erasureId: string;
  status: 'running' | 'finished';
  verdict: 'complete' | 'complete-with-exceptions' | 'incomplete' | null;
  certificateId: string | null;
}

export interface ErasurePort {
  /** The same request gets the same erasure. */
  erase(context: Context, subject: string, order: ErasureOrderOfRequest): Promise<ErasureState>;
  get(context: Context, erasureId: string): Promise<ErasureState>;
  /** Whether it could be carried out as decided. @throws Problem naming what cannot be, as of the proposal. */
  check?(context: Context, subject: string, order: ErasureOrderOfRequest): Promise<void>;
  outcome?(context: Context, erasureId: string): Promise<ErasedAndKept>;
}

export const REQUEST_HOLDS = ['restriction', 'objection', 'access-request', 'erasure-pending'] as const;
export type RequestHoldKind = (typeof REQUEST_HOLDS)[number];

export interface HoldPort {
  /** One per request, kind, category and purpose: placing it again answers the one that stands. */
  place(
    context: Context,
    hold: {
      kind: RequestHoldKind;
      subject: string;
      category?: string;
      purpose?: string;
      requestId: string;
      reference: string;
    },
  ): Promise<{ holdId: string }>;
  /** Lifts what a request placed; of the given kinds only, where some are given. */
  releaseOfRequest(context: Context, requestId: string, kinds?: readonly RequestHoldKind[]): Promise<void>;
}

export interface RectificationPort {
  rectify(
    context: Context,
    subject: string,
    changes: Record<string, unknown>,
    about: { requestId: string; statement?: string },
  ): Promise<{ changed: string[] }>;
}

export interface ConsentPort {
  /** Takes back every agreement of the subject, or those on one purpose. Doing it twice changes nothing. */
  withdrawAll(context: Context, subject: string, purpose?: string): Promise<{ withdrawn: number }>;
}

// ── recipients (Art. 19) ──

export type ToldOf = 'rectification' | 'erasure' | 'restriction' | 'restriction-lifted';

export interface RecipientPort {
  /** One task for each recipient, before the act: an erasure takes the ledger with it. Idempotent per request and what. */
  open(
    context: Context,
    about: { requestId: string; what: ToldOf; subject: string; categories: readonly string[] },
  ): Promise<unknown>;
  /** The act is done: each is told. Doing it again changes nothing. */
  send(context: Context, requestId: string, what: ToldOf): Promise<unknown>;
}

// ── who it is ──

export interface PeoplePort {
  /** The account of this address, if exactly one has it: its reference, `account:<id>`. */
  accountOfEmail(context: Context, address: string): Promise<string | undefined>;
  /** The visitor (or account) a receipt of consent is about, as a pseudonym; undefined: there is no such receipt. */
  subjectOfReceipt(context: Context, receiptId: string): Promise<string | undefined>;
  /** Whose visit that was, as a pseudonym, if it was that of exactly one visitor: the exact time, and the address. */
  subjectOfTrace(context: Context, trace: { at: Date; address: string }): Promise<string | undefined>;
}
