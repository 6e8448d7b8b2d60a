import assert from 'node:assert/strict';
import { join } from 'node:path';
import { asc } from 'drizzle-orm';
import { createProfilesHolder } from '../../../src/data/profiles/holder.ts';
import type { ProfileInput } from '../../../src/data/profiles/model.ts';
import { createProfiles } from '../../../src/data/profiles/service.ts';
import { createProcessing } from '../../../src/data/retention/processing.ts';
import { createSuppression } from '../../../src/data/suppression/service.ts';
import { packageRoot } from '../../../src/foundations/process/package-root.ts';
import { subjectOf } from '../../../src/foundations/vault/subjects.ts';
import { openPolicies } from '../../../src/register/policies/policies.ts';
import { testContext } from '../../support/context.ts';
import { collected, dueRows, erasureOrder, exportedNames, sweepAll } from '../../support/due.ts';
import { onBothEngines } from '../../support/engines.ts';

const policies = openPolicies(join(packageRoot, 'policies'));
const whole: ProfileInput = {
  name: 'Ada Löfgren',
  email: 'ada@example.org',
  title: 'Professor',
  interests: ['glaciology'],
  city: 'Tromsø',
  country: 'NO',
};
const CATEGORIES = ['profiles.identity', 'profiles.contact', 'profiles.interests', 'profiles.location'];

onBothEngines('The holder of profiles', (ground) => {
  const context = testContext();
  const holder = () => createProfilesHolder({ vault: ground().vault });
  const profiles = () =>
    createProfiles({
      ...ground(),
      policies,
      processing: createProcessing(policies),
      suppression: createSuppression({ ...ground(), policies }),
    });
  const personOf = async (id: string) => {
    const { subjectId } = await subjectOf(ground().vault, 'north', { kind: 'account', id });
    return { tenantId: 'north', timeZone: 'Europe/Berlin', subjectIds: [subjectId] };
  };
  const rows = () =>
    ground().store.read((q) => q.select().from(q.tables.profiles).orderBy(asc(q.tables.profiles.subjectId)));
  const erase = async (id: string, decisions: Parameters<typeof erasureOrder>[0]) => {
    const person = await personOf(id);
    return ground().store.write((tx) => holder().erase(tx, person, erasureOrder(decisions)));
  };
  beforeEach(() =>
    ground().store.write(async (tx) => {
      await tx.delete(tx.tables.profiles);
    }),
  );

  it('exports everything of a profile, under the names it declares', async () => {
    await profiles().put(context, 'ada', whole);
    const person = await personOf('ada');
    const records = await ground().store.read((q) => collected(holder().export(q, person)));
    assert.deepEqual(
      records.map(({ category }) => category),
      CATEGORIES,
    );
    for (const { category, fields } of records)
      assert.deepEqual(Object.keys(fields).sort(), exportedNames(holder(), category));
    const all = Object.assign({}, ...records.map(({ fields }) => fields));
    for (const [name, value] of Object.entries(whole)) assert.deepEqual(all[name], value);
    assert.equal(all.account, 'ada');
  });

  it('exports nothing of anybody else', async () => {
    await profiles().put(context, 'ada', whole);
    const person = await personOf('bea');
    assert.deepEqual(await ground().store.read((q) => collected(holder().export(q, person))), []);
  });

  it('erases a person whole, and a second time without effect', async () => {
    await profiles().put(context, 'ada', whole);
    await profiles().put(context, 'bea', whole);
    const outcomes = await erase('ada', {});
    assert.deepEqual(
      outcomes.map(({ category, removed }) => [category, removed]),
      CATEGORIES.map((category) => [category, 1]),
    );
    assert.equal((await rows()).length, 1);
    assert.ok((await erase('ada', {})).every(({ removed, retained }) => removed + retained === 0));
    const person = await personOf('ada');
    const counts = await ground().store.read((q) => holder().count(q, person));
    assert.deepEqual(counts, Object.fromEntries(CATEGORIES.map((category) => [category, 0])));
  });

  it('keeps a category that is retained or held, says why, and empties the others', async () => {
    await profiles().put(context, 'ada', whole);
    const outcomes = await erase('ada', {
      'profiles.identity': { action: 'retain', ground: 'JustificationA17LegalClaims' },
      'profiles.location': { action: 'held', ground: 'legal' },
    });
    const [row] = await rows();
    assert.ok(row?.nameSealed && row.accountSealed && row.citySealed);
    assert.deepEqual([row.emailSealed, row.emailIndex, row.interestsSealed], [null, null, null]);
    const identity = outcomes.find(({ category }) => category === 'profiles.identity');
    assert.deepEqual(identity, {
      category: 'profiles.identity',
      removed: 0,
      reduced: 0,
      retained: 1,
      ground: 'JustificationA17LegalClaims',
      reviewAt: undefined,
    });
    const person = await personOf('ada');
    const counts = await ground().store.read((q) => holder().count(q, person));
    assert.deepEqual(Object.values(counts), [1, 0, 0, 1]);
  });

  describe('under retention', () => {
    const before = new Date('2024-03-01T00:00:00Z');
    const due = (category: string, held: string[] = [], clock = 'last-activity') =>
      dueRows({ category, action: 'erase', clock, before }, held);
    const put = (id: string, lastActivityAt: string, fields: ProfileInput = whole) =>
      profiles().put(context, id, { ...fields, lastActivityAt });

    it('plans exactly what it then erases, leaves out holds, and is done', async () => {
      await put('old-1', '2020-01-01T00:00:00Z');
      await put('old-2', '2021-01-01T00:00:00Z');
      await put('old-held', '2020-06-01T00:00:00Z');
      await put('new', '2024-03-01T00:00:00Z');
      await put('no-mail', '2020-01-01T00:00:00Z', { name: 'No Mail' });
      const held = (await personOf('old-held')).subjectIds;
      const wanted = due('profiles.contact', held);
      const plan = await ground().store.read((q) => holder().plan(q, wanted));
      assert.deepEqual(
        { due: plan.due, held: plan.held, total: plan.total, oldest: plan.oldest?.toISOString() },
        { due: 2, held: 1, total: 4, oldest: '2020-01-01T00:00:00.000Z' },
      );
      const treated = await sweepAll(ground().store, holder(), wanted, 1);
      assert.equal(
        treated.reduce((a, b) => a + b),
        plan.due,
      );
      const after = await ground().store.read((q) => holder().plan(q, wanted));
      assert.deepEqual([after.due, after.held, after.total], [0, 1, 2]);
      assert.notEqual(after.digest, plan.digest);
      const emptied = (await rows()).filter(({ emailSealed, nameSealed }) => !emailSealed && nameSealed);
      assert.equal(emptied.length, 3);
      assert.ok(emptied.every(({ emailIndex }) => emailIndex === null));
      assert.deepEqual((await profiles().search(context, 'ada@example.org')).items.length, 2);
    });

    it('removes the row once every category has run, and only then', async () => {
      await put('old', '2020-01-01T00:00:00Z');
      await put('new', '2024-03-01T00:00:00Z');
      for (const category of CATEGORIES) {
        assert.equal((await rows()).length, 2, category);
        await sweepAll(ground().store, holder(), due(category), 10);
      }
      assert.equal((await rows()).length, 1);
    });

    it('makes an entity tag read before the sweep stale', async () => {
      const { etag } = await put('old', '2020-01-01T00:00:00Z');
      await sweepAll(ground().store, holder(), due('profiles.location'), 10);
      await assert.rejects(profiles().patch(context, 'old', { city: 'Oslo' }, etag), { type: 'precondition-failed' });
    });

    it('tells the account no more once its identity is erased, and takes it up when the platform states it again', async () => {
      await put('old', '2020-01-01T00:00:00Z');
      await sweepAll(ground().store, holder(), due('profiles.identity'), 10);
      const { profile, etag } = await profiles().get(context, 'old');
      assert.deepEqual([profile.id, profile.name, profile.email], [undefined, undefined, whole.email]);
      const moved = await profiles().patch(context, 'old', { city: 'Oslo' }, etag);
      assert.equal(moved.profile.id, undefined);
      assert.equal((await profiles().put(context, 'old', whole)).profile.id, 'old');
    });

    it('counts from the last change where a rule says so', async () => {
      await put('old', '2020-01-01T00:00:00Z');
      const plan = await ground().store.read((q) => holder().plan(q, due('profiles.contact', [], 'updated')));
      assert.equal(plan.due, 0);
    });

    it('keeps other tenants out of plan and sweep', async () => {
      await profiles().put(testContext({ tenantId: 'south' }), 'old', {
        ...whole,
        lastActivityAt: '2020-01-01T00:00:00Z',
      });
      assert.deepEqual(await sweepAll(ground().store, holder(), due('profiles.contact'), 10), [0]);
      assert.ok((await rows())[0]?.emailSealed);
    });
  });
});
