import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { compactVerify, importJWK } from 'jose';
import { verifyReceipt } from '../../../../src/data/consent/receipts/verify.ts';
import { receiptDigest } from '../../../../src/data/consent/views.ts';
import { openCheckpoint } from '../../../../src/foundations/audit/log/checkpoint.ts';
import { decodeOpening, leafOf } from '../../../../src/foundations/audit/log/leaf.ts';
import { leafHash, verifyInclusion } from '../../../../src/foundations/audit/log/merkle.ts';
import { parseVerifierKey } from '../../../../src/foundations/audit/log/note.ts';
import { parseProof } from '../../../../src/foundations/audit/log/proof-file.ts';
import { packageRoot } from '../../../../src/foundations/process/package-root.ts';
import { type KeySet, verifyDocument } from '../../../../src/foundations/signing/signer.ts';
import { openApiDocument } from '../../../../src/interfaces/http/openapi.ts';
import { openApp, type TestApp } from '../../../support/app.ts';
import { onBothEngines } from '../../../support/engines.ts';

const vector = (name: string) => readFileSync(join(packageRoot, 'test/vectors', name), 'utf8');
type Json = Record<string, unknown>;

/** The published file is draft-04 and has blank lines where its comments stood; what it uses of draft-04 is in draft-07. */
function kantaraSchema(): (value: unknown) => boolean {
  const schema = JSON.parse(vector('kantara/kantara-consent-receipt-v1_1.schema.json')) as Json;
  delete schema['$schema'];
  return new Ajv({ strict: false }).compile(schema);
}

/** Members of a JSON text that stand twice in one object: a parser would silently drop one. */
function duplicates(text: string): string[] {
  const found: string[] = [];
  const open: Set<string>[] = [];
  for (const match of text.matchAll(/"((?:[^"\\]|\\.)*)"(\s*:)?|[{}]/g)) {
    if (match[0] === '{') open.push(new Set());
    else if (match[0] === '}') open.pop();
    else if (match[2]) {
      const names = open.at(-1) as Set<string>;
      if (names.has(match[1] as string)) found.push(match[1] as string);
      names.add(match[1] as string);
    }
  }
  return found;
}

/** What DPV's guide to ISO/IEC TS 27560 says must be there, as paths into a receipt. */
const MUST_BE_PRESENT = [
  'dct:conformsTo',
  'dct:identifier',
  'dct:created',
  'dpv:hasRecordOfActivity',
  ...[
    'dct:conformsTo',
    'dct:identifier',
    'dpv:hasDataSubject.dct:identifier',
    'dpv:hasNotice.dct:identifier',
    'dpv:hasNotice.schema:url',
    'dct:language',
    'dpv:hasJurisdiction',
    'dpv:hasProcess.dpv:hasPurpose',
    'dpv:hasProcess.dpv:hasPersonalData.0.@type',
    'dpv:hasProcess.dpv:hasPersonalData.0.dpv:hasNecessity',
    'dpv:hasProcess.dpv:hasPersonalData.0.dct:source',
    'dpv:hasProcess.dpv:hasProcessing',
    'dpv:hasProcess.dpv:hasLocation',
    'dpv:hasProcess.dpv:hasStorageCondition.0.dpv:hasLocation',
    'dpv:hasProcess.dpv:hasStorageCondition.0.dpv:hasDuration',
    'dpv:hasProcess.dpv:hasDataController.0.dpv:hasName',
    'dpv:hasProcess.dpv:hasDataController.0.dct:identifier',
    'dpv:hasProcess.dpv:hasDataController.0.@type',
    'dpv:hasProcess.dpv:hasDataController.0.schema:contactPoint.schema:email',
    'dpv:hasProcess.dpv:hasDataController.0.schema:contactPoint.schema:telephone',
    'dpv:hasProcess.dpv:hasDataController.0.schema:streetAddress',
    'dpv:hasProcess.dpv:hasRecipient',
    'dpv:hasProcess.dpv:hasLegalBasis',
    'dpv:hasProcess.dpv:hasConsentControl.dpv:isExercisedAt',
    'dpv:hasProcess.dpv:hasRight.0.@type',
    'dpv:hasProcess.dpv:hasAuthority',
    'dpv:hasConsentStatus.@type',
    'dpv:hasConsentStatus.dct:type',
    'dpv:hasConsentStatus.dpv:isIndicatedAtTime',
    'dpv:hasConsentStatus.dpv:hasDuration',
    'dpv:hasConsentStatus.dpv:hasIndicationMethod',
    'dpv:hasConsentStatus.dpv:isIndicatedBy',
  ].map((path) => `dpv:hasRecordOfActivity.${path}`),
];

const at = (value: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((inner, name) => (inner as Json | undefined)?.[name], value);

function absent(receipt: unknown): string[] {
  return MUST_BE_PRESENT.filter((path) => {
    const value = at(receipt, path);
    return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
  });
}

onBothEngines('The receipt of a decision', (ground) => {
  let app: TestApp;
  let eventId: string;
  const decide = async (over: object = {}, status = 201) =>
    (
      await app
        .as('platform')
        .post('/v1/consents')
        .send({
          subject: { kind: 'visitor', id: 'v-receipt' },
          purpose: 'external-media',
          status: 'given',
          notice: { id: 'consent-banner', version: '1.1', language: 'en' },
          act: 'clicked-accept',
          method: 'banner-3.1',
          evidence: { address: '203.0.113.77', userAgent: 'Sentinel-Agent/7.7' },
          ...over,
        })
        .expect(status)
    ).body as { eventId: string };
  const get = (path: string) => app.as('nobody').get(path);
  const receipt = (file = '', id = eventId) => `/receipts/north/${id}${file}`;
  before(async () => {
    app = await openApp(ground());
    ({ eventId } = await decide());
  });
  after(() => app.close());

  for (const [status, of] of [
    ['given', 'usage-statistics'],
    ['refused', 'usage-statistics'],
    ['given', 'external-media'],
    ['withdrawn', 'external-media'],
  ] as const)
    it(`exists for every decision (${status}, ${of}), in both forms, complete (REQ-C07, C11)`, async () => {
      const id = (await decide({ subject: { kind: 'account', id: `a-${status}-${of}` }, purpose: of, status })).eventId;
      const valid = kantaraSchema();
      const kantara = await get(receipt('/receipt.json', id)).expect(200);
      assert.ok(valid(kantara.body), JSON.stringify((valid as unknown as { errors: unknown }).errors));
      assert.equal(kantara.body.consentReceiptID, id);
      assert.equal(kantara.body.consentTimestamp, Math.floor(app.time.now.getTime() / 1000));
      const iso = await get(receipt('/receipt.jsonld', id))
        .buffer(true)
        .parse((response, done) => {
          let text = '';
          response.on('data', (piece: Buffer) => {
            text += piece.toString();
          });
          response.on('end', () => done(null, text));
        });
      assert.equal(iso.status, 200);
      assert.match(iso.headers['content-type'] as string, /^application\/ld\+json/);
      assert.deepEqual(absent(JSON.parse(iso.body as string)), []);
      assert.deepEqual(duplicates(iso.body as string), []);
    });

  it('fails both checks as soon as a mandatory field is missing (REQ-C11)', async () => {
    const valid = kantaraSchema();
    const { body } = await get(receipt('/receipt.json')).expect(200);
    const mandatory = JSON.parse(vector('kantara/kantara-consent-receipt-v1_1.schema.json')).required as string[];
    for (const field of mandatory) {
      const { [field]: _dropped, ...rest } = body as Json;
      assert.ok(!valid(rest), field);
    }
    const bundle = await app.as('platform').get(`/v1/consents/${eventId}/receipt`).expect(200);
    for (const path of MUST_BE_PRESENT) {
      const copy = structuredClone(bundle.body.iso27560) as Json;
      const names = path.split('.');
      const last = names.pop() as string;
      delete (at(copy, names.join('.')) as Json | undefined)?.[last];
      if (names.length === 0) delete copy[last];
      assert.ok(absent(copy).includes(path), path);
    }
  });

  it('uses terms of the vocabulary only (REQ-C12, H08)', async () => {
    const namespaces = {
      dpv: 'https://w3id.org/dpv#',
      'eu-gdpr': 'https://w3id.org/dpv/legal/eu/gdpr#',
      pd: 'https://w3id.org/dpv/pd#',
    };
    const lists = readdirSync(join(packageRoot, 'test/vectors/dpv')).filter((name) => name.endsWith('.csv'));
    const published = lists.map((name) => vector(`dpv/${name}`)).join('\n');
    // The lists are those of some modules; properties and the base terms stand in the guide's own examples.
    const guide = vector('dpv/27560-guide-examples-strict.json');
    const elsewhereInDpv = ['dpv:hasAuthority', 'dpv:DataProtectionAuthority'];
    const bundle = await app.as('platform').get(`/v1/consents/${eventId}/receipt`).expect(200);
    const used = new Set(
      [...JSON.stringify(bundle.body.iso27560).matchAll(/"((dpv|eu-gdpr|pd):([\w-]+))"/g)].map(([, term]) => term),
    ) as Set<string>;
    assert.ok(used.size > 30);
    for (const term of used) {
      const [prefix, name] = term.split(':') as [keyof typeof namespaces, string];
      const known = published.includes(`"${namespaces[prefix]}${name}"`) || guide.includes(`"${term}"`);
      assert.ok(known || elsewhereInDpv.includes(term), term);
    }
    for (const decided of ['ConsentGiven', 'ExplicitlyExpressedConsent', 'A6-1-a-explicit-consent', 'A7-3'])
      assert.ok(
        [...used].some((term) => term.endsWith(`:${decided}`) && published.includes(`"${decided}"`)),
        decided,
      );
    const { body: context } = await get('/contexts/receipt-v1.jsonld')
      .buffer(true)
      .parse((response, done) => {
        let text = '';
        response.on('data', (piece: Buffer) => {
          text += piece.toString();
        });
        response.on('end', () => done(null, JSON.parse(text)));
      });
    const prefixes = Object.keys(context['@context']);
    for (const [, prefix] of JSON.stringify(bundle.body.iso27560).matchAll(/"([a-z-]+):[A-Za-z0-9-]+"/g))
      assert.ok(prefixes.includes(prefix as string), prefix);
  });

  it('is signed, and anybody can check that with the published keys (REQ-C07)', async () => {
    const { text: jws } = await get(receipt('/receipt.jws')).buffer(true).expect(200);
    const { body: keySet } = await get('/.well-known/jwks.json').expect(200);
    const [jwk] = (keySet as KeySet).keys;
    assert.ok(jwk && jwk.d === undefined);
    const { payload } = await compactVerify(jws, await importJWK(jwk, 'EdDSA'));
    const signed = JSON.parse(Buffer.from(payload).toString());
    assert.deepEqual(signed.kantara, (await get(receipt('/receipt.json'))).body);
    for (let at = 0; at < jws.length; at += 7) {
      const altered = `${jws.slice(0, at)}${jws[at] === 'A' ? 'Q' : 'A'}${jws.slice(at + 1)}`;
      const verified = await verifyDocument(keySet, altered, 'consent-receipt+jws');
      assert.ok(!verified.ok && verified.fault.length > 10, `character ${at}`);
    }
  });

  it('comes with the proof that the decision stands in the log, once it does', async () => {
    const fresh = (await decide({ subject: { kind: 'visitor', id: 'v-proof' } })).eventId;
    await get(receipt('/proof.tlog-proof', fresh)).expect(409);
    app.time.now = new Date(app.time.now.getTime() + 2000);
    await app.services.merkleLog.advance(() => app.time.now);
    const { text } = await get(receipt('/proof.tlog-proof', fresh)).expect(200);
    const { body } = await app.as('platform').get(`/v1/consents/${fresh}/receipt`).expect(200);
    assert.equal(body.proof, text);
    const { extra, index, path, checkpoint } = parseProof(text);
    const { size, root } = openCheckpoint(checkpoint, parseVerifierKey((await get('/log/north/key')).text));
    const { salt, entry } = decodeOpening(extra ?? Buffer.alloc(0)) ?? assert.fail();
    assert.ok(verifyInclusion(leafHash(leafOf(salt, entry)), index, size, path, root));
    assert.equal(body.entry, entry);
    assert.equal(JSON.parse(body.entry).detail.receipt, receiptDigest(fresh));
    assert.ok((await get(receipt('', fresh))).text.includes(`number ${index}`));
  });

  it('can be checked from its file alone: any change is found and named', async () => {
    app.time.now = new Date(app.time.now.getTime() + 2000);
    await app.services.merkleLog.advance(() => app.time.now);
    const { body, text } = await app.as('platform').get(`/v1/consents/${eventId}/receipt`).expect(200);
    const { body: keySet } = await get('/.well-known/jwks.json').expect(200);
    const logKey = (await get('/log/north/key')).text;
    const trust = { keySet, logKey };
    const { signed, ...found } = await verifyReceipt(Buffer.from(text), trust);
    assert.equal(signed?.receiptId, eventId);
    assert.deepEqual(found, { faults: [], notes: [] });
    assert.deepEqual((await verifyReceipt(Buffer.from(body.jws), trust)).faults, []);
    assert.match((await verifyReceipt(Buffer.from(text), {})).notes.join(), /compare it/);
    for (const [change, says] of [
      [{ kantara: { ...body.kantara, jurisdiction: 'XX' } }, /^kantara: is not what was signed/],
      [{ iso27560: {} }, /^iso27560/],
      [{ receiptId: 'other' }, /^receiptId/],
      [{ jws: 'x.y.z' }, /^signature/],
      [{ proof: null }, /^proof/],
      [{ entry: body.entry.replace('platform', 'operator') }, /^entry: is not the one in the proof/],
      [{ proof: body.proof.replace(/^extra (....)..../m, 'extra $1AAAA') }, /^proof: .*does not lead from its entry/],
      [{ proof: body.proof.replace(/^extra .*\n/m, '') }, /^proof: .*no entry with its salt/],
      [{ entry: '{"detail":{}}' }, /^entry/],
      [{ entry: 'null' }, /^entry/],
      [{ entry: '{"detail":null}' }, /^entry/],
    ] as const)
      assert.match(
        (await verifyReceipt(Buffer.from(JSON.stringify({ ...body, ...change })), trust)).faults.join(),
        says,
      );
    for (let at = 0; at < body.jws.length; at += 1) {
      const altered = Buffer.from(body.jws);
      for (const bit of [1, 2, 4]) {
        altered[at] = body.jws.charCodeAt(at) ^ bit;
        const { faults } = await verifyReceipt(altered, trust);
        assert.match(faults.join(), /^(signature: |the file )/, `character ${at}, bit ${bit}`);
      }
    }
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; at += 41) {
      const altered = Buffer.from(bytes);
      altered[at] = (altered[at] as number) ^ 1;
      const { faults } = await verifyReceipt(altered, trust);
      // The key set in the file is not looked at when the published one is given.
      const inKeys = at > text.indexOf('"keySet"') && at < text.indexOf('"proof"');
      assert.ok(faults.length > 0 || inKeys, `byte ${at}`);
    }
  });

  it('is a page that names purpose, time, text and responsible party, and holds neither address nor browser', async () => {
    const answer = await get(receipt()).expect(200);
    for (const words of [
      'Media from other sites',
      'You agreed.',
      'Example Repository Platform GmbH',
      'the notice, version 1.1',
      'Take my agreement back',
      '2026',
    ])
      assert.ok(answer.text.includes(words), words);
    for (const secret of ['203.0.113', 'Sentinel-Agent', 'v-receipt']) {
      assert.ok(!answer.text.includes(secret), secret);
      for (const file of ['/receipt.json', '/receipt.jsonld'])
        assert.ok(!(await get(receipt(file))).text?.includes(secret));
    }
    assert.ok(!/<script/i.test(answer.text));
    assert.equal(answer.headers['cache-control'], 'no-store');
    assert.equal(answer.headers['referrer-policy'], 'no-referrer');
    assert.match(answer.headers['content-security-policy'] as string, /default-src 'none'/);
    assert.match(answer.headers['x-robots-tag'] as string, /noindex/);
  });

  it('needs the id and nothing else; who does not have it learns nothing (REQ-C07)', async () => {
    const nowhere = await get(receipt('', '0190c7a4-0000-4000-8000-00000000beef')).expect(404);
    const elsewhere = await get(`/receipts/south/${eventId}`).expect(404);
    const noTenant = await get(`/receipts/nowhere/${eventId}`).expect(404);
    const blur = ({ body }: { body: Json }) => ({ ...body, instance: '' });
    assert.deepEqual(blur(elsewhere), blur(nowhere));
    assert.deepEqual(blur(noTenant), blur(nowhere));
    for (const odd of ['%00', '../etc', 'x'.repeat(500), "1'--", '0190c7a4-0000-7000-8000-00000000beef'])
      assert.ok([400, 404].includes((await get(`/receipts/north/${encodeURIComponent(odd)}`)).status), odd);
  });

  it('lets its holder take the agreement back, without an account, and tells what stands when it is repeated', async () => {
    const given = (await decide({ subject: { kind: 'visitor', id: 'v-button' } })).eventId;
    const state = async () =>
      (await app.as('platform').get('/v1/subjects/visitor:v-button/consents').expect(200)).body.purposes.find(
        ({ purpose }: Json) => purpose === 'external-media',
      );
    assert.equal((await state()).permitsProcessing, true);
    const { body } = await app.as('nobody').post(`/v1/receipts/north/${given}/withdrawal`).expect(200);
    assert.equal(body.status, 'withdrawn');
    assert.notEqual(body.receiptId, given);
    assert.equal((await state()).permitsProcessing, false);
    const again = await app.as('nobody').post(`/v1/receipts/north/${given}/withdrawal`).expect(200);
    assert.deepEqual(again.body, body, 'nothing new is written');
    await get(receipt('', body.receiptId))
      .expect(200)
      .expect(/You took your agreement back/);
    await get(receipt('', given))
      .expect(200)
      .expect(/What stands now: You took your agreement back\./);
    const { body: history } = await app
      .as('platform')
      .get('/v1/subjects/visitor:v-button/consents/history')
      .expect(200);
    assert.equal(history.items.length, 2);
    assert.equal(history.items[1].act, 'withdrew-with-receipt');
    const { body: log } = await app.as('auditor').get('/v1/audit?action=consent.withdrawn').expect(200);
    assert.equal(log.items.at(-1).actor, 'system:receipt');
  });

  it('lets its holder press the button of the page: a form without scripts', async () => {
    const given = (await decide({ subject: { kind: 'visitor', id: 'v-form' } })).eventId;
    const answer = await app
      .as('nobody')
      .post(receipt('/withdrawal', given))
      .set('Content-Type', 'application/x-www-form-urlencoded')
      .set('Origin', 'http://127.0.0.1')
      .expect(200);
    assert.match(answer.text, /You took your agreement back/);
  });

  it('asks no more for taking back than for giving (REQ-C05)', () => {
    const { paths } = openApiDocument(app.routes.map(({ spec }) => spec)) as {
      paths: Record<string, Record<string, Json>>;
    };
    const give = paths['/v1/consents']?.['post'] as Json;
    const take = paths['/v1/receipts/{tenant}/{receiptId}/withdrawal']?.['post'] as Json;
    assert.ok(give['requestBody'] && !take['requestBody'], 'no field');
    assert.deepEqual(take['security'], [], 'no credentials');
    assert.ok(!(take['parameters'] as Json[]).some(({ in: where, required }) => where === 'header' && required));
  });

  it('is gone when the person is erased', async () => {
    const given = (await decide({ subject: { kind: 'account', id: 'to-forget' } })).eventId;
    await get(receipt('', given)).expect(200);
    await app.as('dpo').post('/v1/subjects/to-forget/erasure').expect(200);
    await get(receipt('', given)).expect(404);
    await app.as('nobody').post(`/v1/receipts/north/${given}/withdrawal`).expect(404);
  });

  it('is limited per address: nobody tries ids by the thousand', async () => {
    const strict = await openApp(ground(), { rateLimit: 5 });
    try {
      const statuses: number[] = [];
      for (let n = 0; n < 8; n += 1) statuses.push((await strict.as('nobody').get(receipt())).status);
      assert.deepEqual(statuses.slice(5), [429, 429, 429]);
    } finally {
      await strict.close();
    }
  });
});

onBothEngines('The text somebody was shown', (ground) => {
  it('stays to be read, whatever the policies say later', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'lethe-texts-'));
    cpSync(join(packageRoot, 'policies'), folder, { recursive: true });
    const app = await openApp(ground(), { policies: folder });
    try {
      const { body } = await app
        .as('platform')
        .post('/v1/consents')
        .send({
          subject: { kind: 'visitor', id: 'v-text' },
          purpose: 'usage-statistics',
          status: 'given',
          notice: { id: 'consent-banner', version: '1.1', language: 'de' },
        })
        .expect(201);
      const text = readFileSync(join(folder, 'notices/consent-banner/1.1/de.md'), 'utf8');
      writeFileSync(join(folder, 'notices/consent-banner/1.1/de.md'), `${text}\nNeuer Satz.\n`);
      await app.as('installation').post('/v1/policies/reload').expect(200);
      const page = await app.as('nobody').get(`/receipts/north/${body.eventId}`).expect(200);
      const link = /href="([^"]*\/notices\/[0-9a-f]{64})"/.exec(page.text)?.[1] as string;
      assert.ok(link.endsWith(body.notice.hash));
      const shown = await app.as('nobody').get(link).expect(200);
      assert.ok(!shown.text.includes('Neuer Satz'));
      const firstLine = text.split('\n').find((line) => line.length > 20 && !/[&<>"']/.test(line)) as string;
      assert.ok(shown.text.includes(firstLine));
      const rows = await ground().store.read((q) => q.select().from(q.tables.noticeTexts));
      assert.equal(
        rows.filter(
          ({ noticeId, version, language }) => `${noticeId} ${version} ${language}` === 'consent-banner 1.1 de',
        ).length,
        2,
      );
      await app
        .as('nobody')
        .get(`/notices/${'0'.repeat(64)}`)
        .expect(404);
    } finally {
      await app.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
