import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../../src/foundations/process/package-root.ts';
import { withServices } from '../../../src/interfaces/cli/installation.ts';
import { built } from '../../support/service-process.ts';

describe('lethe retention why', function () {
  this.timeout(180_000);
  let folder: string;
  const asBefore = { ...process.env };
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'lethe-why-'));
    Object.assign(process.env, { LETHE_DATA: join(folder, 'data'), DATABASE_URL: '' });
    await withServices(async ({ access, profiles, content }) => {
      const context = await access.contextFor('main', { id: 'system:test', role: 'platform' });
      await profiles.put(context, 'ada', { name: 'Ada', email: 'ada@example.org' });
      const item = {
        title: 'T',
        version: '1',
        role: 'creator',
        nameAsPublished: 'Ada',
        visibility: 'private',
      } as const;
      await content.put(context, 'ada', '10.5072/draft', item);
    });
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
    for (const name of ['LETHE_DATA', 'DATABASE_URL'])
      if (asBefore[name] === undefined) delete process.env[name];
      else process.env[name] = asBefore[name];
  });

  const lethe = (...args: string[]) =>
    new Promise<{ code: number; stdout: string; stderr: string }>((done) => {
      const command = [built('src/cli.ts'), 'retention', 'why', ...args];
      execFile(process.execPath, command, { cwd: packageRoot, env: process.env }, (error, stdout, stderr) =>
        done({ code: Number(error?.code ?? 0), stdout, stderr }),
      );
    });

  it('says of each row which rule decides, until when, and every reason in its order', async () => {
    const { code, stdout, stderr } = await lethe(
      'account:ada',
      '--category',
      'profiles.contact',
      '--language',
      'en',
      '--json',
    );
    assert.equal(code, 0, stderr);
    const [contact, ...others] = JSON.parse(stdout).items;
    assert.equal(others.length, 0);
    assert.deepEqual(
      [contact.rule, contact.because.map(({ kind, id }: { kind: string; id: string }) => `${kind} ${id}`)],
      ['profiles-contact-erase', ['condition drafts', 'rule profiles-contact-erase']],
    );
    assert.match(
      contact.inWords,
      /^Kept until .+ because item \S+10\.5072\/draft is in draft \(rule profiles-contact-erase\)\.$/,
    );
    const german = await lethe('account:ada', '--language', 'de');
    assert.match(german.stdout + german.stderr, /profiles\.contact .*: Aufbewahrt bis .+, weil das Werk/);
    const nobody = await lethe('account:nobody');
    assert.match(nobody.stdout + nobody.stderr, /Nothing of this person is kept here/);
    const wrong = await lethe('account:ada', '--category', 'profiles.contakt');
    assert.notEqual(wrong.code, 0);
    assert.match(wrong.stderr, /profiles\.contact/);
  });
});
