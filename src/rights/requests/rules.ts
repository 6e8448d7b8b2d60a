import type { Context } from '../../foundations/contract/context.ts';
import { invalidField, Problem } from '../../foundations/contract/problem.ts';
import { addDuration, localDay } from '../../law/duration.ts';
import type { ClockEvent } from '../../law/request-clock/events.ts';
import { callTo } from './calls.ts';
import type { File, RequestRecords } from './case-file.ts';
import type { AbuseEvidence, NewEvent, Outcome } from './events.ts';
import { FULFILMENT } from './fulfilment/by-type.ts';
import type { RequestType } from './types.ts';

const IDENTIFYING = ['identity-checks', 'identity-code', 'identity-decision'];

/** What is given away, changed or destroyed only when it is known who asks (Art. 12(6)). */
const NEED_IDENTITY: readonly RequestType[] = ['access', 'portability', 'rectification', 'erasure'];
/** The same for what a stranger has sent by themselves: the answer says whether there is anything about the person. */
const NEED_IDENTITY_OF_STRANGERS: readonly RequestType[] = ['restriction', 'objection', 'consent-withdrawal'];

/** When something happened: never in the future, never before the request. */
export function momentOf(file: File, at: string | undefined, now: Date): Date {
  if (at === undefined) return now;
  const moment = new Date(at);
  if (moment > now) throw invalidField('/at', 'must not lie in the future');
  if (moment < file.life.received.at) throw invalidField('/at', 'must not lie before the request was received');
  return moment;
}

/** After so long what is held is no longer what a copy showed. */
const FIRST_COPY_AGAIN = 'P1Y';

const WHY: Record<string, string> = {
  'after-end': 'the first month has ended (Art. 12(3))',
  'reasons-missing': 'the reasons are missing (Art. 12(3))',
  'already-extended': 'the time can be extended once',
  closed: 'the request is closed',
  'before-receipt': 'it is dated before the receipt',
};

/**
 * An extension that the law lets count (Art. 12(3); REQ-A14).
 * @throws Problem `conflict` after the first month, or the second time; `unprocessable-request` without reasons.
 */
export function checkExtension(records: RequestRecords, context: Context, file: File, event: NewEvent): void {
  if (event.kind === 'extended' && event.data.reasons.length === 0)
    throw invalidField('/reasons', 'must name complexity, number, or both (Art. 12(3))');
  const { timing, life } = records.check(file, event, context);
  if (!timing.clock) throw new Problem('conflict', 'This clock cannot be extended.');
  const ignored = timing.clock.ignored.find((one) => one.event === (String(life.seq) as ClockEvent['id']));
  if (ignored)
    throw new Problem('conflict', `It cannot be extended: ${WHY[ignored.why] ?? ignored.why}.`, {
      members: { why: ignored.why },
    });
}

/** Who asks is established, where that matters. @throws Problem `conflict` */
export function checkIdentity({ life }: File): void {
  const stranger = life.received.enteredBy === 'person' && NEED_IDENTITY_OF_STRANGERS.includes(life.part);
  if ((stranger || NEED_IDENTITY.includes(life.part)) && life.identity?.state !== 'confirmed')
    throw new Problem(
      'conflict',
      'It is not established yet who asks: check the identity, or record how the person was recognised (Art. 12(6)). ' +
        `Possible: ${IDENTIFYING.map(callTo).join(', ')}.`,
      { members: { missing: ['it must be shown who asks'], calls: IDENTIFYING.map(callTo) } },
    );
}

/** A second person: not the one who proposed or prepared it. @throws Problem `forbidden` */
export function checkSecondPerson(context: Context, first: string | undefined): void {
  if (first === context.principal.id)
    throw new Problem(
      'forbidden',
      'This cannot be taken back: another person than the one who proposed it must agree.',
    );
}

/** How it is decided, for the types an officer decides. @throws Problem */
export function checkOutcome({ life }: File, outcome: Outcome | undefined, text: string | undefined): void {
  const { decided } = FULFILMENT[life.part];
  if (!decided) {
    if (outcome !== undefined)
      throw invalidField('/outcome', 'is not for this type: what is done says what came of it');
    return;
  }
  if (outcome === undefined || !decided.includes(outcome))
    throw invalidField('/outcome', `must be one of ${decided.join(', ')}`);
  if (life.part === 'objection' && outcome === 'rejected') {
    if (life.received.marketing)
      throw invalidField('/outcome', 'an objection to direct marketing is absolute (Art. 21(3))');
    if (text === undefined) throw invalidField('/text', 'must document the compelling grounds (Art. 21(1))');
  }
  if (life.part !== 'objection' && text === undefined) throw invalidField('/text', 'must say what was found');
}

/**
 * What shows the abuse (Art. 12(5); C-526/24; REQ-A16): the days of earlier requests, or both elements of abuse. How
 * many requests there were shows nothing.
 */
export function checkAbuse(abuse: (AbuseEvidence & { count?: number }) | undefined): void {
  if (!abuse) throw invalidField('/abuse', 'must say which of the two, and give the evidence (Art. 12(5))');
  const { earlierRequests, objectiveElements, subjectiveElements } = abuse;
  const elements = objectiveElements !== undefined && subjectiveElements !== undefined;
  const repeated = abuse.which === 'excessive' && (earlierRequests?.length ?? 0) > 0;
  if (!elements && !repeated)
    throw invalidField(
      '/abuse',
      'needs the days of earlier requests (excessive), or the objective and the subjective elements of abuse; a count alone shows nothing',
    );
}

/** @throws Problem where the fee is more than what it costs. */
export function checkFee(fee: { amount: number; costs: { amount: number }[] }): void {
  const costs = fee.costs.reduce((sum, { amount }) => sum + amount, 0);
  if (fee.amount > costs) throw invalidField('/amount', 'must not be more than the costs (Art. 12(5)(a), 15(3))');
}

/**
 * A fee for a further copy (Art. 15(3)): only where there was a first. After a year a copy is of other data, and a first
 * one again (EDPB 01/2022), unless an officer has found that nothing has changed.
 * @throws Problem naming what is missing.
 */
export function checkFurtherCopy(before: string | undefined, unchanged: boolean, now: Date): asserts before is string {
  if (before === undefined)
    throw invalidField(
      '/basis',
      'the first copy is free (Art. 15(3)): there is no earlier answer to a request of this person',
    );
  if (!unchanged && addDuration(before, FIRST_COPY_AGAIN) <= now.toISOString().slice(0, 10))
    throw invalidField(
      '/unchanged',
      'must say that nothing has changed: the last copy is more than a year old, and this is a first copy of what is held now (Art. 15(3))',
    );
}

/** @throws Problem for a review that lies behind, or a part that is not named. */
export function checkRestriction(
  { scope, categories, reviewOn }: { scope: 'whole' | 'part'; categories?: string[] | undefined; reviewOn: string },
  { life }: File,
  now: Date,
  at = '',
): void {
  if (reviewOn <= localDay(now, life.received.terms.timeZone)) throw invalidField(`${at}/reviewOn`, 'must lie ahead');
  if (scope === 'part' && categories === undefined) throw invalidField(`${at}/categories`, 'must name the part');
}
