import assert from 'node:assert/strict';
import { sql } from 'drizzle-orm';
import { subjectScope } from '../../../src/foundations/vault/vault.ts';
import { foundBelow } from '../../forensics/bytes.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { onBothEngines, onOneEngine } from '../../support/engines.ts';
import { decision, eventsOf, FIREFOX, somebody } from './stage.ts';

const SENTINEL = '203.0.113.77';
const STATISTICS = 'usage-statistics';
const MEDIA = 'external-media';

interface State {
  purpose: string;
  status: string;
  because: string;
  expiresAt: string | null;
}

onBothEngines('Consent over HTTP', (ground, engine) => {
  let app: TestApp;
  before(async () => {
    app = await openApp(ground(), { trustedProxies: ['127.0.0.1'], now: '2026-03-02T12:00:00Z' });
  });
  after(() => app.close());

  const post = (body: object, role: 'platform' | 'portal' = 'platform') => app.as(role).post('/v1/consents').send(body);
  const stateOf = async (id: string, purpose: string, headers: Record<string, string> = {}) => {
    const { body } = await app.as('portal').get(`/v1/subjects/visitor:${id}/consents`).set(headers).expect(200);
    return (body.purposes as State[]).find((one) => one.purpose === purpose) as State;
  };

  it('records one decision, and says where it is', async () => {
    const { body, headers } = await post(decision({ subject: somebody() })).expect(201);
    assert.equal(headers['location'], `/v1/consents/${body.eventId}`);
    assert.match(body.eventId, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    const { body: read } = await app
      .as('platform')
      .get(headers['location'] as string)
      .expect(200);
    assert.deepEqual(read, body);
  });

  it('records one event for each purpose, and never several purposes in one (REQ-C02)', async () => {
    const subject = somebody();
    for (const purpose of [STATISTICS, MEDIA]) await post(decision({ subject, purpose })).expect(201);
    const { body } = await app.as('dpo').get(`/v1/subjects/visitor:${subject.id}/consents/history`).expect(200);
    assert.deepEqual(body.items.map((one: { purpose: { id: string } }) => one.purpose.id).sort(), [MEDIA, STATISTICS]);
    const { body: problem } = await post({ ...decision({ subject }), purpose: [STATISTICS, MEDIA] }).expect(400);
    assert.equal(problem.errors[0].pointer, '/purpose');
  });

  describe('takes as evidence', () => {
    const evidenceOf = async (subject: { kind: 'visitor' | 'account'; id: string }) => {
      const subjectId = await ground().vault.subjectId('north', subject.kind, subject.id);
      const key = await ground().vault.key('north', subjectScope(subjectId));
      const [row] = await eventsOf(ground(), subject);
      const place = {
        tenant: 'north',
        table: 'consent_events',
        column: 'evidence_sealed',
        row: row?.eventId as string,
      };
      return row?.evidenceSealed ? JSON.parse(key.open(place, row.evidenceSealed) as string) : null;
    };

    it('of a browser the address of its connection, behind declared proxies', async () => {
      const subject = somebody();
      await post(decision({ subject }), 'portal')
        .set('X-Forwarded-For', `198.51.100.1, ${SENTINEL}`)
        .set('User-Agent', FIREFOX)
        .expect(201);
      const evidence = await evidenceOf(subject);
      assert.deepEqual([evidence.network, evidence.browser, evidence.platform], ['203.0.113.0', 'Firefox', 'Linux']);
    });

    it('nothing, where the address of the connection cannot be read', async () => {
      const subject = somebody();
      await post(decision({ subject }), 'portal')
        .set('X-Forwarded-For', 'ada.example.org')
        .set('User-Agent', FIREFOX)
        .expect(201);
      const evidence = await evidenceOf(subject);
      assert.deepEqual([evidence.network, evidence.browser], [null, 'Firefox']);
    });

    it('nothing that a browser says of itself', async () => {
      const subject = somebody();
      const { body } = await post(decision({ subject, evidence: { address: SENTINEL } }), 'portal').expect(422);
      assert.equal(body.errors[0].pointer, '/evidence');
      assert.ok(!JSON.stringify(body).includes(SENTINEL));
      assert.deepEqual(await eventsOf(ground(), subject), []);
    });

    it('of the platform’s server what it says', async () => {
      const subject = somebody();
      await post(decision({ subject, evidence: { address: SENTINEL, userAgent: FIREFOX } })).expect(201);
      assert.equal((await evidenceOf(subject)).network, '203.0.113.0');
    });

    it('nothing that could be read in the database or the log afterwards', async () => {
      const subject = { kind: 'account' as const, id: 'sentinel.person' };
      await post(decision({ subject, evidence: { address: SENTINEL, userAgent: FIREFOX } })).expect(201);
      const secrets = { address: SENTINEL, network: '203.0.113.0', person: subject.id, agent: 'Gecko/20100101' };
      if (engine === 'sqlite') assert.deepEqual(foundBelow([ground().folder], secrets), []);
      for (const table of ['consent_events', 'audit_entries', 'idempotency_keys'])
        for (const row of await ground().store.read((q) => q.rows<object>(sql`SELECT * FROM ${sql.identifier(table)}`)))
          for (const [name, secret] of Object.entries(secrets))
            for (const value of Object.values(row))
              assert.ok(
                !(Buffer.isBuffer(value) ? value : (JSON.stringify(value) ?? '')).includes(secret),
                `${name} in ${table}`,
              );
      for (const secret of Object.values(secrets)) assert.ok(!app.logged.join('').includes(secret));
    });
  });

  describe('is withdrawn as easily as it is given (GDPR Art. 7(3)) (REQ-C05):', () => {
    it('with the same call, and fewer fields', async () => {
      const subject = somebody();
      const giving = decision({ subject });
      await post(giving, 'portal').expect(201);
      const withdrawing = { subject, purpose: STATISTICS, status: 'withdrawn' };
      assert.ok(Object.keys(withdrawing).length < Object.keys(giving).length);
      const { body } = await post(withdrawing, 'portal').expect(201);
      assert.equal(body.status, 'withdrawn');
      assert.equal((await stateOf(subject.id, STATISTICS)).status, 'withdrawn');
    });

    it('whatever was before, again and again, by server and browser', async () => {
      const subject = somebody();
      for (const before of [undefined, 'given', 'refused', 'withdrawn', 'given'] as const) {
        if (before) await post(decision({ subject, status: before })).expect(201);
        for (const role of ['platform', 'portal'] as const)
          await post({ subject, purpose: STATISTICS, status: 'withdrawn' }, role).expect(201);
      }
    });
  });

  it('is refused after it was given by withdrawing it', async () => {
    const subject = somebody();
    await post(decision({ subject })).expect(201);
    const { body } = await post(decision({ subject, status: 'refused' })).expect(201);
    assert.equal(body.status, 'withdrawn');
  });

  it('lives no longer for visits in between (REQ-C06)', async () => {
    const subject = somebody();
    await post(decision({ subject })).expect(201);
    const { expiresAt } = await stateOf(subject.id, STATISTICS);
    const now = app.time.now;
    try {
      app.time.now = new Date('2026-08-20T12:00:00Z');
      await app.as('platform').post('/v1/visits').send({ visitor: subject.id, address: '198.51.100.9' }).expect(201);
      assert.equal((await stateOf(subject.id, STATISTICS)).expiresAt, expiresAt);
      app.time.now = new Date(expiresAt as string);
      assert.equal((await stateOf(subject.id, STATISTICS)).status, 'expired');
    } finally {
      app.time.now = now;
    }
  });

  it('answers a repeated request with the first answer, and records once', async () => {
    const subject = somebody();
    const send = () => post(decision({ subject })).set('Idempotency-Key', '"twice"').expect(201);
    const [first, second] = [await send(), await send()];
    assert.deepEqual(second.body, first.body);
    assert.equal((await eventsOf(ground(), subject)).length, 1);
    await post(decision({ subject: somebody() }))
      .set('Idempotency-Key', '"twice"')
      .expect(422);
  });

  it('orders twenty decisions that come at once, each in a place of its own and without a fault', async () => {
    const subject = somebody();
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(decision({ subject }))));
    assert.deepEqual(
      answers.map(({ status }) => status),
      answers.map(() => 201),
    );
    assert.deepEqual(
      (await eventsOf(ground(), subject)).map(({ seq, status }) => [seq, status]),
      answers.map((_, n) => [app.time.now.getTime() * 32 + 30 + n, n === 0 ? 'given' : 'renewed']),
    );
  });

  it('links a visitor to one account only', async () => {
    const [account, second, visitor] = [somebody('account'), somebody('account'), somebody()];
    const link = (id: string) =>
      app.as('platform').post(`/v1/subjects/account:${id}/links`).send({ visitor: visitor.id });
    const { body } = await link(account.id).expect(201);
    assert.deepEqual((await link(account.id).expect(201)).body, body);
    const { body: problem } = await link(second.id).expect(409);
    assert.equal(problem.errors[0].pointer, '/visitor');
    assert.ok(!JSON.stringify(problem).includes(account.id));
  });
});

onOneEngine('The contract of consent over HTTP', (ground) => {
  let app: TestApp;
  before(async () => {
    app = await openApp(ground(), { now: '2026-03-02T12:00:00Z' });
  });
  after(() => app.close());

  const notice = { id: 'consent-banner', version: '1.1', language: 'en' };
  const FAULTS: [what: string, over: object, status: number, pointer: string][] = [
    ['a purpose nobody declared', { purpose: 'mind-reading' }, 422, '/purpose'],
    ['a purpose that does not rest on consent', { purpose: 'portal-security' }, 422, '/purpose'],
    [
      'a notice that does not ask for the purpose',
      { notice: { id: 'privacy-policy', version: '1.0', language: 'en' } },
      422,
      '/notice',
    ],
    ['a notice nobody declared', { notice: { ...notice, id: 'other' } }, 422, '/notice'],
    ['a version never shown', { notice: { ...notice, version: '7.0' } }, 422, '/notice'],
    ['a language nobody declared', { notice: { ...notice, language: 'fr' } }, 422, '/notice/language'],
    ['no notice', { notice: undefined }, 400, '/notice'],
    ['a notice without its language', { notice: { id: notice.id, version: '1.1' } }, 400, '/notice/language'],
    ['a language that is none', { notice: { ...notice, language: '../en' } }, 400, '/notice/language'],
    ['a status only the job writes', { status: 'expired' }, 400, '/status'],
    ['a status only the rules give', { status: 'renewed' }, 400, '/status'],
    ['a time of its own', { recordedAt: '2020-01-01T00:00:00Z' }, 400, '/recordedAt'],
    ['a place of its own', { seq: 1 }, 400, '/seq'],
    ['a subject of no kind', { subject: { kind: 'person', id: 'a' } }, 400, '/subject/kind'],
    ['a subject by e-mail with blanks', { subject: { kind: 'visitor', id: 'a b' } }, 400, '/subject/id'],
    ['an act in prose', { act: 'Ada clicked' }, 400, '/act'],
    ['an endless user agent', { evidence: { userAgent: 'x'.repeat(8193) } }, 400, '/evidence/userAgent'],
    ['an endless address', { evidence: { address: '1'.repeat(101) } }, 400, '/evidence/address'],
  ];
  for (const [what, over, status, pointer] of FAULTS)
    it(`refuses ${what}, naming ${pointer}`, async () => {
      const subject = somebody();
      const { body } = await app
        .as('platform')
        .post('/v1/consents')
        .send({ ...decision({ subject }), ...over })
        .expect(status);
      assert.equal(body.errors[0].pointer, pointer);
      assert.deepEqual(await eventsOf(ground(), subject), []);
    });

  it('is withdrawn by the operation it is given by, so that nothing more can be asked for', async () => {
    const { body } = await app.as('nobody').get('/openapi.json').expect(200);
    const operation = body.paths['/v1/consents'].post;
    const others = Object.entries<{ post?: { requestBody?: object; security?: object[] } }>(body.paths).flatMap(
      ([path, { post }]) =>
        // A request of a data subject and a proposed change of the policies can be taken back too; neither is a consent.
        post && /withdraw|revoke/.test(path) && !/\/(requests|proposals)\//.test(path) ? [[path, post] as const] : [],
    );
    assert.equal(others.length, 2, 'a receipt’s page and its API');
    for (const [path, { requestBody, security }] of others) {
      assert.match(path, /\/receipts\/\{tenant\}\/\{receiptId\}\/withdrawal$/, 'there is no other second way');
      assert.deepEqual({ requestBody, security }, { requestBody: undefined, security: [] }, 'it asks for nothing');
    }
    let schema = operation.requestBody.content['application/json'].schema;
    if (schema.$ref) schema = body.components.schemas[schema.$ref.split('/').at(-1)];
    assert.ok(schema.properties.status.enum.includes('withdrawn') && schema.properties.status.enum.includes('given'));
    assert.deepEqual([...schema.required].sort(), ['purpose', 'status', 'subject']);
  });

  it('shows every version of a notice, byte for byte as its hash says, and refuses what is none (REQ-A19)', async () => {
    for (const version of ['1.0', '1.1'])
      for (const language of ['en', 'de']) {
        const { body } = await app.as('portal').get(`/v1/notices/consent-banner/${version}/${language}`).expect(200);
        const digest = await crypto.subtle.digest('SHA-256', Buffer.from(body.text));
        assert.ok(body.hash.includes(Buffer.from(digest).toString('hex')));
      }
    const { body } = await app.as('portal').get(`/v1/notices/current?purpose=${MEDIA}&language=de`).expect(200);
    assert.deepEqual([body.id, body.version, body.language], ['consent-banner', '1.1', 'de']);
    for (const path of [
      'consent-banner/9.9/en',
      'consent-banner/1.1/fr',
      'nowhere/1.0/en',
      'current?purpose=portal-security',
    ])
      await app.as('portal').get(`/v1/notices/${path}`).expect(404);
    await app.as('portal').get('/v1/notices/current').expect(400);
  });
});
