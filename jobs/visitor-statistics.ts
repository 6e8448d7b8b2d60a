import type { Job } from '../src/app/job.ts';

/** Every quarter of an hour: where a day is over, its visitors are counted and the salt they were told apart by is destroyed. */
export const visitorStatistics: Job = {
  name: 'visitor-statistics',
  schedule: '1,16,31,46 * * * *',
  atStart: true,
  byTheClock: true,
  run: async ({ services, context }) => ({ days: await services.visits.closeDays(context) }),
};
