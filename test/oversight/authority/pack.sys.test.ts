import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FileEntry, Uint8ArrayReader, Uint8ArrayWriter, ZipReader } from '@zip.js/zip.js';
import { packageRoot } from '../../../src/foundations/process/package-root.ts';
import { createSigner } from '../../../src/foundations/signing/signer.ts';
import { createZip } from '../../../src/foundations/zip/zip.ts';
import type { Manifest } from '../../../src/oversight/authority/manifest.ts';
import { verifyPack } from '../../../src/oversight/authority/verify.ts';
import { COLUMN_SET_IDS } from '../../../src/oversight/records/columns.ts';
import { sequence } from '../../data/certificates/stage.ts';
import { liveThrough } from '../../rights/erasure/person.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { onBothEngines } from '../../support/engines.ts';
import { fillRegister, type SignedAgreements } from '../../support/example-register.ts';
import { built } from '../../support/service-process.ts';
import { breachBooks } from '../breaches/books.ts';

type Files = Map<string, Buffer>;

async function unzipped(bytes: Buffer): Promise<Files> {
  const reader = new ZipReader(new Uint8ArrayReader(bytes), { checkSignature: true });
  const files: Files = new Map();
  for (const entry of await reader.getEntries())
    files.set(entry.filename, Buffer.from(await (entry as FileEntry).getData(new Uint8ArrayWriter())));
  await reader.close();
  return files;
}

async function zipped(files: Iterable<[string, Buffer]>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  const zip = createZip(new Date('2026-03-01T12:00:00Z'), async (piece) => void pieces.push(piece));
  for (const [name, content] of files) await zip.add(name, content);
  await zip.close();
  return Buffer.concat(pieces);
}

const json = (files: Files, name: string) => JSON.parse((files.get(name) as Buffer).toString('utf8'));
const verified = (bytes: Buffer, trust = {}) => verifyPack(new Uint8ArrayReader(bytes), trust);

onBothEngines('The authority pack', (ground) => {
  let app: TestApp;
  let signed: SignedAgreements;
  let certificateId: string;
  let breachId: string;
  const AT = '2026-03-02T12:00:00.000Z';
  const query = `?at=${AT}&known-at=${AT}`;
  let pack: Buffer;
  let files: Files;
  let manifest: Manifest;
  const get = async (which: string): Promise<Buffer> =>
    (await app.as('dpo').get(`/v1/authority-pack${which}`).responseType('blob').expect(200)).body;

  before(async function () {
    this.timeout(120_000);
    app = await openApp(ground(), { now: '2026-03-01T12:00:00Z' });
    signed = await fillRegister(app);
    ({ breachId } = await breachBooks(app).report());
    const { account } = await liveThrough(app, 'pack');
    const { body: erasure } = await app.as('dpo').post(`/v1/subjects/${account}/erasure`).expect(200);
    certificateId = erasure.certificateId;
    await sequence(app);
    app.time.now = new Date(AT);
    pack = await get(query);
    files = await unzipped(pack);
    manifest = json(files, 'manifest.json');
  });
  after(() => app.close());

  it('holds everything an authority may ask for (REQ-A49)', () => {
    const documents = [
      ...COLUMN_SET_IDS.map((set) => `records/${set}`),
      'sub-processors/list',
      'retention-schedule',
      'notices/completeness',
      'breaches/register',
      ...Object.values(signed)
        .slice(0, 1)
        .map((id) => `agreements/${id}-annexes`),
    ];
    for (const name of documents) {
      assert.match(files.get(`${name}.html`)?.toString('utf8') ?? '', /^<!doctype html>/, name);
      assert.equal(files.get(`${name}.pdf`)?.subarray(0, 5).toString('latin1'), '%PDF-', name);
    }
    for (const set of COLUMN_SET_IDS) {
      assert.ok(files.has(`records/${set}.csv`));
      assert.deepEqual(json(files, `records/${set}.json`).emptyMandatory, []);
    }
    assert.ok(json(files, 'register.json').activities.length > 0);
    const links = json(files, 'register.json').activities.flatMap(
      ({ chain }: { chain: { transfers: unknown[] }[] }) => chain,
    );
    assert.equal(
      json(files, 'transfers.json').length,
      links.flatMap(({ transfers }: { transfers: unknown[] }) => transfers).length,
    );
    assert.ok(json(files, 'notices/completeness.json').every(({ gaps }: { gaps: unknown[] }) => gaps.length === 0));
    assert.match(files.get('notices/privacy-policy/1.1/de.md')?.toString('utf8') ?? '', /\S/);
    assert.ok(Array.isArray(json(files, 'findings.json').items));
    assert.match(files.get('sub-processors/changes.atom')?.toString('utf8') ?? '', /<feed /);
    assert.equal(json(files, 'breaches/register.json').items[0].breachId, breachId);
    assert.equal(json(files, `certificates/${certificateId}.json`).certificate.certificateId, certificateId);
  });

  it('names every file with its digest, and nothing else is in it', () => {
    const named = [...manifest.content, ...manifest.proofs];
    assert.deepEqual(
      [...named.map(({ name }) => name), 'manifest.json', 'manifest.jws'].sort(),
      [...files.keys()].sort(),
    );
    for (const { name, sha256, bytes } of named) {
      const content = files.get(name) as Buffer;
      assert.deepEqual([content.length, createHash('sha256').update(content).digest('hex')], [bytes, sha256], name);
    }
  });

  it('is valid to whoever has the published keys alone, with a proof for every entry (REQ-F03)', async () => {
    const { faults, notes } = await verified(pack, {
      keySet: await createSigner(ground().vault).keySet(),
      logKey: await app.services.merkleLog.key('north'),
    });
    assert.deepEqual(faults, []);
    const entries = [...files.keys()].filter((name) => name.startsWith('log/entries/')).length;
    assert.ok(entries > 5);
    assert.ok(
      notes.some((note) => note.startsWith(`${entries} of ${entries} log entries are proven`)),
      notes.join(),
    );
  });

  it('is on record, with the instants it is of', async () => {
    const { body } = await app.as('auditor').get('/v1/audit?action=authority-pack.made').expect(200);
    assert.deepEqual(body.items[0].detail, { at: AT, knownAt: AT });
  });

  it('of the same instants has the same content, byte by byte, whatever was recorded since', async function () {
    this.timeout(120_000);
    app.time.now = new Date('2026-03-09T12:00:00Z');
    await breachBooks(app).report({ detectedAt: '2026-03-09T10:00:00Z', awareAt: '2026-03-09T10:00:00Z' });
    await app.services.registerRecords.recordInstitution(await app.contextOf('north', 'admin'), {
      legalName: 'Renamed University',
    });
    await sequence(app);
    const again = await unzipped(await get(query));
    const later: Manifest = json(again, 'manifest.json');
    assert.deepEqual(later.content, manifest.content);
    assert.equal(later.contentDigest, manifest.contentDigest);
    for (const { name } of manifest.content) assert.ok(again.get(name)?.equals(files.get(name) as Buffer), name);
    const now = await unzipped(await get(''));
    assert.equal(json(now, 'breaches/register.json').items.length, 2);
    assert.equal(json(now, 'records/article-30-1.json').party.name, 'Renamed University');
  });

  it('with one byte of any file altered is not valid, and the file is named (REQ-A49)', async function () {
    this.timeout(180_000);
    // One of each kind: packing anew takes most of the time.
    const kinds = new Map(
      [...files.keys()].map((name) => [name.split('/').slice(0, -1).slice(0, 2).join('/') || name, name]),
    );
    for (const name of kinds.values()) {
      const content = Buffer.from(files.get(name) as Buffer);
      const at = Math.floor(content.length / 2);
      content[at] = (content[at] as number) ^ 1;
      const { faults } = await verified(await zipped(new Map(files).set(name, content)));
      assert.ok(faults.length > 0, name);
      const own = ['jwks.json', 'manifest.json', 'manifest.jws', 'log/key'].includes(name);
      if (!own)
        assert.ok(
          faults.some((fault) => fault.includes(name)),
          `${name}: ${faults.join()}`,
        );
    }
  });

  it('that lacks a file, or has one too many, or is no ZIP, is not valid', async () => {
    const without = [...files].filter(([name]) => name !== 'register.json');
    assert.deepEqual((await verified(await zipped(without))).faults, ['register.json is missing']);
    const more = await verified(await zipped([...files, ['more.txt', Buffer.from('?')]]));
    assert.deepEqual(more.faults, ['more.txt is not in the manifest']);
    assert.ok((await verified(pack.subarray(0, pack.length - 30))).faults.length > 0);
    assert.ok((await verified(Buffer.from('nonsense'))).faults.length > 0);
    assert.ok((await verified(await zipped([]))).faults.includes('manifest.json is missing'));
  });

  it('signed by a key that is not the published one is not valid', async () => {
    const { keys } = await createSigner(ground().vault).keySet();
    const other = { ...keys[0], kid: 'another' };
    const { faults } = await verified(pack, { keySet: { keys: [other] } });
    assert.ok(faults.some((fault) => /key that is not in the key set/.test(fault)));
  });

  it('of another institution has nothing of this one', async () => {
    const { body } = await app.as('dpo', 'south').get('/v1/authority-pack').responseType('blob').expect(200);
    for (const [name, content] of await unzipped(body))
      for (const secret of [breachId, certificateId, 'Renamed University', 'dpo@university.example.org'])
        assert.ok(!content.includes(secret), `${secret} in ${name}`);
  });

  it('of an instant in the future, or for who may not have it, is refused', async () => {
    const { body } = await app.as('dpo').get('/v1/authority-pack?at=2031-01-01T00:00:00Z').expect(422);
    assert.equal(body.errors[0].pointer, '?at');
    await app.as('operator').get('/v1/authority-pack').expect(403);
  });

  it('is checked by the command alone', function () {
    this.timeout(180_000);
    const folder = mkdtempSync(join(tmpdir(), 'lethe-pack-'));
    try {
      const run = (bytes: Buffer) => {
        writeFileSync(join(folder, 'pack.zip'), bytes);
        const words = [built('src/cli.ts'), 'authority-pack', 'verify', join(folder, 'pack.zip')];
        return spawnSync(process.execPath, words, {
          cwd: packageRoot,
          encoding: 'utf8' as const,
          env: { PATH: process.env['PATH'], HOME: folder, LETHE_DATA: '/nowhere/at/all', DATABASE_URL: 'nonsense' },
        });
      };
      const good = run(pack);
      assert.equal(good.status, 0, good.stderr);
      assert.match(good.stderr, /Compare jwks\.json[\s\S]*Valid\.\n$/);
      const bad = run(pack.subarray(0, pack.length - 30));
      assert.equal(bad.status, 1);
      assert.match(bad.stderr, /Not valid/);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
