import type { EventKind } from './events.ts';
import { REQUEST_TYPES, type RequestType } from './types.ts';

export const STATES = [
  /** Received; somebody works on it. */
  'open',
  'awaiting-identity',
  'awaiting-clarification',
  'awaiting-fee',
  /** Told that nobody can be identified from what there is (Art. 11); goes on when the person brings more. */
  'unidentified',
  /** Something that cannot be taken back waits for a second person. */
  'awaiting-approval',
  'approved',
  /** What was asked for is being done, step by step. */
  'executing',
  /** It is done; the person is to be told. */
  'executed',
  /** Told; a restriction or an objection stands from then on. */
  'in-force',
  /** The person knows that the restriction will be lifted (Art. 18(3)). */
  'lifting-announced',
  /** Told that it is refused, or rejected; what it had stopped goes on only once the person knows (Art. 18(3)). */
  'refusal-told',
  /** Told; what a hold keeps back for now is erased by itself once it has ended. */
  'awaiting-release',
  'answered',
  'refused',
  'withdrawn',
  /** Dealt with in another request of the same person. */
  'duplicate',
] as const;
export type RequestState = (typeof STATES)[number];

/** Nothing is to be done any more, unless something new happens. */
export const CLOSED: readonly RequestState[] = ['unidentified', 'answered', 'refused', 'withdrawn', 'duplicate'];
/** The person has had an answer, or wants none: the month is over, whatever else is still to be done. */
export const TOLD: readonly RequestState[] = [
  ...CLOSED,
  'in-force',
  'lifting-announced',
  'refusal-told',
  'awaiting-release',
];

const WAITING = ['awaiting-identity', 'awaiting-clarification', 'awaiting-fee'] as const;
const BEFORE_WORK = ['open', ...WAITING] as const;
const UNDECIDED = [...BEFORE_WORK, 'awaiting-approval', 'approved'] as const;
const UNTOLD = [...UNDECIDED, 'executing', 'executed'] as const;
const EXCEPT_ERASURE = REQUEST_TYPES.filter((type) => type !== 'erasure');
const PACKED: readonly RequestType[] = ['access', 'portability'];
/** After the first part of these the second can follow; after a withdrawal the erasure it asks for (Art. 17(1)(b)). */
const FOLLOWED: readonly RequestType[] = [...PACKED, 'consent-withdrawal'];
/** What may be answered for several portals at once: it needs nothing but the person. */
const JOINED: readonly RequestType[] = [...PACKED, 'erasure'];
const LASTING: readonly RequestType[] = ['restriction', 'objection'];

/** From these states, by this event, to that one (absent: it stays as it is); `types` where it is not for all. */
interface Move {
  from: readonly RequestState[];
  event: EventKind;
  to?: RequestState;
  types?: readonly RequestType[];
}

/**
 * The life of a request: every state and every event, in one table. What is not in it does not happen; nothing else
 * decides what comes after what. `received` is where it begins.
 */
const MOVES: readonly Move[] = [
  { from: UNTOLD, event: 'acknowledged' },
  { from: STATES, event: 'informed' },
  { from: STATES, event: 'noted' },
  { from: STATES, event: 'corrected' },
  { from: STATES, event: 'assigned' },
  { from: STATES, event: 'reminded' },
  { from: BEFORE_WORK, event: 'subject-named' },
  { from: BEFORE_WORK, event: 'portals-joined', types: JOINED },

  { from: ['open', 'awaiting-identity'], event: 'identity-asked', to: 'awaiting-identity' },
  { from: ['awaiting-identity'], event: 'identity-answered', to: 'open' },
  { from: ['open', 'awaiting-identity'], event: 'identity-confirmed', to: 'open' },
  { from: ['open', 'awaiting-identity'], event: 'identity-failed', to: 'open' },
  { from: ['open', 'awaiting-identity'], event: 'cannot-identify', to: 'unidentified' },
  { from: BEFORE_WORK, event: 'identification-supplied' },
  { from: ['unidentified'], event: 'identification-supplied', to: 'open' },

  { from: ['open'], event: 'clarification-asked', to: 'awaiting-clarification' },
  { from: ['awaiting-clarification'], event: 'clarification-answered', to: 'open' },

  { from: ['open', 'approved'], event: 'fee-asked', to: 'awaiting-fee' },
  { from: ['awaiting-fee'], event: 'fee-paid', to: 'open' },

  { from: UNTOLD, event: 'extended' },
  { from: UNTOLD, event: 'limited' },

  { from: ['open'], event: 'proposed', to: 'awaiting-approval' },
  { from: ['awaiting-approval'], event: 'approved', to: 'approved' },
  { from: ['awaiting-approval', 'approved'], event: 'rejected', to: 'open' },

  { from: ['approved'], event: 'execution-begun', to: 'executing' },
  { from: ['open'], event: 'execution-begun', to: 'executing', types: EXCEPT_ERASURE },
  // It takes effect whatever else was asked of the person (Art. 7(3)).
  { from: WAITING, event: 'execution-begun', to: 'executing', types: ['consent-withdrawal'] },
  // Of what was brought along: it was done before it came here.
  { from: ['open'], event: 'done-elsewhere', to: 'executed' },

  { from: ['executing'], event: 'step-begun' },
  { from: ['executing'], event: 'step-done' },
  { from: ['executing'], event: 'executed', to: 'executed' },
  { from: ['executed'], event: 'package-approved', types: PACKED },
  { from: ['executed'], event: 'released', types: PACKED },
  { from: ['executed'], event: 'first-part-answered', to: 'open', types: FOLLOWED },
  { from: ['executed'], event: 'answered', to: 'answered' },
  { from: ['executed'], event: 'granted', to: 'in-force', types: LASTING },
  { from: ['executed'], event: 'answered-in-part', to: 'awaiting-release', types: ['erasure'] },
  { from: ['awaiting-release'], event: 'rest-erased', to: 'answered', types: ['erasure'] },
  { from: ['in-force', 'lifting-announced'], event: 'lifting-announced', to: 'lifting-announced', types: LASTING },
  { from: ['lifting-announced'], event: 'lifted', to: 'answered', types: LASTING },

  { from: [...BEFORE_WORK, 'approved'], event: 'refused', to: 'refused' },
  { from: [...BEFORE_WORK, 'approved', 'executed'], event: 'refusal-told', to: 'refusal-told', types: LASTING },
  { from: ['refusal-told'], event: 'lifted', to: 'refused', types: LASTING },
  { from: [...UNDECIDED, 'unidentified'], event: 'withdrawn', to: 'withdrawn' },
  { from: ['executed'], event: 'withdrawn', to: 'withdrawn', types: PACKED },
  { from: BEFORE_WORK, event: 'duplicate-marked', to: 'duplicate' },

  { from: ['answered', 'refused'], event: 'ground-ended', to: 'open' },
  { from: ['answered', 'refused', 'duplicate'], event: 'reopened', to: 'open' },
];

/** By type, state and event: worked out once from the table. */
const NEXT: ReadonlyMap<string, RequestState> = new Map(
  MOVES.flatMap(({ from, event, to, types = REQUEST_TYPES }) =>
    types.flatMap((type) => from.map((state): [string, RequestState] => [`${type} ${state} ${event}`, to ?? state])),
  ),
);

/** The state after an event; undefined where it cannot happen. */
export function nextState(type: RequestType, state: RequestState, event: EventKind): RequestState | undefined {
  return NEXT.get(`${type} ${state} ${event}`);
}

/** What can happen next here, in the order of the table. */
export function legalEvents(type: RequestType, state: RequestState): EventKind[] {
  return [...new Set(MOVES.map(({ event }) => event))].filter(
    (event) => event !== 'done-elsewhere' && nextState(type, state, event) !== undefined,
  );
}
