import { selector, type Texts } from '../../foundations/messages/texts.ts';
import type { ComplaintClock } from '../../law/complaint-clock.ts';
import type { ClockStep, Pause, Reading, RequestClock } from '../../law/request-clock/model.ts';
import { wallTime } from '../../law/request-clock/spelling.ts';

/** What a message is told where a value that it may name is not there. */
const ABSENT = 'none';

/**
 * The steps of a clock as sentences, each with the place where its rule stands: "received …, because …, therefore …".
 * Of a complaint likewise.
 */
export function clockInWords(clock: Pick<RequestClock, 'steps' | 'timeZone'>, t: Texts): string[] {
  return clock.steps.map((step) => cited(sentence(step, clock.timeZone, t), step.source, t));
}

export function complaintInWords(clock: ComplaintClock, t: Texts): string[] {
  const { readings, acknowledgedOn: on } = clock;
  const [first, second] = readings.map((day) => t.weekday(day)) as [string, string];
  return [
    t('clock.complaint.receipt', { day: t.weekday(clock.received), rules: rulesIn(clock.ruleSet, t) }),
    cited(t('clock.complaint.readings', { days: clock.acknowledgeDays, first, second }), clock.source, t),
    on === null ? t('clock.complaint.open') : t('clock.complaint.acknowledged', { day: t.weekday(on) }),
    t('clock.complaint.outcome'),
  ];
}

function sentence(step: ClockStep, timeZone: string, t: Texts): string {
  const day = (one: string) => t.weekday(one);
  switch (step.rule) {
    case 'corrected': {
      const { type: event, was, became } = step.correction;
      const at = (one: string) => t.instant(new Date(one), timeZone);
      return t('clock.corrected', {
        event: selector(event),
        was: at(was),
        became: became === null ? ABSENT : at(became),
      });
    }
    case 'receipt': {
      const { at, timeZone: zone, ruleSet } = step;
      return t('clock.receipt', { time: wallTime(at, zone), zone, day: day(step.day), rules: rulesIn(ruleSet, t) });
    }
    case 'pause':
      return pause(step.pause, step.days, step.policy, t);
    case 'ignored': {
      const { what, why, limit } = step;
      return t('clock.ignored', { what, on: day(step.on), why: selector(why), limit: limit ?? -1 });
    }
    case 'month': {
      const { period, length, from, to, clamped } = step;
      const unit = length.endsWith('D') ? 'days' : 'months';
      const values = { period, length: t.duration(length), unit, from: day(from), to: day(to) };
      return t('clock.month', { ...values, count: Number.parseInt(length.slice(1), 10), clamped });
    }
    case 'further-months':
      return t('clock.further-months', { from: day(step.from), to: day(step.to) });
    case 'uncounted':
      return t('clock.uncounted', { days: step.days, from: day(step.from), to: day(step.to) });
    case 'extended': {
      const until = step.lastDay ? day(step.lastDay) : ABSENT;
      const reasons = t.list(step.reasons.map((one) => t(`clock.reason.${one}`)));
      return t('clock.extended', { on: day(step.on), until, reasons, further: t.duration(step.further) });
    }
    case 'readings': {
      const readings = step.readings.map((one) => reading(one, t)).join('; ');
      return t('clock.readings', { readings, earliest: day(step.earliest) });
    }
    case 'shift': {
      const { from, to, skipped } = step.shift;
      const place = placeIn(step.place, t);
      if (skipped.length === 0) return t('clock.shift.none', { from: day(from), place });
      const off = t.list(
        skipped.map((one) => {
          const what = t(`clock.off.${one.why}`, { day: day(one.day) });
          return one.computed ? t('clock.off.computed', { what }) : what;
        }),
      );
      return t('clock.shift.moved', { off, place, to: day(to) });
    }
    case 'suspended': {
      const { awaiting, since, daysLeft } = step;
      return t('clock.suspended', { awaiting, since: day(since), left: daysLeft ?? -1 });
    }
    case 'due':
      return t('clock.due', { day: day(step.day), zone: step.timeZone });
    case 'target':
      return t('clock.target', { day: day(step.day), days: step.workingDays, before: day(step.before) });
    case 'warning': {
      const { code, place, ...more } = step.warning;
      const values = { ...more, place: placeIn(place, t), ...('day' in more ? { day: day(more.day) } : {}) };
      return t(`clock.warning.${code}`, values);
    }
    case 'closed': {
      const { how, on, lastDay, late } = step;
      if (how === 'withdrawn') return t('clock.closed.withdrawn', { on: day(on) });
      return t('clock.closed.done', { how, on: day(on), last: lastDay ? day(lastDay) : ABSENT, late: late === true });
    }
  }
}

function pause(
  { awaiting, asked, answered, effect }: Pause,
  days: number | null,
  policy: string | null,
  t: Texts,
): string {
  const values = { awaiting, asked: t.weekday(asked), policy: policy ?? ABSENT };
  if (answered === null) return t('clock.pause.open', values);
  const came = { ...values, answered: t.weekday(answered) };
  return effect === 'restart'
    ? t('clock.pause.restart', came)
    : t('clock.pause.uncounted', { ...came, days: days ?? 0 });
}

function reading({ extension, suspension, nominal, due }: Reading, t: Texts): string {
  const how = [
    ...(extension ? [t(`clock.how.${extension}`)] : []),
    ...(suspension ? [t(`clock.how.${suspension}`)] : []),
  ].join(', ');
  const shifted = due === nominal ? ABSENT : t.weekday(due);
  return t('clock.reading', { how, nominal: t.weekday(nominal), due: shifted });
}

/** A rule set by the law it is of; one that nobody has named stays as it is. */
const rulesIn = (id: string, t: Texts): string => t.maybe(`clock.rules.${id}`) ?? id;

/** The place of a calendar: a state, a part of one, an institution of the Union. */
function placeIn(place: string, t: Texts): string {
  if (place === 'none') return ABSENT;
  const named = t.maybe(`clock.place.${place}`);
  if (named) return named;
  const [country = place, part] = place.split('-');
  return part === undefined ? t.country(country) : t('clock.place.part', { country: t.country(country), part });
}

const MORE: Record<string, string> = {
  ', last sentence': 'last',
  ', second and third sentence': 'further',
  ': "without undue delay"': 'undue',
};
const PROVISION = /^(\d+[A-Z]?)(?:\((\d+)\))?(?:\(([a-z]+)\))?/;
const slug = (text: string) =>
  text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');

/** A sentence with where its rule stands, as the language cites it; what it has no spelling of stays as it is. */
function cited(sentence: string, source: string | null, t: Texts): string {
  if (source === null) return sentence;
  const places = source.split('; ').map((one) => {
    const [statute = '', rest = ''] = one.split(' Art. ', 2);
    const [whole = '', number, paragraph, point] = PROVISION.exec(rest) ?? [];
    const more = rest.slice(whole.length);
    const law = t.maybe(`clock.source.law.${slug(statute)}`);
    if (law === undefined || number === undefined || (more !== '' && !MORE[more]))
      return t.maybe(`clock.source.${slug(one)}`) ?? one;
    const article =
      paragraph === undefined
        ? t('law.article', { number })
        : point === undefined
          ? t('law.paragraph', { number, paragraph })
          : t('law.point', { number, paragraph, point });
    return t('clock.source.article', { law, article, more: MORE[more] ?? ABSENT });
  });
  return t('clock.cited', { sentence, source: places.join('; ') });
}
