import assert from 'node:assert/strict';
import Type from 'typebox';
import { type Route, route } from '../../../src/foundations/contract/contract.ts';
import { Problem } from '../../../src/foundations/contract/problem.ts';
import { writeOnce } from '../../../src/foundations/store/idempotency.ts';
import { parseIdempotencyKey } from '../../../src/interfaces/http/input.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { type Ground, onBothEngines, onOneEngine } from '../../support/engines.ts';

const closed = { additionalProperties: false } as const;
const Thing = Type.Object({ name: Type.String({ maxLength: 20 }) }, closed);
const Made = Type.Object({ number: Type.Integer(), name: Type.String() }, closed);

/** A route that makes numbered things, and can be held up in the middle. */
function thingRoutes(ground: () => Ground, made: { gate: Promise<void> }): Route[] {
  return [
    route(
      {
        operationId: 'make',
        method: 'post',
        path: '/v1/things',
        tag: 'Test',
        summary: 'Make',
        permission: 'consents.record',
        idempotency: 'required',
        body: Thing,
        status: 201,
        response: Made,
      },
      async ({ context, body }) => {
        await made.gate;
        const result = await writeOnce(ground().store, context, async (tx) => {
          const { leases: t } = tx.tables;
          const lease = { tenantId: '*', owner: 'test', fence: 1, expiresAt: new Date(0) };
          await tx.insert(t).values({ ...lease, name: crypto.randomUUID() });
          return { number: (await tx.select().from(t)).length, name: body.name };
        });
        return { body: result, headers: { Location: `/v1/things/${result.number}` } };
      },
    ),
  ];
}

onBothEngines('A request with an Idempotency-Key (REQ-H02)', (ground) => {
  const made = { gate: Promise.resolve() };
  let app: TestApp;
  before(async () => {
    app = await openApp(ground(), { routes: thingRoutes(ground, made) });
  });
  after(() => app.close());

  const count = async () => (await ground().store.read((q) => q.select().from(q.tables.leases))).length;
  const make = (key: string, name = 'one', tenant: 'north' | 'south' = 'north') =>
    app.as('platform', tenant).post('/v1/things').set('Idempotency-Key', key).send({ name });

  it('that is repeated gets the first answer and does nothing again', async () => {
    const first = await make('"key-1"').expect(201);
    const second = await make('"key-1"').expect(201);
    assert.deepEqual(second.body, first.body);
    assert.equal(second.headers['location'], first.headers['location']);
    assert.equal(first.headers['idempotency-replayed'], undefined);
    assert.equal(second.headers['idempotency-replayed'], 'true');
    assert.equal(await count(), first.body.number);
  });

  it('used for another body is refused', async () => {
    await make('"key-2"').expect(201);
    const answer = await make('"key-2"', 'two').expect(422);
    assert.equal(answer.body.type, '/problems/idempotency-key-reused');
  });

  it('is another one in another tenant, and for another caller', async () => {
    const north = await make('"key-3"').expect(201);
    const south = await make('"key-3"', 'one', 'south').expect(201);
    assert.notEqual(south.body.number, north.body.number);
    const browser = await app
      .as('portal')
      .post('/v1/things')
      .set('Idempotency-Key', '"key-3"')
      .send({ name: 'one' })
      .expect(201);
    assert.notEqual(browser.body.number, north.body.number);
  });

  it('that is still running is refused until it has ended', async () => {
    let open: () => void = () => undefined;
    made.gate = new Promise((resolve) => {
      open = resolve;
    });
    // supertest sends when it is awaited: `then` starts it.
    const first = make('"key-4"').then((answer) => answer);
    let second = await make('"key-4"')
      .timeout(200)
      .catch(() => undefined);
    for (let n = 0; n < 20 && second?.status !== 409; n += 1)
      second = await make('"key-4"')
        .timeout(200)
        .catch(() => undefined);
    assert.equal(second?.status, 409);
    assert.equal(second?.body.type, '/problems/idempotency-key-in-flight');
    open();
    const answers = [await first, await make('"key-4"')];
    assert.deepEqual(
      answers.map(({ status }) => status),
      [201, 201],
    );
    assert.deepEqual(answers[1]?.body, answers[0]?.body);
  });

  it('is required of servers, not of browsers', async () => {
    const before = await count();
    const send = (role: 'platform' | 'portal') =>
      app.as(role).post('/v1/things').unset('Idempotency-Key').send({ name: 'x' });
    const answer = await send('platform').expect(400);
    assert.equal(answer.body.type, '/problems/idempotency-key-required');
    assert.equal(answer.body.errors[0].pointer, 'Idempotency-Key:');
    assert.equal(await count(), before);
    await send('portal').expect(201);
  });
});

onOneEngine('An Idempotency-Key', (ground) => {
  let app: TestApp;
  before(async () => {
    app = await openApp(ground(), { routes: thingRoutes(ground, { gate: Promise.resolve() }) });
  });
  after(() => app.close());

  for (const malformed of [
    'key',
    '"',
    '""',
    '"a',
    'a"',
    '"a"b"',
    '"ä"',
    '"a";p=1',
    '"a", "b"',
    '"\\x"',
    `"${'x'.repeat(256)}"`,
  ])
    it(`refuses the key ${malformed.slice(0, 20)} (REQ-H02)`, async () => {
      assert.throws(() => parseIdempotencyKey(malformed), Problem);
      if (/^[\x20-\x7e]*$/.test(malformed))
        await app.as('platform').post('/v1/things').set('Idempotency-Key', malformed).send({ name: 'one' }).expect(400);
    });

  it('reads quotes and backslashes in a key as RFC 8941 says (REQ-H02)', () => {
    assert.equal(parseIdempotencyKey('"a\\"b\\\\c"'), 'a"b\\c');
    assert.equal(parseIdempotencyKey('  "8e0b2c1e-…"  '.replace('…', 'x')), '8e0b2c1e-x');
  });
});
