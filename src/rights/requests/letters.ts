import type { Context } from '../../foundations/contract/context.ts';
import { invalidField } from '../../foundations/contract/problem.ts';
import { localDay } from '../../law/duration.ts';
import type { Act, File, RequestRecords } from './case-file.ts';
import type { EventKind, NewEvent, Sent } from './events.ts';
import { mailLetter } from './letters/mail-letter.ts';
import type { Facts, LetterKind, MadeLetter, Said } from './letters/model.ts';
import type { RequestPorts } from './ports.ts';
import { momentOf } from './rules.ts';

/** What an act says of its letter: by which way it goes, and what only the act knows. */
export interface Saying extends Said {
  sent?: Sent;
  /** When it was handed over, where it did not go by mail. */
  at?: string;
  /** What is kept with the request instead, where the person gets a secret by mail. */
  masked?: Said;
}

/** What every letter about a request knows, of the request as it stands. */
export function factsOf({ row, requester, life, timing }: Pick<File, 'row' | 'requester' | 'life' | 'timing'>): Facts {
  const { clock } = timing;
  const open = clock?.status === 'suspended' ? clock.pauses.find(({ answered }) => answered === null) : undefined;
  return {
    reference: row.reference,
    type: life.part,
    name: requester?.name ?? null,
    then: life.part === life.type ? life.then : null,
    // Of one that began anew the clock runs from then; it was received when it was received.
    receivedOn: localDay(life.received.at, life.received.terms.timeZone),
    dueOn: life.type === 'complaint' ? null : timing.dueOn,
    standsStill: open?.awaiting ?? null,
    extended: Boolean(clock?.extension),
  };
}

/** By which way a letter goes: by mail where there is an address and nothing else is said. Undefined: somebody posts it. */
export const wayOf = ({ requester }: Pick<File, 'requester'>, sent: Sent | undefined): Sent | undefined =>
  sent ?? (requester?.email ? 'email' : undefined);

/**
 * When the person was told. What goes by mail goes now; what was handed over otherwise may have been before, but not
 * before what it tells of. @throws Problem naming `/at` or `/sent`
 */
function toldAt(file: File, { at, sent }: Saying, now: Date): Date {
  const moment = momentOf(file, at, now);
  if (at === undefined) return moment;
  const way = wayOf(file, sent);
  if (way === undefined) throw invalidField('/sent', 'must say by which way it reached the person at that time');
  if (way === 'email')
    throw invalidField(
      '/at',
      'must be left out: the letter goes by mail now. Say in `sent` how it was handed over before',
    );
  const done = file.events.findLast(({ kind }) => kind === 'executed' || kind === 'released');
  if (done && file.life.state === 'executed' && moment < done.occurredAt)
    throw invalidField('/at', 'must not lie before what is told of was done');
  return moment;
}

/**
 * An act that a letter tells of. The letter is made of the request as it stands with the event: its days, its state,
 * what came of it. @throws Problem `conflict` where the event cannot follow, or a fact that the letter needs is missing.
 */
export async function telling(
  { ports, records }: { ports: Pick<RequestPorts, 'letters' | 'outbox'>; records: Pick<RequestRecords, 'check'> },
  context: Context,
  file: File,
  event: NewEvent,
  kind: LetterKind,
  saying: Saying = {},
): Promise<Act> {
  const occurredAt = event.occurredAt ?? toldAt(file, saying, context.clock());
  const happened = { ...event, occurredAt } as NewEvent;
  const { life, timing } = records.check(file, happened, context);
  const { sent, at: _, masked, ...said } = saying;
  const { email, language = 'en' } = file.requester ?? {};
  // What is answered is the part that was being dealt with; of two in one request the next may have begun by it.
  const own = {
    type: file.life.part,
    then: file.life.part === life.part ? factsOf({ ...file, life, timing }).then : null,
  };
  const facts = { ...factsOf({ ...file, life, timing }), ...own, ...said };
  const letter = await ports.letters.make(context, kind, facts, language);
  const way = wayOf(file, sent);
  // What is printed to be handed over must be whole; of what went by mail the secret is kept nowhere else.
  const keptLetter =
    masked && way === 'email' ? await ports.letters.make(context, kind, { ...facts, ...masked }, language) : letter;
  const withLetter = (made: MadeLetter): NewEvent =>
    ({ ...happened, data: { ...event.data, letter: made, sent: way } }) as NewEvent;
  if (way !== 'email' || !email) return { events: [withLetter(keptLetter)], also: undefined };
  const { messageId, add } = await mailLetter(ports.outbox, context, email, letter);
  return { events: [withLetter({ ...keptLetter, messageId })], also: add };
}

/** Events by which the clock stands still until the person answers: nobody waits for what nobody was asked. */
const PAUSING: readonly EventKind[] = ['identity-asked', 'clarification-asked', 'fee-asked'];

/** @throws Problem naming `/sent` where what is asked would reach nobody. */
export function checkAsked(file: File, kind: EventKind, sent: Sent | undefined): void {
  if (PAUSING.includes(kind) && wayOf(file, sent) === undefined)
    throw invalidField('/sent', 'must say by which way the person is asked: there is no address to mail it to');
}
