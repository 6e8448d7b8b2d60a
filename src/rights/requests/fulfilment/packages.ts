import { Problem } from '../../../foundations/contract/problem.ts';
import { type Fulfilment, nobody, nothing, resultOf, subjectIn } from './fulfilment.ts';

/** A copy of what is held (Art. 15), or of what the person gave (Art. 20). It waits for a look, approval and release. */
const packed = (kind: 'access' | 'portability'): Fulfilment => ({
  // What retention destroyed meanwhile could not be copied any more (REQ-A26).
  holds: (file) => (nobody(file) ? [] : [{ kind: 'access-request' }]),
  steps: (file) =>
    nobody(file)
      ? nothing()
      : [
          {
            step: 'package',
            async run(context, { row, requester, life }, { packages }) {
              const order = {
                requestId: row.requestId,
                kind,
                subject: subjectIn(file),
                language: requester?.language ?? 'en',
              };
              const { packageId } = life.packageId
                ? { packageId: life.packageId }
                : await packages.prepare(context, order, life.portals);
              const { status, records } = await packages.get(context, packageId);
              if (status === 'failed') throw new Problem('unavailable', 'The package could not be made.');
              return status === 'preparing' ? { done: false } : { done: true, result: { packageId, records } };
            },
          },
        ],
  outcome: (file) => {
    const { records = 0 } = resultOf(file, 'package') as { records?: number | null };
    return { outcome: records === 0 ? 'nothing-held' : 'done', records };
  },
});
export const access = packed('access');
export const portability = packed('portability');
