import type { Job } from '../src/app/job.ts';

/** Every quarter of an hour: reminds of the target, of the last day and of what is overdue, each once. */
export const requestReminders: Job = {
  name: 'request-reminders',
  schedule: '*/15 * * * *',
  atStart: true,
  async run({ services, context, log }) {
    const reminders = await services.requests.remind(context);
    for (const { requestId, which, daysLeft } of reminders)
      log.warn(
        { tenant: context.tenant.id, request: requestId, reminder: which, daysLeft },
        'the time of a request is running; see `lethe requests show`',
      );
    return { reminders: reminders.length };
  },
};
