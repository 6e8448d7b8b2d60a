import type { Job } from '../src/app/job.ts';

/** Shows the newest head of the log to the witnesses (`LETHE_WITNESSES`), who cosign that it has only grown. */
export const witnesses: Job = {
  name: 'witnesses',
  schedule: '*/5 * * * *',
  async run({ services, context, log }) {
    const { asked, cosigned, refusals } = await services.witnessing.ask(context.tenant.id);
    for (const refusal of refusals) {
      const about = { tenant: context.tenant.id, ...refusal };
      if (refusal.reason === 'ahead' || refusal.reason === 'forked')
        log.error(about, 'a witness has seen another history of the audit log');
      else log.warn(about, 'a witness has not cosigned the audit log');
    }
    return { asked, cosigned };
  },
};
