import type { Job } from '../src/job.ts';

/** Every five minutes: opens what controllers sent (OpenDSR), and tells them what has become of it. */
export const opendsr: Job = {
  name: 'opendsr',
  schedule: '*/5 * * * *',
  everyHours: 1,
  atStart: true,
  run: ({ services, context }) => services.opendsr.takeOver(context),
};
