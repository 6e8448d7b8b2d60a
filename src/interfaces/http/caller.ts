import type { IncomingMessage } from 'node:http';
import ipaddr from 'ipaddr.js';
import type { AccessService } from '../../foundations/access/service.ts';
import type { Context, Role } from '../../foundations/contract/context.ts';
import type { Connection, RouteSpec } from '../../foundations/contract/contract.ts';
import { PERMISSIONS } from '../../foundations/contract/permissions.ts';
import { Problem } from '../../foundations/contract/problem.ts';
import type { Clock } from '../../foundations/process/clock.ts';
import { globalPrivacyControl } from '../../law/gpc.ts';
import { parseAddress } from '../../law/reduce-address.ts';

/** Who calls: from which address, with which credentials, in which tenant; and whether they may. */

export type ClientAddressOf = (
  socketAddress: string | undefined,
  forwardedFor: string | undefined,
) => string | undefined;

/** Hops of an `X-Forwarded-For` looked at; a longer chain is hostile. */
const MOST_HOPS = 32;

/**
 * Who is calling: the socket's address or, behind declared proxies, the rightmost hop that is not one of them. What
 * cannot be parsed is absent, never passed on as given (fail closed).
 */
export function clientAddressOf(trustedProxies: string[]): ClientAddressOf {
  const networks = trustedProxies.map((text) => {
    if (text.includes('/')) return ipaddr.parseCIDR(text);
    const address = ipaddr.parse(text);
    return [address, address.kind() === 'ipv4' ? 32 : 128] as ReturnType<typeof ipaddr.parseCIDR>;
  });
  const trusted = (address: string): boolean => {
    const parsed = ipaddr.parse(address);
    return networks.some((network) => parsed.kind() === network[0].kind() && parsed.match(network));
  };
  return (socketAddress, forwardedFor) => {
    let address = socketAddress === undefined ? undefined : parseAddress(socketAddress);
    if (networks.length === 0 || forwardedFor === undefined) return address;
    const hops = forwardedFor.split(',').slice(-MOST_HOPS);
    while (address !== undefined && trusted(address)) {
      const hop = hops.pop();
      if (hop === undefined) return address;
      address = parseAddress(withoutPort(hop.trim()));
    }
    return address;
  };
}

/** As some proxies name a hop: `203.0.113.7:51823`, `[2001:db8::7]:51823`, `[2001:db8::7]`. */
const WITH_PORT = /^(?:\[([^[\]]+)\]|([\d.]+))(?::\d{1,5})?$/;

function withoutPort(hop: string): string {
  const [, ipv6, ipv4] = WITH_PORT.exec(hop) ?? [];
  return ipv6?.includes(':') ? ipv6 : (ipv4 ?? hop);
}

/** Characters of a user agent that are looked at; real ones have some two hundred. */
const USER_AGENT_LENGTH = 1024;

/** What is known of the wire that a request came over. */
export function connectionOf(request: IncomingMessage, addressOf: ClientAddressOf): Connection {
  const { headers } = request;
  return {
    address: addressIn(request, addressOf),
    userAgent: headers['user-agent']?.slice(0, USER_AGENT_LENGTH),
    globalPrivacyControl: headers['sec-gpc'] !== undefined && globalPrivacyControl(request.rawHeaders),
  };
}

/** Part of the access service that HTTP needs. */
export type Gate = Pick<
  AccessService,
  'authenticate' | 'refuse' | 'asLastSeen' | 'tenant' | 'originKnown' | 'fingerprint' | 'defaultTenant'
>;
/** What it takes to tell who calls. */
type Door = Pick<Gate, 'authenticate' | 'refuse' | 'tenant' | 'defaultTenant'>;

const BEARER = /^Bearer +([\w.~+/=-]{16,300})$/i;

const forbidden = (detail: string) => new Problem('forbidden', detail);

function unauthenticated(given: boolean): Problem {
  const challenge = `Bearer realm="lethe"${given ? ', error="invalid_token"' : ''}`;
  return new Problem(
    'unauthenticated',
    given
      ? 'The token is not known here, or was revoked.'
      : 'Send a token as Authorization: Bearer lethe_<role>_<secret>.',
    { headers: { 'WWW-Authenticate': challenge } },
  );
}

/** The address a request came from. */
const addressIn = ({ headers, socket }: IncomingMessage, addressOf: ClientAddressOf): string | undefined =>
  addressOf(socket.remoteAddress, headers['x-forwarded-for'] as string | undefined);

/**
 * Tells, for one operation, who calls, in which tenant, and whether they may.
 * @throws Problem `unauthenticated`, `token-expired`, `too-many-requests` where too many sign-ins failed, `forbidden`, or
 * `not-found` for a tenant that does not exist
 */
export function authenticator(
  { permission, scope }: Pick<RouteSpec, 'permission' | 'scope'>,
  gate: Door,
  clock: Clock,
  addressOf: ClientAddressOf,
): (request: IncomingMessage, requestId: string) => Promise<Context> {
  if (permission === 'public')
    return async (_request, requestId) => {
      const tenant = await gate.tenant(gate.defaultTenant);
      if (!tenant) throw new Problem('unavailable', 'The service has not been set up yet.');
      return { tenant: tenant.scope, principal: { id: 'public', role: 'portal' }, clock, requestId };
    };

  const roles: ReadonlySet<Role> = new Set(PERMISSIONS[permission]);
  return async (request, requestId) => {
    const { headers } = request;
    const { authorization, origin } = headers;
    if (authorization === undefined) throw unauthenticated(false);
    const secret = BEARER.exec(authorization)?.[1];
    const from = () => addressIn(request, addressOf);
    if (secret === undefined) gate.refuse(from);
    const credentials = secret === undefined ? undefined : await gate.authenticate(secret, from);
    if (!credentials) throw unauthenticated(true);
    const { role, everyTenant, tokenId: id } = credentials;

    if (!roles.has(role)) throw forbidden(`The role ${role} does not have ${permission}.`);
    if (scope === 'installation' && !everyTenant)
      throw forbidden('Only credentials that act in every tenant may do this.');

    const wanted = headers['lethe-tenant'] ?? credentials.tenantId;
    if (wanted !== credentials.tenantId && !everyTenant)
      throw forbidden('These credentials belong to one tenant; leave out the Lethe-Tenant header.');
    const tenant = typeof wanted === 'string' ? await gate.tenant(wanted) : undefined;
    if (!tenant) throw new Problem('not-found', 'There is no such tenant.');

    // A portal's key is public: it works in browsers on its own portal's pages only.
    if (role === 'portal' && origin !== undefined && !tenant.origins.has(origin))
      throw forbidden('This web origin is not one of the tenant’s.');

    const principal = everyTenant ? { id, role, everyTenant } : { id, role };
    return { tenant: tenant.scope, principal, clock, requestId };
  };
}
