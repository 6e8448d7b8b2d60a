import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../src/foundations/process/package-root.ts';
import { EXAMPLE_INSTITUTION } from '../support/example-register.ts';
import { built } from '../support/service-process.ts';

describe('The command line', function () {
  this.timeout(180_000);
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'lethe-cli-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  function lethe(words: string[], environment: Record<string, string> = {}) {
    const { status, stdout, stderr } = spawnSync(process.execPath, [built('src/cli.ts'), ...words], {
      cwd: packageRoot,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], HOME: folder, LETHE_DATA: join(folder, 'data'), ...environment },
    });
    return { status, stdout, stderr };
  }

  it('says that the shipped policies have no mistakes', () => {
    const { status, stderr } = lethe(['policies', 'check']);
    assert.match(stderr, /No mistakes\. Policy hash [0-9a-f]{64}/);
    assert.equal(status, 0);
  });

  it('tells a mistake with file, line and what would be right, and fails', () => {
    const policies = join(folder, 'broken');
    cpSync(join(packageRoot, 'policies'), policies, { recursive: true });
    const file = join(policies, 'retention.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace('action: anonymise', 'action: hash'));
    const { status, stderr } = lethe(['policies', 'check', policies]);
    assert.match(stderr, /^retention\.yaml:\d+:\d+ .*pseudonymisation, not anonymisation/m);
    assert.equal(status, 1);
  });

  it('tells what a changed folder would newly erase', () => {
    const policies = join(folder, 'shorter');
    cpSync(join(packageRoot, 'policies'), policies, { recursive: true });
    const file = join(policies, 'retention.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace('after: P6M', 'after: P3M'));
    const { status, stdout } = lethe(['policies', 'diff', policies]);
    assert.match(stdout, /visits\.reduced: .*P3M/);
    assert.equal(status, 0);
  });

  it('prints the settings in effect with secrets masked', () => {
    const { status, stdout } = lethe(['config', '--json'], {
      DATABASE_URL: 'postgres://lethe:very-secret@db.example/lethe',
      LETHE_ALLOW_PLAIN_DATABASE: 'true',
      LETHE_BOOTSTRAP_TOKEN: 'bootstrap-token-that-nobody-should-see',
    });
    assert.equal(status, 0);
    assert.equal(
      (JSON.parse(stdout) as Record<string, string>)['DATABASE_URL'],
      'postgres://lethe:***@db.example/lethe',
    );
    assert.doesNotMatch(stdout, /very-secret|nobody-should-see/);
  });

  it('ends with 78 and all faults for a wrong configuration, with 2 for a wrong call', () => {
    const { status, stderr } = lethe(['config'], { PORT: '99999', LETHE_NOTHING: '1' });
    assert.equal(status, 78);
    assert.match(stderr, /LETHE_NOTHING/);
    assert.match(stderr, /PORT/);
    const wrong = lethe(['retention', 'swep']);
    assert.match(wrong.stderr, /Did you mean sweep\?/);
    assert.equal(wrong.status, 2);
  });

  it('imports a log, plans, sweeps only when told so, and reports that nothing is held', () => {
    const log = join(packageRoot, 'test/data/access-combined.log');
    const imported = lethe(['import', 'access-log', log, '--portal', 'north', '--json']);
    assert.equal(imported.status, 3, imported.stderr);
    const { accepted, rejected } = JSON.parse(imported.stdout) as { accepted: number; rejected: number };
    assert.deepEqual([accepted, rejected], [192, 8]);
    const plan = JSON.parse(
      lethe(['retention', 'plan', '--tenant', 'main', '--as-of', '2099-01-01', '--json']).stdout,
    ) as {
      digest: string;
      rules: { rule: string; due: number }[];
    };
    assert.equal(plan.rules.find(({ rule }) => rule === 'visits-reduce')?.due, 192);
    assert.equal(lethe(['retention', 'sweep', '--tenant', 'main']).status, 2);
    const swept = lethe(['retention', 'sweep', '--tenant', 'main', '--rule', 'links-erase', '--yes', '--json']);
    assert.equal(swept.status, 0, swept.stderr);
    assert.equal((JSON.parse(swept.stdout) as { status: string }).status, 'completed');
    const file = join(folder, 'nobody.zip');
    assert.match(lethe(['report', 'account:nobody', '-o', file]).stderr, /Nothing is held/);
    assert.ok(readFileSync(file).subarray(0, 2).equals(Buffer.from('PK')));
  });

  it('waits for an officer before a rule runs for the first time: not for whoever started it', () => {
    const at = new Date(Date.now() - 30 * 86_400_000).toUTCString();
    const [, day, month, year, time] = at.split(' ');
    const line = `203.0.113.9 - - [${day}/${month}/${year}:${time} +0000] "GET / HTTP/1.1" 200 1 "-" "Firefox/143.0"\n`;
    const log = join(folder, 'old.log');
    writeFileSync(log, line);
    assert.equal(lethe(['import', 'access-log', log, '--portal', 'north']).status, 0);
    const sweep = lethe(['retention', 'sweep', '--tenant', 'main', '--yes']);
    assert.equal(sweep.status, 3, sweep.stderr);
    assert.match(sweep.stderr, /lethe retention approve \S+ --tenant main/);
    const approve = ['retention', 'approve', '--tenant', 'main', '--rule', 'visits-reduce', '--yes'];
    assert.match(lethe(approve).stderr, /Somebody else than who asked/);
    const issued = lethe(['tokens', 'issue', '--tenant', 'main', '--role', 'dpo', '--label', 'officer']);
    const file = join(folder, 'officer.token');
    writeFileSync(file, issued.stdout, { mode: 0o600 });
    const review = lethe(['retention', 'review']);
    assert.match(review.stdout + review.stderr, /This rule has never run here/);
    const [, digest = ''] = /approve --all --review ([0-9a-f]{64})/.exec(review.stdout + review.stderr) ?? [];
    const all = ['retention', 'approve', '--all', '--token-file', file, '--yes', '--review'];
    assert.match(lethe([...all, '0'.repeat(64)]).stderr, /not what was reviewed/);
    const approved = lethe([...all, digest]);
    assert.equal(approved.status, 0, approved.stderr);
    assert.match(approved.stdout + approved.stderr, /visits-reduce +│ done/);
    assert.match(lethe(approve).stderr, /None of this waits/);
    assert.match(lethe(['retention', 'confirm-clock', '--yes']).stderr, /main: the clock is not in doubt/);
  });

  it('checks the register: exit code 1 until what people must record is recorded', () => {
    const first = lethe(['register', 'check', '--tenant', 'main', '--json']);
    assert.equal(first.status, 1, first.stderr);
    const codes = (JSON.parse(first.stdout) as { items: { code: string }[] }).items.map(({ code }) => code);
    assert.ok(codes.includes('agreement-missing') && codes.includes('institution-incomplete'));
    const details = join(folder, 'institution.json');
    writeFileSync(details, JSON.stringify(EXAMPLE_INSTITUTION));
    const shown = lethe(['register', 'institution', '--file', details]);
    assert.equal((JSON.parse(shown.stdout) as { name: string }).name, EXAMPLE_INSTITUTION.legalName, shown.stderr);
    writeFileSync(details, JSON.stringify({ ...EXAMPLE_INSTITUTION, colour: 'blue' }));
    assert.match(lethe(['register', 'institution', '--file', details]).stderr, /colour/);
    for (const template of ['processing-standard', 'hosting']) {
      const file = ['--file-name', 'signed.pdf', '--sha256', 'a5'.repeat(32)];
      const signed = lethe(['register', 'agreements', 'sign', template, ...file]);
      assert.equal((JSON.parse(signed.stdout) as { status: string }).status, 'active', signed.stderr);
    }
    const last = lethe(['register', 'check', '--tenant', 'main', '--json']);
    assert.equal(last.status, 0, last.stdout);
  });
});
