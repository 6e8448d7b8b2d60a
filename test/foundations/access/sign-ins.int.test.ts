import assert from 'node:assert/strict';
import { eq } from 'drizzle-orm';
import fc from 'fast-check';
import { edgeChecks } from '../../../src/app/readiness.ts';
import { createSignIns } from '../../../src/foundations/access/sign-ins.ts';
import { Problem } from '../../../src/foundations/contract/problem.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { onBothEngines } from '../../support/engines.ts';
import { EXAMPLE_INSTITUTION } from '../../support/example-register.ts';

onBothEngines('Somebody who guesses tokens', (ground) => {
  let app: TestApp;
  before(async () => {
    app = await openApp(ground(), { failedSignIns: 5, trustedProxies: ['127.0.0.1'] });
    const main = await app.access.contextFor('main', { id: 'system:test', role: 'admin', everyTenant: true });
    await app.services.registerRecords.recordInstitution(main, EXAMPLE_INSTITUTION);
  });
  after(() => app.close());
  let n = 0;
  const guess = () => {
    n += 1;
    return `lethe_admin_${String(n).padStart(43, 'g')}`;
  };
  const tryFrom = (address: string, token = guess()) =>
    app.as('nobody').get('/v1/outbox').set('X-Forwarded-For', address).set('Authorization', `Bearer ${token}`);
  const known = () => app.tokens.north.operator;

  it('is refused after five from a network, with or without a right one; who worked there before goes on', async () => {
    await tryFrom('203.0.113.7', known()).expect(200);
    for (let tried = 0; tried < 5; tried += 1) await tryFrom(`203.0.113.${tried + 1}`).expect(401);
    const { body, headers } = await tryFrom('203.0.113.200').expect(429);
    assert.equal(body.type, '/problems/too-many-requests');
    assert.equal(headers['retry-after'], '900');
    // A right token that was not seen here is not told from a wrong one: guessing has ended.
    const right = await tryFrom('203.0.113.9', app.tokens.north.auditor).expect(429);
    assert.deepEqual({ ...right.body, instance: '' }, { ...body, instance: '' });
    await app
      .as('nobody')
      .get('/v1/outbox')
      .set('X-Forwarded-For', '203.0.113.9')
      .set('Authorization', 'Basic YTpi')
      .expect(429);
    await tryFrom('203.0.113.7', known()).expect(200);
    // Neighbours are not locked out, and the public is not either.
    await tryFrom('203.0.114.7', app.tokens.north.dpo).expect(200);
    await app.as('nobody').get('/readyz').set('X-Forwarded-For', '203.0.113.9').expect(200);
    app.time.now = new Date(app.time.now.getTime() + 15 * 60_000);
    await tryFrom('203.0.113.9', app.tokens.north.auditor).expect(200);
  });

  it('is counted, and told once: in /readyz, in the log, and to whoever runs the installation', async () => {
    const state = (await edgeChecks(app.services)['signIns']?.()) as unknown as {
      failed: number;
      refused: number;
      degraded?: string[];
    };
    assert.deepEqual(state, {
      ok: true,
      failed: 8,
      refused: 3,
      from: { public: 8 },
      degraded: ['sign-ins'],
      alarms: ['sign-ins fail unusually often'],
    });
    await app.access.close();
    const told = app.logged.filter((line) => line.includes('sign-ins fail unusually often'));
    assert.equal(told.length, 1);
    assert.equal(JSON.parse(told[0] as string).level, 'warn');
    const mails = await ground().store.read((q) =>
      q.select().from(q.tables.outboxMessages).where(eq(q.tables.outboxMessages.topic, 'access.sign-ins-fail')),
    );
    assert.deepEqual(
      mails.map(({ tenantId }) => tenantId),
      ['main'],
    );
    // What is kept says neither who nor with what.
    const entries = await ground().store.read((q) =>
      q.select().from(q.tables.auditEntries).where(eq(q.tables.auditEntries.action, 'access.sign-ins-failed')),
    );
    assert.equal(entries.length, 1);
    for (const text of [...app.logged, JSON.stringify(entries)])
      assert.doesNotMatch(text, /203\.0\.11|g{10}|lethe_admin/);
  });

  it('is told by one of several instances an hour', async () => {
    const again = await openApp(ground(), { failedSignIns: 1, trustedProxies: ['127.0.0.1'], now: app.time.now });
    const guessThere = () =>
      again
        .as('nobody')
        .get('/v1/outbox')
        .set('X-Forwarded-For', '198.51.100.1')
        .set('Authorization', `Bearer ${guess()}`);
    const mails = async () =>
      (await ground().store.read((q) => q.select().from(q.tables.outboxMessages))).filter(
        ({ topic }) => topic === 'access.sign-ins-fail',
      ).length;
    await guessThere().expect(401);
    await again.access.close();
    assert.equal(await mails(), 1);
    again.time.now = new Date(app.time.now.getTime() + 3_600_000);
    await guessThere().expect(401);
    await again.access.close();
    assert.equal(await mails(), 2);
    await again.close();
  });

  it('is counted by the day of nobody who calls without a token, or with one that has ended', async () => {
    app.time.now = new Date(app.time.now.getTime() + 2 * 3_600_000);
    const { body } = await app
      .as('admin')
      .post('/v1/tokens')
      .send({ role: 'dpo', label: 'x', expiresAt: new Date(app.time.now.getTime() + 60_000).toISOString() })
      .expect(201);
    app.time.now = new Date(app.time.now.getTime() + 60_000);
    for (let tried = 0; tried < 10; tried += 1) {
      await tryFrom('192.0.2.1', body.secret).expect(401);
      await app.as('nobody').get('/v1/outbox').set('X-Forwarded-For', '192.0.2.1').expect(401);
    }
    assert.equal(app.access.signIns.state().failed, 0);
  });
});

describe('Failed sign-ins', () => {
  const address = fc.oneof(
    fc.ipV4(),
    fc.tuple(fc.nat(3), fc.nat(255)).map(([a, b]) => `203.0.${a}.${b}`),
    fc.tuple(fc.nat(3), fc.nat(65_535)).map(([a, b]) => `2001:db8:0:${a}::${b.toString(16)}`),
    fc.constant(undefined),
  );

  it('of a network make only that network wait, and never longer than a quarter of an hour', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(address, fc.nat(400)), { maxLength: 80 }),
        fc.integer({ min: 1, max: 4 }),
        (tries, most) => {
          let now = 1_750_000_000_000;
          const signIns = createSignIns({ clock: () => new Date(now), perNetwork: most });
          const failed = new Map<string, number[]>();
          const networkOf = (text: string | undefined) =>
            text === undefined
              ? 'unknown'
              : text.includes(':')
                ? text.split('::')[0]
                : text.split('.').slice(0, 3).join('.');
          for (const [from, seconds] of tries) {
            now += seconds * 1000;
            const network = networkOf(from) as string;
            const recent = (failed.get(network) ?? []).filter((at) => now - at < 15 * 60_000);
            try {
              signIns.admit(from);
              signIns.failed(from);
              failed.set(network, [...recent, now]);
            } catch (error) {
              assert.ok(error instanceof Problem);
              assert.ok(recent.length >= most, 'nobody waits for what others did');
              const wait = Number(error.extras.headers?.['Retry-After']);
              assert.ok(wait > 0 && wait <= 900);
            }
          }
        },
      ),
    );
  });

  it('without a limit are counted and refuse nobody', () => {
    const signIns = createSignIns({ clock: () => new Date(0), perNetwork: 0 });
    for (let n = 0; n < 200; n += 1) {
      signIns.admit('127.0.0.1');
      signIns.failed('127.0.0.1');
    }
    assert.deepEqual(signIns.state(), { failed: 200, refused: 0, from: { 'this-machine': 200 }, alarming: true });
  });
});
