import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../../src/foundations/process/package-root.ts';
import { newMasterKey } from '../../../src/foundations/vault/master-key.ts';
import { ENGINES } from '../../support/engines.ts';
import { dropPostgresDatabase, newPostgresDatabase } from '../../support/postgres.ts';
import { built } from '../../support/service-process.ts';

interface Run {
  child: ChildProcess;
  said: () => string;
  logged: () => string;
  /** The address, as soon as the service says that it is ready. */
  ready: Promise<string>;
  ended: Promise<number | null>;
}

function start(environment: Record<string, string>, uid?: number): Run {
  const { PATH, HOME } = process.env;
  const child = spawn(process.execPath, [built('src/main.ts')], {
    cwd: packageRoot,
    env: { PATH, HOME, PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  let said = '';
  let logged = '';
  const ended = new Promise<number | null>((resolve) => child.on('exit', resolve));
  const ready = new Promise<string>((resolve, reject) => {
    child.stderr?.on('data', (piece) => {
      said += piece;
      const address = /API +(http:\/\/\S+)/.exec(said)?.[1];
      if (address) resolve(address);
    });
    child.stdout?.on('data', (piece) => {
      logged += piece;
    });
    void ended.then((code) => reject(new Error(`ended with ${code}: ${said}`)));
  });
  ready.catch(() => undefined);
  return { child, said: () => said, logged: () => logged, ready, ended };
}

async function stop(run: Run): Promise<number | null> {
  run.child.kill('SIGTERM');
  return run.ended;
}

describe('npm start', function () {
  this.timeout(180_000);
  let folder: string;
  const running = new Set<Run>();
  const begin = (environment: Record<string, string> = {}, uid?: number) => {
    const run = start({ LETHE_DATA: folder, ...environment }, uid);
    running.add(run);
    void run.ended.then(() => running.delete(run));
    return run;
  };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lethe-start-'));
  });
  afterEach(async () => {
    for (const run of running) {
      run.child.kill('SIGKILL');
      await run.ended;
    }
    rmSync(folder, { recursive: true });
  });

  for (const engine of ENGINES)
    it(`sets everything up at once, says what matters once, and stops cleanly (${engine})`, async () => {
      const database = engine === 'postgres' ? await newPostgresDatabase({ empty: true }) : undefined;
      const settings: Record<string, string> = database ? { DATABASE_URL: database } : {};
      const first = begin(settings);
      const address = await first.ready;
      // Nothing here is a terminal: what is said would stay in a log.
      assert.doesNotMatch(first.said() + first.logged(), /lethe_admin_/);
      const file = join(folder, 'first-administrator.token');
      assert.ok(first.said().includes(file));
      assert.equal(statSync(file).mode & 0o777, 0o600);
      const token = readFileSync(file, 'utf8').trim();
      assert.match(token, /^lethe_admin_[\w-]{43}$/);
      assert.match(first.said(), /Mail goes nowhere: .*LETHE_SMTP_URL/);
      // Whatever the shell that started it has as its umask.
      for (const name of readdirSync(folder)) assert.equal(statSync(join(folder, name)).mode & 0o077, 0, name);
      assert.match(first.said(), /A master key was made: .*master\.key/);
      assert.equal(statSync(join(folder, 'master.key')).mode & 0o777, 0o600);
      assert.match(first.said(), /Try next/);

      const answer = await fetch(`${address}/v1/tenants`, { headers: { Authorization: `Bearer ${token}` } });
      assert.deepEqual(
        ((await answer.json()) as { items: { id: string }[] }).items.map(({ id }) => id),
        ['main'],
      );
      assert.ok(!existsSync(file), 'it was used');
      assert.deepEqual(await (await fetch(`${address}/readyz`)).json(), { status: 'ready' });
      const asked = await fetch(`${address}/readyz`, { headers: { Authorization: `Bearer ${token}` } });
      const state = (await asked.json()) as { status: string; parts: object };
      assert.equal(state.status, 'ready');
      assert.deepEqual(Object.keys(state.parts), [
        'policies',
        'database',
        'keyring',
        'log',
        'data',
        'jobs',
        'mail',
        'tokens',
        'institutions',
        'signIns',
      ]);
      assert.equal(await stop(first), 0);
      assert.ok(!first.logged().includes(token));
      assert.ok(first.logged().includes(file));
      const key = readFileSync(join(folder, 'master.key'), 'utf8').trim();
      assert.ok(!(first.logged() + first.said()).includes(key));
      for (const line of first.logged().trim().split('\n')) JSON.parse(line);

      const second = begin(settings);
      const again = await fetch(`${await second.ready}/v1/tenants`, { headers: { Authorization: `Bearer ${token}` } });
      assert.equal(again.status, 200);
      assert.doesNotMatch(second.said(), /lethe_admin_|master key was made|Try next/);
      assert.equal(await stop(second), 0);
      if (database) await dropPostgresDatabase(database);
    });

  const refusals: [what: string, environment: () => Record<string, string>, exitCode: number, said: RegExp][] = [
    [
      'several faulty settings',
      () => ({ PORT: 'x', LETHE_TRUST_PROXY: 'true' }),
      78,
      /2 faults[\s\S]*PORT[\s\S]*TRUST_PROXY/,
    ],
    [
      'a policy folder that is not there',
      () => ({ LETHE_POLICIES: join(folder, 'none') }),
      78,
      /mistakes?[\s\S]*\.yaml/,
    ],
    [
      'a master key that others can read',
      () => {
        writeFileSync(join(folder, 'master.key'), newMasterKey(), { mode: 0o644 });
        return {};
      },
      78,
      /0600/,
    ],
    [
      'a data folder that others can enter',
      () => {
        chmodSync(folder, 0o750);
        return {};
      },
      78,
      /data folder .* can be entered by others: set its mode to 0700.*LETHE_DATA/,
    ],
    [
      'a secret in a file that others can read',
      () => {
        const file = join(folder, 'token');
        writeFileSync(file, 'x'.repeat(40));
        chmodSync(file, 0o640);
        return { LETHE_BOOTSTRAP_TOKEN_FILE: file };
      },
      78,
      /LETHE_BOOTSTRAP_TOKEN_FILE: the file can be read by others; set its mode to 0600/,
    ],
    [
      'a database on another machine in the clear',
      () => ({ DATABASE_URL: 'postgres://u:hidden@db.example/d' }),
      78,
      /DATABASE_URL: .*sslmode=verify-full.*LETHE_ALLOW_PLAIN_DATABASE=true/,
    ],
    [
      'a mail server on another machine that it need not be sure of',
      () => ({ LETHE_SMTP_URL: 'smtp://u:hidden@mail.example?tls.rejectUnauthorized=false' }),
      78,
      /LETHE_SMTP_URL: .*LETHE_ALLOW_PLAIN_MAIL=true/,
    ],
    ['a database that is not there', () => ({ DATABASE_URL: 'postgres://u:hidden@127.0.0.1:1/d' }), 1, /DATABASE_URL/],
    ['a folder that can be made nowhere', () => ({ LETHE_DATA: '/proc/lethe' }), 78, /LETHE_DATA/],
    [
      'a keyring that is not there',
      () => ({ LETHE_KEYRING_URL: 'postgres://u:hidden@127.0.0.1:1/k' }),
      1,
      /keyring does not answer[\s\S]*LETHE_KEYRING_URL/,
    ],
    ['an address this machine does not have', () => ({ HOST: '192.0.2.1' }), 1, /HOST/],
  ];
  for (const [what, environment, exitCode, said] of refusals)
    it(`refuses ${what} with exit code ${exitCode} and a remedy`, async () => {
      const run = begin(environment());
      assert.equal(await run.ended, exitCode, run.said());
      assert.match(run.said(), said);
      assert.doesNotMatch(run.said(), /hidden|^\s+at /m);
    });

  it('refuses a folder in which this user may not write, new or in use', async () => {
    // The superuser may write everywhere.
    const nobody = process.getuid?.() === 0 ? 65_534 : undefined;
    const refused = async () => {
      chmodSync(folder, 0o500);
      if (nobody !== undefined)
        for (const name of ['', ...readdirSync(folder)]) chownSync(join(folder, name), nobody, nobody);
      const run = begin({ LETHE_MASTER_KEY: key }, nobody);
      assert.equal(await run.ended, 78, run.said());
      assert.match(run.said(), /(keyring|database) .*(cannot be (opened|written|used)).*LETHE_DATA/);
      assert.doesNotMatch(run.said(), /^\s+at /m);
    };
    const key = newMasterKey();
    await refused();
    chmodSync(folder, 0o700);
    const run = begin({ LETHE_MASTER_KEY: key });
    await run.ready;
    assert.equal(await stop(run), 0);
    for (const file of readdirSync(folder)) if (file.endsWith('.db')) chmodSync(join(folder, file), 0o444);
    await refused();
    chmodSync(folder, 0o700);
  });

  it('refuses another master key than the data was made with, and touches nothing', async () => {
    const run = begin();
    await run.ready;
    await stop(run);
    const other = begin({ LETHE_MASTER_KEY: newMasterKey() });
    assert.equal(await other.ended, 78);
    assert.match(other.said(), /not the one/);
    const right = begin();
    await right.ready;
    assert.equal(await stop(right), 0);
  });

  it('says who is in the way when the port is taken', async () => {
    const blocker = createServer();
    await new Promise<void>((listening) => blocker.listen(0, '127.0.0.1', listening));
    const run = begin({ PORT: String((blocker.address() as AddressInfo).port) });
    assert.equal(await run.ended, 1);
    assert.match(run.said(), /Another process listens/);
    blocker.close();
  });
});
