import { RequestFilteringHttpAgent, RequestFilteringHttpsAgent } from 'request-filtering-agent';

/**
 * Agents that look at the address at the moment of connecting: a target whose name resolves to a private, loopback,
 * link-local or reserved address is refused, so that no second lookup can answer otherwise (REQ-A51).
 */
export function guardedAgents(privateTargets: boolean) {
  const options = { keepAlive: false, allowPrivateIPAddress: privateTargets, allowMetaIPAddress: privateTargets };
  return { http: new RequestFilteringHttpAgent(options), https: new RequestFilteringHttpsAgent(options) };
}

/** Whether the guard refused the address: a name may point elsewhere tomorrow. */
export const refusedByGuard = (error: Error): boolean => /is not allowed/.test(error.message);

/** An address that may be called: https without credentials; plain HTTP only where private targets are opened. */
export function allowedTarget(url: string, privateTargets: boolean): URL | undefined {
  const target = URL.canParse(url) ? new URL(url) : undefined;
  if (!target || target.username || target.password) return undefined;
  const allowed = target.protocol === 'https:' || (privateTargets && target.protocol === 'http:');
  return allowed ? target : undefined;
}
