import type { Job } from '../src/app/job.ts';

/** Every five minutes: says aloud when 24, 48, 66 and 72 hours of a breach have gone and something is still to do. */
export const breachReminders: Job = {
  name: 'breach-reminders',
  schedule: '*/5 * * * *',
  atStart: true,
  async run({ services, context, log }) {
    const reminders = await services.breaches.remind(context);
    for (const { breachId, hour, open } of reminders)
      log.warn(
        { tenant: context.tenant.id, breach: breachId, hour, open },
        'hours of a breach are running out; see `lethe breach show`',
      );
    return { reminders: reminders.length };
  },
};
