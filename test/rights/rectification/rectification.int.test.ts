import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { openApp, type TestApp } from '../../support/app.ts';
import { onBothEngines, onOneEngine } from '../../support/engines.ts';

// biome-ignore lint/suspicious/noExplicitAny: every answer is held against its schema already.
type Json = Record<string, any>;
const ADA = 'account:rectified';
const OLD = 'Adalbert Oldname';
const NEW = 'Ada Newname';

// GDPR Art. 16, 19; REQ-A28, A29.
onBothEngines('Putting right what is kept about a person', (ground) => {
  let app: TestApp;
  before(async () => {
    app = await openApp(ground());
    await app.as('platform').put(`/v1/subjects/${ADA}`).send({ name: OLD, city: 'Bergen' }).expect(201);
    for (const [n, visibility] of [
      [1, 'public'],
      [2, 'public'],
      [3, 'private'],
    ] as const)
      await app
        .as('platform')
        .put(`/v1/subjects/${ADA}/items/${item(n)}`)
        .send({
          title: `Lake ${n}`,
          version: '1',
          role: 'creator',
          nameAsPublished: OLD,
          visibility,
          publishedOn: visibility === 'public' ? '2025-01-01' : undefined,
        })
        .expect(201);
    await app
      .as('platform')
      .post(`/v1/subjects/${ADA}/recipients`)
      .send({
        party: 'doi-registry',
        categories: ['content.public-association'],
        at: '2026-01-01T00:00:00Z',
        reference: 'https://doi.org/10.5072/r1',
      })
      .expect(201);
  });
  after(() => app.close());

  const item = (n: number) => encodeURIComponent(`10.5072/r${n}`);
  const rectify = (body: object) => app.as('dpo').post(`/v1/subjects/${ADA}/rectification`).send(body);
  const items = async (): Promise<Json[]> =>
    (await app.as('platform').get(`/v1/subjects/${ADA}/items`).expect(200)).body.items;

  it('puts the new name on all items at once, under the same ids, and tells the recipients (REQ-A28, A29)', async () => {
    const before = await items();
    const { body } = await rectify({ changes: { name: NEW, nameAsPublished: NEW } }).expect(200);
    assert.deepEqual(body, {
      changed: ['content.private-association', 'content.public-association', 'profiles.identity'],
      items: 3,
    });
    const after = await items();
    assert.deepEqual(
      after.map(({ id, nameAsPublished }) => [id, nameAsPublished]),
      before.map(({ id }) => [id, NEW]),
    );
    const { body: tasks } = await app.as('dpo').get('/v1/recipient-tasks').expect(200);
    assert.deepEqual(
      tasks.items.map(({ party, what }: Json) => [party, what]),
      [['doi-registry', 'rectification']],
    );
  });

  it('keeps what was wrong and what is right as hashes under the person’s key, name and published names (REQ-A28)', async () => {
    const { items: entries } = (await app.as('auditor').get('/v1/audit?limit=100').expect(200)).body;
    const detailOf = (action: string) => entries.find((entry: Json) => entry['action'] === action)['detail'];
    const { name } = detailOf('profile.rectified').values;
    const { nameAsPublished } = detailOf('associations.renamed').values;
    for (const hash of [name.old, name.new, nameAsPublished.old[0], nameAsPublished.new])
      assert.match(hash, /^[0-9a-f]{32}$/);
    assert.equal(nameAsPublished.old.length, 1);
    assert.equal(new Set([name.old, name.new, nameAsPublished.old[0], nameAsPublished.new]).size, 4);
    const plain = createHash('sha256').update(OLD).digest('hex');
    assert.ok(!JSON.stringify(entries).includes(plain.slice(0, 32)));
  });

  it('leaves the old name nowhere: in no list, no report, no export, no log (REQ-A28, A29)', async () => {
    const answers = [
      await app.as('platform').get(`/v1/subjects/${ADA}`),
      await app.as('platform').get(`/v1/subjects/${ADA}/items`),
      ...(await Promise.all([1, 2, 3].map((n) => app.as('platform').get(`/v1/items/${item(n)}/associations`)))),
      await app.as('dpo').get(`/v1/subjects/${ADA}/report`),
      await app.as('auditor').get('/v1/audit?limit=100'),
      await app.as('dpo').get('/v1/recipient-tasks'),
    ];
    for (const { status, text } of answers) {
      assert.equal(status, 200);
      assert.ok(!text.includes(OLD) && !text.includes('Oldname'));
    }
    assert.ok(answers.slice(0, 6).every(({ text }) => text.includes('Newname')));
    assert.ok(!app.logged.join('').includes('Oldname'));
  });

  it('changes nothing the second time', async () => {
    const { body } = await rectify({ changes: { name: NEW, nameAsPublished: NEW } }).expect(200);
    assert.deepEqual(body, { changed: [], items: 0 });
  });

  it('is what a request for rectification comes to, as the person asked', async () => {
    const { body } = await app
      .as('dpo')
      .post('/v1/requests')
      .send({
        type: 'rectification',
        channel: 'email',
        subject: ADA,
        receivedAt: app.time.now.toISOString(),
        text: 'That is not how I am called.',
        changes: { nameAsPublished: 'Ada N.' },
      })
      .expect(201);
    const act = (path: string, input: object) =>
      app
        .as('dpo')
        .post(`/v1/requests/${body.requestId}/${path}`)
        .send(input)
        .expect((answer) => assert.ok(answer.status < 300, answer.text));
    await act('identity-decision', { confirmed: true, text: 'Known to the office.' });
    await act('execution', {});
    assert.deepEqual([...new Set((await items()).map(({ nameAsPublished }) => nameAsPublished))], ['Ada N.']);
    const shown = await app.as('dpo').get(`/v1/requests/${body.requestId}`).expect(200);
    assert.ok(['executed', 'fulfilled', 'done', 'executing'].includes(shown.body.state), shown.body.state);
    await rectify({ changes: { nameAsPublished: NEW } }).expect(200);
  });

  it('keeps a statement of the person with the data, also when the platform writes the profile anew (REQ-A28)', async () => {
    const statement = 'I was on leave from 2019 to 2021.';
    await rectify({ statement }).expect(200);
    await rectify({ statement }).expect(200);
    await rectify({ statement: 'And I was born in Bergen.' }).expect(200);
    await app.as('platform').put(`/v1/subjects/${ADA}`).send({ name: NEW, city: 'Oslo' }).expect(200);
    const { body } = await app.as('platform').get(`/v1/subjects/${ADA}`).expect(200);
    assert.equal(body.statement, `${statement}\n\nAnd I was born in Bergen.`);
    const report = await app.as('dpo').get(`/v1/subjects/${ADA}/report`).expect(200);
    assert.ok(report.text.includes('on leave from 2019'));
    // It goes with the identity.
    await app.as('platform').post(`/v1/subjects/${ADA}/erasure`).expect(200);
    await app.as('platform').get(`/v1/subjects/${ADA}`).expect(404);
  });

  it('leaves no task with recipients where it was refused, and knows its Idempotency-Key', async () => {
    await app.as('platform').put('/v1/subjects/account:keyed').send({ name: 'Keyed' }).expect(201);
    const tasks = async () => (await app.as('dpo').get('/v1/recipient-tasks').expect(200)).body.items.length;
    const before = await tasks();
    await app
      .as('platform')
      .post('/v1/subjects/account:keyed/recipients')
      .send({ party: 'doi-registry', categories: ['profiles.identity'], at: '2026-01-01T00:00:00Z', reference: 'x' })
      .expect(201);
    const key = `"${crypto.randomUUID()}"`;
    const send = (body: object, id = 'account:keyed') =>
      app.as('dpo').post(`/v1/subjects/${id}/rectification`).set('Idempotency-Key', key).send(body);
    await app
      .as('dpo')
      .post('/v1/subjects/account:keyed/rectification')
      .send({ changes: { name: 'K', orcid: '0000-0002-1825-0098' } })
      .expect(422);
    const untouched = await app.as('platform').get('/v1/subjects/account:keyed').expect(200);
    assert.equal(untouched.body.name, 'Keyed', 'nothing is half done');
    await app
      .as('dpo')
      .post('/v1/subjects/account:nowhere/rectification')
      .send({ changes: { name: 'K' } })
      .expect(404);
    const first = await send({ changes: { name: 'Other' } }).expect(200);
    const again = await send({ changes: { name: 'Other' } }).expect(200);
    assert.deepEqual(again.body, first.body);
    const { body } = await send({ changes: { name: 'Third' } }).expect(422);
    assert.match(body.type, /idempotency-key-reused/);
    const profile = await app.as('platform').get('/v1/subjects/account:keyed').expect(200);
    assert.equal(profile.body.name, 'Other');
    assert.equal(await tasks(), before + 1, 'one, of the one that was done');
  });
});

onOneEngine('A rectification that is none', (ground) => {
  let app: TestApp;
  before(async () => {
    app = await openApp(ground());
  });
  after(() => app.close());

  const wrong: [what: string, body: object, pointer: string][] = [
    ['nothing', {}, ''],
    ['a field nobody knows', { changes: { colour: 'blue' } }, '/changes/colour'],
    ['a name of blanks', { changes: { nameAsPublished: '   ' } }, '/changes/nameAsPublished'],
    ['an ORCID iD that is none', { changes: { orcid: '0000-0002-1825-0098' } }, '/changes/orcid'],
    ['a statement of blanks', { statement: '  ' }, '/statement'],
  ];
  for (const [what, body, pointer] of wrong)
    it(`refuses ${what}, naming the field`, async () => {
      await app.as('platform').put('/v1/subjects/account:wrong').send({ name: 'Wrong' });
      const answer = await app.as('dpo').post('/v1/subjects/account:wrong/rectification').send(body);
      assert.ok(answer.status === 400 || answer.status === 422, answer.text);
      if (pointer) assert.equal(answer.body.errors[0].pointer, pointer);
    });
});
