import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../../src/foundations/process/package-root.ts';
import { createSigner } from '../../../src/foundations/signing/signer.ts';
import { openStore } from '../../../src/foundations/store/open.ts';
import { openSqliteKeyring } from '../../../src/foundations/vault/keyring.sqlite.ts';
import { MasterKeyError, parseMasterKey } from '../../../src/foundations/vault/master-key.ts';
import { openVault } from '../../../src/foundations/vault/vault.ts';
import { liveThrough } from '../../rights/erasure/person.ts';
import { openApp } from '../../support/app.ts';
import { openGround } from '../../support/engines.ts';
import { openedBy, sealedValues } from '../../support/sealed-values.ts';
import { built } from '../../support/service-process.ts';

/** The commands of the runbook, in its order. */
const COMMANDS = [
  ...readFileSync(join(packageRoot, 'docs/runbooks/leaked-keys.md'), 'utf8').matchAll(/^```sh\n([\s\S]*?)^```/gm),
]
  .flatMap(([, block = '']) => block.trim().split('\n'))
  .map((line) => line.split(' ').slice(1));

describe('When master key and keyring have leaked', function () {
  this.timeout(240_000);
  let folder: string;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'lethe-leaked-'));
    const ground = await openGround('sqlite');
    writeFileSync(join(ground.folder, 'master.key'), `${ground.masterKey}\n`, { mode: 0o600 });
    const app = await openApp(ground);
    await liveThrough(app, 'ada');
    // The key set is asked for: there is a signing key that can be stolen.
    await app.as('nobody').get('/.well-known/jwks.json').expect(200);
    await app.close();
    await ground.store.close();
    await ground.vault.close();
    cpSync(ground.folder, join(folder, 'data'), { recursive: true });
    chmodSync(join(folder, 'data'), 0o700);
    cpSync(ground.folder, join(folder, 'stolen'), { recursive: true });
    await ground.close();
    for (const name of ['BACKUPS', 'KEYRING-BACKUPS']) mkdirSync(join(folder, name), { mode: 0o700 });
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('the runbook, command by command, leaves whoever has them nothing of the new database to open', async () => {
    assert.ok(COMMANDS.length >= 7, String(COMMANDS.length));
    for (const words of COMMANDS) {
      const given = words.map((word) =>
        word.replace(/^(BACKUPS|KEYRING-BACKUPS)$/, join(folder, '$1')).replace(/^PARTY$/, 'doi-registry'),
      );
      const { status, stdout, stderr } = spawnSync(process.execPath, [built('src/cli.ts'), ...given], {
        cwd: packageRoot,
        encoding: 'utf8',
        env: { PATH: process.env['PATH'], HOME: folder, LETHE_DATA: join(folder, 'data') },
      });
      assert.equal(status, 0, `lethe ${given.join(' ')}: ${stdout}${stderr}`);
    }

    const stolenKey = parseMasterKey(readFileSync(join(folder, 'stolen', 'master.key'), 'utf8'));
    const stolen = await openVault(openSqliteKeyring(join(folder, 'stolen', 'keyring.db')), stolenKey);
    const key = parseMasterKey(readFileSync(join(folder, 'data', 'master.key'), 'utf8'));
    const ours = await openVault(openSqliteKeyring(join(folder, 'data', 'keyring.db')), key);
    const store = await openStore(join(folder, 'data', 'lethe.db'), undefined, undefined, ours.pseudonyms);
    const old = await openStore(join(folder, 'stolen', 'lethe.db'), undefined, undefined, stolen.pseudonyms);
    try {
      const values = await sealedValues(store);
      assert.ok(values.length >= 20, String(values.length));
      for (const value of values) {
        assert.ok(await openedBy(ours, value), `${value.at} opens here`);
        assert.equal(await openedBy(stolen, value), undefined, `${value.at} does not open there`);
      }
      for (const value of await sealedValues(old))
        assert.ok(await openedBy(stolen, value), 'what was copied before does');
      // Nor do the stolen keys sign in our name: the newest key is not theirs.
      const [newest, before] = (await createSigner(ours).keySet()).keys;
      const theirs = (await createSigner(stolen).keySet()).keys;
      assert.deepEqual([theirs.length, theirs[0]?.kid], [1, before?.kid]);
      assert.notEqual(newest?.kid, before?.kid);
      const raw = async (vault: typeof ours) => (await vault.signingKey('main', 'log/2')).export({ format: 'jwk' }).x;
      assert.notEqual(await raw(ours), await raw(stolen), 'the key of the log that goes on is another');
    } finally {
      await store.close();
      await old.close();
      await ours.close();
      await stolen.close();
    }
    const keyring = openSqliteKeyring(join(folder, 'data', 'keyring.db'));
    await assert.rejects(openVault(keyring, stolenKey), MasterKeyError);
    await keyring.close();
  });
});
