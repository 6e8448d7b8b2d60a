import type { Services } from '../../app/services.ts';
import { endsWithContract, refuseWhileLeaving } from '../../foundations/access/leaving.ts';
import type { Context } from '../../foundations/contract/context.ts';
import type { RouteRequest, RouteSpec } from '../../foundations/contract/contract.ts';
import type { Permission } from '../../foundations/contract/permissions.ts';
import { Problem } from '../../foundations/contract/problem.ts';
import type { Request, RequestStatus } from '../../rights/requests/shown.ts';
import { commandContext, officerContext, tokenContext } from './installation.ts';

/** Operations of the contract, carried out from the command line as over HTTP. */

interface Performing {
  tenant: string;
  /** Whose token: they act. Absent: the machine does, as an officer. */
  tokenFile?: string;
  params: Record<string, string>;
  body: unknown;
}

/**
 * Calls one operation with a body that fits its schema.
 * @throws Problem of its rules
 */
export async function performed<T>(services: Services, operationId: string, asked: Performing): Promise<T> {
  const route = services.routes.find(({ spec }) => spec.operationId === operationId);
  if (!route) throw new RangeError(`There is no operation ${operationId}.`);
  const { spec } = route;
  const { tenant, tokenFile, params, body } = asked;
  const permission = spec.permission as Permission;
  const actor = tokenFile
    ? await tokenContext(services, tenant, tokenFile, permission)
    : await officerContext(services, tenant);
  services.location.check(actor.tenant);
  if (endsWithContract(spec)) refuseWhileLeaving(actor.tenant, permission, body);
  const context = spec.reads ? looking(actor, operationId) : actor;
  const request = { context, params, query: {}, body, headers: {} } as unknown as RouteRequest<RouteSpec>;
  const reply = (await route.handle(request)) as { body?: T };
  if (context.reading) await services.recordReading(context);
  return reply.body as T;
}

const looking = (context: Context, what: string): Context => ({
  ...context,
  reading: { purpose: 'access-request', what, subjects: new Set<string>() },
});

/** What somebody at the terminal looks at of a request: nothing is shown before it is written down who looked. */
export async function looked<T>(
  services: Services,
  tenant: string,
  look: (context: Context) => Promise<T>,
): Promise<T> {
  const context = looking(await commandContext(services, tenant), 'getRequest');
  const seen = await look(context);
  await services.recordReading(context);
  return seen;
}

/** How a request stands. */
export const requestSeen = (services: Services, tenant: string, requestId: string): Promise<Request> =>
  looked(services, tenant, (context) => services.requests.get(context, requestId));

/** Does what the service's jobs would do within a minute: makes what was ordered, and goes on with what waited for it. */
export async function carryOn(
  services: Services,
  tenant: string,
  requestId: string,
): Promise<RequestStatus | undefined> {
  const context = await commandContext(services, tenant);
  const { doubt } = await services.retention.clockWatch.look(context);
  try {
    await services.packages.work(context, { keep: doubt !== null });
    await services.requests.resume(context);
  } catch (error) {
    // The service is at it.
    if (!(error instanceof Problem && error.type === 'lease-held')) throw error;
    return undefined;
  }
  return requestSeen(services, tenant, requestId);
}
