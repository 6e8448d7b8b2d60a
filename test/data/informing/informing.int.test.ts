import assert from 'node:assert/strict';
import { openApp, type TestApp } from '../../support/app.ts';
import { onBothEngines } from '../../support/engines.ts';
import { fillRegister } from '../../support/example-register.ts';

const item = {
  title: 'Ice cores of Svalbard',
  version: '1.0',
  role: 'creator',
  nameAsPublished: 'Okafor, Chidi',
  visibility: 'private',
};
const DOI = '10.5072%2Fice';
const NOTICE = { id: 'privacy-policy', version: '1.1', language: 'en' };

onBothEngines('People are told of data that others gave (Art. 14, REQ-A20)', (ground) => {
  let app: TestApp;
  before(async () => {
    app = await openApp(ground(), { now: '2026-01-31T10:00:00Z' });
    await fillRegister(app);
  });
  after(() => app.close());
  const at = (instant: string) => {
    app.time.now = new Date(instant);
  };
  const coauthor = (id: string, more: object = {}, doi = DOI) =>
    app
      .as('platform')
      .put(`/v1/subjects/${id}/items/${doi}`)
      .send({ ...item, obtained: { from: 'co-author' }, ...more });
  const duties = async (query = '') =>
    (await app.as('dpo').get(`/v1/information-duties${query}`).expect(200)).body.items as Record<string, unknown>[];
  const dutyOf = async (name: string, query = '') =>
    (await duties(query)).find((one) => one['name'] === name) ?? assert.fail('there is such a duty');
  const record = (id: string, body: object) => app.as('platform').post(`/v1/subjects/${id}/information`).send(body);
  const findings = async () =>
    (
      (await app.as('dpo').get('/v1/register/findings').expect(200)).body.items as { code: string; detail: string }[]
    ).filter(({ code }) => code.startsWith('information-'));

  it('a co-author imported on 31 January by 28 February', async () => {
    await coauthor('chidi').expect(201);
    const duty = await dutyOf('Okafor, Chidi');
    assert.deepEqual(duty, {
      of: 'items',
      account: null,
      doi: 'https://doi.org/10.5072/ice',
      name: 'Okafor, Chidi',
      from: 'co-author',
      obtainedAt: '2026-01-31T10:00:00.000Z',
      informBy: '2026-02-28',
      because: 'obtained',
      state: 'open',
      overdue: false,
      informedAt: null,
      informedLate: null,
      notice: null,
      exemption: null,
    });
    assert.deepEqual(await findings(), []);
  });

  it('not of what the person gave themselves', async () => {
    await coauthor('self', { obtained: undefined, nameAsPublished: 'Self' }).expect(201);
    assert.equal(
      (await duties()).some(({ name }) => name === 'Self'),
      false,
    );
    await record('self', { event: 'informed', notice: NOTICE }).expect(404);
  });

  it('sooner once they are written to, or the data is passed on or published', async () => {
    await coauthor('mail', { nameAsPublished: 'Mail' }).expect(201);
    await coauthor('gone', { nameAsPublished: 'Gone' }).expect(201);
    await coauthor('made-public', { nameAsPublished: 'Public' }).expect(201);
    at('2026-02-10T10:00:00Z');
    const written = { event: 'communicated', at: '2026-02-09T09:00:00Z' };
    assert.deepEqual((await record('mail', written).expect(201)).body, { settled: 1 });
    // Later ones change nothing.
    assert.deepEqual((await record('mail', { event: 'disclosed' }).expect(201)).body, { settled: 0 });
    await app
      .as('platform')
      .post('/v1/subjects/gone/recipients')
      .send({ party: 'doi-registry', categories: ['content.private-association'], at: '2026-02-08T09:00:00Z' })
      .expect(201);
    await coauthor('made-public', { nameAsPublished: 'Public', visibility: 'public', publishedOn: '2026-02-10' });
    const told = await Promise.all(['Mail', 'Gone', 'Public'].map((name) => dutyOf(name)));
    assert.deepEqual(
      told.map(({ informBy, because }) => [informBy, because]),
      [
        ['2026-02-09', 'communicated'],
        ['2026-02-08', 'disclosed'],
        ['2026-02-10', 'disclosed'],
      ],
    );
  });

  it('and what is late is a finding until it is recorded that they were told', async () => {
    at('2026-02-11T10:00:00Z');
    const [late, ...others] = await findings();
    assert.equal(late?.code, 'information-overdue');
    assert.match(late?.detail ?? '', /^3 records came from co-author.*2026-02-08\.$/);
    assert.deepEqual(others, []);
    assert.deepEqual((await app.as('auditor').get('/v1/information-duties/counts').expect(200)).body.items, [
      { of: 'items', from: 'co-author', open: 4, overdue: 3, earliest: '2026-02-08' },
    ]);

    await record('mail', { event: 'informed' }).expect(422);
    await record('mail', { event: 'informed', notice: { ...NOTICE, version: '9.9' } }).expect(422);
    await record('mail', { event: 'informed', notice: NOTICE, at: '2027-01-01T00:00:00Z' }).expect(422);
    for (const id of ['mail', 'gone', 'made-public'])
      assert.deepEqual((await record(id, { event: 'informed', notice: NOTICE }).expect(201)).body, { settled: 1 });
    assert.deepEqual((await record('mail', { event: 'informed', notice: NOTICE }).expect(201)).body, { settled: 0 });
    assert.deepEqual(await findings(), []);
    const { state, informedLate, notice } = await dutyOf('Mail', '?state=informed');
    assert.deepEqual([state, informedLate, notice], ['informed', true, 'privacy-policy 1.1 en']);
    // What comes again from the same source is known to the person (Art. 14(5)(a)).
    await coauthor('mail', { nameAsPublished: 'Mail', version: '1.1' }).expect(200);
    assert.equal(
      (await duties()).some(({ name }) => name === 'Mail'),
      false,
    );
    // From another source they are told anew.
    await coauthor('mail', { nameAsPublished: 'Mail', version: '1.2', obtained: { from: 'registry' } }).expect(200);
    assert.equal((await dutyOf('Mail'))['informBy'], '2026-03-11');
  });

  it('a week before the day an officer is reminded', async () => {
    at('2026-02-21T10:00:00Z');
    assert.deepEqual(
      (await findings()).map(({ code }) => code),
      ['information-due-soon'],
    );
  });

  it('profiles that an institution imports the same', async () => {
    await app
      .as('platform')
      .put('/v1/subjects/imported')
      .send({ name: 'Imported', email: 'i@example.org', obtained: { from: 'institution', at: '2026-02-15T08:00:00Z' } })
      .expect(201);
    const [duty] = await duties('?of=profiles');
    assert.deepEqual([duty?.['account'], duty?.['informBy']], ['imported', '2026-03-15']);
    assert.deepEqual(await duties('?of=profiles&until=2026-03-14'), []);
    await app
      .as('platform')
      .put('/v1/subjects/early')
      .send({ name: 'Early', obtained: { from: 'institution', at: '2027-01-01T00:00:00Z' } })
      .expect(422);
  });

  it('or a reason of Art. 14(5) is recorded, which needs what its point wants', async () => {
    const exempt = (body: object, role: 'dpo' | 'platform' = 'dpo') =>
      app.as(role).post('/v1/information-exemptions').send(body);
    const reason = 'The co-authors are known by name alone; nobody has their addresses.';
    await exempt({ point: '14-5-b', reason, from: 'co-author', measures: 'The notice is public.' }, 'platform').expect(
      403,
    );
    for (const [body, pointer] of [
      [{ point: '14-5-b', reason, from: 'co-author' }, '/measures'],
      [{ point: '14-5-c', reason, from: 'co-author' }, '/law'],
      [{ point: '14-5-a', reason, from: 'co-author', law: 'BDSG' }, '/law'],
      [{ point: '14-5-a', reason }, '/subject'],
    ] as const)
      assert.equal((await exempt(body).expect(422)).body.errors[0].pointer, pointer);
    await exempt({ point: '14-5-b', reason, from: 'co-author', measures: 'The notice is public.' }).expect(201, {
      settled: 1,
    });
    const { state, exemption } = await dutyOf('Okafor, Chidi', '?state=exempt');
    assert.deepEqual([state, (exemption as { article: string }).article], ['exempt', 'GDPR Art. 14(5)(b)']);
    // One person, as with a profile of which they know already.
    await exempt({ point: '14-5-a', reason, subject: 'imported' }).expect(201, { settled: 1 });
    assert.deepEqual(await duties('?of=profiles'), []);
  });

  it('in pages, soonest first', async () => {
    for (const n of [1, 2, 3]) {
      at(`2026-03-0${4 - n}T10:00:00Z`);
      await coauthor(`page-${n}`, { nameAsPublished: `Page ${n}`, obtained: { from: 'registry' } }).expect(201);
      await app
        .as('platform')
        .put(`/v1/subjects/page-${n}`)
        .send({ name: `Page ${n}`, obtained: { from: 'institution' } })
        .expect(201);
    }
    for (const [of, expected] of [
      ['items', ['2026-03-11', '2026-04-01', '2026-04-02', '2026-04-03']],
      ['profiles', ['2026-04-01', '2026-04-02', '2026-04-03']],
    ] as const) {
      const seen: string[] = [];
      for (let cursor = ''; ; ) {
        const { body } = await app.as('platform').get(`/v1/information-duties?of=${of}&limit=1${cursor}`).expect(200);
        seen.push(...body.items.map(({ informBy }: { informBy: string }) => informBy));
        if (body.next === null) break;
        cursor = `&cursor=${body.next}`;
      }
      assert.deepEqual(seen, expected);
    }
    await app.as('platform').get('/v1/information-duties?cursor=nothing').expect(400);
  });

  it('and the person’s own report says who gave it, and when they were told', async () => {
    const { body } = await app.as('dpo').get('/v1/subjects/mail/report').expect(200);
    assert.match(JSON.stringify(body), /"obtainedFrom":"registry"/);
  });
});
