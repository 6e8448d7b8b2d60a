import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** How many leading bits of an address survive. */
export interface AddressReduction {
  ipv4: number;
  ipv6: number;
}

/**
 * An address in its canonical form (RFC 5952; IPv4-mapped IPv6 is IPv4, zone ids are dropped), or undefined for anything
 * that is not exactly one address: octal, short and bracketed forms are refused, not guessed.
 */
export function parseAddress(text: string): string | undefined {
  const percent = text.indexOf('%');
  const bare = percent < 0 ? text : text.slice(0, percent);
  const family = isIP(bare);
  if (family === 0 || (percent >= 0 && family !== 6)) return undefined;
  return family === 4 ? bare : ipaddr.process(bare).toString();
}

/**
 * What may be kept of an address (REQ-E03): its network, e.g. `203.0.113.0` or `2001:db8:85a3::`. Undefined when the
 * input is no address: absent, never passed through. 6to4 (RFC 3056) carries an IPv4 address in bits 16 to 47, so what
 * is kept of it is cut to the IPv4 prefix behind the 16 bits of 2002::/16.
 */
export function reduceAddress(text: string, keep: AddressReduction): string | undefined {
  const address = parseAddress(text);
  if (address === undefined) return undefined;
  if (!address.includes(':')) return reduceIpv4(address, keep.ipv4);
  const bytes = ipaddr.parse(address).toByteArray();
  const sixToFour = bytes[0] === 0x20 && bytes[1] === 0x02;
  clear(bytes, sixToFour ? Math.min(keep.ipv6, 16 + keep.ipv4) : keep.ipv6);
  return ipaddr.fromByteArray(bytes).toString();
}

/** Whole bytes are by far the usual case, and this runs for every visit. */
function reduceIpv4(address: string, bits: number): string {
  if (bits === 24) return `${address.slice(0, address.lastIndexOf('.'))}.0`;
  const bytes = address.split('.').map(Number);
  clear(bytes, bits);
  return bytes.join('.');
}

function clear(bytes: number[], keptBits: number): void {
  for (let index = 0; index < bytes.length; index += 1) {
    const kept = Math.max(0, Math.min(8, keptBits - index * 8));
    bytes[index] = (bytes[index] as number) & (0xff << (8 - kept)) & 0xff;
  }
}
