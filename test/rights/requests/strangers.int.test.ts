import assert from 'node:assert/strict';
import { openApp, type TestApp } from '../../support/app.ts';
import { onBothEngines } from '../../support/engines.ts';
import { office } from './office.ts';
import { mailServer, type Own, PUBLIC_URL, stranger } from './stranger.ts';

const ADDRESS = '192.0.2.7';
/** Of the victim's one visit: the 37th second of an hour that the attacker knows. */
const SEEN = '2026-03-01T09:00:37Z';
const EVE = 'eve@evil.example';

onBothEngines('A stranger who has something of another person', (ground) => {
  let app: TestApp;
  let desk: ReturnType<typeof office>;
  let page: ReturnType<typeof stranger>;
  const { mails, mail } = mailServer();
  before(async () => {
    app = await openApp(ground(), {
      now: '2026-03-03T10:00:00Z',
      publicUrl: PUBLIC_URL,
      transports: { webhook: mail, mail },
    });
    desk = office(app);
    page = stranger(app, mails);
    await app.as('platform').put('/v1/subjects/kim').send({ name: 'Kim', email: 'kim@known.example' }).expect(201);
    await app
      .as('platform')
      .post('/v1/visits')
      .send({ visitor: 'victim', address: ADDRESS, occurredAt: SEEN })
      .expect(201);
  });
  after(() => app.close());
  beforeEach(() => mails.splice(0));

  const entries = async (action: string) =>
    (await ground().store.read((q) => q.select().from(q.tables.auditEntries)))
      .filter((entry) => entry.tenantId === 'north' && entry.action === action)
      .sort((one, other) => (one.entryId < other.entryId ? -1 : 1));
  /** What an answer says, but for what is random in it. */
  const said = ({ status, text, headers }: { status: number; text: string; headers: Record<string, string> }) =>
    JSON.stringify([
      status,
      text.replaceAll(/[0-9a-f-]{36}/g, 'ID'),
      headers['content-length'],
      headers['content-type'],
    ]);
  /** A request that has begun. What bounds how many begin is tested with the unconfirmed ones. */
  async function open(over: object): Promise<Own> {
    const own = await page.confirmed({ type: 'access', ...over });
    await ground().store.write((tx) => tx.delete(tx.tables.unconfirmedRequests));
    return own;
  }
  const trace = (second: number) => ({
    by: 'trace',
    at: `2026-03-01T09:${String(Math.floor(second / 60)).padStart(2, '0')}:${String(second % 60).padStart(2, '0')}Z`,
    address: ADDRESS,
  });
  const deliver = async () => app.services.outbox.deliverDue(await app.contextOf('north', 'operator'));
  const resume = async () => app.services.requests.resume(await app.contextOf('north', 'operator'));
  const holds = async () =>
    (await app.as('dpo').get('/v1/holds').expect(200)).body.items.filter(
      ({ releasedAt }: { releasedAt: string | null }) => releasedAt === null,
    );
  const codeIn = (text = '') => (/\b\d{4} \d{4}\b/.exec(text)?.[0] ?? '').replace(' ', '');

  describe('and tries evidence', () => {
    it('does not find the second of a visit in 115 tries: five are taken, and all are answered alike', async () => {
      const own = await open({ requester: { email: EVE } });
      await desk.act(own.requestId, 'unidentifiable');
      const answers: string[] = [];
      // The one that fits is the third.
      for (let n = 0; n < 115; n += 1) answers.push(said(await page.post(own, 'identification', trace(35 + n))));
      const taken = answers.filter((answer) => answer.startsWith('[200'));
      assert.deepEqual([taken.length, new Set(taken).size, new Set(answers.slice(5)).size], [5, 1, 1]);
      assert.equal((await desk.get(own.requestId)).subject, null);
    });

    it('is counted also when twenty tries come at the same time', async () => {
      const own = await open({ requester: { email: EVE } });
      const tries = await Promise.all(
        Array.from({ length: 20 }, (_, n) => page.post(own, 'identification', trace(30 + n))),
      );
      const again = await Promise.all(
        Array.from({ length: 20 }, (_, n) => page.post(own, 'identification', trace(30 + n))),
      );
      const taken = [...tries, ...again].filter(({ status }) => status === 200).length;
      assert.ok(taken >= 1 && taken <= 5, `${taken} were taken`);
      for (let n = 0; n < 6; n += 1) await page.post(own, 'identification', trace(n));
      const { items } = (await app.as('dpo').get(`/v1/requests/${own.requestId}/events`).expect(200)).body;
      assert.equal(items.filter(({ kind }: { kind: string }) => kind === 'identification-supplied').length, 5);
    });

    it('leaves every try in the log, and every hit of an officer’s look; only the officer sees what fits', async () => {
      const own = await open({ requester: { email: EVE } });
      const before = { tries: (await entries('request.identification-supplied')).length, looks: 0 };
      before.looks = (await entries('personal-data.read')).length;
      const ids = [
        { by: 'visitor-id', visitor: 'victim' },
        trace(37),
        trace(38),
        { by: 'visitor-id', visitor: 'none' },
      ];
      const receipt = { by: 'consent-receipt', receiptId: '0190c7a4-0000-4000-8000-00000000beef' };
      for (const given of [...ids, receipt]) await page.post(own, 'identification', given).expect(200);
      const tries = (await entries('request.identification-supplied')).slice(before.tries);
      assert.deepEqual(
        tries.map(({ subject, detail }) => [subject, (detail as { by: string }).by]),
        ['visitor-id', 'trace', 'trace', 'visitor-id', 'consent-receipt'].map((by) => [null, by]),
      );
      await app.as('dpo').get(`/v1/requests/${own.requestId}/candidates`).unset('Lethe-Purpose').expect(400);
      await app.as('auditor').get(`/v1/requests/${own.requestId}/candidates`).expect(403);
      const { items } = (await app.as('dpo').get(`/v1/requests/${own.requestId}/candidates`).expect(200)).body;
      assert.deepEqual(
        items.map(({ fits }: { fits: boolean }) => fits),
        [false, true, true, false, false, false],
      );
      // One entry for each look-up, whatever it found.
      const looks = (await entries('personal-data.read')).slice(before.looks);
      assert.deepEqual(
        looks.map(({ subject }) => subject !== null),
        [false, true, true, false, false, false],
      );
      // An officer who tries by hand looks, too, and also in vain.
      await desk.refused(own.requestId, 'identification', trace(39), 422, /nothing is found/);
      await desk.act(own.requestId, 'identification', trace(37));
      const tried = (await entries('personal-data.read')).slice(before.looks + 6);
      assert.deepEqual(
        tried.map(({ subject, detail }) => [subject !== null, (detail as { what: string }).what]),
        [
          [false, 'identifyRequest'],
          [true, 'identifyRequest'],
        ],
      );
      await desk.act(own.requestId, 'withdrawal');
    });

    it('gets 422 for a time that does not exist, before anything is kept', async () => {
      const own = await open({ requester: { email: EVE } });
      await page
        .post(own, 'identification', { by: 'trace', at: '2026-02-30T25:00:00Z', address: ADDRESS })
        .expect(({ status }) => assert.ok(status === 400 || status === 422, String(status)));
      await app.as('dpo').get(`/v1/requests/${own.requestId}/candidates`).expect(200);
    });
  });

  describe('and waits for a code', () => {
    it('gets none: it goes to the address the account has, not to the one that was typed', async () => {
      const own = await open({ requester: { email: EVE } });
      await desk.act(own.requestId, 'subject', { subject: 'account:kim' });
      mails.splice(0);
      await desk.act(own.requestId, 'identity-checks', { method: 'email-code', doubt: 'address-differs' });
      await deliver();
      const coded = mails.filter(({ text }) => codeIn(text) !== '');
      assert.deepEqual(
        coded.map(({ address }) => address),
        ['kim@known.example'],
      );
    });

    it('is nobody by an address that only looks like somebody’s', async () => {
      for (const email of ['\u212aim@known.example', 'k\u0131m@known.example', 'kim@\uff4bnown.example']) {
        const own = await open({ requester: { email } });
        await desk.act(own.requestId, 'identity-checks', { method: 'email-code', doubt: 'unknown-sender' });
        await deliver();
        const { address, text } = mails.at(-1) as (typeof mails)[number];
        assert.equal(address, email);
        const code = codeIn(text);
        assert.equal((await page.post(own, 'identity', { code }).expect(200)).body.outcome, 'confirmed');
        const file = await desk.get(own.requestId);
        assert.deepEqual([file.subject, file.identity?.state], [null, 'confirmed']);
      }
    });

    it('has shown nothing for an account that is named after it: a code counts for its own address only', async () => {
      const own = await open({ requester: { email: EVE } });
      await desk.act(own.requestId, 'identity-checks', { method: 'email-code', doubt: 'unknown-sender' });
      await deliver();
      const code = codeIn(mails.at(-1)?.text);
      await page.post(own, 'identity', { code }).expect(200);
      await desk.act(own.requestId, 'subject', { subject: 'account:kim' });
      await desk.refused(own.requestId, 'execution', {}, 409, /established/);
      await desk.act(own.requestId, 'withdrawal');
    });

    it('cannot use one that was under way to another address when the account was named', async () => {
      const own = await open({ requester: { email: EVE } });
      await desk.act(own.requestId, 'identity-checks', { method: 'email-code', doubt: 'unknown-sender' });
      await deliver();
      const code = codeIn(mails.at(-1)?.text);
      await desk.act(own.requestId, 'subject', { subject: 'account:kim' });
      assert.equal((await page.post(own, 'identity', { code }).expect(200)).body.outcome, 'wrong');
      assert.equal((await desk.get(own.requestId)).identity, null);
      await desk.act(own.requestId, 'withdrawal');
    });

    it('is not said to have sent it back where an officer has recognised them otherwise', async () => {
      const own = await open({ requester: { email: EVE } });
      await desk.act(own.requestId, 'identity-checks', { method: 'email-code', doubt: 'unknown-sender' });
      await desk.refused(own.requestId, 'identity-decision', { confirmed: true }, 422, /recognised/);
      await desk.act(own.requestId, 'identity-decision', { confirmed: true, text: 'Came in person.' });
      assert.equal((await desk.get(own.requestId)).identity?.method, 'known');
      const { items } = (await app.as('dpo').get(`/v1/requests/${own.requestId}/identity`).expect(200)).body;
      assert.deepEqual(items.map(({ method, status }: { method: string; status: string }) => [method, status]).sort(), [
        ['email-code', 'replaced'],
        ['known', 'confirmed'],
      ]);
      await desk.act(own.requestId, 'withdrawal');
    });

    it('of somebody without an address on record cannot be asked for at all', async () => {
      const own = await open({ requester: { email: EVE } });
      await desk.act(own.requestId, 'identification', { by: 'visitor-id', visitor: 'victim' });
      const check = { method: 'email-code', doubt: 'unknown-sender' };
      await desk.refused(own.requestId, 'identity-checks', check, 409, /No address is kept/);
      await desk.act(own.requestId, 'withdrawal');
    });
  });

  describe('and asks for what would stop others', () => {
    it('is not the person of a letter’s address because an officer has seen a passport', async () => {
      const { requestId } = await desk.open({ channel: 'letter', requester: { email: 'kim@known.example' } });
      await desk.act(requestId, 'identity-checks', { method: 'documents', doubt: 'unknown-sender', asked: ['A copy of your passport'] });
      await desk.act(requestId, 'identity-decision', { confirmed: true });
      assert.equal((await desk.get(requestId)).subject, null);
      await desk.act(requestId, 'withdrawal');
    });

    it('stops nothing: no hold, no key, no link, and the platform’s erasure goes through', async () => {
      await app.as('platform').put('/v1/subjects/lee').send({ name: 'Lee', email: 'lee@known.example' }).expect(201);
      await app
        .as('platform')
        .post('/v1/visits')
        .send({ visitor: 'of-lee', address: '198.51.100.9', occurredAt: SEEN })
        .expect(201);
      await app.as('platform').post('/v1/subjects/lee/links').send({ visitor: 'of-lee' }).expect(201);
      const before = (await holds()).length;
      const scopes = async () => (await ground().vault.scopes('north', 'subject:', '', 1_000)).length;
      const keys = await scopes();
      for (const [type, over] of [
        ['access', {}],
        ['portability', {}],
        ['restriction', { ground: '18-1-a' }],
        ['objection', { purpose: 'usage-statistics' }],
        ['erasure', {}],
        ['consent-withdrawal', {}],
      ] as const) {
        const own = await open({ type, ...over, requester: { email: 'lee@known.example' } });
        for (const visitor of ['of-lee', 'never-seen'])
          await page.post(own, 'identification', { by: 'visitor-id', visitor }).expect(200);
        if (type === 'access') await desk.act(own.requestId, 'unidentifiable');
        if (type === 'access')
          await page.post(own, 'identification', { by: 'visitor-id', visitor: 'of-lee' }).expect(200);
        await desk.refused(own.requestId, 'execution', {}, 409, /established|proposed/);
        const { body } = await page.follow(own).expect(200);
        assert.doesNotMatch(JSON.stringify(body), /of-lee|\bLee\b/);
      }
      await resume();
      assert.deepEqual([(await holds()).length, await scopes()], [before, keys]);
      for (const role of ['nobody', 'portal'] as const) {
        const refused = role === 'nobody' ? 401 : 403;
        await app.as(role).post('/v1/subjects/eve/links').send({ visitor: 'of-lee' }).expect(refused);
        await app
          .as(role)
          .post('/v1/holds')
          .send({ kind: 'legal', subject: 'visitor:of-lee', reference: 'x' })
          .expect(refused);
        await app.as(role).get('/v1/subjects/visitor:of-lee/consents/history').expect(refused);
        await app
          .as(role)
          .post('/v1/requests')
          .send({ type: 'restriction', subject: 'visitor:of-lee' })
          .expect(refused);
      }
      await app
        .as('platform')
        .post('/v1/requests')
        .send({ type: 'restriction', subject: 'visitor:of-lee' })
        .expect(422);
      const { body } = await app.as('platform').post('/v1/subjects/lee/erasure').expect(200);
      assert.deepEqual([body.status, body.keyDestroyed, body.resumes ?? false], ['finished', true, false]);
    });

    it('keeps no sweep from its work', async () => {
      const own = await open({ type: 'restriction', requester: { email: EVE } });
      await page.post(own, 'identification', { by: 'visitor-id', visitor: 'victim' }).expect(200);
      await resume();
      const now = app.time.now;
      app.time.now = new Date('2027-06-01T10:00:00Z');
      const context = await app.services.access.contextFor('north', { id: 'system:test', role: 'operator' });
      const { sweepId } = await app.services.retention.sweeps.open(context, {});
      await app.services.retention.sweeps.run(context, sweepId);
      const rows = await ground().store.read((q) => q.select().from(q.tables.visits));
      assert.deepEqual(
        rows.filter(({ tenantId, life }) => tenantId === 'north' && life === 'full'),
        [],
      );
      app.time.now = now;
    });
  });
});
