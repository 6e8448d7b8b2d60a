import type { Job } from '../src/app/job.ts';

/** Writes down which decisions have ended by themselves; reading tells so already before. */
export const consentExpiry: Job = {
  name: 'consent-expiry',
  schedule: '7 * * * *',
  byTheClock: true,
  run: ({ services, context }) => services.consent.expireConsents(context),
};
