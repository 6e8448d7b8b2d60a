import assert from 'node:assert/strict';
import { openApp, type TestApp } from '../../support/app.ts';
import { onBothEngines, onOneEngine } from '../../support/engines.ts';
import { fillRegister, type SignedAgreements } from '../../support/example-register.ts';
import { readPdf } from '../../support/pdf.ts';
import { golden } from './golden.ts';

// biome-ignore lint/suspicious/noExplicitAny: every answer is held against its schema already.
type Json = Record<string, any>;
const squeezed = (text: string) => text.replaceAll(/\s+/g, '');
/** What changes with every run: ids, digests of policies. */
const steady = (text: string) =>
  text
    .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '<id>')
    .replaceAll(/"policyHash": "[0-9a-f]{64}"/g, '"policyHash": "<hash>"');

onBothEngines('The annexes of an agreement', (ground) => {
  let app: TestApp;
  let signed: SignedAgreements;
  before(async () => {
    app = await openApp(ground());
    signed = await fillRegister(app);
  });
  after(() => app.close());
  const annexes = async (id: string, query = ''): Promise<Json> =>
    (await app.as('dpo').get(`/v1/register/agreements/${id}/annexes${query}`).expect(200)).body;

  for (const which of ['processing', 'hosting', 'hostingCh'] as const)
    it(`of ${which} have no empty mandatory entry, and say what the golden file says (REQ-G04)`, async () => {
      const body = await annexes(signed[which]);
      assert.deepEqual(body['emptyMandatory'], []);
      assert.deepEqual(
        body['annexes'].map(({ number }: Json) => number),
        ['I', 'II', 'III', 'IV'],
      );
      golden(`annexes-${which}.json`, `${steady(JSON.stringify(body, null, 2))}\n`);
    });

  it('say who is controller and who processor of each processing, also where the one who instructs is a processor', async () => {
    const { annexes: all } = await annexes(signed.hosting);
    const [first, second] = all as Json[];
    const rolesIn = (part: Json) => part['entries'].find(({ id }: Json) => id === 'roles').values;
    assert.deepEqual(
      first?.['parts'].map(({ heading }: Json) => heading),
      [
        'Gives the instructions: Example Repository Platform GmbH',
        'Carries them out: Example Hosting AG',
        'Decides, and is no party to this agreement: Example University',
      ],
    );
    const accounts = second?.['parts'].find(({ heading }: Json) => heading === 'Member accounts');
    assert.deepEqual(rolesIn(accounts), [
      'Example University: controller',
      'Example Repository Platform GmbH: processor for Example University',
      'Example Hosting AG: sub-processor for Example Repository Platform GmbH',
    ]);
    assert.match(rolesIn(first?.['parts'][0])[0], /^processor for Example University: Member accounts/);
    assert.match(
      rolesIn(first?.['parts'][1])[0],
      /^sub-processor for Example Repository Platform GmbH: Member accounts/,
    );
  });

  it('name the sub-processors the controller agreed to, with place and tool, and say how it objects', async () => {
    const { annexes: all } = await annexes(signed.processing);
    const fourth = all.find(({ number }: Json) => number === 'IV');
    assert.deepEqual(
      fourth.parts.map(({ heading }: Json) => heading),
      ['Authorisation', 'Example Hosting AG'],
    );
    const text = JSON.stringify(fourth);
    for (const said of [
      'general written authorisation',
      '30 days',
      'Serverallee 7',
      'Data centre Frankfurt am Main (Germany)',
    ])
      assert.ok(text.includes(said), said);
  });

  it('list what must still be completed, as long as nobody has recorded who the institution is', async () => {
    const { body: draft } = await app
      .as('admin', 'south')
      .post('/v1/register/agreements')
      .send({ template: 'processing-standard', validFrom: '2026-03-01T12:00:00Z' })
      .expect(201);
    const path = `/v1/register/agreements/${draft.agreementId}/annexes`;
    const { body } = await app.as('dpo', 'south').get(path).expect(200);
    assert.deepEqual(
      body.emptyMandatory.map(({ annex, entry }: Json) => `${annex} ${entry}`),
      ['I address', 'I contact'],
    );
    const { text } = await app.as('dpo', 'south').get(`${path}/page`).expect(200);
    assert.match(text, /2 entries must still be completed/);
    assert.match(text, /not signed yet/);
    await app.as('dpo', 'north').get(path).expect(404);
  });

  it('are those of any day, by what was known then', async () => {
    const before = app.time.now.toISOString();
    app.time.now = new Date(app.time.now.getTime() + 86_400_000);
    await app
      .as('admin')
      .post(`/v1/register/agreements/${signed.processing}/corrections`)
      .send({ from: app.time.now.toISOString(), nature: 'Storing only.', reason: 'The contract was amended.' })
      .expect(200);
    assert.ok(JSON.stringify(await annexes(signed.processing)).includes('Storing only.'));
    assert.ok(!JSON.stringify(await annexes(signed.processing, `?at=${before}`)).includes('Storing only.'));
  });
});

onOneEngine('The annexes of an agreement on paper', (ground) => {
  let app: TestApp;
  let signed: SignedAgreements;
  before(async () => {
    app = await openApp(ground());
    signed = await fillRegister(app);
  });
  after(() => app.close());

  it('are a page and a PDF with every entry in it', async () => {
    const path = `/v1/register/agreements/${signed.processing}/annexes`;
    const { annexes: all } = (await app.as('dpo').get(path).expect(200)).body as Json;
    const { text: page } = await app.as('dpo').get(`${path}/page`).expect(200);
    const { body } = await app.as('dpo').get(`${path}/pdf`).buffer(true).expect(200);
    const { pages, tagged } = await readPdf(body as Buffer);
    assert.ok(tagged);
    const pdf = squeezed(pages.map(({ text }) => text).join(''));
    for (const { parts } of all)
      for (const { entries } of parts)
        for (const value of entries.flatMap(({ values }: Json) => values)) {
          assert.ok(pdf.includes(squeezed(value)), value);
          assert.ok(
            page.includes(value.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll("'", '&#39;')),
            value,
          );
        }
  });
});

onOneEngine('The published retention schedule', (ground) => {
  let app: TestApp;
  before(async () => {
    app = await openApp(ground());
    await fillRegister(app);
  });
  after(() => app.close());

  it('of the shipped policies has no empty mandatory cell, and says what the golden file says', async () => {
    const { body } = await app.as('nobody').get('/register/north/retention-schedule.json').expect(200);
    assert.deepEqual(body.emptyMandatory, []);
    golden('retention-schedule.json', `${steady(JSON.stringify(body, null, 2))}\n`);
  });

  it('says of every category exactly the rules that the sweep carries out (REQ-G03)', async () => {
    const { body } = await app.as('nobody').get('/register/north/retention-schedule.json').expect(200);
    const rules = app.policies.current().rules.map(({ id, after }) => `${id} ${after}`);
    const told = body.rows.flatMap(({ periods }: Json) => periods.map(({ rule, after }: Json) => `${rule} ${after}`));
    assert.deepEqual(told.sort(), rules.sort());
  });

  it('is read by anybody as a page and as a PDF', async () => {
    const { text, headers } = await app.as('nobody').get('/register/north/retention-schedule').expect(200);
    assert.match(text, /reduced 7 days after it occurred \(what stays: the hour/);
    assert.doesNotMatch(text, /not stated|undefined|<script/);
    assert.match(headers['content-security-policy'] as string, /default-src 'none'/);
    const { body } = await app.as('nobody').get('/register/north/retention-schedule.pdf').buffer(true).expect(200);
    const { pages } = await readPdf(body as Buffer);
    assert.ok(
      pages
        .map((page) => page.text)
        .join('')
        .includes('Visits with full address and user agent'),
    );
    await app.as('nobody').get('/register/nowhere/retention-schedule').expect(404);
  });
});
