import assert from 'node:assert/strict';
import { openApp, type TestApp } from '../../support/app.ts';
import { onBothEngines, onOneEngine } from '../../support/engines.ts';
import { fillRegister } from '../../support/example-register.ts';
import { breachBooks } from './books.ts';

const DAY = 86_400_000;

onBothEngines('Whom a breach affects', (ground) => {
  let app: TestApp;
  let books: ReturnType<typeof breachBooks>;

  const visit = (at: string, visitor?: string) =>
    app
      .as('platform')
      .post('/v1/visits')
      .send({
        portal: 'north.example',
        address: '198.51.100.7',
        userAgent: 'Mozilla/5.0 Firefox/140.0',
        occurredAt: at,
        visitor,
      })
      .expect(201);
  const account = (id: string) =>
    app
      .as('platform')
      .put(`/v1/subjects/${id}`)
      .send({ name: `Name of ${id}`, email: `${id}@north.example` })
      .expect(201);

  before(async () => {
    app = await openApp(ground(), { now: '2026-02-01T12:00:00Z' });
    books = breachBooks(app);
    await fillRegister(app, 'north');
    for (const id of ['ada', 'bea', 'cleo']) await account(id);
    await app.as('platform', 'south').put('/v1/subjects/dora').send({ name: 'Dora Southern' }).expect(201);
    app.time.now = new Date('2026-02-20T12:00:00Z');
    await account('emil');
    await visit('2026-02-20T08:00:00Z', 'visitor-of-ada-one');
    await visit('2026-02-20T09:00:00Z', 'visitor-of-ada-two');
    await visit('2026-02-20T10:00:00Z', 'a-stranger');
    await visit('2026-02-20T11:00:00Z');
    for (const visitor of ['visitor-of-ada-one', 'visitor-of-ada-two'])
      await app.as('platform').post('/v1/subjects/ada/links').send({ visitor }).expect(201);
    app.time.now = new Date('2026-03-01T12:00:00Z');
  });
  after(() => app.close());

  const affectedBy = async (scope: object, over: object = {}) => {
    const { affected, controllers } = await books.report({ scope, ...over });
    assert.ok(affected);
    return { ...affected, controllers };
  };

  it('is counted per category: rows, and the persons they are about', async () => {
    const { categories, persons, records, subjects } = await affectedBy({
      categories: ['profiles.identity', 'profiles.contact'],
    });
    assert.deepEqual(categories, [
      { category: 'profiles.contact', records: 4, persons: 4 },
      { category: 'profiles.identity', records: 4, persons: 4 },
    ]);
    assert.equal(persons, 4, 'the same four persons, not eight');
    assert.equal(records, 8);
    assert.deepEqual(subjects, ['account-holder']);
  });

  it('counts a person once, however many visitors they are known as', async () => {
    const { categories, persons } = await affectedBy({ holders: ['visits'] });
    const full = categories.find(({ category }) => category === 'visits.full');
    assert.deepEqual(full, { category: 'visits.full', records: 4, persons: 2 });
    assert.equal(persons, 2, 'ada and a stranger');
    const both = await affectedBy({ holders: ['visits', 'profiles'] });
    assert.equal(both.persons, 5, 'four accounts, of which ada has visited, and a stranger');
  });

  it('says of how many rows nobody knows whose they are', async () => {
    const { nameless } = await affectedBy({ categories: ['visits.full'] });
    assert.equal(nameless, 1);
  });

  it('leaves out what is about nobody', async () => {
    const { categories } = await affectedBy({ holders: ['visits'] });
    assert.ok(categories.every(({ category }) => category !== 'visits.daily'));
  });

  for (const [window, persons] of [
    [{ until: '2026-02-10T00:00:00Z' }, 3],
    [{ until: '2026-02-25T00:00:00Z' }, 4],
    [{ from: '2026-02-10T00:00:00Z' }, 1],
    [{ from: '2026-02-10T00:00:00Z', until: '2026-02-15T00:00:00Z' }, 0],
  ] as const)
    it(`is ${persons} persons of the accounts touched ${JSON.stringify(window)}`, async () => {
      assert.equal((await affectedBy({ categories: ['profiles.identity'], ...window })).persons, persons);
    });

  it('ends with the last millisecond before the window does', async () => {
    const at = (until: string) => affectedBy({ categories: ['visits.full'], until });
    assert.equal((await at('2026-02-20T10:00:00.000Z')).records, 2);
    assert.equal((await at('2026-02-20T10:00:00.001Z')).records, 3);
  });

  it('is computed from the register: the provider is controller of visits, the institution of accounts', async () => {
    const { controllers } = await affectedBy({ categories: ['profiles.identity', 'visits.full'] });
    const of = (party: string) => controllers.find((one) => one.party === party);
    assert.deepEqual(of('institution')?.categories, ['profiles.identity']);
    assert.deepEqual(of('platform-provider')?.categories, ['visits.full']);
    assert.equal(of('institution')?.persons, 4);
    assert.equal(of('platform-provider')?.persons, 2);
    assert.ok(of('institution')?.activities.includes('accounts'));
  });

  it('can be given by a party: everything its systems process for the institution', async () => {
    const all = await affectedBy({ party: 'hosting-company' });
    assert.ok(all.categories.some(({ category }) => category === 'profiles.identity'));
    const some = await affectedBy({ party: 'hosting-company', categories: ['profiles.contact'] });
    assert.deepEqual(
      some.categories.map(({ category }) => category),
      ['profiles.contact'],
    );
  });

  it('is counted anew on request, and each count stays', async () => {
    const { breachId, affected } = await books.report({ scope: { categories: ['profiles.identity'] } });
    await account('fred');
    assert.equal((await books.get(breachId)).affected?.persons, affected?.persons);
    const again = await books.act(breachId, 'affected', {});
    assert.equal(again.affected?.persons, (affected?.persons ?? 0) + 1);
    const { body } = await app.as('auditor').get(`/v1/breaches/${breachId}/events`).expect(200);
    const counts = body.items.filter(({ kind }: { kind: string }) => kind === 'affected-computed');
    assert.deepEqual(
      counts.map(({ data }: { data: { persons: number } }) => data.persons),
      [affected?.persons, again.affected?.persons],
    );
  });

  it('can be stated where that is known better, and the count stays beside it', async () => {
    const { breachId } = await books.report();
    const breach = await books.act(breachId, 'assessments', { persons: 2, records: 3 });
    assert.deepEqual([breach.persons, breach.records], [2, 3]);
    assert.ok((breach.affected?.persons ?? 0) > 2);
  });

  it('is nobody of another institution', async () => {
    const { body } = await app
      .as('dpo', 'south')
      .post('/v1/breaches')
      .send({
        detectedAt: '2026-03-01T03:00:00Z',
        awareAt: '2026-03-01T10:00:00Z',
        awareness: 'It was seen then.',
        kinds: ['IntegrityBreach'],
        nature: 'A table was changed.',
        scope: { holders: ['profiles'] },
      })
      .expect(201);
    assert.equal(body.affected.persons, 1);
  });

  it('is counted over more people than one page', async () => {
    const context = await app.contextOf('north');
    const rows = Array.from({ length: 2_100 }, (_, n) => ({
      tenantId: 'north',
      eventId: `many-${n}`,
      subjectId: n.toString(16).padStart(32, '0'),
      subjectKind: 'visitor',
      purposeId: 'usage-statistics',
      seq: 1,
      status: 'given',
      consentType: 'x',
      purposeVersion: '1',
      noticeId: 'n',
      noticeMajor: 1,
      noticeMinor: 0,
      noticeHash: 'h',
      language: 'en',
      controllers: [],
      act: 'clicked',
      method: 'banner',
      source: 'test',
      jurisdiction: 'DE',
      evidenceSealed: null,
      recordedAt: new Date(context.clock().getTime() - DAY),
      expiresAt: null,
      policyHash: 'p',
    }));
    await ground().store.write(async (tx) => {
      for (let from = 0; from < rows.length; from += 300)
        await tx.insert(tx.tables.consentEvents).values(rows.slice(from, from + 300) as never);
    });
    const { persons } = await affectedBy({ categories: ['consents.decision'] });
    assert.equal(persons, 2_100);
  });
});

onOneEngine('The scope of a breach that is none', (ground) => {
  let app: TestApp;
  before(async () => {
    app = await openApp(ground(), { now: '2026-03-01T12:00:00Z' });
  });
  after(() => app.close());

  for (const [what, scope, pointer] of [
    ['a category nobody declared', { categories: ['profiles.shoe-size'] }, '/scope/categories/0'],
    ['a party that is none', { party: 'nobody-inc' }, '/scope/party'],
    ['a window alone', { until: '2026-02-25T00:00:00Z' }, '/scope'],
    [
      'a window that ends before it begins',
      { holders: ['visits'], from: '2026-02-02T00:00:00Z', until: '2026-02-01T00:00:00Z' },
      '/scope/until',
    ],
  ] as const)
    it(`is refused for ${what}`, async () => {
      const { body, status } = await app
        .as('dpo')
        .post('/v1/breaches')
        .send({
          detectedAt: '2026-03-01T03:00:00Z',
          awareAt: '2026-03-01T10:00:00Z',
          awareness: 'It was seen then.',
          kinds: ['IntegrityBreach'],
          nature: 'A table was changed.',
          scope,
        });
      assert.equal(status, 422, JSON.stringify(body));
      assert.equal(body.errors[0].pointer, pointer);
    });
});
