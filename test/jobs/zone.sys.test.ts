import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { packageRoot } from '../../src/foundations/process/package-root.ts';
import { built } from '../support/service-process.ts';

/** Loaded before the service: its clock starts at an instant, and goes on from there. */
const clockFrom = (at: string) =>
  `data:text/javascript,${encodeURIComponent(`
    const Real = Date;
    const ahead = Real.parse('${at}') - Real.now();
    globalThis.Date = class extends Real {
      constructor(...given) { given.length === 0 ? super(Real.now() + ahead) : super(...given); }
      static now() { return Real.now() + ahead; }
    };`)}`;

/** Milliseconds to wait for a fire: a minute, and the start. */
const PATIENCE = 80_000;

function firedIn(file: string): unknown {
  if (!existsSync(file)) return undefined;
  const database = new Database(file, { readonly: true });
  try {
    return database.prepare("SELECT 1 FROM job_runs WHERE run_key LIKE 'packages:2026-10-25T01:3_:00.000Z'").get();
  } catch {
    // Not migrated yet.
    return undefined;
  } finally {
    database.close();
  }
}

describe('A service on a machine in Berlin, in the hour that comes twice', function () {
  this.timeout(180_000);
  const folder = mkdtempSync(join(tmpdir(), 'lethe-zone-'));
  after(() => rmSync(folder, { recursive: true }));

  it('runs its jobs of every minute, and writes nothing but lines of the log to standard output', async () => {
    const main = built('src/main.ts');
    // Half past two, for the second time, is half past one in UTC.
    const child = spawn(process.execPath, ['--import', clockFrom('2026-10-25T01:29:50Z'), main], {
      cwd: packageRoot,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env['PATH'],
        HOME: process.env['HOME'],
        PORT: '0',
        LETHE_DATA: folder,
        LETHE_LOG_LEVEL: 'debug',
        TZ: 'Europe/Berlin',
      },
    });
    let logged = '';
    child.stdout.on('data', (piece: Buffer) => {
      logged += piece.toString();
    });
    let isOver = false;
    const ended = new Promise((resolve) => child.once('exit', resolve)).then(() => {
      isOver = true;
    });
    // As node-cron fired it: a start has another key, and the watch makes up what is later than a minute and a half.
    let fired: unknown;
    for (const until = Date.now() + PATIENCE; fired === undefined && !isOver && Date.now() < until; )
      fired = await Promise.race([ended, setTimeout(300)]).then(() => firedIn(join(folder, 'lethe.db')));
    child.kill('SIGTERM');
    await ended;
    assert.ok(fired);
    assert.ok(logged.includes('"job":"packages"'));
    for (const line of logged.trim().split('\n')) assert.doesNotThrow(() => JSON.parse(line), line);
  });
});
