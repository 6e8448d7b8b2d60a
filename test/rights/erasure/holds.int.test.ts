import assert from 'node:assert/strict';
import { interruptedWork } from '../../../jobs/interrupted-work.ts';
import { createLog } from '../../../src/foundations/process/log.ts';
import { subjectScope } from '../../../src/foundations/vault/vault.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { onBothEngines } from '../../support/engines.ts';
import { outcomeOf } from './outcome-of.ts';
import { liveThrough, pseudonymsOf, type Traces } from './person.ts';

const quiet = createLog('silent', { write: () => undefined });

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

  describe('goes on by itself once nothing protects it any more', () => {
    const job = async () => {
      const { services } = app;
      return interruptedWork.run({ services, context: await app.contextOf('north', 'operator'), log: quiet });
    };
    const now = async (erasureId: string) => (await app.as('dpo').get(`/v1/erasures/${erasureId}`).expect(200)).body;
    const rowsOf = (account: string) =>
      ground().store.read(async (q) => {
        const subjectId = await ground().vault.subjectId('north', 'account', account);
        return (await q.select().from(q.tables.profiles)).filter((row) => row.subjectId === subjectId);
      });
    const gone = async (left: Traces) => {
      assert.equal((await report(left.account)).held, false);
      for (const subjectId of await pseudonymsOf(ground().vault, left))
        assert.equal(await ground().vault.existingKey('north', subjectScope(subjectId)), undefined);
    };

    it('wholly, with the minute’s job; it is one erasure, told and certified as one', async () => {
      await job();
      const left = await liveThrough(app, 'bea');
      const placed = await hold({ subject: left.account });
      const first = await erase(left.account);
      assert.equal(first.resumes, true);
      assert.deepEqual(await job(), { erasures: 0, requests: 0, sweeps: 0 }, 'nothing while it is held');
      // However long that takes, nothing new of theirs comes in that would go with the rest.
      const today = app.time.now;
      app.time.now = new Date(today.getTime() + 800 * 86_400_000);
      await app.services.housekeeping();
      await app.as('platform').put(`/v1/subjects/${left.account}`).send({ name: 'Again' }).expect(409);
      const admission = { reason: 'asked-to-return' };
      await app.as('dpo').post(`/v1/subjects/${left.account}/admission`).send(admission).expect(409);
      app.time.now = today;
      assert.equal((await now(first.erasureId)).certificateId, first.certificateId);
      await release(placed);
      await job();
      await gone(left);
      const then = await now(first.erasureId);
      assert.deepEqual([then.status, then.keyDestroyed, then.resumes], ['finished', true, undefined]);
      assert.notEqual(then.certificateId, first.certificateId);
      await app.as('dpo').post(`/v1/subjects/${left.account}/admission`).send(admission).expect(200);
      assert.deepEqual(
        [outcomeOf(then)['profiles.identity'], outcomeOf(then)['visits.full']],
        ['removed 1/0/0', 'removed 2/0/0'],
      );
      assert.deepEqual(await job(), { erasures: 0, requests: 0, sweeps: 0 });
      const rows = await ground().store.read((q) => q.select().from(q.tables.erasures));
      const row = rows.find(({ erasureId }) => erasureId === first.erasureId);
      assert.deepEqual([row?.held, row?.subjectId], [null, null], 'and no pseudonym is left of it');
    });

    it('with the next sweep too, and with it the address by which a half-held person could still be found', async () => {
      const left = await liveThrough(app, 'boe');
      const placed = await hold({ subject: left.account, category: 'profiles.contact' });
      const { erasureId } = await erase(left.account);
      assert.notEqual((await rowsOf(left.account))[0]?.emailIndex, null);
      await release(placed);
      const { sweeps } = app.services.retention;
      const context = await app.contextOf('north', 'operator');
      await sweeps.run(context, (await sweeps.open(context, {})).sweepId);
      assert.deepEqual(await rowsOf(left.account), []);
      await gone(left);
      const then = outcomeOf(await now(erasureId));
      assert.equal(then['profiles.contact'], 'removed 1/0/0');
      assert.equal(then['profiles.identity'], 'removed 1/0/0', 'what went before is told with it');
    });

    it('when it ends by its day, and as far as no other hold stands', async () => {
      const left = await liveThrough(app, 'bix');
      const until = new Date(app.time.now.getTime() + 86_400_000).toISOString();
      await hold({ subject: left.account, category: 'profiles.contact', until });
      const other = await hold({ subject: left.account, category: 'profiles.location', kind: 'restriction' });
      const { erasureId } = await erase(left.account);
      const then = app.time.now;
      app.time.now = new Date(Date.parse(until) + 1);
      await job();
      const half = await now(erasureId);
      assert.deepEqual(
        [outcomeOf(half)['profiles.contact'], outcomeOf(half)['profiles.location'], half.resumes, half.keyDestroyed],
        ['removed 1/0/0', 'held 0/0/1', true, false],
      );
      await release(other);
      await job();
      await gone(left);
      app.time.now = then;
    });

    it('also what an officer decided on it, item by item', async () => {
      const left = await liveThrough(app, 'bor');
      const placed = await hold({ subject: left.account, category: 'content.public-association' });
      const services = app.services.erasures;
      const { erasureId } = await services.erase(await app.contextOf('north', 'dpo'), left.account, {
        ground: '17-1-b',
        categories: { 'content.public-association': { action: 'erase' } },
      });
      assert.equal(outcomeOf(await now(erasureId))['content.public-association'], 'held 0/0/1');
      await release(placed);
      await job();
      assert.equal(outcomeOf(await now(erasureId))['content.public-association'], 'removed 1/0/0');
    });

    it('and is completed when it is cut off there', async () => {
      const left = await liveThrough(app, 'bud');
      const placed = await hold({ subject: left.account });
      const { erasureId } = await erase(left.account);
      await release(placed);
      const { shred } = ground().vault;
      ground().vault.shred = () => Promise.reject(new Error('cut'));
      await assert.rejects(job());
      ground().vault.shred = shred;
      assert.equal((await now(erasureId)).status, 'running');
      await job();
      await gone(left);
    });
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

  it('is bound to a preview under a hold as well, whenever it is ordered', async () => {
    const { account } = await liveThrough(app, 'ina');
    await hold({ subject: account });
    const preview = () => app.as('dpo').post(`/v1/subjects/${account}/erasure/preview`).send({ ground: '17-1-b' });
    const { digest } = (await preview().expect(200)).body;
    app.time.now = new Date(app.time.now.getTime() + 1000);
    assert.equal((await preview().expect(200)).body.digest, digest);
  });

  it('is stopped by a hold on everybody', async () => {
    const { account } = await liveThrough(app, 'ida');
    const placed = await hold({ category: 'profiles.identity' });
    assert.equal(outcomeOf(await erase(account))['profiles.identity'], 'held 0/0/1');
    await release(placed);
  });
});
