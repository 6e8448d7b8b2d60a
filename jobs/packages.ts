import type { Job } from '../src/app/job.ts';

/** Makes the packages that were ordered, and destroys those whose period is over. */
export const packages: Job = {
  name: 'packages',
  schedule: '* * * * *',
  atStart: true,
  async run({ services, context }) {
    const { doubt } = await services.retention.clockWatch.look(context);
    return services.packages.work(context, { keep: doubt !== null });
  },
};
