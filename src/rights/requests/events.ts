import type { NewEvent as NewEventOf, RecordedEvent } from '../../foundations/events/sealed-events.ts';
import type { RefusalGround } from '../../law/grounds.ts';
import type { ExtensionReason } from '../../law/request-clock/events.ts';
import type { ClockTerms } from '../../law/request-clock/model.ts';
import type { ErasureException } from '../../law/vocabulary.ts';
import type { ErasureOrder } from '../erasure/model.ts';
import type { JoinedPortal } from '../portals/model.ts';
import type { MadeLetter } from './letters/model.ts';
import type { Channel, RequestType } from './types.ts';

/** What a letter went out by; nothing is claimed of one that somebody has to post. */
export type Sent = 'email' | 'post' | 'handed-over' | 'page' | 'opendsr' | 'telephone';

/** Who wrote it down. */
export type EnteredBy = 'officer' | 'platform' | 'person' | 'processor' | 'agent' | 'import';

/**
 * How it is known whom a request is about: an officer, the platform or a check of identity has said so; of what somebody
 * brought, an officer has found that it fits. What nobody has confirmed names nobody.
 */
export type SubjectBy = 'officer' | 'platform' | 'identity' | EvidenceKind;

/** What of a person may tell whom a request is about (Art. 11(2)): evidence for an officer, never proof. */
export type Evidence =
  | { by: 'consent-receipt'; receiptId: string }
  | { by: 'visitor-id'; visitor: string }
  | { by: 'trace'; at: string; address: string };
type EvidenceKind = Evidence['by'];

export type IdentityMethod = 'email-code' | 'documents' | 'platform' | 'known';

/** A letter that was made of an event; kept with it. */
interface WithLetter {
  letter?: MadeLetter;
  /** Of what was brought along: what the letter is called where it lies. */
  letterReference?: string;
  sent?: Sent;
}

type ProposalOf = 'execution' | 'abusive-refusal' | 'abusive-fee';
type Abuse = 'manifestly-unfounded' | 'excessive';

/** What shows that a request is abusive (Art. 12(5); CJEU C-526/24); the words beside it are sealed. */
export interface AbuseEvidence {
  which: Abuse;
  /** Days of earlier requests. */
  earlierRequests?: string[];
  objectiveElements?: string;
  subjectiveElements?: string;
}

/** A kind of data that is not erased, on which exception, and when that is looked at again (Art. 17(3); REQ-A30). */
export interface KeptOnException {
  category: string;
  exception: ErasureException;
  reviewOn: string;
}

/** A limit by national law (Art. 23; REQ-A60). */
export interface NationalRestriction {
  /** The provision, as it is cited. */
  provision: string;
  scope: 'whole' | 'part';
  /** Of `part`: categories. */
  categories?: string[];
  reviewOn: string;
}

const REMINDERS = ['target', 'soon', 'due', 'overdue', 'acknowledge', 'review'] as const;
export type ReminderKind = (typeof REMINDERS)[number];

interface Refused {
  ground: RefusalGround;
  restriction?: NationalRestriction;
  exceptions?: KeptOnException[];
  text: string;
}

/** What is recorded, by kind. Members listed in `IN_WORDS` are sealed; all others are codes, days, numbers and ids. */
export interface EventData {
  received: {
    type: RequestType;
    then: RequestType | null;
    channel: Channel;
    enteredBy: EnteredBy;
    /** Under which law and by which choices its clock runs; kept, so that a later choice changes no old clock. */
    terms: ClockTerms;
    subjectBy: SubjectBy | null;
    /** Established with the receipt: the platform's server says who it is. */
    identity: IdentityMethod | null;
    /** Of a restriction: Art. 18(1)(a) to (d); of an erasure: Art. 17(1)(a) to (f). */
    ground?: string;
    /** Of an objection or a withdrawal: which purpose. */
    purpose?: string;
    /** Of a restriction: only these. */
    categories?: string[];
    /** Of an objection: to direct marketing (Art. 21(2), (3)). */
    marketing?: boolean;
    /** Of an objection: the purposes it stops, by their basis on the day it came; absent in what is older than that. */
    stops?: string[];
    /** Of a portability: the party of the register to which it is to go directly (Art. 20(2)). */
    transferTo?: string;
    /** Requests that look like the same; pointed out, nothing more. */
    similar: string[];
    /** Of what was dealt with elsewhere and brought along: so many events, this one included, were not recorded as they happened. */
    imported?: number;
    /** Who vouches for its course. */
    vouchedBy?: { party?: string; reason?: string };
    subject?: string;
    text?: string;
    /** Of a rectification: what would be right, and the statement to be added (Art. 16). */
    changes?: Record<string, unknown>;
    statement?: string;
  };
  acknowledged: WithLetter;
  informed: WithLetter & { text?: string };
  noted: { text: string };
  assigned: { to: string | null };
  reminded: { which: ReminderKind; day: string; daysLeft: number };
  /** `seq` of an event as it should have been; `at` null: it never happened. */
  corrected: { corrects: number; at: string | null; reasons?: ExtensionReason[]; reason: string };
  'subject-named': { by: SubjectBy; subject: string };
  /** It is answered for other portals too, where the same controllers answer. */
  'portals-joined': { portals: JoinedPortal[] };
  'identity-asked': WithLetter & {
    method: IdentityMethod;
    checkId: string | null;
    doubt: string;
    /** Of documents: what is asked for. */
    asked?: string[];
  };
  'identity-answered': { method: IdentityMethod; checkId: string | null };
  'identity-confirmed': { method: IdentityMethod; checkId: string | null; text?: string };
  'identity-failed': { method: IdentityMethod; checkId: string | null; outcome: string };
  'cannot-identify': WithLetter & { asked: string[] };
  /** The person brings evidence, which nobody has looked at; or an officer finds by it whom the request is about. */
  'identification-supplied': { by: EvidenceKind; evidence?: Evidence; subject?: string };
  'clarification-asked': WithLetter & { question: string };
  'clarification-answered': { text: string };
  'fee-asked': WithLetter & {
    basis: 'further-copy' | Abuse;
    /** In minor units. */
    amount: number;
    currency: string;
    /** What it costs to answer: the fee is that and no more (Art. 12(5)(a)). */
    costs: { what: 'labour' | 'copying' | 'postage' | 'media'; amount: number }[];
    /** Of a further copy: an officer has said that nothing has changed since the one before. */
    unchanged?: boolean;
  };
  'fee-paid': Record<never, never>;
  extended: WithLetter & { reasons: ExtensionReason[]; text: string };
  limited: NationalRestriction & { text: string };
  proposed: {
    what: ProposalOf;
    ground?: ErasureOrder['ground'];
    abuse?: Omit<AbuseEvidence, 'objectiveElements' | 'subjectiveElements'>;
    objectiveElements?: string;
    subjectiveElements?: string;
    /** Of an erasure: what the officer decided per category and item; handed on as approved. */
    decisions?: { categories?: Record<string, unknown>; items?: unknown[] };
    text: string;
  };
  approved: { proposal: number; text?: string; role?: string };
  rejected: { proposal: number; text: string };
  'execution-begun': {
    part: RequestType;
    /** Of an objection, a review, a complaint: how it was decided. */
    outcome?: Outcome;
    text?: string;
  };
  /** What was asked for was done before the request was brought along. */
  'done-elsewhere': { outcome: Outcome };
  'step-begun': { step: string };
  'step-done': { step: string; result: Record<string, unknown> };
  executed: { part: RequestType; outcome: Outcome; records: number | null };
  'package-approved': { packageId: string; unverified: boolean; transferTo?: string };
  /** `link`: where the person fetches it once, for the letter that tells so; sealed, and shown to nobody. */
  released: {
    packageId: string;
    by: 'link' | 'passphrase' | 'transfer';
    link?: { url: string; until: string };
    /** Of a transfer: the message to the other controller. */
    messageId?: string;
  };
  'first-part-answered': WithLetter & { outcome: Outcome };
  answered: WithLetter & { outcome: Outcome };
  granted: WithLetter & { outcome: Outcome };
  /** Told what is erased, and what a hold keeps back for now. */
  'answered-in-part': WithLetter & { outcome: Outcome };
  /** What a hold had kept back is erased too. */
  'rest-erased': WithLetter & { outcome: Outcome; erasureId: string; certificateId: string | null };
  'lifting-announced': WithLetter & { text: string };
  lifted: Record<never, never>;
  refused: WithLetter & Refused;
  /** The same of what had stopped processing: that goes on only once the person knows (Art. 18(3)). */
  'refusal-told': WithLetter & Refused;
  withdrawn: WithLetter & { by: 'person' | 'officer' | 'processor' | 'agent' };
  'duplicate-marked': WithLetter & { of: string };
  'ground-ended': WithLetter & { text: string };
  reopened: WithLetter & { because: 'authority' | 'court' | 'complaint' | 'new-facts'; text: string };
}

export const OUTCOMES = [
  'done',
  'nothing-held',
  'done-with-exceptions',
  'held-back',
  'upheld',
  'rejected',
  'changed',
  'confirmed',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

export type EventKind = keyof EventData;

export type RequestEvent = RecordedEvent<EventData>;
export type NewEvent = NewEventOf<EventData>;

/** What people write, and what names them: kept sealed under the key of the request. */
export const IN_WORDS = [
  'subject',
  'evidence',
  'text',
  'changes',
  'statement',
  'letter',
  'letterReference',
  'vouchedBy',
  'question',
  'reason',
  'decisions',
  'objectiveElements',
  'subjectiveElements',
  'provision',
  'restriction',
  'link',
];
