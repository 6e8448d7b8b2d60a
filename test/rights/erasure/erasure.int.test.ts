import assert from 'node:assert/strict';
import { subjectScope } from '../../../src/foundations/vault/vault.ts';
import type { Erasure } from '../../../src/rights/erasure/model.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { onBothEngines, onOneEngine } from '../../support/engines.ts';
import { outcomeOf } from './outcome-of.ts';
import { liveThrough, privateDoi, pseudonymsOf, pseudonymsOnDisk, publicDoi } from './person.ts';

const EVERYTHING = {
  'consents.decision': 'removed 2/0/0',
  'consents.evidence': 'removed 2/0/0',
  'consents.link': 'removed 1/0/0',
  'visits.full': 'removed 2/0/0',
  'profiles.identity': 'removed 1/0/0',
  'profiles.contact': 'removed 1/0/0',
  'profiles.interests': 'removed 1/0/0',
  'profiles.location': 'removed 1/0/0',
  'recipients.disclosure': 'removed 1/0/0',
  'content.public-association': 'reduced 0/1/0',
  'content.private-association': 'removed 1/0/0',
};

onBothEngines('Erasure on request', (ground) => {
  let app: TestApp;
  before(async () => {
    app = await openApp(ground());
  });
  after(() => app.close());
  const erase = (id: string, role: 'dpo' | 'platform' = 'dpo') => app.as(role).post(`/v1/subjects/${id}/erasure`);
  const certificates = () => ground().store.read((q) => q.select().from(q.tables.certificates));

  it('says per kind of data what became of it, on which ground something stays, and until when', async () => {
    const { account } = await liveThrough(app, 'ada');
    const { body } = await erase(account).expect(200);
    assert.deepEqual(outcomeOf(body), EVERYTHING);
    assert.deepEqual([body.status, body.verdict, body.keyDestroyed], ['finished', 'complete-with-exceptions', true]);
    const kept = body.holders
      .flatMap(({ categories }: Erasure['holders'][number]) => categories)
      .filter(({ ground: why }: { ground: string | null }) => why !== null);
    assert.equal(kept.length, 1);
    assert.equal(kept[0].ground, 'JustificationA17Archiving');
    assert.match(kept[0].groundInWords, /archiving/i);
    assert.equal(kept[0].reviewAt, '2031-02-28T23:00:00.000Z');
  });

  it('destroys the keys of the account and of the visitors linked to it (REQ-A50)', async () => {
    const left = await liveThrough(app, 'bea');
    const { vault } = ground();
    const scopes = (await pseudonymsOf(vault, left)).map(subjectScope);
    for (const scope of scopes) assert.ok(await vault.existingKey('north', scope));
    await erase(left.account).expect(200);
    for (const scope of scopes) assert.equal(await vault.existingKey('north', scope), undefined);
  });

  it('leaves of a public item exactly the minimum the law allows, and nothing of a private one (REQ-A31)', async () => {
    const { account, publishedAs } = await liveThrough(app, 'cem');
    await erase(account).expect(200);
    const of = async (doi: string) =>
      (
        await app
          .as('platform')
          .get(`/v1/items/${encodeURIComponent(doi)}/associations`)
          .expect(200)
      ).body.items;
    assert.deepEqual(await of(publicDoi('cem')), [
      {
        doi: `https://doi.org/${publicDoi('cem')}`,
        version: '1.0',
        role: 'creator',
        nameAsPublished: publishedAs,
        orcid: 'https://orcid.org/0000-0002-1694-233X',
        publishedOn: '2025-11-30',
        ground: 'JustificationA17Archiving',
        reviewAt: '2031-02-28T23:00:00.000Z',
      },
    ]);
    assert.deepEqual(await of(privateDoi('cem')), []);
  });

  it('is followed by a report that nothing is held, and by no profile, consents or items of the account', async () => {
    const { account, visitor } = await liveThrough(app, 'dag');
    await erase(account).expect(200);
    for (const id of [account, `visitor:${visitor}`]) {
      const { body } = await app.as('dpo').get(`/v1/subjects/${id}/report`).expect(200);
      assert.equal(body.held, false);
      assert.deepEqual(body.categories, []);
      assert.deepEqual(body.history, []);
    }
    await app.as('platform').get(`/v1/subjects/${account}`).expect(404);
    const { body: history } = await app.as('dpo').get(`/v1/subjects/${account}/consents/history`).expect(200);
    assert.deepEqual(history.items, []);
  });

  it('has no second effect when asked twice, and no key comes into being by asking (REQ-A34)', async () => {
    const left = await liveThrough(app, 'eva');
    const { store, vault } = ground();
    await erase(left.account).expect(200);
    const dump = () =>
      store.read(async (q) => {
        const { consentEvents, subjectLinks, visits, profiles, associations } = q.tables;
        const rows: unknown[] = [];
        for (const table of [consentEvents, subjectLinks, visits, profiles, associations])
          rows.push(await q.select().from(table));
        return rows;
      });
    const before = await dump();
    const { body } = await erase(left.account).expect(200);
    assert.deepEqual(outcomeOf(body), {});
    assert.equal(body.verdict, 'complete');
    assert.deepEqual(await dump(), before);
    for (const subjectId of await pseudonymsOf(vault, left))
      assert.equal(await vault.existingKey('north', subjectScope(subjectId)), undefined);
  });

  it('answers a repeat of the same request as the first time, and does nothing more', async () => {
    const left = await liveThrough(app, 'fay');
    const first = await erase(left.account).set('Idempotency-Key', '"once"').expect(200);
    const before = await certificates();
    const again = await erase(left.account).set('Idempotency-Key', '"once"').expect(200);
    assert.deepEqual(again.body, first.body);
    assert.equal((await certificates()).length, before.length);
    for (const subjectId of await pseudonymsOf(ground().vault, left))
      assert.equal(await ground().vault.existingKey('north', subjectScope(subjectId)), undefined);
  });

  it('needs an Idempotency-Key', async () => {
    const { body } = await erase('anybody').unset('Idempotency-Key').expect(400);
    assert.match(body.type, /idempotency-key-required/);
  });

  it('answers also for somebody nobody ever heard of: nothing was held', async () => {
    const { body } = await erase('a-stranger').expect(200);
    assert.deepEqual(outcomeOf(body), {});
    assert.equal(body.verdict, 'complete');
  });

  it('leaves everybody else, and the same id in another tenant, alone', async () => {
    const other = await liveThrough(app, 'gro');
    const left = await liveThrough(app, 'hal');
    await app.as('platform', 'south').put(`/v1/subjects/${left.account}`).send({ name: 'Of the south' }).expect(201);
    const report = (id: string) => app.as('dpo').get(`/v1/subjects/${id}/report`).expect(200);
    const before = (await report(other.account)).body;
    await erase(left.account).expect(200);
    assert.deepEqual((await report(other.account)).body.counts, before.counts);
    await app.as('platform', 'south').get(`/v1/subjects/${left.account}`).expect(200);
  });

  it('forgets a visitor alone, and then not the account they are linked to', async () => {
    const { account, visitor } = await liveThrough(app, 'ida');
    const { body } = await erase(`visitor:${visitor}`).expect(200);
    assert.deepEqual(outcomeOf(body), {
      'consents.decision': 'removed 1/0/0',
      'consents.evidence': 'removed 1/0/0',
      'consents.link': 'removed 1/0/0',
      'visits.full': 'removed 2/0/0',
    });
    await app.as('platform').get(`/v1/subjects/${account}`).expect(200);
  });

  it('leaves visits of nobody in particular alone', async () => {
    const { account } = await liveThrough(app, 'jon');
    await app.as('platform').post('/v1/visits').send({ address: '198.51.100.3' }).expect(201);
    await erase(account).expect(200);
    const visits = await ground().store.read((q) => q.select().from(q.tables.visits));
    assert.ok(visits.some(({ subjectId, network }) => subjectId === null && network === '198.51.100.0'));
  });

  it('can be read again by its id, in its own tenant, and proves itself by a certificate without any person', async () => {
    const left = await liveThrough(app, 'kai');
    const { body } = await erase(left.account).expect(200);
    const read = await app.as('auditor').get(`/v1/erasures/${body.erasureId}`).expect(200);
    assert.deepEqual(read.body, body);
    await app.as('auditor', 'south').get(`/v1/erasures/${body.erasureId}`).expect(404);
    const certificate = (await certificates()).find(({ certificateId }) => certificateId === body.certificateId);
    assert.equal(certificate?.kind, 'erasure');
    const text = JSON.stringify(certificate);
    for (const value of [...Object.values(left), ...(await pseudonymsOf(ground().vault, left))])
      assert.ok(!text.includes(value), value);
    assert.ok(text.includes(app.policies.current().hash));
  });

  it('keeps no pseudonym of the person in any table once it is finished', async () => {
    const left = await liveThrough(app, 'lea');
    const hold = { kind: 'legal', reference: 'case-1', subject: left.account };
    const placed = await app.as('dpo').post('/v1/holds').send(hold).expect(201);
    await app.as('dpo').post(`/v1/holds/${placed.body.holdId}/release`).expect(200);
    const plan = await app.as('dpo').post('/v1/retention/plans').send({ asOf: '2029-03-01T12:00:00Z' }).expect(201);
    await erase(left.account).expect(200);
    const { body: after } = await app.as('dpo').get(`/v1/retention/plans/${plan.body.planId}`).expect(200);
    assert.deepEqual(after.digest, plan.body.digest);
    const { body: holds } = await app.as('dpo').get('/v1/holds').expect(200);
    assert.equal(holds.items.at(-1).forEverybody, false);
    const pseudonyms = await pseudonymsOnDisk(ground().vault, left);
    const { store } = ground();
    const everything = await store.read(async (q) => {
      const rows: unknown[] = [];
      for (const table of Object.values(q.tables)) rows.push(await q.select().from(table as never));
      return JSON.stringify(rows);
    });
    for (const pseudonym of pseudonyms) assert.ok(!everything.includes(pseudonym));
  });

  it('is in the audit log from beginning to end, under a name that leads to nobody any more', async () => {
    const left = await liveThrough(app, 'mia');
    const [account = ''] = await pseudonymsOf(ground().vault, left);
    const commitment = await ground().vault.commitment('north', account);
    const { body } = await erase(left.account, 'platform').expect(200);
    const entries = await ground().store.read((q) => q.select().from(q.tables.auditEntries));
    const actions = entries
      .filter(({ detail }) => (detail as { erasure?: string }).erasure === body.erasureId)
      .map(({ action }) => action);
    for (const action of ['erasure.started', 'erasure.holder-done', 'erasure.finished'])
      assert.ok(actions.includes(action), action);
    const mine = entries.filter(({ entryId, subject }) => subject === commitment.subjectOf(entryId));
    assert.ok(mine.some(({ action }) => action === 'erasure.started'));
    assert.deepEqual([...new Set(mine.map(({ subjectIndex }) => subjectIndex))], [null], 'nothing finds or joins them');
    const finished = entries.find(
      ({ action, detail }) =>
        action === 'erasure.finished' && (detail as { erasure: string }).erasure === body.erasureId,
    );
    assert.equal(finished?.role, 'platform');
    const [entry] = mine;
    const again = await ground().vault.commitment('north', account);
    assert.ok(entry && again.subjectOf(entry.entryId) !== entry.subject, 'who comes back has another name');
  });
});

onOneEngine('An erasure by whoever may not', (ground) => {
  let app: TestApp;
  before(async () => {
    app = await openApp(ground());
  });
  after(() => app.close());

  for (const role of ['admin', 'auditor', 'operator', 'portal'] as const)
    it(`is not for ${role}`, () => app.as(role).post('/v1/subjects/ada/erasure').expect(403));
});
