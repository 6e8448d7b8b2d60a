import { type Fulfilment, findRecipients, nobody, nothing, subjectIn, tellRecipients } from './fulfilment.ts';

/** Art. 16: in every copy; recipients are told (Art. 19). */
export const rectification: Fulfilment = {
  holds: nothing,
  steps: (file) =>
    nobody(file)
      ? nothing()
      : [
          findRecipients('rectification'),
          {
            step: 'rectification',
            async run(context, { row, life }, ports) {
              const { changes = {}, statement } = life.received;
              const about = { requestId: row.requestId, statement };
              const { changed } = await ports.rectification.rectify(context, subjectIn(file), changes, about);
              return { done: true, result: { changed } };
            },
          },
          tellRecipients('rectification'),
        ],
  outcome: (file) => ({ outcome: nobody(file) ? 'nothing-held' : 'done', records: null }),
};
