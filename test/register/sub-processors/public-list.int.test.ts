import assert from 'node:assert/strict';
import { openApp, type TestApp } from '../../support/app.ts';
import { onBothEngines } from '../../support/engines.ts';
import { fillRegister } from '../../support/example-register.ts';

// biome-ignore lint/suspicious/noExplicitAny: every answer is held against its schema already.
type Json = Record<string, any>;
const LIST = '/register/north/sub-processors';

onBothEngines('The public list of sub-processors', (ground) => {
  let app: TestApp;
  before(async () => {
    app = await openApp(ground());
  });
  after(() => app.close());
  const list = async (tenant = 'north'): Promise<Json> =>
    (await app.as('nobody').get(`/register/${tenant}/sub-processors.json`).expect(200)).body;

  it('of the shipped policies has no empty mandatory cell (REQ-A46)', async () => {
    await fillRegister(app);
    const { processors, emptyMandatory, institution } = await list();
    assert.deepEqual(emptyMandatory, []);
    assert.equal(institution, 'Example University');
    assert.deepEqual(
      processors.map(({ party, role, tier, actsFor, country }: Json) => [party, role, tier, actsFor, country]),
      [
        ['platform-provider', 'processor', 1, 'Example University', 'DE'],
        ['hosting-company', 'sub-processor', 2, 'Example Repository Platform GmbH', 'DE'],
      ],
    );
    assert.deepEqual(
      processors.map(({ locations }: Json) => locations),
      [['Germany'], ['Data centre Frankfurt am Main (Germany)', 'Backup vault Offenbach (Germany)']],
    );
    for (const { processing, address } of processors) assert.ok(processing !== '' && address !== '');
  });

  it('is read by anybody, without credentials, as a page that loads nothing', async () => {
    const { text, headers } = await app.as('nobody').get(LIST).expect(200);
    assert.match(headers['content-type'] as string, /^text\/html/);
    assert.match(headers['content-security-policy'] as string, /default-src 'none'/);
    for (const said of [
      'Example Hosting AG',
      'Serverallee 7, 60311 Frankfurt am Main',
      'Data centre Frankfurt am Main',
      'Member accounts',
    ])
      assert.ok(text.includes(said), said);
    assert.doesNotMatch(text, /<script|not stated|undefined/);
  });

  it('shows a change from the day it is announced, with the last day for objections, and what became of it', async () => {
    const { body: standing } = await app
      .as('installation')
      .post('/v1/register/sub-processor-changes')
      .send({
        kind: 'removal',
        party: 'hosting-company',
        processor: 'platform-provider',
        activities: ['accounts'],
        reason: 'Accounts move to <another> house & home.',
      })
      .expect(201);
    const [change] = (await list())['changes'];
    assert.deepEqual([change.name, change.kind, change.status], ['Example Hosting AG', 'removal', 'announced']);
    const { text: page } = await app.as('nobody').get(LIST).expect(200);
    assert.match(page, /Accounts move to &lt;another&gt; house &amp; home\./);
    assert.match(page, /Example Hosting AG: leaves/);
    app.time.now = new Date('2026-03-02T12:00:00Z');
    await app
      .as('installation')
      .post(`/v1/register/sub-processor-changes/${standing.changeId}/activation`)
      .send()
      .expect(200);
    assert.equal((await list())['changes'][0].status, 'activated');
    const host = (await list())['processors'].find(({ party }: Json) => party === 'hosting-company');
    assert.deepEqual(host.activities, [
      'Proof of consent',
      'Requests of data subjects',
      'Media from other sites',
      'Visits to the portals',
      'Record of who published what',
      'Counting visits',
    ]);
  });

  it('is a feed that readers can follow: one entry per change, updated when it takes effect (REQ-A46)', async () => {
    const { text, headers } = await app.as('nobody').get(`${LIST}.atom`).buffer(true).expect(200);
    assert.match(headers['content-type'] as string, /^application\/atom\+xml/);
    assert.match(text, /^<\?xml version="1\.0" encoding="utf-8"\?>\n<feed xmlns="http:\/\/www\.w3\.org\/2005\/Atom">/);
    assert.equal(text.match(/<entry>/g)?.length, 1);
    assert.match(text, /<id>urn:uuid:[0-9a-f-]{36}<\/id>/);
    assert.match(
      text,
      /<updated>2026-03-02T12:00:00\.000Z<\/updated><published>2026-03-01T12:00:00\.000Z<\/published>/,
    );
    assert.match(text, /Accounts move to &#60;another&#62; house &#38; home\./);
  });

  it('says so where nobody has signed or recorded anything yet, and nothing of portals that are not there', async () => {
    const { emptyMandatory } = await list('south');
    assert.deepEqual(emptyMandatory, []);
    for (const path of ['/register/nowhere/sub-processors', '/register/nowhere/sub-processors.json'])
      await app.as('nobody').get(path).expect(404);
    await app.as('nobody').get('/register/NO%20PORTAL/sub-processors').expect(400);
  });
});
