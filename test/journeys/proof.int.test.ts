import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { verifyCertificate } from '../../src/data/certificates/verify.ts';
import { verifyReceipt } from '../../src/data/consent/receipts/verify.ts';
import { parseVerifierKey } from '../../src/foundations/audit/log/note.ts';
import { followLog } from '../../src/foundations/audit/verify/mirror.ts';
import { boundedFetch, directorySource, urlSource } from '../../src/foundations/audit/verify/source.ts';
import { verifyLog } from '../../src/foundations/audit/verify/verify-log.ts';
import { verifyOwnEntries } from '../../src/rights/reports/own-entries.ts';
import { liveThrough } from '../rights/erasure/person.ts';
import { openApp } from '../support/app.ts';
import { onBothEngines } from '../support/engines.ts';

/** What each of the three who judge us can prove, with files and published keys alone, after the person is gone. */
onBothEngines('The way of one person, proven at every step', (ground) => {
  it('from the banner to the certificate, and afterwards', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'lethe-journey-'));
    const app = await openApp(ground());
    try {
      const base = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
      const advance = async () => {
        app.time.now = new Date(app.time.now.getTime() + 2000);
        await app.services.merkleLog.advance(() => app.time.now);
      };
      const bytes = (value: unknown) => Buffer.from(JSON.stringify(value));

      // The visitor decides, and keeps the receipt.
      const ada = await liveThrough(app, 'ada');
      const { body: decision } = await app
        .as('platform')
        .post('/v1/consents')
        .send({
          subject: { kind: 'account', id: ada.account },
          purpose: 'usage-statistics',
          status: 'given',
          notice: { id: 'consent-banner', version: '1.1', language: 'en' },
        })
        .expect(201);
      await advance();
      const { body: receipt } = await app.as('platform').get(`/v1/consents/${decision.eventId}/receipt`).expect(200);
      const { body: keySet } = await app.as('nobody').get('/.well-known/jwks.json').expect(200);
      const logKey = (await app.as('nobody').get('/log/north/key').expect(200)).text.trim();
      // Somebody elsewhere keeps a mirror.
      const verifier = parseVerifierKey(logKey);
      const source = urlSource(
        `${base}/log/north`,
        boundedFetch(async () => undefined),
      );
      const mirror = () => followLog({ source, directory: folder, verifier });
      const early = await mirror();

      // They change their mind, with the receipt alone; the officer looks, and says why.
      await app.as('nobody').post(`/v1/receipts/north/${decision.eventId}/withdrawal`).expect(200);
      await app.as('dpo').get(`/v1/subjects/${ada.account}`).set('Lethe-Purpose', 'complaint').expect(200);
      await advance();
      const { body: report } = await app.as('dpo').get(`/v1/subjects/${ada.account}/report`).expect(200);
      assert.ok(report.readings.some(({ purpose }: { purpose: string }) => purpose === 'complaint'));

      // They are forgotten.
      const { body: erasure } = await app.as('dpo').post(`/v1/subjects/${ada.account}/erasure`).expect(200);
      await advance();
      const { body: certificate } = await app.as('dpo').get(`/v1/certificates/${erasure.certificateId}`).expect(200);
      const late = await mirror();
      assert.ok(late.size > early.size);

      // Nothing of the service is needed from here on.
      await app.close();
      assert.deepEqual((await verifyReceipt(bytes(receipt), { keySet, logKey })).faults, []);
      assert.deepEqual((await verifyCertificate(bytes(certificate), { keySet, logKey })).faults, []);
      const own = verifyOwnEntries(bytes(report), logKey);
      assert.deepEqual(own.faults, []);
      assert.ok(own.checked > 5);
      const checked = await verifyLog({ source: directorySource(folder), verifier });
      assert.equal(checked.size, late.size);
    } finally {
      await app.close().catch(() => undefined);
      rmSync(folder, { recursive: true, force: true });
    }
  }).timeout(180_000);
});
