import assert from 'node:assert/strict';
import { MASKED } from '../../../src/foundations/contract/special-text.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { onBothEngines } from '../../support/engines.ts';

const TITLE = 'Living with epilepsy: a memoir';
const ITEM = { title: TITLE, version: '1.0', role: 'creator', nameAsPublished: 'Ada', visibility: 'private' };
const LETTER = 'I am ill with lupus and want to know who has read my file.';
const STATEMENT = 'My union membership has ended.';

onBothEngines('Free text that tells of a special category of data (Art. 9, REQ-A11)', (ground) => {
  let app: TestApp;
  let requestId: string;
  before(async () => {
    app = await openApp(ground());
    await app.as('platform').put('/v1/subjects/ada').send({ name: 'Ada', email: 'ada@example.org' }).expect(201);
    await app.as('platform').put('/v1/subjects/ada/items/10.5072%2Fmemoir').send(ITEM).expect(201);
    await app.as('dpo').post('/v1/subjects/ada/rectification').send({ statement: STATEMENT });
    ({ requestId } = (
      await app
        .as('dpo')
        .post('/v1/requests')
        .send({ type: 'access', channel: 'letter', subject: 'account:ada', text: LETTER })
        .expect(201)
    ).body);
  });
  after(() => app.close());
  const mark = (body: object, role: 'dpo' | 'admin' | 'operator' = 'dpo') =>
    app.as(role).post('/v1/special-texts').send(body);
  const everything = async () =>
    JSON.stringify([
      (await app.as('dpo').get('/v1/subjects/ada/items').expect(200)).body,
      (await app.as('platform').get('/v1/items/10.5072%2Fmemoir/associations').expect(200)).body,
      (await app.as('dpo').get('/v1/subjects/ada/items/10.5072%2Fmemoir').expect(200)).body,
      (await app.as('dpo').get(`/v1/requests/${requestId}`).expect(200)).body,
      (await app.as('dpo').get(`/v1/requests/${requestId}/events`).expect(200)).body,
      (await app.as('dpo').get('/v1/subjects/ada').expect(200)).body,
      (await app.as('dpo').get('/v1/subjects/ada/report').expect(200)).body,
    ]);
  const ids: Record<string, string> = {};

  it('is shown until an officer marks it', async () => {
    const shown = await everything();
    for (const text of [TITLE, LETTER, STATEMENT]) assert.ok(shown.includes(text), text);
  });

  it('is masked from then on, in lists, requests and the report that one person makes', async () => {
    await mark({ of: 'title', subject: 'ada', doi: '10.5072/memoir' }, 'operator').expect(403);
    for (const [name, body] of Object.entries({
      title: { of: 'title', subject: 'ada', doi: '10.5072/memoir' },
      request: { of: 'request', requestId, seq: 1 },
      statement: { of: 'statement', subject: 'ada' },
    })) {
      ids[name] = (await mark(body).expect(201)).body.specialTextId;
      assert.equal((await mark(body).expect(201)).body.specialTextId, ids[name], 'the same again is the same mark');
    }
    const shown = await everything();
    for (const text of [TITLE, LETTER, STATEMENT]) assert.equal(shown.includes(text), false, text);
    assert.ok(shown.includes(MASKED));
    assert.match(shown, /stands in the package for the person, which a second officer approves/);
    // The request goes on as before: whom it is about is no free text.
    const { body } = await app.as('dpo').get(`/v1/requests/${requestId}`).expect(200);
    assert.equal(body.subject, 'account:ada');
  });

  it('cannot be overwritten by its own mask, and a new title stays masked', async () => {
    const put = (title: string) =>
      app
        .as('platform')
        .put('/v1/subjects/ada/items/10.5072%2Fmemoir')
        .send({ ...ITEM, title });
    assert.equal((await put(MASKED).expect(422)).body.errors[0].pointer, '/title');
    await put(`${TITLE}, second edition`).expect(200);
    assert.equal((await everything()).includes('second edition'), false);
  });

  it('is seen by two persons together, once, and each person concerned finds the look', async () => {
    const ask = { kind: 'special-text', purpose: 'data-quality', target: { specialTexts: Object.values(ids) } };
    await app
      .as('dpo')
      .post('/v1/disclosures')
      .send({ ...ask, target: { holder: 'content' } })
      .expect(422);
    const { body } = await app.as('dpo').post('/v1/disclosures').send(ask).expect(201);
    const address = `/v1/disclosures/${body.disclosureId}`;
    await app.as('dpo').post(`${address}/release`).send().expect(409);
    await app.as('dpo').post(`${address}/approval`).send().expect(403);
    await app.as('admin').post(`${address}/approval`).send().expect(200);
    const { text } = await app.as('dpo').post(`${address}/release`).send().buffer(true).expect(200);
    for (const words of [TITLE, LETTER, STATEMENT]) assert.ok(text.includes(words), words);
    const { body: report } = await app.as('dpo').get('/v1/subjects/ada/report').expect(200);
    assert.match(JSON.stringify(report.readings), /two persons agreed/);
  });

  it('is unmarked by another role than marks', async () => {
    await app.as('dpo').delete(`/v1/special-texts/${ids['title']}`).expect(403);
    await app.as('admin').delete(`/v1/special-texts/${ids['title']}`).expect(204);
    await app.as('admin').delete(`/v1/special-texts/${ids['title']}`).expect(404);
    assert.ok((await everything()).includes(TITLE));
  });

  it('that is not there, or not named, is told so', async () => {
    await mark({ of: 'title', subject: 'ada', doi: '10.5072/other' }).expect(404);
    await mark({ of: 'request', requestId, seq: 99 }).expect(404);
    await mark({ of: 'statement', subject: 'nobody' }).expect(404);
    assert.equal((await mark({ of: 'title', subject: 'ada' }).expect(422)).body.errors[0].pointer, '/doi');
    assert.equal((await mark({ of: 'statement', subject: 'ada', seq: 1 }).expect(422)).body.errors[0].pointer, '/seq');
  });
});
