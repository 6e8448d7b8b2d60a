import type { Erasure } from '../../erasure/model.ts';
import { type Fulfilment, findRecipients, nobody, nothing, resultOf, subjectIn, tellRecipients } from './fulfilment.ts';

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
                purpose: life.received.purpose,
                ...decisions,
              });
              if (begun.status !== 'finished' || begun.verdict === 'incomplete') return { done: false };
              const { erasureId, verdict, certificateId } = begun;
              return { done: true, result: { erasureId, verdict, certificateId } };
            },
          },
          tellRecipients('erasure'),
        ],
  outcome: (file) => {
    const { verdict } = resultOf(file, 'erasure') as { verdict?: Erasure['verdict'] };
    if (nobody(file)) return { outcome: 'nothing-held', records: 0 };
    return { outcome: verdict === 'complete-with-exceptions' ? 'done-with-exceptions' : 'done', records: null };
  },
};
