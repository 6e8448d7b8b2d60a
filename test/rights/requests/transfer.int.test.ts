import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createWebhookTransport } from '../../../src/foundations/outbox/webhook.ts';
import { signedBy } from '../../../src/foundations/webhooks/signature.ts';
import { policiesWith } from '../../data/retention/stage.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { onBothEngines } from '../../support/engines.ts';
import { bytesOf, unpacked } from '../reports/package/unpacked.ts';
import { office } from './office.ts';

const PUBLIC_URL = 'https://lethe.example';
const ADDRESS = 'https://other.example/take';
const reach = createWebhookTransport({ privateTargets: true });

/** Another controller's address, which answers with these states, then 204; it remembers what it was sent. */
async function receiver(...states: number[]) {
  const got: { headers: IncomingHttpHeaders; body: Buffer }[] = [];
  const server: Server = createServer(async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    got.push({ headers: request.headers, body: Buffer.concat(pieces) });
    response.writeHead(states.shift() ?? 204).end();
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/take`;
  return { got, url, close: () => new Promise<unknown>((closed) => server.close(closed)) };
}

onBothEngines('Directly to another controller (Art. 20(2); REQ-A38)', (ground) => {
  let app: TestApp;
  let desk: ReturnType<typeof office>;
  let other: Awaited<ReturnType<typeof receiver>>;
  before(async () => {
    other = await receiver(503);
    app = await openApp(ground(), {
      now: '2026-03-03T10:00:00Z',
      publicUrl: PUBLIC_URL,
      policies: policiesWith(ground(), 'parties.yaml', [
        'parties:\n',
        `parties:
  - id: other-repository
    name: Other Repository e.V.
    kind: organisation
    contact: privacy@other.example
    notices: { webhook: "${ADDRESS}" }
`,
      ]),
      transports: {
        mail: async () => ({ delivered: true }),
        // The real one; only the name of the other controller resolves to this machine.
        webhook: (url, message, secrets, at) => {
          assert.equal(url, ADDRESS);
          return reach(other.url, message, secrets, at);
        },
      },
    });
    desk = office(app);
    await app
      .as('platform')
      .put('/v1/subjects/paula')
      .send({ name: 'Paula Portable', email: 'paula@portable.example', interests: ['limnology'] })
      .expect(201);
  });
  after(async () => {
    await app.close();
    await other.close();
  });

  const jobs = async () => {
    const context = await app.contextOf('north', 'operator');
    await app.services.packages.work(context);
    await app.services.requests.resume(context);
    await app.services.outbox.deliverDue(context);
  };
  const asked = {
    type: 'portability',
    subject: 'account:paula',
    requester: { name: 'Paula Portable', email: 'paula@portable.example' },
  };

  it('is of portability, and of a controller whose address the register has', async () => {
    for (const [over, why] of [
      [{ ...asked, type: 'access', transferTo: 'other-repository' }, /portability request only/],
      [{ ...asked, transferTo: 'doi-registry' }, /not technically feasible/],
      [{ ...asked, transferTo: 'institution' }, /not itself/],
      [{ ...asked, transferTo: 'nobody-known' }, /not technically feasible/],
    ] as const) {
      const { body } = await app
        .as('dpo')
        .post('/v1/requests')
        .send({ channel: 'letter', ...over })
        .expect(422);
      assert.equal(body.errors[0].pointer, '/transferTo');
      assert.match(body.detail, why);
    }
  });

  it('goes under four eyes as a signed webhook, tried again, is fetched once, and is told', async () => {
    const { requestId: id } = await desk.open({ ...asked, transferTo: 'other-repository' });
    assert.equal((await desk.get(id)).asked['transferTo'], 'other-repository');
    await desk.act(id, 'identity-decision', { confirmed: true, text: 'Known here.' });
    await desk.act(id, 'execution');
    await jobs();
    await jobs();
    await desk.refused(id, 'package-approval', { transferTo: 'other-repository' }, 403, /another person/);
    await desk.refused(id, 'release', { by: 'transfer' }, 409, /looked at the package/);
    await desk.act(id, 'package-approval', {}, 'admin');
    await desk.refused(id, 'release', { by: 'transfer' }, 422, /approval of the package names/);
    await desk.act(id, 'package-approval', { transferTo: 'other-repository' }, 'admin');

    const send = () =>
      app
        .as('dpo')
        .post(`/v1/requests/${id}/release`)
        .set('Idempotency-Key', '"the-same-transfer"')
        .send({ by: 'transfer' });
    assert.equal((await send().expect(200)).body.url, null, 'nobody but the controller gets it');
    await send().expect(200);
    await jobs();
    assert.equal(other.got.length, 1, 'it was down');
    await desk.refused(id, 'answer', {}, 409, /has not fetched/);
    app.time.now = new Date('2026-03-03T12:00:00Z');
    await jobs();
    assert.equal(other.got.length, 2);
    const [{ headers: first }, { headers, body }] = other.got as [(typeof other.got)[0], (typeof other.got)[0]];
    assert.equal(headers['webhook-id'], first['webhook-id'], 'the same message');
    const context = await app.contextOf('north', 'operator');
    const secret = await app.services.outbox.secret(context, 'other-repository');
    const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
    assert.ok(signedBy(key, headers, body, app.time.now));

    const { type, data } = JSON.parse(body.toString());
    assert.equal(type, 'data-portability.transfer');
    assert.doesNotMatch(body.toString(), /Paula|portable\.example|paula/);
    assert.ok(data.fetch.url.startsWith(`${PUBLIC_URL}/packages/north/`));
    const { body: zip } = await app
      .as('nobody')
      .post(data.fetch.url.slice(PUBLIC_URL.length))
      .buffer(true)
      .parse((response, done) => void bytesOf(response as never).then((bytes) => done(null, bytes)))
      .expect(200);
    assert.equal(createHash('sha256').update(zip).digest('hex'), data.package.sha256);
    assert.equal(zip.length, data.package.bytes);
    const files = await unpacked(zip);
    assert.match(String(files.get('data.jsonld')), /limnology/);
    assert.match(String(files.get('data.jsonld')), /Paula Portable/, 'what she typed is hers');

    assert.equal((await desk.act(id, 'answer')).state, 'answered');
    const { letters } = await desk.get(id);
    assert.match(
      letters.at(-1)?.text ?? '',
      /directly to Other Repository e\.V\..*3 March 2026 \(Art\. 20\(2\) GDPR\)/s,
    );
    const { body: history } = await app.as('dpo').get(`/v1/requests/${id}/events`).expect(200);
    const facts = history.items.map(({ kind, facts: told }: { kind: string; facts: object }) => [kind, told]);
    assert.ok(JSON.stringify(facts).includes('"by":"transfer"'));
    assert.ok(JSON.stringify(facts).includes('"transferTo":"other-repository"'));
    const { text: page } = await app.as('dpo').get(`/v1/requests/${id}/page`).expect(200);
    assert.match(page, /Other Repository/);
    assert.doesNotMatch(app.logged.join('\n'), new RegExp(data.fetch.url.split('/').at(-1)));
  });
});
