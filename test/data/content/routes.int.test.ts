import assert from 'node:assert/strict';
import { join } from 'node:path';
import { createContentHolder } from '../../../src/data/content/holder.ts';
import { contentRoutes } from '../../../src/data/content/routes.ts';
import { createContent } from '../../../src/data/content/service.ts';
import { createProcessing } from '../../../src/data/retention/processing.ts';
import { createSuppression } from '../../../src/data/suppression/service.ts';
import { packageRoot } from '../../../src/foundations/process/package-root.ts';
import { subjectOf } from '../../../src/foundations/vault/subjects.ts';
import { openPolicies } from '../../../src/register/policies/policies.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { erasureOrder } from '../../support/due.ts';
import { type Ground, onBothEngines, onOneEngine } from '../../support/engines.ts';

const item = {
  title: 'Ice cores of Svalbard',
  version: '2.1',
  role: 'creator',
  nameAsPublished: 'Löfgren, Ada',
  orcid: '0000-0002-1694-233X',
  visibility: 'public',
  publishedOn: '2025-11-30',
};

const policies = openPolicies(join(packageRoot, 'policies'));
const PATH = '/v1/subjects/ada/items/10.5072%2Fice%2Fcores';

function contentOn(ground: Ground): Promise<TestApp> {
  const { store, audit, vault } = ground;
  const processing = createProcessing(policies);
  const suppression = createSuppression({ store, audit, vault, policies });
  const content = createContent({ store, audit, vault, policies, suppression, processing });
  return openApp(ground, { routes: contentRoutes(content) });
}

onBothEngines('Content over HTTP', (ground) => {
  let app: TestApp;
  before(async () => {
    app = await contentOn(ground());
  });
  after(() => app.close());
  const platform = () => app.as('platform');

  it('takes a DOI as one path segment, its slashes escaped', async () => {
    const { body, headers } = await platform().put(PATH).send(item).expect(201);
    assert.equal(body.doi, 'https://doi.org/10.5072/ice/cores');
    assert.ok(headers['etag']);
    await platform().put(PATH).send(item).expect(200);
    const link = encodeURIComponent('https://doi.org/10.5072/ICE/cores');
    assert.equal((await platform().get(`/v1/subjects/ada/items/${link}`).expect(200)).body.id, body.id);
    for (const [method, address] of [
      ['get', '/v1/subjects/ada/items/10.5072/ice/cores'],
      ['put', '/v1/subjects/ada/items/https://doi.org/10.5072/ice'],
      ['get', '/v1/items/10.5072/ice/associations?limit=3'],
    ] as const) {
      const { body } = await platform()[method](address).expect(404);
      assert.equal(body.type, '/problems/not-found');
      assert.match(body.detail, /slash within \{doi\} is written %2F/);
      assert.deepEqual(
        body.errors.map(({ pointer }: { pointer: string }) => pointer),
        ['{doi}'],
      );
    }
    for (const address of ['/v1/subjects/ada/items/ice/cores', '/v1/subjects/a/b/items/10.5072%2Fice']) {
      const { body } = await platform().get(address).expect(404);
      assert.equal(body.errors, undefined, 'no slash would make this an address');
    }
  });

  it('lists the items of an account and the people of an item, in pages', async () => {
    await platform()
      .put('/v1/subjects/bea/items/10.5072%2Fice%2Fcores')
      .send({ ...item, nameAsPublished: 'Bea' })
      .expect(201);
    const mine = await app.as('dpo').get('/v1/subjects/ada/items').expect(200);
    assert.equal(mine.body.items.length, 1);
    const people = '/v1/items/10.5072%2Fice%2Fcores/associations';
    const first = await app.as('dpo').get(`${people}?limit=1`).expect(200);
    const second = await app.as('dpo').get(`${people}?limit=1&cursor=${first.body.next}`).expect(200);
    assert.equal(second.body.next, null);
    const names = [...first.body.items, ...second.body.items].map(({ nameAsPublished }) => nameAsPublished);
    assert.deepEqual(names.sort(), ['Bea', 'Löfgren, Ada']);
    await app.as('dpo').get(`${people}?limit=0`).expect(400);
    await app.as('dpo').get(`${people}?cursor=x`).expect(400);
    await app.as('dpo').get('/v1/items/10.5072%2Funknown/associations').expect(200, { items: [], next: null });
  });

  it('shows of an erased person only what may stay', async () => {
    const { store, vault } = ground();
    const { subjectId } = await subjectOf(vault, 'north', { kind: 'account', id: 'ada' });
    const person = { tenantId: 'north', timeZone: 'Europe/Berlin', subjectIds: [subjectId] };
    const order = erasureOrder({
      'content.public-association': {
        action: 'reduce',
        ground: 'JustificationA17Archiving',
        reviewAt: new Date('2027-01-01T00:00:00Z'),
      },
    });
    await store.write((tx) => createContentHolder({ vault }).erase(tx, person, order));
    const { body } = await app.as('dpo').get('/v1/items/10.5072%2Fice%2Fcores/associations').expect(200);
    const minimal = body.items.find((one: { nameAsPublished: string }) => one.nameAsPublished === item.nameAsPublished);
    assert.deepEqual(Object.keys(minimal).sort(), [
      'doi',
      'ground',
      'nameAsPublished',
      'orcid',
      'publishedOn',
      'reviewAt',
      'role',
      'version',
    ]);
    const due = await app.as('dpo').get('/v1/associations/to-review?until=2027-01-02').expect(200);
    assert.deepEqual(due.body.items, [minimal]);
    await app.as('dpo').get('/v1/associations/to-review?until=2027-02-31').expect(400);
    await platform().get(PATH).expect(404);
  });

  it('retracts with 204 and is gone', async () => {
    const other = '/v1/subjects/bea/items/10.5072%2Fice%2Fcores';
    await platform().delete(other).set('If-Match', '"0"').expect(412);
    await platform().delete(other).expect(204);
    await platform().delete(other).expect(404);
  });

  it('writes no personal data to the log', () => {
    const log = app.logged.join('\n');
    for (const value of ['Löfgren', '233X', '/subjects/ada', '10.5072', 'Ice cores'])
      assert.equal(log.includes(value), false, value);
  });
});

onOneEngine('An item that is none, over HTTP', (ground) => {
  let app: TestApp;
  before(async () => {
    app = await contentOn(ground());
  });
  after(() => app.close());
  const platform = () => app.as('platform');

  const bad: [what: string, change: object, status: number, pointer: string][] = [
    ['a role DataCite does not know', { role: 'Author' }, 400, '/role'],
    ['an ORCID iD of another form', { orcid: '0000-0002-1825-009' }, 400, '/orcid'],
    ['an ORCID iD with a wrong check character', { orcid: '0000-0002-1694-2330' }, 422, '/orcid'],
    ['a visibility that is none', { visibility: 'secret' }, 400, '/visibility'],
    ['a day that does not exist', { publishedOn: '2025-02-30' }, 400, '/publishedOn'],
    ['a field nobody asked for', { email: 'ada@example.org' }, 400, '/email'],
    ['an empty name', { nameAsPublished: '' }, 400, '/nameAsPublished'],
  ];
  for (const [what, change, status, pointer] of bad)
    it(`refuses ${what}, naming ${pointer}`, async () => {
      const { body } = await platform()
        .put(PATH)
        .send({ ...item, ...change })
        .expect(status);
      assert.equal(body.errors[0].pointer, pointer);
    });

  it('refuses a public item without a day of publication, and a DOI that is none', async () => {
    const { publishedOn: _, ...undated } = item;
    assert.equal((await platform().put(PATH).send(undated).expect(422)).body.errors[0].pointer, '/publishedOn');
    await platform().put('/v1/subjects/ada/items/11.5072%2Fabc').send(item).expect(400);
    await platform().put('/v1/subjects/ada/items/10.5%2Fabc').send(item).expect(422);
    await platform().put('/v1/subjects/visitor:v/items/10.5072%2Fabc').send(item).expect(422);
  });
});
