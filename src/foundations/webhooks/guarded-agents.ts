import ipaddr from 'ipaddr.js';
import { RequestFilteringHttpAgent, RequestFilteringHttpsAgent } from 'request-filtering-agent';

/** Public by its number, and yet inside: from here Azure serves a machine's own settings. */
const AZURE = '168.63.129.16';
/** Names that lead inside wherever they are asked (RFC 6761, 6762, 8375; `.internal` by ICANN), and those of one part. */
const INSIDE = /(^|\.)(localhost|local|internal|home\.arpa)$|^[^.]+$/;

/**
 * Agents that look at the address at the moment of connecting: a target whose name resolves to a private, loopback,
 * link-local or reserved address is refused, so that no second lookup can answer otherwise (REQ-A51).
 */
export function guardedAgents(privateTargets: boolean) {
  const options = {
    keepAlive: false,
    allowPrivateIPAddress: privateTargets,
    allowMetaIPAddress: privateTargets,
    denyIPAddressList: privateTargets ? [] : [AZURE],
  };
  return { http: new RequestFilteringHttpAgent(options), https: new RequestFilteringHttpsAgent(options) };
}

/** Whether the guard refused the address: a name may point elsewhere tomorrow. */
export const refusedByGuard = (error: Error): boolean => /is not allowed/.test(error.message);

/**
 * An address that may be called: https without credentials, and not one that shows already where it is entered that it
 * leads inside; plain HTTP and such only where private targets are opened. Where a name leads is seen at the call.
 */
export function allowedTarget(url: string, privateTargets: boolean): URL | undefined {
  const target = URL.canParse(url) ? new URL(url) : undefined;
  if (!target || target.username || target.password) return undefined;
  if (privateTargets) return target.protocol === 'https:' || target.protocol === 'http:' ? target : undefined;
  return target.protocol === 'https:' && !leadsInside(target.hostname) ? target : undefined;
}

/** What a target must be, in words. */
export const PUBLIC_TARGET = 'must be a public https address, without user and password';

function leadsInside(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$|\.$/g, '');
  return ipaddr.isValid(host) ? host === AZURE || ipaddr.parse(host).range() !== 'unicast' : INSIDE.test(host);
}
