import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Role } from '../../src/context.ts';
import { openApiDocument } from '../../src/http/openapi.ts';
import { subjectScope } from '../../src/vault/vault.ts';
import { openApp, type TestApp } from '../support/app.ts';
import { onBothEngines } from '../support/engines.ts';
import { operationsOf } from '../support/samples.ts';
import { decision, eventsOf, FIREFOX, shipped, somebody } from './stage.ts';

onBothEngines('Consents over HTTP', (ground) => {
  let app: TestApp;
  before(async () => {
    app = await openApp(ground(), { trustedProxies: ['127.0.0.1'] });
  });
  after(() => app.close());

  const post = (body: object, role: Role = 'platform') => app.as(role).post('/v1/consents').send(body);
  const statesOf = async (id: string, role: Role = 'platform') =>
    (await app.as(role).get(`/v1/subjects/${id}/consents`).expect(200)).body.purposes as {
      purpose: string;
      status: string;
      source: string;
      needsDecision: boolean;
    }[];
  const stateOf = async (id: string, purpose = 'usage-statistics') =>
    (await statesOf(id)).find((one) => one.purpose === purpose);
  const evidenceOf = async (subject: ReturnType<typeof somebody>) => {
    const [row] = await eventsOf(ground(), subject);
    const subjectId = await ground().vault.subjectId('north', subject.kind, subject.id);
    const key = await ground().vault.key('north', subjectScope(subjectId));
    const place = { tenant: 'north', table: 'consent_events', column: 'evidence_sealed', row: row?.eventId ?? '' };
    return row?.evidenceSealed ? JSON.parse(key.open(place, row.evidenceSealed) as string) : undefined;
  };

  it('are recorded with 201, a place, and everything a receipt needs', async () => {
    const subject = somebody();
    const { body, headers } = await post(decision({ subject })).expect(201);
    assert.equal(headers['location'], `/v1/consents/${body.eventId}`);
    assert.equal(body.links.self, headers['location']);
    assert.deepEqual(
      [body.status, body.subjectKind, body.purpose.id, body.notice.version, body.recordedAt],
      ['given', 'visitor', 'usage-statistics', '1.1', '2026-03-01T12:00:00.000Z'],
    );
    const { body: again } = await app.as('dpo').get(body.links.self).expect(200);
    assert.deepEqual(again, body);
    await app.as('portal').get(body.links.notice).expect(200);
  });

  describe('from a browser', () => {
    it('take address and user agent from the connection, behind declared proxies too', async () => {
      const [direct, proxied] = [somebody(), somebody()];
      await post(decision({ subject: direct }), 'portal')
        .set('User-Agent', FIREFOX)
        .expect(201);
      await post(decision({ subject: proxied }), 'portal')
        .set('User-Agent', FIREFOX)
        .set('X-Forwarded-For', '10.9.9.9, 198.51.100.23')
        .expect(201);
      assert.equal((await evidenceOf(direct)).browser, 'Firefox');
      assert.equal((await evidenceOf(proxied)).network, '198.51.100.0');
    });

    it('are refused with an address of their own, naming the field', async () => {
      const evidence = { address: '203.0.113.7', userAgent: FIREFOX };
      const { body } = await post(decision({ evidence }), 'portal').expect(422);
      assert.equal(body.errors[0].pointer, '/evidence');
      assert.ok(!JSON.stringify(body).includes('203.0.113'));
    });
  });

  it('from the platform’s server take them from the body only', async () => {
    const [told, untold] = [somebody(), somebody()];
    await post(decision({ subject: told, evidence: { address: '203.0.113.77' } })).expect(201);
    await post(decision({ subject: untold }))
      .set('User-Agent', FIREFOX)
      .set('X-Forwarded-For', '203.0.113.9')
      .expect(201);
    assert.equal((await evidenceOf(told)).network, '203.0.113.0');
    assert.equal(await evidenceOf(untold), undefined);
  });

  const base = decision();
  const bad: [what: string, body: unknown, status: number, pointer: string][] = [
    ['a list of purposes', { ...base, purpose: ['usage-statistics', 'external-media'] }, 400, '/purpose'],
    ['a bundle under another name', { ...base, purposes: ['usage-statistics'] }, 400, '/purposes'],
    ['an unknown purpose', { ...base, purpose: 'mind-reading' }, 422, '/purpose'],
    ['a purpose that rests on something else', { ...base, purpose: 'portal-security' }, 422, '/purpose'],
    ['a state only rules lead to', { ...base, status: 'renewed' }, 400, '/status'],
    ['an expiry', { ...base, status: 'expired' }, 400, '/status'],
    ['a time of its own', { ...base, recordedAt: '2020-01-01T00:00:00Z' }, 400, '/recordedAt'],
    ['a language never shown', { ...base, notice: { ...base.notice, language: 'fr' } }, 422, '/notice/language'],
    ['a version never shown', { ...base, notice: { ...base.notice, version: '7.0' } }, 422, '/notice'],
    ['no notice', { ...base, notice: undefined }, 400, '/notice'],
    ['a subject of another kind', { ...base, subject: { kind: 'cookie', id: 'x' } }, 400, '/subject/kind'],
    ['a subject with a blank', { ...base, subject: { kind: 'visitor', id: 'a b' } }, 400, '/subject/id'],
    ['an id that never ends', { ...base, subject: { kind: 'visitor', id: 'a'.repeat(129) } }, 400, '/subject/id'],
    ['free text as an act', { ...base, act: 'Ada Löfgren clicked' }, 400, '/act'],
    ['more evidence', { ...base, evidence: { address: '1.2.3.4', screen: '4k' } }, 400, '/evidence/screen'],
  ];
  for (const [what, body, status, pointer] of bad)
    it(`are refused with ${what}, naming ${pointer}`, async () => {
      const { body: problem } = await post(body as object).expect(status);
      assert.equal(problem.errors[0].pointer, pointer);
      assert.doesNotMatch(JSON.stringify(problem), /mind-reading|Löfgren|a b"/);
    });

  it('answer any body with a 2xx or a 4xx', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (body) => {
        const { status } = await app
          .as('platform')
          .post('/v1/consents')
          .set('Content-Type', 'application/json')
          .send(JSON.stringify(body));
        assert.ok(status < 500, String(status));
      }),
      { numRuns: 40 },
    );
    const where = fc.constantFrom(
      'purpose',
      'status',
      'act',
      'method',
      'version',
      'language',
      'id',
      'address',
      'userAgent',
    );
    await fc.assert(
      fc.asyncProperty(where, fc.string({ unit: 'binary', maxLength: 60 }), async (name, text) => {
        const notice = { ...base.notice, ...(['version', 'language'].includes(name) ? { [name]: text } : {}) };
        const evidence = ['address', 'userAgent'].includes(name) ? { [name]: text } : {};
        const subject = name === 'id' ? { kind: 'visitor', id: text } : somebody();
        const field = ['purpose', 'status', 'act', 'method'].includes(name) ? { [name]: text } : {};
        const { status } = await post({ ...base, subject, notice, evidence, ...field });
        assert.ok(status < 500, `${name} ${status}`);
      }),
      { numRuns: 60 },
    );
  }).timeout(30_000);

  it('sent at once for one subject and purpose all find their place', async () => {
    const subject = somebody();
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, n) => post(decision({ subject, status: n % 2 === 0 ? 'given' : 'withdrawn' }))),
    );
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([201]));
    const rows = await eventsOf(ground(), subject);
    assert.deepEqual(
      rows.map(({ seq }) => seq),
      answers.map((_, n) => n + 1),
    );
  }).timeout(30_000);

  describe('are withdrawn as easily as they are given:', () => {
    it('by the same operation, permission and headers, with no more fields', () => {
      const document = openApiDocument(app.routes.map(({ spec }) => spec)) as unknown as Parameters<
        typeof operationsOf
      >[0];
      const taking = (status: string) =>
        operationsOf(document).filter(({ body }) => {
          const { properties } = (body ?? {}) as { properties?: { status?: { enum?: string[] } } };
          return properties?.status?.enum?.includes(status);
        });
      assert.equal(taking('given').length, 1);
      assert.deepEqual(taking('withdrawn'), taking('given'));
      assert.deepEqual(taking('given')[0]?.body?.['required'], ['subject', 'purpose', 'status']);
    });

    for (const role of ['portal', 'platform'] as const)
      it(`by the ${role}, with a part of what giving takes`, async () => {
        const subject = somebody();
        await post(decision({ subject }), role).expect(201);
        const { subject: _s, ...more } = decision({ subject, status: 'withdrawn' });
        const { notice: _n, ...less } = more;
        const { body } = await post({ subject, ...less }, role).expect(201);
        assert.equal(body.status, 'withdrawn');
        assert.equal((await stateOf(`visitor:${subject.id}`))?.status, 'withdrawn');
      });
  });

  it('“shown, undecided” can be recorded, and asks again', async () => {
    const subject = somebody();
    await post(decision({ subject, status: 'deferred' }), 'portal').expect(201);
    const state = await stateOf(`visitor:${subject.id}`);
    assert.deepEqual([state?.status, state?.needsDecision], ['deferred', true]);
    await post(decision({ subject }), 'portal').expect(201);
    const { body } = await post(decision({ subject, status: 'deferred' }), 'portal').expect(409);
    assert.equal(body.errors[0].pointer, '/status');
  });

  describe('with Sec-GPC', () => {
    for (const [value, on] of [
      ['1', true],
      ['0', false],
      ['true', false],
      ['1;x', false],
      ['01', false],
    ] as const)
      it(`${value}: ${on ? 'refused' : 'unknown'} at first contact`, async () => {
        const { body } = await app
          .as('portal')
          .get(`/v1/subjects/visitor:${somebody().id}/consents`)
          .set('Sec-GPC', value)
          .expect(200);
        const media = body.purposes.find(({ purpose }: { purpose: string }) => purpose === 'external-media');
        assert.deepEqual([media.status, media.source], on ? ['refused', 'gpc'] : ['unknown', null]);
      });

    it('is recorded when the portal says so, and gives way to a choice', async () => {
      const subject = somebody();
      const signal = () =>
        app.as('portal').post('/v1/consents/signals').set('Sec-GPC', '1').send({ subject }).expect(200);
      assert.deepEqual((await signal()).body, { globalPrivacyControl: true, refused: ['external-media'] });
      assert.equal((await stateOf(`visitor:${subject.id}`, 'external-media'))?.source, 'gpc');
      const choice = decision({ subject, purpose: 'external-media' });
      const { body } = await post(choice, 'portal').set('Sec-GPC', '1').expect(201);
      assert.equal(body.status, 'given');
      assert.deepEqual((await signal()).body.refused, []);
    });

    it('is announced to anyone', async () => {
      const { body, headers } = await app.as('nobody').get('/.well-known/gpc.json').expect(200);
      assert.match(headers['content-type'] as string, /^application\/json/);
      assert.deepEqual(Object.keys(body), ['gpc', 'lastUpdate']);
      assert.equal(body.gpc, true);
      assert.match(body.lastUpdate, /^\d{4}-\d{2}-\d{2}$/);
    });
  });

  it('show their history in pages that miss and repeat nothing, in the order of the server', async () => {
    const [account, phone] = [somebody('account'), somebody()];
    const told: string[] = [];
    for (let n = 0; n < 9; n += 1) {
      const subject = n % 3 === 0 ? phone : account;
      told.push(
        (await post(decision({ subject, status: n % 2 === 0 ? 'given' : 'refused' })).expect(201)).body.eventId,
      );
      if (n % 2 === 0) app.time.now = new Date(app.time.now.getTime() + 1);
    }
    await app.as('platform').post(`/v1/subjects/${account.id}/links`).send({ visitor: phone.id }).expect(201);
    const seen: string[] = [];
    let at = '';
    for (let cursor: string | null = ''; cursor !== null; ) {
      const { body }: { body: { items: { eventId: string; recordedAt: string }[]; next: string | null } } = await app
        .as('dpo')
        .get(`/v1/subjects/${account.id}/consents/history?limit=2${cursor && `&cursor=${cursor}`}`)
        .expect(200);
      for (const { eventId, recordedAt } of body.items) {
        assert.ok(recordedAt >= at);
        at = recordedAt;
        seen.push(eventId);
      }
      cursor = body.next;
    }
    assert.deepEqual([...seen].sort(), [...told].sort());
    const own = await app.as('dpo').get(`/v1/subjects/${account.id}/consents/history`).expect(200);
    const ofAccount = own.body.items.filter(({ subjectKind }: { subjectKind: string }) => subjectKind === 'account');
    assert.deepEqual(
      ofAccount.map(({ eventId }: { eventId: string }) => eventId),
      told.filter((_, n) => n % 3 !== 0),
    );
    const bad = await app.as('dpo').get(`/v1/subjects/${account.id}/consents/history?cursor=x.y.z`).expect(400);
    assert.equal(bad.body.errors[0].pointer, '?cursor');
  });

  it('belong to one tenant', async () => {
    const subject = somebody();
    const { body } = await post(decision({ subject })).expect(201);
    await app.as('dpo', 'south').get(`/v1/consents/${body.eventId}`).expect(404);
    const there = await app.as('platform', 'south').get(`/v1/subjects/visitor:${subject.id}/consents`).expect(200);
    assert.ok(there.body.purposes.every(({ status }: { status: string }) => status === 'unknown'));
  });

  it('link a visitor to one account', async () => {
    const [account, other, phone] = [somebody('account'), somebody('account'), somebody()];
    const link = (id: string) => app.as('platform').post(`/v1/subjects/${id}/links`).send({ visitor: phone.id });
    const first = await link(account.id).expect(201);
    assert.deepEqual((await link(`account:${account.id}`).expect(201)).body, first.body);
    assert.equal((await link(other.id).expect(409)).body.errors[0].pointer, '/visitor');
    await app.as('portal').post(`/v1/subjects/${account.id}/links`).send({ visitor: phone.id }).expect(403);
  });

  describe('and their notices', () => {
    it('in force are served by purpose or id, in the language asked for, as they are hashed', async () => {
      const known = shipped.notice('consent-banner', '1.1')?.texts['de'];
      for (const query of [
        'id=consent-banner',
        'purpose=usage-statistics',
        'id=consent-banner&purpose=external-media',
      ]) {
        const { body } = await app.as('portal').get(`/v1/notices/current?${query}&language=de`).expect(200);
        assert.deepEqual([body.version, body.language, body.hash, body.text], ['1.1', 'de', known?.hash, known?.text]);
      }
      await app.as('portal').get('/v1/notices/current?language=de').expect(400);
      await app.as('portal').get('/v1/notices/current?id=consent-banner&language=fr').expect(404);
      await app.as('portal').get('/v1/notices/current?id=privacy-policy&purpose=usage-statistics').expect(404);
    });

    it('of any version ever shown are served', async () => {
      const { body } = await app.as('portal').get('/v1/notices/consent-banner/1.0/en').expect(200);
      assert.equal(body.hash, shipped.notice('consent-banner', '1.0')?.texts['en']?.hash);
      await app.as('portal').get('/v1/notices/consent-banner/9.0/en').expect(404);
    });

    it('come with the purposes in the words of a language', async () => {
      const title = async (language: string) => {
        const { body } = await app.as('portal').get(`/v1/purposes${language}`).expect(200);
        return body.purposes.find(({ id }: { id: string }) => id === 'usage-statistics').title;
      };
      assert.equal(await title('?language=de'), 'Nutzungsstatistik');
      assert.equal(await title(''), 'Usage statistics');
      assert.equal(await title('?language=fr'), 'Usage statistics');
    });
  });

  it('write no personal data to the log', () => {
    const log = app.logged.join('\n');
    assert.ok(log.length > 0);
    for (const value of ['visitor-', 'account-', '203.0.113', '198.51.100', 'Firefox/143'])
      assert.equal(log.includes(value), false, value);
  });
});
