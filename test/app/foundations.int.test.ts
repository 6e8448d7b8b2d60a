import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Config, readConfig } from '../../src/app/config.ts';
import { masterKeyFile, nextMasterKeyFile, openFoundations } from '../../src/app/foundations.ts';
import { startupFailure } from '../../src/app/startup-failure.ts';
import { welcome } from '../../src/app/welcome.ts';
import { newMasterKey, parseMasterKey, writeMasterKeyFile } from '../../src/foundations/vault/master-key.ts';

const place = { tenant: 'north', table: 'profiles', column: 'name_sealed', row: '1' };

describe('The foundations', () => {
  let folder: string;
  let config: Config;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lethe-foundations-'));
    config = readConfig({ LETHE_DATA: folder });
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('complete a change of the master key that was cut off after the keys were wrapped', async () => {
    const first = await openFoundations(config);
    const sealed = (await first.vault.key('north', 'scope')).seal(place, 'Ada');
    const next = newMasterKey();
    writeMasterKeyFile(nextMasterKeyFile(config), next);
    await first.vault.rotateMasterKey(parseMasterKey(next));
    await first.close();

    const second = await openFoundations(config);
    assert.equal((await second.vault.existingKey('north', 'scope'))?.open(place, sealed), 'Ada');
    await second.close();
    assert.equal(readFileSync(masterKeyFile(config), 'utf8').trim(), next);
    assert.ok(!existsSync(nextMasterKeyFile(config)));
  });

  it('go on with the old master key when the change was cut off before the keys were wrapped', async () => {
    const first = await openFoundations(config);
    const sealed = (await first.vault.key('north', 'scope')).seal(place, 'Ada');
    await first.close();
    writeMasterKeyFile(nextMasterKeyFile(config), newMasterKey());

    const second = await openFoundations(config);
    assert.equal((await second.vault.existingKey('north', 'scope'))?.open(place, sealed), 'Ada');
    await second.close();
  });

  it('touch no database when a policy is wrong', async () => {
    await assert.rejects(openFoundations({ ...config, policies: folder }), { name: 'PolicyError' });
    assert.ok(!existsSync(config.database));
    assert.ok(!existsSync(masterKeyFile(config)));
  });

  /** What a person is told of a start that fails: one sentence or two, never a trace. */
  async function told(changed: Partial<Config>): Promise<{ text: string; exitCode: number }> {
    const error = await openFoundations({ ...config, ...changed }).then(
      (opened) => opened.close(),
      (fault: unknown) => fault,
    );
    assert.ok(error instanceof Error, 'it started');
    const { lines, exitCode } = startupFailure(error);
    assert.equal(lines.length, 1, lines.join('\n'));
    return { text: lines[0] as string, exitCode };
  }
  const inFolder = (dataFolder: string): Partial<Config> => ({
    dataFolder,
    database: join(dataFolder, 'lethe.db'),
    keyring: join(dataFolder, 'keyring.db'),
  });
  const done = (prepare: () => unknown): Partial<Config> => {
    prepare();
    return {};
  };
  async function installed(spoilt: () => void): Promise<Partial<Config>> {
    await (await openFoundations(config)).close();
    return done(spoilt);
  }
  /** A header that is right, and nothing behind it that is. */
  function spoil(file: string): void {
    const bytes = readFileSync(file);
    bytes.fill(0xff, 100);
    writeFileSync(file, bytes);
  }

  for (const [what, prepare, exitCode, said] of [
    [
      'a folder below a file',
      () => inFolder(join(config.policies, 'installation.yaml', 'data')),
      78,
      /data folder .*installation.yaml.*ENOTDIR.*LETHE_DATA/,
    ],
    [
      'a file for a folder',
      () => inFolder(join(config.policies, 'installation.yaml')),
      78,
      /data folder .*ENOTDIR.*LETHE_DATA/,
    ],
    [
      'a folder that can be made nowhere',
      () => inFolder('/proc/lethe/data'),
      78,
      /data folder \/proc\/lethe\/data .*no folder can be made there.*LETHE_DATA/,
    ],
    [
      'a database that is damaged',
      () => installed(() => spoil(config.database)),
      78,
      /database .*lethe\.db is damaged.*lethe restore/,
    ],
    [
      'a database that is none',
      () => installed(() => writeFileSync(config.database, 'x'.repeat(9000))),
      78,
      /database .*lethe\.db is no database/,
    ],
    [
      'a database that was cut off',
      () => installed(() => truncateSync(config.database, 5000)),
      78,
      /lethe\.db is damaged/,
    ],
    [
      'a folder for a database',
      () => done(() => mkdirSync(config.database)),
      78,
      /database .*lethe\.db cannot be opened/,
    ],
    [
      'a database in no folder',
      () => ({ database: `sqlite:${join(folder, 'none', 'lethe.db')}` }),
      78,
      /its folder does not exist.*DATABASE_URL/,
    ],
    ['a keyring that is damaged', () => installed(() => spoil(config.keyring)), 78, /keyring .*keyring\.db is damaged/],
    [
      'a keyring that is none',
      () => done(() => writeFileSync(config.keyring, 'x'.repeat(9000))),
      78,
      /keyring .*keyring\.db is no database/,
    ],
    ['a folder for a keyring', () => done(() => mkdirSync(config.keyring)), 78, /keyring .*cannot be opened/],
    [
      'a folder for a master key',
      () => done(() => mkdirSync(masterKeyFile(config), 0o700)),
      78,
      /master key .*master\.key cannot be used: it is a folder/,
    ],
    [
      'a keyring that refuses connections',
      () => ({ keyring: 'postgres://u:hidden@127.0.0.1:1/k' }),
      1,
      /keyring does not answer.*ECONNREFUSED.*LETHE_KEYRING_URL/,
    ],
    [
      'a database that refuses connections',
      () => ({ database: 'postgres://u:hidden@127.0.0.1:1/d' }),
      1,
      /database does not answer.*DATABASE_URL/,
    ],
  ] as [string, () => Partial<Config> | Promise<Partial<Config>>, number, RegExp][])
    it(`say in a sentence what to do about ${what}`, async () => {
      const outcome = await told(await prepare());
      assert.match(outcome.text, said);
      assert.doesNotMatch(outcome.text, /hidden/);
      assert.equal(outcome.exitCode, exitCode);
    });
});

describe('The welcome', () => {
  it('names the database, the keyring and the master key that are used', () => {
    const rows = (environment: Record<string, string>) =>
      welcome({
        address: 'http://127.0.0.1:1',
        config: readConfig({ LETHE_DATA: '/data', ...environment }),
        first: undefined,
      });
    const plain = rows({});
    assert.match(plain, /Data +\/data\/lethe\.db\n +Keyring +\/data\/keyring\.db\n +Master key +\/data\/master\.key\n/);
    const elsewhere = rows({
      DATABASE_URL: 'postgres://u:hidden@db.example/d',
      LETHE_KEYRING_URL: 'postgres://u:hidden@keys.example/k',
      LETHE_ALLOW_PLAIN_DATABASE: 'true',
      LETHE_MASTER_KEY: newMasterKey(),
    });
    assert.match(
      elsewhere,
      /Data +PostgreSQL \(DATABASE_URL\)\n +Keyring +PostgreSQL \(LETHE_KEYRING_URL\)\n +Master key +LETHE_MASTER_KEY\n/,
    );
    assert.doesNotMatch(elsewhere, /hidden|\/data/);
    assert.match(
      rows({ DATABASE_URL: 'sqlite:/srv/lethe.db' }),
      /Data +\/srv\/lethe\.db\n +Keyring +\/data\/keyring\.db/,
    );
  });
});
