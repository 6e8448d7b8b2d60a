import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../../../src/foundations/process/package-root.ts';
import { subjectScope } from '../../../../src/foundations/vault/vault.ts';
import { openApp, type TestApp } from '../../../support/app.ts';
import { onBothEngines } from '../../../support/engines.ts';

type Json = Record<string, unknown>;

/** A copy of the shipped policies, to be changed and removed. */
function policies(): string {
  const folder = mkdtempSync(join(tmpdir(), 'lethe-receipts-'));
  cpSync(join(packageRoot, 'policies'), folder, { recursive: true });
  return folder;
}

function edit(folder: string, file: string, change: (text: string) => string): void {
  const path = join(folder, file);
  const before = readFileSync(path, 'utf8');
  const after = change(before);
  assert.notEqual(after, before, file);
  writeFileSync(path, after);
}

onBothEngines('Who holds a receipt', (ground) => {
  let app: TestApp;
  let folder: string;
  const decide = async (subject: Json, status = 'given') =>
    (
      await app
        .as('platform')
        .post('/v1/consents')
        .send({
          subject,
          purpose: 'usage-statistics',
          status,
          notice: { id: 'consent-banner', version: '1.1', language: 'en' },
        })
        .expect(201)
    ).body as { eventId: string; links: { receipt: string; notice: string } };
  const withdraw = (id: string, tenant = 'north') => app.as('nobody').post(`/v1/receipts/${tenant}/${id}/withdrawal`);
  const historyOf = async (reference: string): Promise<Json[]> =>
    (await app.as('platform').get(`/v1/subjects/${reference}/consents/history`).expect(200)).body.items;

  before(async () => {
    folder = policies();
    app = await openApp(ground(), { policies: folder });
  });
  after(async () => {
    await app.close();
    rmSync(folder, { recursive: true });
  });

  it('is told where it is by the decision itself', async () => {
    const { links } = await decide({ kind: 'visitor', id: 'linked' });
    await app
      .as('nobody')
      .get(links.receipt)
      .expect(200)
      .expect(/You agreed/);
    const { body } = await app.as('portal').get(links.notice).expect(200);
    assert.equal(body.texts[0].language, 'en');
  });

  it('writes one withdrawal, however often and however fast the button is pressed', async () => {
    const { eventId } = await decide({ kind: 'visitor', id: 'impatient' });
    const answers = await Promise.all(Array.from({ length: 6 }, () => withdraw(eventId).expect(200)));
    assert.equal(new Set(answers.map(({ body }) => JSON.stringify(body))).size, 1);
    assert.deepEqual(
      (await historyOf('visitor:impatient')).map(({ status }) => status),
      ['given', 'withdrawn'],
    );
  });

  it('withdraws with an older receipt what was renewed since, and with the receipt of an account as with a visitor’s', async () => {
    const first = await decide({ kind: 'account', id: 'renewing' });
    await decide({ kind: 'account', id: 'renewing' });
    assert.equal((await withdraw(first.eventId).expect(200)).body.status, 'withdrawn');
    assert.deepEqual(
      (await historyOf('account:renewing')).map(({ status }) => status),
      ['given', 'renewed', 'withdrawn'],
    );
  });

  for (const status of ['refused', 'deferred', 'requested'])
    it(`changes nothing where nothing was agreed to (${status})`, async () => {
      const { eventId } = await decide({ kind: 'visitor', id: `not-${status}` }, status);
      assert.deepEqual((await withdraw(eventId).expect(200)).body, { receiptId: eventId, status });
      assert.equal((await historyOf(`visitor:not-${status}`)).length, 1);
      const page = await app.as('nobody').get(`/receipts/north/${eventId}`).expect(200);
      assert.ok(!page.text.includes('<button'));
    });

  it('cannot withdraw for the erased, and gives them no key again', async () => {
    const { eventId } = await decide({ kind: 'visitor', id: 'forgotten' });
    await app.as('dpo').post('/v1/subjects/visitor:forgotten/erasure').expect(200);
    const keys = () => ground().vault.scopes('north', 'subject:', '', 200);
    const before = await keys();
    const gone = await withdraw(eventId).expect(404);
    assert.match(gone.body.detail, /erased/);
    assert.deepEqual(await keys(), before);
    assert.deepEqual(await historyOf('visitor:forgotten'), []);
  });

  it('is shown nothing either where events outlive the person’s key', async () => {
    const { eventId } = await decide({ kind: 'visitor', id: 'kept-for-a-claim' });
    await app.as('nobody').get(`/receipts/north/${eventId}`).expect(200);
    const { vault } = ground();
    await vault.shred('north', [subjectScope(await vault.subjectId('north', 'visitor', 'kept-for-a-claim'))]);
    for (const file of ['', '/receipt.json', '/receipt.jws', '/proof.tlog-proof'])
      await app.as('nobody').get(`/receipts/north/${eventId}${file}`).expect(404);
    await withdraw(eventId).expect(404);
  });

  it('finds nothing in another institution’s name, and changes nothing there', async () => {
    const { eventId } = await decide({ kind: 'visitor', id: 'northern' });
    const south = await withdraw(eventId, 'south').expect(404);
    const nowhere = await withdraw(crypto.randomUUID()).expect(404);
    assert.equal(south.body.detail, nowhere.body.detail);
    assert.equal((await historyOf('visitor:northern')).length, 1);
  });

  it('sends nothing: a body is refused, an empty form is not', async () => {
    const { eventId } = await decide({ kind: 'visitor', id: 'form' });
    const path = `/receipts/north/${eventId}/withdrawal`;
    const form = () => app.as('nobody').post(path).set('Content-Type', 'application/x-www-form-urlencoded');
    await form().send('status=given').expect(400);
    assert.equal((await historyOf('visitor:form')).length, 1);
    await form()
      .expect(200)
      .expect(/You took your agreement back/);
  });

  it('of what ended by itself is told so, and that nobody decided', async () => {
    const now = app.time.now;
    const { eventId } = await decide({ kind: 'visitor', id: 'left-alone' });
    app.time.now = new Date('2026-10-01T12:00:00Z');
    try {
      await app.services.consent.expireConsents(await app.contextOf('north'));
      const expired = (await historyOf('visitor:left-alone')).at(-1) as { eventId: string; source: string };
      assert.equal(expired.source, 'job');
      const page = await app.as('nobody').get(`/receipts/north/${expired.eventId}`).expect(200);
      assert.match(page.text, /Your agreement ended by itself/);
      assert.match(page.text, /nobody decided here/);
      await app.as('nobody').get(`/receipts/north/${expired.eventId}/proof.tlog-proof`).expect(404);
      assert.deepEqual((await withdraw(eventId).expect(200)).body, { receiptId: expired.eventId, status: 'expired' });
    } finally {
      app.time.now = now;
    }
  });

  it('reads in it to which countries data goes, and what is special about it', async () => {
    const { eventId: earlier } = await decide({ kind: 'visitor', id: 'far-away' });
    const before = (await app.as('platform').get(`/v1/consents/${earlier}/receipt`).expect(200)).body;
    edit(folder, 'activities/usage-counts.yaml', (text) =>
      text.replace(
        'measures:\n',
        '  - { importer: hosting-company, country: US, tool: A46-2-c, module: 3, assessment: TIA 2026-1, since: "2026-01-01" }\nspecialCondition: A9-2-a\nmeasures:\n',
      ),
    );
    // Art. 9(2)(a) is explicit consent, and is asked for as such.
    edit(folder, 'purposes.yaml', (text) => text.replaceAll('explicit: false', 'explicit: true'));
    edit(folder, 'activities/portal-visits.yaml', (text) =>
      text.replace('measures:\n', 'specialCondition: A9-2-e\nmeasures:\n'),
    );
    edit(folder, 'categories.yaml', (text) => text.replace(/(id: visits\.reduced,.*special: )false/, '$1true'));
    app.time.now = new Date(app.time.now.getTime() + 1000);
    await app.as('installation').post('/v1/policies/reload').expect(200);
    const { eventId } = await decide({ kind: 'visitor', id: 'far-away-too' });
    const { body } = await app.as('platform').get(`/v1/consents/${eventId}/receipt`).expect(200);
    const process = body.iso27560['dpv:hasRecordOfActivity']['dpv:hasProcess'];
    assert.deepEqual(process['dpv:hasProcessing'].at(-1), {
      '@type': 'dpv:Transfer',
      'dpv:hasLocation': 'US',
      'dct:description': 'standard contractual clauses of the Commission (Art. 46(2)(c) GDPR)',
    });
    assert.ok(process['dpv:hasPersonalData'].some((data: Json) => data['@type'] === 'dpv:SpecialCategoryPersonalData'));
    assert.equal(body.kantara.sensitive, true);
    assert.deepEqual(body.kantara.spiCat, ['Visits by the hour with network and browser family']);
    // What was decided before stays as it was.
    const after = (await app.as('platform').get(`/v1/consents/${earlier}/receipt`).expect(200)).body;
    assert.deepEqual([after.kantara, after.iso27560], [before.kantara, before.iso27560]);
  });

  // Last: these change the policies for good.
  it('can still withdraw when the purpose no longer rests on consent', async () => {
    const { eventId } = await decide({ kind: 'visitor', id: 'left-behind' });
    edit(folder, 'activities/usage-counts.yaml', (text) =>
      text.replace('specialCondition: A9-2-a\n', 'specialCondition: A9-2-e\n'),
    );
    edit(folder, 'purposes.yaml', (text) =>
      text
        .replace(/ {4}consent: \{ duration: P6M, explicit: \w+ \}\n/, '')
        .replace(
          'A6-1-a-non-explicit-consent',
          'A6-1-f-controller\n    legitimateInterest: Knowing what is used.\n    balancingTest: LIA-2026-02',
        ),
    );
    await app.as('installation').post('/v1/policies/reload').expect(200);
    assert.equal((await withdraw(eventId).expect(200)).body.status, 'withdrawn');
  });

  it('still reads every version of the text, after it has left the policies', async () => {
    const { body: before } = await app.as('portal').get('/v1/notices/consent-banner/versions/1.0?language=de');
    assert.equal(before.texts.length, 1);
    edit(folder, 'notices/consent-banner.yaml', (text) => text.replace(/ {2}- version: "1\.0"[\s\S]*?(?= {2}- v)/, ''));
    rmSync(join(folder, 'notices/consent-banner/1.0'), { recursive: true });
    await app.as('installation').post('/v1/policies/reload').expect(200);
    await app.as('portal').get('/v1/notices/consent-banner/1.0/de').expect(404);
    const { body: after } = await app
      .as('portal')
      .get('/v1/notices/consent-banner/versions/1.0?language=de')
      .expect(200);
    assert.deepEqual(after, before);
    const page = await app.as('nobody').get(before.texts[0].page).expect(200);
    assert.ok(page.text.includes(before.texts[0].hash));
    await app.as('portal').get('/v1/notices/consent-banner/versions/9.9').expect(404);
  });

  it('reads a version whose words another version has too', async () => {
    const words = readFileSync(join(folder, 'notices/consent-banner/1.1/en.md'));
    edit(
      folder,
      'notices/consent-banner.yaml',
      (text) =>
        `${text}  - version: "1.2"\n    validFrom: "2026-03-02"\n    languages: [en]\n    purposes: [external-media]\n`,
    );
    cpSync(join(folder, 'notices/consent-banner/1.1'), join(folder, 'notices/consent-banner/1.2'), { recursive: true });
    rmSync(join(folder, 'notices/consent-banner/1.2/de.md'));
    for (let n = 0; n < 2; n += 1) await app.as('installation').post('/v1/policies/reload').expect(200);
    const of = async (version: string) =>
      (await app.as('portal').get(`/v1/notices/consent-banner/versions/${version}?language=en`).expect(200)).body.texts;
    const [[older], [newer], ...more] = [await of('1.1'), await of('1.2')];
    assert.deepEqual(more, []);
    assert.equal(newer.hash, older.hash);
    assert.equal(newer.text, words.toString());
    await app.as('nobody').get(newer.page).expect(200);
  });
});
