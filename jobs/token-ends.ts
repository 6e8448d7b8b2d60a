import type { Job } from '../src/app/job.ts';

/** Every morning: tells a portal's officers of tokens that end within 30 days, of each once. */
export const tokenEnds: Job = {
  name: 'token-ends',
  schedule: { daily: '06:40' },
  async run({ services, context, log }) {
    const { told, untold } = await services.alarms.tellOfTokenEnds(context);
    if (untold > 0)
      log.warn(
        { tenant: context.tenant.id, tokens: untold },
        'tokens end within 30 days, and no officer’s address is recorded; see lethe tokens list',
      );
    return { told };
  },
};
