import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { packageRoot } from '../../../src/foundations/process/package-root.ts';
import { loadPolicies } from '../../../src/register/policies/load.ts';
import { built } from '../../support/service-process.ts';

describe('lethe import access-log and lethe robots, from a terminal', function () {
  this.timeout(180_000);
  let folder: string;
  const policies = () => join(folder, 'policies');
  const put = (name: string, content: string | Buffer) => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'lethe-import-'));
    cpSync(join(packageRoot, 'policies'), policies(), { recursive: true });
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  function lethe(...words: string[]) {
    const { status, stdout, stderr } = spawnSync(process.execPath, [built('src/cli.ts'), ...words], {
      cwd: packageRoot,
      encoding: 'utf8',
      env: {
        PATH: process.env['PATH'],
        HOME: folder,
        LETHE_DATA: join(folder, 'data'),
        LETHE_POLICIES: policies(),
      },
    });
    assert.doesNotMatch(stderr, /^ {4}at /m, 'no stack trace');
    return { status, stdout, stderr };
  }
  const importing = (file: string, ...more: string[]) =>
    lethe('import', 'access-log', file, '--portal', 'north', ...more);

  it('says what it imported of a log that was cut, damaged, whole, the same, grown, missing, or of another kind', () => {
    const sample = readFileSync(join(packageRoot, 'test/data/access-combined.log'));
    const packed = gzipSync(sample);
    const cut = importing(put('cut.log.gz', packed.subarray(0, packed.length * 0.6)));
    assert.equal(cut.status, 3);
    const taken = Number(/^(\d+) visits imported, \d+ malformed lines, [\d.]+ s$/m.exec(cut.stderr)?.[1]);
    assert.ok(taken > 0 && taken < 192, cut.stderr);
    assert.match(cut.stderr, /ends in the middle\. Import the whole one: it goes on where this one ends/);

    const damaged = Buffer.from(packed);
    damaged[packed.length - 6] = (damaged[packed.length - 6] as number) ^ 0x55;
    const refused = importing(put('damaged.log.gz', damaged));
    assert.equal(refused.status, 1);
    assert.match(refused.stderr, /^The packed file is damaged.* Nothing of it was imported\. Fetch it again\.$/m);

    const whole = importing(put('whole.log.gz', packed));
    assert.equal(whole.status, 3, 'malformed lines are held back');
    assert.match(whole.stderr, new RegExp(`^${192 - taken} visits imported, `, 'm'));
    assert.match(whole.stderr, /from an earlier run: 192 visits and 8 malformed lines in all/);

    const again = importing(put('again.log', sample));
    assert.equal(again.status, 0);
    assert.match(again.stderr, /^Nothing new in this log; nothing was done\.$/m);

    const line = sample.subarray(0, sample.indexOf(10));
    const grown = importing(put('grown.log', Buffer.concat([sample, line, Buffer.from('\n'), line])), '--json');
    const { state, added, accepted, openLine } = JSON.parse(grown.stdout) as Record<string, unknown>;
    assert.deepEqual([state, added, accepted, openLine], ['imported', { accepted: 1, rejected: 0 }, 193, true]);

    const missing = importing(join(folder, 'nowhere.log'));
    assert.equal(missing.status, 2);
    assert.match(missing.stderr, /^\S+nowhere\.log: there is no such file or folder \(ENOENT\)\.\n$/);
    const other = importing(put('other.log', '{"a":1}\n{"b":2}\n'));
    assert.equal(other.status, 1);
    assert.match(other.stderr, /None of the first 2 lines is in the combined log format\. Nothing was imported\./);
    const format = importing(put('other.log', 'x\n'), '--format', '%h %t %a');
    assert.match(format.stderr, /\/address must say which of the format’s addresses is the visitor’s: %h, %a/);
  });

  it('takes a published list of robots into the policies, and says what is in force', () => {
    const entries = [
      { pattern: 'bot', last_changed: '2017-08-08' },
      { pattern: 'Web(\\s|\\+)Downloader', last_changed: '2026-10-07', url: 'https://example.org' },
      { pattern: 'bot', last_changed: '2017-08-08' },
      { pattern: '(a+)+b', last_changed: '2018-01-01' },
    ];
    const list = put('COUNTER_Robots_list.json', JSON.stringify(entries));
    const updated = lethe('robots', 'update', list);
    assert.equal(updated.status, 3);
    assert.match(updated.stderr, /^COUNTER-Robots 2026-10-07: 2 patterns, 2 of them new; 0 are gone\.$/m);
    assert.match(updated.stderr, /left out: \(a\+\)\+b \(it looks around, refers back, or repeats a group\)/);
    assert.deepEqual(loadPolicies(policies()).policies?.robots?.patterns, ['bot', 'Web(\\s|\\+)Downloader']);
    const shown = JSON.parse(lethe('robots', 'show', '--json').stdout) as { name: string; licence: string }[];
    assert.deepEqual(
      shown.map(({ name, licence }) => [name, licence]),
      [
        ['crawler-user-agents', 'MIT'],
        ['lethe-programs', 'Apache-2.0'],
        ['COUNTER-Robots', 'MIT'],
      ],
    );
    const unnamed = lethe('robots', 'update', put('list.txt', 'bot\ncrawl\n'));
    assert.deepEqual([unnamed.status, /--list-version/.test(unnamed.stderr)], [2, true]);
    const next = lethe('robots', 'update', join(folder, 'list.txt'), '--list-version', '2026-11-01');
    assert.match(next.stderr, /2026-11-01: 2 patterns, 1 of them new; 1 are gone/);
    const wrong = lethe('robots', 'update', put('wrong.json', '[{"name":"x"}]'));
    assert.match(wrong.stderr, /Entry 1 of the file has no pattern/);
    assert.equal(loadPolicies(policies()).policies?.robots?.version, '2026-11-01');
  });

  it('takes an official list of holidays over, over a computed one, and refuses what is no list', () => {
    const events = (...days: string[]) => ({ events: days.map((date) => ({ title: 'A day', date })) });
    const list = put(
      'bank-holidays.json',
      JSON.stringify({
        'england-and-wales': events('2026-01-01', '2026-04-03', '2026-12-25', '2026-12-28', '2027-01-01'),
        scotland: events('2026-01-01', '2026-01-02', '2026-11-30', '2026-12-25'),
        'northern-ireland': events('2026-01-01', '2026-03-17', '2026-07-13', '2026-12-25'),
      }),
    );
    const before = JSON.parse(lethe('holidays', 'show', 'GB-ENG', '2026', '--json').stdout) as { from: string }[];
    assert.ok(before.length >= 8 && before.every(({ from }) => from === 'computed'));
    const part = lethe('holidays', 'import', list);
    assert.deepEqual([part.status, /GB-ENG has 1 days of 2027: not the whole year/.test(part.stderr)], [1, true]);
    assert.equal(loadPolicies(policies()).policies?.holidays, undefined);
    const taken = lethe('holidays', 'import', list, '--years', '2026');
    assert.equal(taken.status, 0, taken.stderr);
    assert.match(taken.stderr, /^GB-ENG: 2026 \(4 days\)\.$/m);
    const lists = loadPolicies(policies()).policies?.holidays ?? [];
    assert.deepEqual(
      lists.map(({ place, licence }) => [place, licence]),
      ['GB-ENG', 'GB-NIR', 'GB-SCT'].map((place) => [place, 'Open Government Licence v3.0']),
    );
    const shown = JSON.parse(lethe('holidays', 'show', 'GB-ENG', '2026', '--json').stdout) as { from: string }[];
    assert.deepEqual([shown.length, shown.every(({ from }) => from.startsWith('GOV.UK'))], [4, true]);
    const calendar = put(
      'no.ics',
      'BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:20260517\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n',
    );
    const nameless = lethe('holidays', 'import', calendar, '--place', 'NO');
    assert.deepEqual([nameless.status, /--source/.test(nameless.stderr)], [2, true]);
    const page = lethe(
      'holidays',
      'import',
      put('page.html', '<!doctype html>'),
      '--place',
      'NO',
      '--source',
      'x',
      '--licence',
      'y',
    );
    assert.match(page.stderr, /Line 1: a day such as 2026-12-25 is needed/);
    assert.equal(loadPolicies(policies()).policies?.holidays?.length, 3);
  });
});
