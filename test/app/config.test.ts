import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { ConfigError, effectiveConfig, readConfig } from '../../src/app/config.ts';
import { runtimeFault } from '../../src/foundations/process/runtime.ts';
import { newMasterKey } from '../../src/foundations/vault/master-key.ts';

function faultsOf(environment: Record<string, string>): string[] {
  try {
    readConfig(environment);
    return [];
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.faults;
  }
}

describe('Configuration', () => {
  let folder: string;
  const file = (name: string, text: string) => {
    const path = join(folder, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'lethe-config-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  it('needs nothing: everything has a default', () => {
    const config = readConfig({});
    assert.equal(config.host, '127.0.0.1');
    assert.equal(config.port, 8080);
    assert.equal(config.rateLimit, 600);
    assert.equal(config.database, join(config.dataFolder, 'lethe.db'));
    assert.equal(config.keyring, join(config.dataFolder, 'keyring.db'));
    assert.ok(isAbsolute(config.policies));
    assert.deepEqual(config.trustedProxies, []);
  });

  const wrong: [setting: string, value: string][] = [
    ['PORT', '80a'],
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['DATABASE_URL', 'mysql://host/db'],
    ['DATABASE_URL', 'postgres'],
    ['LETHE_KEYRING_URL', '/some/file'],
    ['LETHE_MASTER_KEY', 'short'],
    ['LETHE_BOOTSTRAP_TOKEN', 'too-short'],
    ['LETHE_BOOTSTRAP_TOKEN', `${'x'.repeat(40)} y`],
    ['LETHE_TRUST_PROXY', 'true'],
    ['LETHE_TRUST_PROXY', '10.0.0.0/33'],
    ['LETHE_TRUST_PROXY', '0.0.0.0/0'],
    ['LETHE_TRUST_PROXY', '010.0.0.1'],
    ['LETHE_TRUST_PROXY', '10.1'],
    ['LETHE_TRUST_PROXY', '10.0.0.1, loadbalancer'],
    ['LETHE_RATE_LIMIT', 'many'],
    ['LETHE_LOCK_TIMEOUT', '0'],
    ['LETHE_STATEMENT_TIMEOUT', '5s'],
    ['LETHE_BATCH_TIMEOUT', '1e3'],
    ['LETHE_CONNECTION_TIMEOUT', '-1'],
    ['LETHE_LOG_LEVEL', 'loud'],
    ['LETHE_LOG_LEVEL_FILE', '/etc/hostname'],
    ['LETHE_TRUSTPROXY', '10.0.0.1'],
    ['LETHE_MASTER_KEY_FILE', '/does/not/exist'],
  ];
  for (const [setting, value] of wrong)
    it(`refuses ${setting}=${value}, naming the setting and not the value`, () => {
      const faults = faultsOf({ [setting]: value });
      assert.equal(faults.length, 1);
      assert.ok(faults[0]?.startsWith(`${setting}: `), faults[0]);
      if (/TOKEN|KEY/.test(setting)) assert.ok(!faults[0]?.includes(value) || value.startsWith('/'));
    });

  it('tells every fault at once', () => {
    const faults = faultsOf({ PORT: 'x', DATABASE_URL: 'x', LETHE_TRUST_PROXY: 'true', LETHE_MASTER_KEY: 'x' });
    assert.deepEqual(faults.map((fault) => fault.split(':')[0]).sort(), [
      'DATABASE_URL',
      'LETHE_MASTER_KEY',
      'LETHE_TRUST_PROXY',
      'PORT',
    ]);
  });

  it('reads secrets from files, without the line end', () => {
    const key = newMasterKey();
    const config = readConfig({
      LETHE_MASTER_KEY_FILE: file('master', `${key}\n`),
      LETHE_BOOTSTRAP_TOKEN_FILE: file('token', `${'t'.repeat(40)}\n`),
      DATABASE_URL_FILE: file('url', 'postgres://u:p@h/d?sslmode=verify-full\n'),
    });
    assert.equal(config.masterKey, key);
    assert.equal(config.bootstrapToken, 't'.repeat(40));
    assert.equal(config.database, 'postgres://u:p@h/d?sslmode=verify-full');
  });

  it('speaks OpenDSR only with an RSA key and its own certificate', () => {
    const own = (name: string) => join(import.meta.dirname, '../rights/opendsr', name);
    const key = file('processor.key', readFileSync(own('test-only-processor.key.pem'), 'utf8'));
    const certificate = own('test-only-processor.pem');
    const given = { LETHE_OPENDSR_KEY_FILE: key, LETHE_OPENDSR_CERTIFICATE: certificate };
    const { opendsr } = readConfig(given);
    assert.equal(opendsr?.domain, 'localhost');
    assert.doesNotMatch(JSON.stringify(effectiveConfig(readConfig(given))), /PRIVATE KEY/);
    assert.match(String(faultsOf({ LETHE_OPENDSR_KEY_FILE: key })), /together with/);
    assert.match(String(faultsOf({ ...given, LETHE_OPENDSR_CERTIFICATE: own('test-only-ca.pem') })), /of another key/);
    assert.match(String(faultsOf({ ...given, LETHE_OPENDSR_CERTIFICATE: key })), /cannot be read/);
  });

  it('refuses a secret given twice, and an empty file', () => {
    assert.match(
      faultsOf({ LETHE_MASTER_KEY: newMasterKey(), LETHE_MASTER_KEY_FILE: file('m', newMasterKey()) })[0] ?? '',
      /not both/,
    );
    assert.match(faultsOf({ LETHE_BOOTSTRAP_TOKEN_FILE: file('empty', '\n') })[0] ?? '', /is empty/);
  });

  it('takes times to wait in seconds', () => {
    assert.deepEqual(readConfig({}).timeouts, { statement: 5_000, batch: 60_000, lock: 2_000, connection: 2_000 });
    const { timeouts } = readConfig({ LETHE_STATEMENT_TIMEOUT: '10', LETHE_LOCK_TIMEOUT: '0.5' });
    assert.deepEqual(timeouts, { statement: 10_000, batch: 60_000, lock: 500, connection: 2_000 });
  });

  it('takes addresses and networks of proxies', () => {
    const config = readConfig({ LETHE_TRUST_PROXY: '10.0.0.0/8, ::1 ,2001:db8::/32' });
    assert.deepEqual(config.trustedProxies, ['10.0.0.0/8', '::1', '2001:db8::/32']);
  });

  it('prints what is in effect with every secret masked', () => {
    const secrets = {
      LETHE_MASTER_KEY: newMasterKey(),
      LETHE_BOOTSTRAP_TOKEN: 'b'.repeat(40),
      DATABASE_URL: 'postgres://lethe:s3cr3t@with-at@db.example:5432/lethe?sslpassword=hush',
      LETHE_KEYRING_URL: 'postgresql://lone-t0ken@db.example/keyring?sslmode=require&options=p%3Dshh',
      LETHE_SMTP_URL: 'smtp://SG.api-k3y@mail.example?pass=0pen-me',
      LETHE_ALLOW_PLAIN_DATABASE: 'true',
    };
    const printed = JSON.stringify(effectiveConfig(readConfig(secrets)));
    for (const hidden of [
      secrets.LETHE_MASTER_KEY,
      secrets.LETHE_BOOTSTRAP_TOKEN,
      's3cr3t',
      'with-at',
      'hush',
      't0ken',
      'shh',
      'k3y',
      '0pen-me',
    ])
      assert.ok(!printed.includes(hidden), hidden);
    assert.ok(printed.includes('postgres://lethe:***@db.example:5432/lethe'));
    assert.ok(printed.includes('postgresql://***@db.example/keyring?sslmode=require&options=***'));
    assert.ok(printed.includes('smtp://***@mail.example?pass=***'));
  });

  it('names the remedy where Node is too old', () => {
    assert.match(runtimeFault('22.14.0') ?? '', /^Lethe needs Node 24 or newer and this is 22\.14\.0: .*npm start/);
    assert.match(runtimeFault('20.20.2') ?? '', /Node 24/);
    assert.equal(runtimeFault('24.0.0'), undefined);
    assert.equal(runtimeFault('26.12.1'), undefined);
  });
});
