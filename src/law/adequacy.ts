import { ADEQUACY_DECISIONS, type AdequacyDecision, SWISS_ADEQUACY, UK_ADEQUACY } from './adequacy-decisions.ts';
import { EEA_STATES, PARTS_OF_STATES, type Regime } from './jurisdictions.ts';
import type { TransferTool } from './vocabularies/transfer-tools.ts';

/** Where the GDPR applies by itself: the EEA with the outermost regions of its members that have codes of their own. */
const EEA: ReadonlySet<string> = new Set([...EEA_STATES, ...Object.keys(PARTS_OF_STATES)]);

/** The instant a day of the law begins: midnight UTC, the same on every machine. */
const dayStart = (day: string): Date => new Date(`${day}T00:00:00Z`);

export type TransferQuestion = {
  /** The law of the exporter; absent: the GDPR. */
  regime?: Regime | undefined;
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
  const { tool, country, at, since, until, module, regime = 'gdpr' } = question;
  if (flowsFreely(regime, country)) return { stands: true, until: null };
  const end = until === undefined ? null : new Date(dayStart(until).getTime() + 86_400_000);
  if (at < dayStart(since)) return { stands: false, reason: 'not-begun', since: null };
  if (end && at >= end) return { stands: false, reason: 'ended', since: end };
  if (tool === 'A46-2-c' && module === undefined)
    return { stands: false, reason: 'module-missing', since: dayStart(since) };
  if (tool !== 'A45-3') return { stands: true, until: end };
  const adequacy = adequate(LISTS[regime], country, question.importerFrameworks, at);
  if (!adequacy.stands || !end || (adequacy.until && adequacy.until < end)) return adequacy;
  return { stands: true, until: end };
}

/** Whether data that goes there stays under the GDPR itself; `country` in ISO 3166-1 alpha-2. */
export const inEea = (country: string): boolean => EEA.has(country);

/** Of the institutions those of the Commission stand too (Reg. (EU) 2018/1725 Art. 47(1)). */
const LISTS: Record<Regime, readonly AdequacyDecision[]> = {
  gdpr: ADEQUACY_DECISIONS,
  eudpr: ADEQUACY_DECISIONS,
  'uk-gdpr': UK_ADEQUACY,
  fadp: SWISS_ADEQUACY,
};

/**
 * Whether data goes there without anything to be declared: where the law itself applies, and from the United Kingdom and
 * Switzerland also to the EEA, which both find adequate as a whole.
 */
export function flowsFreely(regime: Regime, country: string): boolean {
  return inEea(country) || (regime === 'uk-gdpr' && country === 'GB') || (regime === 'fadp' && country === 'CH');
}

function adequate(
  list: readonly AdequacyDecision[],
  country: string,
  frameworks: readonly string[],
  at: Date,
): TransferStanding {
  const decisions = list.filter((one) => one.country === country);
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
