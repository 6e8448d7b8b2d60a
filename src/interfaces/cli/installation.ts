import { type Config, ConfigError, readConfig } from '../../app/config.ts';
import { openFoundations } from '../../app/foundations.ts';
import { buildServices, type Services } from '../../app/services.ts';
import type { Context } from '../../foundations/contract/context.ts';
import { systemClock } from '../../foundations/process/clock.ts';
import { createLog } from '../../foundations/process/log.ts';
import { CommandFailure, EXIT, say } from './terminal.ts';

/** The configuration of this environment, or every fault of it at once. */
export function configuration(): Config {
  try {
    return readConfig(process.env);
  } catch (error) {
    if (error instanceof ConfigError)
      throw new CommandFailure(
        EXIT.configuration,
        [error.message, ...error.faults.map((fault) => `  ${fault}`)].join('\n'),
      );
    throw error;
  }
}

/** Opens the same services the server has, runs the command, and closes them again. */
export async function withServices<T>(run: (services: Services) => Promise<T>): Promise<T> {
  const config = configuration();
  const foundations = await openFoundations(config);
  const services = await buildServices({ ...foundations, config, clock: systemClock, log: createLog('warn') });
  try {
    await services.access.bootstrap({
      secret: config.bootstrapToken,
      announce: (secret) => say(`First administrator's token, shown this once:\n\n  ${secret}\n`),
    });
    await services.replay();
    return await run(services);
  } finally {
    await services.close();
    await foundations.close();
  }
}

/** The command line acts as the installation itself, in one tenant. */
export async function commandContext(services: Services, tenantId: string): Promise<Context> {
  const context = await services.access.contextFor(tenantId, { id: 'system:cli', role: 'operator' });
  services.location.check(context.tenant);
  return context;
}
