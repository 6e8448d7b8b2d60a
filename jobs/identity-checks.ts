import type { Job } from '../src/app/job.ts';

/** Every hour: ends checks of identity that nobody answered or decided in time, and destroys what they kept. */
export const identityChecks: Job = {
  name: 'identity-checks',
  schedule: '23 * * * *',
  byTheClock: true,
  atStart: true,
  run: async ({ services, context }) => services.identity.sweep(context, services.requests.identityExpired),
};
