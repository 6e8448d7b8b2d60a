import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import mysql from 'mysql2/promise';

/**
 * A real MariaDB for the tests: `TEST_MARIADB_URL` if set (its user must be able to create databases and users), else
 * Debian's `mariadbd` where it is on the PATH, started once per test process in a temporary folder. Undefined, and said
 * loudly, where there is neither.
 */
let server: Promise<{ url: string; stop: () => Promise<void> }> | undefined;
let databases = 0;

const onPath = (command: string) => spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0;
let present: boolean | undefined;

function hasMariadb(): boolean {
  present ??= Boolean(process.env['TEST_MARIADB_URL']) || (onPath('mariadbd') && onPath('mariadb-install-db'));
  return present;
}

/** Where there is no server, a suite says so instead of passing silently. */
export function onMariadb(title: string, suite: () => void): void {
  if (hasMariadb()) {
    describe(`${title} (mariadb)`, suite);
    return;
  }
  process.stderr.write(`\n  NOT TESTED on MariaDB: ${title}. Put mariadbd on the PATH, or set TEST_MARIADB_URL.\n\n`);
  describe.skip(`${title} (mariadb: no server)`, suite);
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((ready) => probe.listen(0, '127.0.0.1', ready));
  const { port } = probe.address() as { port: number };
  await new Promise((closed) => probe.close(closed));
  return port;
}

async function start() {
  const given = process.env['TEST_MARIADB_URL'];
  if (given) return { url: given, stop: async () => undefined };
  const folder = mkdtempSync(join(tmpdir(), 'lethe-mariadb-'));
  const data = join(folder, 'data');
  const user = userInfo().username;
  const made = spawnSync(
    'mariadb-install-db',
    [
      '--no-defaults',
      `--datadir=${data}`,
      '--auth-root-authentication-method=normal',
      '--skip-test-db',
      `--user=${user}`,
    ],
    { encoding: 'utf8' },
  );
  if (made.status !== 0) throw new Error(`mariadb-install-db: ${made.stderr}`);
  const port = await freePort();
  const child = spawn(
    'mariadbd',
    [
      '--no-defaults',
      `--datadir=${data}`,
      `--port=${port}`,
      '--bind-address=127.0.0.1',
      `--socket=${join(folder, 'socket')}`,
      `--pid-file=${join(folder, 'pid')}`,
      `--user=${user}`,
      '--innodb-flush-log-at-trx-commit=0',
      '--skip-log-bin',
      '--skip-name-resolve',
    ],
    { stdio: 'ignore' },
  );
  const url = `mysql://root@127.0.0.1:${port}/mysql`;
  await answering(url, child);
  const stop = async () => {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', () => child.kill('SIGKILL'));
  child.unref();
  return { url, stop };
}

async function answering(url: string, child: ChildProcess): Promise<void> {
  for (let left = 300; ; left -= 1) {
    try {
      const connection = await mysql.createConnection(url);
      await connection.end();
      return;
    } catch (error) {
      if (left === 0 || child.exitCode !== null) throw error;
      await new Promise((next) => setTimeout(next, 100));
    }
  }
}

/** URL of a new, empty database, and statements as the platform itself would say them. */
export async function newMariadbDatabase(): Promise<{
  url: string;
  sql: (text: string) => Promise<Record<string, unknown>[]>;
  close: () => Promise<void>;
}> {
  server ??= start();
  const { url } = await server;
  databases += 1;
  const name = `lethe_${process.pid}_${databases}`;
  const root = await mysql.createConnection(url);
  await root.query(`CREATE DATABASE ${name} CHARACTER SET utf8mb4`);
  await root.end();
  const its = new URL(url);
  its.pathname = `/${name}`;
  const connection = await mysql.createConnection({
    uri: its.href,
    multipleStatements: true,
    dateStrings: true,
    timezone: 'Z',
  });
  await connection.query(`SET SESSION sql_mode = CONCAT(@@sql_mode, ',ANSI_QUOTES'), time_zone = '+00:00'`);
  return {
    url: its.href,
    sql: async (text) => {
      const [rows] = await connection.query(text);
      return rows as Record<string, unknown>[];
    },
    close: async () => {
      await connection.query(`DROP DATABASE ${name}`);
      await connection.end();
    },
  };
}

export async function stopMariadb(): Promise<void> {
  const running = server;
  server = undefined;
  if (running) await (await running).stop();
}
