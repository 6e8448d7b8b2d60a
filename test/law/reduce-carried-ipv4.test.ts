import assert from 'node:assert/strict';
import fc from 'fast-check';
import { reduceAddress } from '../../src/law/reduce-address.ts';

const octet = fc.nat(255);
const ipv4 = fc.tuple(octet, octet, octet, octet);
type Ipv4 = [number, number, number, number];

const hex = (high: number, low: number) => ((high << 8) | low).toString(16);
const inverted = (high: number, low: number) => (((high << 8) | low) ^ 0xffff).toString(16);

const CARRIERS: [name: string, carry: (ipv4: Ipv4) => string][] = [
  ['alone', (bytes) => bytes.join('.')],
  ['mapped', (bytes) => `::ffff:${bytes.join('.')}`],
  ['as 6to4', ([a, b, c, d]) => `2002:${hex(a, b)}:${hex(c, d)}::1`],
  ['behind NAT64', (bytes) => `64:ff9b::${bytes.join('.')}`],
  ['behind a local NAT64', ([a, b, c, d]) => `64:ff9b:1:${hex(a, b)}:${hex(0, c)}:${hex(d, 0)}::`],
  ['as Teredo', ([a, b, c, d]) => `2001:0:cb00:7101:0:fffe:${inverted(a, b)}:${inverted(c, d)}`],
  ['as ISATAP', (bytes) => `2001:db8:1:2:0:5efe:${bytes.join('.')}`],
  ['as IPv4-compatible IPv6', (bytes) => `::${bytes.join('.')}`],
];

describe('An IPv4 address (REQ-E03)', () => {
  // Two addresses that differ only in what must go are one afterwards, whatever carries them.
  for (const [name, carry] of CARRIERS)
    it(`that comes ${name} loses its host part`, () => {
      fc.assert(
        fc.property(ipv4, octet, octet, ([a, b, c, d], other, another) => {
          const finest = (bytes: Ipv4) => reduceAddress(carry(bytes), { ipv4: 24, ipv6: 48 });
          const coarse = (bytes: Ipv4) => reduceAddress(carry(bytes), { ipv4: 16, ipv6: 32 });
          assert.notEqual(finest([a, b, c, d]), undefined);
          assert.equal(finest([a, b, c, d]), finest([a, b, c, other]));
          assert.equal(coarse([a, b, c, d]), coarse([a, b, another, other]));
        }),
      );
    });

  it('behind a local NAT64 loses it too where more of an IPv6 address may be kept', () => {
    const keep = { ipv4: 8, ipv6: 64 };
    assert.equal(reduceAddress('64:ff9b:1:cb00:71:4d00::', keep), reduceAddress('64:ff9b:1:cb99:71:4d00::', keep));
  });
});
