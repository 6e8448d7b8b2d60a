import type { Job } from '../src/app/job.ts';
import { Problem } from '../src/foundations/contract/problem.ts';

/** The night: sweeps what is due. */
export const retentionSweep: Job = {
  name: 'retention-sweep',
  schedule: { daily: '02:17' },
  async run({ services, context, log }): Promise<Record<string, number>> {
    const { sweeps } = services.retention;
    try {
      if ((await sweeps.state(context)).waitingForApproval) {
        log.warn({ tenant: context.tenant.id }, 'a sweep waits for approval; no other starts before it');
        return { waiting: 1 };
      }
      const { sweepId } = await sweeps.open(context, {});
      const { steps } = await sweeps.run(context, sweepId);
      return { treated: steps.reduce((sum, { treated }) => sum + treated, 0) };
    } catch (error) {
      // Another instance, or a person, is sweeping: the work is being done.
      if (error instanceof Problem && (error.type === 'lease-held' || error.type === 'conflict'))
        return { elsewhere: 1 };
      throw error;
    }
  },
};
