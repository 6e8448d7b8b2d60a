import type { Job } from '../src/app/job.ts';

/** Every minute: mails the links that confirm requests of strangers, and deletes what nobody has confirmed in time. */
export const unconfirmedRequests: Job = {
  name: 'unconfirmed-requests',
  schedule: '* * * * *',
  atStart: true,
  async run({ services, context }) {
    const { doubt } = await services.retention.clockWatch.look(context);
    return services.unconfirmed.work(context, { keep: doubt !== null });
  },
};
