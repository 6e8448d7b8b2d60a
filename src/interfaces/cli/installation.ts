import { announceFirstToken } from '../../app/first-token.ts';
import { openFoundations } from '../../app/foundations.ts';
import { buildServices, type Services } from '../../app/services.ts';
import type { Context } from '../../foundations/contract/context.ts';
import { PERMISSIONS, type Permission, permits } from '../../foundations/contract/permissions.ts';
import { systemClock } from '../../foundations/process/clock.ts';
import { createLog } from '../../foundations/process/log.ts';
import { inUnitOfWork } from '../../foundations/vault/unit-of-work.ts';
import { configuration } from './configuration.ts';
import { CommandFailure, EXIT, say } from './outcome.ts';
import { secretFrom } from './path-argument.ts';

/** Opens the same services the server has, runs the command, and closes them again. */
export async function withServices<T>(run: (services: Services) => Promise<T>): Promise<T> {
  const config = configuration();
  const foundations = await openFoundations(config);
  const services = await buildServices({ ...foundations, config, clock: systemClock, log: createLog('warn') });
  try {
    await services.access.bootstrap({
      secret: config.bootstrapToken,
      announce: (secret) => {
        const { dataFolder } = config;
        announceFirstToken(secret, { dataFolder, terminal: process.stderr.isTTY, say });
      },
    });
    await services.replay();
    return await inUnitOfWork(() => run(services), { once: true });
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

/** As `commandContext`, for what concerns the whole installation: agreements between its companies too. */
export function installationContext(services: Services, tenantId: string): Promise<Context> {
  return services.access.contextFor(tenantId, { id: 'system:cli', role: 'operator', everyTenant: true });
}

/** For what the data protection officer decides. */
export function officerContext(services: Services, tenantId: string): Promise<Context> {
  return services.access.contextFor(tenantId, { id: 'system:cli', role: 'dpo', everyTenant: true });
}

/** For what an administrator does: tenants and credentials. */
export function administratorContext(services: Services, tenantId: string): Promise<Context> {
  return services.access.contextFor(tenantId, { id: 'system:cli', role: 'admin', everyTenant: true });
}

/**
 * Whoever holds the token in a file, where they may do this here.
 * @throws CommandFailure when the file cannot be read, or the token may not
 */
export async function tokenContext(
  services: Services,
  tenant: string,
  tokenFile: string,
  permission: Permission,
): Promise<Context> {
  const credentials = await services.access.authenticate(secretFrom(tokenFile));
  const theirs = credentials && (credentials.everyTenant || credentials.tenantId === tenant);
  if (!theirs || !permits(credentials.role, permission))
    throw new CommandFailure(
      EXIT.failed,
      `The file must hold a token of this tenant that may do this (${PERMISSIONS[permission].join(', ')}).`,
    );
  const { tokenId: id, role, everyTenant } = credentials;
  return services.access.contextFor(tenant, { id, role, everyTenant });
}
