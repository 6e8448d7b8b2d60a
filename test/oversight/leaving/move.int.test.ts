import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import { keepNoticeTexts } from '../../../src/data/consent/receipts/notice-texts.ts';
import { verifyReceipt } from '../../../src/data/consent/receipts/verify.ts';
import { openCheckpoint } from '../../../src/foundations/audit/log/checkpoint.ts';
import { openNote, parseVerifierKey } from '../../../src/foundations/audit/log/note.ts';
import { proveEntry } from '../../../src/foundations/audit/verify/entry-proof.ts';
import { canonical } from '../../../src/foundations/contract/canonical-json.ts';
import { fateOf } from '../../../src/foundations/departure/contents.ts';
import type { KeySet } from '../../../src/foundations/signing/signer.ts';
import type { Tables } from '../../../src/foundations/store/schema.ts';
import { verifyDepartureCertificate } from '../../../src/oversight/leaving/certificate.ts';
import type { Departure } from '../../../src/oversight/leaving/model.ts';
import { keepOverlay, keepPolicySet, overlayByHash } from '../../../src/register/facts/table.ts';
import type { PolicySet } from '../../../src/register/policies/model.ts';
import { sha256 } from '../../../src/register/policies/policy-content.ts';
import { merged, overlayOf } from '../../../src/register/policies/tenant-overlay.ts';
import { sequence } from '../../data/certificates/stage.ts';
import { foundBelow } from '../../forensics/bytes.ts';
import { liveThrough, pseudonymsOnDisk, type Traces } from '../../rights/erasure/person.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { type Ground, onBothEngines, openGround, rowsIn } from '../../support/engines.ts';
import { agreedDeparture, bareServices, newIdentity, returnedFile, withPart } from './move.ts';

/** From one engine to the other, and back again. */
onBothEngines('A tenant that moves to a second instance, and back', (ground, engine) => {
  let a: TestApp;
  let b: TestApp;
  let other: Ground;
  let folder: string;
  let ada: Traces;
  let requestId: string;
  let receipt: { receiptId: string; keySet: KeySet; jws: string; proof: string };
  let departure: Departure;
  let file: string;
  let keys: { identity: string; recipient: string };
  const ownText = 'What North alone tells people.';
  const overlay = overlayOf('north', { installation: { defaultLanguage: 'en' } });
  const before_: { report?: unknown; rows?: Record<string, number>; logKey?: string } = {};

  const reportOf = async (app: TestApp) => {
    const { body } = await app.as('dpo').get(`/v1/subjects/${ada.account}/report`).expect(200);
    // JSON within a text has its members in the engine's own order.
    return JSON.parse(JSON.stringify(body.categories), (_, value: unknown) =>
      typeof value === 'string' && value.startsWith('{"') ? canonical(JSON.parse(value)) : value,
    );
  };
  const receiptOf = async (app: TestApp, id: string) =>
    (await app.as('platform').get(`/v1/consents/${id}/receipt`).expect(200)).body;
  const returned = (rows: Record<string, number>) =>
    Object.fromEntries(Object.entries(rows).filter(([name]) => MOVED(name as keyof Tables)));
  const MOVED = (name: keyof Tables) =>
    fateOf(name).returned && !['auditEntries', 'logLeaves', 'logTiles', 'logHeads', 'finishedLogs'].includes(name);
  const northRows = async (at: Ground) => {
    const counts: Record<string, number> = {};
    for (const [name, table] of Object.entries(at.store.tables)) {
      const t = table as Tables['leases'];
      const rows = await at.store.read((q) => q.select({ tenantId: t.tenantId }).from(t));
      counts[name] = rows.filter(({ tenantId }) => tenantId === 'north').length;
    }
    return counts;
  };

  before(async function () {
    this.timeout(180_000);
    folder = mkdtempSync(join(tmpdir(), 'lethe-move-'));
    other = await openGround(engine === 'sqlite' ? 'postgres' : 'sqlite');
    a = await openApp(ground(), { asShipped: true });
    keys = await newIdentity();
    ada = await liveThrough(a, 'ada');
    await liveThrough(a, 'bea');
    const { body } = await a
      .as('dpo')
      .post('/v1/requests')
      .send({ type: 'access', channel: 'letter', receivedAt: a.time.now.toISOString(), subject: ada.account })
      .expect(201);
    requestId = body.requestId;
    await a.as('dpo').post('/v1/subjects/sentinel-account-bea/erasure').expect(200);
    // What the institution says for itself, and the same words as another version.
    await ground().store.write(async (tx) => {
      await keepOverlay(tx, overlay, a.time.now);
      await keepPolicySet(tx, merged(a.policies.current(), overlay), a.time.now, 'north');
    });
    const own = (version: string, minor: number) => ({
      ...{
        id: 'own',
        kind: 'privacy' as const,
        version,
        major: 1,
        minor,
        effectiveFrom: '2026-01-01',
        languages: ['en'],
      },
      texts: { en: { text: ownText, hash: sha256(ownText) } },
    });
    const notices = [own('1.0', 0), own('1.1', 1)] as unknown as PolicySet['notices'];
    const words = { notices: { 'own 1.0': { by: 'institution' }, 'own 1.1': { by: 'institution' } } };
    await keepNoticeTexts(ground().store, { notices, words } as unknown as PolicySet, a.time.now, 'north');
    await sequence(a);
    const { body: history } = await a.as('dpo').get(`/v1/subjects/visitor:${ada.visitor}/consents/history`).expect(200);
    receipt = await receiptOf(a, history.items[0].receiptId ?? history.items[0].eventId);
    before_.report = await reportOf(a);
  });
  after(async () => {
    await b?.close();
    await a?.close();
    await other?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('needs a second person, and takes nothing new from then on', async () => {
    const input = { choice: 'return', on: '2026-03-01', reason: 'moves-elsewhere' };
    const { body: opened } = await a.as('admin').post('/v1/departures').send(input).expect(201);
    const approve = (who: 'admin' | 'dpo', digest: string) =>
      a.as(who).post(`/v1/departures/${opened.departureId}/approval`).send({ digest });
    await approve('admin', opened.digest).expect(403);
    assert.equal((await approve('dpo', '0'.repeat(64)).expect(409)).body.type.split('/').at(-1), 'plan-changed');
    assert.equal(
      opened.found.tables.find((one: { table: string }) => one.table === 'audit_entries').ground,
      'accountability',
    );
    departure = (await approve('dpo', opened.digest).expect(200)).body;
    const visit = { visitor: ada.visitor, address: ada.address, userAgent: ada.userAgent };
    const { body } = await a.as('platform').post('/v1/visits').send(visit).expect(409);
    assert.match(body.type, /tenant-leaving$/);
    await a.as('dpo').get(`/v1/subjects/${ada.account}/report`).expect(200);
    await sequence(a);
  });

  it('is returned whole, and erased only once that is acknowledged', async () => {
    file = await returnedFile(a, departure.departureId, keys.recipient, folder);
    const { body } = await a.as('admin').get(`/v1/departures/${departure.departureId}`).expect(200);
    assert.equal(body.status, 'returned');
    before_.rows = returned(await northRows(ground()));
    before_.logKey = (await a.as('nobody').get('/log/north/key').expect(200)).text.trim();
    await a.as('admin').post(`/v1/departures/${departure.departureId}/deletion`).expect(409);
    const { body: still } = await a.as('admin').get(`/v1/departures/${departure.departureId}`).expect(200);
    assert.equal(still.status, 'returned');
  });

  it('is read by a second instance under keys of its own: receipts, requests and proofs verify there', async function () {
    this.timeout(120_000);
    const bare = await bareServices(other, a);
    const root = await bare.access.contextFor('main', { id: 'system:test', role: 'admin', everyTenant: true });
    await assert.rejects(bare.leaving.receive(root, { file }), /--identity/);
    const sealed = { file, identities: [keys.identity] };
    await assert.rejects(bare.leaving.receive(root, sealed), /--jwks/);
    const trusted = (await a.as('nobody').get('/.well-known/jwks.json').expect(200)).body as KeySet;
    const wanted = { ...sealed, trusted };
    for (const [name, line, fault] of [
      ['data/api_tokens/000009.ndjson', { tokenId: 'x', role: 'admin', everyTenant: true }, /api_tokens/],
      ['keys/000009.ndjson', { scope: 'signing/documents', comparable: '' }, /key that signs/],
      ['data/policy_sets/000009.ndjson', { hash: '0'.repeat(64), content: { hash: '0'.repeat(64) } }, /policies under/],
      ['data/notice_texts/000009.ndjson', { noticeHash: sha256('a'), text: 'b' }, /notice under/],
    ] as const) {
      const forged = await withPart(ground().vault, file, keys.identity, { name, line });
      await assert.rejects(bare.leaving.receive(root, { file: forged, trusted }), fault);
    }
    await assert.rejects(bare.leaving.receive(root, { ...wanted, signedBy: 'another' }), /signed with the key/);
    const received = await bare.leaving.receive(root, wanted);
    await assert.rejects(bare.leaving.receive(root, wanted), /already/);
    await bare.close();
    b = await openApp(other, { asShipped: true });

    assert.deepEqual(returned(await northRows(other)), {
      ...before_.rows,
      // Who calls there is issued tokens of its own, and says so in its register.
      registerFacts: (await northRows(other))['registerFacts'],
    });
    const [there, texts] = await other.store.read(
      async (q) =>
        [
          await overlayByHash(q, 'north', overlay.hash),
          await q.select().from(q.tables.noticeTexts).where(eq(q.tables.noticeTexts.tenantId, 'north')),
        ] as const,
    );
    assert.deepEqual(there, overlay);
    assert.deepEqual(texts.map(({ version, text }) => `${version} ${text}`).sort(), [
      `1.0 ${ownText}`,
      `1.1 ${ownText}`,
    ]);
    await sequence(b);
    const { body: old } = await b.as('nobody').get('/log/north/finished').expect(200);
    const [log] = old.items;
    assert.equal(log.key, before_.logKey);
    const { body: facts } = await a.as('admin').get(`/v1/departures/${departure.departureId}`).expect(200);
    assert.equal(facts.returned.manifest, received.manifest);
    assert.equal(log.size, facts.returned.logSize);
    // The first entry names the old log; both have signed what it names.
    const { body: entries } = await b.as('auditor').get('/v1/audit?action=log.continued').expect(200);
    const { before } = entries.items[0].detail;
    const newKey = (await b.as('nobody').get('/log/north/key').expect(200)).text.trim();
    assert.equal(before.origin, log.origin);
    assert.equal(before.root, log.root);
    const signers = openNote(before.checkpoint, [parseVerifierKey(log.key), parseVerifierKey(newKey)]).verified;
    assert.equal(signers.length, 2);
    assert.equal(openCheckpoint(log.checkpoint, parseVerifierKey(log.key)).size, log.size);

    // What people have in their hands, and what they are given now.
    const held = Buffer.from(JSON.stringify(receipt));
    assert.deepEqual((await verifyReceipt(held, { keySet: log.keySet, logKey: log.key })).faults, []);
    const anew = await receiptOf(b, receipt.receiptId);
    assert.deepEqual((await verifyReceipt(Buffer.from(JSON.stringify(anew)), { logKey: newKey })).faults, []);
    assert.equal(proveEntry(anew.proof, newKey).entry, proveEntry(receipt.proof, log.key).entry);
    assert.deepEqual(await reportOf(b), before_.report);
    const { body: request } = await b.as('dpo').get(`/v1/requests/${requestId}`).expect(200);
    assert.equal(request.requestId, requestId);
    const { body: withdrawn } = await b
      .as('nobody')
      .post(`/v1/receipts/north/${receipt.receiptId}/withdrawal`)
      .expect(200);
    assert.equal(withdrawn.status, 'withdrawn');
  });

  it('is erased where it was, with a certificate, and does not come back by accident', async function () {
    this.timeout(120_000);
    const gone = [...(await pseudonymsOnDisk(ground().vault, ada))];
    const path = `/v1/departures/${departure.departureId}`;
    const { body: read } = await a.as('admin').get(path).expect(200);
    await a
      .as('admin')
      .post(`${path}/acknowledgement`)
      .send({ manifest: '0'.repeat(64) })
      .expect(422);
    await a.as('admin').post(`${path}/acknowledgement`).send({ manifest: read.returned.manifest }).expect(200);
    await a.as('admin').post(`${path}/deletion`).expect(202);
    const north = await a.contextOf('north');
    assert.deepEqual(await a.services.leaving.resume(north), { waitsFor: null });
    await a.services.merkleLog.advance(() => a.time.now);

    const { body: bundle } = await a.as('installation').get(`${path}/certificate`).expect(200);
    assert.equal(bundle.certificate.verdict, 'complete-with-exceptions');
    const logKey = (await a.as('nobody').get('/log/main/key').expect(200)).text.trim();
    const file_ = Buffer.from(JSON.stringify(bundle));
    assert.deepEqual(
      await verifyDepartureCertificate(file_, { logKey, keySet: bundle.keySet }).then((v) => v.faults),
      [],
    );
    const altered = { ...bundle, certificate: { ...bundle.certificate, keysLeft: 1 } };
    assert.notDeepEqual(
      (await verifyDepartureCertificate(Buffer.from(JSON.stringify(altered)), { logKey })).faults,
      [],
    );
    assert.match((await a.as('installation').get(`${path}/certificate/page`).expect(200)).text, /Art\. 28\(3\)\(g\)/);
    await a.as('installation').get(`${path}/certificate/pdf`).expect(200);

    const rows = await northRows(ground());
    for (const [name, count] of Object.entries(rows))
      if (count > 0 && name !== 'keyGenerations') assert.equal(fateOf(name as keyof Tables).then, 'kept', name);
    // A token is remembered for seconds; there is nothing it opens.
    const { status } = await a.as('platform').get(`/v1/subjects/${ada.account}`);
    assert.ok(status === 401 || status === 404);
    if (engine === 'sqlite') {
      const { address: _, ...values } = ada;
      const needles = { ...values, ...Object.fromEntries(gone.map((one, n) => [`pseudonym ${n}`, one])) };
      assert.deepEqual(foundBelow([ground().folder], needles), []);
    }
    const again = { id: 'north', name: 'Another' };
    const { body } = await a.as('installation').post('/v1/tenants').send(again).expect(409);
    assert.match(body.detail, /left/);
    await a.services.access.contextFor('main', { id: 'system:test', role: 'admin' });
    assert.equal((await rowsIn(ground()))['departures'], 1);
  });

  it('comes back the same way: one log, one history, once somebody has let it in', async function () {
    this.timeout(120_000);
    await sequence(b);
    const back = await agreedDeparture(b, 'return');
    await sequence(b);
    const report = await reportOf(b);
    await sequence(b);
    const home = await returnedFile(b, back.departureId, keys.recipient, folder);
    const trusted = (await b.as('nobody').get('/.well-known/jwks.json').expect(200)).body as KeySet;
    const wanted = { file: home, identities: [keys.identity], trusted };
    const root = await a.services.access.contextFor('main', { id: 'system:test', role: 'admin', everyTenant: true });
    await assert.rejects(a.services.leaving.receive(root, wanted), /erased here/);
    await a.as('installation').post('/v1/tenants/north/readmission').expect(204);
    await a.services.leaving.receive(root, wanted);
    await a.close();
    a = await openApp(ground(), { asShipped: true });
    assert.deepEqual(await reportOf(a), report);
    await sequence(a);
    const { body: logs } = await a.as('nobody').get('/log/north/finished').expect(200);
    assert.deepEqual(
      logs.items.map((one: { generation: number }) => one.generation),
      [2, 1],
    );
    const key = (await a.as('nobody').get('/log/north/key').expect(200)).text.trim();
    const now = await receiptOf(a, receipt.receiptId);
    assert.deepEqual((await verifyReceipt(Buffer.from(JSON.stringify(now)), { logKey: key })).faults, []);
    assert.equal(a.services.merkleLog.refusalOf('north'), undefined);
  });
});
