import type { Job } from '../src/app/job.ts';
import { LATE_AFTER_HOURS } from '../src/data/retention/alarm.ts';
import { isShortPeriod } from '../src/law/duration.ts';
import { rulesInForce } from '../src/register/policies/transitions.ts';
import { sweepQuietly } from './retention-sweep.ts';

/**
 * Every hour: sweeps what is due under rules whose period is under a day; the night's sweep would come up to a day late.
 * Where nothing is due it leaves no sweep behind.
 */
export const shortPeriods: Job = {
  name: 'short-periods',
  mayRun: async ({ policies, store }) => (await policies.refresh(store)).same,
  schedule: '7 * * * *',
  async run({ services, context, log }): Promise<Record<string, number>> {
    const rules = rulesInForce(services.policies.of(context.tenant.id).current());
    const short = rules.filter(({ after }) => isShortPeriod(after)).map(({ id }) => id);
    if (short.length === 0) return {};
    try {
      const planned = await services.retention.plans.look(context, context.clock(), short);
      const due = planned.filter((rule) => rule.due > 0).map(({ rule }) => rule);
      if (due.length === 0) return { treated: 0 };
      return await sweepQuietly({ services, context, log }, { rules: due, scheduled: true });
    } finally {
      await services.sweepAlarms(context, LATE_AFTER_HOURS);
    }
  },
};
