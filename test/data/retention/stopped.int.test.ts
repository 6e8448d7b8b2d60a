import assert from 'node:assert/strict';
import type { Services } from '../../../src/app/services.ts';
import { onBothEngines } from '../../support/engines.ts';
import { refused } from '../../support/refused.ts';
import { insert, livesIn, newTenant, oldVisits, servicesOn, sweep } from './stage.ts';

const VISITOR = '0190c7a4-0000-7000-8000-00000000000b';

onBothEngines('Processing that must stop', (ground) => {
  let services: Services;
  before(async () => {
    services = await servicesOn(ground());
  });
  after(() => services.close());
  type Tenant = ReturnType<typeof newTenant>;
  const place = (context: Tenant, input: object) =>
    services.retention.holds.place(context, {
      kind: 'objection',
      subject: `visitor:${VISITOR}`,
      purpose: 'portal-security',
      reference: '2026-000001',
      ...input,
    } as Parameters<Services['retention']['holds']['place']>[1]);
  async function visit(context: Tenant) {
    const asServer = { ...context, principal: { id: 'server', role: 'platform' as const }, clock: () => context.now };
    const input = { portal: 'demo', visitor: VISITOR, address: '192.0.2.7', userAgent: 'Mozilla/5.0' };
    return services.visits.record(asServer, input, {
      address: '192.0.2.7',
      userAgent: 'Mozilla/5.0',
      globalPrivacyControl: false,
    });
  }
  const rows = async (context: Tenant) => Object.values(await livesIn(ground(), context)).reduce((a, b) => a + b, 0);

  it('a visit one minute after an objection to its purpose is not recorded, and is again once it is lifted (REQ-A39)', async () => {
    const context = newTenant();
    assert.notEqual((await visit(context)).visitId, null);
    const { holdId } = await place(context, {});
    context.now = new Date(context.now.getTime() + 60_000);
    assert.deepEqual([(await visit(context)).life, (await visit(context)).visitId], ['not-recorded', null]);
    assert.equal(await rows(context), 1);
    await services.retention.holds.release(context, holdId);
    assert.equal((await visit(context)).life, 'full');
    assert.equal(await rows(context), 2);
  });

  it('an objection to another purpose leaves visits alone; one of an account reaches its visitors', async () => {
    const context = newTenant();
    await place(context, { purpose: 'publication-record' });
    assert.equal((await visit(context)).life, 'full');
    await services.consent.link(context, 'account:ada', VISITOR);
    await place(context, { subject: 'account:ada', kind: 'restriction', purpose: undefined });
    assert.equal((await visit(context)).life, 'not-recorded');
  });

  it('a stream leaves out whom it must, and tells how many', async () => {
    const context = newTenant();
    await place(context, {});
    const line = (visitor: string) =>
      JSON.stringify({ portal: 'demo', visitor, address: '192.0.2.7', occurredAt: context.now.toISOString() });
    async function* lines() {
      yield line(VISITOR);
      yield line('0190c7a4-0000-7000-8000-00000000000c');
    }
    const asServer = { ...context, principal: { id: 'server', role: 'platform' as const }, clock: () => context.now };
    const { accepted, stopped } = await services.visits.recordBatch(asServer, lines());
    assert.deepEqual([accepted, stopped], [1, 1]);
    assert.equal(await rows(context), 1);
  });

  it('a restricted profile can be corrected and nothing else; lists leave it out', async () => {
    const context = newTenant();
    const { profiles } = services;
    await profiles.put(context, 'ada', { name: 'Ada', email: 'ada@example.org' });
    const { holdId } = await place(context, { subject: 'account:ada', kind: 'restriction', purpose: undefined });
    await refused(profiles.put(context, 'ada', { name: 'Bea', email: 'ada@example.org' }), 'processing-stopped');
    assert.deepEqual((await profiles.search(context, 'ada@example.org')).items, []);
    assert.deepEqual(await profiles.rectify(context, 'ada', { name: 'Adele' }, { requestId: null }), {
      changed: ['profiles.identity'],
    });
    assert.deepEqual(await profiles.rectify(context, 'ada', { name: 'Adele' }, { requestId: null }), { changed: [] });
    assert.equal((await profiles.get(context, 'ada')).profile.name, 'Adele');
    await services.retention.holds.release(context, holdId);
    assert.equal((await profiles.search(context, 'ada@example.org')).items.length, 1);
    await profiles.put(context, 'ada', { name: 'Bea', email: 'ada@example.org' });
  });

  it('a legal hold lets no value be overwritten or taken away, not even to put it right; it lets others be added', async () => {
    const context = newTenant();
    const { profiles, content } = services;
    await profiles.put(context, 'ada', { name: 'Ada', email: 'ada@example.org' });
    const legal = { subject: 'account:ada', kind: 'legal', purpose: undefined };
    const { holdId } = await place(context, { ...legal, category: 'profiles.contact' });
    await refused(profiles.put(context, 'ada', { name: 'Ada', email: 'new@example.org' }), 'held');
    await refused(profiles.put(context, 'ada', { name: 'Ada' }), 'held');
    await refused(profiles.patch(context, 'ada', { email: null }, '*'), 'held');
    await refused(profiles.rectify(context, 'ada', { email: 'new@example.org' }, { requestId: null }), 'held');
    await refused(profiles.remove(context, 'ada', '*'), 'held');
    await profiles.put(context, 'ada', { name: 'Adele', email: 'ada@example.org', city: 'Bergen' });
    assert.equal((await profiles.get(context, 'ada')).profile.email, 'ada@example.org');
    const item = { title: 'Lakes', version: '1', role: 'creator' as const, visibility: 'private' as const };
    await content.put(context, 'ada', '10.5072/held', { ...item, nameAsPublished: 'Ada' });
    const other = await place(context, { ...legal, category: 'content.private-association' });
    await refused(content.put(context, 'ada', '10.5072/held', { ...item, nameAsPublished: 'A.' }), 'held');
    await refused(content.rename(context, 'ada', { nameAsPublished: 'A.' }, null), 'held');
    await refused(content.retract(context, 'ada', '10.5072/held'), 'held');
    for (const id of [holdId, other.holdId]) await services.retention.holds.release(context, id);
    await content.retract(context, 'ada', '10.5072/held');
    await profiles.remove(context, 'ada', '*');
  });

  it('what somebody asked a copy of may change as ever, and not be taken away; what is objected to may go', async () => {
    const context = newTenant();
    const { profiles } = services;
    const { holds } = services.retention;
    await profiles.put(context, 'ada', { name: 'Ada', email: 'ada@example.org' });
    const asked = await place(context, { subject: 'account:ada', kind: 'access-request', purpose: undefined });
    await profiles.put(context, 'ada', { name: 'Adele', email: 'ada@example.org' });
    await refused(profiles.remove(context, 'ada', '*'), 'held');
    await holds.release(context, asked.holdId);
    await place(context, { subject: 'account:ada', kind: 'objection', purpose: 'account-service' });
    await refused(profiles.put(context, 'ada', { name: 'Adele' }), 'processing-stopped');
    await profiles.remove(context, 'ada', '*');
  });

  it('nothing is taken of whoever was erased, though a hold keeps their profile', async () => {
    const context = newTenant();
    const { profiles, erasures } = services;
    await profiles.put(context, 'ada', { name: 'Ada', email: 'ada@example.org' });
    await place(context, { subject: 'account:ada', kind: 'legal', purpose: undefined });
    await erasures.erase(context, 'ada');
    await refused(
      profiles.put(context, 'ada', { name: 'Ada', email: 'ada@example.org', city: 'Bergen' }),
      'erased-subject',
    );
    assert.equal((await profiles.get(context, 'ada')).profile.city, undefined);
  });

  it('a restricted person stands in no list of an item, and nothing is put to their items; it all comes back', async () => {
    const context = newTenant();
    const { content, profiles } = services;
    const item = {
      title: 'Lakes',
      version: '1',
      role: 'creator' as const,
      visibility: 'public' as const,
      publishedOn: '2025-01-01',
    };
    for (const name of ['ada', 'bea']) {
      await profiles.put(context, name, { name });
      await content.put(context, name, '10.5072/lakes', { ...item, nameAsPublished: name });
    }
    const names = async () =>
      (await content.ofItem(context, '10.5072/lakes', {})).items.map(({ nameAsPublished }) => nameAsPublished).sort();
    const { holdId } = await place(context, { subject: 'account:ada', kind: 'restriction', purpose: undefined });
    assert.deepEqual(await names(), ['bea']);
    assert.deepEqual((await content.list(context, 'ada', {})).items, []);
    await refused(
      content.put(context, 'ada', '10.5072/lakes', { ...item, nameAsPublished: 'A.' }),
      'processing-stopped',
    );
    // To put it right is no further processing.
    assert.deepEqual(await content.rename(context, 'ada', { nameAsPublished: 'Ada L.' }, null), {
      changed: ['content.public-association'],
      items: 1,
    });
    await services.retention.holds.release(context, holdId);
    assert.deepEqual(await names(), ['Ada L.', 'bea']);
  });

  it('retention leaves restricted rows, and destroys what was only objected to (REQ-A35, E06)', async () => {
    const context = newTenant();
    const subjectId = await ground().vault.subjectId(context.tenant.id, 'visitor', VISITOR);
    await insert(ground(), oldVisits(context, 3, { subjectId }));
    const { holdId } = await place(context, { kind: 'restriction' });
    await sweep(services, context);
    assert.deepEqual(await livesIn(ground(), context), { full: 3 });
    await services.retention.holds.release(context, holdId);
    await place(context, {});
    await sweep(services, context);
    assert.deepEqual(await livesIn(ground(), context), { reduced: 3 });
    context.now = new Date(context.now.getTime() + 400 * 86_400_000);
    await sweep(services, context);
    assert.deepEqual(await livesIn(ground(), context), { reduced: 3 }, 'counting it would be processing');
  });

  it('what a request places stands once, and is lifted with the request', async () => {
    const context = newTenant();
    const requestId = '0190c7a4-0000-7000-8000-0000000000aa';
    const first = await place(context, { requestId });
    assert.equal((await place(context, { requestId })).holdId, first.holdId);
    const other = await place(context, { requestId, kind: 'access-request', purpose: undefined });
    assert.notEqual(other.holdId, first.holdId);
    await services.retention.holds.releaseOfRequest(context, requestId, ['access-request']);
    assert.equal((await visit(context)).life, 'not-recorded');
    await services.retention.holds.releaseOfRequest(context, requestId);
    assert.equal((await visit(context)).life, 'full');
  });
});
