import assert from 'node:assert/strict';
import { requestScope } from '../../../src/rights/requests/sealing.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { onBothEngines } from '../../support/engines.ts';
import { neighbours, office } from './office.ts';

onBothEngines('What was written about a request', (ground) => {
  let app: TestApp;
  let desk: ReturnType<typeof office>;
  before(async () => {
    app = await openApp(ground(), { now: '2026-03-03T10:00:00Z', ...neighbours().options });
    desk = office(app);
  });
  after(() => app.close());

  const rows = async (requestId: string) => {
    const { store } = ground();
    return store.read(async (q) => {
      const counts: Record<string, number> = {};
      for (const name of ['requests', 'requestEvents', 'requestTexts'] as const) {
        const all = await q.select().from(q.tables[name]);
        counts[name] = all.filter((row) => row.requestId === requestId).length;
      }
      return counts;
    });
  };

  it('is part of what the person gets, word for word (REQ-A23)', async () => {
    const { requestId } = await desk.open({
      subject: 'account:own',
      requester: { name: 'Own Name', email: 'own@self.example' },
      text: 'Everything you have on me.',
    });
    await desk.act(requestId, 'notes', { text: 'A note on this person.' });
    const holder = app.services.holders.find(({ id }) => id === 'requests');
    const subjectId = await ground().vault.subjectId('north', 'account', 'own');
    const person = { tenantId: 'north', timeZone: 'Europe/Berlin', subjectIds: [subjectId] };
    const found = await ground().store.read(async (q) => {
      const all: string[] = [];
      for await (const record of holder?.export(q, person) ?? []) all.push(JSON.stringify(record));
      return all;
    });
    for (const word of ['Own Name', 'own@self.example', 'Everything you have on me.', 'A note on this person.'])
      assert.ok(
        found.some((record) => record.includes(word)),
        word,
      );
  });

  it('outlives the person’s erasure without their pseudonym (Art. 17(3)(e))', async () => {
    const { requestId } = await desk.open({ subject: 'account:gone', text: 'Forget me.' });
    await desk.act(requestId, 'withdrawal');
    const { body } = await app.as('dpo').post('/v1/subjects/account:gone/erasure').expect(200);
    assert.equal(body.verdict, 'complete-with-exceptions');
    const kept = body.holders.flatMap(({ categories }: { categories: unknown[] }) => categories);
    const ours = kept.find(({ category }: { category: string }) => category === 'requests.correspondence');
    assert.deepEqual([ours.result, ours.reduced, ours.ground], ['retained', 0, 'JustificationA17LegalClaims']);
    assert.ok(ours.retained > 0, 'kept, though nobody finds it by the person any more');
    const file = await desk.get(requestId);
    assert.equal(file.asked['text'], 'Forget me.');
    const [row] = await ground().store.read(async (q) =>
      (await q.select().from(q.tables.requests)).filter((one) => one.requestId === requestId),
    );
    assert.equal(row?.subjectId, null);
    assert.equal(
      await ground().vault.opening('north', await ground().vault.subjectId('north', 'account', 'gone')),
      undefined,
    );
  });

  it('is destroyed three years after the end, with its key, and not before', async () => {
    const { requestId: closed } = await desk.open({ text: 'An old letter.' });
    const { requestId: open } = await desk.open({ text: 'Never answered.' });
    await desk.act(closed, 'withdrawal');
    const sweep = async (at: string) => {
      app.time.now = new Date(at);
      const context = await app.services.access.contextFor('north', { id: 'system:test', role: 'operator' });
      const { sweeps } = app.services.retention;
      const { sweepId } = await sweeps.open(context, { rules: ['requests-erase'] });
      await sweeps.run(context, sweepId);
    };
    await sweep('2029-03-02T12:00:00Z');
    assert.deepEqual(await rows(closed), { requests: 1, requestEvents: 2, requestTexts: 1 });
    await sweep('2029-03-04T12:00:00Z');
    assert.deepEqual(await rows(closed), { requests: 0, requestEvents: 0, requestTexts: 0 });
    assert.equal(await ground().vault.existingKey('north', requestScope(closed)), undefined);
    assert.deepEqual(await rows(open), { requests: 1, requestEvents: 1, requestTexts: 1 });
    assert.ok(await ground().vault.existingKey('north', requestScope(open)));
  });
});
