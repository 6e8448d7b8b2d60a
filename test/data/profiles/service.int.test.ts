import assert from 'node:assert/strict';
import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import fc from 'fast-check';
import type { ProfileInput, ProfilePatch } from '../../../src/data/profiles/model.ts';
import { createProfiles } from '../../../src/data/profiles/service.ts';
import { createProcessing } from '../../../src/data/retention/processing.ts';
import { createSuppression } from '../../../src/data/suppression/service.ts';
import { Problem } from '../../../src/foundations/contract/problem.ts';
import { packageRoot } from '../../../src/foundations/process/package-root.ts';
import { subjectOf } from '../../../src/foundations/vault/subjects.ts';
import { subjectScope } from '../../../src/foundations/vault/vault.ts';
import { openPolicies } from '../../../src/register/policies/policies.ts';
import { asSent } from '../../support/as-sent.ts';
import { testContext } from '../../support/context.ts';
import { onBothEngines } from '../../support/engines.ts';
import { refused } from '../../support/refused.ts';

const policies = openPolicies(join(packageRoot, 'policies'));
const ada: ProfileInput = {
  name: 'Ada Löfgren',
  email: 'Ada.Lofgren@Example.org',
  title: 'Professor',
  interests: ['glaciology', 'ice cores'],
  city: 'Tromsø',
  country: 'NO',
  lastActivityAt: '2026-02-27T08:00:00Z',
};

onBothEngines('Profiles', (ground) => {
  const profiles = () =>
    createProfiles({
      ...ground(),
      policies,
      processing: createProcessing(policies),
      suppression: createSuppression({ ...ground(), policies }),
    });
  const context = testContext();
  const rowOf = async (id: string, tenantId = 'north') => {
    const { subjectId } = await subjectOf(ground().vault, tenantId, { kind: 'account', id });
    const rows = await ground().store.read((q) =>
      q.select().from(q.tables.profiles).where(eq(q.tables.profiles.subjectId, subjectId)),
    );
    return rows[0];
  };
  const audited = () =>
    ground().store.read((q) => q.select().from(q.tables.auditEntries).orderBy(q.tables.auditEntries.entryId));

  it('keeps what was put and gives it back', async () => {
    const put = await profiles().put(context, 'account:ada', ada);
    assert.equal(put.created, true);
    const { profile, etag } = await profiles().get(context, 'ada');
    assert.deepEqual(asSent(profile), {
      id: 'ada',
      ...ada,
      lastActivityAt: '2026-02-27T08:00:00.000Z',
      createdAt: '2026-03-01T12:00:00.000Z',
      updatedAt: '2026-03-01T12:00:00.000Z',
    });
    assert.equal(etag, put.etag);
  });

  it('keeps no field of a person readable in the database', async () => {
    const row = await rowOf('ada');
    assert.ok(row);
    const bytes = Buffer.concat(
      Object.values(row).map((value) => (Buffer.isBuffer(value) ? value : Buffer.from(String(value)))),
    );
    // 'ada' could be the digits of a hash.
    for (const value of ['account:ada', 'Ada', 'Löfgren', 'example.org', 'Professor', 'glaciology', 'Tromsø'])
      assert.equal(bytes.includes(value), false, value);
  });

  it('changes nothing and logs nothing when the same profile is put again', async () => {
    const before = await profiles().get(context, 'ada');
    const entries = (await audited()).length;
    const later = testContext({ at: '2026-03-02T12:00:00Z' });
    const again = await profiles().put(later, 'ada', ada);
    assert.deepEqual({ ...again }, { ...before, created: false });
    assert.equal((await audited()).length, entries);
  });

  it('replaces the whole profile on PUT, and keeps the last activity when none is given', async () => {
    const { profile, created } = await profiles().put(context, 'ada', { name: 'Ada Löfgren', city: 'Oslo' });
    assert.equal(created, false);
    assert.equal(profile.email, undefined);
    assert.equal(profile.lastActivityAt, '2026-02-27T08:00:00.000Z');
    const row = await rowOf('ada');
    assert.deepEqual([row?.emailSealed, row?.emailIndex, row?.countrySealed], [null, null, null]);
    await profiles().put(context, 'ada', ada);
  });

  it('names changed fields in the audit log, never values', async () => {
    const { etag } = await profiles().get(context, 'ada');
    await profiles().patch(context, 'ada', { city: 'Bodø', title: null }, etag);
    const entries = await audited();
    const last = entries.filter(({ action }) => action === 'profile.updated').at(-1);
    assert.deepEqual(last?.detail, { fields: ['title', 'city'] });
    assert.match(last?.subject ?? '', /^[0-9a-f]{32}$/);
    for (const value of ['Bodø', 'Tromsø', 'Professor', 'ada', 'Ada'])
      assert.doesNotMatch(JSON.stringify(entries), new RegExp(`"${value}`), value);
  });

  it('removes with null and keeps what a patch does not name', async () => {
    const { profile } = await profiles().get(context, 'ada');
    assert.equal(profile.title, undefined);
    assert.equal(profile.city, 'Bodø');
    assert.equal(profile.name, ada.name);
    assert.deepEqual(profile.interests, ada.interests);
  });

  it('patches like RFC 7396, whatever the patch', async () => {
    const text = fc.constantFrom('alpha', 'beta', 'gamma');
    const patches = fc.record(
      {
        name: fc.option(text),
        title: fc.option(text),
        city: fc.option(text),
        interests: fc.option(fc.array(text, { maxLength: 2 })),
      },
      { requiredKeys: [] },
    );
    await profiles().put(context, 'patched', {});
    await fc.assert(
      fc.asyncProperty(patches, async (patch) => {
        const before = await profiles().get(context, 'patched');
        const { profile } = await profiles().patch(context, 'patched', patch as ProfilePatch, before.etag);
        const expected: Record<string, unknown> = { ...before.profile, ...patch };
        for (const field of ['name', 'title', 'city', 'interests']) {
          const value = expected[field] ?? undefined;
          assert.deepEqual((profile as Record<string, unknown>)[field], value);
        }
        assert.deepEqual((await profiles().get(context, 'patched')).profile, profile);
      }),
      { numRuns: 25 },
    );
  });

  it('asks for the state a patch or deletion is meant for', async () => {
    const { etag } = await profiles().get(context, 'ada');
    await refused(profiles().patch(context, 'ada', { city: 'Oslo' }, undefined), 'precondition-required');
    await refused(profiles().remove(context, 'ada', undefined), 'precondition-required');
    await refused(profiles().patch(context, 'ada', { city: 'Oslo' }, '"stale"'), 'precondition-failed');
    await refused(profiles().patch(context, 'ada', { city: 'Oslo' }, `W/${etag}`), 'precondition-failed');
    await refused(profiles().put(context, 'ada', ada, '"stale"'), 'precondition-failed');
    await refused(profiles().put(context, 'nobody-yet', ada, '*'), 'precondition-failed');
    await profiles().patch(context, 'ada', { city: 'Oslo' }, `"other", ${etag}`);
  });

  it('lets one of two concurrent changes win and tells the other', async () => {
    const { etag } = await profiles().get(context, 'ada');
    const results = await Promise.allSettled(
      ['Bergen', 'Narvik', 'Hammerfest'].map((city) => profiles().patch(context, 'ada', { city }, etag)),
    );
    assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1);
    for (const result of results)
      if (result.status === 'rejected') assert.equal(result.reason.type, 'precondition-failed');
  });

  it('lets one of several concurrent first puts win and tells the others', async () => {
    const results = await Promise.allSettled(['a', 'b', 'c'].map((name) => profiles().put(context, 'raced', { name })));
    const lost = results.filter((result) => result.status === 'rejected');
    for (const { reason } of lost) assert.equal(reason.type, 'conflict');
    assert.ok(lost.length < 3);
  });

  it('finds an account by its e-mail address however it is written, in its own tenant only', async () => {
    await profiles().put(testContext({ tenantId: 'south' }), 'other', { email: 'ada.lofgren@example.org' });
    for (const email of ['ada.lofgren@example.org', ' ADA.LOFGREN@EXAMPLE.ORG ']) {
      const { items } = await profiles().search(context, email);
      assert.deepEqual(
        items.map(({ id }) => id),
        ['ada'],
      );
    }
    assert.deepEqual(await profiles().search(context, 'lofgren@example.org'), { items: [] });
    const composedOnly = 'zoe\u0301@example.org';
    await profiles().put(context, 'zoe', { email: composedOnly });
    assert.equal((await profiles().search(context, 'zoé@example.org')).items.length, 1);
  });

  it('no longer finds an address that was changed or removed', async () => {
    const { etag } = await profiles().get(context, 'zoe');
    await profiles().patch(context, 'zoe', { email: null }, etag);
    assert.deepEqual(await profiles().search(context, 'zoé@example.org'), { items: [] });
  });

  it('keeps names of any script as they are, in Unicode normal form C', async () => {
    const name = 'عائشة \u200f(ʻĀʼisha) e\u0301';
    const { profile } = await profiles().put(context, 'script', { name });
    assert.equal(profile.name, name.normalize('NFC'));
  });

  it('refuses an activity in the future, before 1970, or at no instant', async () => {
    for (const lastActivityAt of [
      '2026-03-01T12:05:01Z',
      '1969-12-31T23:59:59Z',
      '2026-02-27T23:59:60Z',
      '0000-01-01T00:00:00Z',
    ])
      await refused(profiles().put(context, 'ada', { lastActivityAt }), 'unprocessable-request', '/lastActivityAt');
    const ahead = await profiles().put(context, 'ahead', { lastActivityAt: '2026-03-01T12:04:30Z' });
    assert.equal(ahead.profile.lastActivityAt, '2026-03-01T12:00:00.000Z');
  });

  it('knows accounts only: a visitor has no profile', async () => {
    await refused(profiles().put(context, 'visitor:v1', {}), 'unprocessable-request', '{id}');
    await refused(profiles().get(context, 'visitor:v1'), 'unprocessable-request', '{id}');
  });

  it('refuses data of a category that no policy declares (REQ-A04)', async () => {
    const strict = createProfiles({
      processing: createProcessing(policies),
      store: ground().store,
      audit: ground().audit,
      vault: ground().vault,
      suppression: createSuppression({ ...ground(), policies }),
      policies: {
        of: () => ({
          ...policies,
          requireCategory: (id) => {
            if (id === 'profiles.location') throw new Problem('undeclared-category', 'not declared');
            return policies.requireCategory(id);
          },
        }),
      },
    });
    await refused(strict.put(context, 'strict', { city: 'Oslo' }), 'undeclared-category');
    await strict.put(context, 'strict', { name: 'No place' });
  });

  it('deletes the profile, logs it, and has an entity tag of its own for the next life', async () => {
    const first = await profiles().put(context, 'twice', { name: 'First' });
    await profiles().remove(context, 'twice', first.etag);
    await refused(profiles().get(context, 'twice'), 'not-found');
    await refused(profiles().remove(context, 'twice', first.etag), 'not-found');
    assert.equal(await rowOf('twice'), undefined);
    const second = await profiles().put(testContext({ at: '2026-03-01T12:00:01Z' }), 'twice', { name: 'Second' });
    await refused(profiles().remove(context, 'twice', first.etag), 'precondition-failed');
    await profiles().remove(context, 'twice', second.etag);
    assert.equal((await audited()).filter(({ action }) => action === 'profile.deleted').length, 2);
  });

  it('shows nothing once the key is shredded, and starts anew when the platform puts the profile again', async () => {
    const { vault } = ground();
    await profiles().put(context, 'shredded', { name: 'Gone', email: 'gone@example.org' });
    const { subjectId } = await subjectOf(vault, 'north', { kind: 'account', id: 'shredded' });
    await vault.shred('north', [subjectScope(subjectId)]);
    await refused(profiles().get(context, 'shredded'), 'not-found');
    assert.deepEqual((await profiles().search(context, 'gone@example.org')).items, []);
    const { created, profile } = await profiles().put(testContext({ at: '2026-03-05T00:00:00Z' }), 'shredded', {
      city: 'Oslo',
    });
    assert.equal(created, true);
    assert.deepEqual([profile.name, profile.createdAt], [undefined, '2026-03-05T00:00:00.000Z']);
    assert.equal((await profiles().get(context, 'shredded')).profile.city, 'Oslo');
  });
});
