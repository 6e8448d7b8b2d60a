import assert from 'node:assert/strict';
import { eq } from 'drizzle-orm';
import { tokenEnds as tokenEndsJob } from '../../../jobs/token-ends.ts';
import { edgeChecks } from '../../../src/app/readiness.ts';
import { tokenEnds } from '../../../src/foundations/access/token-ends.ts';
import type { Sendable } from '../../../src/foundations/outbox/model.ts';
import { createLog } from '../../../src/foundations/process/log.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { onBothEngines } from '../../support/engines.ts';
import { EXAMPLE_INSTITUTION } from '../../support/example-register.ts';

const DAY = 86_400_000;

onBothEngines('A token ends', (ground) => {
  let app: TestApp;
  const mailed: (Sendable & { to: string })[] = [];
  before(async () => {
    app = await openApp(ground(), {
      tokenEnds: tokenEnds(400),
      transports: {
        mail: async (to, message) => {
          mailed.push({ ...message, to });
          return { delivered: true };
        },
      },
    });
  });
  after(() => app.close());
  const start = new Date('2026-03-01T12:00:00Z');
  beforeEach(() => {
    app.time.now = start;
  });

  const issue = (body: object = {}) =>
    app
      .as('admin')
      .post('/v1/tokens')
      .send({ role: 'dpo', label: 'reader', ...body });
  const use = (secret: string) => app.as('nobody').get('/v1/tenants').set('Authorization', `Bearer ${secret}`);

  it('after a year, unless something else is said, and at the latest when the operator says', async () => {
    const { body } = await issue().expect(201);
    assert.equal(body.expiresAt, '2027-03-01T12:00:00.000Z');
    assert.equal(
      (await issue({ expiresAt: '2026-03-08T12:00:00Z' }).expect(201)).body.expiresAt,
      '2026-03-08T12:00:00.000Z',
    );
    await issue({ expiresAt: new Date(start.getTime() + 400 * DAY).toISOString() }).expect(201);
    const { body: refused } = await issue({ expiresAt: new Date(start.getTime() + 401 * DAY).toISOString() }).expect(
      422,
    );
    assert.equal(refused.errors[0].pointer, '/expiresAt');
    assert.match(refused.errors[0].detail, /within 400 days.*LETHE_TOKEN_MAX_DAYS/);
    await issue({ expiresAt: null }).expect(400);
    const rows = await ground().store.read((q) => q.select().from(q.tables.apiTokens));
    for (const { expiresAt, role } of rows) assert.ok(expiresAt, `${role} works for ever`);
    assert.deepEqual(tokenEnds(90), { usual: 90, longest: 90 });
  });

  it('and then who has it is told that it was right; who has not, nothing', async () => {
    const { body } = await issue({ expiresAt: '2026-03-02T12:00:00Z' }).expect(201);
    await use(body.secret).expect(200);
    app.time.now = new Date('2026-03-02T12:00:00Z');
    const { body: problem, headers } = await use(body.secret).expect(401);
    assert.equal(problem.type, '/problems/token-expired');
    assert.match(problem.detail, /ended on 2026-03-02/);
    assert.match(headers['www-authenticate'] as string, /^Bearer .*error="invalid_token".*ended/);
    const wrong = await use(`${body.secret.slice(0, -1)}${body.secret.endsWith('x') ? 'y' : 'x'}`).expect(401);
    assert.equal(wrong.body.type, '/problems/unauthenticated');
    await app.as('installation').delete(`/v1/tokens/${body.id}`).set('Lethe-Tenant', 'north').expect(204);
    assert.equal((await use(body.secret).expect(401)).body.type, '/problems/unauthenticated', 'revoked is revoked');
  });

  it('and that is told 30 days before, once, to the officers, in /readyz and in the list', async () => {
    const context = await app.contextOf('north', 'operator');
    const run = () => tokenEndsJob.run({ services: app.services, context, log: createLog('silent') });
    await app.services.registerRecords.recordInstitution(await app.contextOf('north', 'admin'), EXAMPLE_INSTITUTION);
    const { body } = await issue({ expiresAt: '2026-06-01T00:00:00Z', label: 'soon' }).expect(201);
    const ready = async () =>
      (await edgeChecks(app.services)['tokens']?.()) as { ok: boolean; ending: number; degraded?: string[] };
    app.time.now = new Date('2026-05-01T00:00:00Z');
    assert.deepEqual(await run(), { told: 0 });
    const before = await ready();
    app.time.now = new Date('2026-05-02T00:00:00Z');
    assert.deepEqual(await run(), { told: 1 });
    assert.deepEqual(await run(), { told: 0 });
    await app.services.outbox.deliverDue(context);
    const letters = mailed.filter(({ topic }) => topic === 'access.tokens-end');
    assert.equal(letters.length, 1);
    assert.match(
      letters[0]?.text ?? '',
      new RegExp(`1 June 2026: soon \\(data protection officer\\), token ${body.id}`),
    );
    assert.ok(!letters[0]?.text.includes(body.secret.slice(10)));
    const state = await ready();
    assert.equal(state.ending, before.ending + 1);
    assert.deepEqual([state.ok, state.degraded], [true, ['tokens']]);
    const entries = await ground().store.read((q) =>
      q.select().from(q.tables.auditEntries).where(eq(q.tables.auditEntries.action, 'token.end-announced')),
    );
    assert.deepEqual(
      entries.map(({ detail }) => detail),
      [{ tokens: [body.id] }],
    );
    app.time.now = new Date('2026-06-01T00:00:00Z');
    assert.equal((await ready()).ending, before.ending);
  });
});
