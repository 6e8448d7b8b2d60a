import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

describe('A service on a machine in Berlin, in the hour that comes twice', function () {
  this.timeout(60_000);
  const folder = mkdtempSync(join(tmpdir(), 'lethe-zone-'));
  after(() => rmSync(folder, { recursive: true }));

  it('runs its jobs of every minute, and writes nothing but lines of the log to standard output', async () => {
    const main = built('src/main.ts');
    // Half past two, for the second time, is half past one in UTC.
    const child = spawn(process.execPath, ['--import', clockFrom('2026-10-25T01:29:54Z'), main], {
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
    const ended = new Promise((resolve) => child.once('exit', resolve));
    const ran = new Promise<void>((resolve) => {
      child.stdout.on('data', (piece: Buffer) => {
        logged += piece.toString();
        if (/"time":"2026-10-25T01:3[0-9:.]+Z","job":"packages"/.test(logged)) resolve();
      });
    });
    const patience = setTimeout(() => child.kill('SIGKILL'), 20_000);
    await Promise.race([ran, ended]);
    clearTimeout(patience);
    child.kill('SIGTERM');
    await ended;
    assert.match(logged, /"time":"2026-10-25T01:30:0[0-9.]+Z","job":"packages"/);
    for (const line of logged.trim().split('\n')) assert.doesNotThrow(() => JSON.parse(line), line);
  });
});
