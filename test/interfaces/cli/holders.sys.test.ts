import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { packageRoot } from '../../../src/foundations/process/package-root.ts';
import { openPlatform, type Platform } from '../../foundations/holders/platform.ts';
import { policiesWithPlatform } from '../../foundations/holders/policies.ts';
import { built } from '../../support/service-process.ts';

describe('lethe holders', function () {
  this.timeout(180_000);
  let platform: Platform;
  let close: () => Promise<void>;
  before(async () => {
    [platform, close] = await openPlatform('postgres');
  });
  after(() => close());

  function lethe(words: string[], url: string | undefined) {
    const env = {
      PATH: process.env['PATH'],
      LETHE_POLICIES: policiesWithPlatform(),
      ...(url === undefined ? {} : { PLATFORM_READ_URL: url, PLATFORM_WRITE_URL: url }),
    };
    const child = spawn(process.execPath, [built('src/cli.ts'), 'holders', ...words], {
      cwd: packageRoot,
      env,
    });
    const said = { stdout: '', stderr: '' };
    child.stdout.on('data', (part) => (said.stdout += part));
    child.stderr.on('data', (part) => (said.stderr += part));
    return new Promise<{ status: number | null; stdout: string; stderr: string }>((resolve) =>
      child.on('close', (status) => resolve({ status, ...said })),
    );
  }

  it('fails where the database has what nobody declared, and passes once it is', async () => {
    const found = await lethe(['check', 'platform', '--format', 'json'], platform.url);
    assert.equal(found.status, 1, found.stderr);
    const { holders } = JSON.parse(found.stdout);
    assert.ok(
      holders[0].findings.some(
        (one: { code: string; table: string }) => one.code === 'table-unclaimed' && /messages/.test(one.table),
      ),
    );
    await platform.sql(
      'DROP TABLE reactions, messages, item_authors, items CASCADE; DROP TABLE teams CASCADE; ALTER TABLE users DROP COLUMN team_id',
    );
    await platform.sql('ALTER TABLE logins DROP COLUMN forwarded_for');
    const passed = await lethe(['check'], platform.url);
    assert.equal(passed.status, 0, passed.stdout + passed.stderr);
  });

  it('ends with 2 when the holder cannot be asked, without a word of its password', async () => {
    const down = await lethe(['check'], 'postgres://u:hunter2@127.0.0.1:1/x');
    assert.equal(down.status, 2);
    assert.match(down.stderr, /unreachable/);
    assert.doesNotMatch(down.stderr + down.stdout, /hunter2/);
    assert.match((await lethe(['check'], undefined)).stderr, /misconfigured/);
  });

  it('says what is declared', async () => {
    const { status, stdout } = await lethe(['plan'], undefined);
    assert.equal(status, 0);
    assert.match(stdout, /platform\.logins.*erase, reduce.*occurred/);
  });
});
