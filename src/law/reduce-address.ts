import { isIP } from 'node:net';

/** How many leading bits of an address survive. */
export interface AddressReduction {
  ipv4: number;
  ipv6: number;
}

/** The eight 16-bit groups of an IPv6 address. */
type Groups = [number, number, number, number, number, number, number, number];

const ZONE = /^[\x21-\x24\x26-\x7e]{1,64}$/;

/**
 * An address in its canonical form (RFC 5952; IPv4-mapped IPv6 is IPv4, zone ids are dropped), or undefined for anything
 * that is not exactly one address: octal, short and bracketed forms are refused, not guessed.
 */
export function parseAddress(text: string): string | undefined {
  const percent = text.indexOf('%');
  const bare = percent < 0 ? text : text.slice(0, percent);
  const family = isIP(bare);
  if (family === 0 || (percent >= 0 && (family === 4 || !ZONE.test(text.slice(percent + 1))))) return undefined;
  if (family === 4) return bare;
  const groups = groupsOf(bare);
  return isMapped(groups) ? ipv4Of(groups) : ipv6Text(groups);
}

/**
 * What may be kept of an address (REQ-E03): its network, e.g. `203.0.113.0` or `2001:db8:85a3::`. Undefined when the
 * input is no address: absent, never passed through. Of an IPv4 address carried inside an IPv6 address no more is kept
 * than of one that came alone, so 6to4 (RFC 3056) under /24 and /48 is cut to /40.
 */
export function reduceAddress(text: string, keep: AddressReduction): string | undefined {
  const address = parseAddress(text);
  if (address === undefined) return undefined;
  if (!address.includes(':')) return reduceIpv4(address, keep.ipv4);
  const groups = groupsOf(address);
  clear(groups, 16, Math.min(keep.ipv6, carriedIpv4(groups) + keep.ipv4));
  return ipv6Text(groups);
}

/** /24 is by far the usual case, and this runs for every visit. */
function reduceIpv4(address: string, bits: number): string {
  if (bits === 24) return `${address.slice(0, address.lastIndexOf('.'))}.0`;
  const bytes = address.split('.').map(Number);
  clear(bytes, 8, bits);
  return bytes.join('.');
}

/**
 * The bit at which an IPv6 address carries an IPv4 address, if it does. Teredo (RFC 4380), ISATAP (RFC 5214) and the
 * NAT64 well-known prefix (RFC 6052) have it in the last 32 bits; any address is treated as if it did.
 */
function carriedIpv4([first, second, third]: Groups): number {
  if (first === 0x2002) return 16;
  const localNat64 = first === 0x64 && second === 0xff9b && third === 1; // RFC 8215
  return localNat64 ? 48 : 96;
}

function clear(parts: number[], width: number, keptBits: number): void {
  for (let index = 0; index < parts.length; index += 1) {
    const kept = Math.max(0, Math.min(width, keptBits - index * width));
    parts[index] = (parts[index] as number) & ((1 << width) - (1 << (width - kept)));
  }
}

function isMapped(groups: Groups): boolean {
  const [a, b, c, d, e, f] = groups;
  return f === 0xffff && (a | b | c | d | e) === 0;
}

function ipv4Of(groups: Groups): string {
  return `${groups[6] >> 8}.${groups[6] & 255}.${groups[7] >> 8}.${groups[7] & 255}`;
}

/** Reads what `isIP` has already called an IPv6 address. */
function groupsOf(text: string): Groups {
  const groups: Groups = [0, 0, 0, 0, 0, 0, 0, 0];
  let count = 0;
  let gap = -1;
  let begin = 0;
  let value = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x3a) {
      if (at > begin) groups[count++] = value;
      else if (at > 0) gap = count;
      begin = at + 1;
      value = 0;
    } else if (code === 0x2e) {
      const [a, b, c, d] = text.slice(begin).split('.').map(Number) as [number, number, number, number];
      groups[count++] = (a << 8) | b;
      value = (c << 8) | d;
      break;
    } else value = (value << 4) | (code <= 0x39 ? code - 0x30 : (code | 0x20) - 0x57);
  }
  if (begin < text.length) groups[count++] = value;
  if (gap >= 0) {
    groups.copyWithin(8 - (count - gap), gap, count);
    groups.fill(0, gap, 8 - (count - gap));
  }
  return groups;
}

/** RFC 5952: lower case, no leading zeros, the first of the longest runs of two or more zero groups as `::`. */
function ipv6Text(groups: Groups): string {
  let longest = 1;
  let from = -1;
  for (let index = 0, run = 0; index < 8; index += 1) {
    run = groups[index] === 0 ? run + 1 : 0;
    if (run > longest) {
      longest = run;
      from = index - run + 1;
    }
  }
  let text = '';
  for (let index = 0; index < 8; index += 1) {
    if (index === from) {
      text += '::';
      index += longest - 1;
    } else text += (text === '' || text.endsWith('::') ? '' : ':') + (groups[index] as number).toString(16);
  }
  return text;
}
