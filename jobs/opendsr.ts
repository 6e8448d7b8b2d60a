import type { Job } from '../src/job.ts';

/** Every five minutes: opens what controllers sent (OpenDSR), and tells them what has become of it. */
export const opendsr: Job = {
  name: 'opendsr',
  schedule: '*/5 * * * *',
  everyHours: 1,
  atStart: true,
  async run({ services, context }) {
    const taken = await services.opendsr.takeOver(context);
    return { ...taken, ...(await services.processors.exchangeDue(context)) };
  },
};
