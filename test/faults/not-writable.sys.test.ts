import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { dropPostgresDatabase, newPostgresDatabase } from '../support/postgres.ts';
import { adminCall, type RunningServer, readiness, startServer } from '../support/service-process.ts';

interface Ready {
  status: number;
  database: string | undefined;
  keyring: string | undefined;
}

async function readyz({ url }: RunningServer): Promise<Ready> {
  const { http, parts } = await readiness<Record<'database' | 'keyring', { fault?: string }>>(url);
  return { status: http, database: parts.database.fault, keyring: parts.keyring.fault };
}

/** Asks until the answer fits, as whatever stands before the service does. */
async function until(server: RunningServer, fits: (ready: Ready) => boolean): Promise<Ready> {
  for (let end = Date.now() + 30_000; ; ) {
    const ready = await readyz(server);
    if (fits(ready) || Date.now() > end) return ready;
    await new Promise((next) => setTimeout(next, 200));
  }
}

const write = ({ url }: RunningServer) =>
  adminCall(url, 'POST', '/v1/tokens', { role: 'platform', label: 'x'.repeat(100) });

describe('A service that cannot write any more', function () {
  this.timeout(180_000);

  it('says so when the disk of the data is full, and takes up its work when there is room (sqlite)', async function () {
    const disk = mkdtempSync(join(tmpdir(), 'lethe-full-'));
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=32m', 'tmpfs', disk]).status !== 0) {
      rmSync(disk, { recursive: true });
      console.warn('      skipped: this user may not mount a small disk to fill');
      this.skip();
    }
    let server: RunningServer | undefined;
    try {
      server = await startServer('src/main.ts', { LETHE_DATA: join(disk, 'data'), LETHE_LOG_LEVEL: 'silent' });
      await write(server);
      assert.equal((await readyz(server)).status, 200);
      const filler = openSync(join(disk, 'filler'), 'w');
      const piece = Buffer.alloc(4096);
      assert.throws(
        () => {
          for (;;) if (writeSync(filler, piece) < piece.length) throw Object.assign(new Error(), { code: 'ENOSPC' });
        },
        { code: 'ENOSPC' },
      );
      closeSync(filler);
      let refused = '';
      let full: Ready | undefined;
      // A small write may still fit where a large one did not.
      for (let written = 0; written < 20_000 && full?.status !== 503; written += 1)
        await write(server).catch(async (error: Error) => {
          refused = error.message;
          full = await readyz(server as RunningServer);
        });
      assert.match(refused, /: 503$/);
      assert.deepEqual([full?.status, full?.database], [503, 'full']);
      rmSync(join(disk, 'filler'));
      const again = await until(server, ({ status }) => status === 200);
      assert.deepEqual(again, { status: 200, database: undefined, keyring: undefined });
      await write(server);
    } finally {
      await server?.stop();
      spawnSync('umount', [disk]);
      rmSync(disk, { recursive: true, force: true });
    }
  });

  it('says so on both instances when the server takes no writes, and on both when it does again (postgres)', async () => {
    const database = await newPostgresDatabase();
    const client = new pg.Client({ connectionString: database });
    await client.connect();
    const servers: RunningServer[] = [];
    /** Every change is refused as by a server that has become a standby; the connections stand. */
    const readOnly = async (on: boolean) => {
      for (const table of ['leases', 'api_tokens', 'job_runs'])
        await client.query(
          on
            ? `CREATE TRIGGER standby BEFORE INSERT OR UPDATE ON ${table} EXECUTE FUNCTION standby()`
            : `DROP TRIGGER standby ON ${table}`,
        );
    };
    await client.query(
      `CREATE FUNCTION standby() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '25006'; END $$`,
    );
    try {
      const environment = { DATABASE_URL: database, LETHE_LOG_LEVEL: 'silent' };
      servers.push(await startServer('src/main.ts', environment));
      servers.push(await startServer('src/main.ts', { ...environment, LETHE_DATA: servers[0]?.folder as string }));
      for (const server of servers) await write(server);
      await readOnly(true);
      for (const server of servers) {
        const refused = await until(server, ({ database }) => database === 'read-only');
        assert.deepEqual(refused, { status: 503, database: 'read-only', keyring: undefined });
      }
      await readOnly(false);
      for (const server of servers) {
        assert.equal((await until(server, ({ status }) => status === 200)).status, 200);
        await write(server);
      }
    } finally {
      for (const server of servers.reverse()) await server.stop();
      await client.end();
      await dropPostgresDatabase(database);
    }
  });
});
