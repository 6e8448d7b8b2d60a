import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import type { ExportedMail, Outgoing } from '../../../src/foundations/outbox/model.ts';
import { createOutbox } from '../../../src/foundations/outbox/service.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { testContext } from '../../support/context.ts';
import { onBothEngines, onOneEngine } from '../../support/engines.ts';

const letter = (over: Partial<Outgoing> = {}): Outgoing => ({
  party: 'data-subject',
  topic: 'request.identity-asked',
  delivery: { channel: 'email', address: 'ada.sentinel@example.org' },
  data: {},
  subject: 'A code for you',
  text: 'Sentinel code 1234 5678',
  ...over,
});

let tenants = 0;
onBothEngines('A mail without a mail server', (ground) => {
  function newOutbox() {
    tenants += 1;
    const context = testContext({ tenantId: `undelivered-${tenants}` });
    const { store, audit, vault } = ground();
    const sent: string[] = [];
    const deps = {
      store,
      audit,
      vault,
      webhook: async () => ({ delivered: true }) as const,
      mailFrom: 'dpo@example.org',
    };
    const outbox = createOutbox({ ...deps, mail: undefined });
    const withServer = createOutbox({
      ...deps,
      mail: async (address) => {
        sent.push(address);
        return { delivered: true };
      },
    });
    const put = async (...messages: Outgoing[]) => {
      const prepared = await outbox.prepare(context, messages);
      await store.write((tx) => outbox.add(tx, prepared));
      return prepared.map(({ messageId }) => messageId) as [string, ...string[]];
    };
    const states = async () => (await outbox.list(context, {})).items.map(({ status }) => status);
    const entries = async () =>
      (
        await store.read((q) =>
          q.select().from(q.tables.auditEntries).where(eq(q.tables.auditEntries.tenantId, context.tenant.id)),
        )
      ).map(({ action, actor, detail }) => ({ action, actor, detail }));
    return { context, outbox, withServer, sent, put, states, entries };
  }

  it('stays sealed and undelivered, is told as that, and counts as no failure', async () => {
    const { context, outbox, put, states } = newOutbox();
    const before = await outbox.undelivered();
    await put(letter(), letter({ delivery: { channel: 'webhook', url: 'https://example.org' }, party: 'p' }));
    for (let n = 0; n < 3; n += 1) {
      await outbox.deliverDue(context);
      context.now = new Date(context.now.getTime() + 86_400_000);
    }
    assert.deepEqual((await states()).sort(), ['delivered', 'undelivered']);
    const [item] = (await outbox.list(context, { status: 'undelivered' })).items;
    assert.deepEqual([item?.attempts, item?.failure, item?.nextAttemptAt, item?.deliveredAt], [0, null, null, null]);
    assert.equal(await outbox.undelivered(), before + 1);
    context.now = new Date(context.now.getTime() + 400 * 86_400_000);
    await outbox.forget(context);
    assert.deepEqual(await states(), ['undelivered'], 'nothing is forgotten that nobody got');
  });

  it('gives whoever copies the files no letter, no code and no address', async function () {
    if (ground().engine !== 'sqlite') this.skip();
    const { context, outbox, put } = newOutbox();
    await put(letter());
    await outbox.deliverDue(context);
    await ground().store.scrub();
    const files = readdirSync(ground().folder, { recursive: true, withFileTypes: true }).filter((file) =>
      file.isFile(),
    );
    assert.ok(files.length >= 2);
    for (const file of files) {
      const bytes = readFileSync(join(file.parentPath, file.name), 'latin1');
      for (const clear of ['Sentinel', '1234 5678', 'ada.sentinel', 'A code for you'])
        assert.ok(!bytes.includes(clear), `${clear} in ${file.name}`);
    }
  });

  it('is exported once, as it would have gone over the wire, and is no longer kept', async () => {
    const { context, outbox, put, states, entries } = newOutbox();
    const [first, second] = await put(letter(), letter({ subject: 'Another' }));
    const got: ExportedMail[] = [];
    const hand = async (mail: ExportedMail) => void got.push(mail);
    assert.equal(await outbox.export(context, hand, { messageId: first }), 1);
    assert.deepEqual(await states(), ['undelivered', 'handed-over']);
    assert.equal(await outbox.export(context, hand), 1);
    assert.equal(await outbox.export(context, hand), 0);
    assert.equal(await outbox.export(context, hand, { messageId: first }), 0);
    assert.deepEqual(
      got.map(({ messageId }) => messageId),
      [first, second],
    );
    const text = got[0]?.bytes.toString() ?? '';
    assert.match(text, /^From: dpo@example\.org\r$/m);
    assert.match(text, /^To: ada\.sentinel@example\.org\r$/m);
    assert.match(text, /^Sentinel code 1234 5678\r?$/m);
    assert.ok(text.includes(`Message-ID: <${first}@example.org>`));
    const rows = await ground().store.read((q) => q.select().from(q.tables.outboxMessages));
    for (const row of rows.filter(({ messageId }) => [first, second].includes(messageId)))
      assert.deepEqual([row.payloadSealed.length, row.targetSealed.length, row.status], [0, 0, 'handed-over']);
    assert.deepEqual((await entries())[0], {
      action: 'message.handed-over',
      actor: context.principal.id,
      detail: { message: first, topic: 'request.identity-asked', party: 'data-subject', channel: 'email' },
    });
    // What waits for its arrival counts from then.
    assert.deepEqual(await outbox.firstDelivery(context, [first]), context.now);
    assert.equal((await outbox.standingOf(context, [first])).get(first), 'delivered');
  });

  it('of two who export at once goes to one', async () => {
    const { context, outbox, put } = newOutbox();
    await put(...Array.from({ length: 25 }, () => letter()));
    const got: string[] = [];
    const hand = async ({ messageId }: ExportedMail) => void got.push(messageId);
    const counts = await Promise.all([1, 2, 3].map(() => outbox.export(context, hand)));
    assert.equal(
      counts.reduce((sum, count) => sum + count, 0),
      25,
    );
    assert.equal(new Set(got).size, got.length);
  });

  it('that could not be written stays undelivered, and can be exported at once again', async () => {
    const { context, outbox, put, states } = newOutbox();
    await put(letter(), letter());
    const full = async () => {
      throw new Error('the disk is full');
    };
    await assert.rejects(outbox.export(context, full), /disk is full/);
    assert.deepEqual(await states(), ['undelivered', 'undelivered']);
    assert.equal(await outbox.export(context, async () => undefined), 2);
  });

  it('is taken again when whoever exported it was killed, under the same id', async () => {
    const { context, outbox, put } = newOutbox();
    const [id] = await put(letter());
    const got: string[] = [];
    // Killed after it was written and before that was noted: nothing comes back from there.
    void outbox.export(context, ({ messageId }) => {
      got.push(messageId);
      return new Promise(() => undefined);
    });
    while (got.length === 0) await new Promise((next) => setImmediate(next));
    const hand = async ({ messageId }: ExportedMail) => void got.push(messageId);
    assert.equal(await outbox.export(context, hand), 0, 'somebody is at it');
    context.now = new Date(context.now.getTime() + 120_000);
    assert.equal(await outbox.export(context, hand), 1);
    assert.deepEqual(got, [id, id]);
  });

  it('goes by itself once there is a server, and waits again when there is none any more', async () => {
    const { context, outbox, withServer, sent, put, states } = newOutbox();
    await put(letter());
    assert.deepEqual(await withServer.deliverDue(context), { delivered: 1, retrying: 0, dead: 0 });
    assert.deepEqual([sent, await states()], [['ada.sentinel@example.org'], ['delivered']]);
    const prepared = await withServer.prepare(context, [letter()]);
    await ground().store.write((tx) => withServer.add(tx, prepared));
    assert.deepEqual(await outbox.deliverDue(context), { delivered: 0, retrying: 0, dead: 0 });
    assert.deepEqual(await states(), ['undelivered', 'delivered']);
  });

  it('of another tenant is not exported', async () => {
    const { outbox, put } = newOutbox();
    await put(letter());
    const other = testContext({ tenantId: 'somebody-else' });
    assert.equal(await outbox.export(other, async () => assert.fail('not theirs')), 0);
  });
});

onOneEngine('A letter of a request without a mail server', (ground) => {
  let app: TestApp;
  before(async () => {
    app = await openApp(ground());
  });
  after(() => app.close());

  it('is listed as undelivered, and its request says so until it is handed over', async () => {
    const { body: opened } = await app
      .as('dpo')
      .post('/v1/requests')
      .send({
        type: 'access',
        channel: 'letter',
        requester: { name: 'Ada', email: 'ada@example.org', language: 'en' },
      });
    assert.ok(opened.requestId, JSON.stringify(opened));
    await app
      .as('dpo')
      .post(`/v1/requests/${opened.requestId}/identity-checks`)
      .send({ method: 'email-code', doubt: 'unknown-sender' })
      .expect(200);
    const { body: listed } = await app.as('operator').get('/v1/outbox?status=undelivered').expect(200);
    assert.ok(listed.items.some(({ topic }: { topic: string }) => topic === 'request.identity-asked'));
    const delivery = async () =>
      (await app.as('dpo').get(`/v1/requests/${opened.requestId}`).expect(200)).body.letters.at(-1).delivery;
    assert.equal(await delivery(), 'undelivered');
    await app.services.outbox.export(await app.contextOf('north', 'operator'), async () => undefined);
    assert.equal(await delivery(), 'handed-over');
  });
});
