import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { manifestOf } from '../../../src/foundations/backup/folder.ts';
import { BackupError } from '../../../src/foundations/backup/manifest.ts';
import { restoreBackup } from '../../../src/foundations/backup/restore.ts';
import { backupsAt, verifyBackup } from '../../../src/foundations/backup/verify.ts';
import { openStore } from '../../../src/foundations/store/open.ts';
import { subjectScope } from '../../../src/foundations/vault/vault.ts';
import { ENGINES } from '../../support/engines.ts';
import { dropPostgresDatabase, newPostgresDatabase } from '../../support/postgres.ts';
import { everything, fill, openStage, type Stage } from './stage.ts';

const PSQL = process.env['PSQL'] ?? 'psql';

for (const engine of ENGINES)
  describe(`A backup (${engine})`, function () {
    this.timeout(180_000);
    let stage: Stage;
    beforeEach(async () => {
      stage = await openStage(engine);
      await fill(stage);
    });
    afterEach(() => stage.close());

    it('brings back every row of every table, as it was', async () => {
      const before = await everything(stage.store);
      const { data, keyring } = await stage.backUp();
      assert.ok(data);
      await fill(stage);
      await restoreBackup(stage.restore(data.file));
      const restored = await stage.reopen();
      assert.deepEqual(await everything(restored), before);
      await assert.rejects(
        restored.write((tx) => tx.run(sql.raw('DELETE FROM certificates'))),
        { fault: 'evidence' },
      );
      await restored.close();
      assert.equal((await verifyBackup(keyring.file, await stage.opening('keyring'))).kind, 'keyring');
    });

    it('tells in its manifest what it is: when, by which Lethe, under which policies, how much of what', async () => {
      const { data, keyring } = await stage.backUp();
      assert.ok(data);
      const manifest = await verifyBackup(data.file, await stage.opening('data'));
      assert.deepEqual(manifest, data.manifest);
      assert.deepEqual(
        [manifest.engine, manifest.kind, manifest.created, manifest.lethe, manifest.policyHash],
        [engine, 'data', '2026-03-01T12:00:00.000Z', '0.0.0-test', 'ab'.repeat(32)],
      );
      assert.equal(manifest.rows['profiles'], 20);
      assert.deepEqual(manifest.logs, { north: { generation: 1, size: 7 } });
      assert.match(manifest.lastMigration?.hash ?? '', /^[0-9a-f]{64}$/);
      assert.equal(manifest.stored.bytes, statSync(data.file).size);
      assert.equal((await stage.content(data.file)).length, manifest.content.bytes);
      assert.equal(keyring.manifest.masterCheck?.length, 64);
      if (process.platform !== 'win32')
        for (const file of [data.file, manifestOf(data.file), keyring.file, manifestOf(keyring.file)])
          assert.equal(statSync(file).mode & 0o777, 0o600);
    });

    it('is of one instant, though it is written to all the while', async () => {
      let writing = true;
      const pairs = (async () => {
        for (let n = 0; writing; n += 1) {
          await stage.store.write(async (tx) => {
            const row = { owner: 'test', fence: n, expiresAt: new Date(0) };
            for (const tenantId of ['a', 'b'])
              await tx
                .insert(tx.tables.leases)
                .values({ tenantId, name: 'pair', ...row })
                .onConflictDoUpdate({ target: [tx.tables.leases.tenantId, tx.tables.leases.name], set: { fence: n } });
          });
          await fill(stage, 2);
        }
      })();
      await fill(stage, 1);
      const { data } = await stage.backUp();
      writing = false;
      await pairs;
      await restoreBackup(stage.restore(data?.file as string));
      const restored = await stage.reopen();
      const { leases = [], profiles = [], auditEntries = [] } = await everything(restored);
      assert.equal(new Set(leases.map((row) => JSON.parse(row).fence)).size, 1);
      assert.ok(profiles.length > 20 && auditEntries.length > 1);
      await restored.close();
    });

    it('holds the master key nowhere, and no key of the keyring beside the data', async () => {
      await stage.backUp();
      const master = Buffer.from(stage.masterKey, 'base64');
      for (const folder of ['backups', 'keys'])
        for (const name of readdirSync(join(stage.folder, folder))) {
          const file = join(stage.folder, folder, name);
          const content = name.endsWith('.age') ? await stage.content(file) : readFileSync(file);
          for (const form of [master, Buffer.from(stage.masterKey), Buffer.from(master.toString('hex'))])
            assert.ok(!content.includes(form), name);
          if (folder === 'backups') assert.ok(!content.includes(subjectScope('')), name);
        }
    });

    it('tells how far it is, up to the whole', async () => {
      await fill(stage, 400);
      const told: Record<string, [done: number, total: number][]> = {};
      await stage.backUp({
        tell: (step, done, total) => {
          told[step] ??= [];
          told[step].push([done, total]);
        },
      });
      assert.ok(Object.keys(told).some((step) => step.startsWith('data')));
      for (const steps of Object.values(told)) {
        assert.deepEqual(
          steps,
          [...steps].sort(([one], [other]) => one - other),
        );
        for (const [done, total] of steps) assert.ok(done <= total && total > 0, `${done} of ${total}`);
      }
    });

    it('goes with the keyring only into different folders, and says why', async () => {
      const { folder } = stage;
      for (const [to, keyringTo] of [
        [join(folder, 'x'), join(folder, 'x')],
        [join(folder, 'x'), join(folder, 'x', 'y')],
        [join(folder, 'x', 'y'), join(folder, 'x')],
      ] as const)
        await assert.rejects(stage.backUp({ to, keyringTo }), (error: unknown) => {
          assert.ok(error instanceof BackupError);
          assert.match(error.message, /folder of its own.*erased could be opened again/);
          return true;
        });
      assert.deepEqual(readdirSync(join(folder, 'x')), ['y']);
    });

    it('is made by one at a time in a folder: a second is told to wait, and harms nothing', async () => {
      const both = await Promise.allSettled([stage.backUp(), stage.backUp()]);
      assert.deepEqual(both.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
      const refused = both.find((one) => one.status === 'rejected');
      assert.match(String(refused?.reason), /at work in .*Wait until it has ended/);
      assert.deepEqual(await stage.faults(backupsAt(join(stage.folder, 'backups'))), [undefined]);
    });

    it('leaves of the keyring only the newest, and a key that was shredded is in no byte of it', async () => {
      const subject = await stage.vault.subjectId('north', 'account', 'gone');
      await stage.vault.key('north', subjectScope(subject));
      const stored = stage.vault.pseudonyms.encode('keyring', subject);
      const first = await stage.backUp();
      assert.ok((await stage.content(first.keyring.file)).includes(stored));
      await stage.vault.shred('north', [subjectScope(subject)]);
      const second = await stage.backUp({ to: undefined, now: new Date('2026-03-01T13:00:00Z') });
      const names = readdirSync(join(stage.folder, 'keys'));
      assert.deepEqual(names.sort(), [second.keyring.manifest.file, manifestOf(second.keyring.manifest.file)].sort());
      assert.ok(!(await stage.content(second.keyring.file)).includes(stored));
    });

    it('keeps as many and as old ones as it is told, and never removes the newest', async () => {
      const on = async (day: string, more = {}) => {
        const { data, removed, kept } = await stage.backUp({ now: new Date(`2026-${day}T12:00:00Z`), ...more });
        return { file: data?.file, removed: removed.length, kept: kept.length };
      };
      await on('01-01');
      await on('01-20');
      assert.deepEqual({ ...(await on('02-10', { keep: 2 })), file: '' }, { file: '', removed: 1, kept: 2 });
      assert.deepEqual({ ...(await on('02-20', { olderThan: 'P30D' })), file: '' }, { file: '', removed: 1, kept: 2 });
      assert.deepEqual({ ...(await on('02-20', { keep: 1 })), file: '' }, { file: '', removed: 2, kept: 1 });
      writeFileSync(join(stage.folder, 'backups', 'notes.txt'), 'of somebody');
      assert.deepEqual({ ...(await on('12-20', { olderThan: 'P1D' })), file: '' }, { file: '', removed: 1, kept: 1 });
      assert.equal(readdirSync(join(stage.folder, 'backups')).length, 3);
    });

    it('without its manifest is unfinished: named by the check, removed by the next backup', async () => {
      const { data } = await stage.backUp();
      const folder = join(stage.folder, 'backups');
      const orphan = join(folder, `lethe-20260101T000000000Z.${engine === 'sqlite' ? 'sqlite' : 'sql'}.gz.age`);
      writeFileSync(orphan, readFileSync(data?.file as string));
      writeFileSync(join(folder, '.lethe-unfinished-1-copy'), 'left by a killed one');
      assert.deepEqual(
        (await stage.faults(backupsAt(folder))).map((fault) => fault?.slice(0, 29)),
        ['It has no manifest beside it:', undefined],
      );
      const next = await stage.backUp({ now: new Date('2026-03-02T12:00:00Z') });
      assert.equal(next.kept.length, 2);
      assert.deepEqual(
        readdirSync(folder).sort(),
        next.kept.flatMap((name) => [name, manifestOf(name)]),
      );
    });

    it('brings back a lost keyring, with the ledger of erasures and the published checkpoints', async () => {
      const apart = stage.vault.keptApart;
      const entry = { tenantId: 'north', erasureId: 'e1', subjects: ['s'], recordedAt: new Date(0), decisions: [] };
      await apart.recordErasure(entry);
      await apart.publish({ tenantId: 'north', generation: 1, size: 9, root: 'r' });
      const { data, keyring } = await stage.backUp();
      const lost = engine === 'sqlite' ? join(stage.folder, 'other.db') : await newPostgresDatabase({ empty: true });
      const request = stage.restore(data?.file as string, { keyring: lost });
      await assert.rejects(restoreBackup(request), /no keyring here.*--keyring/);
      await restoreBackup({ ...request, keyringFile: keyring.file });
      const { openVault } = await import('../../../src/foundations/vault/vault.ts');
      const { openSqliteKeyring } = await import('../../../src/foundations/vault/keyring.sqlite.ts');
      const { openPostgresKeyring } = await import('../../../src/foundations/vault/keyring.postgres.ts');
      const vault = await openVault(
        engine === 'sqlite' ? openSqliteKeyring(lost) : await openPostgresKeyring(lost),
        request.masterKey,
      );
      assert.equal(
        await vault.subjectId('north', 'account', 'somebody'),
        await stage.vault.subjectId('north', 'account', 'somebody'),
      );
      assert.deepEqual(await vault.keptApart.published('north'), await apart.published('north'));
      await vault.keptApart.recordErasure({ ...entry, erasureId: 'e2' });
      assert.deepEqual(
        (await vault.keptApart.erasures(0, 9)).map(({ seq, erasureId }) => [seq, erasureId]),
        [
          [1, 'e1'],
          [2, 'e2'],
        ],
      );
      await vault.close();
      // Now the present one is newer than the backup: it stays.
      await assert.rejects(restoreBackup({ ...request, replace: true, keyringFile: keyring.file }), /newer.*it stays/s);
      if (engine === 'postgres') await dropPostgresDatabase(lost);
    });

    if (engine === 'postgres')
      it('is plain SQL that psql restores into an empty database, which then works', async function () {
        if (spawnSync(PSQL, ['--version']).status !== 0) this.skip();
        const before = await everything(stage.store);
        const { data } = await stage.backUp();
        const file = join(stage.folder, 'plain.sql');
        writeFileSync(file, await stage.content(data?.file as string));
        const url = await newPostgresDatabase({ empty: true });
        const { status, stderr } = spawnSync(PSQL, ['-q', '-v', 'ON_ERROR_STOP=1', '-d', url, '-f', file], {
          encoding: 'utf8',
        });
        assert.equal(status, 0, stderr);
        const restored = await openStore(url, undefined, undefined, stage.vault.pseudonyms);
        assert.deepEqual(await everything(restored), before);
        await assert.rejects(
          restored.write((tx) => tx.run(sql.raw('DELETE FROM certificates'))),
          { fault: 'evidence' },
        );
        await fill({ ...stage, store: restored }, 1);
        await restored.close();
        await dropPostgresDatabase(url);
      });
  });
