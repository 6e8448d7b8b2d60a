import type { ErasureException } from '../../../../law/vocabulary.ts';
import type { EventKind } from '../../../requests/events.ts';
import type { PackageRecord } from '../model.ts';
import { valueInWords } from './outside.ts';
import { cut, type Speech, sentence, text } from './speech.ts';

type Members = Record<string, unknown>;

/** Steps of the work that tell a reader nothing by themselves: how many there were is said once. */
export const INTERNAL: ReadonlySet<string> = new Set<EventKind>([
  'assigned',
  'reminded',
  'execution-begun',
  'step-begun',
  'step-done',
]);

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const codes = (value: unknown, prefix: string, say: Speech): string | undefined =>
  Array.isArray(value) && value.length > 0 ? say.t.list(value.map((one) => say.code(prefix, one))) : undefined;
const quoted = (value: unknown, say: Speech): string | undefined =>
  isText(value) ? say.t('records-in-words.told.words', { text: cut(value, say) }) : undefined;
const coded = (prefix: string) => (value: unknown, say: Speech) =>
  isText(value) ? say.code(`records-in-words.${prefix}`, value) : undefined;

/** `18-1-a`, `17-1-b`: where the ground of a request stands. */
const groundInLaw = (value: string, { law }: Speech): string =>
  law.cite(value.replace(/^(\d+)-(\d+)-([a-z])$/, '$1($2)($3)')) || law.statute;

type Telling = (value: unknown, say: Speech, event: Members) => string | undefined;

/** What is said of each member of an event, in this order. What has no line here is an internal number. */
const MEMBERS: Record<string, Telling> = {
  type: coded('type'),
  then: (value, say) =>
    isText(value) ? say.t('records-in-words.told.then', { type: say.code('records-in-words.type', value) }) : undefined,
  channel: coded('channel'),
  method: coded('method'),
  doubt: coded('doubt'),
  by: coded('by'),
  outcome: coded('outcome'),
  part: coded('type'),
  what: coded('reason'),
  because: coded('reason'),
  basis: coded('reason'),
  ground: (value, say) => {
    if (!isText(value)) return undefined;
    if (!/^\d/.test(value)) return say.code('records-in-words.reason', value);
    return say.t('records-in-words.told.ground', { article: groundInLaw(value, say) });
  },
  abuse: (value, say) => coded('reason')((value as Members | undefined)?.['which'], say),
  reasons: (value, say) => codes(value, 'records-in-words.reason', say),
  purpose: (value, say) =>
    isText(value) ? say.t('records-in-words.told.purpose', { purpose: say.purpose(value) }) : undefined,
  categories: (value, say) =>
    Array.isArray(value) && value.length > 0
      ? say.t('records-in-words.told.categories', { categories: say.t.list(value.map(say.category)) })
      : undefined,
  stops: (value, say) =>
    Array.isArray(value) && value.length > 0
      ? say.t('records-in-words.told.stops', { purposes: say.t.list(value.map(say.purpose)) })
      : undefined,
  transferTo: (value, say) =>
    isText(value) ? say.t('records-in-words.told.to', { party: say.party(value) }) : undefined,
  exceptions: (value, say) => {
    if (!Array.isArray(value) || value.length === 0) return undefined;
    const each = (value as { category: string; exception: ErasureException; reviewOn: string }[]).map((one) =>
      say.t('records-in-words.told.kept', {
        category: say.category(one.category),
        why: say.terms.exception(one.exception),
        day: say.day(one.reviewOn),
      }),
    );
    return each.join(', ');
  },
  marketing: (value, say) => (value === true ? say.t('records-in-words.told.marketing') : undefined),
  amount: (value, say, { currency }) =>
    typeof value === 'number' && isText(currency) ? say.t.money(value, currency) : undefined,
  costs: (value, say, { currency }) => {
    if (!Array.isArray(value) || !isText(currency)) return undefined;
    const each = (value as { what: string; amount: number }[]).map(
      ({ what, amount }) => `${say.code('records-in-words.cost', what)} ${say.t.money(amount, currency)}`,
    );
    return say.t('records-in-words.told.costs', { costs: say.t.list(each) });
  },
  records: (value, say) =>
    typeof value === 'number' ? say.t('records-in-words.told.records', { count: value }) : undefined,
  scope: (value, say) => (value === 'part' ? say.t('records-in-words.told.part') : undefined),
  provision: (value, say) =>
    isText(value) ? say.t('records-in-words.told.provision', { provision: value }) : undefined,
  reviewOn: (value, say) =>
    isText(value) ? say.t('records-in-words.told.review', { day: say.day(value) }) : undefined,
  restriction: (value, say) => (value === undefined ? undefined : besides(value as Members, say).join(', ')),
  at: (value, say) => {
    if (value === null) return say.t('records-in-words.told.never');
    return isText(value) ? say.t('records-in-words.told.happened', { when: say.moment(value) }) : undefined;
  },
  sent: coded('sent'),
  letter: (value, say) => {
    const subject = (value as { subject?: string } | undefined)?.subject;
    return isText(subject) ? say.t('records-in-words.told.letter', { subject }) : undefined;
  },
  letterReference: (value, say) =>
    isText(value) ? say.t('records-in-words.told.letter-reference', { reference: value }) : undefined,
  decisions: (value, say) => (value === undefined ? undefined : say.t('records-in-words.told.decisions')),
  changes: (value, say) => {
    if (typeof value !== 'object' || value === null) return undefined;
    const each = Object.entries(value).map(
      ([field, becomes]) =>
        `${say.field('', field)} ${say.t('records-in-words.told.words', { text: valueInWords(becomes, say) })}`,
    );
    return each.length === 0 ? undefined : say.t('records-in-words.told.changes', { changes: each.join(', ') });
  },
  question: quoted,
  text: quoted,
  statement: quoted,
  reason: quoted,
  objectiveElements: quoted,
  subjectiveElements: quoted,
};

const besides = (event: Members, say: Speech): string[] =>
  Object.entries(MEMBERS).flatMap(([member, tell]) =>
    member in event ? [tell(event[member], say, event)].filter(isText) : [],
  );

function membersOf(record: PackageRecord): Members {
  const read = (field: string): Members => {
    const value = text(record, field);
    if (value === undefined) return {};
    try {
      return JSON.parse(value) as Members;
    } catch {
      // What an officer has cut out of it left no notation: it is told as the text it is.
      return { text: value };
    }
  };
  return { ...read('facts'), ...read('words') };
}

/** What happened, in a sentence without its day: “We asked you a question (by e-mail; “Which years?”).” */
export function eventInWords(record: PackageRecord, say: Speech): string {
  const { t } = say;
  const kind = text(record, 'event') ?? '';
  const head = t.maybe(`records-in-words.event.${kind}`) ?? t('records-in-words.event.other');
  const [occurred, recorded] = [text(record, 'occurredAt') ?? record.at, text(record, 'recordedAt')];
  const later = recorded !== undefined && say.day(recorded) !== say.day(occurred);
  return sentence(head, [
    ...besides(membersOf(record), say),
    later && t('records-in-words.told.recorded', { when: say.day(recorded) }),
  ]);
}
