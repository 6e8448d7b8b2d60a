import type { Job } from '../src/app/job.ts';

/**
 * Every minute: sends what is due to other organisations and notes what came through, so that windows begin; what was
 * given up is told to the operator.
 */
export const outbox: Job = {
  name: 'outbox',
  schedule: '* * * * *',
  atStart: true,
  async run({ services, context, log }) {
    const told = await services.subProcessors.tellNewcomer(context);
    const sent = await services.outbox.deliverDue(context);
    const noted = await services.responses.noteDeliveries(context);
    if (sent.dead > 0)
      log.warn({ tenant: context.tenant.id, ...sent }, 'messages were given up; see `lethe outbox list --status dead`');
    const { doubt } = await services.retention.clockWatch.look(context);
    const forgotten = doubt === null ? await services.outbox.forget(context) : 0;
    return { told, ...sent, noted, forgotten };
  },
};
