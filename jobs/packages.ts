import type { Job } from '../src/app/job.ts';

/** Makes the packages that were ordered, and destroys those whose period is over. */
export const packages: Job = {
  name: 'packages',
  schedule: '* * * * *',
  atStart: true,
  run: ({ services, context }) => services.packages.work(context),
};
