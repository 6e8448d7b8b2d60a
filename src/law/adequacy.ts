import type { TransferTool } from './vocabularies/transfer-tools.ts';

/**
 * Adequacy decisions of the European Commission (GDPR Art. 45(3); those under Directive 95/46 stand by Art. 45(9)), as
 * dated data: `start` is the first day, `end` the first day on which the decision no longer stands (null: no end known).
 * Each names its decision; before relying on a date hold it against that decision in the Official Journal of the EU.
 */
export type AdequacyDecision = {
  /** ISO 3166-1 alpha-2. */
  country: string;
  start: string;
  end: string | null;
  /** Only for importers that take part in this framework or are subject to it. */
  framework: Framework | null;
  source: string;
};

/** As parties declare them; PIPEDA is not joined but applies to commercial organisations in Canada. */
type Framework = 'Safe Harbour' | 'Privacy Shield' | 'DPF' | 'PIPEDA';

const decision = (
  country: string,
  source: string,
  start: string,
  end: string | null = null,
  framework: Framework | null = null,
): AdequacyDecision => ({ country, source, start, end, framework });

export const ADEQUACY_DECISIONS: readonly AdequacyDecision[] = [
  decision('AD', 'Decision 2010/625/EU', '2010-10-19'),
  decision('AR', 'Decision 2003/490/EC', '2003-06-30'),
  decision('BR', 'Implementing Decision (EU) 2026/179', '2026-01-26'),
  decision('CA', 'Decision 2002/2/EC', '2001-12-20', null, 'PIPEDA'),
  decision('CH', 'Decision 2000/518/EC', '2000-07-26'),
  decision('FO', 'Decision 2010/146/EU', '2010-03-05'),
  // Until the end of 2020 Union law applied in the United Kingdom; then a bridge until the decision was there.
  decision('GB', 'Withdrawal Agreement (2020), Art. 126, 127', '2018-05-25', '2021-01-01'),
  decision('GB', 'Trade and Cooperation Agreement (2021), Art. FINPROV.10A', '2021-01-01', '2021-06-28'),
  // Would have ended on 27 June 2025; extended twice, the second time until 27 December 2031.
  decision(
    'GB',
    'Implementing Decision (EU) 2021/1772, as extended in June and December 2025',
    '2021-06-28',
    '2031-12-28',
  ),
  decision('GG', 'Decision 2003/821/EC', '2003-11-21'),
  decision('IL', 'Decision 2011/61/EU', '2011-01-31'),
  decision('IM', 'Decision 2004/411/EC', '2004-04-28'),
  decision('JE', 'Decision 2008/393/EC', '2008-05-08'),
  decision('JP', 'Implementing Decision (EU) 2019/419', '2019-01-23'),
  decision('KR', 'Implementing Decision (EU) 2022/254', '2021-12-17'),
  decision('NZ', 'Implementing Decision 2013/65/EU', '2012-12-19'),
  decision(
    'US',
    'Decision 2000/520/EC; invalid by CJEU C-362/14 (Schrems I)',
    '2000-07-26',
    '2015-10-06',
    'Safe Harbour',
  ),
  decision(
    'US',
    'Implementing Decision (EU) 2016/1250; invalid by CJEU C-311/18 (Schrems II)',
    '2016-07-12',
    '2020-07-16',
    'Privacy Shield',
  ),
  decision('US', 'Implementing Decision (EU) 2023/1795', '2023-07-10', null, 'DPF'),
  decision('UY', 'Implementing Decision 2012/484/EU', '2012-08-21'),
];

/** Where the GDPR applies by itself: the EEA with the outermost regions of its members that have codes of their own. */
const EEA: ReadonlySet<string> = new Set(
  `AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK IS LI NO AX GF GP MF MQ RE YT`.split(
    ' ',
  ),
);

/** The instant a day of the law begins: midnight UTC, the same on every machine. */
const dayStart = (day: string): Date => new Date(`${day}T00:00:00Z`);

export type TransferQuestion = {
  tool: TransferTool;
  country: string;
  importerFrameworks: readonly string[];
  /** Its first day. */
  since: string;
  /** Its last day, where it has one. */
  until?: string | undefined;
  /** Of the standard contractual clauses (EU) 2021/914. */
  module?: number | undefined;
  at: Date;
};

export type TransferStanding =
  /** `until`: the first instant at which it no longer stands, as far as is known now. */
  | { stands: true; until: Date | null }
  /** `since`: the instant from which this has been so; null if it never was otherwise. */
  | { stands: false; reason: TransferFault; since: Date | null };

export type TransferFault =
  | 'not-begun'
  | 'ended'
  | 'no-adequacy-decision'
  | 'framework-missing'
  | 'adequacy-not-begun'
  | 'adequacy-ended'
  | 'module-missing';

/**
 * Whether a transfer has a ground to stand on at an instant (GDPR Art. 44–49). Days begin at midnight UTC. Inside the
 * EEA none is needed; a derogation of Art. 49 stands for as long as the transfer itself is declared.
 */
export function transferStands(question: TransferQuestion): TransferStanding {
  const { tool, country, at, since, until, module } = question;
  if (inEea(country)) return { stands: true, until: null };
  const end = until === undefined ? null : new Date(dayStart(until).getTime() + 86_400_000);
  if (at < dayStart(since)) return { stands: false, reason: 'not-begun', since: null };
  if (end && at >= end) return { stands: false, reason: 'ended', since: end };
  if (tool === 'A46-2-c' && module === undefined)
    return { stands: false, reason: 'module-missing', since: dayStart(since) };
  if (tool !== 'A45-3') return { stands: true, until: end };
  const adequacy = adequate(country, question.importerFrameworks, at);
  if (!adequacy.stands || !end || (adequacy.until && adequacy.until < end)) return adequacy;
  return { stands: true, until: end };
}

/** Whether data that goes there stays under the GDPR itself; `country` in ISO 3166-1 alpha-2. */
export const inEea = (country: string): boolean => EEA.has(country);

function adequate(country: string, frameworks: readonly string[], at: Date): TransferStanding {
  const decisions = ADEQUACY_DECISIONS.filter((one) => one.country === country);
  if (decisions.length === 0) return { stands: false, reason: 'no-adequacy-decision', since: null };
  const usable = decisions.filter(({ framework }) => framework === null || frameworks.includes(framework));
  if (usable.length === 0) return { stands: false, reason: 'framework-missing', since: null };
  const begun = usable.filter(({ start }) => dayStart(start) <= at);
  if (begun.length === 0) return { stands: false, reason: 'adequacy-not-begun', since: null };
  if (begun.some(({ end }) => end === null)) return { stands: true, until: null };
  // One decision may follow another without a gap: go on to where the last of them ends.
  let last = Math.max(...begun.map(({ end }) => +dayStart(end as string)));
  if (last <= +at) return { stands: false, reason: 'adequacy-ended', since: new Date(last) };
  for (;;) {
    const next = usable.find(({ start, end }) => +dayStart(start) <= last && (end === null || +dayStart(end) > last));
    if (!next) return { stands: true, until: new Date(last) };
    if (next.end === null) return { stands: true, until: null };
    last = +dayStart(next.end);
  }
}
