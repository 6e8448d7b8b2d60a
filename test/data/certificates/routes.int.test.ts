import assert from 'node:assert/strict';
import { ROLES } from '../../../src/foundations/contract/context.ts';
import { liveThrough } from '../../rights/erasure/person.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { type Ground, onBothEngines, onOneEngine } from '../../support/engines.ts';
import { bundleOf, sequence } from './stage.ts';

async function withCertificate(ground: Ground): Promise<{ app: TestApp; certificateId: string }> {
  const app = await openApp(ground);
  const { account } = await liveThrough(app, 'http');
  const { body } = await app.as('dpo').post(`/v1/subjects/${account}/erasure`).expect(200);
  return { app, certificateId: body.certificateId };
}

onBothEngines('Certificates over HTTP', (ground) => {
  let app: TestApp;
  let certificateId: string;
  before(async () => {
    ({ app, certificateId } = await withCertificate(ground()));
  });
  after(() => app.close());

  it('are of one tenant only', async () => {
    for (const path of ['', '/page'])
      await app.as('dpo', 'south').get(`/v1/certificates/${certificateId}${path}`).expect(404);
    assert.deepEqual((await app.as('dpo', 'south').get('/v1/certificates').expect(200)).body.items, []);
  });

  it('come with the entry that ends the act, and with its proof once it is in the signed log', async () => {
    const before = await bundleOf(app, certificateId);
    assert.deepEqual(Object.keys(before.log).sort(), ['entry', 'entryId']);
    assert.equal(JSON.parse(before.log.entry ?? '').id, before.log.entryId);
    await sequence(app);
    const after = await bundleOf(app, certificateId);
    assert.match(after.log.proof ?? '', new RegExp(`^index ${after.log.index}$`, 'm'));
    assert.match(after.log.key ?? '', /\/log\/north\+[0-9a-f]{8}\+/);
    assert.deepEqual({ ...after, log: before.log }, before);
  });

  it('are signed when read, always with the same text', async () => {
    assert.equal((await bundleOf(app, certificateId)).jws, (await bundleOf(app, certificateId)).jws);
  });

  it('are listed newest first, page by page, with verdict and counts', async () => {
    for (let n = 0; n < 3; n += 1) await app.as('dpo').post(`/v1/subjects/nobody-${n}/erasure`).expect(200);
    const first = (await app.as('auditor').get('/v1/certificates?limit=3').expect(200)).body;
    const second = (await app.as('auditor').get(`/v1/certificates?limit=3&cursor=${first.next}`).expect(200)).body;
    const ids = [...first.items, ...second.items].map((item: { certificateId: string }) => item.certificateId);
    assert.deepEqual(ids, [...ids].sort().reverse());
    const { certificate } = await bundleOf(app, certificateId);
    assert.deepEqual(second.items, [
      {
        certificateId,
        kind: 'erasure',
        issuedAt: certificate.finishedAt,
        actId: certificate.actId,
        verdict: 'complete-with-exceptions',
        totals: certificate.totals,
      },
    ]);
  });

  it('do not show what does not say all a certificate says: it proves nothing', async () => {
    const old = { tenantId: 'north', certificateId: '0190c7a4-0000-7000-8000-00000000abcd', kind: 'erasure' };
    const body = { erasureId: 'x', verdict: 'complete', holders: [] };
    await ground().store.write(async (tx) => {
      await tx.insert(tx.tables.certificates).values({ ...old, issuedAt: app.time.now, body });
    });
    for (const path of ['', '/page'])
      await app.as('dpo').get(`/v1/certificates/${old.certificateId}${path}`).expect(404);
    const { body: list } = await app.as('dpo').get('/v1/certificates').expect(200);
    assert.equal(list.items.length, 4);
  });
});

onOneEngine('Who may see a certificate, and its page', (ground) => {
  let app: TestApp;
  let certificateId: string;
  before(async () => {
    ({ app, certificateId } = await withCertificate(ground()));
  });
  after(() => app.close());

  for (const path of ['', '/page'])
    for (const role of [...ROLES, 'nobody'] as const) {
      const allowed = ['admin', 'dpo', 'auditor', 'operator'].includes(role);
      const status = allowed ? 200 : role === 'nobody' ? 401 : 403;
      it(`are ${allowed ? '' : 'not '}for ${role}${path}`, () =>
        app.as(role).get(`/v1/certificates/${certificateId}${path}`).expect(status));
    }

  describe('as a page', () => {
    const page = async () => app.as('auditor').get(`/v1/certificates/${certificateId}/page`).expect(200);

    it('is HTML that loads and runs nothing but its own style', async () => {
      const { text, headers } = await page();
      assert.match(headers['content-type'] ?? '', /^text\/html/);
      const policy = headers['content-security-policy'] ?? '';
      assert.match(
        policy,
        /^default-src 'none'; style-src 'sha256-[^']+'; base-uri 'none'; form-action 'none'; frame-/,
      );
      assert.doesNotMatch(text, /<script|<link|<img|src=|href=|javascript:/i);
    });

    it('says verdict, counts, ground and day of review, key and hash in words', async () => {
      const { text } = await page();
      const { certificate, key } = await bundleOf(app, certificateId);
      for (const words of [
        'Complete, with exceptions.',
        'archiving in the public interest',
        'looked at again on 1 March 2031',
        certificate.certificateId,
        key.kid,
        'lethe certificate verify FILE',
      ])
        assert.ok(text.includes(words), words);
    });

    it('is written in the language of the portal, its days in the portal’s zone, and has no code of a program', async () => {
      const root = await app.access.contextFor('main', { id: 'system:test', role: 'admin', everyTenant: true });
      const scope = { id: 'sued', name: 'Portal Süd', origins: [], language: 'de', timeZone: 'Europe/Berlin' };
      await app.access.createTenant(root, scope);
      const context = await app.access.contextFor('sued', { id: 'system:test', role: 'dpo' });
      const { certificateId: id } = await app.services.erasures.erase(context, 'account:nobody');
      const german = await app.services.certificates.page(context, id as string);
      assert.match(german, /<html lang="de"/);
      for (const words of [
        'Bescheinigung der Löschung',
        'Vollständig.',
        'Art. 17 DSGVO',
        '(Europe/Berlin)',
        'E-Mail-Adresse',
      ])
        assert.ok(german.includes(words), words);
      for (const text of [german, (await page()).text]) {
        const read = text.replace(/<head>[\s\S]*<\/head>/, '').replaceAll(/<[^>]*>/g, '\n');
        assert.doesNotMatch(read, /\b(consents|visits|profiles|content|requests)\.[a-z]/);
        assert.doesNotMatch(read, /Justification|\d{4}-\d{2}-\d{2}[T ]|system:/);
      }
    });

    it('escapes the name of the institution', async () => {
      const root = await app.access.contextFor('main', { id: 'system:test', role: 'admin', everyTenant: true });
      const name = `<img src=x onerror="alert(1)"> & 'Söhne'`;
      await app.access.createTenant(root, { id: 'hostile', name, origins: [] });
      const context = await app.access.contextFor('hostile', { id: 'system:test', role: 'dpo' });
      const { certificateId: id } = await app.services.erasures.erase(context, 'account:nobody');
      const text = await app.services.certificates.page(context, id as string);
      assert.doesNotMatch(text, /<img/);
      assert.ok(text.includes('&lt;img src=x onerror=&quot;alert(1)&quot;&gt; &amp; &#39;Söhne&#39;'));
    });
  });
});
