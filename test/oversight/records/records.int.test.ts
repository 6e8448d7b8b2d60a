import assert from 'node:assert/strict';
import { COLUMN_SET_IDS } from '../../../src/oversight/records/columns.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { onBothEngines, onOneEngine } from '../../support/engines.ts';
import { fillRegister } from '../../support/example-register.ts';
import { readPdf } from '../../support/pdf.ts';
import { golden } from './golden.ts';

onBothEngines('The record of processing', (ground) => {
  let app: TestApp;
  let unsigned: { emptyMandatory: { activity: string; column: string }[] };
  before(async () => {
    app = await openApp(ground());
    unsigned = (await app.as('dpo').get('/v1/records/article-30-1').expect(200)).body;
    await fillRegister(app);
  });
  after(() => app.close());

  it('lists the mandatory cells that are empty while nobody has recorded who the institution is (REQ-G01)', () => {
    const columns = [...new Set(unsigned.emptyMandatory.map(({ column }) => column))];
    assert.deepEqual(columns.sort(), ['a-controller', 'a-officer']);
  });

  for (const set of COLUMN_SET_IDS) {
    it(`has no empty mandatory cell in ${set}, and says what the golden file says (REQ-G01)`, async () => {
      const { body } = await app.as('dpo').get(`/v1/records/${set}`).expect(200);
      assert.deepEqual(body.emptyMandatory, []);
      assert.ok(body.rows.length > 0);
      const { text } = await app.as('dpo').get(`/v1/records/${set}/csv`).expect(200);
      golden(`${set}.csv`, text);
    });
  }

  it('is that of the platform provider as controller, too', async () => {
    const { body } = await app.as('dpo').get('/v1/records/article-30-1?party=platform-provider').expect(200);
    assert.deepEqual(body.emptyMandatory, []);
    assert.ok(body.rows.some(({ activity }: { activity: string }) => activity === 'portal-visits'));
    await app.as('dpo').get('/v1/records/article-30-1?party=nobody').expect(422);
    await app.as('dpo').get('/v1/records/article-31').expect(400);
  });

  it('is that of a day in the past, by what was known then (REQ-G02)', async () => {
    const before = app.time.now.toISOString();
    app.time.now = new Date(app.time.now.getTime() + 86_400_000);
    const context = await app.contextOf('north', 'admin');
    await app.services.registerRecords.recordInstitution(context, { legalName: 'Renamed University' });
    const nameAt = async (query: string) =>
      (await app.as('dpo').get(`/v1/records/article-30-1${query}`).expect(200)).body.party.name;
    assert.equal(await nameAt(''), 'Renamed University');
    assert.equal(await nameAt(`?at=${before}`), 'Example University');
  });
});

onOneEngine('The record of processing on paper', (ground) => {
  let app: TestApp;
  before(async () => {
    app = await openApp(ground());
    await fillRegister(app);
  });
  after(() => app.close());

  for (const set of COLUMN_SET_IDS)
    it(`shows ${set} as a page that loads nothing`, async () => {
      const { text, headers } = await app.as('dpo').get(`/v1/records/${set}/page`).expect(200);
      assert.match(
        text,
        set === 'cnil' ? /Chaque mention obligatoire est renseignée/ : /Every mandatory cell says something/,
      );
      assert.doesNotMatch(text, /<script|src=/);
      assert.match(headers['content-security-policy'] as string, /default-src 'none'/);
    });

  it('is a PDF too, with every cell of the record in it', async () => {
    const { body: record } = await app.as('dpo').get('/v1/records/article-30-1').expect(200);
    const { body, headers } = await app.as('dpo').get('/v1/records/article-30-1/pdf').buffer(true).expect(200);
    assert.equal(headers['content-type'], 'application/pdf');
    const { pages, title, tagged } = await readPdf(body as Buffer);
    assert.deepEqual([title, tagged], [record.title, true]);
    const text = pages
      .map((page) => page.text)
      .join('')
      .replaceAll(/\s+/g, '');
    for (const { cells } of record.rows)
      for (const cell of Object.values<string[]>(cells).flat())
        assert.ok(text.includes(cell.replaceAll(/\s+/g, '')), cell);
  });
});
