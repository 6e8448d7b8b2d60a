import assert from 'node:assert/strict';
import { openApp, type TestApp } from '../../support/app.ts';
import { onBothEngines, onOneEngine } from '../../support/engines.ts';
import { liveThrough, type Traces } from '../erasure/person.ts';

interface Line {
  person: number | null;
  category: string;
  id: string;
  fields: Record<string, unknown>;
}

onBothEngines('What nobody may see alone', (ground) => {
  let app: TestApp;
  let people: Traces[];
  let visitIds: string[];
  /** A second officer of the same institution. */
  let second: { post(path: string): ReturnType<ReturnType<TestApp['as']>['post']> };
  before(async () => {
    app = await openApp(ground());
    people = [await liveThrough(app, 'ada'), await liveThrough(app, 'bea'), await liveThrough(app, 'cleo')];
    visitIds = (await ground().store.read((q) => q.select().from(q.tables.visits)))
      .filter(({ life }) => life === 'full')
      .map(({ visitId }) => visitId);
    const { body } = await app
      .as('admin')
      .post('/v1/tokens')
      .send({ role: 'dpo', label: 'second officer' })
      .expect(201);
    second = { post: (path) => app.as('dpo').post(path).set('Authorization', `Bearer ${body.secret}`) };
  });
  after(() => app.close());

  const first = () => app.as('dpo');
  const ask = async (over: object = {}) =>
    (
      await first()
        .post('/v1/disclosures')
        .send({
          kind: 'address',
          purpose: 'security-incident',
          reference: 'INC-7',
          target: { visitIds: visitIds.slice(0, 2) },
          ...over,
        })
        .expect(201)
    ).body.disclosureId as string;
  const everybody = { kind: 'export', purpose: 'authority-inquiry', target: { holder: 'profiles' } };
  const approve = (id: string) => second.post(`/v1/disclosures/${id}/approval`).expect(200);
  const lines = (text: string) =>
    text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Line);
  const release = (id: string, format = '') => first().post(`/v1/disclosures/${id}/release${format}`).buffer(true);
  const entries = async (action: string) =>
    (await app.as('auditor').get(`/v1/audit?action=${action}&limit=200`).expect(200)).body.items as {
      subject: string | null;
      detail: Record<string, unknown>;
    }[];

  it('is shown nowhere else: no view of the staff holds a full address', async () => {
    const { address, account } = people[0] as Traces;
    for (const answer of [
      await first()
        .post('/v1/visits/search')
        .send({ address, from: '2026-02-01T00:00:00Z', until: '2026-04-01T00:00:00Z' }),
      await first().get(`/v1/subjects/${account}`),
      await first().get(`/v1/subjects/${account}/consents/history`),
    ]) {
      assert.equal(answer.status, 200);
      assert.ok(!answer.text.includes(address));
    }
  });

  it('is shown after one has asked and another has agreed: once, to who asked (REQ-A50)', async () => {
    const id = await ask();
    await release(id).expect(409);
    await first().post(`/v1/disclosures/${id}/approval`).expect(403);
    await approve(id);
    await second.post(`/v1/disclosures/${id}/release`).expect(403);
    const shown = lines((await release(id).expect(200)).text);
    assert.equal(shown.length, 2);
    const addresses = shown.map(({ fields }) => fields['address']);
    assert.ok(addresses.includes((people[0] as Traces).address) && addresses.every((one) => typeof one === 'string'));
    await release(id).expect(409);
    const { body } = await first().get(`/v1/disclosures/${id}`).expect(200);
    assert.equal(body.status, 'released');
    assert.notEqual(body.decidedBy, body.requestedBy);
  });

  it('is shown to one only, when it is asked for twice at once', async () => {
    const id = await ask();
    await approve(id);
    const answers = await Promise.all([release(id), release(id), release(id)]);
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409, 409]);
  });

  it('is not shown when the second person refuses, or comes too late, or the day is over', async () => {
    const refused = await ask();
    await second.post(`/v1/disclosures/${refused}/refusal`).expect(200);
    await release(refused).expect(409);
    await second.post(`/v1/disclosures/${refused}/approval`).expect(409);
    const now = app.time.now;
    const [forgotten, approved] = [await ask(), await ask()];
    await approve(approved);
    app.time.now = new Date(now.getTime() + 24 * 3_600_000);
    await release(approved).expect(409);
    app.time.now = new Date(now.getTime() + 7 * 24 * 3_600_000);
    await second.post(`/v1/disclosures/${forgotten}/approval`).expect(409);
    const { body } = await first().get('/v1/disclosures').expect(200);
    const statusOf = (id: string) => body.items.find((one: { disclosureId: string }) => one.disclosureId === id).status;
    assert.deepEqual([refused, forgotten, approved].map(statusOf), ['refused', 'expired', 'expired']);
    app.time.now = now;
  });

  it('leaves an entry for each step, and for each person concerned, with the purpose', async () => {
    const before = (await entries('personal-data.read')).length;
    const id = await ask();
    await approve(id);
    await release(id).expect(200);
    for (const step of ['requested', 'approved', 'released']) {
      const entry = (await entries(`disclosure.${step}`)).at(-1);
      assert.deepEqual(entry?.detail, {
        disclosure: id,
        kind: 'address',
        purpose: 'security-incident',
        reference: 'INC-7',
      });
    }
    const reads = (await entries('personal-data.read')).slice(before);
    assert.equal(reads.length, 1);
    assert.notEqual(reads[0]?.subject, null);
    assert.deepEqual(reads[0]?.detail, { what: 'revealAddress', purpose: 'security-incident', reference: 'INC-7' });
    const { body } = await first().get(`/v1/subjects/${people[0]?.account}/report`).expect(200);
    assert.ok(body.readings.some(({ what }: { what: string }) => /full address of a visit/.test(what)));
  });

  it('can be everybody’s data at once; each person finds it in their report', async () => {
    const id = await ask({ ...everybody, reference: undefined });
    await approve(id);
    const shown = lines((await release(id).expect(200)).text);
    for (const { name, email } of people) {
      assert.ok(
        shown.some(({ fields }) => Object.values(fields).includes(name)),
        name,
      );
      assert.ok(
        shown.some(({ fields }) => Object.values(fields).includes(email)),
        email,
      );
    }
    assert.equal(new Set(shown.map(({ person }) => person)).size, 3);
    for (const { account } of people) {
      const { body } = await first().get(`/v1/subjects/${account}/report`).expect(200);
      const looks = body.readings.filter(({ what }: { what: string }) => /export of everybody/.test(what));
      assert.equal(looks.length, 1);
      assert.equal(looks[0].purpose, 'authority-inquiry');
    }
  });

  it('can be a table; what a spreadsheet would run stays text', async () => {
    await app
      .as('platform')
      .put('/v1/subjects/formula')
      .send({ name: '=HYPERLINK("https://evil.example")' })
      .expect(201);
    const id = await ask(everybody);
    await approve(id);
    const answer = await release(id, '?format=csv').expect(200);
    assert.match(answer.headers['content-type'] as string, /^text\/csv/);
    assert.match(answer.text, /^person,category,id,at,field,value\n/);
    assert.match(answer.text, /"'=HYPERLINK/);
  });

  it('shows nothing of visits that are reduced, or of nobody', async () => {
    const id = await ask({ target: { visitIds: ['0190c7a4-0000-7000-8000-00000000beef'] } });
    await approve(id);
    assert.equal((await release(id).expect(200)).text, '');
  });

  it('leaves out whoever restricted the processing, unless it is for claims or an authority', async () => {
    const ada = people[0] as Traces;
    const hold = { kind: 'restriction', reference: 'DSR-1', subject: ada.account, category: 'profiles.contact' };
    const { body } = await first().post('/v1/holds').send(hold).expect(201);
    const about = async (purpose: string) => {
      const id = await ask({ ...everybody, reference: undefined, purpose });
      await approve(id);
      const { text } = await release(id).expect(200);
      const contacts = lines(text).filter(({ category }) => category === 'profiles.contact');
      return [contacts.length, text.includes(ada.email), text.includes(ada.name)];
    };
    assert.deepEqual(await about('data-quality'), [2, false, true]);
    assert.deepEqual(await about('authority-inquiry'), [3, true, true]);
    await first().post(`/v1/holds/${body.holdId}/release`).expect(200);
    assert.deepEqual(await about('data-quality'), [3, true, true]);
  });
});

onOneEngine('A disclosure that nobody could approve', (ground) => {
  let app: TestApp;
  before(async () => {
    app = await openApp(ground());
  });
  after(() => app.close());

  for (const [what, body] of [
    ['no purpose', { kind: 'address', target: { visitIds: ['0190c7a4-0000-7000-8000-00000000beef'] } }],
    ['a purpose nobody knows', { kind: 'export', purpose: 'curiosity', target: { holder: 'profiles' } }],
    [
      'a name as case number',
      { kind: 'export', purpose: 'support', reference: 'Ada Lovelace', target: { holder: 'profiles' } },
    ],
    ['a holder that is none', { kind: 'export', purpose: 'support', target: { holder: 'everything' } }],
    ['no visit', { kind: 'address', purpose: 'support', target: { visitIds: [] } }],
    ['a target of the other kind', { kind: 'address', purpose: 'support', target: { holder: 'profiles' } }],
  ] as const)
    it(`cannot be asked for with ${what}`, async () => {
      const { status } = await app.as('dpo').post('/v1/disclosures').send(body);
      assert.ok(status === 400 || status === 422, String(status));
    });
});
