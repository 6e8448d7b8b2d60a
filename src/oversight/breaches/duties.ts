import { type BreachClock, breachClock } from '../../law/breach-clock.ts';
import type { MissingPart } from './events.ts';
import type { BreachDecision } from './model.ts';
import type { BreachState } from './replay.ts';

export const DUTIES = [
  'assess-risk',
  'tell-controller',
  'decide',
  'notify-authority',
  'give-delay-reasons',
  'complete-information',
  'tell-persons',
  'make-public',
] as const;
/** One thing that the law still asks for. */
export interface Duty {
  duty: (typeof DUTIES)[number];
  controller: string | null;
  due: Date | null;
}

const AUTHORITY_NOTICES: readonly string[] = [
  'DPABreachInitialNotice',
  'DPAPhasedBreachNotice',
  'DataBreachConcludingReport',
];
export const toAuthority = ({ notice }: { notice: string }): boolean => AUTHORITY_NOTICES.includes(notice);

/** Whose breach it is; where no activity of the register covers it, whoever found it answers for it. */
export function controllersOf({ affected, foundBy }: BreachState): string[] {
  const parties = affected?.controllers.map(({ party }) => party) ?? [];
  return parties.length > 0 ? parties : [foundBy];
}

const noticesOf = ({ notifications }: BreachState, controller: string) =>
  notifications.filter((one) => one.controller === controller);

/** When a controller was told by who found it (Art. 33(2)); null: not yet, or it found the breach itself. */
export function toldAt(state: BreachState, controller: string): Date | null {
  const times = noticesOf(state, controller)
    .filter(({ notice }) => notice === 'ControllerBreachNotice')
    .map(({ at }) => at.getTime());
  return times.length === 0 ? null : new Date(Math.min(...times));
}

/**
 * When a controller became aware: as it found the breach itself, or when its processor told it. Undefined: not yet, and
 * its 72 hours have not begun.
 */
export function awareAtOf(state: BreachState, controller: string): Date | undefined {
  return controller === state.foundBy ? state.awareAt : (toldAt(state, controller) ?? undefined);
}

/** The first notice a controller gave its authority. */
export function firstToAuthority(state: BreachState, controller: string) {
  return noticesOf(state, controller)
    .filter(toAuthority)
    .reduce<BreachState['notifications'][number] | undefined>(
      (first, one) => (first && first.at <= one.at ? first : one),
      undefined,
    );
}

/** A controller's 72 hours at `now`, or as they stood when its authority was told. */
export function clockOf(state: BreachState, controller: string, now: Date): BreachClock | undefined {
  const aware = awareAtOf(state, controller);
  return aware && breachClock(aware, firstToAuthority(state, controller)?.at ?? now, state.hours);
}

/** What of Art. 33(3) nobody has said yet; `hasContact`: whether the register has a contact point of a controller. */
export function missingParts(state: BreachState, hasContact: (controller: string) => boolean): MissingPart[] {
  const { affected, persons, records, contact, consequences, measures } = state;
  const counted = affected !== null || (persons !== undefined && records !== undefined);
  return [
    ...(counted ? [] : (['33(3)(a)'] as const)),
    ...(contact !== undefined || controllersOf(state).every(hasContact) ? [] : (['33(3)(b)'] as const)),
    ...(consequences === undefined ? (['33(3)(c)'] as const) : []),
    ...(measures === undefined ? (['33(3)(d)'] as const) : []),
  ];
}

/** Why a decision does not stand on this assessment; undefined when it does (Art. 33(1), 34(1), 34(3)). */
export function unfounded(
  { authority, persons, exemption, personsReasons }: BreachDecision,
  risk: BreachState['risk'],
): { pointer: string; detail: string } | undefined {
  if (risk === undefined) return { pointer: '/authority', detail: 'needs an assessment of the risk first' };
  if (authority === 'BreachNotificationNotNeeded' && risk !== 'DBIAIndicatesNoRisk')
    return { pointer: '/authority', detail: 'must be told unless a risk to persons is unlikely (Art. 33(1))' };
  const told = persons === 'DataSubjectBreachNotificationNeeded';
  if (told && exemption !== undefined)
    return { pointer: '/exemption', detail: 'is for persons who are not told; they are, by this decision' };
  if (!told && risk === 'DBIAIndicatesHighRisk' && exemption === undefined)
    return { pointer: '/persons', detail: 'must be told of a high risk, unless exempt by Art. 34(3)(a) to (c)' };
  if (exemption !== undefined && personsReasons === undefined)
    return { pointer: '/personsReasons', detail: 'must say why Art. 34(3) applies' };
  return undefined;
}

/** What is still to be done, in the order of the law. Nothing once the breach is closed. */
export function openDuties(state: BreachState, hasContact: (controller: string) => boolean): Duty[] {
  if (state.closed) return [];
  const { decision, risk, foundBy, notifications } = state;
  const duties: Duty[] = [];
  const add = (duty: Duty['duty'], controller: string | null = null, due: Date | null = null) =>
    duties.push({ duty, controller, due });
  const controllers = controllersOf(state);
  if (risk === undefined) add('assess-risk');
  for (const controller of controllers)
    if (controller !== foundBy && !toldAt(state, controller)) add('tell-controller', controller);
  if (!decision || unfounded(decision, risk)) add('decide');
  for (const controller of controllers) {
    const first = firstToAuthority(state, controller);
    const clock = clockOf(state, controller, state.awareAt);
    if (!first) {
      if (decision?.authority !== 'BreachNotificationNotNeeded')
        add('notify-authority', controller, clock?.due ?? null);
      continue;
    }
    if (clock?.late && noticesOf(state, controller).every(({ delayReasons }) => delayReasons === undefined))
      add('give-delay-reasons', controller);
    const last = noticesOf(state, controller).filter(toAuthority).at(-1);
    if (last && last.missing.length > 0) add('complete-information', controller);
  }
  if (missingParts(state, hasContact).length > 0 && !duties.some(({ duty }) => duty === 'complete-information'))
    add('complete-information');
  const told = notifications.filter(({ notice }) => notice === 'DataSubjectBreachNotice');
  if (decision?.persons === 'DataSubjectBreachNotificationNeeded')
    for (const controller of controllers)
      if (!told.some((one) => one.controller === controller)) add('tell-persons', controller);
  if (decision?.exemption === 'JustificationA33DisproportionateEffort')
    for (const controller of controllers)
      if (!told.some((one) => one.controller === controller && one.by === 'public-communication'))
        add('make-public', controller);
  return duties;
}
