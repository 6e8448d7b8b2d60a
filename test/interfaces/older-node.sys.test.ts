import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { packageRoot } from '../../src/foundations/process/package-root.ts';

/** A Node before 24 among those of this machine; npm's scripts put the pinned one first. */
function olderNode(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => !folder.includes('node_modules'));
  const managed = [process.env['NVM_DIR'] ?? join(homedir(), '.nvm')].map((home) => join(home, 'versions/node'));
  for (const home of managed.filter(existsSync))
    folders.push(...readdirSync(home).map((version) => join(home, version, 'bin')));
  return folders
    .map((folder) => join(folder, process.platform === 'win32' ? 'node.exe' : 'node'))
    .filter(existsSync)
    .find((node) => {
      const { status, stdout } = spawnSync(node, ['-p', 'process.versions.node'], { encoding: 'utf8' });
      return status === 0 && Number.parseInt(stdout, 10) < 24;
    });
}

describe('With a Node that is too old', function () {
  this.timeout(180_000);
  let older: string;
  let folder: string;
  before(function () {
    const found = olderNode();
    if (found === undefined) {
      process.stderr.write('SKIPPED: there is no Node before 24 on this machine to start the built files with.\n');
      this.skip();
    }
    older = found;
    folder = mkdtempSync(join(tmpdir(), 'lethe-older-'));
  });
  after(() => {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });

  for (const words of [['dist/src/main.js'], ['dist/src/cli.js', '--help'], ['dist/src/cli.js', 'config']])
    it(`${words.join(' ')} ends with 78 and one sentence`, () => {
      const { status, signal, stdout, stderr } = spawnSync(older, words, {
        cwd: packageRoot,
        encoding: 'utf8',
        env: { PATH: process.env['PATH'], HOME: folder, LETHE_DATA: join(folder, 'data') },
      });
      assert.deepEqual([status, signal, stdout], [78, null, '']);
      assert.match(stderr, /^Lethe needs Node 24 or newer and this is \d+\.\d+\.\d+: [^\n]+\.\n$/);
      assert.equal(existsSync(join(folder, 'data')), false);
    });
});
