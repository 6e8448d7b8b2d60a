import type { Job } from '../src/app/job.ts';
import { LATE_AFTER_HOURS } from '../src/data/retention/alarm.ts';
import { Problem } from '../src/foundations/contract/problem.ts';

type Work = Parameters<Job['run']>[0];

/** Sweeps as the schedule does: what waits for a person, or is being done elsewhere, is no failure of a job. */
export async function sweepQuietly(
  { services, context, log }: Work,
  input: { rules?: string[]; scheduled?: boolean },
): Promise<Record<string, number>> {
  const { sweeps } = services.retention;
  try {
    const { sweepId } = await sweeps.open(context, input);
    const { steps } = await sweeps.run(context, sweepId);
    return {
      treated: steps.reduce((sum, { treated }) => sum + treated, 0),
      waiting: steps.filter(({ status }) => status === 'awaiting-approval').length,
    };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (error.type === 'clock-in-doubt') {
      log.error({ tenant: context.tenant.id }, error.message);
      return { heldBack: 1 };
    }
    // Another instance, or a person, is sweeping: the work is being done.
    if (error.type === 'lease-held' || error.type === 'conflict') return { elsewhere: 1 };
    throw error;
  }
}

/** The night: sweeps what is due. What waits for an officer holds nothing else up; `/readyz` says so. */
export const retentionSweep: Job = {
  name: 'retention-sweep',
  mayRun: async ({ policies, store }) => (await policies.refresh(store)).same,
  schedule: { daily: '02:17' },
  async run(work): Promise<Record<string, number>> {
    try {
      return await sweepQuietly(work, {});
    } finally {
      await work.services.sweepAlarms(work.context, LATE_AFTER_HOURS);
    }
  },
};
