import assert from 'node:assert/strict';
import { join } from 'node:path';
import fc from 'fast-check';
import { profileRoutes } from '../../../src/data/profiles/routes.ts';
import { createProfiles } from '../../../src/data/profiles/service.ts';
import { createProcessing } from '../../../src/data/retention/processing.ts';
import { createSuppression } from '../../../src/data/suppression/service.ts';
import { packageRoot } from '../../../src/foundations/process/package-root.ts';
import { openPolicies } from '../../../src/register/policies/policies.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { onBothEngines } from '../../support/engines.ts';

const ada = {
  name: 'Ada Löfgren',
  email: 'ada@example.org',
  title: 'Professor',
  interests: ['glaciology'],
  city: 'Tromsø',
  country: 'NO',
};

onBothEngines('Profiles over HTTP', (ground) => {
  let app: TestApp;
  const policies = openPolicies(join(packageRoot, 'policies'));
  before(async () => {
    const { store, audit, vault } = ground();
    app = await openApp(ground(), {
      routes: profileRoutes(
        createProfiles({
          store,
          audit,
          vault,
          policies,
          processing: createProcessing(policies),
          suppression: createSuppression({ store, audit, vault, policies }),
        }),
      ),
    });
  });
  after(() => app.close());
  const platform = () => app.as('platform');
  const path = '/v1/subjects/account:ada';

  it('creates with 201, replaces with 200, and answers with an entity tag', async () => {
    const made = await platform().put(path).send(ada).expect(201);
    const again = await platform().put(path).send(ada).expect(200);
    assert.match(made.headers['etag'] as string, /^"[^"]+"$/);
    assert.equal(again.headers['etag'], made.headers['etag']);
    const read = await app.as('dpo').get('/v1/subjects/ada').expect(200);
    assert.equal(read.headers['etag'], made.headers['etag']);
    assert.equal(read.body.name, ada.name);
    assert.equal(read.body.id, 'ada');
  });

  const bad: [what: string, body: unknown, pointer: string][] = [
    ['a field nobody asked for', { ...ada, religion: 'x' }, '/religion'],
    ['another field nobody asked for', { ...ada, shoeSize: 41 }, '/shoeSize'],
    ['a name with a control character', { name: 'Ada\u0007' }, '/name'],
    ['a name on two lines', { name: 'Ada\nLöfgren' }, '/name'],
    ['a name of blanks', { name: '   ' }, '/name'],
    ['an empty name', { name: '' }, '/name'],
    ['a name too long', { name: 'a'.repeat(201) }, '/name'],
    ['a name that is a number', { name: 7 }, '/name'],
    ['a null, which only a patch may have', { name: null }, '/name'],
    ['an address that is none', { email: 'ada at example.org' }, '/email'],
    ['an address with a line break', { email: 'ada@example.org\r\nBcc: x@y' }, '/email'],
    ['a country by its name', { country: 'Norway' }, '/country'],
    ['a country in lower case', { country: 'no' }, '/country'],
    ['interests that are no list', { interests: 'glaciology' }, '/interests'],
    ['an interest twice', { interests: ['a', 'a'] }, '/interests'],
    ['an interest that is no text', { interests: ['a', 1] }, '/interests/1'],
    ['an instant that is none', { lastActivityAt: 'yesterday' }, '/lastActivityAt'],
  ];
  for (const [what, body, pointer] of bad)
    it(`refuses ${what}, naming ${pointer}`, async () => {
      const { body: problem } = await platform()
        .put(path)
        .send(body as object)
        .expect(400);
      assert.equal(problem.errors[0].pointer, pointer);
      assert.doesNotMatch(JSON.stringify(problem), /Bcc|glaciology/);
    });

  it('refuses country codes that are not assigned', async () => {
    for (const country of ['XX', 'UK', 'EU', 'AN']) {
      const { body } = await platform().put(path).send({ country }).expect(422);
      assert.equal(body.errors[0].pointer, '/country');
    }
  });

  it('accepts right-to-left marks and any script in a name', async () => {
    const name = 'עדה \u200fלפגרן';
    const { body } = await platform().put('/v1/subjects/rtl').send({ name }).expect(201);
    assert.equal(body.name, name);
  });

  it('wants the state a patch is meant for: 428 without it, 412 with an old one, 200 with the present one', async () => {
    const { headers } = await platform().get(path).expect(200);
    const patch = { city: 'Oslo', title: null };
    await platform().patch(path).send(patch).expect(428);
    await platform().patch(path).set('If-Match', '"0"').send(patch).expect(412);
    const changed = await platform()
      .patch(path)
      .set('If-Match', headers['etag'] as string)
      .send(patch)
      .expect(200);
    assert.equal(changed.body.city, 'Oslo');
    assert.equal('title' in changed.body, false);
    await platform()
      .patch(path)
      .set('If-Match', headers['etag'] as string)
      .send(patch)
      .expect(412);
    assert.notEqual(changed.headers['etag'], headers['etag']);
  });

  it('takes a merge patch under its own media type, too', async () => {
    const { headers } = await platform().get(path).expect(200);
    await platform()
      .patch(path)
      .set('If-Match', headers['etag'] as string)
      .set('Content-Type', 'application/merge-patch+json')
      .send(JSON.stringify({ city: 'Bergen' }))
      .expect(200);
  });

  it('refuses to remove the last activity', async () => {
    const { headers } = await platform().get(path);
    const call = platform()
      .patch(path)
      .set('If-Match', headers['etag'] as string);
    const { body } = await call.send({ lastActivityAt: null }).expect(400);
    assert.equal(body.errors[0].pointer, '/lastActivityAt');
  });

  it('finds by e-mail in a body, never in a URL', async () => {
    const { body } = await platform().post('/v1/subjects/search').send({ email: 'ADA@example.org' }).expect(200);
    assert.deepEqual(
      body.items.map(({ id }: { id: string }) => id),
      ['ada'],
    );
    await platform().post('/v1/subjects/search').send({ email: 'nobody' }).expect(400);
    const south = await app.as('platform', 'south').post('/v1/subjects/search').send({ email: ada.email }).expect(200);
    assert.deepEqual(south.body.items, []);
  });

  it('answers 422 for a visitor, 400 for an id that is none, 404 for an account without a profile', async () => {
    await platform().put('/v1/subjects/visitor:v1').send(ada).expect(422);
    await platform().get('/v1/subjects/a%20b').expect(400);
    await platform().get('/v1/subjects/unknown').expect(404);
    await app.as('platform', 'south').get(path).expect(404);
  });

  it('deletes with 204 and is gone', async () => {
    await platform().put('/v1/subjects/leaver').send({ name: 'Leaver' }).expect(201);
    await platform().delete('/v1/subjects/leaver').expect(428);
    await platform().delete('/v1/subjects/leaver').set('If-Match', '*').expect(204);
    await platform().get('/v1/subjects/leaver').expect(404);
  });

  it('answers any body with a 2xx or a 4xx', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (body) => {
        const { status } = await platform()
          .put('/v1/subjects/any')
          .set('Content-Type', 'application/json')
          .send(JSON.stringify(body));
        assert.ok(status < 500, String(status));
      }),
      { numRuns: 60 },
    );
    const field = fc.constantFrom('name', 'email', 'title', 'city', 'country', 'lastActivityAt');
    await fc.assert(
      fc.asyncProperty(field, fc.string({ unit: 'binary', maxLength: 40 }), async (name, text) => {
        const { status } = await platform()
          .put('/v1/subjects/any')
          .send({ [name]: text });
        assert.ok(status < 500, String(status));
      }),
      { numRuns: 60 },
    );
  }).timeout(120_000);

  it('writes no personal data to the log', () => {
    const log = app.logged.join('\n');
    assert.ok(log.length > 0);
    for (const value of ['ada@example.org', 'Löfgren', 'Tromsø', 'account:ada', '/subjects/ada', 'leaver'])
      assert.equal(log.includes(value), false, value);
  });
});
