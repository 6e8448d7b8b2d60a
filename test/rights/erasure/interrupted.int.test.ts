import assert from 'node:assert/strict';
import { buildServices, type Services } from '../../../src/app/services.ts';
import type { Holder } from '../../../src/foundations/holders/holder.ts';
import { createLog } from '../../../src/foundations/process/log.ts';
import { subjectScope, type Vault } from '../../../src/foundations/vault/vault.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { onBothEngines } from '../../support/engines.ts';
import { outcomeOf } from './outcome-of.ts';
import { liveThrough, pseudonymsOf, type Traces } from './person.ts';

/** A crash, as far as an erasure can tell: what was committed stands, nothing further happens. */
class Crash extends Error {}

onBothEngines('An erasure that is interrupted', (ground) => {
  let app: TestApp;
  before(async () => {
    app = await openApp(ground());
  });
  after(() => app.close());

  /** The service as it is just before it crashes: with this vault, these holders. */
  const faulty = (fault: { vault?: Partial<Vault>; holders?: (holders: Holder[]) => Holder[] }): Promise<Services> =>
    buildServices({
      store: ground().store,
      vault: { ...ground().vault, ...fault.vault },
      policies: app.policies,
      clock: () => app.time.now,
      log: createLog('silent', { write: () => undefined }),
      holders: fault.holders,
    });
  const failingAt = (id: string, when: 'before' | 'after') => (holders: Holder[]) =>
    holders.map((holder) =>
      holder.id === id
        ? {
            ...holder,
            erase: async (...call: Parameters<Holder['erase']>) => {
              if (when === 'after') await holder.erase(...call);
              throw new Crash();
            },
          }
        : holder,
    );
  const erasuresOf = (status: string) =>
    ground().store.read(async (q) => (await q.select().from(q.tables.erasures)).filter((row) => row.status === status));
  const entriesOf = async (erasureId: string) =>
    (await ground().store.read((q) => q.select().from(q.tables.auditEntries)))
      .filter(({ detail }) => (detail as { erasure?: string }).erasure === erasureId)
      .map(({ action, detail }) => `${action} ${(detail as { holder?: string }).holder ?? ''}`.trim());

  async function gone(left: Traces) {
    const { body } = await app.as('dpo').get(`/v1/subjects/${left.account}/report`).expect(200);
    assert.equal(body.held, false);
    for (const subjectId of await pseudonymsOf(ground().vault, left))
      assert.equal(await ground().vault.existingKey('north', subjectScope(subjectId)), undefined);
  }

  const EACH_ONCE = [
    'erasure.started',
    'erasure.holder-done consents',
    'erasure.holder-done visits',
    'erasure.holder-done profiles',
    'erasure.holder-done content',
    'erasure.holder-done recipients',
    'erasure.holder-done relations',
    'erasure.holder-done requests',
    'erasure.finished',
  ].sort();

  for (const [what, fault] of [
    ['before the keys are destroyed', { vault: { shred: () => Promise.reject(new Crash()) } }],
    ['at the first holder', { holders: failingAt('consents', 'before') }],
    ['in the middle of a holder’s work', { holders: failingAt('profiles', 'after') }],
    ['at the last holder', { holders: failingAt('recipients', 'after') }],
  ] as const)
    it(`${what} is completed at the next start, each part once`, async () => {
      const left = await liveThrough(app, `ada.${what.length}`);
      const context = await app.contextOf('north', 'dpo');
      await assert.rejects((await faulty(fault)).erasures.erase(context, left.account), Crash);
      const [row] = await erasuresOf('running');
      assert.ok(row);
      for (const subjectId of await pseudonymsOf(ground().vault, left)) {
        const key = await ground().vault.existingKey('north', subjectScope(subjectId));
        assert.equal(key === undefined, 'holders' in fault, 'the key goes before anything else');
      }
      assert.equal((await app.services.erasures.get(context, row.erasureId)).status, 'running');
      assert.deepEqual(await app.services.erasures.resume(context), [row.erasureId]);
      await gone(left);
      const erasure = await app.services.erasures.get(context, row.erasureId);
      assert.equal(erasure.verdict, 'complete-with-exceptions');
      assert.equal(outcomeOf(erasure)['content.public-association'], 'reduced 0/1/0');
      assert.deepEqual((await entriesOf(row.erasureId)).sort(), EACH_ONCE);
      assert.deepEqual(await app.services.erasures.resume(context), []);
      assert.deepEqual((await entriesOf(row.erasureId)).sort(), EACH_ONCE);
    });

  it('does not keep the other holders from erasing when one cannot', async () => {
    const left = await liveThrough(app, 'bea');
    const context = await app.contextOf('north', 'dpo');
    const services = await faulty({ holders: failingAt('consents', 'before') });
    await assert.rejects(services.erasures.erase(context, left.account), Crash);
    const { body } = await app.as('dpo').get(`/v1/subjects/${left.account}/report`).expect(200);
    assert.deepEqual(
      body.categories.map(({ category }: { category: string }) => category.split('.')[0]),
      body.categories.map(() => 'consents'),
    );
    await app.services.erasures.resume(context);
    await gone(left);
  });

  it('is taken up by asking again, and both get the same erasure', async () => {
    const left = await liveThrough(app, 'cem');
    const context = await app.contextOf('north', 'dpo');
    const services = await faulty({ holders: failingAt('profiles', 'before') });
    await assert.rejects(services.erasures.erase(context, left.account), Crash);
    const [row] = await erasuresOf('running');
    const { body } = await app.as('dpo').post(`/v1/subjects/${left.account}/erasure`).expect(200);
    assert.equal(body.erasureId, row?.erasureId);
    await gone(left);
  });

  it('keeps no other one from being completed when it fails again', async () => {
    const [first, second] = [await liveThrough(app, 'dag'), await liveThrough(app, 'eva')];
    const context = await app.contextOf('north', 'dpo');
    const crashing = await faulty({ holders: failingAt('visits', 'before') });
    for (const { account } of [first, second]) await assert.rejects(crashing.erasures.erase(context, account), Crash);
    let failures = 0;
    const onceFailing = await faulty({
      holders: (holders) =>
        holders.map((holder) => ({
          ...holder,
          erase: (...call: Parameters<Holder['erase']>) => {
            if (holder.id === 'visits' && failures++ === 0) throw new Crash();
            return holder.erase(...call);
          },
        })),
    });
    await assert.rejects(onceFailing.erasures.resume(context), Crash);
    await gone(second);
    assert.equal((await erasuresOf('running')).length, 1);
    await app.services.erasures.resume(context);
    await gone(first);
  });

  it('respects a hold placed after it was interrupted, as far as something is still there', async () => {
    const left = await liveThrough(app, 'fay');
    const context = await app.contextOf('north', 'dpo');
    const services = await faulty({ vault: { shred: () => Promise.reject(new Crash()) } });
    await assert.rejects(services.erasures.erase(context, left.account), Crash);
    const [row] = await erasuresOf('running');
    await app
      .as('dpo')
      .post('/v1/holds')
      .send({ kind: 'legal', reference: 'case-1', subject: left.account, category: 'profiles.contact' })
      .expect(201);
    await app.services.erasures.resume(context);
    const erasure = await app.services.erasures.get(context, row?.erasureId as string);
    assert.equal(erasure.keyDestroyed, false);
    assert.equal(outcomeOf(erasure)['profiles.contact'], 'held 0/0/1');
    assert.ok((await entriesOf(erasure.erasureId)).includes('erasure.held-back'));
    assert.equal(outcomeOf(erasure)['profiles.identity'], 'removed 1/0/0');
  });

  it('says that it is incomplete when a holder says it erased what a second look still finds', async () => {
    const left = await liveThrough(app, 'gro');
    const context = await app.contextOf('north', 'dpo');
    const lying = await faulty({
      holders: (holders) =>
        holders.map((holder) =>
          holder.id === 'visits'
            ? { ...holder, erase: async () => [{ category: 'visits.full', removed: 2, reduced: 0, retained: 0 }] }
            : holder,
        ),
    });
    const erasure = await lying.erasures.erase(context, left.account);
    assert.equal(outcomeOf(erasure)['visits.full'], 'failed 0/0/0');
    assert.equal(erasure.verdict, 'incomplete');
  });

  it('has one outcome when two ask at once', async () => {
    const left = await liveThrough(app, 'hal');
    const erase = () => app.as('dpo').post(`/v1/subjects/${left.account}/erasure`).expect(200);
    const answers = await Promise.all([erase(), erase()]);
    await gone(left);
    const removed = answers.map(({ body }) => outcomeOf(body)['profiles.identity'] ?? 'nothing-held');
    const distinct = new Set(answers.map(({ body }) => body.erasureId)).size;
    assert.equal(removed.filter((outcome) => outcome === 'removed 1/0/0').length, distinct === 1 ? 2 : 1);
  });
});
