import { type Fulfilment, nobody, nothing, subjectIn } from './fulfilment.ts';

/** Art. 7(3): taken back as easily as it was given. */
export const withdrawal: Fulfilment = {
  holds: nothing,
  steps: (file) =>
    nobody(file)
      ? nothing()
      : [
          {
            step: 'withdrawal',
            async run(context, { life }, { consents }) {
              const { withdrawn } = await consents.withdrawAll(context, subjectIn(file), life.received.purpose);
              return { done: true, result: { withdrawn } };
            },
          },
        ],
  outcome: (file) => ({ outcome: nobody(file) ? 'nothing-held' : 'done', records: null }),
};

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
