import type { Job } from '../src/app/job.ts';

/** Every morning: whether the register still says what the system does, and an alarm with the codes where it does not. */
export const registerCheck: Job = {
  name: 'register-check',
  schedule: { daily: '05:23' },
  async run({ services, context, log }) {
    const { errors, warnings, items } = await services.findings.list(context);
    const codes = [...new Set(items.filter(({ severity }) => severity === 'error').map(({ code }) => code))];
    if (errors > 0)
      log.warn(
        { tenant: context.tenant.id, errors, warnings, codes },
        'the register and the system have drifted apart',
      );
    return { errors, warnings };
  },
};
