import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { Context } from '../../../../src/foundations/contract/context.ts';
import type { Sendable } from '../../../../src/foundations/outbox/model.ts';
import { uuidv7 } from '../../../../src/foundations/store/uuid.ts';
import type { CheckOutcome, PreparedCheck } from '../../../../src/rights/requests/identity/model.ts';
import type { Facts } from '../../../../src/rights/requests/letters/model.ts';
import { foundBelow } from '../../../forensics/bytes.ts';
import { openApp, type TestApp } from '../../../support/app.ts';
import { onBothEngines } from '../../../support/engines.ts';

const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const DAY = 86_400_000;

onBothEngines('Checks of who somebody is', (ground, engine) => {
  let app: TestApp;
  let officer: Context;
  let platform: Context;
  const mails: { address: string; message: Sendable }[] = [];
  const start = new Date('2026-03-01T12:00:00Z');

  before(async () => {
    app = await openApp(ground(), {
      transports: {
        mail: async (address, message) => {
          mails.push({ address, message });
          return { delivered: true };
        },
      },
    });
    officer = { ...(await app.contextOf('north', 'dpo')), clock: () => new Date(app.time.now) };
    platform = { ...(await app.contextOf('north', 'platform')), clock: () => new Date(app.time.now) };
    await app.as('platform').put('/v1/subjects/ada').send({ name: 'Ada', email: 'ada@known.example' }).expect(201);
  });
  after(() => app.close());
  beforeEach(() => {
    app.time.now = new Date(start);
    mails.length = 0;
  });

  /** A request, as far as checks need one. */
  async function newRequest(subject?: string): Promise<string> {
    const requestId = uuidv7(app.time.now);
    const subjectId = subject ? await ground().vault.subjectId('north', 'account', subject) : null;
    await ground().store.write(async (tx) => {
      await tx.insert(tx.tables.requests).values({
        tenantId: 'north',
        requestId,
        reference: requestId,
        type: 'access',
        state: 'open',
        seq: 1,
        subjectId,
        channel: 'email',
        receivedAt: app.time.now,
        openedAt: app.time.now,
        updatedAt: app.time.now,
        policyHash: 'x',
      });
    });
    return requestId;
  }
  const commit = async <T extends PreparedCheck | CheckOutcome>(made: T): Promise<T> => {
    await ground().store.write((tx) => made.write(tx));
    await made.settle();
    return made;
  };
  const facts: Facts = {
    reference: '2026-000017',
    type: 'access',
    then: null,
    name: 'Ada Lovelace',
    receivedOn: '2026-02-03',
    dueOn: null,
    standsStill: 'identity',
    extended: false,
  };
  /** Asks and sends; answers the code as the person reads it. */
  async function ask(requestId: string, address = 'ada@known.example') {
    const { identity, outbox } = app.services;
    const asked = await commit(
      await identity.askByCode(officer, { requestId, address, language: 'en', facts }),
    );
    await outbox.deliverDue(officer);
    const code = /Your code: (\d{4} \d{4})/.exec(mails.at(-1)?.message.text ?? '')?.[1] as string;
    return { asked, code };
  }
  const attempt = async (requestId: string, code: string, known = true) =>
    commit(await app.services.identity.tryCode(officer, { requestId, code, isKnown: async () => known }));
  const statusOf = async (requestId: string) =>
    (await app.services.identity.list(officer, requestId)).items.map(({ status }) => status);
  const wrong = (code: string) => (code.startsWith('0000') ? '1111 1111' : '0000 0000');
  const scopes = () => ground().vault.scopes('north', 'identity:', '', 1000);

  describe('by a code', () => {
    it('goes to the address, says nothing else of the person, and confirms once', async () => {
      const requestId = await newRequest('ada');
      const { asked, code } = await ask(requestId);
      assert.equal(mails[0]?.address, 'ada@known.example');
      const { items } = (await app.as('dpo').get('/v1/outbox').expect(200)).body;
      assert.equal(items[0].topic, 'request.identity-asked');
      assert.equal(items[0].party, 'data-subject', 'it goes to the person, not to the institution');
      assert.doesNotMatch(`${mails[0]?.message.subject}${mails[0]?.message.text}`, /Lovelace|ada@/);
      assert.equal(asked.knownAddress, null, 'nothing is said before it came back');
      assert.ok(asked.letter && !asked.letter.text.includes(code) && asked.letter.text.includes('**** ****'));
      const confirmed = await attempt(requestId, code.replace(' ', '-'));
      assert.deepEqual([confirmed.outcome, confirmed.knownAddress], ['confirmed', true]);
      assert.equal((await attempt(requestId, code)).outcome, 'wrong');
      assert.deepEqual(await statusOf(requestId), ['confirmed']);
    });

    it('to an address merely given proves no more than that', async () => {
      const requestId = await newRequest('ada');
      const { code } = await ask(requestId, 'ada@elsewhere.example');
      assert.equal((await app.services.identity.list(officer, requestId)).items[0]?.knownAddress, null);
      assert.equal((await attempt(requestId, code, false)).knownAddress, false);
      assert.equal((await app.services.identity.list(officer, requestId)).items[0]?.knownAddress, false);
    });

    it('is kept as a keyed hash, and not even that after it was used', async () => {
      const requestId = await newRequest('ada');
      const { code } = await ask(requestId);
      const row = () =>
        ground().store.read(async (q) =>
          (await q.select().from(q.tables.identityChecks)).find((one) => one.requestId === requestId),
        );
      assert.match((await row())?.codeHash ?? '', /^[0-9a-f]{32}$/);
      if (engine === 'sqlite')
        assert.deepEqual(
          foundBelow([ground().folder], { code: `Your code: ${code}`, digits: code.replace(' ', '') }),
          [],
        );
      await attempt(requestId, code);
      assert.equal((await row())?.codeHash, null);
    });

    it('fails at the fifth wrong try; the right one comes too late', async () => {
      const requestId = await newRequest('ada');
      const { code } = await ask(requestId);
      const outcomes: string[] = [];
      for (let n = 0; n < 5; n += 1) outcomes.push((await attempt(requestId, wrong(code))).outcome);
      assert.deepEqual(outcomes, ['wrong', 'wrong', 'wrong', 'wrong', 'exhausted']);
      assert.equal((await attempt(requestId, code)).outcome, 'wrong');
      assert.deepEqual(await statusOf(requestId), ['exhausted']);
    });

    it('counts tries at the same time one by one', async () => {
      const requestId = await newRequest('ada');
      const { code } = await ask(requestId);
      const tries = await Promise.all(
        Array.from({ length: 4 }, () =>
          app.services.identity.tryCode(officer, { requestId, code: wrong(code), isKnown: async () => true }),
        ),
      );
      const written = await Promise.allSettled(tries.map(commit));
      assert.equal(written.filter(({ status }) => status === 'fulfilled').length, 1);
      assert.equal((await app.services.identity.list(officer, requestId)).items[0]?.tries, 1);
    });

    it('expires after a week, not before', async () => {
      const [first, second] = [await newRequest('ada'), await newRequest('ada')];
      const [one, two] = [await ask(first), await ask(second)];
      app.time.now = new Date(start.getTime() + 7 * DAY - 1000);
      assert.equal((await attempt(first, one.code)).outcome, 'confirmed');
      app.time.now = new Date(start.getTime() + 7 * DAY);
      assert.equal((await attempt(second, two.code)).outcome, 'expired');
    });

    it('answers a wrong code and a request nobody knows alike, and leaves the code of another alone', async () => {
      const requestId = await newRequest('ada');
      const { code } = await ask(requestId);
      const unknown = await attempt(uuidv7(start), code);
      assert.equal(unknown.outcome, (await attempt(requestId, wrong(code))).outcome);
    });

    it('asked for again replaces the first', async () => {
      const requestId = await newRequest('ada');
      const first = await ask(requestId);
      const second = await ask(requestId);
      assert.deepEqual(await statusOf(requestId), ['open', 'replaced']);
      if (first.code !== second.code) assert.equal((await attempt(requestId, first.code)).outcome, 'wrong');
      assert.equal((await attempt(requestId, second.code)).outcome, 'confirmed');
    });

    it('is sent only if what tells of it is written', async () => {
      const requestId = await newRequest('ada');
      const asked = await app.services.identity.askByCode(officer, {
        requestId,
        address: 'ada@known.example',
        language: 'de',
        facts,
      });
      await assert.rejects(
        ground().store.write(async (tx) => {
          await asked.write(tx);
          throw new RangeError('the event is refused');
        }),
      );
      await app.services.outbox.deliverDue(officer);
      assert.deepEqual([mails.length, await statusOf(requestId)], [0, []]);
    });
  });

  describe('by the platform', () => {
    it('is its statement, with how and when', async () => {
      const requestId = await newRequest('ada');
      const at = new Date('2026-03-01T11:58:00Z');
      await commit(
        await app.services.identity.assertedByPlatform(platform, { requestId, how: { by: 're-authentication', at } }),
      );
      const [check] = (await app.services.identity.list(officer, requestId)).items;
      assert.deepEqual(
        [check?.method, check?.status, check?.authentication, check?.askedAt],
        ['platform', 'confirmed', 're-authentication', at.toISOString()],
      );
    });
    it('nobody else can state it', () =>
      assert.rejects(
        app.services.identity.assertedByPlatform(officer, { requestId: uuidv7(start) }),
        /Only the server/,
      ));
  });

  describe('by documents', () => {
    const secret = `Passport ${randomBytes(12).toString('hex')}`;
    const copy = Buffer.concat([PNG, Buffer.from(secret)]);
    const path = (requestId: string) => `/v1/requests/${requestId}/identity/documents`;
    const upload = (requestId: string, content = copy, mediaType = 'image/png') =>
      app
        .as('platform')
        .post(path(requestId))
        .send({ mediaType, content: content.toString('base64') });
    async function asked(): Promise<string> {
      const requestId = await newRequest('ada');
      await commit(await app.services.identity.askForDocuments(officer, { requestId }));
      return requestId;
    }

    it('are looked at with a purpose that is recorded, and are in no byte after the decision', async () => {
      const requestId = await asked();
      const { body } = await upload(requestId).expect(201);
      const look = () => app.as('dpo').get(`${path(requestId)}/${body.documentId}`);
      await look().unset('Lethe-Purpose').expect(400);
      const { body: seen, headers } = await look().expect(200);
      assert.deepEqual([headers['content-type'], Buffer.compare(seen, copy)], ['image/png', 0]);
      const looks = await app.as('auditor').get('/v1/audit?action=personal-data.read&limit=1').expect(200);
      assert.equal(looks.body.items[0].detail.what, 'getIdentityDocument');
      const [row] = await ground().store.read((q) => q.select().from(q.tables.identityDocuments));
      assert.ok(row && !row.contentSealed.includes(secret));

      const decided = await commit(await app.services.identity.decide(officer, { requestId, confirmed: true }));
      assert.equal(decided.outcome, 'confirmed');
      assert.deepEqual(await ground().store.read((q) => q.select().from(q.tables.identityDocuments)), []);
      assert.ok(!(await scopes()).includes(`identity:${decided.checkId}`));
      if (engine === 'sqlite') {
        const needles = { secret, base64: copy.toString('base64'), sealed: row.contentSealed };
        assert.deepEqual(foundBelow([ground().folder], needles), []);
      }
      await look().expect(404);
      assert.deepEqual(await statusOf(requestId), ['confirmed']);
    });

    it('can be as large as five mebibytes, and are what they are said to be', async () => {
      const requestId = await asked();
      await upload(requestId, Buffer.concat([PNG, Buffer.alloc(5 * 1024 * 1024 - 8, 7)])).expect(201);
      await upload(requestId, Buffer.concat([PNG, Buffer.alloc(5 * 1024 * 1024 - 7, 7)])).expect(422);
      await upload(requestId, Buffer.alloc(9 * 1024 * 1024, 7)).expect(413);
      await upload(requestId, copy, 'application/pdf').expect(422);
      await upload(requestId, Buffer.from('<svg/>'), 'image/svg+xml').expect(400);
    });

    it('are not taken where none are asked for, nor after the decision', async () => {
      const requestId = await newRequest('ada');
      await upload(requestId).expect(409);
      await upload(uuidv7(start)).expect(404);
      const open = await asked();
      await commit(await app.services.identity.decide(officer, { requestId: open, confirmed: false }));
      await upload(open).expect(409);
    });

    it('are destroyed after thirty days without a decision, and with what a crash has left', async () => {
      const requestId = await asked();
      await upload(requestId).expect(201);
      app.time.now = new Date(start.getTime() + 30 * DAY - 1000);
      await app.services.identity.sweep(officer, app.services.requests.identityExpired);
      assert.deepEqual(await statusOf(requestId), ['open']);
      app.time.now = new Date(start.getTime() + 30 * DAY);
      await app.services.identity.sweep(officer, app.services.requests.identityExpired);
      assert.deepEqual(await statusOf(requestId), ['expired']);
      assert.equal((await app.services.identity.list(officer, requestId)).items[0]?.documents.length, 0);

      const crashed = await asked();
      const decided = await app.services.identity.decide(officer, { requestId: crashed, confirmed: true });
      await ground().store.write((tx) => decided.write(tx));
      assert.ok((await scopes()).includes(`identity:${decided.checkId}`));
      await app.services.identity.sweep(officer, app.services.requests.identityExpired);
      assert.deepEqual(await scopes(), []);
    });
  });
});
