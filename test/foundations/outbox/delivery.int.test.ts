import assert from 'node:assert/strict';
import { eq } from 'drizzle-orm';
import fc from 'fast-check';
import { nextAttempt } from '../../../src/foundations/outbox/backoff.ts';
import type { Attempt, Outgoing, Sendable } from '../../../src/foundations/outbox/model.ts';
import { createOutbox } from '../../../src/foundations/outbox/service.ts';
import { secretsFrom, secretText, signedBy, signedHeaders } from '../../../src/foundations/webhooks/signature.ts';
import { testContext } from '../../support/context.ts';
import { onBothEngines } from '../../support/engines.ts';
import { refused } from '../../support/refused.ts';

const notice = (over: Partial<Outgoing> = {}): Outgoing => ({
  party: 'hosting-company',
  topic: 'sub-processor-change.announced',
  delivery: { channel: 'webhook', url: 'https://hosting.example.org/notices' },
  data: { change: 'c1' },
  subject: 'A sub-processor changes',
  text: 'Sentinel text of the notice',
  ...over,
});

let tenants = 0;
onBothEngines('A message to another organisation', (ground) => {
  /** An outbox of a tenant of its own, whose other side answers as told. */
  function newOutbox(
    answer: (message: Sendable, nth: number) => Attempt | Promise<Attempt> = () => ({ delivered: true }),
  ) {
    tenants += 1;
    const context = testContext({ tenantId: `outbox-${tenants}` });
    const sent: (Sendable & { to: string })[] = [];
    const transport = async (to: string, message: Sendable) => {
      sent.push({ ...message, to });
      return answer(message, sent.length);
    };
    const { store, audit, vault } = ground();
    const outbox = createOutbox({
      store,
      audit,
      vault,
      random: () => 0.5,
      webhook: transport,
      mail: transport,
    });
    const put = async (...messages: Outgoing[]) => {
      const prepared = await outbox.prepare(context, messages);
      await store.write((tx) => outbox.add(tx, prepared));
      return prepared.map(({ messageId }) => messageId);
    };
    const entries = async () =>
      (
        await store.read((q) =>
          q.select().from(q.tables.auditEntries).where(eq(q.tables.auditEntries.tenantId, context.tenant.id)),
        )
      ).map(({ action, detail }) => ({ action, detail }));
    return { context, outbox, sent, put, entries, store };
  }

  it('is sent once what it tells of is committed, and not before', async () => {
    const { context, outbox, sent, put, store } = newOutbox();
    const prepared = await outbox.prepare(context, [notice()]);
    await assert.rejects(
      store.write(async (tx) => {
        await outbox.add(tx, prepared);
        throw new Error('undone');
      }),
    );
    assert.deepEqual(await outbox.deliverDue(context), { delivered: 0, retrying: 0, dead: 0 });
    const [messageId] = await put(notice(), notice({ delivery: { channel: 'email', address: 'dpo@example.org' } }));
    assert.deepEqual(await outbox.deliverDue(context), { delivered: 2, retrying: 0, dead: 0 });
    assert.deepEqual(sent.map(({ to }) => to).sort(), ['dpo@example.org', 'https://hosting.example.org/notices']);
    assert.ok(sent.some((message) => message.messageId === messageId && message.data['change'] === 'c1'));
    assert.deepEqual(await outbox.deliverDue(context), { delivered: 0, retrying: 0, dead: 0 });
  });

  it('lies sealed in the database, and is forgotten once it is delivered', async () => {
    const { context, outbox, put, store } = newOutbox();
    const [messageId] = await put(notice());
    const row = async () =>
      (
        await store.read((q) =>
          q
            .select()
            .from(q.tables.outboxMessages)
            .where(eq(q.tables.outboxMessages.messageId, messageId ?? '')),
        )
      )[0];
    const before = await row();
    for (const bytes of [before?.payloadSealed, before?.targetSealed]) {
      assert.ok(bytes && bytes.length > 0);
      assert.equal(bytes.includes('Sentinel'), false);
      assert.equal(bytes.includes('example.org'), false);
    }
    await outbox.deliverDue(context);
    const after = await row();
    assert.deepEqual([after?.payloadSealed.length, after?.targetSealed.length, after?.status], [0, 0, 'delivered']);
  });

  it('is tried again later and later, under the same id, and then given up and told', async () => {
    const { context, outbox, sent, put, entries } = newOutbox(() => ({ delivered: false, failure: 'answered-5xx' }));
    const [messageId] = await put(notice());
    const waits: number[] = [];
    for (;;) {
      await outbox.deliverDue(context);
      const [item] = (await outbox.list(context, {})).items;
      if (item?.status !== 'pending') break;
      const next = new Date(item.nextAttemptAt as string);
      // A second too early nothing is sent.
      const attempts = sent.length;
      const due = context.now;
      context.now = new Date(next.getTime() - 1000);
      await outbox.deliverDue(context);
      assert.equal(sent.length, attempts);
      waits.push((next.getTime() - due.getTime()) / 1000);
      context.now = next;
    }
    assert.deepEqual(waits, [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400]);
    assert.deepEqual([...new Set(sent.map((message) => message.messageId))], [messageId]);
    const [item] = (await outbox.list(context, { status: 'dead' })).items;
    assert.deepEqual([item?.status, item?.attempts, item?.failure], ['dead', 10, 'answered-5xx']);
    assert.deepEqual(await entries(), [
      {
        action: 'message.given-up',
        detail: {
          message: messageId,
          topic: 'sub-processor-change.announced',
          party: 'hosting-company',
          channel: 'webhook',
          attempts: 10,
          failure: 'answered-5xx',
        },
      },
    ]);
  });

  it('is given up at once when trying again would be useless', async () => {
    const { context, outbox, sent, put } = newOutbox(() => ({ delivered: false, failure: 'gone', final: true }));
    await put(notice());
    assert.deepEqual(await outbox.deliverDue(context), { delivered: 0, retrying: 0, dead: 1 });
    assert.equal(sent.length, 1);
  });

  it('can be sent again by hand after it was given up, and only then', async () => {
    let up = false;
    const { context, outbox, put } = newOutbox(() =>
      up ? { delivered: true } : { delivered: false, failure: 'gone', final: true },
    );
    const [messageId] = (await put(notice())) as [string];
    await refused(outbox.retry(context, messageId), 'conflict');
    await outbox.deliverDue(context);
    up = true;
    assert.equal((await outbox.retry(context, messageId)).status, 'pending');
    assert.deepEqual(await outbox.deliverDue(context), { delivered: 1, retrying: 0, dead: 0 });
    await refused(outbox.retry(context, messageId), 'conflict');
    await refused(outbox.retry(context, '0197a6a0-0000-7000-8000-000000000000'), 'not-found');
    await refused(outbox.retry(testContext({ tenantId: 'another' }), messageId), 'not-found');
  });

  it('is sent by one of two senders at a time, and by the other when the first dies', async () => {
    let release: (attempt: Attempt) => void = () => undefined;
    const { context, outbox, sent, put } = newOutbox((_, nth) =>
      nth === 1 ? new Promise((resolve) => (release = resolve)) : { delivered: true },
    );
    await put(notice());
    const first = outbox.deliverDue(context);
    while (sent.length === 0) await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(await outbox.deliverDue(context), { delivered: 0, retrying: 0, dead: 0 });
    // The first says nothing more for longer than any attempt takes.
    context.now = new Date(context.now.getTime() + 120_000);
    assert.deepEqual(await outbox.deliverDue(context), { delivered: 1, retrying: 0, dead: 0 });
    release({ delivered: false, failure: 'timed-out' });
    await first;
    assert.equal((await outbox.list(context, {})).items[0]?.status, 'delivered');
  });

  it('is one tenant’s alone', async () => {
    const { outbox, put, sent } = newOutbox();
    await put(notice());
    const other = testContext({ tenantId: 'nobody' });
    assert.deepEqual(await outbox.deliverDue(other), { delivered: 0, retrying: 0, dead: 0 });
    assert.deepEqual((await outbox.list(other, {})).items, []);
    assert.equal(sent.length, 0);
  });

  it('is checked by its receiver with a secret of its own', async () => {
    const { context, outbox } = newOutbox();
    const secret = await outbox.secret(context, 'hosting-company');
    assert.match(secret, /^whsec_[A-Za-z0-9+/]{43}=$/);
    assert.equal(await outbox.secret(context, 'hosting-company'), secret);
    assert.notEqual(await outbox.secret(context, 'doi-registry'), secret);
    assert.notEqual(await outbox.secret(testContext({ tenantId: 'another' }), 'hosting-company'), secret);
  });

  it('is signed with both secrets while one takes the other’s place; whoever has the old one alone is refused afterwards', async () => {
    const { context, outbox, store } = newOutbox();
    const { audit, vault } = ground();
    const keyOf = (text: string) => Buffer.from(text.slice(6), 'base64');
    const body = Buffer.from('{}');
    const believed = (secret: Buffer) =>
      outbox.checkSigned(context, 'hosting-company', signedHeaders(secret, 'm', context.now, '{}'), body);
    const first = keyOf(await outbox.secret(context, 'hosting-company'));
    const rotated = await outbox.rotateSecret(context, 'hosting-company', 14);
    const second = keyOf(rotated.secret);
    assert.notDeepEqual(second, first);
    assert.equal(await outbox.secret(context, 'hosting-company'), rotated.secret);
    const signing: (readonly Buffer[])[] = [];
    const sending = createOutbox({
      store,
      audit,
      vault,
      webhook: async (_url, _message, secrets) => {
        signing.push(secrets as readonly Buffer[]);
        return { delivered: true };
      },
      mail: async () => ({ delivered: true }),
    });
    const send = async () => {
      const prepared = await sending.prepare(context, [notice()]);
      await store.write((tx) => sending.add(tx, prepared));
      await sending.deliverDue(context);
      return signing.at(-1);
    };
    assert.deepEqual(await send(), [second, first]);
    const header = signedHeaders([second, first], 'm', context.now, '{}')['webhook-signature'];
    assert.equal(header?.split(' ').length, 2);
    for (const secret of [first, second])
      assert.equal(signedBy(secret, signedHeaders([second, first], 'm', context.now, '{}'), body, context.now), true);
    assert.deepEqual([await believed(first), await believed(second)], [true, true]);

    context.now = new Date(context.now.getTime() + 14 * 86_400_000);
    assert.deepEqual([await believed(first), await believed(second)], [false, true]);
    assert.deepEqual(await send(), [second]);
    // After a leak at once, with no overlap.
    const third = keyOf((await outbox.rotateSecret(context, 'hosting-company', 0)).secret);
    assert.deepEqual([await believed(second), await believed(third)], [false, true]);
    assert.deepEqual(secretsFrom(`${secretText(first)} ${secretText(second)}`), [first, second]);
    assert.equal(secretsFrom(`${secretText(first)} nonsense`), undefined);
  });

  it('is forgotten three months after it was delivered or given up, never before it is sent', async () => {
    const { context, outbox, put } = newOutbox((message) =>
      message.party === 'doi-registry' ? { delivered: false, failure: 'answered-5xx' } : { delivered: true },
    );
    await put(notice(), notice({ party: 'doi-registry' }));
    await outbox.deliverDue(context);
    context.now = new Date(context.now.getTime() + 89 * 86_400_000);
    assert.equal(await outbox.forget(context), 0);
    context.now = new Date(context.now.getTime() + 2 * 86_400_000);
    assert.equal(await outbox.forget(context), 1);
    assert.deepEqual(
      (await outbox.list(context, {})).items.map(({ party }) => party),
      ['doi-registry'],
    );
  });
});

describe('The next attempt', () => {
  it('is spread by a fifth, never earlier than the receiver asks, and never later than a day for its asking', () => {
    const now = new Date('2026-03-01T12:00:00Z');
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        fc.nat(1_000_000),
        (failures, random, asked) => {
          const plain = nextAttempt(failures, now, 0.5);
          const next = nextAttempt(failures, now, random, asked);
          assert.equal(next === undefined, failures > 9);
          if (!next || !plain) return;
          const wait = (next.getTime() - now.getTime()) / 1000;
          const middle = (plain.getTime() - now.getTime()) / 1000;
          const least = Math.max(middle * 0.8, Math.min(asked, 86_400));
          assert.ok(wait >= least - 0.001 && wait <= Math.max(middle * 1.2, least) + 0.001);
        },
      ),
    );
  });
});
