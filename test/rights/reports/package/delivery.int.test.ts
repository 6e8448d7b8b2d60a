import assert from 'node:assert/strict';
import type { Response } from 'supertest';
import { openApp, type TestApp } from '../../../support/app.ts';
import { onBothEngines } from '../../../support/engines.ts';
import { liveThrough, type Traces } from '../../erasure/person.ts';
import { bytesOf, unpacked } from './unpacked.ts';
import { openWinZipAes } from './winzip-aes.ts';

const DAY = 24 * 3_600_000;

onBothEngines('Handing a package over', (ground) => {
  let app: TestApp;
  let ada: Traces;
  let second: string;
  before(async () => {
    app = await openApp(ground(), { publicUrl: 'https://lethe.example.org' });
    ada = await liveThrough(app, 'ada');
    const { body } = await app.as('admin').post('/v1/tokens').send({ role: 'dpo', label: 'second' }).expect(201);
    second = body.secret;
  });
  after(() => app.close());

  const post = (path: string, body?: object) => {
    const call = app.as('dpo').post(path);
    return body ? call.send(body) : call;
  };
  const agree = (id: string) =>
    app.as('dpo').post(`/v1/packages/${id}/approval`).set('Authorization', `Bearer ${second}`).send({});
  async function ready(): Promise<string> {
    const order = { subject: ada.account, kind: 'access', language: 'en' };
    const { body } = await post('/v1/packages', order).expect(202);
    assert.equal(body.status, 'preparing');
    assert.equal((await app.services.packages.work(await app.contextOf('north', 'operator'))).made, 1);
    return body.packageId;
  }
  const state = async (id: string) => (await app.as('dpo').get(`/v1/packages/${id}`).expect(200)).body;
  async function released(): Promise<{ id: string; path: string }> {
    const id = await ready();
    await agree(id).expect(200);
    const { body } = await post(`/v1/packages/${id}/release`, { by: 'link' }).expect(200);
    return { id, path: body.path };
  }

  it('takes two persons, and nothing goes out before', async () => {
    const id = await ready();
    await app.as('dpo').get(`/v1/packages/${id}/content`).expect(200).expect('Content-Type', 'application/zip');
    await post(`/v1/packages/${id}/approval`, {}).expect(403);
    await post(`/v1/packages/${id}/release`, { by: 'link' }).expect(409);
    await agree(id).expect(200);
    await agree(id).expect(409);
  });

  it('works once by its link; looking does not use it up; the secret stands in no log line and is kept as a hash (REQ-A27)', async () => {
    const { id, path } = await released();
    const secret = path.split('/').at(-1) as string;
    for (let n = 0; n < 3; n += 1)
      assert.match((await app.as('nobody').get(path).expect(200)).text, /<form method="post">/);
    const wrong = path.slice(0, -43) + 'x'.repeat(43);
    await app.as('nobody').post(wrong).expect(404);
    await app.as('nobody').post(path.replace('/north/', '/south/')).expect(404);
    const answer = await app.as('nobody').post(path).buffer(true).parse(binary).expect(200);
    const files = await unpacked(answer.body as Buffer);
    assert.ok(String(files.get('data.json')).includes(ada.email));
    assert.equal((await state(id)).status, 'delivered');
    await app.as('nobody').post(path).expect(404);
    await app.as('nobody').get(path).expect(404);
    assert.ok(!app.logged.join('').includes(secret));
    const rows = await ground().store.read((q) => q.select().from(q.tables.packages));
    assert.ok(!JSON.stringify(rows).includes(secret));
    const audit = (await app.as('auditor').get('/v1/audit?action=package&limit=200').expect(200)).body.items;
    const actions = (audit as { action: string; detail: { package: string } }[])
      .filter(({ detail }) => detail.package === id)
      .map(({ action }) => action.replace('package.', ''));
    assert.deepEqual(actions, ['ordered', 'made', 'approved', 'released', 'opened', 'delivered']);
  });

  it('does not count a download that broke; it can be repeated for half an hour', async () => {
    const { packages } = app.services;
    const context = await app.contextOf('north', 'portal');
    const { id, path } = await released();
    const secret = path.split('/').at(-1) as string;
    const broken = await packages.openLink(context, id, secret);
    await broken.stream.next();
    await broken.stream.return(undefined);
    assert.equal((await state(id)).status, 'released');
    await assert.rejects(packages.openLink(context, id, secret), /used up/);
    await assert.rejects(packages.openLink(context, id, secret, 'x'.repeat(43)), /used up/);
    const again = await packages.openLink(context, id, secret, broken.ticket);
    await assert.rejects(packages.openLink(context, id, secret, broken.ticket), /used up/);
    await bytesOf(again.stream);
    assert.equal((await state(id)).status, 'delivered');

    const late = await released();
    const key = late.path.split('/').at(-1) as string;
    const { stream, ticket } = await packages.openLink(context, late.id, key);
    await stream.return(undefined);
    app.time.now = new Date(app.time.now.getTime() + 31 * 60_000);
    await assert.rejects(packages.openLink(context, late.id, key, ticket), /used up/);
    const { body } = await post(`/v1/packages/${late.id}/release`, { by: 'link' }).expect(200);
    await app.as('nobody').get(late.path).expect(404);
    await app.as('nobody').get(body.path).expect(200);
  });

  it('gives twenty who open its link at once one copy; the same browser, by its cookie, one more (ASVS 3.3.1)', async () => {
    const { id, path } = await released();
    const twenty = (cookie?: string) =>
      Promise.all(
        Array.from({ length: 20 }, () => {
          const call = app.as('nobody').post(path).buffer(true).parse(binary);
          return cookie === undefined ? call : call.set('Cookie', `other=1; ${cookie}`);
        }),
      );
    // Each breaks off when it has begun, as far as the service can tell.
    const { packages } = app.services;
    const context = await app.contextOf('north', 'portal');
    const secret = path.split('/').at(-1) as string;
    const opened = await Promise.allSettled(Array.from({ length: 20 }, () => packages.openLink(context, id, secret)));
    const got = opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    assert.equal(got.length, 1);
    await got[0]?.stream.return(undefined);
    const none = await twenty();
    assert.deepEqual([...new Set(none.map(({ status }) => status))], [404]);
    assert.match(String(none[0]?.body), /same browser[\s\S]*demselben Browser/);
    const resumed = await twenty(`__Secure-lethe-package=${got[0]?.ticket}`);
    const files = resumed.filter(({ status }) => status === 200);
    assert.equal(files.length, 1);
    const [cookie = ''] = (files[0]?.headers['set-cookie'] ?? []) as unknown as string[];
    assert.match(
      cookie,
      new RegExp(
        `^__Secure-lethe-package=[\\w-]{43}; Path=/packages/north/${id}; Max-Age=1800; HttpOnly; Secure; SameSite=Lax$`,
      ),
    );
    assert.equal((await state(id)).status, 'delivered');
    for (const answer of await twenty(cookie.split(';')[0])) assert.equal(answer.status, 404);
  });

  it('is void after seven days, and can be released again (REQ-A27)', async () => {
    const { id, path } = await released();
    app.time.now = new Date(app.time.now.getTime() + 7 * DAY);
    await app.as('nobody').post(path).expect(404);
    const { body } = await post(`/v1/packages/${id}/release`, { by: 'link' }).expect(200);
    await app.as('nobody').get(body.path).expect(200);
  });

  it('is encrypted for a passphrase that is kept nowhere', async () => {
    const id = await ready();
    await agree(id).expect(200);
    await post(`/v1/packages/${id}/release`, { by: 'passphrase', passphrase: 'short' }).expect(400);
    const passphrase = 'correct horse battery staple';
    await post(`/v1/packages/${id}/release`, { by: 'passphrase', passphrase }).expect(200);
    await app.as('dpo').get(`/v1/packages/${id}/file`).unset('Lethe-Purpose').expect(400);
    const { body } = await app.as('dpo').get(`/v1/packages/${id}/file`).buffer(true).parse(binary).expect(200);
    const { body: report } = await app.as('dpo').get(`/v1/subjects/${ada.account}/report`).expect(200);
    const looks = JSON.stringify(report.looks ?? report);
    assert.match(looks, /encrypted for a passphrase that whoever fetched it may know/);
    await assert.rejects(unpacked(body as Buffer, 'another passphrase'));
    const [inner] = (await unpacked(body as Buffer, passphrase)).values();
    assert.ok((await unpacked(inner as Buffer)).has('data.json'));
    // And by whoever reads the specification only.
    assert.equal(openWinZipAes(body as Buffer, 'another passphrase'), undefined);
    assert.deepEqual(openWinZipAes(body as Buffer, passphrase), inner);
    assert.equal((await state(id)).status, 'delivered');
  });

  it('is destroyed when its period is over: the key first, then every piece', async () => {
    const { id } = await released();
    app.time.now = new Date(app.time.now.getTime() + 93 * DAY);
    await app.services.packages.work(await app.contextOf('north', 'operator'));
    const { status, destroyedAt } = await state(id);
    assert.equal(status, 'destroyed');
    assert.equal(destroyedAt, app.time.now.toISOString());
    const chunks = await ground().store.read((q) => q.select().from(q.tables.packageChunks));
    assert.ok(chunks.every(({ packageId }) => packageId !== id));
    assert.equal(await ground().vault.existingKey('north', `package:${id}`), undefined);
    await app.as('dpo').get(`/v1/packages/${id}/content`).expect(409);
  });

  it('throws away what a crash left half made, and makes it anew', async () => {
    const { body } = await post('/v1/packages', { subject: ada.account, kind: 'portability' }).expect(202);
    const key = { tenantId: 'north', packageId: body.packageId as string };
    for (const position of [-999_999_999, 0, 1])
      await ground().store.write(async (tx) => {
        await tx.insert(tx.tables.packageChunks).values({ ...key, position, contentSealed: Buffer.from('half') });
      });
    const context = await app.contextOf('north', 'dpo');
    assert.equal(await app.services.packages.make(context, key.packageId), true);
    const files = await unpacked(await bytesOf((await app.services.packages.content(context, key.packageId)).stream));
    assert.ok(files.has('manifest.jws'));
  });

  it('makes one package for a request, however often it is asked for', async () => {
    const context = await app.contextOf('north', 'dpo');
    const order = { subject: ada.account, kind: 'access', requestId: crypto.randomUUID() } as const;
    const both = await Promise.all([
      app.services.packages.prepare(context, order),
      app.services.packages.prepare(context, order),
    ]);
    assert.equal(both[0].packageId, both[1].packageId);
  });

  it('still has on day 20 what retention would have destroyed, while the request holds it (REQ-A26)', async () => {
    const context = await app.contextOf('north', 'dpo');
    const eva = await liveThrough(app, 'eva');
    const ida = await liveThrough(app, 'ida');
    await app.services.retention.holds.place(context, holdOf(eva.account) as never);
    app.time.now = new Date(app.time.now.getTime() + 20 * DAY);
    const operator = await app.contextOf('north', 'operator');
    const { sweepId } = await app.services.retention.sweeps.open(operator, {});
    await app.services.retention.sweeps.run(operator, sweepId);
    const filesOf = async (subject: string) => {
      const { packageId } = await app.services.packages.prepare(context, { subject, kind: 'access' });
      await app.services.packages.make(context, packageId);
      return unpacked(await bytesOf((await app.services.packages.content(context, packageId)).stream));
    };
    assert.ok(String((await filesOf(eva.account)).get('data/visits.full.csv')).includes(eva.userAgent));
    // Nobody asked for Ida's: her visits went as the rule says.
    assert.equal((await filesOf(ida.account)).has('data/visits.full.csv'), false);
  });
});

const holdOf = (subject: string) => ({ kind: 'access-request', subject, reference: '2026-17' });

function binary(response: Response, done: (error: Error | null, body: unknown) => void): void {
  const pieces: Buffer[] = [];
  const stream = response as unknown as NodeJS.ReadableStream;
  stream.on('data', (piece: Buffer) => pieces.push(piece));
  stream.on('end', () => done(null, Buffer.concat(pieces)));
}
