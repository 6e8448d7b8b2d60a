import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { request } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Sendable } from '../../../src/foundations/outbox/model.ts';
import { createWebhookTransport } from '../../../src/foundations/outbox/webhook.ts';
import { guardedAgents, refusedByGuard } from '../../../src/foundations/webhooks/guarded-agents.ts';
import { secretText, signedHeaders } from '../../../src/foundations/webhooks/signature.ts';

const secret = Buffer.alloc(32, 7);
const at = new Date('2026-03-01T12:00:00.900Z');
const message: Sendable = {
  tenantId: 'north',
  messageId: '0195-m',
  party: 'hosting-company',
  topic: 'sub-processor-change.announced',
  delivery: { channel: 'webhook', url: 'https://unused.example.org/' },
  data: { change: 'c1', title: 'Übernahme' },
  subject: 'x',
  text: 'y',
  createdAt: new Date('2026-03-01T11:59:00Z'),
};

describe('The signature of a webhook', () => {
  it('is the one of Standard Webhooks, as in its own example (REQ-H17)', () => {
    const key = Buffer.from('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'base64');
    const headers = signedHeaders(
      key,
      'msg_p5jXN8AQM9LWM0D4loKWxJek',
      new Date(1614265330 * 1000),
      '{"test": 2432232314}',
    );
    assert.deepEqual(headers, {
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
    assert.equal(secretText(key), 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw');
  });
});

describe('A webhook', () => {
  let server: Server;
  let url: string;
  let seen: { headers: IncomingMessage['headers']; body: string; path: string }[] = [];
  let answer: (response: ServerResponse) => void = (response) => response.writeHead(204).end();
  const open = createWebhookTransport({ privateTargets: true });

  before(async () => {
    server = createServer(async (request, response) => {
      let body = '';
      for await (const piece of request) body += piece;
      seen.push({ headers: request.headers, body, path: request.url ?? '' });
      answer(response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/notices`;
  });
  beforeEach(() => {
    seen = [];
    answer = (response) => response.writeHead(204).end();
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });

  it('carries what happened, when, and a signature over exactly what was sent', async () => {
    assert.deepEqual(await open(url, message, secret, at), { delivered: true });
    const [got] = seen;
    assert.deepEqual(JSON.parse(got?.body ?? ''), {
      type: 'sub-processor-change.announced',
      timestamp: '2026-03-01T11:59:00.000Z',
      data: { change: 'c1', title: 'Übernahme' },
    });
    const expected = signedHeaders(secret, '0195-m', at, got?.body ?? '');
    assert.equal(got?.headers['webhook-signature'], expected['webhook-signature']);
    assert.equal(got?.headers['webhook-timestamp'], '1772366400');
    assert.equal(got?.headers['content-type'], 'application/json');
  });

  it('carries the exact bytes and headers of another protocol, signed as they are', async () => {
    const exact = { body: '{"b": 1,\n "a": "ä"}', headers: { 'X-OpenDSR-Signature': 'c2lnbmVk' } };
    assert.deepEqual(await open(url, { ...message, exact }, secret, at), { delivered: true });
    const [got] = seen;
    assert.equal(got?.body, exact.body);
    assert.equal(got?.headers['x-opendsr-signature'], 'c2lnbmVk');
    assert.equal(
      got?.headers['webhook-signature'],
      signedHeaders(secret, '0195-m', at, exact.body)['webhook-signature'],
    );
  });

  const answers: [string, (response: ServerResponse) => void, object][] = [
    ['is through with any 2xx', (r) => r.writeHead(202).end('thank you'), { delivered: true }],
    [
      'follows no redirect',
      (r) => r.writeHead(307, { Location: '/elsewhere' }).end(),
      { delivered: false, failure: 'redirected' },
    ],
    [
      'is given up when the receiver says it is gone',
      (r) => r.writeHead(410).end(),
      { delivered: false, failure: 'gone', final: true },
    ],
    ['failed when it is refused', (r) => r.writeHead(403).end(), { delivered: false, failure: 'answered-4xx' }],
    [
      'waits as long as the receiver asks',
      (r) => r.writeHead(503, { 'Retry-After': '3600' }).end(),
      { delivered: false, failure: 'answered-5xx', retryAfterSeconds: 3600 },
    ],
    ['failed when the connection breaks', (r) => r.destroy(), { delivered: false, failure: 'unreachable' }],
    ['does not read an endless answer', (r) => void r.writeHead(200).write('x'.repeat(70_000)), { delivered: true }],
  ];
  for (const [what, how, outcome] of answers)
    it(what, async () => {
      answer = how;
      assert.deepEqual(await open(url, message, secret, at), outcome);
      assert.deepEqual(
        seen.map(({ path }) => path),
        ['/notices'],
      );
    });

  it('looks again at the address a name leads to, whatever was seen before (REQ-A51)', async () => {
    for (const address of ['127.0.0.1', '168.63.129.16', '10.0.0.1']) {
      const lookup = (_host: string, options: { all?: boolean }, done: (...given: unknown[]) => void) =>
        options.all ? done(null, [{ address, family: 4 }]) : done(null, address, 4);
      const fault = await new Promise<Error>((resolve) => {
        const { https } = guardedAgents(false);
        request({ host: 'public.example', port: 1, agent: https, lookup: lookup as never })
          .on('error', resolve)
          .end();
      });
      assert.ok(refusedByGuard(fault), fault.message);
    }
  });

  describe('as it is set by default (REQ-A51)', () => {
    const closed = createWebhookTransport({ privateTargets: false });
    const refused = { delivered: false, failure: 'target-refused' };
    for (const host of [
      '127.0.0.1',
      '127.1',
      '2130706433',
      '0.0.0.0',
      'localhost',
      '10.0.0.1',
      '172.16.0.1',
      '192.168.1.1',
      '169.254.169.254',
      '100.64.0.1',
      '[::1]',
      '[::]',
      '[::ffff:127.0.0.1]',
      '[fd00::1]',
      '[fe80::1]',
      '[64:ff9b::7f00:1]',
      '168.63.129.16',
      'metadata.google.internal',
      'intranet',
    ])
      it(`does not go to ${host}`, async () => {
        assert.deepEqual(await closed(`https://${host}:1/`, message, secret, at), { ...refused, final: true });
      });
    for (const target of ['http://example.org/', 'ftp://example.org/', 'https://user:secret@example.org/', 'nonsense'])
      it(`does not go to ${target}`, async () => {
        assert.deepEqual(await closed(target, message, secret, at), { ...refused, final: true });
      });
    it('has sent nothing to any of them', () => assert.deepEqual(seen, []));
  });
});
