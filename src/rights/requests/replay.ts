import type { ClockEvent } from '../../law/request-clock/events.ts';
import type { JoinedPortal } from '../portals/model.ts';
import type {
  EventData,
  EventKind,
  Evidence,
  IdentityMethod,
  NationalRestriction,
  Outcome,
  RequestEvent,
  SubjectBy,
} from './events.ts';
import type { MadeLetter } from './letters/model.ts';
import { nextState, type RequestState } from './states.ts';
import type { RequestType } from './types.ts';

interface Happened {
  seq: number;
  at: Date;
  by: string;
}

/** How one request stands after what was recorded of it. */
export interface Life {
  requestId: string;
  /** Number of the last event. */
  seq: number;
  state: RequestState;
  /** What was asked for; of two in one request the part that is being dealt with is `part`. */
  type: RequestType;
  then: RequestType | null;
  part: RequestType;
  received: EventData['received'] & Happened;
  openedAt: Date;
  subject: string | null;
  subjectBy: SubjectBy | null;
  /** What the person has brought, in order; whether it fits is an officer's to see. */
  evidence: (Happened & { evidence: Evidence })[];
  /** Other portals that it is answered for too. */
  portals: JoinedPortal[];
  /** Portals that it was answered for and is no longer: what it had placed there is released. */
  portalsLeft: string[];
  identity: { method: IdentityMethod; state: 'asked' | 'answered' | 'confirmed' | 'failed' } | null;
  acknowledgedAt: Date | null;
  assignedTo: string | null;
  proposal: (EventData['proposed'] & Happened) | null;
  /** Who agreed to the proposal that stands. */
  approval: (Happened & { role?: string }) | null;
  execution: (EventData['execution-begun'] & Happened) | null;
  steps: { step: string; begunAt: Date; doneAt: Date | null; result: Record<string, unknown> | null }[];
  outcome: Outcome | null;
  records: number | null;
  packageId: string | null;
  packageApproval: (EventData['package-approved'] & Happened) | null;
  releasedAt: Date | null;
  /** How it was handed out, and where a link leads that counts once. */
  release: EventData['released'] | null;
  feePaid: boolean;
  /** Limits by national law that have not ended (REQ-A60). */
  restrictions: NationalRestriction[];
  refusal: (EventData['refused'] & Happened) | null;
  duplicateOf: string | null;
  /** When it was first shown who asks. */
  verifiedAt: Date | null;
  /** Of a withdrawal that took effect: the purposes that were agreed to until then. */
  withdrawn: string[] | null;
  /** The last of it was erased, and nobody has told the person so yet. */
  untold: boolean;
  /** When it was answered, refused, withdrawn …; null while it is worked on. */
  closedAt: Date | null;
  /** Since it began anew: more was brought (Art. 11(2)), a ground ended, an authority ordered it. */
  beganAnew: Happened | null;
  letters: (MadeLetter & Happened & { event: EventKind; sent: string | null })[];
  notes: (Happened & { text: string })[];
  reminders: { which: string; day: string }[];
  /** Numbers of events that never happened. */
  struck: number[];
}

/** An event that cannot follow what stands before it. */
export interface Misfit {
  seq: number;
  event: EventKind;
  state: RequestState;
}

/** What can be taken back by a correction: it never happened. Acts that have had their effect cannot. */
export const STRIKABLE: readonly EventKind[] = [
  ...([
    'acknowledged',
    'informed',
    'identity-asked',
    'identity-answered',
    'identity-failed',
    'clarification-asked',
  ] as const),
  ...([
    'clarification-answered',
    'fee-asked',
    'fee-paid',
    'extended',
    'limited',
    'cannot-identify',
    'answered',
  ] as const),
  ...(['refused', 'withdrawn', 'duplicate-marked', 'ground-ended', 'reopened'] as const),
];

/**
 * The request as it stands after these events, in order: a pure function of them. What a correction struck out is left
 * out; where the rest then does not follow from one another, the first that does not is answered instead.
 */
export function replay(requestId: string, events: readonly RequestEvent[]): Life | Misfit | undefined {
  const [first] = events;
  if (first?.kind !== 'received') return undefined;
  const struck = new Set<number>();
  for (const { kind, data } of events)
    if (kind === 'corrected') {
      if (data.at === null) struck.add(data.corrects);
      else struck.delete(data.corrects);
    }
  const times = timesOf(events);
  const life = born(requestId, first, times);
  life.struck = [...struck];
  for (const event of events.slice(1)) {
    life.seq = event.seq;
    if (struck.has(event.seq)) continue;
    const next = nextState(life.part, life.state, event.kind);
    if (next === undefined) return { seq: event.seq, event: event.kind, state: life.state };
    life.state = next;
    apply(life, event, { seq: event.seq, at: times.get(event.seq) ?? event.occurredAt, by: event.recordedBy });
  }
  return life;
}

export const isMisfit = (found: Life | Misfit): found is Misfit => !('requestId' in found);

/** When each event happened, by the last correction of it. */
function timesOf(events: readonly RequestEvent[]): Map<number, Date> {
  const times = new Map(events.map(({ seq, occurredAt }) => [seq, occurredAt]));
  for (const { kind, data } of events)
    if (kind === 'corrected' && data.at !== null) times.set(data.corrects, new Date(data.at));
  return times;
}

function born(requestId: string, first: Extract<RequestEvent, { kind: 'received' }>, times: Map<number, Date>): Life {
  const { data, seq, recordedAt, recordedBy } = first;
  return {
    requestId,
    seq,
    state: 'open',
    type: data.type,
    then: data.then,
    part: data.type,
    received: { ...data, seq, at: times.get(seq) ?? first.occurredAt, by: recordedBy },
    openedAt: recordedAt,
    subject: data.subject ?? null,
    subjectBy: data.subjectBy,
    evidence: [],
    portals: [],
    portalsLeft: [],
    identity: data.identity && { method: data.identity, state: 'confirmed' },
    acknowledgedAt: null,
    assignedTo: null,
    proposal: null,
    approval: null,
    execution: null,
    steps: [],
    outcome: null,
    records: null,
    packageId: null,
    packageApproval: null,
    releasedAt: null,
    release: null,
    feePaid: false,
    restrictions: [],
    refusal: null,
    duplicateOf: null,
    verifiedAt: data.identity && (times.get(seq) ?? first.occurredAt),
    withdrawn: null,
    untold: false,
    closedAt: null,
    beganAnew: null,
    letters: [],
    notes: [],
    reminders: [],
    struck: [],
  };
}

/** A part of the request begins, or begins again: what was decided on the last is over. */
function undecided(life: Life): void {
  Object.assign(life, {
    proposal: null,
    approval: null,
    execution: null,
    steps: [],
    outcome: null,
    records: null,
    packageId: null,
    packageApproval: null,
    releasedAt: null,
    release: null,
    untold: false,
  });
}

function apply(life: Life, event: RequestEvent, happened: Happened): void {
  const { at } = happened;
  if ('letter' in event.data && event.data.letter)
    life.letters.push({ ...event.data.letter, ...happened, event: event.kind, sent: event.data.sent ?? null });
  switch (event.kind) {
    case 'acknowledged':
      // Nobody was told before the letter was made.
      life.acknowledgedAt ??= isImported(life.received, event) ? at : later(at, event.recordedAt);
      return;
    case 'noted':
      life.notes.push({ ...happened, text: event.data.text });
      return;
    case 'assigned':
      life.assignedTo = event.data.to;
      return;
    case 'reminded':
      life.reminders.push({ which: event.data.which, day: event.data.day });
      return;
    case 'subject-named':
      nameSubject(life, event.data);
      return;
    case 'portals-joined':
      joinPortals(life, event.data.portals);
      return;
    case 'identification-supplied':
      if (event.data.evidence) life.evidence.push({ ...happened, evidence: event.data.evidence });
      if (event.data.subject !== undefined) nameSubject(life, { by: event.data.by, subject: event.data.subject });
      // It was closed because nobody could be identified.
      if (life.closedAt !== null) beginAnew(life, happened);
      return;
    case 'identity-asked':
    case 'identity-answered':
    case 'identity-confirmed':
    case 'identity-failed': {
      const state = event.kind.slice('identity-'.length) as 'asked' | 'answered' | 'confirmed' | 'failed';
      // A second look does not take back what an earlier one has shown.
      if (life.identity?.state !== 'confirmed' || state === 'confirmed')
        life.identity = { method: event.data.method, state };
      if (state === 'confirmed') life.verifiedAt ??= at;
      return;
    }
    case 'fee-paid':
      life.feePaid = true;
      return;
    case 'limited':
      life.restrictions.push(event.data);
      return;
    case 'proposed':
      Object.assign(life, { proposal: { ...event.data, ...happened }, approval: null });
      return;
    case 'approved':
      life.approval = { ...happened, role: event.data.role };
      return;
    case 'rejected':
      Object.assign(life, { proposal: null, approval: null });
      return;
    case 'execution-begun':
      Object.assign(life, { execution: { ...event.data, ...happened }, steps: [] });
      return;
    case 'step-begun':
      if (!life.steps.some(({ step }) => step === event.data.step))
        life.steps.push({ step: event.data.step, begunAt: at, doneAt: null, result: null });
      return;
    case 'step-done':
      for (const step of life.steps)
        if (step.step === event.data.step) Object.assign(step, { doneAt: at, result: event.data.result });
      if (typeof event.data.result['packageId'] === 'string') life.packageId = event.data.result['packageId'];
      if (Array.isArray(event.data.result['purposes'])) life.withdrawn = event.data.result['purposes'] as string[];
      // What consent alone allowed is to go, whether or not that was asked for (Art. 17(1)(b)).
      if (event.data.result['erase'] === true) life.then = 'erasure';
      return;
    case 'executed':
      Object.assign(life, { outcome: event.data.outcome, records: event.data.records });
      return;
    case 'done-elsewhere':
      life.outcome = event.data.outcome;
      return;
    case 'package-approved':
      life.packageApproval = { ...event.data, ...happened };
      return;
    case 'released':
      Object.assign(life, { releasedAt: at, release: event.data });
      return;
    case 'first-part-answered':
      undecided(life);
      if (life.then) life.part = life.then;
      return;
    case 'informed':
      life.untold = false;
      return;
    case 'rest-erased':
      Object.assign(life, { outcome: event.data.outcome, closedAt: at, untold: !event.data.sent });
      return;
    case 'lifted':
    case 'answered':
    case 'granted':
    case 'withdrawn':
    case 'cannot-identify':
      life.closedAt = at;
      return;
    case 'refused':
    case 'refusal-told':
      Object.assign(life, { refusal: { ...event.data, ...happened }, closedAt: at });
      if (event.data.restriction) life.restrictions.push(event.data.restriction);
      return;
    case 'duplicate-marked':
      Object.assign(life, { duplicateOf: event.data.of, closedAt: at });
      return;
    case 'ground-ended':
    case 'reopened':
      if (event.kind === 'ground-ended') life.restrictions = [];
      beginAnew(life, happened);
      return;
  }
}

function nameSubject(life: Life, { by, subject }: { by: SubjectBy; subject: string }): void {
  // A code has shown who reads the mail of one account: for another's data that shows nothing.
  if (by !== 'identity' && life.subject !== subject && life.identity?.method === 'email-code')
    Object.assign(life, { identity: null, verifiedAt: null });
  // Where somebody else is known is another question.
  if (life.subject !== subject) joinPortals(life, []);
  Object.assign(life, { subject, subjectBy: by });
}

function joinPortals(life: Life, portals: JoinedPortal[]): void {
  const were = [...life.portalsLeft, ...life.portals.map(({ tenant }) => tenant)];
  const isJoined = (tenant: string) => portals.some((one) => one.tenant === tenant);
  Object.assign(life, { portals, portalsLeft: [...new Set(were)].filter((tenant) => !isJoined(tenant)) });
}

function beginAnew(life: Life, happened: Happened): void {
  undecided(life);
  Object.assign(life, { refusal: null, duplicateOf: null, closedAt: null, beganAnew: happened });
}

const CLOCK: Partial<Record<EventKind, Exclude<ClockEvent['type'], 'received' | 'extended' | 'corrected'>>> = {
  'identity-asked': 'identity-asked',
  'identity-answered': 'identity-answered',
  'identity-confirmed': 'identity-confirmed',
  'identity-failed': 'identity-answered',
  'clarification-asked': 'clarification-asked',
  'clarification-answered': 'clarification-answered',
  'fee-asked': 'fee-asked',
  'fee-paid': 'fee-paid',
  answered: 'answered',
  granted: 'answered',
  'answered-in-part': 'answered',
  'duplicate-marked': 'answered',
  refused: 'refused',
  'refusal-told': 'refused',
  // Nothing can be done with what there is, and the person is told so: as of a refusal (Art. 11(2), 12(4)).
  'cannot-identify': 'refused',
  withdrawn: 'withdrawn',
};

/**
 * Acts that tell the person: a letter is made with them. Whether one was in time is judged by the later of when it was
 * handed over, as somebody says, and when it was recorded.
 */
export const TELLING: readonly EventKind[] = [
  ...(['acknowledged', 'extended', 'refused', 'refusal-told', 'cannot-identify', 'duplicate-marked'] as const),
  ...(['answered', 'granted', 'answered-in-part', 'first-part-answered'] as const),
];
const later = (one: Date, other: Date): Date => (one > other ? one : other);

/** What was brought along was recorded long after it had happened: somebody vouches for its time. */
export const isImported = (
  { imported = 0 }: Pick<EventData['received'], 'imported'>,
  { seq }: { seq: number },
): boolean => seq <= imported;

/** What may stop a clock: not that of a right that waits for nothing (Art. 7(3), 21(3)). */
const STOPPING: readonly string[] = ['identity-asked', 'clarification-asked', 'fee-asked'];

/**
 * What the clock is made of: everything since the receipt, or since the request began anew. `waits`: whether asking the
 * person something stops it.
 */
export function clockEventsOf(events: readonly RequestEvent[], beganAnew: number | null, waits = true): ClockEvent[] {
  const clock: ClockEvent[] = [];
  const counted = new Map<number, Date | null>();
  const [first] = events;
  const received = first?.kind === 'received' ? first.data : {};
  for (const { seq, kind, occurredAt, recordedAt, data } of events) {
    const id = String(seq);
    const told = TELLING.includes(kind) && !isImported(received, { seq });
    const at = told ? later(occurredAt, recordedAt) : occurredAt;
    const add = (event: ClockEvent) => {
      counted.set(seq, told ? recordedAt : null);
      clock.push(event);
    };
    if (kind === 'received' || seq === beganAnew) {
      if (beganAnew === null || seq === beganAnew) add({ id, at, type: 'received' });
    } else if (beganAnew !== null && seq < beganAnew) continue;
    else if (kind === 'extended') add({ id, at, type: 'extended', reasons: data.reasons });
    else if (kind === 'corrected') {
      const { corrects, at: becomes, reasons } = data;
      const made = counted.get(corrects);
      if (made === undefined) continue;
      const happened = becomes === null ? null : new Date(becomes);
      const right = happened && { at: made ? later(happened, made) : happened, reasons };
      clock.push({ id, at, type: 'corrected', corrects: String(corrects), becomes: right });
    } else {
      const type = CLOCK[kind];
      if (type && (waits || !STOPPING.includes(type))) add({ id, at, type });
    }
  }
  return clock;
}
