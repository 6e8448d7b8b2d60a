import type { Block } from '../../../../foundations/print/model.ts';
import type { PackageRecord } from '../model.ts';
import { someOf, type Told, told } from './grouped.ts';
import { type Speech, sentence, shown, takenApart, text } from './speech.ts';

/** What a decision was about, and what it was: “You agreed to …”, without its end. */
export function decisionInWords(record: PackageRecord, say: Speech): string {
  const values = { when: say.moment(record.at), purpose: say.purpose(text(record, 'purpose') ?? '') };
  const { t } = say;
  return (
    t.maybe(`records-in-words.consent.${text(record, 'status')}`, values) ??
    t('records-in-words.consent.unknown', values)
  );
}

function noticeInWords(record: PackageRecord, say: Speech): string {
  const [id, version] = [text(record, 'notice'), text(record, 'noticeVersion')];
  if (id === undefined || version === undefined) return '';
  const notice = say.notice(id, version);
  const language = say.t.languageName(text(record, 'language') ?? '');
  return notice
    ? say.t(`records-in-words.shown.${notice.kind}`, { day: say.day(notice.validFrom), language })
    : say.t('records-in-words.shown.earlier', { notice: takenApart(id), version, language });
}

const controllersOf = ({ fields: { controllers } }: PackageRecord, say: Speech): string =>
  Array.isArray(controllers) ? say.t.list(controllers) : '';

/** What the platform or we call an act; nothing where none was stated. */
const stated = (value: string | undefined): string | undefined =>
  value === undefined || value === 'not-stated' ? undefined : takenApart(value);

/** What the time that is recorded with a decision is, by what was decided. */
const UNTIL: Record<string, 'until' | 'until-asked'> = {
  given: 'until',
  renewed: 'until',
  refused: 'until-asked',
  withdrawn: 'until-asked',
  deferred: 'until-asked',
  requested: 'until-asked',
};

/** What is told of a decision besides what it was. */
function besidesOf(record: PackageRecord, say: Speech): string[] {
  const { t } = say;
  const [until, act, method] = [text(record, 'expiresAt'), text(record, 'act'), text(record, 'method')];
  const [status = '', source, law] = [text(record, 'status'), text(record, 'source'), text(record, 'jurisdiction')];
  const [did, by] = [stated(act), method === act ? undefined : stated(method)];
  const version = text(record, 'purposeVersion');
  const [imported, vouched] = [text(record, 'importedAt'), text(record, 'vouchedBy')];
  const controllers = controllersOf(record, say);
  const [age, parent, verified] = ['ageCheck', 'parentalAuthorisation', 'parentalMethod'].map((name) =>
    text(record, name),
  );
  return [
    text(record, 'consentType') === 'explicit' && t('records-in-words.consent.explicit'),
    say.code('records-in-words.consent.as', text(record, 'decidedAs') ?? 'visitor'),
    source !== undefined && source !== 'import' && say.code('records-in-words.consent.source', source),
    imported !== undefined && t('records-in-words.consent.imported', { day: say.day(imported) }),
    vouched !== undefined && t('records-in-words.consent.vouched', { vouched }),
    did !== undefined && t('records-in-words.consent.act', { act: did }),
    by !== undefined && t('records-in-words.consent.method', { method: by }),
    version !== undefined && version !== '1.0' && t('records-in-words.consent.version', { version }),
    law !== undefined && law !== 'EU' && t('records-in-words.consent.law', { law: t.country(law) }),
    controllers !== '' && t('records-in-words.consent.controllers-of', { controllers }),
    age !== undefined && say.code('records-in-words.consent.age', age),
    parent !== undefined && t('records-in-words.consent.parent', { by: parent }),
    verified !== undefined && t('records-in-words.consent.parent-verified', { method: verified }),
    until !== undefined &&
      status !== 'expired' &&
      t(`records-in-words.consent.${UNTIL[status] ?? 'until-set'}`, { day: say.day(until) }),
  ].filter((one): one is string => typeof one === 'string');
}

/** Decisions on consent: what is the same for all of them is said once. */
export function decisions(records: readonly PackageRecord[], say: Speech): Block[] {
  const { t } = say;
  const besides = records.map((record) => besidesOf(record, say));
  const [first = []] = besides;
  const common = records.length > 1 ? first.filter((one) => besides.every((said) => said.includes(one))) : [];
  const rows = records.map((record, n): Told => {
    const until = text(record, 'expiresAt');
    const notice = noticeInWords(record, say);
    const head = decisionInWords(record, say);
    const own = besides[n]?.filter((one) => !common.includes(one));
    return {
      at: record.at,
      sentence: sentence(notice === '' ? head : `${head}, ${notice}`, own),
      cells: [
        say.purpose(text(record, 'purpose') ?? ''),
        say.code('records-in-words.decision', text(record, 'status')),
        notice,
        until === undefined ? '' : say.day(until),
        (own ?? []).filter((one) => until === undefined || !one.includes(say.day(until))).join('; '),
      ],
    };
  });
  const columns = ['purpose', 'decision', 'notice', 'until', 'besides'].map((name) =>
    say.code('records-in-words.column', name),
  );
  const all = common.length > 0 ? [t('records-in-words.consent.all', { said: common.join('; ') })] : [];
  return [
    ...told(rows, columns, say),
    { kind: 'paragraph', text: [...all, t('records-in-words.consent.files')].join(' ') },
  ];
}

interface Evidence {
  network?: string | null;
  browser?: string | null;
  browserMajor?: string | null;
  platform?: string | null;
  robot?: boolean | null;
}

/** `network 192.0.2.0, Firefox 140, on Linux`: of a visit or of what stands behind a decision. */
export function seenInWords({ network, browser, browserMajor, platform, robot }: Evidence, { t }: Speech): string {
  const program = browser && t('records-in-words.seen.browser', { browser, version: browserMajor ?? '' }).trim();
  const on = platform && t('records-in-words.seen.platform', { value: platform });
  const said = [
    network && t('records-in-words.seen.network', { value: network }),
    [program, on].filter(Boolean).join(' '),
    robot && t('records-in-words.seen.robot'),
  ].filter(Boolean);
  return said.length === 0 ? t('records-in-words.seen.nothing') : said.join(', ');
}

/** What stands behind decisions; decisions of the same browser share a sentence. */
export function evidence(records: readonly PackageRecord[], say: Speech): Block[] {
  const { t } = say;
  const groups = new Map<string, string[]>();
  for (const record of records) {
    const kept = shown(record, 'evidence', say) ?? '{}';
    const inWords = kept.startsWith('{') ? seenInWords(JSON.parse(kept) as Evidence, say) : kept;
    groups.set(inWords, [...(groups.get(inWords) ?? []), say.moment(record.at)]);
  }
  const items = [...groups].map(([kept, moments]) =>
    t('records-in-words.evidence.sentence', { count: moments.length, when: someOf(moments, say, SOME), kept }),
  );
  return [{ kind: 'list', items }];
}

/** Links between browsers and the account. */
export function links(records: readonly PackageRecord[], say: Speech): Block[] {
  const days = new Map<string, number>();
  for (const { at } of records) days.set(say.moment(at), (days.get(say.moment(at)) ?? 0) + 1);
  const items = [...days].map(([when, count]) => say.t('records-in-words.link.sentence', { when, count }));
  return [{ kind: 'list', items }];
}

/** Decisions that share a sentence and are named by their instants. */
const SOME = 4;
