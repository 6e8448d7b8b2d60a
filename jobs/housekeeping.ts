import type { Job } from '../src/app/job.ts';

/** Forgets answers kept for repeated requests, and the history of job runs, once their time is over. */
export const housekeeping: Job = {
  name: 'housekeeping',
  schedule: '47 * * * *',
  byTheClock: true,
  run: ({ services }) => services.housekeeping(),
};
