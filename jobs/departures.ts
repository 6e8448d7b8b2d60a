import type { Job } from '../src/app/job.ts';

/** Every minute: carries on what was begun of erasing a tenant that leaves, holders outside included. Usually nothing. */
export const departures: Job = {
  name: 'departures',
  schedule: '* * * * *',
  atStart: true,
  async run({ services, context, log }) {
    const { waitsFor } = await services.leaving.resume(context);
    if (waitsFor !== null)
      log.warn({ tenant: context.tenant.id, waitsFor }, 'the end of a contract waits for a holder outside');
    return { waiting: waitsFor === null ? 0 : 1 };
  },
};
