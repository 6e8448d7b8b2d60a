import type { Request } from 'express';
import type { AccessService } from '../../foundations/access/service.ts';
import type { Context } from '../../foundations/contract/context.ts';
import type { RouteSpec } from '../../foundations/contract/contract.ts';
import { permits } from '../../foundations/contract/permissions.ts';
import { Problem } from '../../foundations/contract/problem.ts';
import type { Clock } from '../../foundations/process/clock.ts';

/** Part of the access service that HTTP needs. */
export type Gate = Pick<AccessService, 'authenticate' | 'tenant' | 'originKnown' | 'fingerprint' | 'defaultTenant'>;

const BEARER = /^Bearer +([\w.~+/=-]{16,300})$/i;

const forbidden = (detail: string) => new Problem('forbidden', detail);

function unauthenticated(given: boolean): Problem {
  const challenge = `Bearer realm="lethe"${given ? ', error="invalid_token"' : ''}`;
  return new Problem(
    'unauthenticated',
    given
      ? 'The token is not known here, was revoked, or has expired.'
      : 'Send a token as Authorization: Bearer lethe_<role>_<secret>.',
    { headers: { 'WWW-Authenticate': challenge } },
  );
}

/**
 * Who calls, in which tenant, and whether they may.
 * @throws Problem `unauthenticated`, `forbidden`, or `not-found` for a tenant that does not exist
 */
export async function authenticate(
  gate: Gate,
  clock: Clock,
  spec: RouteSpec,
  request: Request,
  requestId: string,
): Promise<Context> {
  if (spec.permission === 'public') {
    const tenant = await gate.tenant(gate.defaultTenant);
    if (!tenant) throw new Problem('unavailable', 'The service has not been set up yet.');
    return { tenant: tenant.scope, principal: { id: 'public', role: 'portal' }, clock, requestId };
  }

  const { authorization } = request.headers;
  if (authorization === undefined) throw unauthenticated(false);
  const secret = BEARER.exec(authorization)?.[1];
  const credentials = secret === undefined ? undefined : await gate.authenticate(secret);
  if (!credentials) throw unauthenticated(true);
  const { role, everyTenant } = credentials;

  if (!permits(role, spec.permission)) throw forbidden(`The role ${role} does not have ${spec.permission}.`);
  if (spec.scope === 'installation' && !everyTenant)
    throw forbidden('Only credentials that act in every tenant may do this.');

  const wanted = request.headers['lethe-tenant'] ?? credentials.tenantId;
  if (wanted !== credentials.tenantId && !everyTenant)
    throw forbidden('These credentials belong to one tenant; leave out the Lethe-Tenant header.');
  const tenant = typeof wanted === 'string' ? await gate.tenant(wanted) : undefined;
  if (!tenant) throw new Problem('not-found', 'There is no such tenant.');

  const { origin } = request.headers;
  // A portal's key is public: it works in browsers on its own portal's pages only.
  if (role === 'portal' && origin !== undefined && !tenant.origins.has(origin))
    throw forbidden('This web origin is not one of the tenant’s.');

  return {
    tenant: tenant.scope,
    principal: everyTenant ? { id: credentials.tokenId, role, everyTenant: true } : { id: credentials.tokenId, role },
    clock,
    requestId,
  };
}
