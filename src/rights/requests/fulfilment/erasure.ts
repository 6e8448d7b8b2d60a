import type { Erasure } from '../../erasure/model.ts';
import { outcomeOfErasure } from '../../erasure/tell-outcome.ts';
import type { File } from '../case-file.ts';
import type { Outcome } from '../events.ts';
import { type Fulfilment, findRecipients, nobody, nothing, resultOf, subjectIn, tellRecipients } from './fulfilment.ts';

/**
 * Which purposes an erasure is about; undefined: everything. After a withdrawal those that were agreed to until then,
 * unless the person has asked for all to be erased.
 */
export function purposesOf({ type, withdrawn, received: { purpose, then } }: File['life']): string[] | undefined {
  if (purpose !== undefined) return [purpose];
  return type === 'consent-withdrawal' && then === null ? (withdrawn ?? []) : undefined;
}

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
          {
            step: 'erasure',
            async run(context, { row, life }, { erasures }) {
              const { ground = '17-1-b', decisions } = life.proposal ?? {};
              const begun = await erasures.eraseOnRequest(context, subjectIn(file), {
                requestId: row.requestId,
                ground,
                purposes: purposesOf(life),
                approvedBy: life.approval
                  ? [{ id: life.approval.by, role: life.approval.role ?? 'officer' }]
                  : undefined,
                ...decisions,
              });
              if (begun.status !== 'finished' || begun.verdict === 'incomplete') return { done: false };
              const { erasureId, verdict, certificateId } = begun;
              return { done: true, result: { erasureId, verdict, certificateId, outcome: outcomeFor(begun) } };
            },
          },
          tellRecipients('erasure'),
        ],
  outcome: (file) => {
    if (nobody(file)) return { outcome: 'nothing-held', records: 0 };
    const { outcome = 'done' } = resultOf(file, 'erasure') as { outcome?: Outcome };
    return { outcome, records: outcome === 'nothing-held' ? 0 : null };
  },
};

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
