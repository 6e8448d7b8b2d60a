import { type ConsentStatus, permitsProcessing } from '../law/consent-status.ts';
import { invalidField, Problem } from '../problem.ts';
import type { Notice, Purpose } from '../register/model.ts';
import type { ConsentInput } from './model.ts';
import type { Latest } from './table.ts';

/** The rules of one decision, as pure functions over what is known. */

/** What stands at `now`: the last status, or `expired` once its time is over, or `unknown`. */
export function standing(latest: Pick<Latest, 'status' | 'expiresAt'> | undefined, now: Date): ConsentStatus {
  if (!latest) return 'unknown';
  return latest.expiresAt !== null && latest.expiresAt <= now ? 'expired' : (latest.status as ConsentStatus);
}

/** States in which the person has decided: nothing needs to be asked. */
const DECIDED: ReadonlySet<ConsentStatus> = new Set(['given', 'renewed', 'refused', 'withdrawn']);

/**
 * Which state a reported act leads to (REQ-C03). Withdrawing always succeeds, whatever was before: it must never be
 * harder than giving (GDPR Art. 7(3)). Showing or asking never displaces a decision that stands.
 */
const TRANSITIONS: Record<ConsentInput['status'], (before: ConsentStatus) => ConsentStatus | undefined> = {
  given: (before) => (permitsProcessing(before) ? 'renewed' : 'given'),
  refused: (before) => (permitsProcessing(before) ? 'withdrawn' : 'refused'),
  withdrawn: () => 'withdrawn',
  deferred: (before) => (DECIDED.has(before) ? undefined : 'deferred'),
  requested: (before) => (DECIDED.has(before) ? undefined : 'requested'),
};

/** @throws Problem `conflict` when a decision stands that showing or asking may not displace. */
export function nextStatus(reported: ConsentInput['status'], before: ConsentStatus): ConsentStatus {
  const next = TRANSITIONS[reported](before);
  if (!next)
    throw new Problem('conflict', 'A decision stands for this purpose; only a new decision can replace it.', {
      errors: [{ pointer: '/status', detail: 'must be given, refused or withdrawn while a decision stands' }],
    });
  return next;
}

/** Whether a state has a life of its own that ends (refusals live as long as grants, REQ-C06). */
export function expires(status: ConsentStatus): boolean {
  return DECIDED.has(status);
}

/** Why the person should be asked, or not. A new major version of the notice asks again, a minor one does not. */
export function reasonToAsk(
  latest: Latest | undefined,
  inForce: Notice | undefined,
  now: Date,
): 'decided' | 'undecided' | 'expired' | 'notice-changed' {
  const status = standing(latest, now);
  if (status === 'expired') return 'expired';
  if (!latest || !DECIDED.has(status)) return 'undecided';
  return inForce && inForce.id === latest.noticeId && inForce.major > latest.noticeMajor ? 'notice-changed' : 'decided';
}

/** @throws Problem when the policies know no such purpose, or it does not rest on consent. */
export function consentPurpose(purpose: Purpose | undefined): Purpose & { consent: NonNullable<Purpose['consent']> } {
  if (!purpose) throw invalidField('/purpose', 'must be a purpose the policies declare', 'undeclared-category');
  if (!purpose.consent) throw invalidField('/purpose', 'must be a purpose that rests on consent');
  return purpose as Purpose & { consent: NonNullable<Purpose['consent']> };
}

/** @throws Problem when the notice does not ask for this purpose or was never shown in this language. */
export function checkNotice(notice: Notice | undefined, purposeId: string, language: string): Notice {
  if (!notice) throw invalidField('/notice', 'must be a notice and version the policies hold');
  if (!notice.purposes.includes(purposeId))
    throw invalidField('/notice', 'must be a notice that asks for this purpose');
  if (!notice.texts[language])
    throw invalidField('/notice/language', `must be one of ${Object.keys(notice.texts).join(', ')}`);
  return notice;
}
