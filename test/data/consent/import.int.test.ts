import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { openApp, type TestApp } from '../../support/app.ts';
import { agreedFolder } from '../../support/approved.ts';
import { onBothEngines } from '../../support/engines.ts';
import { line, sent, TEXT } from './import-stage.ts';
import { decision, eventsOf, FIREFOX } from './stage.ts';

const NOW = '2026-03-02T12:00:00Z';

onBothEngines('Consents brought along', (ground) => {
  let app: TestApp;
  before(async () => {
    app = await openApp(ground(), { now: NOW, policies: agreedFolder(ground().folder) });
  });
  after(() => app.close());
  let people = 0;
  const somebody = () => ({ kind: 'visitor' as const, id: `brought-${++people}` });
  const stateOf = async (id: string, purpose = 'usage-statistics') => {
    const { body } = await app.as('platform').get(`/v1/subjects/visitor:${id}/consents`).expect(200);
    return body.purposes.find((one: { purpose: string }) => one.purpose === purpose);
  };
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

  it('count from their true time, and say that they were imported, when, and who vouches for them', async () => {
    const subject = somebody();
    const run = await sent(app, [line({ subject, vouchedBy: { party: 'platform-provider' } })]);
    assert.deepEqual([run.state, run.counts], ['imported', { consent: { taken: 1, known: 0, faulty: 0 } }]);
    const state = await stateOf(subject.id);
    assert.deepEqual(
      [state.status, state.permitsProcessing, state.source, state.decidedAt, state.recordedAt, state.expiresAt],
      ['given', true, 'import', '2026-01-10T09:00:00.000Z', '2026-03-02T12:00:00.000Z', '2026-07-09T22:00:00.000Z'],
    );
    assert.deepEqual(state.notice, { id: 'imported-north', version: '3.2', language: 'en', hash: sha256(TEXT) });
    const { vouchedBy } = state.imported;
    assert.deepEqual(
      [state.imported.at, vouchedBy.party.id, vouchedBy.reason],
      ['2026-03-02T12:00:00.000Z', 'platform-provider', null],
    );
    const { text } = await app
      .as('nobody')
      .get(`/notices/${sha256(TEXT)}`)
      .expect(200);
    assert.match(text, /We count visits\. Do you agree\?/);
  });

  it('show in every form of their receipt that they do not come from here', async () => {
    const subject = somebody();
    await sent(app, [line({ subject })]);
    const { eventId } = await stateOf(subject.id);
    const { body: bundle } = await app.as('nobody').get(`/receipts/north/${eventId}`).set('Accept', 'application/json');
    const { body: kantara } = await app.as('nobody').get(`/receipts/north/${eventId}/receipt.json`).expect(200);
    const { text: jsonld } = await app.as('nobody').get(`/receipts/north/${eventId}/receipt.jsonld`).expect(200);
    const iso = JSON.parse(jsonld);
    const said = /imported on 2 March 2026.*export of the consent manager used before/;
    assert.match(kantara.collectionMethod, said);
    assert.equal(kantara.consentTimestamp, Date.parse('2026-01-10T09:00:00Z') / 1000);
    const status = iso['dpv:hasRecordOfActivity']['dpv:hasConsentStatus'];
    assert.match(status['dct:provenance'], said);
    assert.equal(status['dpv:isIndicatedAtTime'], '2026-01-10T09:00:00.000Z');
    assert.equal(iso['dct:created'], '2026-03-02T12:00:00.000Z');
    const { text: page } = await app
      .as('nobody')
      .get(`/receipts/north/${eventId}`)
      .set('Accept', 'text/html')
      .expect(200);
    assert.match(page, said);
    assert.ok(bundle);
    await app
      .as('nobody')
      .post(`/receipts/north/${eventId}/withdrawal`)
      .expect(({ status: code }) => assert.ok(code < 400));
    assert.equal((await stateOf(subject.id)).status, 'withdrawn');
  });

  it('have expired where their time was over, and are due at once where their retention was', async () => {
    const [expired, old] = [somebody(), somebody()];
    await sent(app, [
      line({ subject: expired, decidedAt: '2025-04-02T12:00:00Z' }),
      line({ subject: old, decidedAt: '2018-01-02T12:00:00Z' }),
    ]);
    for (const { id } of [expired, old]) {
      const state = await stateOf(id);
      assert.deepEqual([state.status, state.because, state.permitsProcessing], ['expired', 'expired', false]);
    }
    const { body: plan } = await app.as('operator').post('/v1/retention/plans').send({}).expect(201);
    const rule = plan.rules.find((one: { category: string }) => one.category === 'consents.decision');
    assert.deepEqual([rule.due, rule.oldest.slice(0, 4)], [1, '2018']);
  });

  it('keep evidence reduced and sealed', async () => {
    const subject = somebody();
    await sent(app, [line({ subject, evidence: { address: '203.0.113.77', userAgent: FIREFOX } })]);
    const [row] = await eventsOf(ground(), subject);
    assert.ok(row?.evidenceSealed);
    const key = await ground().vault.key('north', `subject:${row.subjectId}`);
    const place = { tenant: 'north', table: 'consent_events', column: 'evidence_sealed', row: row.eventId };
    assert.deepEqual(JSON.parse(key.open(place, row.evidenceSealed) as string), {
      network: '203.0.113.0',
      browser: 'Firefox',
      browserMajor: '143',
      platform: 'Linux',
    });
  });

  it('stand after a banner that was shown here before they came, and can be withdrawn then', async () => {
    const subject = somebody();
    await app
      .as('platform')
      .post('/v1/consents')
      .send(decision({ subject, status: 'deferred' }))
      .expect(201);
    await sent(app, [line({ subject })]);
    const { status, eventId } = await stateOf(subject.id);
    assert.equal(status, 'given');
    await app
      .as('nobody')
      .post(`/receipts/north/${eventId}/withdrawal`)
      .expect(({ status: code }) => assert.ok(code < 400));
    assert.equal((await stateOf(subject.id)).status, 'withdrawn');
  });

  it('never stand over a decision that was recorded here at a later time, and stand over an earlier one', async () => {
    const subject = somebody();
    await app
      .as('platform')
      .post('/v1/consents')
      .send(decision({ subject, status: 'refused' }))
      .expect(201);
    await sent(app, [line({ subject })]);
    assert.equal((await stateOf(subject.id)).status, 'refused');
    app.time.now = new Date('2026-03-04T12:00:00Z');
    await sent(app, [line({ subject, decidedAt: '2026-03-03T12:00:00Z' })]);
    assert.equal((await stateOf(subject.id)).status, 'given');
    app.time.now = new Date(NOW);
  });

  it('come with their history in one line, and are told of in history and report', async () => {
    const subject = somebody();
    const { status: _, decidedAt: __, notice, ...rest } = line({ subject });
    const decisions = [
      { status: 'withdrawn', decidedAt: '2026-02-01T08:00:00Z' },
      { status: 'given', decidedAt: '2026-01-01T08:00:00Z', notice },
    ];
    assert.equal((await sent(app, [{ ...rest, decisions }])).counts['consent']?.taken, 1);
    assert.equal((await stateOf(subject.id)).status, 'withdrawn');
    const { body } = await app.as('dpo').get(`/v1/subjects/visitor:${subject.id}/consents/history`).expect(200);
    assert.deepEqual(
      body.items.map((one: { status: string; decidedAt: string }) => [one.status, one.decidedAt.slice(0, 10)]),
      [
        ['given', '2026-01-01'],
        ['withdrawn', '2026-02-01'],
      ],
    );
    const { body: report } = await app.as('dpo').get(`/v1/subjects/visitor:${subject.id}/report`).expect(200);
    assert.match(JSON.stringify(report), /"vouchedBy":"export of the consent manager used before"/);
  });

  it('are taken once for ever, also after they have expired here and been forgotten', async () => {
    const subject = somebody();
    const one = line({ subject, decidedAt: '2018-01-02T12:00:00Z' });
    await sent(app, [one]);
    const context = await app.contextOf('north', 'operator');
    const { sweeps } = app.services.retention;
    await sweeps.run(context, (await sweeps.open(context, {})).sweepId);
    assert.equal((await eventsOf(ground(), subject)).length, 0);
    const again = await sent(app, [line({ subject: somebody() }), one]);
    assert.deepEqual(again.counts, { consent: { taken: 1, known: 1, faulty: 0 } });
    assert.equal((await eventsOf(ground(), subject)).length, 0);
  });

  it('are refused of whom was erased here, of what is not known here, and of the future, each with its pointer', async () => {
    const erased = { kind: 'account', id: `erased-${++people}` };
    await sent(app, [line({ subject: erased })]);
    await app.as('dpo').post(`/v1/subjects/account:${erased.id}/erasure`).expect(200);
    const run = await sent(app, [
      line({ subject: somebody(), purpose: 'no-such-purpose' }),
      line({ subject: somebody(), decidedAt: '2027-01-01T00:00:00Z' }),
      line({ subject: somebody(), notice: { id: 'consent-banner', version: '9.9', language: 'en' } }),
      line({ subject: somebody(), vouchedBy: {} }),
      line({ subject: somebody(), vouchedBy: { party: 'nobody-known' } }),
      line({ subject: somebody(), notice: undefined }),
      line({ subject: somebody(), status: undefined }),
      line({ subject: somebody(), notice: { id: 'consent-banner', version: '1.0', language: 'en' } }),
      line({ subject: erased, decidedAt: '2026-01-11T09:00:00Z' }),
    ]);
    assert.deepEqual(run.counts, { consent: { taken: 1, known: 0, faulty: 8 } });
    const { body } = await app.as('platform').get(`/v1/imports/${run.importId}/faults`).expect(200);
    assert.deepEqual(
      body.items.map(({ line: number, pointer }: { line: number; pointer: string }) => [number, pointer]),
      [
        [1, '/purpose'],
        [2, '/decidedAt'],
        [3, '/notice'],
        [4, '/vouchedBy'],
        [5, '/vouchedBy/party'],
        [6, '/notice'],
        [7, '/status'],
        [9, '/subject'],
      ],
    );
  });

  it('are evidence like others: nothing changes them', async () => {
    for (const column of ['imported_at', 'vouched_by'])
      await assert.rejects(
        ground().store.write((tx) => tx.run(sql`UPDATE consent_events SET ${sql.identifier(column)} = NULL`)),
      );
  });
});
