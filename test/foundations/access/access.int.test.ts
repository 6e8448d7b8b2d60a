import assert from 'node:assert/strict';
import { eq } from 'drizzle-orm';
import { bootstrap } from '../../../src/foundations/access/bootstrap.ts';
import { createAccess } from '../../../src/foundations/access/service.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { type Ground, onBothEngines, onOneEngine, openGround } from '../../support/engines.ts';

const actions = async ({ store }: Ground, tenantId: string) =>
  (await store.read((q) => q.select().from(q.tables.auditEntries).where(eq(q.tables.auditEntries.tenantId, tenantId))))
    .sort((a, b) => (a.entryId < b.entryId ? -1 : 1))
    .map(({ action }) => action);

onBothEngines('Tokens', (ground) => {
  let app: TestApp;
  before(async () => {
    app = await openApp(ground());
  });
  after(() => app.close());

  const issue = (body: object, who: 'admin' | 'installation' = 'admin') =>
    app
      .as(who)
      .post('/v1/tokens')
      .send({ role: 'dpo', label: 'test', ...body });
  const works = async (secret: string) =>
    (await app.as('nobody').get('/v1/tenants').set('Authorization', `Bearer ${secret}`)).status === 200;

  it('are shown once, and kept as a hash only', async () => {
    const { body } = await issue({}).expect(201);
    assert.match(body.secret, /^lethe_dpo_[\w-]{43}$/);
    assert.equal(body.hint, body.secret.slice(-4));
    const { store } = ground();
    for (const rows of [
      await store.read((q) => q.select().from(q.tables.apiTokens)),
      await store.read((q) => q.select().from(q.tables.auditEntries)),
    ])
      assert.ok(!JSON.stringify(rows).includes(body.secret.slice(10)));
    const { text } = await app.as('admin').get('/v1/tokens?limit=200').expect(200);
    assert.ok(text.includes(body.id) && !text.includes(body.secret) && !/[0-9a-f]{64}/.test(text));
  });

  it('keep their secret out of the answers kept for repeats', async () => {
    const send = () => issue({}).set('Idempotency-Key', '"once"').expect(201);
    const first = await send();
    const second = await send();
    assert.equal(second.body.secret, null);
    assert.equal(second.body.id, first.body.id);
    const kept = await ground().store.read((q) => q.select().from(q.tables.idempotencyKeys));
    assert.equal(kept.length, 2, 'one for each of the two that were issued');
    assert.ok(!JSON.stringify(kept).includes(first.body.secret));
  });

  it('stop at once when they are revoked, and revoking again changes nothing', async () => {
    const { body } = await issue({}).expect(201);
    assert.ok(await works(body.secret));
    await app.as('admin').delete(`/v1/tokens/${body.id}`).expect(204);
    assert.ok(!(await works(body.secret)));
    await app.as('admin').delete(`/v1/tokens/${body.id}`).expect(204);
    const entries = await actions(ground(), 'north');
    assert.equal(entries.filter((action) => action === 'token.revoked').length, 1);
  });

  it('stop when they expire', async () => {
    const { body } = await issue({ expiresAt: '2026-03-01T13:00:00Z' }).expect(201);
    app.time.now = new Date('2026-03-01T12:59:59.999Z');
    assert.ok(await works(body.secret));
    app.time.now = new Date('2026-03-01T13:00:00Z');
    assert.ok(!(await works(body.secret)));
    app.time.now = new Date('2026-03-01T12:00:00Z');
  });

  it('cannot be born expired', async () => {
    const { body } = await issue({ expiresAt: '2026-03-01T12:00:00Z' }).expect(422);
    assert.equal(body.errors[0].pointer, '/expiresAt');
  });

  it('tell when they were last used, to the minute', async () => {
    const { body } = await issue({}).expect(201);
    const lastUsed = async () => {
      await app.access.close();
      const { body: list } = await app.as('admin').get('/v1/tokens?limit=200');
      return list.items.find(({ id }: { id: string }) => id === body.id).lastUsedAt;
    };
    assert.equal(await lastUsed(), null);
    await works(body.secret);
    assert.equal(await lastUsed(), '2026-03-01T12:00:00.000Z');
    app.time.now = new Date('2026-03-01T12:00:59Z');
    await works(body.secret);
    assert.equal(await lastUsed(), '2026-03-01T12:00:00.000Z');
    app.time.now = new Date('2026-03-01T12:01:00Z');
    await works(body.secret);
    assert.equal(await lastUsed(), '2026-03-01T12:01:00.000Z');
    app.time.now = new Date('2026-03-01T12:00:00Z');
  });

  it('of another tenant are neither listed nor revoked', async () => {
    const { body } = await issue({}).expect(201);
    const list = await app.as('admin', 'south').get('/v1/tokens?limit=200').expect(200);
    assert.ok(!JSON.stringify(list.body).includes(body.id));
    const theirs = await app.as('admin', 'south').delete(`/v1/tokens/${body.id}`).expect(404);
    const nobodys = await app
      .as('admin', 'south')
      .delete('/v1/tokens/0190c7a4-0000-7000-8000-000000000000')
      .expect(404);
    assert.equal(theirs.body.detail, nobodys.body.detail);
    assert.ok(await works(body.secret));
  });

  it('that act in every tenant are made, seen and stopped only by such', async () => {
    await issue({ everyTenant: true }).expect(403);
    const { body } = await issue({ everyTenant: true }, 'installation').set('Lethe-Tenant', 'north').expect(201);
    assert.equal(body.tenant, 'north');
    const there = await app
      .as('nobody')
      .get('/v1/tenants/south')
      .set('Authorization', `Bearer ${body.secret}`)
      .set('Lethe-Tenant', 'south')
      .expect(200);
    assert.equal(there.body.id, 'south');
    assert.ok(!(await app.as('admin').get('/v1/tokens?limit=200')).text.includes(body.id));
    await app.as('admin').delete(`/v1/tokens/${body.id}`).expect(404);
    await app.as('installation').delete(`/v1/tokens/${body.id}`).set('Lethe-Tenant', 'north').expect(204);
  });

  it('come in pages that miss and repeat nothing', async () => {
    const ids: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const { body }: { body: { items: { id: string }[]; next: string | null } } = await app
        .as('admin')
        .get(`/v1/tokens?limit=3${cursor && `&cursor=${cursor}`}`)
        .expect(200);
      ids.push(...body.items.map(({ id }) => id));
      cursor = body.next;
    }
    const { body } = await app.as('admin').get('/v1/tokens?limit=200').expect(200);
    assert.deepEqual(
      ids,
      body.items.map(({ id }: { id: string }) => id),
    );
    assert.equal(new Set(ids).size, ids.length);
  });
});

onBothEngines('Tenants', (ground) => {
  let app: TestApp;
  before(async () => {
    app = await openApp(ground());
  });
  after(() => app.close());
  const create = (body: object) => app.as('installation').post('/v1/tenants').send(body);

  it('are made by those who act in every tenant only', async () => {
    await app.as('admin').post('/v1/tenants').send({ id: 'east', name: 'East' }).expect(403);
    const { body, headers } = await create({ id: 'east', name: 'East', timeZone: 'Europe/Lisbon' }).expect(201);
    assert.equal(body.timeZone, 'Europe/Lisbon');
    assert.equal(headers['location'], '/v1/tenants/east');
    assert.deepEqual(await actions(ground(), 'east'), ['tenant.created']);
  });

  it('have one id each', async () => {
    await create({ id: 'west', name: 'West' }).expect(201);
    await create({ id: 'west', name: 'Other' }).expect(409);
  });

  it('see themselves only', async () => {
    const { body } = await app.as('admin').get('/v1/tenants').expect(200);
    assert.deepEqual(
      body.items.map(({ id }: { id: string }) => id),
      ['north'],
    );
    await app.as('admin').get('/v1/tenants/south').expect(404);
    await app.as('admin').patch('/v1/tenants/south').set('If-Match', '*').send({ name: 'Mine' }).expect(404);
    const all = await app.as('installation').get('/v1/tenants').expect(200);
    assert.deepEqual(
      all.body.items.map(({ id }: { id: string }) => id),
      ['east', 'main', 'north', 'south', 'west'],
    );
  });

  it('are changed by whoever has read their present state', async () => {
    const { headers, body } = await app.as('admin').get('/v1/tenants/north').expect(200);
    const patch = (etag: string, name: string) =>
      app.as('admin').patch('/v1/tenants/north').set('If-Match', etag).send({ name });
    const changed = await patch(headers['etag'] as string, 'Northern portal').expect(200);
    assert.equal(changed.body.name, 'Northern portal');
    assert.deepEqual(changed.body.origins, body.origins);
    await patch(headers['etag'] as string, 'Late').expect(412);
    await patch(changed.headers['etag'] as string, 'Later').expect(200);
    await app.as('admin').patch('/v1/tenants/north').send({ name: 'x' }).expect(428);
    await app.as('admin').patch('/v1/tenants/north').set('If-Match', '*').send({}).expect(400);
    const entries = await actions(ground(), 'north');
    assert.equal(entries.filter((action) => action === 'tenant.changed').length, 2);
  });

  it('of two changes to the same state take one', async () => {
    const { headers } = await app
      .as('admin')
      .get('/v1/tenants/south')
      .set('Authorization', `Bearer ${app.tokens.south.admin}`);
    const answers = await Promise.all(
      ['a', 'b', 'c'].map((name) =>
        app
          .as('admin', 'south')
          .patch('/v1/tenants/south')
          .set('If-Match', headers['etag'] as string)
          .send({ name }),
      ),
    );
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 412, 412]);
  });
});

onOneEngine('Tenants with what no tenant has', (ground) => {
  let app: TestApp;
  before(async () => {
    app = await openApp(ground());
  });
  after(() => app.close());
  const create = (body: object) => app.as('installation').post('/v1/tenants').send(body);

  const wrong: [field: string, value: unknown, status: number][] = [
    ['id', 'A', 400],
    ['id', '-x', 400],
    ['id', 'x', 400],
    ['id', 'a'.repeat(64), 400],
    ['timeZone', 'Europe/Atlantis', 422],
    ['timeZone', '../etc', 400],
    ['origins', ['https://a.example/path'], 400],
    ['origins', ['*'], 400],
    ['origins', ['null'], 400],
    ['origins', ['https://A.example'], 400],
    ['jurisdiction', 'Germany', 400],
    ['jurisdiction', 'US', 422],
    ['jurisdiction', 'GB-', 400],
    ['jurisdiction', 'EU-BY', 422],
    ['name', ' ', 400],
  ];
  for (const [field, value, status] of wrong)
    it(`are refused with ${field} ${JSON.stringify(value).slice(0, 30)}`, async () => {
      const { body } = await create({ id: 'valid', name: 'Valid', [field]: value }).expect(status);
      assert.ok(body.errors[0].pointer.startsWith(`/${field}`), body.errors[0].pointer);
    });
});

for (const engine of ['sqlite', 'postgres'] as const)
  describe(`The first start (${engine})`, () => {
    let ground: Ground;
    const now = { at: new Date('2026-03-01T12:00:00Z') };
    const clock = () => new Date(now.at);
    beforeEach(async function () {
      this.timeout(180_000);
      ground = await openGround(engine);
    });
    afterEach(() => ground.close());

    const accessOf = () =>
      createAccess({
        ...ground,
        clock,
        checkRegion: () => undefined,
      });
    const start = async (secret?: string, access = accessOf()) => {
      const announced: string[] = [];
      await access.bootstrap({ secret, announce: (text) => announced.push(text) });
      return announced;
    };
    const tokens = () => ground.store.read((q) => q.select().from(q.tables.apiTokens));

    it('makes a tenant and an administrator, and shows the token once', async () => {
      const [secret, ...more] = await start();
      assert.match(secret ?? '', /^lethe_admin_[\w-]{43}$/);
      assert.deepEqual(more, []);
      const credentials = await accessOf().authenticate(secret as string);
      assert.deepEqual(
        { ...credentials, tokenId: '' },
        { tokenId: '', role: 'admin', tenantId: 'main', everyTenant: true },
      );
      assert.deepEqual(await start(), []);
      assert.equal((await tokens()).length, 1);
      assert.deepEqual(await actions(ground, 'main'), ['tenant.created', 'token.issued']);
    });

    it('takes the token it is given, and shows nothing', async () => {
      const given = 'operator-chose-this-token-0123456789';
      assert.deepEqual(await start(given), []);
      assert.equal((await accessOf().authenticate(given))?.role, 'admin');
      assert.deepEqual(await start('another-token-of-a-later-start-000'), []);
      assert.equal(await accessOf().authenticate('another-token-of-a-later-start-000'), undefined);
    });

    it('of two instances at once makes one of each', async () => {
      const announced = (await Promise.all([start(), start(), start()])).flat();
      assert.equal(announced.length, 1);
      assert.equal((await tokens()).length, 1);
      assert.ok(await accessOf().authenticate(announced[0] as string));
    });

    it('that crashed before the token was shown leaves none that works, and the next one shows one', async () => {
      const context = {
        tenant: { id: 'main', name: 'm', timeZone: 'UTC', jurisdiction: 'EU', language: 'en', region: null },
        principal: { id: 'system:bootstrap', role: 'admin' as const },
        clock,
        requestId: 'crashing-start',
      };
      let lost = '';
      const crash = bootstrap(ground, context, {
        announce: (secret) => {
          lost = secret;
          throw new Error('killed');
        },
      });
      await assert.rejects(crash, /killed/);
      assert.equal(await accessOf().authenticate(lost), undefined);
      now.at = new Date('2026-03-01T12:00:30Z');
      const [secret] = await start();
      assert.ok(secret && (await accessOf().authenticate(secret)));
      assert.equal(await accessOf().authenticate(lost), undefined);
      assert.equal((await tokens()).length, 1);
      assert.deepEqual(await start(), []);
    });
  });
