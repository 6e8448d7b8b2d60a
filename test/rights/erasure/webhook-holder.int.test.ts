import assert from 'node:assert/strict';
import request from 'supertest';
import { createExternalHolders } from '../../../src/foundations/holders/open.ts';
import { signedHeaders } from '../../../src/foundations/webhooks/signature.ts';
import { openPolicies } from '../../../src/register/policies/policies.ts';
import { type Forum, openForum, policiesWithForum } from '../../foundations/holders/forum.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { onBothEngines } from '../../support/engines.ts';

// biome-ignore lint/suspicious/noExplicitAny: every answer is held against its schema already.
type Json = Record<string, any>;
const COMPLETIONS = '/v1/public/north/holders/forum/completions';

onBothEngines('An erasure that reaches a webhook holder', (ground) => {
  let app: TestApp;
  let forum: Forum;
  let account = 0;
  before(async () => {
    forum = await openForum();
    const policies = policiesWithForum();
    const externalHolders = createExternalHolders({
      policies: openPolicies(policies).current(),
      secrets: forum.secrets,
      privateTargets: true,
      clock: () => app.time.now,
    });
    app = await openApp(ground(), { policies, externalHolders });
  });
  after(async () => {
    await app.close();
    await forum.close();
  });
  beforeEach(async () => {
    account += 1;
    forum.received.length = 0;
    forum.from();
    forum.next();
    await app
      .as('platform')
      .put(`/v1/subjects/account:${account}`)
      .send({ name: 'Ada Forum', email: `ada${account}@example.org` })
      .expect(201);
    for (const [n, category] of ['forum.posts', 'forum.sessions'].entries())
      forum.rows.set(`${account}-${n}`, {
        category,
        account: String(account),
        at: '2026-01-01T00:00:00Z',
        words: 'Words of Ada',
      });
  });

  const erase = async (): Promise<Json> =>
    (await app.as('platform').post(`/v1/subjects/account:${account}/erasure`).expect(200)).body;
  const read = async (erasureId: string): Promise<Json> =>
    (await app.as('dpo').get(`/v1/erasures/${erasureId}`).expect(200)).body;
  const certificate = async (erasure: Json): Promise<Json> =>
    (await app.as('dpo').get(`/v1/certificates/${erasure['certificateId']}`).expect(200)).body;
  const later = (seconds: number) => {
    app.time.now = new Date(app.time.now.getTime() + seconds * 1000);
  };
  const retry = async () => app.services.erasures.retryParts(await app.contextOf('north', 'operator'));
  const left = () => [...forum.rows.values()].filter((row) => row.account === String(account)).length;
  function complete(reference: string, over: { secret?: Buffer; at?: Date; path?: string; body?: string } = {}) {
    const body = over.body ?? JSON.stringify({ type: 'holder.erasure-done', data: { reference } });
    return request(app.server)
      .post(over.path ?? COMPLETIONS)
      .set('Content-Type', 'application/json')
      .set(signedHeaders(over.secret ?? forum.key, 'msg-1', over.at ?? app.time.now, body))
      .send(body);
  }

  it('is complete when the holder has answered and a second look finds nothing there', async () => {
    const erasure = await erase();
    assert.equal(erasure['verdict'], 'complete');
    assert.equal(left(), 0);
    assert.deepEqual(
      erasure['parts'].map(({ holder, status }: Json) => [holder, status]),
      [['forum', 'done']],
    );
  });

  for (const [what, answer] of [
    ['is down', (_: unknown, response) => void response.destroy()],
    ['answers garbage', (_: unknown, response) => void response.writeHead(200).end('{')],
    ['says it is done and is not', (_: unknown, response) => void forum.json(response, { outcomes: [] })],
  ] as [string, Parameters<Forum['next']>[0]][])
    it(`is incomplete while the holder ${what}, and says so, then retried until it is done`, async () => {
      forum.next(answer);
      const erasure = await erase();
      assert.equal(erasure['verdict'], 'incomplete');
      assert.equal(left(), 2);
      const page = await app.as('dpo').get(`/v1/certificates/${erasure['certificateId']}/page`).expect(200);
      if (!what.startsWith('says')) assert.match(page.text, /2 kinds of data whose holders have not answered yet/);
      const first = await certificate(erasure);
      assert.equal(first['certificate'].verdict ?? first['certificate'].result, 'incomplete');
      later(3600);
      await retry();
      const second = await read(erasure['erasureId']);
      assert.equal(second['verdict'], 'complete');
      assert.notEqual(second['certificateId'], erasure['certificateId']);
      assert.equal(left(), 0);
    });

  it('waits for work the holder has accepted, and is hurried by its signed completion', async () => {
    const reference = `job-${account}`;
    forum.next((_, response) => forum.json(response, { reference }, 202));
    const erasure = await erase();
    assert.equal(erasure['verdict'], 'incomplete');
    assert.deepEqual(
      erasure['parts'].map(({ status }: Json) => status),
      ['accepted'],
    );
    later(1);
    await retry();
    assert.equal(forum.sent('erase').length, 1, 'it is not asked before its time');
    await complete(reference).expect(204);
    // And again: a replay does no harm.
    await complete(reference).expect(204);
    await retry();
    assert.deepEqual(
      forum.sent('erase').map(({ data }) => data['reference']),
      [null, reference],
    );
    assert.equal((await read(erasure['erasureId']))['verdict'], 'complete');
    await complete(reference).expect(204);
    await retry();
    assert.equal(forum.sent('erase').length, 2, 'what is done is not done again');
  });

  it('believes nothing of a completion but that it may ask: what is not done stays incomplete', async () => {
    const reference = `job-${account}`;
    forum.from((message, response) =>
      message.type === 'holder.erase'
        ? forum.json(response, { reference }, 202)
        : forum.json(response, { counts: { 'forum.posts': 1, 'forum.sessions': 1 } }),
    );
    const erasure = await erase();
    later(1);
    await complete(reference).expect(204);
    await retry();
    assert.equal((await read(erasure['erasureId']))['verdict'], 'incomplete');
    assert.equal(left(), 2);
  });

  it('is given up on a holder that says it is done and never is, and shows it', async () => {
    forum.from((message, response) =>
      message.type === 'holder.erase'
        ? forum.json(response, { outcomes: [] })
        : forum.json(response, { counts: { 'forum.posts': 1, 'forum.sessions': 0 } }),
    );
    const erasure = await erase();
    for (let night = 0; night < 12; night += 1) {
      later(200_000);
      await retry();
    }
    const after = await read(erasure['erasureId']);
    assert.deepEqual(
      after['parts'].map(({ status, failure }: Json) => [status, failure]),
      [['failed', 'failed']],
    );
    assert.equal(after['verdict'], 'incomplete');
    const ids = forum.sent('erase').map(({ id }) => id);
    assert.ok(ids.length > 3 && new Set(ids).size === ids.length, 'each is asked anew, under an id of its own');
  });

  it('leaves alone what was put under a hold while the holder was down', async () => {
    forum.next((_, response) => void response.destroy());
    const erasure = await erase();
    assert.equal(erasure['verdict'], 'incomplete');
    const hold = { kind: 'legal', reference: 'case-9', subject: `account:${account}`, category: 'forum.posts' };
    await app.as('dpo').post('/v1/holds').send(hold).expect(201);
    later(3600);
    await retry();
    const after = await read(erasure['erasureId']);
    assert.equal(after['verdict'], 'complete-with-exceptions');
    const [forumPart] = after['holders'].filter(({ holder }: Json) => holder === 'forum');
    assert.deepEqual(
      forumPart.categories.map(({ category, result }: Json) => [category, result]),
      [
        ['forum.posts', 'held'],
        ['forum.sessions', 'removed'],
      ],
    );
    assert.equal(left(), 1);
  });

  it('is given up after a month in which the holder was always still at it', async () => {
    forum.from((message, response) =>
      message.type === 'holder.erase'
        ? forum.json(response, { reference: `job-${account}` }, 202)
        : forum.json(response, { counts: { 'forum.posts': 1, 'forum.sessions': 1 } }),
    );
    const erasure = await erase();
    const status = async () => {
      await retry();
      return (await read(erasure['erasureId']))['parts'].map((part: Json) => [part['status'], part['failure']]);
    };
    later(29 * 86_400);
    assert.deepEqual(await status(), [['accepted', null]]);
    later(2 * 86_400);
    assert.deepEqual(await status(), [['failed', 'timed-out']]);
    // An officer has it asked again.
    forum.from();
    const { body } = await app.as('dpo').post(`/v1/erasures/${erasure['erasureId']}/retry`).expect(200);
    assert.equal(body.verdict, 'complete');
  });

  it('refuses forged, old and unknown completions alike', async () => {
    const reference = `job-${account}`;
    forum.next((_, response) => forum.json(response, { reference }, 202));
    await erase();
    later(1);
    const answers = [
      await complete(reference, { secret: Buffer.alloc(32, 7) }),
      await complete(reference, { at: new Date(app.time.now.getTime() - 301_000) }),
      await complete(reference, { at: new Date(app.time.now.getTime() + 301_000) }),
      await complete(reference, { path: COMPLETIONS.replace('forum', 'nobody') }),
      await request(app.server).post(COMPLETIONS).send({ type: 'holder.erasure-done', data: { reference } }),
    ];
    for (const { status, body } of answers) {
      assert.equal(status, 401);
      assert.deepEqual([body.title, body.detail], [answers[0]?.body.title, answers[0]?.body.detail]);
    }
    await retry();
    assert.equal(forum.sent('erase').length, 1);
    // Signed, and still no completion.
    await complete(reference, { body: '{"type":"holder.erasure-done"}' }).expect(400);
    await complete(reference, { body: '{' }).expect(400);
    await complete(`other-${account}`).expect(204);
    await retry();
    assert.equal(forum.sent('erase').length, 1);
  });

  it('is counted in a preview, and left open there where it cannot be asked', async () => {
    const rows = async () => {
      const { body } = await app
        .as('dpo')
        .post(`/v1/subjects/account:${account}/erasure/preview`)
        .send({ ground: '17-1-b' })
        .expect(200);
      return body.categories.find(({ category }: Json) => category === 'forum.posts').rows;
    };
    assert.equal(await rows(), 1);
    forum.from((_, response) => void response.destroy());
    assert.equal(await rows(), null);
  });

  it('has its records in what the person is shown', async () => {
    const { body } = await app.as('dpo').get(`/v1/subjects/account:${account}/report`).expect(200);
    const text = JSON.stringify(body);
    assert.ok(text.includes('Words of Ada'));
    assert.ok(text.includes('forum.posts'));
  });
});
