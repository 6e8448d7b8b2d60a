import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { packageRoot } from '../../../src/foundations/process/package-root.ts';
import { built } from '../../support/service-process.ts';

/** The commands of a guide, in order. */
const commandsOf = (guide: string): string[][] =>
  [...guide.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].flatMap(([, block = '']) =>
    block
      .split('\n')
      .filter((line) => line.startsWith('lethe '))
      .map((line) => line.split(' ').slice(1)),
  );

describe('docs/move-in.md, from a terminal', function () {
  this.timeout(240_000);
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'lethe-move-in-'));
    cpSync(join(packageRoot, 'policies'), join(folder, 'policies'), { recursive: true });
    const db = new Database(join(folder, 'dataverse.db'));
    db.exec(readFileSync(join(packageRoot, 'test/data/imports/dataverse.sql'), 'utf8').replaceAll('serial', 'INTEGER'));
    db.close();
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  function lethe(...words: string[]) {
    const { status, stdout, stderr } = spawnSync(process.execPath, [built('src/cli.ts'), ...words], {
      cwd: folder,
      encoding: 'utf8',
      env: {
        PATH: process.env['PATH'],
        HOME: folder,
        LETHE_DATA: join(folder, 'data'),
        LETHE_POLICIES: join(folder, 'policies'),
        DATAVERSE_URL: `sqlite:${join(folder, 'dataverse.db')}`,
      },
    });
    assert.doesNotMatch(stderr, /^ {4}at /m, 'no stack trace');
    return { status, said: stdout + stderr, stdout };
  }

  it('leads from an inventory to the first approved sweep, each command as it stands there', () => {
    const commands = commandsOf(readFileSync(join(packageRoot, 'docs/move-in.md'), 'utf8'));
    const token = lethe('tokens', 'issue', '--role', 'dpo', '--label', 'Officer', '--tenant', 'main');
    writeFileSync(join(folder, 'officer.token'), token.stdout, { mode: 0o600 });
    const said: Record<string, string> = {};
    let digest = 'none';
    for (const command of commands) {
      const done = lethe(...command.map((word) => (word === 'DIGEST' ? digest : word)));
      const name = `${command[0]} ${command[1]}${command.includes('--dry-run') ? ' tried' : ''}`;
      said[name] = done.said;
      // A sweep that waits for an officer is held back.
      assert.equal(done.status, name === 'retention sweep' ? 3 : 0, `${command.join(' ')}: ${done.said}`);
      digest = /--review (\S+)/.exec(done.said)?.[1] ?? digest;
    }
    assert.match(said['import map'] ?? '', /2 rows read, 2 lines made, 0 rows left out, 0 faults/);
    assert.match(readFileSync(join(folder, 'users.ndjson'), 'utf8'), /"account":"msole"/);
    assert.match(said['import from tried'] ?? '', /profile: 2 to take/);
    assert.match(said['import from'] ?? '', /profile: 2 taken/);
    assert.match(said['retention review'] ?? '', /profiles-contact-erase/);
    // Who was last there in 2018 is gone, who was there this year is not.
    assert.match(said['retention approve'] ?? '', /sweep \S+ completed, certificate/);
    assert.match(lethe('import', 'from', 'dataverse-users', '--source', 'DATAVERSE_URL').said, /Nothing new/);
  });

  it('says what is wrong with a declaration, a source, or a row', () => {
    writeFileSync(
      join(folder, 'people.csv'),
      Buffer.from('id;name;seen\r\n7;"Zoë; B.";03.05.2024 10:30\r\n8;Max;31.02.2024 00:00\r\n', 'latin1'),
    );
    const declaration = (seen: string) =>
      `id: people\ntitle: People\ntimeZone: Europe/Berlin\nsource: { csv: { delimiter: ";", encoding: windows-1252 } }\nrecords:\n  - kind: profile\n    members:\n      account: { column: id }\n      name: { column: name }\n      createdAt: ${seen}\n`;
    writeFileSync(join(folder, 'people.yaml'), declaration('{ column: seen, date: { format: "dd.MM.yyyy HH:mm" } }'));
    const mapped = lethe('import', 'map', 'people.yaml', '--source', 'people.csv', '--to', 'people.ndjson');
    assert.equal(mapped.status, 3);
    assert.match(mapped.said, /row 2 \/createdAt: must be a date as dd\.MM\.yyyy HH:mm/);
    assert.doesNotMatch(mapped.said, /31\.02|Max/);
    assert.deepEqual(JSON.parse(readFileSync(join(folder, 'people.ndjson'), 'utf8')), {
      kind: 'profile',
      account: '7',
      name: 'Zoë; B.',
      createdAt: '2024-05-03T08:30:00.000Z',
    });
    writeFileSync(join(folder, 'wrong.yaml'), declaration('{ columm: seen }'));
    const wrong = lethe('import', 'map', 'wrong.yaml', '--source', 'people.csv', '--to', 'x.ndjson');
    assert.match(wrong.said, /wrong\.yaml:10: .*columm/);
    const nowhere = lethe('import', 'map', 'people.yaml', '--source', 'nowhere.csv', '--to', 'x.ndjson');
    assert.match(nowhere.said, /nowhere\.csv is neither a file nor a setting/);
  });
});
