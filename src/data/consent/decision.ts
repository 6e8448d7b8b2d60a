import type { Role } from '../../foundations/contract/context.ts';
import { invalidField, Problem } from '../../foundations/contract/problem.ts';
import type { SubjectKind } from '../../foundations/vault/vault.ts';
import { type ConsentStatus, isDecided, isSettling, permitsProcessing } from '../../law/consent-status.ts';
import { endOfPeriod, startOfLocalDay } from '../../law/duration.ts';
import type { Notice, Purpose } from '../../register/policies/model.ts';
import type { ConsentInput } from './model.ts';
import type { Latest, StateRow } from './table.ts';

/** The rules of one decision, as pure functions over what is known. */

/** The notice a decision was made under, as its event keeps it. */
export interface Shown {
  id: string;
  major: number;
  minor: number;
  language: string;
  hash: string;
}

/** What stands at `now`: the last status, or `expired` once its time is over, or `unknown`. */
export function currentStatus(latest: Pick<Latest, 'status' | 'expiresAt'> | undefined, now: Date): ConsentStatus {
  if (!latest) return 'unknown';
  return latest.expiresAt !== null && latest.expiresAt <= now ? 'expired' : (latest.status as ConsentStatus);
}

/**
 * Which state a reported act leads to (REQ-C03). Withdrawing always succeeds, whatever was before: it must never be
 * harder than giving (GDPR Art. 7(3)). Showing or asking never displaces a decision that stands, unless a new major
 * version of its notice was shown, which asks everybody again.
 */
const TRANSITIONS: Record<
  ConsentInput['status'],
  (before: ConsentStatus, askedAnew: boolean) => ConsentStatus | undefined
> = {
  given: (before) => (permitsProcessing(before) ? 'renewed' : 'given'),
  refused: (before) => (permitsProcessing(before) ? 'withdrawn' : 'refused'),
  withdrawn: () => 'withdrawn',
  deferred: (before, askedAnew) => (isDecided(before) && !askedAnew ? undefined : 'deferred'),
  requested: (before, askedAnew) => (isDecided(before) && !askedAnew ? undefined : 'requested'),
};

/** @throws Problem `conflict` when a decision stands that showing or asking may not displace. */
export function nextStatus(
  reported: ConsentInput['status'],
  latest: Latest | undefined,
  shown: Shown,
  now: Date,
): ConsentStatus {
  const askedAnew = latest !== undefined && shown.id === latest.noticeId && shown.major > latest.noticeMajor;
  const next = TRANSITIONS[reported](currentStatus(latest, now), askedAnew);
  if (!next)
    throw new Problem('conflict', 'A decision stands for this purpose; only a new decision can replace it.', {
      errors: [{ pointer: '/status', detail: 'must be given, refused or withdrawn while a decision stands' }],
    });
  return next;
}

/**
 * Why the person should be asked, or not. A new major version of the notice decided under asks again, a minor one does
 * not; `inForce` are the notices that ask for the purpose now.
 */
export function reasonToAsk(
  latest: Pick<StateRow, 'status' | 'expiresAt' | 'noticeId' | 'noticeMajor'> | undefined,
  inForce: readonly Notice[],
  now: Date,
): 'decided' | 'undecided' | 'expired' | 'notice-changed' {
  const status = currentStatus(latest, now);
  if (status === 'expired') return 'expired';
  if (!latest || !isDecided(status)) return 'undecided';
  const changed = inForce.some(({ id, major }) => id === latest.noticeId && major > latest.noticeMajor);
  return changed ? 'notice-changed' : 'decided';
}

/**
 * Which event decides for a person with several histories (an account and the visitors linked to it), of one purpose.
 * The latest decision the person made, by the server's clock, while it holds (none, once it was not valid): neither a banner shown nor a signal sent
 * in another browser displaces it. Otherwise the latest event. Whether the expiry job has run makes no difference:
 * `rows` are without its events.
 */
export function prevailing(rows: readonly StateRow[], inForce: readonly Notice[], now: Date): StateRow | undefined {
  const latestFirst = [...rows].sort(laterFirst);
  const decision = latestFirst.find(
    ({ status, source }) => isSettling(status as ConsentStatus) && source !== ('gpc' satisfies StateRow['source']),
  );
  return decision && reasonToAsk(decision, inForce, now) === 'decided' ? decision : latestFirst[0];
}

/** By the instant of the decision, whenever it was written down; of one instant by place, of one place by whose it is. */
function laterFirst(a: StateRow, b: StateRow): number {
  return (
    b.recordedAt.getTime() - a.recordedAt.getTime() ||
    b.seq - a.seq ||
    (a.subjectKind + a.subjectId < b.subjectKind + b.subjectId ? -1 : 1)
  );
}

/**
 * Whether `Sec-GPC: 1` refuses a purpose (REQ-C08): it concerns the purpose, and the person has neither decided nor
 * consented. A choice made in words outweighs the browser's general one, whichever came first.
 */
export function signalRefuses(
  purpose: Pick<Purpose, 'gpc'>,
  row: StateRow | undefined,
  inForce: readonly Notice[],
  now: Date,
) {
  return purpose.gpc && !permitsProcessing(currentStatus(row, now)) && reasonToAsk(row, inForce, now) !== 'decided';
}

/** @throws Problem when the policies know no such purpose, or it does not rest on consent. */
export function consentPurpose(purpose: Purpose | undefined): Purpose & { consent: NonNullable<Purpose['consent']> } {
  if (!purpose) throw invalidField('/purpose', 'must be a purpose the policies declare', 'undeclared-category');
  if (!purpose.consent) throw invalidField('/purpose', 'must be a purpose that rests on consent');
  return purpose as Purpose & { consent: NonNullable<Purpose['consent']> };
}

/** @throws Problem when the notice does not ask for this purpose or was never shown in this language. */
export function shownNotice(notice: Notice | undefined, purposeId: string, language: string): Shown {
  if (!notice) throw invalidField('/notice', 'must be a notice and version the policies hold');
  if (!notice.purposes.includes(purposeId))
    throw invalidField('/notice', 'must be a notice that asks for this purpose');
  const shown = inLanguage(notice, language);
  if (!shown) throw invalidField('/notice/language', `must be one of ${Object.keys(notice.texts).join(', ')}`);
  return shown;
}

/** A notice in one of its languages, or undefined. */
function inLanguage(notice: Notice, language: string): Shown | undefined {
  const text = notice.texts[language];
  return text && { id: notice.id, major: notice.major, minor: notice.minor, language, hash: text.hash };
}

/**
 * What a withdrawal without a notice is recorded under: the notice of the decision before, as that event keeps it (its
 * text may have left the policies since), else the one in force.
 * @throws Problem when there is neither.
 */
export function noticeOfWithdrawal(latest: Latest | undefined, inForce: Notice | undefined, language: string): Shown {
  if (latest)
    return {
      id: latest.noticeId,
      major: latest.noticeMajor,
      minor: latest.noticeMinor,
      language: latest.language,
      hash: latest.noticeHash,
    };
  const shown = inForce && inLanguage(inForce, languageOf(inForce, language));
  if (!shown) throw invalidField('/notice', 'is required: no notice asks for this purpose now');
  return shown;
}

/** The wanted language of a notice, or its first. */
export function languageOf(notice: Notice, wanted: string): string {
  return notice.texts[wanted] ? wanted : (Object.keys(notice.texts)[0] as string);
}

/**
 * A portal key stands in every browser: it speaks for visitors, whose ids nobody guesses, never for an account.
 * @throws Problem `unprocessable-request` at `pointer`
 */
export function mayBeAskedFor(role: Role, kind: SubjectKind, pointer: string): void {
  if (role === 'portal' && kind === 'account')
    throw invalidField(
      pointer,
      'must be a visitor: a browser’s key does not speak for accounts, the platform’s server does',
    );
}

const HALF_A_DAY = 43_200_000;
const MOST_DAYS = 5_000;

/**
 * When a state ends by itself: decisions after their purpose's duration, refusals as well as grants (REQ-C06), what is
 * no decision never (null). Only the decision itself sets it; a visit never prolongs it. All decisions of one local day
 * end together, so the calendar is asked once per day, duration and zone.
 */
export function lifeOf(): (status: ConsentStatus, from: Date, duration: string, timeZone: string) => Date | null {
  // By half days of UTC: what is imported comes from any day of years.
  const known = new Map<string, { from: number; until: number; end: Date }>();
  return (status, from, duration, timeZone) => {
    if (!isDecided(status)) return null;
    const at = from.getTime();
    const half = Math.floor(at / HALF_A_DAY);
    const name = `${half} ${duration} ${timeZone}`;
    const hit = known.get(name);
    if (hit && at >= hit.from && at < hit.until) return hit.end;
    const end = endOfPeriod(from, duration, timeZone);
    if (known.size > MOST_DAYS) known.clear();
    known.set(name, {
      from: startOfLocalDay(from, timeZone).getTime(),
      until: endOfPeriod(from, 'P1D', timeZone).getTime(),
      end,
    });
    return end;
  };
}
