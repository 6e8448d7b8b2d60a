import { type Fulfilment, findRecipients, nobody, nothing, tellRecipients, type WantedHold } from './fulfilment.ts';

/** Art. 18: at once with the request, until it is lifted after a notice. */
export const restriction: Fulfilment = {
  holds: (file): WantedHold[] => {
    if (nobody(file)) return [];
    const { categories } = file.life.received;
    return categories ? categories.map((category) => ({ kind: 'restriction', category })) : [{ kind: 'restriction' }];
  },
  steps: (file) => (nobody(file) ? nothing() : [findRecipients('restriction'), tellRecipients('restriction')]),
  outcome: (file) => ({ outcome: nobody(file) ? 'nothing-held' : 'done', records: null }),
};

/**
 * Art. 21: processing for the purposes it reaches stops at once, until compelling grounds are shown; to direct marketing
 * nothing can be held against it.
 */
export const objection: Fulfilment = {
  holds: (file): WantedHold[] => {
    const { purpose, stops } = file.life.received;
    if (nobody(file)) return [];
    return stops ? stops.map((one) => ({ kind: 'objection', purpose: one })) : [{ kind: 'objection', purpose }];
  },
  steps: nothing,
  outcome: ({ life }) => ({ outcome: life.execution?.outcome ?? 'upheld', records: null }),
  decided: ['upheld', 'rejected'],
};
