import type { Job } from '../src/job.ts';

/** Hours after which a tenant without a finished sweep is late: a night, and half a day to mend it. */
const LATE_AFTER = 36;

/** Raises an alarm for sweeps that are late, failed, or wait for a person. */
export const lateSweepAlarm: Job = {
  name: 'late-sweep-alarm',
  schedule: '37 * * * *',
  everyHours: 1,
  async run({ services, context, log }) {
    const alarms = await services.sweepAlarms(context, LATE_AFTER);
    for (const alarm of alarms) log.warn({ tenant: context.tenant.id, alarm }, 'a retention sweep needs attention');
    return { alarms: alarms.length };
  },
};
