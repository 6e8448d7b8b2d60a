import type { Awaited } from '../rule-sets.ts';
import type { DayOff } from '../working-calendar.ts';
import type { ExtensionReason } from './events.ts';
import type { ClockStep, ClockWarning, Pause, Reading, WhyIgnored } from './model.ts';
import { partsOf, wallTime } from './spelling.ts';

const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const MONTHS = `January February March April May June July August September October November December`.split(' ');

const day = (text: string): string => {
  const { weekday, day, month, year } = partsOf(text);
  return `${WEEKDAYS[weekday - 1]} ${day} ${MONTHS[month - 1]} ${year}`;
};
const MONTHS_IN_WORDS = { '1': 'one month', '2': 'two months', '3': 'three months' };
const days = (count: number): string => (count === 1 ? '1 day' : `${count} days`);

const AWAITED: Record<Awaited, string> = {
  identity: 'what confirms the identity of the person',
  clarification: 'what the request is about',
  fee: 'the fee',
};
const OFF: Record<DayOff, string> = {
  saturday: 'a Saturday',
  sunday: 'a Sunday',
  'public-holiday': 'a public holiday',
};
const REASONS: Record<ExtensionReason, string> = { complexity: 'complexity', number: 'number of requests' };
const IGNORED: Record<WhyIgnored, string> = {
  'before-receipt': 'it is dated before the receipt',
  'already-asked': 'it had been asked already and was not answered yet',
  'not-prompt': 'it was not asked without undue delay',
  'after-end': 'the time for it was over',
  'never-suspends': 'awaiting it does not stop the clock',
  'reasons-missing': 'the reasons for the delay are missing',
  'already-extended': 'the time can be extended once',
  closed: 'the request was closed',
};

export function sentenceEn(step: ClockStep): string {
  switch (step.rule) {
    case 'corrected': {
      const { type, was, became } = step.correction;
      return `Corrected: "${type}" had been recorded for ${was}; ${became ? `it was on ${became}` : 'it did not happen'}, therefore everything was computed again.`;
    }
    case 'receipt':
      return `Received at ${wallTime(step.at, step.timeZone)} in ${step.timeZone}, therefore the day of receipt is ${day(step.day)}; the rules are those of ${step.ruleSet}.`;
    case 'pause':
      return pause(step.pause, step.days, step.policy);
    case 'ignored': {
      const what =
        step.what === 'extension'
          ? 'The extension'
          : step.what === 'other'
            ? 'What was recorded'
            : `Asking for ${AWAITED[step.what]}`;
      const limit = step.limit === null ? '' : ` (within ${days(step.limit)})`;
      return `${what} on ${day(step.on)} does not move the clock, because ${IGNORED[step.why]}${limit}.`;
    }
    case 'month': {
      const [, count, unit] = /^P(\d+)([MD])$/.exec(step.length) ?? [];
      const period = unit === 'D' ? days(Number(count)) : MONTHS_IN_WORDS[count as keyof typeof MONTHS_IN_WORDS];
      const length = step.period === 'reply' ? period : `${period}, with the extension,`;
      if (unit === 'D')
        return `Because ${length} run from ${day(step.from)}, which is not counted, the period ends on ${day(step.to)}.`;
      const why = step.clamped
        ? 'the last day of its month, because that month has no such date'
        : 'the day with the same date';
      return `Because ${length} run${step.length === 'P1M' ? 's' : ''} from ${day(step.from)}, the period ends on ${day(step.to)}: ${why}.`;
    }
    case 'further-months':
      return `Because the extension can also be read as two months from the end of the first month, ${day(step.from)}, that reading ends on ${day(step.to)}.`;
    case 'uncounted':
      return `Because ${days(step.days)} do not count, the end moves from ${day(step.from)} to ${day(step.to)}.`;
    case 'extended': {
      const until = step.lastDay ? `, in time (until ${day(step.lastDay)})` : ', while the clock stood still';
      return `Extended: the person was told on ${day(step.on)}${until}, because of ${step.reasons.map((one) => REASONS[one]).join(' and ')}; therefore there are ${step.further === 'P2M' ? 'two further months' : `${days(Number(step.further.slice(1, -1)))} more at most`}.`;
    }
    case 'readings':
      return `The law can be read in more than one way: ${step.readings.map(reading).join('; ')}. Therefore the earlier reading of the policy used counts: ${day(step.earliest)}.`;
    case 'shift': {
      const { from, to, skipped } = step.shift;
      if (skipped.length === 0)
        return `Because ${day(from)} is a working day${where(step.place)}, it stays the last day.`;
      const off = skipped
        .map((one) => `${day(one.day)} is ${OFF[one.why]}${one.computed ? ' (computed)' : ''}`)
        .join(' and ');
      return `Because ${off}${where(step.place)}, the last day is the next working day, ${day(to)}.`;
    }
    case 'suspended': {
      const left =
        step.daysLeft === null ? 'the period will run anew from the answer' : `${days(step.daysLeft)} will be left`;
      return `Because ${AWAITED[step.awaiting]} has been awaited since ${day(step.since)}, the clock stands still and there is no last day; once it has come, ${left}.`;
    }
    case 'due':
      return `Therefore the reply is due by the end of ${day(step.day)} (24:00 in ${step.timeZone}).`;
    case 'target':
      return `Because the duty is to reply without undue delay, the target is ${day(step.day)}, ${step.workingDays} working days before ${day(step.before)}.`;
    case 'warning':
      return `Warning: ${warning(step.warning)}`;
    case 'closed': {
      if (step.how === 'withdrawn') return `The person withdrew the request on ${day(step.on)}.`;
      const what = step.how === 'answered' ? 'The reply was given' : 'The person was told that no action is taken';
      const until = step.lastDay ? `; the last day for it ${step.late ? 'was' : 'is'} ${day(step.lastDay)}` : '';
      return `${what} on ${day(step.on)}${until}: therefore it is ${step.late ? 'late' : 'in time'}.`;
    }
  }
}

const where = (place: string): string => (place === 'none' ? '' : ` in the calendar of ${place}`);

function pause({ awaiting, asked, answered, effect }: Pause, count: number | null, policy: string | null): string {
  const by = policy === null ? '' : ` by the policy "${policy}"`;
  const begun = `Because ${AWAITED[awaiting]} was asked for on ${day(asked)}`;
  if (answered === null) return `${begun} and has not come, the clock stands still${by}.`;
  const then = effect === 'restart' ? 'the period runs from that day' : `${days(count ?? 0)} do not count`;
  return `${begun} and came on ${day(answered)}, ${then}${by}.`;
}

function reading({ extension, suspension, nominal, due }: Reading): string {
  const how = [
    ...(extension === 'from-receipt' ? ['three months from the start'] : []),
    ...(extension === 'from-end-of-first-month' ? ['two months from the end of the first'] : []),
    ...(suspension ? [`policy "${suspension}"`] : []),
  ];
  return `${how.join(', ')}: ${day(nominal)}${due === nominal ? '' : `, with days off ${day(due)}`}`;
}

function warning(found: ClockWarning): string {
  switch (found.code) {
    case 'calendar-unknown':
      return `the public holidays of ${found.place} are not known; only Saturdays and Sundays were taken as days off, so that the day may be earlier than the law demands.`;
    case 'year-unknown':
      return `the public holidays of ${found.place} in ${found.year} are not known; only Saturdays and Sundays were taken as days off, so that the day may be earlier than the law demands.`;
    case 'holiday-computed':
      return `that ${day(found.day)} is a public holiday of ${found.place} was computed, not published; take over the official list of the year.`;
    case 'holiday-doubted':
      return `the published list of ${found.place} has ${day(found.day)} as a public holiday, but it is doubted and was taken as a working day; give it in the holidays of your own if it is one.`;
  }
}
