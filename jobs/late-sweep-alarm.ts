import type { Job } from '../src/app/job.ts';
import { LATE_AFTER_HOURS } from '../src/data/retention/alarm.ts';

/** Raises an alarm for sweeps that are late, failed, or wait for a person. */
export const lateSweepAlarm: Job = {
  name: 'late-sweep-alarm',
  schedule: '37 * * * *',
  async run({ services, context, log }) {
    const alarms = await services.sweepAlarms(context, LATE_AFTER_HOURS);
    for (const alarm of alarms) log.warn({ tenant: context.tenant.id, alarm }, 'a retention sweep needs attention');
    return { alarms: alarms.length };
  },
};
