import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../../src/foundations/process/package-root.ts';
import { built } from '../../support/service-process.ts';

describe('lethe report', function () {
  this.timeout(180_000);
  let folder: string;
  let out: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'lethe-report-'));
    out = join(folder, 'out');
    mkdirSync(out);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const lethe = (...args: string[]) =>
    new Promise<{ code: number; text: string }>((done) => {
      const env = { ...process.env, LETHE_DATA: join(folder, 'data'), DATABASE_URL: '' };
      const command = [built('src/cli.ts'), 'report', ...args];
      execFile(process.execPath, command, { cwd: packageRoot, env }, (error, stdout, stderr) =>
        done({ code: Number(error?.code ?? 0), text: stdout + stderr }),
      );
    });

  it('writes a ZIP that only its owner can read, also when nothing is held, and says so', async () => {
    const { code, text } = await lethe('account:nobody', '-o', join(out, 'report.zip'));
    assert.equal(code, 0, text);
    assert.match(text, /Nothing is held/);
    assert.deepEqual(readdirSync(out), ['report.zip']);
    assert.equal(statSync(join(out, 'report.zip')).mode & 0o777, 0o600);
    assert.equal(readFileSync(join(out, 'report.zip')).subarray(0, 2).toString(), 'PK');
  });

  it('leaves nothing behind when it cannot write where it was told to', async () => {
    mkdirSync(join(out, 'taken'));
    const { code } = await lethe('account:nobody', '-o', join(out, 'taken'));
    assert.notEqual(code, 0);
    assert.deepEqual(readdirSync(out).sort(), ['report.zip', 'taken']);
  });

  it('says what is wrong with a person’s name', async () => {
    const { code, text } = await lethe('Jane Doe', '-o', join(out, 'jane.zip'));
    assert.notEqual(code, 0);
    assert.match(text, /account:ID or visitor:ID/);
    assert.doesNotMatch(readdirSync(out).join(), /jane/);
  });
});
