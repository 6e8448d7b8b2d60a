import type { Job } from '../src/app/job.ts';

/** Every ten minutes: which recipients were reached, which could not be, and whose answer is missed. */
export const recipients: Job = {
  name: 'recipients',
  schedule: '*/10 * * * *',
  atStart: true,
  async run({ services, context, log }) {
    const { delivered, failed, missed } = await services.recipients.noteDeliveries(context);
    if (failed > 0 || missed > 0)
      log.warn(
        { tenant: context.tenant.id, failed, missed },
        'recipients have not been told or have not answered; see `lethe recipients list`',
      );
    return { delivered, failed, missed };
  },
};
