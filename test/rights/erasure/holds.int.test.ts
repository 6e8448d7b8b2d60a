import assert from 'node:assert/strict';
import { subjectScope } from '../../../src/foundations/vault/vault.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { onBothEngines } from '../../support/engines.ts';
import { outcomeOf } from './outcome-of.ts';
import { liveThrough, pseudonymsOf } from './person.ts';

onBothEngines('Erasure of a person under a hold', (ground) => {
  let app: TestApp;
  before(async () => {
    app = await openApp(ground());
  });
  after(() => app.close());
  const erase = async (id: string) => (await app.as('dpo').post(`/v1/subjects/${id}/erasure`).expect(200)).body;
  const hold = async (input: object) =>
    (
      await app
        .as('dpo')
        .post('/v1/holds')
        .send({ kind: 'legal', reference: 'case-1', ...input })
        .expect(201)
    ).body;
  const release = ({ holdId }: { holdId: string }) => app.as('dpo').post(`/v1/holds/${holdId}/release`).expect(200);
  const report = async (id: string) => (await app.as('dpo').get(`/v1/subjects/${id}/report`).expect(200)).body;

  it('destroys nothing at all when everything is held, not even the key, and says so', async () => {
    const left = await liveThrough(app, 'ada');
    const before = (await report(left.account)).counts;
    await hold({ subject: left.account });
    const body = await erase(left.account);
    assert.ok(Object.values(outcomeOf(body)).every((outcome) => outcome.startsWith('held 0/0/')));
    assert.deepEqual([body.verdict, body.keyDestroyed], ['complete-with-exceptions', false]);
    assert.deepEqual((await report(left.account)).counts, before);
    const kept = body.holders[0].categories[0];
    assert.deepEqual([kept.ground, kept.groundInWords], ['legal', 'legal hold']);
    for (const subjectId of await pseudonymsOf(ground().vault, left))
      assert.ok(await ground().vault.existingKey('north', subjectScope(subjectId)));
  });

  it('destroys everything once the hold is released', async () => {
    const { account } = await liveThrough(app, 'bea');
    const placed = await hold({ subject: account });
    await erase(account);
    await release(placed);
    const body = await erase(account);
    assert.equal(body.keyDestroyed, true);
    assert.equal((await report(account)).held, false);
  });

  it('keeps the key while a held category is sealed under it, and erases all the rest', async () => {
    const left = await liveThrough(app, 'cem');
    await hold({ subject: left.account, category: 'profiles.contact' });
    const body = await erase(left.account);
    const outcomes = outcomeOf(body);
    assert.equal(outcomes['profiles.contact'], 'held 0/0/1');
    assert.equal(outcomes['profiles.identity'], 'removed 1/0/0');
    assert.equal(outcomes['visits.full'], 'removed 2/0/0');
    assert.equal(body.keyDestroyed, false);
    const { categories } = await report(left.account);
    assert.deepEqual(
      categories.map(({ category, records }: { category: string; records: { fields: object }[] }) => [
        category,
        records.map(({ fields }) => fields),
      ]),
      [['profiles.contact', [{ email: left.email }]]],
    );
  });

  it('destroys the key when what is held is not sealed under it', async () => {
    const { account, visitor } = await liveThrough(app, 'dag');
    await app.as('platform').post('/v1/visits').send({ visitor, address: '198.51.100.7' }).expect(201);
    await hold({ subject: account, category: 'consents.link' });
    const body = await erase(account);
    assert.equal(outcomeOf(body)['consents.link'], 'held 0/0/1');
    assert.equal(body.keyDestroyed, true);
  });

  it('keeps the decisions whose evidence is held, since the evidence lies in them, and calls that held, not failed', async () => {
    const { account } = await liveThrough(app, 'eva');
    await hold({ subject: account, category: 'consents.evidence' });
    const body = await erase(account);
    assert.equal(outcomeOf(body)['consents.evidence'], 'held 0/0/2');
    assert.equal(outcomeOf(body)['consents.decision'], 'held 0/0/2');
    assert.equal(body.verdict, 'complete-with-exceptions');
  });

  it('protects the data of a visitor whose account is held', async () => {
    const { account, visitor } = await liveThrough(app, 'fay');
    await hold({ subject: account, category: 'visits.full' });
    const body = await erase(`visitor:${visitor}`);
    assert.equal(outcomeOf(body)['visits.full'], 'held 0/0/2');
    assert.equal(body.keyDestroyed, false);
  });

  it('protects an account whose linked visitor is held', async () => {
    const { account, visitor } = await liveThrough(app, 'gro');
    await hold({ subject: `visitor:${visitor}`, category: 'visits.full' });
    const body = await erase(account);
    assert.equal(outcomeOf(body)['visits.full'], 'held 0/0/2');
    assert.equal(outcomeOf(body)['profiles.contact'], 'removed 1/0/0');
  });

  it('is not hindered by a hold on somebody else, nor by one of another tenant', async () => {
    const { account } = await liveThrough(app, 'hal');
    await hold({ subject: 'somebody-else' });
    await app
      .as('dpo', 'south')
      .post('/v1/holds')
      .send({ kind: 'legal', reference: 'case-2', subject: account })
      .expect(201);
    assert.equal((await erase(account)).keyDestroyed, true);
    assert.equal((await report(account)).held, false);
  });

  it('is stopped by a hold on everybody', async () => {
    const { account } = await liveThrough(app, 'ida');
    const placed = await hold({ category: 'profiles.identity' });
    assert.equal(outcomeOf(await erase(account))['profiles.identity'], 'held 0/0/1');
    await release(placed);
  });
});
