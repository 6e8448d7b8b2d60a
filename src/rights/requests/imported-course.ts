import { instantOf } from '../../foundations/contract/instant.ts';
import { invalidField } from '../../foundations/contract/problem.ts';
import { localDay } from '../../law/duration.ts';
import { groundsAgainst, regimeUnder } from '../../law/grounds.ts';
import type { ClockTerms } from '../../law/request-clock/model.ts';
import { claimOf } from './check-ground.ts';
import type { NewEvent } from './events.ts';
import { IMPORTED_EVENTS, type ImportedEvent, type RequestRecord } from './import-model.ts';
import type { Life } from './replay.ts';
import { CLOSED, nextState, type RequestState } from './states.ts';

/** Members that an event cannot be told without. */
const NEEDED: Partial<Record<ImportedEvent['event'], readonly (keyof ImportedEvent)[]>> = {
  'identity-asked': ['method'],
  'identity-answered': ['method'],
  'identity-confirmed': ['method'],
  'identity-failed': ['method'],
  'clarification-asked': ['text'],
  extended: ['reasons'],
  noted: ['text'],
  answered: ['outcome'],
  refused: ['ground'],
};

/**
 * The course of a request as events of ours, each with its true time. What was asked for was done elsewhere before it
 * was answered: no proposal, approval or step of the work is claimed.
 * @throws Problem naming the event that cannot follow, cannot be then, or lacks something, and what would be right.
 */
export function courseOf(
  { type, receivedAt, events, marketing }: RequestRecord,
  terms: ClockTerms,
  now: Date,
): { course: NewEvent[]; closedAt: Date } {
  const course: NewEvent[] = [];
  let state: RequestState = 'open';
  let last = instantOf('/receivedAt', receivedAt);
  const received = localDay(last, terms.timeZone);
  const life = { part: type, received: { marketing } } as Pick<Life, 'part' | 'received'>;
  for (const [n, told] of events.entries()) {
    const pointer = `/events/${n}`;
    const at = instantOf(`${pointer}/at`, told.at);
    if (at < last) throw invalidField(`${pointer}/at`, 'must not lie before what stands before it');
    if (at > now) throw invalidField(`${pointer}/at`, 'must have passed');
    last = at;
    for (const member of NEEDED[told.event] ?? [])
      if (told[member] === undefined) throw invalidField(`${pointer}/${member}`, `is required of ${told.event}`);
    const done = told.event === 'answered' ? nextState(type, state, 'done-elsewhere') : undefined;
    if (done) {
      course.push({ kind: 'done-elsewhere', data: { outcome: told.outcome ?? 'done' }, occurredAt: at });
      state = done;
    }
    const next = nextState(type, state, told.event);
    if (next === undefined) {
      const possible = IMPORTED_EVENTS.filter((event) =>
        nextState(type, event === 'answered' ? (nextState(type, state, 'done-elsewhere') ?? state) : state, event),
      );
      throw invalidField(
        `${pointer}/event`,
        `cannot follow: the request is ${state} then. Possible: ${possible.join(', ')}`,
      );
    }
    if (told.ground !== undefined) checkGroundOf(life, told.ground, `${pointer}/ground`, terms, received);
    if (told.ground === 'national-restriction' && !told.restriction)
      throw invalidField(`${pointer}/restriction`, 'must give provision, scope and day of review (Art. 23)');
    state = next;
    course.push(eventOf(told, at));
  }
  if (!CLOSED.includes(state))
    throw invalidField(
      '/events',
      `must end with what closes it (answered, refused, withdrawn, cannot-identify); it is ${state}. What is open is entered as a request`,
    );
  return { course, closedAt: last };
}

/** By the law of the day on which it was received; how it stood then somebody vouches for. */
function checkGroundOf(
  life: Pick<Life, 'part' | 'received'>,
  ground: string,
  pointer: string,
  { jurisdiction }: ClockTerms,
  day: string,
): void {
  const claim = claimOf(life);
  const possible = groundsAgainst(claim, regimeUnder(jurisdiction), day)
    .filter(({ effect }) => effect === 'refuse' || effect === 'reject')
    .map((one) => one.ground);
  if (!(possible as string[]).includes(ground))
    throw invalidField(
      pointer,
      `cannot be held against ${claim} by the law of that day. Possible: ${[...new Set(possible)].join(', ') || 'none'}`,
    );
}

function eventOf(told: ImportedEvent, occurredAt: Date): NewEvent {
  const { text = '', method = 'known', sent, letter } = told;
  const said = { sent, letterReference: letter };
  switch (told.event) {
    case 'acknowledged':
      return { kind: told.event, occurredAt, data: said };
    case 'identity-asked':
      return {
        kind: told.event,
        occurredAt,
        data: { ...said, method, checkId: null, doubt: told.doubt ?? 'unknown-sender' },
      };
    case 'identity-answered':
      return { kind: told.event, occurredAt, data: { method, checkId: null } };
    case 'identity-confirmed':
      return { kind: told.event, occurredAt, data: { method, checkId: null, ...(text === '' ? {} : { text }) } };
    case 'identity-failed':
      return { kind: told.event, occurredAt, data: { method, checkId: null, outcome: 'failed' } };
    case 'cannot-identify':
      return { kind: told.event, occurredAt, data: { ...said, asked: [] } };
    case 'clarification-asked':
      return { kind: told.event, occurredAt, data: { ...said, question: text } };
    case 'clarification-answered':
    case 'noted':
      return { kind: told.event, occurredAt, data: { text } };
    case 'extended':
      return { kind: told.event, occurredAt, data: { ...said, reasons: told.reasons ?? [], text } };
    case 'answered':
      return { kind: told.event, occurredAt, data: { ...said, outcome: told.outcome ?? 'done' } };
    case 'refused':
      return {
        kind: told.event,
        occurredAt,
        data: {
          ...said,
          ground: told.ground as NonNullable<typeof told.ground>,
          restriction: told.restriction,
          exceptions: told.exceptions,
          text,
        },
      };
    case 'withdrawn':
      return { kind: told.event, occurredAt, data: { ...said, by: 'person' } };
  }
}
