import assert from 'node:assert/strict';
import { get } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import Type from 'typebox';
import { type Connection, type Route, route } from '../../../src/foundations/contract/contract.ts';
import { PROBLEM_TYPES, Problem } from '../../../src/foundations/contract/problem.ts';
import { StoreError } from '../../../src/foundations/store/errors.ts';
import { clientAddressOf } from '../../../src/interfaces/http/caller.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { type Ground, openGround } from '../../support/engines.ts';
import { rawExchange } from '../../support/raw.ts';

const closed = { additionalProperties: false } as const;
const Item = Type.Object({ name: Type.String({ maxLength: 20 }) }, closed);
const seen: { connection?: Connection; lines?: string[]; ifMatch?: string | undefined } = {};
const faults: Record<string, () => unknown> = {
  store: () => new StoreError('unavailable', 'ECONNREFUSED'),
  full: () => new StoreError('full', 'SQLITE_FULL'),
  unique: () => new StoreError('unique', '23505'),
  check: () => new StoreError('check', '23514'),
  foreign: () => new Error('the password of alice@private.example is hunter2'),
  nothing: () => undefined,
};

const base = { tag: 'Test', summary: 'Test', status: 200 } as const;
/** A stream that goes on for as long as somebody takes it. */
const ENDLESS = 1000;

const routes: Route[] = [
  route(
    {
      ...base,
      operationId: 'seen',
      method: 'get',
      path: '/v1/seen',
      permission: 'visits.record',
      response: Type.Object({}),
    },
    async ({ connection }) => {
      seen.connection = connection;
      return { body: {} };
    },
  ),
  route(
    {
      ...base,
      operationId: 'old',
      method: 'get',
      path: '/v1/old',
      permission: 'visits.record',
      query: Type.Object({ fault: Type.Optional(Type.Boolean()) }, closed),
      response: Type.Object({}),
      problems: ['conflict'],
      deprecated: { since: '2026-11-30', sunset: '2027-11-30', instead: 'seen' },
    },
    async ({ query: { fault } }) => {
      if (fault) throw new Problem('conflict', 'It is so.');
      return { body: {} };
    },
  ),
  route(
    {
      ...base,
      operationId: 'put',
      method: 'put',
      path: '/v1/items/{id}',
      permission: 'content.write',
      params: Type.Object({ id: Type.String({ maxLength: 40 }) }, closed),
      body: Item,
      ifMatch: 'required',
      response: Item,
    },
    async ({ body, ifMatch }) => {
      seen.ifMatch = ifMatch;
      return { body };
    },
  ),
  route(
    {
      ...base,
      operationId: 'fail',
      method: 'get',
      path: '/v1/fail/{how}',
      problems: ['conflict'],
      permission: 'content.read',
      params: Type.Object({ how: Type.String() }, closed),
    },
    async ({ params }) => {
      throw faults[params.how]?.();
    },
  ),
  route(
    {
      ...base,
      operationId: 'lines',
      method: 'post',
      path: '/v1/lines',
      permission: 'visits.import',
      bodyFormat: 'ndjson',
      body: Item,
      response: Type.Object({ count: Type.Integer() }, closed),
    },
    async ({ lines }) => {
      seen.lines = [];
      for await (const line of lines) seen.lines.push(line);
      return { body: { count: seen.lines.length } };
    },
  ),
  route(
    {
      ...base,
      operationId: 'stream',
      method: 'get',
      path: '/v1/stream/{from}',
      problems: ['conflict'],
      permission: 'content.read',
      params: Type.Object({ from: Type.Integer() }, closed),
      response: 'text/csv; charset=utf-8',
    },
    async ({ params }) => ({
      stream: (async function* () {
        if (params.from === 9) throw new Problem('conflict', 'Not now.');
        for (let n = params.from; n < (params.from === ENDLESS ? Number.POSITIVE_INFINITY : 3); n += 1)
          yield `${n}\n`.padEnd(params.from === ENDLESS ? 65_536 : 0);
        if (params.from === 2) throw new Error('too late for a problem');
      })(),
    }),
  ),
  route(
    {
      ...base,
      operationId: 'counted',
      method: 'get',
      path: '/v1/counted',
      permission: 'content.read',
      query: Type.Object({ n: Type.Integer({ minimum: 1, maximum: 100 }) }, closed),
      response: Type.Object({ n: Type.Integer() }, closed),
    },
    async ({ query }) => ({ body: query }),
  ),
  route(
    {
      ...base,
      operationId: 'open',
      method: 'get',
      path: '/v1/open',
      permission: 'public',
      rateLimited: true,
      response: Type.Object({ tenant: Type.String() }, closed),
    },
    async ({ context }) => ({ body: { tenant: context.tenant.id } }),
  ),
];

describe('HTTP', () => {
  let ground: Ground;
  let app: TestApp;
  before(async () => {
    ground = await openGround('sqlite');
    app = await openApp(ground, { routes, trustedProxies: ['127.0.0.1', '10.0.0.0/8'], bodyPatience: 300 });
  });
  after(async () => {
    await app.close();
    await ground.close();
  });
  const port = () => (app.server.address() as AddressInfo).port;

  describe('problems', () => {
    const cases: [what: string, method: 'get' | 'put' | 'delete', path: string, status: number, type: string][] = [
      ['an unknown address', 'get', '/v1/nothing', 404, 'not-found'],
      ['a method that is not offered', 'delete', '/v1/items/x', 405, 'method-not-allowed'],
      ['an edit without If-Match', 'put', '/v1/items/x', 428, 'precondition-required'],
      ['a database that is away', 'get', '/v1/fail/store', 503, 'unavailable'],
      ['a full disk', 'get', '/v1/fail/full', 503, 'unavailable'],
      ['a race lost in the database', 'get', '/v1/fail/unique', 409, 'conflict'],
      ['a broken rule of the schema', 'get', '/v1/fail/check', 503, 'unavailable'],
      ['a fault of ours', 'get', '/v1/fail/foreign', 500, 'internal-error'],
      ['something thrown that is no error', 'get', '/v1/fail/nothing', 500, 'internal-error'],
    ];
    for (const [what, method, path, status, type] of cases)
      it(`are RFC 9457 documents for ${what} (REQ-H01)`, async () => {
        const answer = await app.as('platform')[method](path);
        assert.equal(answer.status, status);
        assert.equal(answer.type, 'application/problem+json');
        assert.deepEqual(Object.keys(answer.body).slice(0, 5), ['type', 'title', 'status', 'detail', 'instance']);
        assert.equal(answer.body.type, `/problems/${type}`);
        assert.equal(answer.body.status, status);
        assert.equal(answer.body.title, PROBLEM_TYPES[type as keyof typeof PROBLEM_TYPES].title);
        assert.equal(answer.body.instance, `urn:lethe:request:${answer.headers['x-request-id']}`);
        assert.doesNotMatch(answer.text, /alice|hunter2|SQLITE|2350|ECONN/);
      });

    it('name the methods that are offered', async () => {
      const answer = await app.as('platform').delete('/v1/items/x').expect(405);
      assert.equal(answer.headers['allow'], 'PUT, OPTIONS');
    });

    it('tell when to come back', async () => {
      const answer = await app.as('platform').get('/v1/fail/store');
      assert.equal(answer.headers['retry-after'], '5');
    });

    it('each have a page, without credentials, and a list (REQ-H01)', async () => {
      const { text } = await app.as('nobody').get('/problems').expect(200);
      for (const type of Object.keys(PROBLEM_TYPES)) {
        assert.ok(text.includes(`/problems/${type}`));
        const page = await app.as('nobody').get(`/problems/${type}`).expect(200);
        assert.equal(page.type, 'text/html');
      }
      await app.as('nobody').get('/problems/toString').expect(404);
    });

    it('are also what headers that are too large get', async () => {
      const answer = await rawExchange(
        port(),
        `GET /healthz HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`,
      );
      assert.match(answer, /^HTTP\/1\.1 431 /);
      assert.match(answer, /"type":"\/problems\/headers-too-large"/);
    });

    it('are also what something that is not HTTP gets', async () => {
      const answer = await rawExchange(port(), 'EHLO alice.private.example\r\n\r\n');
      assert.match(answer, /^HTTP\/1\.1 400 /);
      assert.match(answer, /application\/problem\+json/);
      assert.doesNotMatch(answer, /alice/);
    });

    it('are also what both a length and chunks get (request smuggling)', async () => {
      const answer = await rawExchange(
        port(),
        'PUT /v1/items/x HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      );
      assert.match(answer, /^HTTP\/1\.1 400 /);
    });
  });

  describe('every answer', () => {
    it('has the request id that was sent, if it looks like one, else a new one', async () => {
      const id = async (sent?: string) => {
        const test = app.as('nobody').get('/v1/open');
        return (await (sent === undefined ? test : test.set('X-Request-Id', sent))).headers['x-request-id'] as string;
      };
      for (const taken of ['3f1c6b1e-9f0e-4a8e-9f43-0d6a5a6f3c11', '4bf92f3577b34da6a3ce929d0e0e4736'])
        assert.equal(await id(taken), taken);
      // It stands in the public log: nobody may put words there.
      for (const refused of [
        undefined,
        'short',
        'a'.repeat(65),
        'alice@private.example',
        'spaces are out',
        'ada-lovelace-1',
      ])
        assert.match(await id(refused), /^[0-9a-f-]{36}$/);
    });

    it('of a deprecated operation says so, also where it is a problem (REQ-H03)', async () => {
      for (const [role, query, status] of [
        ['platform', '', 200],
        ['platform', '?fault=true', 409],
        ['platform', '?other=1', 400],
        ['nobody', '', 401],
      ] as const) {
        const { headers } = await app.as(role).get(`/v1/old${query}`).expect(status);
        assert.equal(headers['deprecation'], `@${Date.parse('2026-11-30T00:00:00Z') / 1000}`);
        assert.equal(headers['sunset'], 'Tue, 30 Nov 2027 00:00:00 GMT');
      }
      const { headers } = await app.as('platform').get('/v1/seen').expect(200);
      assert.equal(headers['deprecation'] ?? headers['sunset'], undefined);
    });

    it('forbids everything a browser could do with it, sets no cookie, and is not kept (REQ-A41)', async () => {
      for (const path of ['/v1/open', '/v1/nothing', '/healthz']) {
        const { headers } = await app.as('nobody').get(path);
        assert.match(headers['content-security-policy'] ?? '', /default-src 'none'/);
        assert.match(headers['content-security-policy'] ?? '', /frame-ancestors 'none'/);
        assert.match(headers['strict-transport-security'] ?? '', /^max-age=(\d{8,}); includeSubDomains$/);
        assert.equal(headers['referrer-policy'], 'no-referrer');
        assert.equal(headers['x-content-type-options'], 'nosniff');
        assert.equal(headers['cache-control'], 'no-store');
        assert.equal(headers['x-powered-by'], undefined);
        assert.equal(headers['set-cookie'], undefined);
      }
    });
  });

  it('leads a browser from / to what there is', async () => {
    const start = await app.as('nobody').get('/').set('Accept', 'text/html').expect(200);
    assert.match(start.headers['content-type'] ?? '', /^text\/html/);
    assert.match(start.headers['content-security-policy'] ?? '', /default-src 'none'/);
    const links = [...start.text.matchAll(/href="([^"]+)"/g)].map(([, address]) => address as string);
    assert.deepEqual(links, ['/docs', '/openapi.json', '/problems', '/readyz']);
    for (const address of links) await app.as('nobody').get(address).expect(200);
  });

  describe('/docs', () => {
    it('loads nothing from elsewhere and runs nothing inline', async () => {
      const page = await app.as('nobody').get('/docs').expect(200);
      const policy = page.headers['content-security-policy'] ?? '';
      assert.match(policy, /default-src 'none'/);
      assert.doesNotMatch(policy, /unsafe|https?:|\*/);
      assert.doesNotMatch(page.text, /(src|href)="(https?:)?\/\//);
      assert.doesNotMatch(page.text, /<script>|<style|style=/);
      const used = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] as string);
      assert.equal(used.length, 3);
      for (const path of used) {
        const { headers } = await app.as('nobody').get(path).expect(200);
        assert.match(headers['content-type'] ?? '', /javascript|css/);
        assert.equal(headers['x-content-type-options'], 'nosniff');
      }
    });
  });

  describe('the caller', () => {
    const chains: [what: string, forwardedFor: string | undefined, address: string | undefined][] = [
      ['no chain', undefined, '127.0.0.1'],
      ['one hop', '203.0.113.9', '203.0.113.9'],
      ['a forged first hop', '8.8.8.8, 203.0.113.9', '203.0.113.9'],
      ['a forged hop and a proxy of ours', '8.8.8.8, 203.0.113.9, 10.1.1.1', '203.0.113.9'],
      ['nothing but proxies of ours', '10.2.2.2, 10.1.1.1', '10.2.2.2'],
      ['an IPv6 address', '2001:DB8::0001', '2001:db8::1'],
      ['an IPv4-mapped address', '::ffff:203.0.113.9', '203.0.113.9'],
      ['a zone', 'fe80::1%eth0', 'fe80::1'],
      ['an address with its port', '203.0.113.7:51823', '203.0.113.7'],
      ['an IPv6 address with its port', '[2001:DB8::0007]:51823', '2001:db8::7'],
      ['an IPv6 address in brackets', '[2001:db8::7]', '2001:db8::7'],
      ['a proxy of ours with its port', '203.0.113.7:1, 10.1.1.1:443', '203.0.113.7'],
      ['an IPv6 address whose last part looks like a port', '2001:db8::7:5182', '2001:db8::7:5182'],
      ['an IPv4 address in brackets', '[203.0.113.7]', undefined],
      ['a port that is none', '203.0.113.7:port', undefined],
      ['no port behind its colon', '203.0.113.7:', undefined],
      ['rubbish next to us', '203.0.113.9, unknown', undefined],
      ['rubbish behind an honest hop', 'rubbish, 203.0.113.9', '203.0.113.9'],
      ['an empty hop', '203.0.113.9,', undefined],
      ['an octal address', '010.0.0.1', undefined],
      ['a short address', '1.2.3', undefined],
      ['an address with markup', '<script>', undefined],
      ['a hundred hops of a proxy of ours', `8.8.8.8,${'10.0.0.1,'.repeat(99)}10.0.0.1`, '10.0.0.1'],
    ];
    for (const [what, forwardedFor, address] of chains)
      it(`behind ${what} is ${address ?? 'unknown'}`, async () => {
        const test = app.as('platform').get('/v1/seen');
        await (forwardedFor === undefined ? test : test.set('X-Forwarded-For', forwardedFor)).expect(200);
        assert.equal(seen.connection?.address, address);
      });

    it('is the socket when no proxy is declared, whatever the headers say', () => {
      const addressOf = clientAddressOf([]);
      assert.equal(addressOf('198.51.100.7', '203.0.113.9'), '198.51.100.7');
      assert.equal(addressOf('::ffff:198.51.100.7', '203.0.113.9'), '198.51.100.7');
      assert.equal(addressOf(undefined, '203.0.113.9'), undefined);
    });

    it('is never a hop that an undeclared machine has forged', () => {
      const addressOf = clientAddressOf(['10.0.0.0/8', '2001:db8:ffff::/48']);
      const address = fc.oneof(fc.ipV4(), fc.ipV6());
      fc.assert(
        fc.property(fc.array(fc.oneof(address, fc.string()), { maxLength: 6 }), (forged) => {
          const chain = [...forged.map((hop) => hop.replaceAll(',', ' ')), '203.0.113.9', '10.4.4.4'].join(',');
          assert.equal(addressOf('2001:db8:ffff::1', chain), '203.0.113.9');
        }),
      );
    });

    it('has a user agent of at most 1024 characters, however long it says it is', async () => {
      await app.as('platform').get('/v1/seen').set('User-Agent', 'x'.repeat(8192)).expect(200);
      assert.equal(seen.connection?.userAgent?.length, 1024);
    });

    it('objects by Sec-GPC only with exactly 1', async () => {
      for (const [value, expected] of [
        ['1', true],
        ['0', false],
        ['true', false],
        ['1;x', false],
        ['', false],
      ] as const) {
        await app.as('platform').get('/v1/seen').set('Sec-GPC', value).expect(200);
        assert.equal(seen.connection?.globalPrivacyControl, expected, value);
      }
    });
  });

  describe('a stream of lines', () => {
    const send = (body: string | Buffer, type = 'application/x-ndjson') =>
      app
        .as('platform')
        .post('/v1/lines')
        .set('Content-Type', type)
        .serialize((data) => data as string)
        .send(body as string);

    it('comes line by line, whatever ends the last one', async () => {
      await send('{"a":1}\n\n{"b":"ü"}\r\n{"c":3}').expect(200, { count: 3 });
      assert.deepEqual(seen.lines, ['{"a":1}', '{"b":"ü"}', '{"c":3}']);
    });

    it('may be larger than a JSON body', async () => {
      await send(`{"name":"${'x'.repeat(1000)}"}\n`.repeat(2000)).expect(200, { count: 2000 });
    });

    it('ends with a problem at a line that is too long', async () => {
      await send(`{"a":1}\n"${'x'.repeat(70_000)}"\n`).expect(413);
      await send('x'.repeat(2_000_000)).expect(413);
    });

    it('ends with a problem at bytes that are not UTF-8', async () => {
      await send(Buffer.from([0x22, 0xff, 0x22, 0x0a])).expect(400);
    });

    it('is of its own media type', async () => {
      await send('{}', 'application/json').expect(415);
    });

    it('that is cut off is not taken for whole', async () => {
      const head = `POST /v1/lines HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${app.tokens.north.platform}\r\n`;
      const body = 'Content-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{}\n\r\nXX\r\n';
      assert.match(await rawExchange(port(), head + body), /^HTTP\/1\.1 400 /);
      await app.as('nobody').get('/v1/open');
      const line = app.logged.findLast((text) => text.includes('/v1/lines'));
      assert.match(line ?? '', /cut off/);
      assert.doesNotMatch(line ?? '', /"status":200/);
    });
  });

  describe('a body that does not arrive', () => {
    const head = (path: string, type: string) =>
      `POST ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${app.tokens.north.platform}\r\nContent-Type: ${type}\r\n`;

    it('ends as headers do that do not', async () => {
      const put = head('/v1/items/x', 'application/json').replace('POST', 'PUT');
      const slow = [
        `${put}If-Match: "1"\r\nContent-Length: 100\r\n\r\n{"name"`,
        `${head('/v1/lines', 'application/x-ndjson')}Transfer-Encoding: chunked\r\n\r\n3\r\n{}\n\r\n`,
      ];
      for (const bytes of slow) {
        const answer = await rawExchange(port(), bytes);
        assert.match(answer, /^HTTP\/1\.1 400 /);
        assert.match(answer, /did not arrive in time/);
      }
    });

    it('is not waited for when all has been said, and gets one answer', async () => {
      const bytes = `${head('/v1/nothing-here', 'application/json')}Content-Length: 100\r\n\r\n{"a"`;
      for (const asked of [bytes, bytes.replace('/v1/nothing-here', '/v1/lines').replace('Bearer', 'Basic')]) {
        const answer = await rawExchange(port(), asked);
        assert.equal(answer.match(/HTTP\/1\.1 /g)?.length, 1, answer);
        assert.match(answer, /^HTTP\/1\.1 40[14] /);
      }
    });
  });

  describe('a number in an address', () => {
    it('has digits and nothing else', async () => {
      for (const number of [
        'Infinity',
        '-Infinity',
        '1e400',
        '1e0',
        '0x1',
        '%2B1',
        '%201',
        '1%20',
        '1.0',
        '9'.repeat(16),
        '',
      ])
        for (const path of [`/v1/stream/${number || '%20'}`, `/v1/counted?n=${number}`]) {
          const { body } = await app.as('platform').get(path).expect(400);
          assert.match(body.errors[0].detail, /whole number, in digits/, path);
        }
      await app.as('platform').get('/v1/counted?n=101').expect(400);
      await app.as('platform').get('/v1/counted?n=1&n=2').expect(400);
      const { body } = await app.as('platform').get('/v1/counted?n=100').expect(200);
      assert.deepEqual(body, { n: 100 });
    });
  });

  describe('a streamed answer', () => {
    it('comes whole, with its media type', async () => {
      const answer = await app.as('platform').get('/v1/stream/0').expect(200);
      assert.equal(answer.text, '0\n1\n2\n');
      assert.equal(answer.headers['content-type'], 'text/csv; charset=utf-8');
    });

    it('that fails at once is a problem', async () => {
      await app.as('platform').get('/v1/stream/9').expect(409);
    });

    it('that fails later is cut off, not ended as if it were whole', async () => {
      await assert.rejects(async () => {
        await app.as('platform').get('/v1/stream/2');
      }, /aborted|hang up|ECONNRESET/);
    });

    it('that nobody takes any more is no fault of ours', async () => {
      const from = app.logged.length;
      const { port } = app.server.address() as AddressInfo;
      await new Promise<void>((resolve) => {
        const headers = { Authorization: `Bearer ${app.tokens.north.platform}` };
        const call = get({ port, host: '127.0.0.1', path: `/v1/stream/${ENDLESS}`, headers }, (answer) => {
          answer.once('data', () => answer.destroy());
          answer.once('close', resolve);
          answer.on('error', () => undefined);
        });
        call.on('error', () => undefined);
      });
      while (!app.logged.slice(from).some((line) => line.includes('/v1/stream/')))
        await app.as('nobody').get('/v1/open').expect(200);
      await app.as('nobody').get('/v1/open').expect(200);
      const lines = app.logged.slice(from).filter((line) => line.includes('/v1/stream/'));
      assert.equal(lines.length, 1);
      assert.match(lines[0] ?? '', /"level":"info".*cut off/);
    });

    it('has no body when only its head is asked for', async () => {
      const bytes = `HEAD /v1/stream/0 HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer ${app.tokens.north.platform}\r\n\r\n`;
      const answer = await rawExchange(port(), bytes);
      assert.match(answer, /^HTTP\/1\.1 200 /);
      assert.ok(answer.endsWith('\r\n\r\n'));
    });
  });

  it('hands If-Match on as it came', async () => {
    await app.as('platform').put('/v1/items/x').set('If-Match', '"7"').send({ name: 'n' }).expect(200, { name: 'n' });
    assert.equal(seen.ifMatch, '"7"');
  });

  it('answers a public route for the first tenant', async () => {
    await app.as('nobody').get('/v1/open').expect(200, { tenant: 'main' });
  });
});
