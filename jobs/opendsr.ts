import type { Job } from '../src/app/job.ts';

/** Every five minutes: opens what controllers sent (OpenDSR), and tells them what has become of it. */
export const opendsr: Job = {
  name: 'opendsr',
  schedule: '*/5 * * * *',
  atStart: true,
  async run({ services, context, log }) {
    const { opened, moved, failed: notOpened } = await services.opendsr.takeOver(context);
    const { exchanged, failed } = await services.processors.exchangeDue(context);
    if (notOpened + failed > 0)
      log.warn({ tenant: context.tenant.id, notOpened, failed }, 'OpenDSR: some requests did not get on; tried again');
    return { opened, moved, notOpened, exchanged, failed };
  },
};
