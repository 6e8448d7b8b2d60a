import assert from 'node:assert/strict';
import { openApp, type TestApp } from '../../support/app.ts';
import { onBothEngines } from '../../support/engines.ts';
import { ordered } from './order.ts';

// biome-ignore lint/suspicious/noExplicitAny: every answer is held against its schema already.
type Json = Record<string, any>;

// GDPR Art. 17(1)(b): erased "where there is no other legal ground".
onBothEngines('An erasure for one purpose', (ground) => {
  let app: TestApp;
  let n = 0;
  let account: string;
  let visitor: string;
  before(async () => {
    app = await openApp(ground());
  });
  after(() => app.close());
  beforeEach(async () => {
    n += 1;
    account = `account:purpose-${n}`;
    visitor = `0190c7a4-0000-7000-8000-${String(n).padStart(12, '0')}`;
    const platform = app.as('platform');
    await platform
      .put(`/v1/subjects/${account}`)
      .send({ name: 'Ada', email: `ada${n}@example.org` })
      .expect(201);
    await platform
      .put(`/v1/subjects/${account}/items/${encodeURIComponent(`10.5072/q${n}`)}`)
      .send({
        title: 'Lakes',
        version: '1',
        role: 'creator',
        nameAsPublished: 'Ada',
        visibility: 'public',
        publishedOn: '2025-01-01',
      })
      .expect(201);
    await platform.post('/v1/visits').send({ visitor, portal: 'north', address: '203.0.113.9' }).expect(201);
  });

  const order = (who: string, body: object) => ({ expect: (status: number) => ordered(app, who, body, status) });
  const preview = (who: string, body: object) => app.as('dpo').post(`/v1/subjects/${who}/erasure/preview`).send(body);
  const of = ({ holders }: Json, category: string): Json =>
    holders.flatMap(({ categories }: Json) => categories).find((one: Json) => one['category'] === category);
  const decide = (purpose: string, status: string) =>
    app
      .as('platform')
      .post('/v1/consents')
      .send({
        subject: { kind: 'visitor', id: visitor },
        purpose,
        status,
        notice: { id: 'consent-banner', version: '1.1', language: 'en' },
      })
      .expect(201);

  it('erases what only this purpose needed, and keeps and names what another basis covers, field by field', async () => {
    const shown = (await preview(account, { ground: '17-1-a', purpose: 'account-service' }).expect(200)).body;
    const kept = shown.categories.find(({ category }: Json) => category === 'content.public-association');
    assert.equal(kept.action, 'retain');
    const { body } = await order(account, {
      ground: '17-1-a',
      purpose: 'account-service',
      digest: shown.digest,
    }).expect(200);
    for (const category of ['profiles.identity', 'profiles.contact'])
      assert.equal(of(body, category)['result'], 'removed');
    const item = of(body, 'content.public-association');
    assert.deepEqual([item['result'], item['ground']], ['retained', 'A6-1-e-public-interest']);
    assert.match(item['groundInWords'], /still needed for another purpose: task in the public interest/);
    const [needed, ...others] = item['neededFor'];
    assert.deepEqual(others, []);
    assert.deepEqual([needed.purpose, needed.basis], ['publication-record', 'A6-1-e-public-interest']);
    for (const field of ['doi', 'nameAsPublished', 'orcid', 'role']) assert.ok(needed.fields.includes(field), field);
    assert.equal(body.verdict, 'complete-with-exceptions');
    await app.as('platform').get(`/v1/subjects/${account}`).expect(404);
    const { body: items } = await app.as('platform').get(`/v1/subjects/${account}/items`).expect(200);
    assert.equal(items.items.length, 1);
  });

  it('does what an officer decided of a single item of what stays', async () => {
    const { body } = await order(account, {
      ground: '17-1-a',
      purpose: 'account-service',
      items: [{ doi: `10.5072/q${n}`, decision: 'remove' }],
    }).expect(200);
    assert.deepEqual(of(body, 'content.public-association')['items'], { remove: 1 });
    const { body: items } = await app.as('platform').get(`/v1/subjects/${account}/items`).expect(200);
    assert.deepEqual(items.items, []);
  });

  it('does not keep the person out: they may come back to what they left', async () => {
    await order(account, { ground: '17-1-a', purpose: 'account-service' }).expect(200);
    await app.as('platform').put(`/v1/subjects/${account}`).send({ name: 'Ada again' }).expect(201);
  });

  it('counts another purpose that rests on consent only while the person agrees to it', async () => {
    const request = { ground: '17-1-b', purpose: 'portal-security' };
    await decide('usage-statistics', 'given');
    const action = async () =>
      (await preview(`visitor:${visitor}`, request).expect(200)).body.categories.find(
        ({ category }: Json) => category === 'visits.reduced',
      );
    assert.deepEqual(
      (await action()).neededFor.map(({ purpose }: Json) => purpose),
      ['usage-statistics'],
    );
    await decide('usage-statistics', 'refused');
    const after = await action();
    assert.equal(after.neededFor, undefined);
    assert.notEqual(after.action, 'retain');
  });

  it('does not count a purpose that the person has objected to', async () => {
    const reduced = async () =>
      (
        await preview(`visitor:${visitor}`, { ground: '17-1-b', purpose: 'usage-statistics' }).expect(200)
      ).body.categories.find(({ category }: Json) => category === 'visits.reduced');
    assert.deepEqual(
      (await reduced()).neededFor.map(({ purpose }: Json) => purpose),
      ['portal-security'],
    );
    const hold = { kind: 'objection', reference: 'DSR-2', subject: `visitor:${visitor}`, purpose: 'portal-security' };
    await app.as('dpo').post('/v1/holds').send(hold).expect(201);
    assert.equal((await reduced()).neededFor, undefined);
  });

  it('leaves what an officer decided by category as decided', async () => {
    const { body } = await order(account, {
      ground: '17-1-a',
      purpose: 'account-service',
      categories: { 'content.public-association': { action: 'erase' } },
    }).expect(200);
    assert.equal(of(body, 'content.public-association')['result'], 'removed');
  });

  it('is refused for a purpose nobody declared, with the nearest', async () => {
    const { body } = await order(account, { ground: '17-1-a', purpose: 'acount-service' }).expect(422);
    assert.equal(body.errors[0].pointer, '/purpose');
    assert.match(body.errors[0].detail, /did you mean account-service/);
  });
});
