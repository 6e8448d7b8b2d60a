import Type, { type Static } from 'typebox';
import { cursorPage } from '../../foundations/contract/cursor-page.ts';
import { closed, Instant, OrNull } from '../../foundations/contract/schemas.ts';
import { languagesIn, type Texts, textsIn } from '../../foundations/messages/texts.ts';
import { MESSAGE_STATES, type MessageState } from '../../foundations/outbox/model.ts';
import type { File } from './case-file.ts';
import { clockInWords, complaintInWords } from './clock-in-words.ts';
import { DUTIES, openDuties } from './duties.ts';
import { OUTCOMES, type RequestEvent } from './events.ts';
import { isImported } from './replay.ts';
import { requestEvents } from './sealing.ts';
import { legalEvents, STATES } from './states.ts';
import type { RequestRow } from './table.ts';
import { ARTICLES, LANGUAGES, REQUEST_TYPES } from './types.ts';

const Text = Type.String();
const Day = OrNull(Type.String({ description: 'A local day of the controller, YYYY-MM-DD.' }));
const Anything = Type.Record(Text, Type.Unknown());

const head = {
  requestId: Type.String({ format: 'uuid' }),
  reference: Type.String({ description: 'What letters call it.' }),
  type: Type.Enum([...REQUEST_TYPES]),
  state: Type.Enum([...STATES]),
  channel: Text,
  receivedAt: Instant,
  dueOn: Day,
  targetOn: Day,
  assignedTo: OrNull(Text),
  duplicateOf: OrNull(Text),
  closedAt: OrNull(Instant),
  importedAt: OrNull(
    Type.Unsafe<string>({
      ...Instant,
      description:
        'It was dealt with elsewhere and brought along then, as somebody vouches for; null: dealt with here.',
    }),
  ),
};
/** Without a word of, or about, the person. */
export const RequestHead = Type.Object(head, { ...closed, title: 'RequestHead' });
export const RequestList = cursorPage(RequestHead);

const Letter = Type.Object(
  {
    seq: Type.Integer(),
    at: Instant,
    event: Text,
    kind: Text,
    language: Type.Enum([...LANGUAGES]),
    subject: Text,
    text: Text,
    sha256: Text,
    sent: OrNull(Text),
    delivery: Type.Optional(
      Type.Enum([...MESSAGE_STATES], {
        description:
          'What became of the mail, while that is known. `undelivered`: there is no mail server; hand it over otherwise.',
      }),
    ),
  },
  closed,
);
const Clock = Type.Object(
  {
    daysLeft: OrNull(Type.Integer()),
    overdue: Type.Boolean(),
    targetReached: Type.Boolean(),
    request: OrNull(
      Type.Record(Text, Type.Unknown(), {
        description: 'Rule set, readings, pauses, extension, warnings, and steps.',
      }),
    ),
    complaint: OrNull(Anything),
    explanation: Type.Record(Text, Type.Array(Text), {
      description: 'The reasons in sentences, by language: each that has texts.',
    }),
  },
  closed,
);
const StandsStill = Type.Optional(
  Type.Array(Text, {
    description:
      'What its holds keep at holders outside of everybody, and why: they know the person by something that is not recorded here.',
  }),
);
const status = {
  ...head,
  then: OrNull(Type.Enum([...REQUEST_TYPES])),
  part: Type.Enum([...REQUEST_TYPES], { description: 'Of two in one request: the one that is dealt with now.' }),
  article: Text,
  legal: Type.Array(Text, { description: 'What can happen next.' }),
  duties: Type.Array(Type.Object({ duty: Type.Enum([...DUTIES]), due: Day }, closed)),
  clock: Clock,
  identity: OrNull(Type.Object({ method: Text, state: Text }, closed)),
  subjectKnown: OrNull(Text),
  outcome: OrNull(Type.Enum([...OUTCOMES])),
  records: OrNull(Type.Integer()),
  packageId: OrNull(Text),
  steps: Type.Array(
    Type.Object({ step: Text, begunAt: Instant, doneAt: OrNull(Instant), result: OrNull(Anything) }, closed),
  ),
  incomplete: Type.Boolean({ description: 'Begun, and not everywhere done: it is asked again.' }),
  proposal: OrNull(Type.Object({ seq: Type.Integer(), what: Text, by: Text, approvedBy: OrNull(Text) }, closed)),
  similar: Type.Array(Text, { description: 'Requests that look like the same; nothing was done about it.' }),
  lateRefusal: Type.Boolean({ description: 'Refused after the month that cannot be extended (Art. 12(4)).' }),
  events: Type.Integer(),
  standsStill: StandsStill,
};
/** What an act answers: how the request stands, without a word of the person. */
export const RequestStatus = Type.Object(status, { ...closed, title: 'RequestStatus' });
export const Request = Type.Object(
  {
    ...status,
    requester: OrNull(
      Type.Object(
        { name: OrNull(Text), email: OrNull(Text), address: OrNull(Text), language: Type.Enum([...LANGUAGES]) },
        closed,
      ),
    ),
    subject: OrNull(Text),
    asked: Anything,
    restrictions: Type.Array(Anything),
    refusal: OrNull(Anything),
    notes: Type.Array(Type.Object({ seq: Type.Integer(), at: Instant, by: Text, text: Text }, closed)),
    letters: Type.Array(Letter),
  },
  { ...closed, title: 'Request' },
);
export const RequestHistory = Type.Object(
  {
    items: Type.Array(
      Type.Object(
        {
          seq: Type.Integer(),
          kind: Text,
          occurredAt: Instant,
          recordedAt: Instant,
          recordedBy: Text,
          policyHash: Text,
          struck: Type.Boolean({ description: 'A correction says that it never happened.' }),
          imported: Type.Boolean({ description: 'It was brought along: somebody vouches for it, nobody saw it here.' }),
          facts: Anything,
          words: Anything,
        },
        closed,
      ),
    ),
  },
  { ...closed, title: 'RequestHistory' },
);
export const OpenedRequest = Type.Object(
  {
    requestId: head.requestId,
    reference: Text,
    secret: Type.String({ description: 'With it the person follows the request; shown here only.' }),
    receivedAt: Instant,
    dueOn: Day,
    standsStill: StandsStill,
  },
  { ...closed, title: 'OpenedRequest' },
);
/** What the person sees of it. The same whether or not anything is known of them. */
export const FollowedRequest = Type.Object(
  {
    requestId: head.requestId,
    reference: Text,
    type: head.type,
    then: status.then,
    state: Type.Enum(['being-worked-on', 'waiting-for-you', 'answered', 'refused', 'withdrawn', 'in-force']),
    waitingFor: OrNull(Type.Enum(['identity', 'clarification', 'fee', 'identification'])),
    question: OrNull(Text),
    receivedAt: Instant,
    dueOn: Day,
    letters: Type.Array(Letter),
    canWithdraw: Type.Boolean(),
  },
  { ...closed, title: 'FollowedRequest' },
);

export type RequestHead = Static<typeof RequestHead>;
export type RequestStatus = Static<typeof RequestStatus>;
export type Request = Static<typeof Request>;
export type RequestHistory = Static<typeof RequestHistory>;
export type OpenedRequest = Static<typeof OpenedRequest>;
export type FollowedRequest = Static<typeof FollowedRequest>;

export function headShown(row: RequestRow): RequestHead {
  const { requestId, reference, type, state, channel, dueOn, targetOn, assignedTo, duplicateOf } = row;
  return {
    requestId,
    reference,
    channel,
    dueOn,
    targetOn,
    assignedTo,
    duplicateOf,
    type: type as RequestHead['type'],
    state: state as RequestHead['state'],
    receivedAt: row.receivedAt.toISOString(),
    closedAt: row.closedAt?.toISOString() ?? null,
    importedAt: row.importedAt?.toISOString() ?? null,
  };
}

const standsStillIn = ({ standsStill = [] }: File) => (standsStill.length > 0 ? standsStill : undefined);

export const openedShown = (file: File, secret: string): OpenedRequest => ({
  requestId: file.row.requestId,
  reference: file.row.reference,
  secret,
  receivedAt: file.row.receivedAt.toISOString(),
  dueOn: file.timing.dueOn,
  standsStill: standsStillIn(file),
});

function explained({ clock, complaint }: File['timing'], t: Texts): string[] {
  if (clock) return clockInWords(clock, t);
  return complaint ? complaintInWords(complaint, t) : [];
}

export function statusShown(file: File): RequestStatus {
  const { row, life, timing } = file;
  const { clock, complaint, daysLeft, overdue, targetReached } = timing;
  const { proposal } = life;
  return {
    ...headShown(row),
    dueOn: timing.dueOn,
    targetOn: timing.targetOn,
    then: life.then,
    part: life.part,
    article: ARTICLES[life.part],
    legal: legalEvents(life.part, life.state),
    duties: openDuties(file),
    clock: {
      daysLeft,
      overdue,
      targetReached,
      request: clock && { ...clock },
      complaint: complaint && { ...complaint },
      explanation: Object.fromEntries(
        languagesIn().map((language) => [language, explained(timing, textsIn(language))]),
      ),
    },
    identity: life.identity,
    subjectKnown: life.subjectBy,
    outcome: life.outcome,
    records: life.records,
    packageId: life.packageId,
    steps: life.steps.map(({ step, begunAt, doneAt, result }) => ({
      step,
      begunAt: begunAt.toISOString(),
      doneAt: doneAt?.toISOString() ?? null,
      result,
    })),
    standsStill: standsStillIn(file),
    incomplete: life.state === 'executing',
    proposal: proposal && {
      seq: proposal.seq,
      what: proposal.what,
      by: proposal.by,
      approvedBy: life.approval?.by ?? null,
    },
    similar: life.received.similar,
    lateRefusal: clock?.closed?.how === 'refused' && clock.closed.late === true,
    events: life.seq,
  };
}

type Deliveries = ReadonlyMap<string, MessageState>;

/** The mails by which the letters of a request went. */
export const mailsOf = ({ life }: File): string[] =>
  life.letters.flatMap(({ messageId }) => (messageId === undefined ? [] : [messageId]));

const lettersOf = ({ life }: File, deliveries?: Deliveries): Request['letters'] =>
  life.letters.map(({ seq, at, event, kind, language, subject, text, sha256, sent, messageId }) => ({
    seq,
    at: at.toISOString(),
    event,
    kind,
    language,
    subject,
    text,
    sha256,
    sent,
    delivery: messageId === undefined ? undefined : deliveries?.get(messageId),
  }));

export function requestShown(file: File, deliveries: Deliveries): Request {
  const { life, requester } = file;
  const { type: _, then: __, subject: ___, ...asked } = life.received;
  return {
    ...statusShown(file),
    requester: requester ?? null,
    subject: life.subject,
    asked: { ...asked, at: asked.at.toISOString() },
    restrictions: life.restrictions.map((one) => ({ ...one })),
    refusal: life.refusal && { ...life.refusal, at: life.refusal.at.toISOString() },
    notes: life.notes.map(({ seq, at, by, text }) => ({ seq, at: at.toISOString(), by, text })),
    letters: lettersOf(file, deliveries),
  };
}

export function historyShown({ events, life }: File): RequestHistory {
  const item = (event: RequestEvent) => {
    const { seq, kind, occurredAt, recordedAt, recordedBy, policyHash, data } = event;
    const { facts, words: all } = requestEvents.takeApart(data);
    // Whoever has the link can fetch the package: it is the person's.
    const { link: _, ...words } = all;
    return {
      seq,
      kind,
      occurredAt: occurredAt.toISOString(),
      recordedAt: recordedAt.toISOString(),
      recordedBy,
      policyHash,
      struck: life.struck.includes(seq),
      imported: isImported(life.received, event),
      facts,
      words,
    };
  };
  return { items: events.map(item) };
}

const WAITING_FOR = {
  'awaiting-identity': 'identity',
  'awaiting-clarification': 'clarification',
  'awaiting-fee': 'fee',
  unidentified: 'identification',
} as const;
const FOR_THE_PERSON: Partial<Record<File['life']['state'], FollowedRequest['state']>> = {
  answered: 'answered',
  duplicate: 'answered',
  refused: 'refused',
  'refusal-told': 'refused',
  withdrawn: 'withdrawn',
  'in-force': 'in-force',
  'lifting-announced': 'in-force',
};

export function followShown(file: File): FollowedRequest {
  const { row, life, timing, events } = file;
  const waitingFor = WAITING_FOR[life.state as keyof typeof WAITING_FOR] ?? null;
  const asked = events.filter(({ kind }) => kind === 'clarification-asked').at(-1)?.data;
  return {
    requestId: row.requestId,
    reference: row.reference,
    type: life.type,
    waitingFor,
    then: life.then,
    state: FOR_THE_PERSON[life.state] ?? (waitingFor ? 'waiting-for-you' : 'being-worked-on'),
    question: waitingFor === 'clarification' && asked && 'question' in asked ? asked.question : null,
    receivedAt: row.receivedAt.toISOString(),
    dueOn: timing.dueOn,
    letters: lettersOf(file),
    canWithdraw: legalEvents(life.part, life.state).includes('withdrawn'),
  };
}
