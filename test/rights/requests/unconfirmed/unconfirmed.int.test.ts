import assert from 'node:assert/strict';
import type { Attempt } from '../../../../src/foundations/outbox/model.ts';
import { openApp, type TestApp } from '../../../support/app.ts';
import { onBothEngines, rowsIn } from '../../../support/engines.ts';
import { office } from '../office.ts';
import { mailServer, PUBLIC_URL, stranger } from '../stranger.ts';

const DAY = 86_400_000;
const HOUR = DAY / 24;

onBothEngines('What a stranger sends on the public page', (ground) => {
  let app: TestApp;
  let person: ReturnType<typeof stranger>;
  let desk: ReturnType<typeof office>;
  const { mails, mail } = mailServer();
  let fault: Attempt | undefined;
  before(async () => {
    app = await openApp(ground(), {
      now: '2026-03-03T10:00:00Z',
      publicUrl: PUBLIC_URL,
      trustedProxies: ['127.0.0.0/8', '::1'],
      transports: { mail: async (address, message) => fault ?? mail(address, message) },
    });
    person = stranger(app, mails);
    desk = office(app);
    await app.as('platform').put('/v1/subjects/kim').send({ name: 'Kim', email: 'kim@known.example' }).expect(201);
  });
  after(() => app.close());
  beforeEach(async () => {
    // Each test has a day, a portal and a mail server of its own.
    await ground().store.write(async (tx) => void (await tx.delete(tx.tables.unconfirmedRequests)));
    app.time.now = new Date(app.time.now.getTime() + 2 * DAY);
    mails.length = 0;
    fault = undefined;
  });

  let networks = 0;
  const asked = (email: string, over: object = {}) => ({ type: 'access', requester: { name: 'Kim', email }, ...over });
  /** From a network nobody has used before. */
  const askFromElsewhere = (body: object) => {
    networks += 1;
    return person.ask(body).set('X-Forwarded-For', `10.${networks >> 8}.${networks & 255}.7`);
  };
  const work = async () => app.services.unconfirmed.work(await app.contextOf('north', 'operator'));
  const count = async () =>
    (await app.as('dpo').get('/v1/unconfirmed-requests').expect(200)).body as {
      count: number;
      items: { unconfirmedId: string; mail: string; receivedAt: string; expiresAt: string }[];
    };

  it('is one sealed row: no entry in the log, no clock, no key, no row and no word anywhere else', async () => {
    const before = await rowsIn(ground());
    const { body } = await person.ask(asked('kim@known.example', { text: 'Words of mine.' })).expect(202);
    await work();
    const after = await rowsIn(ground());
    assert.deepEqual(after, { ...before, unconfirmedRequests: 1 });
    assert.deepEqual(body, { next: 'confirm-by-mail', validUntil: new Date(+app.time.now + 7 * DAY).toISOString() });
    const [row] = await ground().store.read((q) => q.select().from(q.tables.unconfirmedRequests));
    assert.doesNotMatch(JSON.stringify(row) + row?.askedSealed?.toString('latin1'), /kim|Words of mine|127\.0/i);
    assert.ok(!app.logged.join('').includes('kim@known.example'));
  });

  it('is mailed without a word of theirs, in two languages, and the same whoever it is', async () => {
    const evil = 'Your parcel waits at https://evil.example/pay';
    await askFromElsewhere(asked('kim@known.example', { text: evil })).expect(202);
    await askFromElsewhere({
      type: 'erasure',
      text: evil,
      requester: { name: evil, email: 'x+https-evil.example@unknown.example', address: evil, language: 'de' },
    }).expect(202);
    const paths = await person.links();
    const [one, other] = mails.map(({ subject, text }, n) => `${subject}\n${text.replaceAll(paths[n] ?? '', 'LINK')}`);
    assert.equal(one, other);
    assert.match(
      one ?? '',
      /Portal north[\s\S]*If it was not you, do nothing[\s\S]*Wenn Sie es nicht waren, tun Sie nichts/,
    );
    assert.doesNotMatch(one ?? '', /evil|Kim/);
    assert.deepEqual(mails.map(({ address }) => address).sort(), [
      'kim@known.example',
      'x+https-evil.example@unknown.example',
    ]);
    await work();
    assert.equal(mails.length, 2);
  });

  it('however many a minute from one address (600 were taken): 10 rows, 10 mails, nothing for ever; 429 in the same bytes, known or unknown', async () => {
    const before = await rowsIn(ground());
    const bodies = new Set<string>();
    const counts: Record<number, number> = {};
    for (let round = 0; round < 5; round += 1)
      await Promise.all(
        Array.from({ length: 30 }, async (_, n) => {
          const email = n % 2 ? 'kim@known.example' : `kim${round}-${n}@unknown.example`;
          const answer = await person.ask(asked(email, { text: 'x'.repeat(10_000) }));
          counts[answer.status] = (counts[answer.status] ?? 0) + 1;
          if (answer.status !== 429) return;
          assert.equal(answer.headers['retry-after'], '3600');
          bodies.add(answer.text.replace(/"instance":"[^"]*"/, ''));
        }),
      );
    assert.deepEqual(counts, { 202: 10, 429: 140 });
    assert.equal(bodies.size, 1, [...bodies].join('\n'));
    await work();
    assert.ok(mails.length <= 10);
    assert.deepEqual(await rowsIn(ground()), { ...before, unconfirmedRequests: 10 });
    const rows = await ground().store.read((q) => q.select().from(q.tables.unconfirmedRequests));
    const bytes = rows.reduce((sum, { askedSealed }) => sum + (askedSealed?.length ?? 0), 0);
    assert.ok(bytes < 10 * 11_000, `${bytes} bytes`);
    app.time.now = new Date(+app.time.now + 7 * DAY);
    await work();
    assert.deepEqual(await rowsIn(ground()), before);
  });

  it('three unconfirmed a mailbox and day, however it is written; a confirmed one makes room', async () => {
    const spellings = ['kim@known.example', 'KIM@known.example', 'Kim+1@Known.example', 'kim+2@known.example'];
    for (const email of spellings.slice(0, 3)) await askFromElsewhere(asked(email)).expect(202);
    await askFromElsewhere(asked('kim+2@known.example')).expect(429);
    await askFromElsewhere(asked('other@known.example')).expect(202);
    const paths = await person.links();
    await person.confirm(paths[mails.findIndex(({ address }) => /kim/i.test(address))] ?? '');
    await askFromElsewhere(asked('kim+2@known.example')).expect(202);
    await askFromElsewhere(asked('kim@known.example')).expect(429);
    app.time.now = new Date(+app.time.now + DAY);
    await askFromElsewhere(asked('kim@known.example')).expect(202);
  });

  it('ten a network and hour (/24, /64), thirty a portal and hour; confirming makes no room for more; at every instance', async () => {
    const second = await openApp(ground(), {
      now: app.time.now,
      publicUrl: PUBLIC_URL,
      trustedProxies: ['127.0.0.0/8', '::1'],
      transports: { mail },
    });
    const other = stranger(second, mails);
    for (const near of ['203.0.113.', '2001:db8:1:2::']) {
      for (let n = 1; n <= 10; n += 1)
        await (n % 2 ? person : other)
          .ask(asked(`${near.length}-${n}@network.example`))
          .set('X-Forwarded-For', `${near}${n}`)
          .expect(202);
      for (const one of [person, other])
        await one.ask(asked('z@z.example')).set('X-Forwarded-For', `${near}99`).expect(429);
    }
    for (const path of (await person.links()).slice(0, 10)) await person.confirm(path);
    await person.ask(asked('z@z.example')).set('X-Forwarded-For', '203.0.113.99').expect(429);
    for (let n = 0; n < 10; n += 1) await askFromElsewhere(asked(`h${n}@hour.example`)).expect(202);
    await askFromElsewhere(asked('z@z.example')).expect(429);
    await second.close();
    app.time.now = new Date(+app.time.now + HOUR);
    await person.ask(asked('z@z.example')).set('X-Forwarded-For', '203.0.113.99').expect(202);
  });

  it('five hundred unconfirmed at a portal, which is told; another portal is not touched', async () => {
    await person.ask(asked('kim@known.example')).expect(202);
    const [row] = await ground().store.read((q) => q.select().from(q.tables.unconfirmedRequests));
    const more = Array.from({ length: 499 }, (_, n) => ({
      ...(row as NonNullable<typeof row>),
      unconfirmedId: `01890000-0000-7000-8000-${String(n).padStart(12, '0')}`,
      mailboxIndex: `m${n}`,
      networkIndex: `n${n}`,
      createdAt: new Date(+app.time.now - 2 * DAY),
    }));
    const alarms = async () => (await app.services.standingAlarms()).filter((alarm) => alarm.includes('500'));
    assert.deepEqual(await alarms(), []);
    await ground().store.write(async (tx) => void (await tx.insert(tx.tables.unconfirmedRequests).values(more)));
    await askFromElsewhere(asked('new@somewhere.example')).expect(429);
    assert.equal((await alarms()).length, 1);
    assert.equal((await count()).count, 500);
    await app.as('nobody').post('/v1/public/south/requests').send(asked('new@somewhere.example')).expect(202);
  });

  it('becomes a request by the button, not by a scanner’s look, once of twenty at once, received on the day it came', async () => {
    const day = app.time.now;
    await person.ask(asked('kim@known.example')).expect(202);
    const [path = ''] = await person.links();
    app.time.now = new Date(+day + 3 * DAY);
    for (let n = 0; n < 3; n += 1) {
      const page = await app.as('nobody').get(path).expect(200);
      assert.match(page.text, /<form method="post"><button type="submit">Confirm/);
      assert.doesNotMatch(page.text, /<script|kim@/);
      assert.match(page.text, /name="viewport" content="width=device-width/);
    }
    assert.equal((await count()).count, 1);
    const wrong = `${path.slice(0, -43)}${'x'.repeat(43)}`;
    const refused = await app.as('nobody').post(wrong).expect(404);
    assert.match(refused.text, /Dieser Link gilt nicht/);
    await app.as('nobody').post(path.replace('/north/', '/south/')).expect(404);
    const answers = await Promise.all(Array.from({ length: 20 }, () => app.as('nobody').post(path)));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, ...Array(19).fill(404)]);
    const [won] = answers.filter(({ status }) => status === 200);
    const [, requestId = ''] = /id="request">([^<]+)</.exec(won?.text ?? '') ?? [];
    const [, secret = ''] = /id="secret">([^<]+)</.exec(won?.text ?? '') ?? [];
    const { body } = await app
      .as('nobody')
      .get(`/v1/public/north/requests/${requestId}`)
      .set('Lethe-Request-Secret', secret)
      .expect(200);
    assert.equal(body.receivedAt, day.toISOString());
    const file = await desk.get(requestId);
    assert.deepEqual([file.receivedAt, file.channel, file.subjectKnown], [day.toISOString(), 'page', null]);
    const requests = await ground().store.read((q) => q.select().from(q.tables.requests));
    assert.equal(requests.filter(({ receivedAt }) => +receivedAt === +day).length, 1);
    const { items } = (await app.as('auditor').get('/v1/audit?action=request.received&limit=200').expect(200)).body;
    assert.equal(items.filter(({ detail }: { detail: { request: string } }) => detail.request === requestId).length, 1);
    await app.as('nobody').get(path).expect(404);
    assert.equal((await count()).count, 0);
    assert.ok(!app.logged.join('').includes(path.split('/').at(-1) as string));
  });

  it('ends after seven days, whatever the mail did; then the row is gone', async () => {
    fault = { delivered: false, failure: 'unreachable' };
    await person.ask(asked('kim@known.example')).expect(202);
    await work();
    assert.equal((await count()).items[0]?.mail, 'waiting');
    app.time.now = new Date(+app.time.now + HOUR);
    fault = undefined;
    const [path = ''] = await person.links();
    assert.equal((await count()).items[0]?.mail, 'sent');
    app.time.now = new Date(+app.time.now + 7 * DAY - HOUR);
    await app.as('nobody').get(path).expect(404);
    await app.as('nobody').post(path).expect(404);
    assert.equal((await work()).deleted, 1);
    assert.equal((await count()).count, 0);

    fault = { delivered: false, failure: 'mail-refused', final: true };
    await person.ask(asked('kim@known.example')).expect(202);
    assert.equal((await work()).failed, 1);
    assert.equal((await count()).items[0]?.mail, 'failed');
  });

  it('may be taken up by an officer, who looks for a stated purpose and answers for it', async () => {
    await person.ask(asked('kim@known.example', { text: 'Please.' })).expect(202);
    const { items } = await count();
    assert.doesNotMatch(JSON.stringify(items), /kim|Please/);
    const path = `/v1/unconfirmed-requests/${items[0]?.unconfirmedId}`;
    await app.as('dpo').get(path).unset('Lethe-Purpose').expect(400);
    const { body: seen } = await app.as('dpo').get(path).expect(200);
    assert.deepEqual(
      [seen.requester.email, seen.asked, seen.type],
      ['kim@known.example', { text: 'Please.' }, 'access'],
    );
    await app.as('operator').get(path).expect(403);
    const accept = () => app.as('dpo').post(`${path}/accept`).set('Idempotency-Key', '"once"').send({});
    const { body: opened } = await accept().expect(201);
    const { body: again } = await accept().expect(201);
    assert.deepEqual(again, opened);
    await app.as('dpo').post(`${path}/accept`).send({}).expect(404);
    assert.equal((await desk.get(opened.requestId)).asked['text'], 'Please.');
    await work();
    assert.ok(mails.every(({ topic }) => topic !== 'request.to-confirm'));
  });

  it('is told at once what of it cannot be, and that without a public address nothing can be confirmed', async () => {
    await person.ask({ type: 'access', requester: { name: 'Kim' } }).expect(400);
    await person.ask(asked('kim@known.example', { purpose: 'world-domination' })).expect(422);
    assert.equal((await count()).count, 0);
    const alone = await openApp(ground(), { now: app.time.now });
    const { body } = await stranger(alone, mails).ask(asked('kim@known.example')).expect(503);
    assert.match(body.detail, /public address/);
    await alone.close();
  });
});
