import assert from 'node:assert/strict';
import { cpSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { manifestOf } from '../../../src/foundations/backup/folder.ts';
import { BackupError, type Manifest, parseManifest } from '../../../src/foundations/backup/manifest.ts';
import { type RestoreRequest, restoreBackup } from '../../../src/foundations/backup/restore.ts';
import { backupsAt } from '../../../src/foundations/backup/verify.ts';
import { newMasterKey, parseMasterKey } from '../../../src/foundations/vault/master-key.ts';
import { ENGINES } from '../../support/engines.ts';
import { bytesBelow, everything, fill, openStage, type Stage } from './stage.ts';

for (const engine of ENGINES)
  describe(`A damaged or unfitting backup (${engine})`, function () {
    this.timeout(120_000);
    let stage: Stage;
    let data: string;
    let keyring: string;
    let manifest: Manifest;
    before(async () => {
      stage = await openStage(engine);
      await fill(stage);
      const made = await stage.backUp();
      data = made.data?.file as string;
      keyring = made.keyring.file;
      manifest = made.data?.manifest as Manifest;
    });
    after(() => stage.close());

    /** A lost keyring and no data: the most that a restore could do. */
    const whole = (more: Partial<RestoreRequest> = {}) =>
      stage.restore(data, {
        keyringFile: keyring,
        keyring: engine === 'sqlite' ? join(stage.folder, 'lost.db') : undefined,
        ...more,
      });

    /** Changes of what follows these words to something of the same form. */
    const at = (bytes: Buffer, words: string): [number, number][] => {
      const found = bytes.indexOf(words);
      return found < 0 ? [] : [1, 2, 3, 4, 5].map((change) => [found + words.length, change]);
    };

    /** The restore is refused with these words, and no byte of anything has changed. */
    async function refused(request: RestoreRequest, words: RegExp): Promise<void> {
      const before = bytesBelow(stage.folder);
      await assert.rejects(restoreBackup(request), (error: Error) => {
        assert.ok(['BackupError', 'MasterKeyError'].includes(error.name), `${error.name}: ${error.message}`);
        assert.match(error.message, words);
        return true;
      });
      assert.deepEqual(bytesBelow(stage.folder), before);
      if (engine === 'postgres') {
        const target = await stage.reopen();
        for (const rows of Object.values(await everything(target))) assert.deepEqual(rows, []);
        await target.close();
      }
    }

    const parts: [what: string, file: () => string, checked: () => string][] = [
      ['the backup', () => data, () => data],
      ['its manifest', () => manifestOf(data), () => data],
      ['the backup of the keyring', () => keyring, () => keyring],
      ['the manifest of the keyring', () => manifestOf(keyring), () => keyring],
    ];
    for (const [what, file, checked] of parts)
      it(`is named and not restored, whichever byte of ${what} is another`, async () => {
        const bytes = readFileSync(file());
        try {
          await fc.assert(
            fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
              const altered = Buffer.from(bytes);
              altered[at] = (altered[at] as number) ^ change;
              writeFileSync(file(), altered);
              const [fault] = await stage.faults([checked()]);
              assert.match(fault ?? '', /altered|manifest is that of another|newer Lethe/);
              if (engine === 'sqlite' || what.includes('keyring') === false)
                await refused(
                  engine === 'sqlite' ? whole() : stage.restore(data),
                  /altered|another backup|newer Lethe|engine|does not belong/,
                );
            }),
            {
              numRuns: 25,
              examples: [
                [0, 1],
                [bytes.length - 1, 1],
                [9, 255],
                // The last letter of the signature has spare bits; a digit of the check value becomes another digit.
                ...(file().endsWith('.json') ? [1, 2, 3].map((bit): [number, number] => [bytes.length - 5, bit]) : []),
                ...at(bytes, '"masterCheck": "'),
              ],
            },
          );
        } finally {
          writeFileSync(file(), bytes);
        }
        assert.deepEqual(await stage.faults([data, keyring]), [undefined, undefined]);
      });

    it('is named when it was cut off or has something after its end', async () => {
      const copy = join(stage.folder, 'cut');
      cpSync(join(data, '..'), copy, { recursive: true });
      const [file] = backupsAt(copy) as [string];
      truncateSync(file, statSync(file).size - 1);
      const fault = async () => (await stage.faults([file]))[0] ?? '';
      assert.match(await fault(), /bytes and should have/);
      writeFileSync(file, Buffer.concat([readFileSync(data), Buffer.from('x')]));
      assert.match(await fault(), /bytes and should have/);
      rmSync(file);
      assert.match(await fault(), /no such file/);
      rmSync(copy, { recursive: true });
    });

    /** A manifest that was written so, and signed. */
    async function withManifest(change: Partial<Manifest>, fn: () => Promise<void>): Promise<void> {
      const bytes = readFileSync(manifestOf(data));
      await stage.lie(data, { ...manifest, ...change });
      try {
        await fn();
      } finally {
        writeFileSync(manifestOf(data), bytes);
      }
    }

    const lies: [what: string, change: () => Partial<Manifest>, words: RegExp][] = [
      [
        'other rows',
        () => ({ rows: { ...manifest.rows, profiles: 19 } }),
        /does not hold the rows|more rows of profiles/,
      ],
      ['another content', () => ({ content: { ...manifest.content, sha256: 'cd'.repeat(32) } }), /checksum/],
      ['a migration of a newer Lethe', () => ({ lastMigration: { at: 9_999_999_999_999, hash: 'x' } }), /newer Lethe/],
      ['another keyring', () => ({ keys: { north: 'ab'.repeat(16) } }), /keyring does not belong/],
      ['a tenant this keyring does not know', () => ({ keys: { ...manifest.keys, x: 'ab'.repeat(16) } }), /not belong/],
      ['another kind', () => ({ kind: 'keyring' }), /backup of a keyring/],
      ['the other engine', () => ({ engine: engine === 'sqlite' ? 'postgres' : 'sqlite' }), /other engine/],
      ['another file', () => ({ file: 'lethe-x' }), /of another backup/],
    ];
    for (const [what, change, words] of lies)
      it(`is refused when its manifest speaks of ${what}`, () =>
        withManifest(change(), () => refused(stage.restore(data), words)));

    it('is refused when its manifest has a format of a newer Lethe', () => {
      const text = readFileSync(manifestOf(data), 'utf8').replace('"format": 2', '"format": 3');
      assert.throws(() => parseManifest(text), /newer Lethe/);
      for (const odd of ['', '[]', 'null', '7', '{}', '{"format":2}'])
        assert.throws(() => parseManifest(odd), BackupError);
    });

    it('is refused under another master key, which opens nothing of it', async () => {
      const masterKey = parseMasterKey(newMasterKey());
      await refused(stage.restore(data, { masterKey }), /master key is not the one/);
      if (engine === 'sqlite') await refused(whole({ masterKey }), /master key is not the one/);
    });

    it('is refused over data that is there, unless that may go', async () => {
      const target = await stage.reopen();
      await fill({ ...stage, store: target }, 3);
      const before = await everything(target);
      await target.close();
      await assert.rejects(restoreBackup(stage.restore(data)), /data already.*nothing of it is kept/s);
      const still = await stage.reopen();
      assert.deepEqual(await everything(still), before);
      // And while somebody has it open.
      await assert.rejects(restoreBackup(stage.restore(data, { replace: true })), /in use.*Stop the service/s);
      assert.deepEqual(await everything(still), before);
      await still.close();
      await restoreBackup(stage.restore(data, { replace: true }));
      const restored = await stage.reopen();
      assert.deepEqual(await everything(restored), await everything(stage.store));
      await restored.close();
      if (engine === 'sqlite')
        assert.deepEqual(
          bytesBelow(stage.folder)
            .map(([name]) => name)
            .filter((name) => name.includes('unfinished') || name.includes('restored.db-') || name.includes('lock')),
          [],
        );
    });
  });
