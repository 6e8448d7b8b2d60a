import type { Job } from '../src/app/job.ts';

/** Every hour: mails whoever has not used an account for long before it ends, and sees which of these mails arrived. */
export const accountWarnings: Job = {
  name: 'account-warnings',
  mayRun: async ({ policies, store }) => (await policies.refresh(store)).same,
  schedule: '52 * * * *',
  byTheClock: true,
  run: ({ services, context }) => services.inactivity.work(context),
};
