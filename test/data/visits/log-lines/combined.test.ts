import assert from 'node:assert/strict';
import fc from 'fast-check';
import { lineReader } from '../../../../src/data/visits/log-lines/formats.ts';
import { MALFORMED } from '../../../../src/data/visits/log-lines/values.ts';
import { USER_AGENT_LIMIT } from '../../../../src/law/reduce-user-agent.ts';

const readLine = lineReader();
const read = (text: string) => readLine({ text, tooLong: false, notUtf8: false, number: 1 });
const AT = '02/Mar/2026:08:09:10 +0000';
const combined = (over: Partial<Record<'address' | 'user' | 'at' | 'request' | 'status' | 'tail', string>> = {}) => {
  const { address = '203.0.113.77', user = '-', at = AT, request = 'GET / HTTP/1.1', status = '200 12' } = over;
  return `${address} - ${user} [${at}] "${request}" ${status}${over.tail ?? ' "-" "Mozilla/5.0"'}`;
};

describe('A line of an access log', () => {
  const GOOD: [what: string, line: string, expected: { address?: string; at?: string; userAgent?: string }][] = [
    ['combined', combined(), {}],
    ['common, without referrer and user agent', combined({ tail: '' }), { userAgent: '' }],
    ['with more fields behind', combined({ tail: ' "-" "Mozilla/5.0" 0.004 TLSv1.3 "-"' }), {}],
    ['without a size', combined({ status: '304 -' }), {}],
    ['of a connection that asked nothing', combined({ request: '-', status: '408 -' }), {}],
    ['of a handshake in the wrong place', combined({ request: String.raw`\x16\x03\x01` }), {}],
    ['with quotes in the request', combined({ request: String.raw`GET /?q=\"a b\" HTTP/1.1` }), {}],
    ['of a user with a blank in the name', combined({ user: 'ada lovelace' }), {}],
    ['of a user with a bracket in the name', combined({ user: 'ada [x]' }), {}],
    ['of an IPv6 address', combined({ address: '2001:DB8::1' }), { address: '2001:db8::1' }],
    ['of an IPv4-mapped address', combined({ address: '::ffff:203.0.113.77' }), {}],
    ['of an address with a zone', combined({ address: 'fe80::1%eth0' }), { address: 'fe80::1' }],
    ['in another time zone', combined({ at: '02/Mar/2026:10:09:10 +0200' }), {}],
    ['west of Greenwich', combined({ at: '02/Mar/2026:04:39:10 -0330' }), {}],
    ['on a leap day', combined({ at: '29/Feb/2024:00:00:00 +0000' }), { at: '2024-02-29T00:00:00.000Z' }],
    ['in a leap second', combined({ at: '31/Dec/2016:23:59:60 +0000' }), { at: '2017-01-01T00:00:00.000Z' }],
    ['in a leap second elsewhere', combined({ at: '01/Jan/2017:00:59:60 +0100' }), { at: '2017-01-01T00:00:00.000Z' }],
    ['with escapes in the user agent', combined({ tail: String.raw` "-" "a\"b\\c\td"` }), { userAgent: 'a"b\\c\td' }],
    ['with UTF-8 in the user agent', combined({ tail: String.raw` "-" "\xc3\xa9\x41"` }), { userAgent: 'éA' }],
    ['without a user agent', combined({ tail: ' "-" "-"' }), { userAgent: '' }],
    ['with an empty user agent', combined({ tail: ' "-" ""' }), { userAgent: '' }],
    [
      'with an endless user agent',
      combined({ tail: ` "-" "${'x'.repeat(8192)}"` }),
      { userAgent: 'x'.repeat(USER_AGENT_LIMIT) },
    ],
  ];
  for (const [what, line, expected] of GOOD)
    it(`is read ${what}`, () => {
      assert.deepEqual(read(line), {
        address: expected.address ?? '203.0.113.77',
        occurredAt: new Date(expected.at ?? '2026-03-02T08:09:10Z'),
        userAgent: expected.userAgent ?? 'Mozilla/5.0',
      });
    });

  const FORMAT = MALFORMED.format.malformed;
  const ADDRESS = MALFORMED.address.malformed;
  const OTHER = MALFORMED.otherAddress.malformed;
  const FIELDS = MALFORMED.moreFields.malformed;
  const TIME = MALFORMED.time.malformed;
  const BAD: [what: string, line: string, reason: string][] = [
    ['a host name', combined({ address: 'ada.example.org' }), ADDRESS],
    ['an impossible address', combined({ address: '203.0.113.256' }), ADDRESS],
    ['an octal address', combined({ address: '0313.0.0113.77' }), ADDRESS],
    ['an address with a port', combined({ address: '203.0.113.77:443' }), ADDRESS],
    ['an endless address', combined({ address: '1'.repeat(65) }), FORMAT],
    ['31 February', combined({ at: '31/Feb/2026:08:09:10 +0000' }), TIME],
    ['29 February of another year', combined({ at: '29/Feb/2026:08:09:10 +0000' }), TIME],
    ['day 0', combined({ at: '00/Mar/2026:08:09:10 +0000' }), TIME],
    ['a month in another language', combined({ at: '02/Mai/2026:08:09:10 +0000' }), TIME],
    ['a month of an object', combined({ at: '02/__p/2026:08:09:10 +0000' }), TIME],
    ['hour 24', combined({ at: '02/Mar/2026:24:00:00 +0000' }), TIME],
    ['minute 60', combined({ at: '02/Mar/2026:08:60:10 +0000' }), TIME],
    ['second 61', combined({ at: '02/Mar/2026:08:09:61 +0000' }), TIME],
    ['a leap second at noon', combined({ at: '31/Dec/2016:12:00:60 +0000' }), TIME],
    ['the year 0000', combined({ at: '02/Mar/0000:08:09:10 +0000' }), TIME],
    ['a zone there is not', combined({ at: '02/Mar/2026:08:09:10 +1401' }), TIME],
    ['a zone of 99 minutes', combined({ at: '02/Mar/2026:08:09:10 +0099' }), TIME],
    ['no zone', combined({ at: '02/Mar/2026:08:09:10' }), FORMAT],
    ['a user agent that does not end', combined({ tail: ' "-" "Mozilla' }), FORMAT],
    ['a user agent that ends in an escape', combined({ tail: ' "-" "Mozilla\\"' }), FORMAT],
    ['only a referrer', combined({ tail: ' "-"' }), FORMAT],
    ['no status', combined({ status: '- ' }), FORMAT],
    ['a cut', combined().slice(0, 40), FORMAT],
    ['a blank before it', ` ${combined()}`, FORMAT],
    ['JSON', '{"address":"203.0.113.77"}', FORMAT],
    ['nothing', '', FORMAT],
    ['NUL', combined({ user: 'a\0b' }), 'the line holds a NUL character'],
    ['two addresses', `203.0.113.1 198.51.100.7 - - [${AT}] "GET / HTTP/1.1" 200 12 "-" "x"`, OTHER],
    ['an IPv6 address behind', `10.178.98.112 2001:db8::1 - - [${AT}] "GET / HTTP/1.1" 200 12 "-" "x"`, OTHER],
    ['an address for an identity', combined().replace(' - ', ' 198.51.100.7 '), OTHER],
    ['an address for a user', combined({ user: '198.51.100.7' }), OTHER],
    ['an address with a port for a user', combined({ user: '[2001:db8::1]:443' }), OTHER],
    ['a list of addresses for a user', combined({ user: '198.51.100.7, 10.0.0.1' }), OTHER],
    ['a field more before the time', combined({ user: '- -' }), FIELDS],
    ['a list of addresses', combined({ address: '203.0.113.77, 10.0.0.1' }), OTHER],
    ['a quote in the user agent', combined({ tail: ' "ref" "erer" "user"agent"' }), FORMAT],
    ['a quote in the referrer', combined({ tail: ' "ref" "erer" "agent"' }), FORMAT],
    ['another address behind the user agent', combined({ tail: ' "-" "x" "203.0.113.9"' }), FORMAT],
  ];
  for (const [what, line, reason] of BAD)
    it(`is malformed with ${what}`, () => {
      assert.deepEqual(read(line), { malformed: reason });
    });

  it('gets a reason that holds nothing of it', () => {
    const line = combined({
      address: 'sentinel-host',
      user: 'sentinel-user',
      tail: ' "sentinel-page" "sentinel-agent',
    });
    for (let end = 0; end <= line.length; end += 1) {
      const parsed = read(line.slice(0, end));
      assert.ok('malformed' in parsed);
      assert.ok(BAD.some(([, , reason]) => reason === parsed.malformed));
    }
  });

  it('is never the reason of a fault, whatever it holds', () => {
    const pieces = fc.array(
      fc.constantFrom('203.0.113.7', ' ', '- ', '[', ']', AT, '"', '\\', '\\x', '\n', '200', 'é'),
    );
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      pieces.map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(texts, (line) => {
        const parsed = read(line);
        if ('malformed' in parsed) assert.ok(BAD.some(([, , reason]) => reason === parsed.malformed));
        else assert.ok(Number.isFinite(parsed.occurredAt.getTime()) && parsed.userAgent.length <= USER_AGENT_LIMIT);
      }),
    );
  });

  it('that is longer than 64 KiB is malformed, whatever of it is there', () => {
    assert.deepEqual(readLine({ text: combined(), tooLong: true, notUtf8: false, number: 1 }), {
      malformed: 'the line is longer than 64 KiB',
    });
  });

  it('takes no longer for being hostile', () => {
    const begun = process.hrtime.bigint();
    for (const line of [
      `203.0.113.7 - ${'[ '.repeat(32_000)}`,
      `203.0.113.7 - - [${AT}] "${'\\"'.repeat(32_000)}`,
      `203.0.113.7 - - [${AT}] "" 200 1 "${'" "'.repeat(21_000)}`,
      `${'1 '.repeat(32_000)}`,
    ])
      assert.ok('malformed' in read(line) || line.includes('" "'));
    const ms = Number(process.hrtime.bigint() - begun) / 1e6;
    assert.ok(ms < 500, `took ${ms} ms`);
  });

  for (const [what, end] of [
    ['text stuck to the user agent', ' "-" "x"junk'],
    ['a user agent that does not end', ' "-" "x'],
    ['text stuck to the size', 'junk'],
  ] as const)
    it(`is malformed with ${what}`, () => assert.ok('malformed' in read(combined({ tail: end }))));
});
