import assert from 'node:assert/strict';
import supertest from 'supertest';
import Type from 'typebox';
import { type Route, route } from '../../../src/foundations/contract/contract.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { type Ground, openGround } from '../../support/engines.ts';

const routes: Route[] = [
  route(
    {
      operationId: 'decide',
      method: 'post',
      path: '/v1/decisions',
      tag: 'Test',
      summary: 'Test',
      permission: 'consents.record',
      idempotency: 'required',
      rateLimited: true,
      body: Type.Object({}, { additionalProperties: false }),
      status: 201,
      response: Type.Object({}),
    },
    async () => ({ body: {} }),
  ),
  route(
    {
      operationId: 'secret',
      method: 'get',
      path: '/v1/secrets',
      tag: 'Test',
      summary: 'Test',
      permission: 'audit.read',
      status: 200,
      response: Type.Object({}),
    },
    async () => ({ body: {} }),
  ),
];
const NORTH = 'https://north.example';
const SOUTH = 'https://south.example';

describe('Browsers', () => {
  let ground: Ground;
  let app: TestApp;
  before(async () => {
    ground = await openGround('sqlite');
    app = await openApp(ground, { routes, rateLimit: 5, trustedProxies: ['127.0.0.1'] });
  });
  after(async () => {
    await app.close();
    await ground.close();
  });
  let visitor = 0;
  /** Every call from an address of its own, so that limits do not get into each other's way. */
  const decide = (role: 'portal' | 'platform' | 'nobody' = 'portal', tenant: 'north' | 'south' = 'north') => {
    visitor += 1;
    return app.as(role, tenant).post('/v1/decisions').set('X-Forwarded-For', `198.51.100.${visitor}`).send({});
  };

  describe('on a portal’s pages', () => {
    it('may call with its key, and read the answer', async () => {
      const { headers } = await decide().set('Origin', NORTH).expect(201);
      assert.equal(headers['access-control-allow-origin'], NORTH);
      assert.equal(headers['access-control-allow-credentials'], undefined);
      assert.equal(headers['vary'], 'Origin');
      assert.match(headers['access-control-expose-headers'] ?? '', /X-Request-Id/);
    });

    it('may read a problem too', async () => {
      const { headers } = await decide('nobody').set('Origin', NORTH).expect(401);
      assert.equal(headers['access-control-allow-origin'], NORTH);
    });

    it('learn beforehand that they may', async () => {
      const { headers, text } = await preflight('/v1/decisions', SOUTH);
      assert.equal(headers['access-control-allow-origin'], SOUTH);
      assert.equal(headers['access-control-allow-methods'], 'POST');
      assert.match(headers['access-control-allow-headers'] ?? '', /Authorization.*Idempotency-Key/);
      assert.equal(headers['vary'], 'Origin');
      assert.equal(text, '');
    });
  });

  describe('on other pages', () => {
    it('may not call with a portal’s key', async () => {
      for (const origin of [SOUTH, 'https://evil.example', 'null', 'http://north.example', `${NORTH}:444`])
        await decide().set('Origin', origin).expect(403);
    });

    it('are not told more than that', async () => {
      const { headers } = await decide().set('Origin', 'https://evil.example');
      assert.equal(headers['access-control-allow-origin'], undefined);
      assert.equal(
        (await preflight('/v1/decisions', 'https://evil.example')).headers['access-control-allow-origin'],
        undefined,
      );
    });

    it('never reach what is not for portals', async () => {
      assert.equal((await preflight('/v1/secrets', NORTH)).headers['access-control-allow-origin'], undefined);
      const { headers } = await app.as('auditor').get('/v1/secrets').set('Origin', NORTH).expect(200);
      assert.equal(headers['access-control-allow-origin'], undefined);
    });
  });

  it('may call from an origin as soon as the tenant lists it', async () => {
    const root = await app.access.contextFor('north', { id: 'system:test', role: 'admin' });
    const { etag } = await app.access.getTenant(root, 'north');
    await decide().set('Origin', 'https://new.example').expect(403);
    await app.access.updateTenant(root, 'north', { origins: [NORTH, 'https://new.example'] }, etag);
    const { headers } = await decide().set('Origin', 'https://new.example').expect(201);
    assert.equal(headers['access-control-allow-origin'], 'https://new.example');
  });

  describe('that call too often', () => {
    const from = (address: string, role: 'portal' | 'platform' = 'portal') =>
      app.as(role).post('/v1/decisions').set('X-Forwarded-For', address).send({});

    it('are told to wait, by address', async () => {
      for (let n = 0; n < 5; n += 1) await from('192.0.2.1').expect(201);
      const answer = await from('192.0.2.1').set('Origin', NORTH).expect(429);
      assert.equal(answer.body.type, '/problems/too-many-requests');
      assert.ok(Number(answer.headers['retry-after']) > 0);
      assert.match(answer.headers['ratelimit'] ?? '', /r=0/);
      assert.match(answer.headers['ratelimit'] ?? '', /^"per-address"; r=0; t=\d+$/);
      assert.match(answer.headers['ratelimit-policy'] ?? '', /^"per-address"; q=5; w=60; pk=:[\w+/]{16}:$/);
      assert.equal(answer.headers['retry-after'], /t=(\d+)/.exec(answer.headers['ratelimit'] ?? '')?.[1]);
      assert.equal(answer.headers['access-control-allow-origin'], NORTH);
      const other = await from('192.0.2.2').expect(201);
      assert.match(other.headers['ratelimit'] ?? '', /^"per-address"; r=4; t=(59|60)$/);
      assert.equal(other.headers['retry-after'], undefined);
      assert.notEqual(other.headers['ratelimit-policy'], answer.headers['ratelimit-policy']);
    });

    it('count as one across an IPv6 subscriber’s network', async () => {
      for (let n = 0; n < 5; n += 1) await from(`2001:db8:1:2${n}::${n}`).expect(201);
      await from('2001:db8:1:2f::9').expect(429);
      await from('2001:db8:1:300::9').expect(201);
    });

    it('count as one when their address cannot be told', async () => {
      for (let n = 0; n < 5; n += 1) await from(`rubbish-${n}`).expect(201);
      await from('other rubbish').expect(429);
    });

    it('do not hold up the platform’s server', async () => {
      for (let n = 0; n < 8; n += 1) {
        const { headers } = await from('192.0.2.1', 'platform').expect(201);
        assert.equal(headers['ratelimit'], undefined);
      }
    });
  });

  function preflight(path: string, origin: string) {
    return supertest(app.server)
      .options(path)
      .set('Origin', origin)
      .set('Access-Control-Request-Method', 'POST')
      .set('Access-Control-Request-Headers', 'authorization,content-type')
      .expect(204);
  }
});
