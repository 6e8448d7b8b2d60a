import assert from 'node:assert/strict';
import fc from 'fast-check';
import { lineReader } from '../../../../src/data/visits/log-lines/formats.ts';
import { MALFORMED } from '../../../../src/data/visits/log-lines/values.ts';
import { Problem } from '../../../../src/foundations/contract/problem.ts';

const AT = '02/Mar/2026:08:09:10 +0000';
const VISIT = { address: '203.0.113.77', occurredAt: new Date('2026-03-02T08:09:10Z'), userAgent: 'Mozilla/5.0' };
const TAIL = `- - [${AT}] "GET / HTTP/1.1" 200 12 "-" "Mozilla/5.0"`;
const reader = (format: string, address?: string) => {
  const read = lineReader(format, address);
  return (text: string) => read({ text, tooLong: false, notUtf8: false, number: 1 });
};
const json = (value: unknown) => JSON.stringify(value);

describe('A format of access logs', () => {
  const caddy = (request: unknown, ts: unknown = 1_772_438_950.0) =>
    json({ level: 'info', ts, logger: 'http.log.access', msg: 'handled request', request, status: 200 });
  const headers = { 'User-Agent': ['Mozilla/5.0'], Accept: ['*/*'] };
  const LOGFORMAT = String.raw`%h %l %u %t \"%r\" %>s %b \"%{Referer}i\" \"%{User-Agent}i\"`;
  const NGINX_MAIN =
    '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" "$http_x_forwarded_for"';
  const nginx = { remote_addr: '203.0.113.77', http_user_agent: 'Mozilla/5.0', status: 200 };

  const READ: [format: string, line: string, over?: Partial<typeof VISIT>, address?: string][] = [
    ['vhost-combined', `north.example.org:443 203.0.113.77 ${TAIL}`],
    ['vhost-combined', `north.example.org 203.0.113.77 ${TAIL}`],
    ['vhost-combined', `198.51.100.1:80 203.0.113.77 ${TAIL}`],
    ['nginx-json', json({ ...nginx, time_iso8601: '2026-03-02T10:09:10+02:00' })],
    ['nginx-json', json({ ...nginx, time_local: AT })],
    ['nginx-json', json({ ...nginx, msec: '1772438950.000' })],
    ['nginx-json', json({ ...nginx, msec: 1_772_438_950 })],
    ['nginx-json', json({ ...nginx, http_user_agent: '-', time_local: AT }), { userAgent: '' }],
    ['caddy-json', caddy({ remote_ip: '10.0.0.1', client_ip: '203.0.113.77', headers })],
    ['caddy-json', caddy({ remote_ip: '203.0.113.77', remote_port: '4711', headers })],
    ['caddy-json', caddy({ remote_addr: '203.0.113.77:4711', headers })],
    ['caddy-json', caddy({ remote_addr: '[2001:db8::7]:4711', headers }), { address: '2001:db8::7' }],
    ['caddy-json', caddy({ remote_ip: '203.0.113.77', headers }, 1_772_438_950_000)],
    ['caddy-json', caddy({ remote_ip: '203.0.113.77', headers }, '2026-03-02T08:09:10.000Z')],
    ['caddy-json', caddy({ remote_ip: '203.0.113.77', headers }, '2026-03-02T09:09:10.000+0100')],
    ['caddy-json', caddy({ remote_ip: '203.0.113.77' }), { userAgent: '' }],
    [LOGFORMAT, `203.0.113.77 ${TAIL}`],
    ['%a %t "%{user-agent}i"', `203.0.113.77 [${AT}] "a\\"b"`, { userAgent: 'a"b' }],
    ['%{sec}t|%a|%{User-Agent}i', '1772438950|203.0.113.77|Mozilla/5.0'],
    ['%{usec}t %D %a', '1772438950000000 17 203.0.113.77', { userAgent: '' }],
    ['%{X-Forwarded-For}i %l %u %t', `203.0.113.77 - - [${AT}]`, { userAgent: '' }],
    [NGINX_MAIN, `10.0.0.1 ${TAIL} "203.0.113.77"`, {}, '$http_x_forwarded_for'],
    [NGINX_MAIN, `203.0.113.77 ${TAIL} "10.0.0.1"`, {}, '$remote_addr'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is nginx’s.
    ['$msec ${remote_addr} 100%%', '1772438950.000 203.0.113.77 100%', { userAgent: '' }],
    ['%h\\t%t', `203.0.113.77\t[${AT}]`, { userAgent: '' }],
  ];
  for (const [format, line, over, address] of READ)
    it(`${format} reads ${line.slice(0, 60)}`, () => {
      assert.deepEqual(reader(format, address)(line), { ...VISIT, ...over });
    });

  const MALFORMED_LINES: [format: string, line: string, reason: keyof typeof MALFORMED, address?: string][] = [
    ['vhost-combined', `203.0.113.77 ${TAIL}`, 'otherAddress'],
    ['vhost-combined', `203.0.113.9 203.0.113.77 ${TAIL}`, 'otherAddress'],
    ['vhost-combined', `north.example.org:443 203.0.113.77 198.51.100.7 ${TAIL}`, 'otherAddress'],
    ['vhost-combined', `north.example.org:443 - ${TAIL}`, 'address'],
    ['nginx-json', json({ remote_addr: '203.0.113.77' }), 'format'],
    ['nginx-json', json({ ...nginx, time_local: 'yesterday' }), 'time'],
    ['nginx-json', json({ ...nginx, remote_addr: '203.0.113.77, 10.0.0.1', time_local: AT }), 'address'],
    ['nginx-json', `{"remote_addr":"10.0.0.1","remote_addr":"203.0.113.77","time_local":"${AT}"}`, 'format'],
    ['nginx-json', '[1]', 'format'],
    ['nginx-json', '{"remote_addr":"203.0.113.77"', 'format'],
    ['caddy-json', caddy({ client_ip: 'unknown', remote_ip: '203.0.113.77' }), 'address'],
    ['caddy-json', json({ level: 'info', ts: 1, msg: 'serving initial configuration' }), 'format'],
    ['caddy-json', caddy({ remote_ip: '203.0.113.77' }, 'yesterday'), 'time'],
    ['caddy-json', caddy({ remote_ip: '203.0.113.77' }, -1), 'time'],
    ['caddy-json', caddy({ remote_ip: '203.0.113.77' }, 1e300), 'time'],
    [LOGFORMAT, `203.0.113.1 198.51.100.7 ${TAIL}`, 'format'],
    [LOGFORMAT, `203.0.113.77 ${TAIL} "more"`, 'format'],
    [LOGFORMAT, `203.0.113.77 - - [${AT}] "GET / HTTP/1.1" 200 12 "ref" "erer" "user"agent"`, 'format'],
    [NGINX_MAIN, `10.0.0.1 ${TAIL} "203.0.113.77, 10.0.0.2"`, 'address', '$http_x_forwarded_for'],
    [NGINX_MAIN, `10.0.0.1 ${TAIL} "-"`, 'address', '$http_x_forwarded_for'],
  ];
  for (const [format, line, reason, address] of MALFORMED_LINES)
    it(`${format} refuses ${line.slice(0, 60)}`, () => {
      assert.deepEqual(reader(format, address)(line), MALFORMED[reason]);
    });

  const REFUSED: [what: string, format: string, address: string | undefined, field: string][] = [
    ['a name nobody knows', 'common-ish', undefined, '/format'],
    ['a name of every object', 'constructor', undefined, '/format'],
    ['no address', '%t "%{User-Agent}i"', undefined, '/format'],
    ['no time', '%h "%{User-Agent}i"', undefined, '/format'],
    ['a time in words of its own', '%h %{%d/%b/%Y}t', undefined, '/format'],
    ['two fields that touch', '%h%t', undefined, '/format'],
    ['two user agents', '%h %t "%{User-Agent}i" "%{user-agent}i"', undefined, '/format'],
    ['two addresses, and not which', NGINX_MAIN, undefined, '/address'],
    ['an address that is no field of it', '%h %t', '%a', '/address'],
    ['an address beside a name', 'combined', '%h', '/address'],
    ['a percent sign alone', '%h %t 5% of', undefined, '/format'],
    ['no end', `%h %t ${'x'.repeat(3000)}`, undefined, '/format'],
  ];
  for (const [what, format, address, field] of REFUSED)
    it(`is refused with ${what}, naming ${field}`, () => {
      assert.throws(
        () => lineReader(format, address),
        (error) => error instanceof Problem && error.extras.errors?.[0]?.pointer === field,
      );
    });

  it('never throws at a line, and never takes longer than its length', () => {
    const readers = ['combined', 'vhost-combined', 'nginx-json', 'caddy-json', LOGFORMAT].map((one) => reader(one));
    const pieces = fc.array(
      fc.constantFrom('203.0.113.7', ' ', '- ', '[', ']', AT, '"', '\\', '{', '}', ':', '"ts"', '1', 'null', ','),
    );
    const reasons = Object.values(MALFORMED).map(({ malformed }) => malformed as string);
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          pieces.map((parts) => parts.join('')),
        ),
        (line) => {
          for (const read of readers) {
            const parsed = read(line);
            if ('malformed' in parsed) assert.ok(reasons.includes(parsed.malformed));
          }
        },
      ),
    );
    const hostile = (length: number) => [
      `203.0.113.7 - ${'[ '.repeat(length)}`,
      `203.0.113.7 - - [${AT}] "${'\\"'.repeat(length)}`,
      `203.0.113.7 - - [${AT}] "" 200 1 "${'" "'.repeat(length)}`,
      '1 '.repeat(length),
    ];
    const cost = (length: number) => {
      const lines = hostile(length);
      let best = Number.POSITIVE_INFINITY;
      for (let round = 0; round < 9; round += 1) {
        const begun = process.hrtime.bigint();
        for (const read of readers) for (const line of lines) read(line);
        best = Math.min(best, Number(process.hrtime.bigint() - begun));
      }
      return best;
    };
    cost(4000);
    const ratio = cost(16_000) / cost(2000);
    assert.ok(ratio < 24, `eight times the length took ${ratio.toFixed(1)} times as long`);
  });
});
