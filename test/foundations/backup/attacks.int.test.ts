import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync } from 'node:crypto';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import Database from 'better-sqlite3';
import { identityOf, recipientOf } from '../../../src/foundations/backup/age.ts';
import { pack } from '../../../src/foundations/backup/compress.ts';
import { manifestOf } from '../../../src/foundations/backup/folder.ts';
import {
  type BackupKeys,
  openingKeys,
  recipientsOf,
  signersFrom,
  signManifest,
  verifierOf,
} from '../../../src/foundations/backup/keys.ts';
import { type Manifest, renderManifest } from '../../../src/foundations/backup/manifest.ts';
import { restoreBackup } from '../../../src/foundations/backup/restore.ts';
import { readManifest, verifyBackup } from '../../../src/foundations/backup/verify.ts';
import { newMasterKey, parseMasterKey } from '../../../src/foundations/vault/master-key.ts';
import { ENGINES } from '../../support/engines.ts';
import { bytesBelow, decrypted, fill, openStage, type Stage } from './stage.ts';

const TOKEN = ['north', 'planted', '1', 'admin', 'x', 'h', 's', 'xxxx', '2026-01-01', 'system', null, null, null, null];

for (const engine of ENGINES)
  describe(`Backups in the hands of an attacker (${engine})`, function () {
    this.timeout(120_000);
    let stage: Stage;
    let first: { file: string; manifest: Manifest };
    let second: { file: string; manifest: Manifest };
    /** Somebody who may open the data, and no more. */
    const escrow = identityOf(Buffer.alloc(32, 7));
    const stranger: BackupKeys = {
      identity: identityOf(Buffer.alloc(32, 8)),
      signingKey: generateKeyPairSync('ed25519').privateKey,
    };
    before(async () => {
      stage = await openStage(engine);
      await fill(stage);
      const recipients = [await recipientOf(escrow)];
      first = (await stage.backUp({ recipients })).data as typeof first;
      await fill(stage, 3);
      second = (await stage.backUp({ recipients, now: new Date('2026-03-02T12:00:00Z') })).data as typeof second;
    });
    after(() => stage.close());

    /** A folder of its own with copies, so that a test may do with them what it likes. */
    function copied(...of: { file: string }[]): string[] {
      const folder = join(stage.folder, crypto.randomUUID());
      mkdirSync(folder);
      return of.map(({ file }) => {
        copyFileSync(file, join(folder, basename(file)));
        copyFileSync(manifestOf(file), manifestOf(join(folder, basename(file))));
        return join(folder, basename(file));
      });
    }

    /** The check names it, and the restore refuses it and touches nothing. */
    async function refused(file: string, words: RegExp): Promise<void> {
      assert.match((await stage.faults([file]))[0] ?? 'whole', words);
      const before = bytesBelow(stage.folder);
      await assert.rejects(restoreBackup(stage.restore(file)), (error: Error) => {
        assert.equal(error.name, 'BackupError');
        assert.match(error.message, words);
        return true;
      });
      assert.deepEqual(bytesBelow(stage.folder), before);
    }

    /** Puts other content into a backup, with a manifest that fits in everything but who signed it. */
    async function forge(change: (content: Buffer) => Buffer, rows: Record<string, number>): Promise<string> {
      const [file] = copied(first) as [string];
      const { gunzipSync } = await import('node:zlib');
      const content = change(gunzipSync(await decrypted(file, [{ identities: [escrow] }])));
      rmSync(file);
      const own = await recipientsOf(await stage.keys('data'), []);
      const measured = await pack(Readable.from([content]), file, own);
      const { manifest, signature } = readManifest(first.file);
      const forged = { ...manifest, ...measured, rows: { ...manifest.rows, ...rows } };
      writeFileSync(manifestOf(file), renderManifest({ manifest: forged, signature }));
      return file;
    }

    function inDatabase(content: Buffer, change: (db: Database.Database) => void): Buffer {
      const file = join(stage.folder, `${crypto.randomUUID()}.db`);
      writeFileSync(file, content);
      const db = new Database(file);
      change(db);
      db.close();
      const changed = readFileSync(file);
      rmSync(file);
      return changed;
    }

    const planted = (content: Buffer) =>
      engine === 'sqlite'
        ? inDatabase(content, (db) =>
            db
              .prepare(`INSERT INTO api_tokens VALUES (${TOKEN.map(() => '?').join()})`)
              .run(...TOKEN.map((value) => (value === '1' ? 1 : value === '2026-01-01' ? 0 : value))),
          )
        : Buffer.from(
            content
              .toString('latin1')
              .replace(/(COPY "api_tokens" [^\n]*\n)/, `$1${TOKEN.map((value) => value ?? '\\N').join('\t')}\n`),
            'latin1',
          );
    const dropped = (content: Buffer) =>
      engine === 'sqlite'
        ? inDatabase(content, (db) => {
            db.exec('DROP TRIGGER certificates_no_delete; DELETE FROM certificates');
          })
        : Buffer.from(content.toString('latin1').replace(/(COPY "certificates" [^\n]*\n)[^\n]*\n/, '$1'), 'latin1');

    it('are noise to who has neither keys nor identity: nothing of a person, nothing of a database', async () => {
      for (const name of readdirSync(stage.folder, { recursive: true, encoding: 'utf8' })) {
        if (!name.endsWith('.age')) continue;
        const bytes = readFileSync(join(stage.folder, name));
        assert.ok(bytes.subarray(0, 21).equals(Buffer.from('age-encryption.org/v1')), name);
        for (const trace of [
          'SQLite format',
          'CREATE TABLE',
          'profiles',
          'COPY "',
          'subject:',
          '\x1f\x8b\x08\0\0\0\0\0\0\x03',
        ])
          assert.ok(!bytes.includes(Buffer.from(trace, 'latin1')), `${name}: ${trace}`);
      }
      await assert.rejects(
        decrypted(first.file, [{ identities: [stranger.identity] }]),
        /does not open under the keys/,
      );
    });

    it('with a token planted into one: it is not restored', async () => {
      await refused(await forge(planted, { api_tokens: 1 }), /not signed by this installation/);
    });

    it('with a row of evidence taken out of one: it is not restored', async () => {
      await refused(await forge(dropped, { certificates: 0 }), /not signed by this installation/);
    });

    it('signed by a key of theirs: it is not restored, unless the operator names that key', async () => {
      const file = await forge(planted, { api_tokens: 1 });
      const { manifest } = readManifest(file);
      const signature = await signManifest(manifest, stranger);
      writeFileSync(manifestOf(file), renderManifest({ manifest, signature }));
      await refused(file, /not signed by this installation.*--from-elsewhere/);
      const signers = await signersFrom(await verifierOf(stranger));
      assert.equal(
        (await verifyBackup(file, { signers, identities: [(await stage.keys('data')).identity] })).rows['api_tokens'],
        1,
      );
      await assert.rejects(signersFrom('x'), /43 letters/);
    });

    it('with the content of one under the manifest of another: neither is restored', async () => {
      const [one, other] = copied(first, second) as [string, string];
      const bytes = readFileSync(one);
      copyFileSync(other, one);
      writeFileSync(other, bytes);
      for (const file of [one, other]) await refused(file, /bytes and should have|checksum in its manifest/);
    });

    it('with an older manifest beside a newer file: it is not restored', async () => {
      const [file] = copied(second) as [string];
      copyFileSync(manifestOf(first.file), manifestOf(file));
      await refused(file, /that of another backup/);
      writeFileSync(
        manifestOf(file),
        renderManifest({ ...readManifest(first.file), manifest: { ...first.manifest, file: basename(file) } }),
      );
      await refused(file, /not signed by this installation/);
    });

    it('cut off, or with something after the end, and a manifest that says so: it is not restored', async () => {
      for (const change of [
        (bytes: Buffer) => bytes.subarray(0, bytes.length - 100),
        (bytes: Buffer) => Buffer.concat([bytes, Buffer.alloc(100)]),
      ]) {
        const [file] = copied(first) as [string];
        const bytes = change(readFileSync(file));
        writeFileSync(file, bytes);
        await refused(file, /bytes and should have/);
        const stored = { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
        // Even where who signs lies, what is encrypted tells its own end.
        await stage.lie(file, { ...first.manifest, stored });
        await refused(file, /does not open under the keys/);
      }
    });

    it('that hold more than their manifest says stop there: bytes and rows, before any of it is kept', async () => {
      const [file] = copied(first) as [string];
      const { content, rows } = first.manifest;
      await stage.lie(file, { ...first.manifest, content: { ...content, bytes: content.bytes - 1 } });
      await refused(file, /holds more than its manifest says/);
      await stage.lie(file, { ...first.manifest, rows: { ...rows, profiles: (rows['profiles'] as number) - 1 } });
      await refused(file, /more rows of profiles than|does not hold the rows/);

      // 64 MB in 64 kB: no more of it is unpacked than was announced.
      rmSync(file);
      const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));
      const own = await recipientsOf(await stage.keys('data'), []);
      const measured = await pack(Readable.from([bomb]), file, own);
      await stage.lie(file, { ...first.manifest, ...measured, content: { ...measured.content, bytes: 100 } });
      await refused(file, /holds more than its manifest says/);
      rmSync(file);
      const once = await pack(Readable.from([Buffer.alloc(64 * 1024 * 1024)]), file, own);
      assert.ok(statSync(file).size < 1024 * 1024);
      await stage.lie(file, { ...first.manifest, ...once, content: { ...once.content, bytes: 1024 } });
      const before = process.memoryUsage().arrayBuffers;
      await refused(file, /holds more than its manifest says/);
      assert.ok(process.memoryUsage().arrayBuffers - before < 32 * 1024 * 1024);
    });

    it('cannot name a file elsewhere, nor make a manifest without end', async () => {
      const [file] = copied(first) as [string];
      await stage.lie(file, { ...first.manifest, file: '../../outside' });
      await refused(file, /form of one|another backup/);
      writeFileSync(manifestOf(file), Buffer.alloc(17 * 1024 * 1024, 32));
      await refused(file, /larger than any/);
    });

    it('open for whoever was named when they were made, and for their own installation under a new master key', async () => {
      const signers = await signersFrom(await verifierOf(await stage.keys('data')));
      const verdict = await verifyBackup(first.file, { identities: [escrow], signers });
      assert.equal(verdict.created, first.manifest.created);
      await assert.rejects(
        stage.backUp({ recipients: ['age1nobody'], now: new Date('2026-03-03T12:00:00Z') }),
        /age1nobody is no recipient of age/,
      );
      const before = (await openingKeys(await stage.keys('data'))).identities;
      const next = newMasterKey();
      await stage.vault.rotateMasterKey(parseMasterKey(next));
      try {
        const { dataKeysAt } = await import('../../../src/foundations/backup/keys.ts');
        const after = await openingKeys(await dataKeysAt(stage.places.keyring, parseMasterKey(next), false));
        assert.deepEqual(after.identities, before);
        await verifyBackup(first.file, after);
      } finally {
        await stage.vault.rotateMasterKey(parseMasterKey(stage.masterKey));
      }
    });

    it('leave nothing readable behind, neither in their folder nor beside the data', () => {
      const left = readdirSync(stage.folder, { recursive: true, encoding: 'utf8' });
      assert.deepEqual(
        left.filter((name) => name.includes('unfinished') || name.includes('backup-lock')),
        [],
      );
    });
  });
