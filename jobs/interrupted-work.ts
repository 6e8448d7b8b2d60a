import type { Job } from '../src/app/job.ts';
import { Problem } from '../src/foundations/contract/problem.ts';

/**
 * Carries to its end what a crash interrupted: erasures, of visits too, and what holders outside still have to do for them, requests,
 * sweeps; what a hold had kept back of erasures, once it has ended; and bytes that somebody who was reading had kept in the
 * files. Usually there is nothing.
 */
export const interruptedWork: Job = {
  name: 'interrupted-work',
  schedule: '* * * * *',
  atStart: true,
  async run({ services, context }) {
    const erasures = await services.erasures.resume(context);
    erasures.push(...(await services.erasures.resumeHeldBack(context)));
    await services.erasures.retryParts(context);
    await services.erasures.endStaleProposals(context);
    await services.visitErasures.resume(context);
    await services.scrubLate();
    const { carriedOn } = await services.requests.resume(context);
    try {
      const sweeps = await services.retention.sweeps.resume(context);
      return { erasures: erasures.length, requests: carriedOn, sweeps: sweeps.length };
    } catch (error) {
      // It is not interrupted: somebody is at it, or was until a moment ago; or it waits for the clock.
      if (error instanceof Problem && (error.type === 'lease-held' || error.type === 'clock-in-doubt'))
        return { erasures: erasures.length, requests: carriedOn, sweeps: 0 };
      throw error;
    }
  },
};
