import type { Job } from '../src/app/job.ts';

/** Every five minutes: tells agents what has become of the requests they brought (Data Rights Protocol). */
export const dataRightsAgents: Job = {
  name: 'data-rights-agents',
  schedule: '*/5 * * * *',
  async run({ services, context }) {
    return { told: await services.drp.tellAgents(context) };
  },
};
