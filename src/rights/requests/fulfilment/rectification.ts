import { Problem } from '../../../foundations/contract/problem.ts';
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
            async run(context, { row, life }, { rectification: port }) {
              if (!port) throw new Problem('unavailable', 'Nothing can be put right here.');
              const { changes = {}, statement } = life.received;
              const about = { requestId: row.requestId, statement };
              const { changed } = await port.rectify(context, subjectIn(file), changes, about);
              return { done: true, result: { changed } };
            },
          },
          tellRecipients('rectification'),
        ],
  outcome: (file) => ({ outcome: nobody(file) ? 'nothing-held' : 'done', records: null }),
};
