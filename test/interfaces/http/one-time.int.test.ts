import assert from 'node:assert/strict';
import { and, eq } from 'drizzle-orm';
import type { Response } from 'supertest';
import { bootstrap } from '../../../src/foundations/access/bootstrap.ts';
import { liveThrough, type Traces } from '../../rights/erasure/person.ts';
import { office } from '../../rights/requests/office.ts';
import { mailServer, PUBLIC_URL, stranger } from '../../rights/requests/stranger.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { onBothEngines } from '../../support/engines.ts';

const TRIES = 20;

/** One use; true for the one that counted. `counted`: how often it did, where every answer is the same. */
type Use = (() => Promise<boolean>) & { counted?: () => Promise<number> };

onBothEngines('What counts once', (ground) => {
  let app: TestApp;
  let ada: Traces;
  let second: string;
  const { mails, mail } = mailServer();
  before(async () => {
    app = await openApp(ground(), { publicUrl: PUBLIC_URL, transports: { mail } });
    ada = await liveThrough(app, 'ada');
    const { body } = await app.as('admin').post('/v1/tokens').send({ role: 'dpo', label: 'second' }).expect(201);
    second = body.secret;
  });
  after(() => app.close());

  const post = (path: string, body?: object) => app.as('dpo').post(path).send(body);
  const bySecond = (path: string, body?: object) => post(path, body).set('Authorization', `Bearer ${second}`);
  const entries = async (action: string) =>
    (await app.as('auditor').get(`/v1/audit?action=${action}&limit=200`).expect(200)).body.items.length as number;
  const answered =
    (call: () => PromiseLike<Response>, right = (answer: Response) => answer.status < 300) =>
    async () =>
      right(await call());

  async function packageMade(): Promise<string> {
    const { body } = await post('/v1/packages', { subject: ada.account, kind: 'access' }).expect(202);
    await app.services.packages.work(await app.contextOf('north', 'operator'));
    return body.packageId;
  }
  async function disclosureAsked(): Promise<string> {
    const about = { kind: 'export', purpose: 'authority-inquiry', target: { holder: 'profiles' } };
    return (await post('/v1/disclosures', about).expect(201)).body.disclosureId;
  }

  /** Each prepares one secret or one decision, and answers how it is used, and whether that use was the one. */
  const secrets: Record<string, () => Promise<Use>> = {
    'the link that confirms a request': async () => {
      const person = stranger(app, mails);
      await person.ask({ type: 'access', requester: { email: 'kim@known.example' } }).expect(202);
      const [path = ''] = await person.links();
      return answered(() => app.as('nobody').post(path));
    },
    'an officer’s taking up of an unconfirmed request': async () => {
      await stranger(app, mails)
        .ask({ type: 'access', requester: { email: 'kim@known.example' } })
        .expect(202);
      const { items } = (await app.as('dpo').get('/v1/unconfirmed-requests').expect(200)).body;
      return answered(() => post(`/v1/unconfirmed-requests/${items[0].unconfirmedId}/accept`, {}));
    },
    'the code that shows who asks': async () => {
      const { requestId, secret } = await office(app).open({ requester: { email: 'ada@private.example' } });
      const check = { method: 'email-code', doubt: 'unknown-sender' };
      await office(app).act(requestId, 'identity-checks', check);
      mails.length = 0;
      await app.services.outbox.deliverDue(await app.contextOf('north', 'operator'));
      const code = mails.flatMap(({ text }) => /\b\d{4} \d{4}\b/.exec(text) ?? [])[0];
      const path = `/v1/public/north/requests/${requestId}/identity`;
      return answered(
        () => app.as('nobody').post(path).set('Lethe-Request-Secret', secret).send({ code }),
        ({ body }) => body.outcome === 'confirmed',
      );
    },
    'taking a request back with the secret it is followed with': async () => {
      const { requestId, secret } = await office(app).open({ requester: { email: 'ada@private.example' } });
      const path = `/v1/public/north/requests/${requestId}/withdrawal`;
      return answered(() => app.as('nobody').post(path).set('Lethe-Request-Secret', secret));
    },
    'agreeing to a package': async () => {
      const path = `/v1/packages/${await packageMade()}/approval`;
      return answered(() => bySecond(path, {}));
    },
    'the link of a package': async () => {
      const packageId = await packageMade();
      await bySecond(`/v1/packages/${packageId}/approval`, {}).expect(200);
      const { body } = await post(`/v1/packages/${packageId}/release`, { by: 'link' }).expect(200);
      return answered(() => app.as('nobody').post(body.path));
    },
    'agreeing to a disclosure': async () => {
      const path = `/v1/disclosures/${await disclosureAsked()}/approval`;
      return answered(() => bySecond(path));
    },
    'a disclosure that was agreed to': async () => {
      const disclosureId = await disclosureAsked();
      await bySecond(`/v1/disclosures/${disclosureId}/approval`).expect(200);
      return answered(() => app.as('dpo').post(`/v1/disclosures/${disclosureId}/release`));
    },
    'agreeing to an erasure as it was proposed': async () => {
      const bea = await liveThrough(app, 'bea');
      const order = { ground: '17-1-b', categories: { 'content.public-association': { action: 'erase' } } };
      const proposed = await post(`/v1/subjects/${bea.account}/erasure/order`, order).expect(202);
      const path = `/v1/erasures/${proposed.body.erasureId}/approval`;
      const before = await entries('erasure.started');
      // A repeated agreement answers what came of the first: what counts is how often it began.
      const use = answered(() => app.as('admin').post(path));
      return Object.assign(use, { counted: async () => (await entries('erasure.started')) - before });
    },
    'the first administrator’s token': async () => {
      const { store } = ground();
      await store.write(async (tx) => {
        const { tenants, apiTokens } = tx.tables;
        await tx.delete(tenants).where(eq(tenants.tenantId, 'main'));
        await tx
          .delete(apiTokens)
          .where(and(eq(apiTokens.tenantId, 'main'), eq(apiTokens.createdBy, 'system:bootstrap')));
      });
      const context = { ...(await app.contextOf('north', 'admin')) };
      context.tenant = { ...context.tenant, id: 'main' };
      return async () => {
        let shown = false;
        await bootstrap({ store, audit: app.services.audit, vault: ground().vault }, context, {
          announce: () => {
            shown = true;
          },
        });
        return shown;
      };
    },
  };

  for (const [name, prepare] of Object.entries(secrets))
    it(`${name}: of ${TRIES} at once one`, async () => {
      const use = await prepare();
      const got = await Promise.all(Array.from({ length: TRIES }, use));
      assert.equal(await (use.counted?.() ?? got.filter(Boolean).length), 1);
      // The table is shared: nothing of one is left for the next to be counted by.
      await ground().store.write(async (tx) => void (await tx.delete(tx.tables.unconfirmedRequests)));
    });
});
