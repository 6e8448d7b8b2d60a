import type { Context } from '../../../foundations/contract/context.ts';
import type { RequestPorts } from '../ports.ts';
import { type Fulfilment, nobody, nothing, resultOf, subjectIn } from './fulfilment.ts';

/**
 * Art. 7(3): taken back as easily as it was given, from the moment it is known whose it is. What was agreed to is written
 * down before it is taken back: with it goes what nothing but consent allowed, asked for or not (Art. 17(1)(b)).
 */
export const withdrawal: Fulfilment = {
  holds: nothing,
  steps: (file) =>
    nobody(file)
      ? nothing()
      : [
          {
            step: 'agreed-until-now',
            run: async (context, { life }, { consents }) => ({
              done: true,
              result: { agreed: await consents.agreedTo(context, subjectIn(file), life.received.purpose) },
            }),
          },
          {
            step: 'withdrawal',
            async run(context, current, { consents }) {
              const { agreed: purposes } = resultOf(current, 'agreed-until-now') as { agreed: string[] };
              await consents.withdrawAll(context, subjectIn(file), current.life.received.purpose);
              return { done: true, result: { withdrawn: purposes.length, purposes } };
            },
          },
          {
            step: 'erasure-task',
            async run(context, { life }, { erasures }) {
              const erase = await isToBeErased(context, subjectIn(file), life.withdrawn ?? [], erasures);
              return { done: true, result: { erase } };
            },
          },
        ],
  outcome: (file) => ({ outcome: nobody(file) ? 'nothing-held' : 'done', records: null }),
};

/** Whether there is anything that was processed for these purposes and that no other active basis covers. */
async function isToBeErased(
  context: Context,
  subject: string,
  purposes: readonly string[],
  erasures: Pick<RequestPorts['erasures'], 'preview'>,
): Promise<boolean> {
  if (purposes.length === 0) return false;
  const { categories } = await erasures.preview(context, subject, { ground: '17-1-b', purposes });
  return categories.some(({ action, rows }) => action === 'erase' && rows !== 0);
}

/** Art. 22(3): a person looks at it again, with what the one concerned had to say. */
export const review: Fulfilment = {
  holds: nothing,
  steps: nothing,
  decided: ['changed', 'confirmed'],
  outcome: ({ life }) => ({ outcome: life.execution?.outcome ?? 'confirmed', records: null }),
};

/** DPA 2018 s. 164A (UK). */
export const complaint: Fulfilment = {
  holds: nothing,
  steps: nothing,
  decided: ['upheld', 'rejected'],
  outcome: ({ life }) => ({ outcome: life.execution?.outcome ?? 'rejected', records: null }),
};
