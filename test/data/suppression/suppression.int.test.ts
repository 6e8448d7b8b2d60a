import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { liveThrough, pseudonymsOf, publicDoi, type Traces } from '../../rights/erasure/person.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { onBothEngines } from '../../support/engines.ts';

onBothEngines('A person who was erased', (ground) => {
  let app: TestApp;
  let ada: Traces;
  before(async () => {
    app = await openApp(ground());
    ada = await liveThrough(app, 'ada');
    await app.as('dpo').post(`/v1/subjects/${ada.account}/erasure`).expect(200);
  });
  after(() => app.close());
  const platform = () => app.as('platform');
  const rows = async () => {
    const { auditEntries: _entries, auditPending: _pending, ...kept } = ground().store.tables;
    const counts: Record<string, number> = {};
    for (const [name, table] of Object.entries(kept))
      if (['profiles', 'associations', 'consentEvents', 'subjectLinks'].includes(name))
        counts[name] = (await ground().store.read((q) => q.select().from(table as typeof kept.profiles))).length;
    return counts;
  };

  const visits = () => ground().store.read((q) => q.select().from(q.tables.visits).orderBy(q.tables.visits.visitId));

  const ways: [what: string, call: () => ReturnType<ReturnType<TestApp['as']>['put']>][] = [
    [
      'a profile that the platform’s synchronisation sends',
      () => platform().put(`/v1/subjects/${ada.account}`).send({ name: 'X' }),
    ],
    [
      'another account with their e-mail address, written another way',
      () => platform().put('/v1/subjects/somebody-new').send({ name: 'X', email: ada.email.toUpperCase() }),
    ],
    [
      'a part in an item',
      () =>
        platform()
          .put(`/v1/subjects/${ada.account}/items/${encodeURIComponent(publicDoi('new'))}`)
          .send({
            title: 'T',
            version: '1',
            role: 'creator',
            nameAsPublished: 'X',
            visibility: 'public',
            publishedOn: '2025-01-01',
          }),
    ],
    ['a link with a browser', () => platform().post(`/v1/subjects/${ada.account}/links`).send({ visitor: 'v-new' })],
    [
      'a decision in their account’s name',
      () =>
        platform()
          .post('/v1/consents')
          .send({
            subject: { kind: 'account', id: ada.account },
            purpose: 'usage-statistics',
            status: 'given',
            notice: { id: 'consent-banner', version: '1.1', language: 'en' },
          }),
    ],
  ];
  for (const [what, call] of ways)
    it(`does not come back through ${what}: 409 says why, and nothing is written, not even a key`, async () => {
      const before = await rows();
      const scopes = await ground().vault.scopes('north', 'subject:', '', 1000);
      const { body, text } = await call().expect(409);
      assert.match(body.type, /erased-subject$/);
      assert.match(body.detail, /was erased on request on 2026-03-01/);
      assert.ok(!text.includes(ada.account) && !text.includes(ada.email));
      assert.deepEqual(await rows(), before);
      assert.deepEqual(await ground().vault.scopes('north', 'subject:', '', 1000), scopes);
    });

  it('is nobody to the portal when their browser comes by: the visit counts, and nothing leads back to them', async () => {
    const { visitor, address, userAgent } = ada;
    const before = await visits();
    const scopes = await ground().vault.scopes('north', 'subject:', '', 1000);
    const { body } = await platform().post('/v1/visits').send({ visitor, address, userAgent }).expect(201);
    assert.equal(body.life, 'reduced');
    await app.as('portal').post('/v1/visits').send({ visitor }).set('User-Agent', userAgent).expect(201);
    await platform()
      .post('/v1/visits/batch')
      .set('Content-Type', 'application/x-ndjson')
      .send(`${JSON.stringify({ visitor, address, userAgent })}\n${JSON.stringify({ visitor: 'other', address })}\n`)
      .expect(200);
    const came = (await visits()).filter(({ visitId }) => !before.some((one) => one.visitId === visitId));
    assert.deepEqual(
      came
        .map(({ life, subjectId, addressSealed, userAgentSealed, addressIndex }) => [
          life,
          [subjectId, addressSealed, userAgentSealed, addressIndex].every((value) => value === null),
        ])
        .sort(),
      [
        ['full', false],
        ['reduced', true],
        ['reduced', true],
        ['reduced', true],
      ],
    );
    const made = (await ground().vault.scopes('north', 'subject:', '', 1000)).filter((one) => !scopes.includes(one));
    assert.equal(made.length, 1, 'the other visitor alone has a key');
  });

  it('keeps others with other addresses free to come', async () => {
    await platform().put('/v1/subjects/bea').send({ name: 'Bea', email: 'bea@example.org' }).expect(201);
    await app.as('platform', 'south').put(`/v1/subjects/${ada.account}`).send({ name: 'Another' }).expect(201);
  });

  it('does not return by a change of somebody’s address to theirs', async () => {
    await platform().put('/v1/subjects/cleo').send({ name: 'Cleo', email: 'cleo@example.org' }).expect(201);
    const { headers } = await platform().get('/v1/subjects/cleo').expect(200);
    await platform()
      .patch('/v1/subjects/cleo')
      .set('If-Match', headers['etag'] as string)
      .send({ email: ada.email })
      .expect(409);
  });

  it('can be told that they are kept out, and until when', async () => {
    const { body } = await app.as('dpo').get(`/v1/subjects/${ada.account}/admission`).expect(200);
    assert.deepEqual(body, {
      suppressed: true,
      erasedAt: '2026-03-01T12:00:00.000Z',
      until: '2027-02-28T23:00:00.000Z',
    });
    const { body: other } = await app.as('dpo').get('/v1/subjects/nobody/admission').expect(200);
    assert.deepEqual(other, { suppressed: false, erasedAt: null, until: null });
  });

  it('is remembered by keyed hashes that are neither their ids nor their pseudonyms', async () => {
    const tokens = await ground().store.read((q) => q.select().from(q.tables.suppressions));
    assert.deepEqual(tokens.map(({ kind }) => kind).sort(), ['account', 'email', 'visitor']);
    const text = JSON.stringify(tokens);
    for (const value of [ada.account, ada.email, ...(await pseudonymsOf(ground().vault, ada))])
      assert.ok(!text.includes(value));
  });

  it('is admitted again only by an act of its own, which is logged', async () => {
    const admit = (body: object) => app.as('dpo').post(`/v1/subjects/${ada.account}/admission`).send(body);
    await admit({}).expect(400);
    await admit({ reason: 'because' }).expect(400);
    await app
      .as('portal')
      .post(`/v1/subjects/${ada.account}/admission`)
      .send({ reason: 'asked-to-return' })
      .expect(403);
    const { body } = await admit({ reason: 'asked-to-return' }).expect(200);
    assert.equal(body.suppressed, false);
    await admit({ reason: 'asked-to-return' }).expect(200);
    const { visitor, address } = ada;
    const { body: visit } = await platform().post('/v1/visits').send({ visitor, address }).expect(201);
    assert.equal(visit.life, 'full', 'and their browser with them');
    const { body: log } = await app.as('auditor').get('/v1/audit?action=subject.admitted').expect(200);
    assert.equal(log.items.length, 1, 'a second admission changes nothing');
    assert.equal(log.items[0].detail.reason, 'asked-to-return');
    await platform().put(`/v1/subjects/${ada.account}`).send({ name: 'Ada', email: ada.email }).expect(201);
    const report = await app.as('dpo').get(`/v1/subjects/${ada.account}/report`).expect(200);
    assert.ok(!report.text.includes(ada.city), 'nothing of what was erased comes back');
  });

  it('is kept out as long as the policies say, whether or not the night has cleaned up', async () => {
    const dan = await liveThrough(app, 'dan');
    await app.as('dpo').post(`/v1/subjects/${dan.account}/erasure`).expect(200);
    const then = app.time.now;
    app.time.now = new Date('2027-02-28T22:59:59Z');
    await platform().put(`/v1/subjects/${dan.account}`).send({ name: 'Dan' }).expect(409);
    app.time.now = new Date('2027-02-28T23:00:00Z');
    await platform().put(`/v1/subjects/${dan.account}`).send({ name: 'Dan' }).expect(201);
    assert.equal((await app.services.housekeeping())['suppressions'], 3);
    assert.deepEqual(await ground().store.read((q) => q.select().from(q.tables.suppressions)), []);
    app.time.now = then;
  });

  it('does not slip in while they are being erased', async () => {
    for (let round = 0; round < 8; round += 1) {
      const account = `racer-${round}`;
      await platform().put(`/v1/subjects/${account}`).send({ name: 'Racer' }).expect(201);
      let running = true;
      const erasure = app
        .as('dpo')
        .post(`/v1/subjects/${account}/erasure`)
        .expect(200)
        .then(() => {
          running = false;
        });
      const pushes: Promise<unknown>[] = [];
      for (let n = 0; running && n < 40; n += 1) {
        pushes.push(
          platform()
            .put(`/v1/subjects/${account}`)
            .send({ name: `Racer ${n}` })
            .then(({ status }) => assert.ok([200, 201, 409, 412].includes(status), String(status))),
        );
        await turn();
      }
      await Promise.all([erasure, ...pushes]);
      await platform().get(`/v1/subjects/${account}`).expect(404);
    }
  });
});
