import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../../src/foundations/process/package-root.ts';
import { loadPolicies } from '../../../src/register/policies/load.ts';
import { breachBooks } from '../../oversight/breaches/books.ts';
import { bytesOf, unpacked } from '../../rights/reports/package/unpacked.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { onOneEngine } from '../../support/engines.ts';
import { EXAMPLE_INSTITUTION, fillRegister, type SignedAgreements } from '../../support/example-register.ts';
import { readPdf } from '../../support/pdf.ts';

/** One black pixel. */
const LOGO = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==',
  'base64',
);
const IMAGE = /<img alt="" src="data:image\/png;base64,[A-Za-z0-9+/=]+">/;

onOneEngine('The letterhead of an institution', (ground) => {
  let app: TestApp;
  let signed: SignedAgreements;
  const folder = mkdtempSync(join(tmpdir(), 'lethe-logos-'));
  before(async () => {
    cpSync(join(packageRoot, 'policies'), folder, { recursive: true });
    mkdirSync(join(folder, 'logos'));
    writeFileSync(join(folder, 'logos', 'north.png'), LOGO);
    app = await openApp(ground(), { policies: folder });
    signed = await fillRegister(app);
    for (const tenant of ['north', 'south'] as const)
      await app
        .as('admin', tenant)
        .put('/v1/register/institution')
        .send({ ...EXAMPLE_INSTITUTION, ...(tenant === 'north' ? { logo: 'north.png' } : {}) })
        .expect(200);
  });
  after(async () => {
    await app.close();
    rmSync(folder, { recursive: true });
  });

  async function papers(tenant: 'north' | 'south'): Promise<[path: string, html: string, policy: string][]> {
    const dpo = app.as('dpo', tenant);
    const nobody = app.as('nobody');
    const { body: erased } = await dpo.post('/v1/subjects/nobody-here/erasure').expect(200);
    const decision = {
      subject: { kind: 'visitor', id: `visitor-of-${tenant}` },
      purpose: 'external-media',
      status: 'given',
      notice: { id: 'consent-banner', version: '1.1', language: 'en' },
      act: 'clicked',
    };
    const { body: given } = await app.as('platform', tenant).post('/v1/consents').send(decision).expect(201);
    const nothing = '0198c5a0-0000-7000-8000-000000000000';
    const calls: [path: string, status?: number][] = [
      ['/v1/records/article-30-1/page'],
      ['/v1/register/notices/page'],
      ['/v1/breach-register/page'],
      [`/v1/certificates/${erased.certificateId}/page`],
      [`/register/${tenant}/retention-schedule`],
      [`/register/${tenant}/sub-processors`],
      [`/register/${tenant}/joint-controllers`],
      [`/confirmations/${tenant}/${nothing}/${'s'.repeat(43)}`, 404],
      [`/packages/${tenant}/${nothing}/${'s'.repeat(43)}`, 404],
      [`/receipts/${tenant}/${given.eventId}`],
      ...(tenant === 'north' ? ([[`/v1/register/agreements/${signed.processing}/annexes/page`]] as [string][]) : []),
    ];
    const found: [string, string, string][] = [];
    for (const [path, status = 200] of calls) {
      const { text, headers } = await (path.startsWith('/v1/') ? dpo : nobody).get(path).expect(status);
      found.push([path, text, headers['content-security-policy'] as string]);
    }
    return found;
  }

  it('stands on every page with name, address, contact and logo, which alone the page may show', async () => {
    for (const [path, html, policy] of await papers('north')) {
      assert.match(html, IMAGE, path);
      assert.match(policy, /img-src data:;/, path);
      assert.doesNotMatch(policy, /script|https?:/, path);
      for (const said of [EXAMPLE_INSTITUTION.legalName, EXAMPLE_INSTITUTION.address, EXAMPLE_INSTITUTION.contact])
        assert.ok(html.includes(said), `${said} on ${path}`);
    }
  });

  it('has no picture where there is no logo, and no page may show one', async () => {
    for (const [path, html, policy] of await papers('south')) {
      assert.doesNotMatch(html, /<img/, path);
      assert.doesNotMatch(policy, /img-src/, path);
      assert.ok(html.includes(EXAMPLE_INSTITUTION.address), path);
    }
  });

  it('stands on the first page of a PDF, and there is a place to sign where one signs', async () => {
    const cases: [path: string, signed: number][] = [
      ['/v1/records/article-30-1/pdf', 1],
      [`/v1/register/agreements/${signed.processing}/annexes/pdf`, 2],
      ['/register/north/retention-schedule.pdf', 0],
    ];
    for (const [path, places] of cases) {
      const { body } = await app.as('dpo').get(path).buffer(true).expect(200);
      assert.ok((body as Buffer).includes('/Subtype /Image'), path);
      const { pages } = await readPdf(body as Buffer);
      const [first] = pages;
      for (const said of [EXAMPLE_INSTITUTION.legalName, EXAMPLE_INSTITUTION.address])
        assert.ok(first?.text.includes(said), `${said} in ${path}`);
      const whole = pages.map(({ text }) => text).join('');
      assert.equal(whole.match(/Place and date|Ort und Datum/g)?.length ?? 0, places, path);
    }
  });

  it('is on the package of what is held about a person, page and PDF', async () => {
    const order = { subject: 'a-stranger', kind: 'access', language: 'de' };
    const { body } = await app.as('dpo').post('/v1/packages').send(order).expect(202);
    const { packages } = app.services;
    const context = await app.contextOf('north', 'dpo');
    assert.equal((await packages.work(await app.contextOf('north', 'operator'))).made, 1);
    const files = await unpacked(await bytesOf((await packages.content(context, body.packageId)).stream));
    assert.match(String(files.get('report.html')), IMAGE);
    const [first] = (await readPdf(files.get('report.pdf') as Buffer)).pages;
    assert.ok(first?.text.includes(EXAMPLE_INSTITUTION.address));
    assert.ok(files.get('report.pdf')?.includes('/Subtype /Image'));
  });

  it('is on the letter to the authority, which is signed; a letter to persons is not', async () => {
    const books = breachBooks(app);
    const { breachId } = await books.report();
    for (const [to, places] of [
      ['authority', 1],
      ['persons', 0],
    ] as const) {
      const { letters } = await books.act(breachId, 'letters', { to });
      const seq = letters.findLast((letter) => letter.to === to)?.seq;
      const { text: html } = await app.as('dpo').get(`/v1/breaches/${breachId}/letters/${seq}/page`).expect(200);
      assert.match(html, IMAGE);
      assert.equal(html.match(/class="sign"/g)?.length ?? 0, places, to);
    }
  });

  it('names a logo that is there, in the register and in the files', async () => {
    const answer = await app
      .as('admin')
      .put('/v1/register/institution')
      .send({ ...EXAMPLE_INSTITUTION, logo: 'other.png' });
    assert.equal(answer.status, 422, answer.text);
    assert.equal(answer.body.errors[0].pointer, '/logo');
    assert.match(answer.body.errors[0].detail, /north\.png/);
    writeFileSync(join(folder, 'logos', 'evil.svg'), '<svg onload="alert(1)"/>');
    writeFileSync(join(folder, 'logos', 'broken.png'), 'no picture');
    const { mistakes } = loadPolicies(folder);
    assert.deepEqual(
      mistakes.map(({ file, message }) => `${file}: ${message}`),
      ['logos/broken.png: The file is neither PNG nor JPEG.', 'logos/evil.svg: This is no logo.'],
    );
  });
});
