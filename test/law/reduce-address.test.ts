import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { packageRoot } from '../../src/foundations/process/package-root.ts';
import { parseAddress, reduceAddress } from '../../src/law/reduce-address.ts';

interface Trap {
  in: string;
  naive_48?: string;
  leaks?: string | null;
  required?: string;
}

const vectors = JSON.parse(readFileSync(join(packageRoot, 'test/vectors/ip-truncation.json'), 'utf8')) as {
  vectors: { in: string; '24_48': string; '16_32': string }[];
  embedded_ipv4_traps: Trap[];
  matomo_bytes: { vectors: { in: string; bytes: 1 | 2 | 3; out: string }[] };
  not_ip: string[];
  hash_is_not_anonymous: { ip: string; sha256: string };
};

const USUAL = { ipv4: 24, ipv6: 48 };

/**
 * Addresses in every form. Not `::1.2.3.4`, which the other library takes for IPv4-mapped: RFC 4291 has it as an IPv6
 * address of its own.
 */
const anyAddress = fc.oneof(fc.ipV4(), fc.ipV6()).filter((text) => !/^::\d+\./.test(text));

/** What ipaddr.js leaves of an address, once IPv4-mapped addresses are IPv4. */
function maskedByIpaddr(text: string, keep: typeof USUAL): string {
  const parsed = ipaddr.process(text);
  const bits = parsed.kind() === 'ipv4' ? keep.ipv4 : keep.ipv6;
  const bytes = parsed.toByteArray().map((byte, at) => {
    const kept = Math.max(0, Math.min(8, bits - at * 8));
    return byte & (0xff << (8 - kept)) & 0xff;
  });
  return ipaddr.fromByteArray(bytes).toString();
}

describe('An address (REQ-E03)', () => {
  it('is given away by its hash: whoever tries all there are finds it (REQ-E01)', () => {
    const { ip, sha256 } = vectors.hash_is_not_anonymous;
    const tried = Array.from({ length: 0x10000 }, (_, n) => `203.0.${n >> 8}.${n & 0xff}`);
    const found = tried.filter((one) => createHash('sha256').update(one).digest('hex') === sha256);
    assert.deepEqual(found, [ip]);
  });

  for (const vector of vectors.vectors)
    it(`${vector.in} keeps only its network, by /24 and /48, and by /16 and /32`, () => {
      assert.equal(reduceAddress(vector.in, USUAL), vector['24_48']);
      assert.equal(reduceAddress(vector.in, { ipv4: 16, ipv6: 32 }), vector['16_32']);
    });

  for (const trap of vectors.embedded_ipv4_traps)
    it(`${trap.in} does not give away the IPv4 address it carries`, () => {
      const reduced = reduceAddress(trap.in, USUAL);
      if (trap.required) assert.equal(reduced, trap.required);
      if (trap.leaks) assert.notEqual(reduced, trap.naive_48);
      assert.doesNotMatch(reduced ?? '', /4d/i);
    });

  it('of the local NAT64 prefix is cut where its IPv4 address would say more than /24', () => {
    assert.equal(reduceAddress('64:ff9b:1:cb00:71:4d00::', USUAL), '64:ff9b:1::');
    assert.equal(reduceAddress('64:ff9b:1:cb00:714d::', { ipv4: 24, ipv6: 64 }), '64:ff9b:1:cb00::');
    assert.equal(reduceAddress('2002:cb00:714d::1', { ipv4: 16, ipv6: 48 }), '2002:cb00::');
    assert.equal(reduceAddress('64:ff9b::203.0.113.77', { ipv4: 24, ipv6: 128 }), '64:ff9b::cb00:7100');
  });

  const matomo = { ipv4: { 1: 24, 2: 16, 3: 8 }, ipv6: { 1: 64, 2: 48, 3: 24 } };
  for (const { in: text, bytes, out } of vectors.matomo_bytes.vectors)
    it(`${text} with ${bytes} parts masked is ${out}, as other software has it`, () => {
      assert.equal(reduceAddress(text, { ipv4: matomo.ipv4[bytes], ipv6: matomo.ipv6[bytes] }), out);
    });

  const none = [
    ...vectors.not_ip,
    '',
    ' ',
    '0313.0.0.7',
    '1.2.3.04',
    '0x7f.0.0.1',
    '2130706433',
    '1.2.3.256',
    '1.2.3.4 ',
    '\t1.2.3.4',
    '1.2.3.4\n',
    '1.2.3.4:80',
    '1.2.3.4/24',
    '1.2.3.4, 5.6.7.8',
    '1.2.3.4%eth0',
    '[::1]:80',
    '::1/64',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7:8:9',
    '::12345',
    '::ffff:1.2.3',
    '::ffff:01.2.3.4',
    'fe80::1%',
    'fe80::1%a%b',
    'fe80::1%a b',
    `fe80::1%${'x'.repeat(65)}`,
    '１.２.３.４',
    'a'.repeat(8192),
  ];
  for (const text of none)
    it(`is absent when the text is none: ${JSON.stringify(text.slice(0, 20))}`, () => {
      assert.equal(reduceAddress(text, USUAL), undefined);
      assert.equal(parseAddress(text), undefined);
    });

  for (const [zoned, bare] of [
    ['fe80::1%eth0', 'fe80::1'],
    ['fe80::1%25', 'fe80::1'],
    ['FE80:0:0::1%en-0.5', 'fe80::1'],
    ['::ffff:203.0.113.77%lo', '203.0.113.77'],
  ] as const)
    it(`loses its zone: ${zoned}`, () => {
      assert.equal(parseAddress(zoned), bare);
      assert.ok(!reduceAddress(zoned, USUAL)?.includes('%'));
    });

  it('is written one way, however it was given (RFC 5952)', () => {
    for (const [given, canonical] of [
      ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
      ['2001:db8::0:1', '2001:db8::1'],
      ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
      ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
      ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
      ['0:0:0:0:0:0:0:0', '::'],
      ['1:0:0:0:0:0:0:0', '1::'],
      ['::ffff:cb00:714d', '203.0.113.77'],
      ['::203.0.113.77', '::cb00:714d'],
    ])
      assert.equal(parseAddress(given as string), canonical);
  });

  it('reads as another library reads it, whatever its form', () => {
    fc.assert(
      fc.property(anyAddress, (text) => {
        assert.equal(parseAddress(text), ipaddr.process(text).toString());
      }),
    );
  });

  it('keeps what a mask of another library keeps, unless it carries an IPv4 address', () => {
    const carries = (text: string) => {
      const parsed = ipaddr.process(text);
      return parsed.kind() === 'ipv6' && /^(2002:|64:ff9b:1:)/.test(parsed.toString());
    };
    fc.assert(
      fc.property(anyAddress, fc.integer({ min: 0, max: 32 }), fc.integer({ min: 0, max: 96 }), (text, ipv4, ipv6) => {
        fc.pre(!carries(text));
        const bits = Math.min(ipv6, 96 + ipv4);
        assert.equal(reduceAddress(text, { ipv4, ipv6 }), maskedByIpaddr(text, { ipv4, ipv6: bits }));
        assert.equal(reduceAddress(text, USUAL), maskedByIpaddr(text, USUAL));
      }),
    );
  });

  it('is not changed by reducing it again, and never says more than its network', () => {
    fc.assert(
      fc.property(anyAddress, (text) => {
        const once = reduceAddress(text, USUAL) as string;
        assert.equal(reduceAddress(once, USUAL), once);
        const neighbour = ipaddr.process(text).toByteArray();
        neighbour[neighbour.length - 1] = (neighbour.at(-1) as number) ^ 1;
        assert.equal(reduceAddress(ipaddr.fromByteArray(neighbour).toString(), USUAL), once);
      }),
    );
  });

  it('never passes through what is no address', () => {
    const nearly = fc.oneof(
      fc.string({ maxLength: 100 }),
      fc.string({ unit: 'binary', maxLength: 50 }),
      fc.stringMatching(/^[0-9a-f:.%[\]]{0,50}$/),
      fc.tuple(anyAddress, fc.string({ minLength: 1, maxLength: 5 })).map(([address, tail]) => address + tail),
    );
    fc.assert(
      fc.property(nearly, (text) => {
        const reduced = reduceAddress(text, USUAL);
        if (ipaddr.isValid(text.split('%')[0] as string)) return;
        assert.equal(reduced, undefined);
      }),
    );
  });
});
