import type { TenantScope } from '../../foundations/contract/context.ts';
import { invalidField, notAsItStands } from '../../foundations/contract/problem.ts';
import { localDay } from '../../law/duration.ts';
import { rulesOf } from '../../law/jurisdictions.ts';
import { type BreachRules, rulesInForce } from '../../law/rule-sets.ts';
import { awareAtOf, clockOf, controllersOf, firstToAuthority, openDuties, toAuthority, unfounded } from './duties.ts';
import type { BreachEvent, ClockRules, MissingPart, NewEvent } from './events.ts';
import type { BreachCorrection, BreachDecision, BreachNotification } from './model.ts';
import { type BreachState, WITHDRAWABLE } from './replay.ts';

const callTo = (name: string): string => `POST /v1/breaches/{breachId}/${name}`;

/** Checks what has been before what is new: all instants in the past, and in the order in which things happen. */
export function checkTimes({ detectedAt, awareAt }: { detectedAt: Date; awareAt: Date }, now: Date): void {
  if (detectedAt > now) throw invalidField('/detectedAt', 'must not lie in the future');
  if (awareAt > now) throw invalidField('/awareAt', 'must not lie in the future');
  if (awareAt < detectedAt) throw invalidField('/awareAt', 'must not lie before the breach was noticed');
}

/**
 * The rules of the clock: those in force where the institution is, on the local day of awareness (REQ-001). They stay
 * with the breach, whatever the law becomes.
 *
 * @throws Problem for a day on which there were none.
 */
export function clockRules(
  sets: readonly BreachRules[],
  { jurisdiction, timeZone }: TenantScope,
  awareAt: Date,
): ClockRules {
  try {
    const { hours, id } = rulesInForce(sets, rulesOf(jurisdiction), localDay(awareAt, timeZone));
    return { hours, rules: id };
  } catch (fault) {
    if (!(fault instanceof RangeError)) throw fault;
    throw invalidField('/awareAt', 'must lie in a time in which the law asked for such notices');
  }
}

/** @throws Problem `conflict`: a closed breach is opened again by a correction that withdraws its closing. */
export function stillOpen({ closed }: BreachState): void {
  if (closed)
    throw notAsItStands('This breach is closed. A correction that withdraws the closing opens it again.', [
      callTo('corrections'),
    ]);
}

export function checkDecision(state: BreachState, decision: BreachDecision): void {
  stillOpen(state);
  const fault = unfounded(decision, state.risk);
  if (fault) throw invalidField(fault.pointer, fault.detail);
}

/** Which controller a notice is of, or to. */
function controllerMeant(state: BreachState, wanted: string | undefined): string {
  const controllers = controllersOf(state);
  if (wanted !== undefined && !controllers.includes(wanted))
    throw invalidField('/controller', 'is not among the controllers this breach affects');
  const [first, ...others] = controllers;
  const meant = wanted ?? (others.length === 0 ? first : undefined);
  if (meant === undefined) throw invalidField('/controller', 'is needed: several controllers are affected');
  return meant;
}

/** A notice that was given, ready to be recorded (Art. 33(1), (2), (4), 34). */
export function checkedNotification(
  state: BreachState,
  input: BreachNotification,
  missing: MissingPart[],
  now: Date,
): NewEvent {
  stillOpen(state);
  const at = new Date(input.at);
  if (at > now) throw invalidField('/at', 'must not lie in the future');
  if (at < state.awareAt) throw invalidField('/at', 'must not lie before the breach was known');
  const { notice } = input;
  const toController = notice === 'ControllerBreachNotice';
  const others = controllersOf(state).filter((party) => party !== state.foundBy);
  const controller =
    toController && input.controller === undefined && others.length === 1
      ? (others[0] as string)
      : controllerMeant(state, input.controller);
  if (toController && controller === state.foundBy)
    throw invalidField('/controller', 'found the breach itself: nobody need tell it');
  if (toAuthority(input)) checkPhase(state, controller, input, missing);
  return {
    kind: 'phase-notified',
    occurredAt: at,
    data: { ...input, controller, missing: toAuthority(input) ? missing : [] },
  };
}

function checkPhase(state: BreachState, controller: string, input: BreachNotification, missing: MissingPart[]): void {
  const first = firstToAuthority(state, controller);
  const initial = input.notice === 'DPABreachInitialNotice';
  if (initial && first)
    throw notAsItStands('The authority has had the first notice already; this is a further one.', [
      callTo('notifications'),
    ]);
  if (!initial && !first)
    throw notAsItStands(
      'The authority has had no first notice yet.',
      [callTo('notifications')],
      ['the first notice to the authority'],
    );
  if (first && new Date(input.at) < first.at) throw invalidField('/at', 'must not lie before the first notice');
  if (input.notice === 'DataBreachConcludingReport' && missing.length > 0)
    throw notAsItStands(
      `A concluding notice leaves nothing open; still missing: Art. ${missing.join(', ')}.`,
      [callTo('assessments'), callTo('affected'), callTo('corrections')],
      missing.map((part) => `Art. ${part}`),
    );
  if (!initial) return;
  const aware = awareAtOf(state, controller);
  if (!aware)
    throw notAsItStands(
      'This controller has not been told yet; record the notice to it first (Art. 33(2)).',
      [callTo('notifications')],
      ['the notice to the controller'],
    );
  if (new Date(input.at) < aware) throw invalidField('/at', 'must not lie before the controller knew of the breach');
  const late = clockOf(state, controller, new Date(input.at))?.late;
  if (late && input.delayReasons === undefined)
    throw invalidField('/delayReasons', `must say why the notice comes after the ${state.hours} hours (Art. 33(1))`);
}

/** @throws Problem where there is nothing to withdraw, or the corrected instants make no sense. */
export function checkCorrection(
  state: BreachState,
  events: readonly BreachEvent[],
  input: BreachCorrection,
  now: Date,
) {
  const { withdraws, detectedAt, awareAt } = input;
  checkTimes(
    {
      detectedAt: detectedAt === undefined ? state.detectedAt : new Date(detectedAt),
      awareAt: awareAt === undefined ? state.awareAt : new Date(awareAt),
    },
    now,
  );
  if (awareAt !== undefined && input.awareness === undefined)
    throw invalidField('/awareness', 'must say why the clock begins then');
  if (withdraws === undefined) {
    stillOpen(state);
    return;
  }
  const event = events.find(({ seq }) => seq === withdraws);
  if (!event || !(WITHDRAWABLE as readonly string[]).includes(event.kind))
    throw invalidField('/withdraws', `must be the number of one of: ${WITHDRAWABLE.join(', ')}`);
  if (state.corrections.some((one) => one.withdraws === withdraws))
    throw notAsItStands('This was withdrawn already.', [callTo('corrections')]);
  if (event.kind !== 'closed') stillOpen(state);
}

/** @throws Problem `conflict` with what the law still asks for. */
export function checkClosing(state: BreachState, hasContact: (controller: string) => boolean): void {
  stillOpen(state);
  const open = openDuties(state, hasContact).map(({ duty, controller }) =>
    controller ? `${duty} (${controller})` : duty,
  );
  if (open.length > 0)
    throw notAsItStands(
      `Not everything is done: ${open.join(', ')}.`,
      [callTo('assessments'), callTo('decisions'), callTo('notifications')],
      open,
    );
}
