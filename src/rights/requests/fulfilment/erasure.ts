import type { Erasure } from '../../erasure/model.ts';
import { outcomeOfErasure } from '../../erasure/tell-outcome.ts';
import type { File } from '../case-file.ts';
import type { Outcome } from '../events.ts';
import {
  type Fulfilment,
  findRecipients,
  nobody,
  nothing,
  resultOf,
  type Step,
  subjectIn,
  tellRecipients,
} from './fulfilment.ts';
import { forEachPortal, inPortal } from './other-portals.ts';

/**
 * Which purposes an erasure is about; undefined: everything. After a withdrawal those that were agreed to until then,
 * unless the person has asked for all to be erased.
 */
export function purposesOf({ type, withdrawn, received: { purpose, then } }: File['life']): string[] | undefined {
  if (purpose !== undefined) return [purpose];
  return type === 'consent-withdrawal' && then === null ? (withdrawn ?? []) : undefined;
}

/**
 * The erasure itself. What an officer decided per category and item is of the portal that was asked; elsewhere that
 * portal's policies decide.
 */
const erased = (
  { life }: File,
  purposes: readonly string[] | undefined,
  decisions: NonNullable<File['life']['proposal']>['decisions'] = {},
): Step => ({
  step: 'erasure',
  async run(context, file, { erasures }) {
    const begun = await erasures.eraseOnRequest(context, subjectIn(file), {
      requestId: file.row.requestId,
      ground: life.proposal?.ground ?? '17-1-b',
      purposes,
      approvedBy: life.approval ? [{ id: life.approval.by, role: life.approval.role ?? 'officer' }] : undefined,
      ...decisions,
    });
    if (begun.status !== 'finished' || begun.verdict === 'incomplete') return { done: false };
    const { erasureId, verdict, certificateId } = begun;
    return { done: true, result: { erasureId, verdict, certificateId, outcome: outcomeFor(begun) } };
  },
});

/** Art. 17: only after a second person agreed. Incomplete is never done: a holder that is down is asked again. */
export const erasure: Fulfilment = {
  // Once it is agreed, what is to go is stored and nothing else is done with it.
  holds: (file) =>
    !nobody(file) && ['approved', 'executing'].includes(file.life.state) ? [{ kind: 'erasure-pending' }] : [],
  steps: (file) =>
    nobody(file)
      ? nothing()
      : [
          findRecipients('erasure'),
          erased(file, purposesOf(file.life), file.life.proposal?.decisions),
          tellRecipients('erasure'),
          ...forEachPortal(file, ({ purposes }, named) => [
            findRecipients('erasure'),
            erased(file, inBoth(purposesOf(file.life), purposes ?? undefined)),
            tellRecipients('erasure', named('erasure')),
          ]),
        ],
  outcome: (file) => {
    if (nobody(file)) return { outcome: 'nothing-held', records: 0 };
    const outcomes = ['erasure', ...file.life.portals.map(({ tenant }) => inPortal('erasure', tenant))].map(
      (step) => (resultOf(file, step) as { outcome?: Outcome }).outcome ?? 'done',
    );
    const outcome = leastDone(outcomes);
    return { outcome, records: outcome === 'nothing-held' ? 0 : null };
  },
};

/** Of the purposes that were asked about, those for which the same controllers answer; undefined: all. */
function inBoth(asked: string[] | undefined, answered: string[] | undefined): string[] | undefined {
  if (asked === undefined || answered === undefined) return asked ?? answered;
  return asked.filter((purpose) => answered.includes(purpose));
}

/** What several erasures come to together: what is least done of them is said of all. */
export function leastDone(outcomes: readonly Outcome[]): Outcome {
  const order: readonly Outcome[] = ['held-back', 'done-with-exceptions', 'done', 'nothing-held'];
  return order.find((outcome) => outcomes.includes(outcome)) ?? 'done';
}

/** The correspondence about a request is there because of it: it is not what the person asks to be erased. */
const OF_REQUESTS = 'requests.correspondence';

/** What an erasure comes to for the person. */
export function outcomeFor(erasure: Erasure): Outcome {
  const { erased, kept, held } = outcomeOfErasure(erasure);
  if (erasure.resumes || held.length > 0) return 'held-back';
  if (erasure.holders.length > 0 && erased.length === 0 && kept.every(({ category }) => category === OF_REQUESTS))
    return 'nothing-held';
  return erasure.verdict === 'complete-with-exceptions' ? 'done-with-exceptions' : 'done';
}
