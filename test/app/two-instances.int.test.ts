import assert from 'node:assert/strict';
import type { Holder } from '../../src/foundations/holders/holder.ts';
import { inUnitOfWork } from '../../src/foundations/vault/unit-of-work.ts';
import { visitMonthScope } from '../../src/foundations/vault/vault.ts';
import { openApp, type TestApp } from '../support/app.ts';
import { ENGINES } from '../support/engines.ts';
import { type TwoInstances, twoInstances } from '../support/two-instances.ts';

const notice = { id: 'consent-banner', version: '1.1', language: 'en' };
const evidence = { address: '203.0.113.77', userAgent: 'Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0' };
const item = { version: '1.0', role: 'creator', title: 'A title', nameAsPublished: 'Name, A' };

/** A way in for personal data, as often as it is wanted; answers the status. */
type Door = (app: TestApp, id: string) => Promise<number>;
let n = 0;
const status = ({ status }: { status: number }) => status;
const decide = (kind: 'visitor' | 'account', more: object) => (app: TestApp, id: string) =>
  app
    .as('platform')
    .post('/v1/consents')
    .send({ subject: { kind, id }, purpose: 'external-media', status: 'given', notice, ...more })
    .then(status);

const OF_VISITORS: Record<string, Door> = {
  'a decision with its evidence': decide('visitor', { evidence }),
  'a decision without': decide('visitor', {}),
  'the signal of a browser': (app, id) =>
    app
      .as('portal')
      .post('/v1/consents/signals')
      .set('Sec-GPC', '1')
      .send({ subject: { kind: 'visitor', id } })
      .then(status),
  'a visit': (app, id) =>
    app
      .as('platform')
      .post('/v1/visits')
      .send({ visitor: id, ...evidence })
      .then(status),
  'a stream of visits': (app, id) =>
    app
      .as('platform')
      .post('/v1/visits/batch')
      .set('Content-Type', 'application/x-ndjson')
      .send(`${JSON.stringify({ visitor: id, ...evidence })}\n`.repeat(3))
      .then(status),
};

const put =
  (path: string, body: object): Door =>
  (app, id) =>
    app.as('platform').put(`/v1/subjects/${id}${path}`).send(body).then(status);
const post =
  (path: string, body: () => object): Door =>
  (app, id) =>
    app.as('platform').post(`/v1/subjects/${id}${path}`).send(body()).then(status);
const OF_ACCOUNTS: Record<string, Door> = {
  'a profile': put('', { name: 'Ada', email: 'ada@example.org', city: 'Oslo' }),
  'a published item': (app, id) =>
    put(`/items/10.5072%2F${id}`, { ...item, visibility: 'public', publishedOn: '2025-11-30' })(app, id),
  'a private item': (app, id) => put(`/items/10.5072%2Fp.${id}`, { ...item, visibility: 'private' })(app, id),
  'a decision of an account': decide('account', { evidence }),
  'a link with a browser': post('/links', () => ({ visitor: `linked-${++n}` })),
  'who was told': post('/recipients', () => ({
    party: 'doi-registry',
    categories: ['content.public-association'],
    at: '2026-03-01T12:00:00Z',
    reference: 'passed on as',
  })),
};

/** Lets the last holder fail, when the keys are gone and all others have done their part. */
const failingLast = (fault: { on: boolean }) => (holders: Holder[]) =>
  holders.map(
    (holder, index): Holder =>
      index < holders.length - 1
        ? holder
        : {
            ...holder,
            erase: async (...call) => {
              if (fault.on) throw new Error('planted');
              return holder.erase(...call);
            },
          },
  );

for (const engine of ENGINES)
  describe(`Two instances on one database and one keyring (${engine})`, function () {
    this.timeout(60_000);
    let two: TwoInstances;
    let a: TestApp;
    let b: TestApp;
    const fault = { on: false };
    before(async function () {
      this.timeout(180_000);
      two = await twoInstances(engine);
      a = await openApp(two.a, { holders: failingLast(fault) });
      b = await openApp(two.b);
    });
    after(async () => {
      await b.close();
      await a.close();
      await two.close();
    });

    const erase = (app: TestApp, reference: string) => app.as('dpo').post(`/v1/subjects/${reference}/erasure`);
    const receipts = async (app: TestApp, reference: string) => {
      const { body } = await app.as('dpo').get(`/v1/subjects/${reference}/consents/history`).expect(200);
      for (const { eventId } of body.items) await app.as('dpo').get(`/v1/consents/${eventId}/receipt`).expect(200);
      return body.items.length as number;
    };
    const took = (one: number) => assert.ok(one === 200 || one === 201, String(one));

    for (const [what, door] of Object.entries(OF_VISITORS))
      it(`take ${what} at one as a new person’s, right after the visitor was erased at the other`, async () => {
        const id = `visitor-${++n}`;
        took(await door(b, id));
        const before = await receipts(b, `visitor:${id}`);
        const { body } = await erase(a, `visitor:${id}`).expect(200);
        assert.equal(body.keyDestroyed, true);
        took(await door(b, id));
        assert.deepEqual(await two.unreadable(), []);
        for (const app of [a, b]) assert.equal(await receipts(app, `visitor:${id}`), before);
      });

    for (const [what, door] of Object.entries(OF_ACCOUNTS))
      it(`take ${what} at one only once the erased person was let in again, and can read it then`, async () => {
        const id = `account-${++n}`;
        await put('', { name: 'Ada' })(b, id);
        took(await door(b, id));
        await erase(a, id).expect(200);
        if (what !== 'who was told') assert.equal(await door(b, id), 409);
        assert.deepEqual(await two.unreadable(), []);
        await a.as('dpo').post(`/v1/subjects/${id}/admission`).send({ reason: 'asked-to-return' }).expect(200);
        took(await door(b, id));
        assert.deepEqual(await two.unreadable(), []);
        await receipts(a, id);
      });

    it('take visits of nobody known of a month whose key a sweep at the other has destroyed', async () => {
      const visit = () =>
        b
          .as('platform')
          .post('/v1/visits')
          .send({ ...evidence, occurredAt: '2026-02-03T10:00:00Z' })
          .expect(201);
      await visit();
      const month = visitMonthScope(new Date('2026-02-03T10:00:00Z'));
      await two.a.store.write((tx) => tx.delete(tx.tables.visits));
      await inUnitOfWork(() => two.a.vault.shred('north', [month]));
      await visit();
      assert.deepEqual(await two.unreadable(), []);
    });

    it('lose nothing when a person is erased at one while they decide and visit at the other', async () => {
      for (let round = 0; round < 12; round += 1) {
        const id = `racing-${++n}`;
        for (const door of Object.values(OF_VISITORS)) took(await door(b, id));
        const doors = Object.values(OF_VISITORS).flatMap((door) => [door(b, id), door(b, id), door(a, id)]);
        const [erased, ...statuses] = await Promise.all([erase(a, `visitor:${id}`).then(status), ...doors]);
        assert.equal(erased, 200);
        for (const one of statuses) assert.ok([200, 201, 503].includes(one), String(one));
        assert.deepEqual(await two.unreadable(), []);
        await receipts(a, `visitor:${id}`);
        await receipts(b, `visitor:${id}`);
      }
    });

    it('do not destroy the key of somebody who came back when an erasure is taken up again', async () => {
      const id = `returned-${++n}`;
      const door = OF_VISITORS['a decision with its evidence'] as Door;
      took(await door(b, id));
      fault.on = true;
      await erase(a, `visitor:${id}`).expect(500);
      fault.on = false;
      took(await door(b, id));
      assert.equal((await b.services.erasures.resume(await b.contextOf('north', 'dpo'))).length, 1);
      assert.deepEqual(await two.unreadable(), []);
      assert.equal(await receipts(a, `visitor:${id}`), 1);
    });
  });
