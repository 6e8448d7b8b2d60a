import ipaddr from 'ipaddr.js';
import { parseAddress } from '../../law/reduce-address.ts';

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
      address = parseAddress(hop.trim());
    }
    return address;
  };
}
