import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../../src/foundations/process/package-root.ts';
import { loadPolicies } from '../../../src/register/policies/load.ts';
import { openPolicies } from '../../../src/register/policies/policies.ts';
import { readYaml } from '../../../src/register/policies/yaml.ts';

const shipped = join(packageRoot, 'policies');

describe('A policy file that means no good', () => {
  const cases: [what: string, yaml: string, line: number, column: number, says: RegExp][] = [
    ['an anchor on a word', 'name: &a x', 1, 10, /Anchors and aliases/],
    ['an alias', 'a: &a x\nb: *a', 1, 7, /Anchors and aliases/],
    ['a core tag on a word', 'name: !!str x', 1, 13, /Tags are not allowed/],
    ['a core tag on a list', 'name: !!seq [x]', 1, 13, /Tags are not allowed/],
    ['a tag of its own', '- !env HOME', 1, 3, /Tags are not allowed|not valid YAML/],
    ['a merge key', 'a:\n  <<: { b: 1 }', 2, 3, /key is not allowed/],
    ['a key that reaches the prototype', 'a:\n  - constructor: 1', 2, 5, /key is not allowed/],
    ['a duplicate key', 'a: 1\nb: 2\na: 3', 3, 1, /same key stands twice/],
    ['a duplicate key, once quoted', 'a: 1\n"a": 3', 2, 1, /same key stands twice/],
    ['a duplicate key deep inside', '- x: { y: 1, y: 2 }', 1, 14, /same key stands twice/],
    ['a list as a key', '? [a, b]\n: 1', 1, 3, /key must be a plain word/],
    ['a number as a key', '1: a', 1, 1, /key must be a plain word/],
    ['half a character', 'a: "\\ud800"', 1, 4, /NUL or half a character/],
    ['a NUL written as an escape', 'a: "\\0"', 1, 4, /NUL or half a character/],
    ['a NUL in a remark', 'a: 1 # \0', 1, 8, /NUL or half a character/],
    ['YAML 1.1', '%YAML 1.1\n---\na: yes', 1, 1, /YAML 1.2/],
    ['two documents', 'a: 1\n---\nb: 2', 2, 1, /not valid YAML/],
    ['a tab as indentation', 'a:\n\tb: 1', 2, 1, /tab|not valid YAML/i],
  ];
  for (const [what, yaml, line, column, says] of cases)
    it(`is refused for ${what}, at its place`, () => {
      const { parsed, mistakes } = readYaml('x.yaml', Buffer.from(yaml));
      // Of a key that stands twice the rest can be read, and its mistakes are told in the same run.
      assert.equal(parsed === undefined, !says.test('The same key stands twice.'));
      const told = mistakes.find(({ message }) => says.test(message));
      assert.ok(told, JSON.stringify(mistakes));
      assert.deepEqual([told.file, told.line, told.column], ['x.yaml', line, column]);
      assert.ok(told.remedy.length > 0);
    });

  it('is refused when it is not UTF-8', () => {
    const { mistakes } = readYaml('x.yaml', Buffer.from([0x61, 0x3a, 0x20, 0xff]));
    assert.deepEqual(
      mistakes.map(({ message }) => message),
      ['The file is not UTF-8.'],
    );
  });

  const deep: [string, string][] = [
    ['lists', '['.repeat(100_000)],
    ['closed lists', '['.repeat(5000) + ']'.repeat(5000)],
    ['dashes', '- '.repeat(50_000)],
    ['keys', '? '.repeat(50_000)],
    ['objects', '{a: '.repeat(50_000)],
    ['twenty-five levels', `${'{a: '.repeat(25)}1${'}'.repeat(25)}`],
  ];
  for (const [what, text] of deep)
    it(`is refused when it nests too deeply by ${what}, and nothing is thrown`, () => {
      const { parsed, mistakes } = readYaml('x.yaml', Buffer.from(text));
      assert.equal(parsed, undefined);
      assert.ok(mistakes.length > 0 && mistakes.length <= 50);
    }).timeout(120_000);

  it('is read in time that grows with its length, however many keys it has', () => {
    const text = Array.from({ length: 60_000 }, (_, n) => `k${n}: 1`).join('\n');
    const { parsed } = readYaml('x.yaml', Buffer.from(text));
    assert.ok(parsed);
  }).timeout(120_000);
});

describe('A policy folder that means no good', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lethe-hostile-'));
    cpSync(shipped, folder, { recursive: true });
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const told = () => loadPolicies(folder).mistakes.map(({ file, message }) => `${file}: ${message}`);

  it('is not followed through a folder that is a link', () => {
    for (const inside of ['activities', 'notices/privacy-policy']) {
      rmSync(join(folder, inside), { recursive: true });
      symlinkSync(join(shipped, inside), join(folder, inside));
    }
    assert.ok(told().includes('activities/accounts.yaml: The file is a link out of the policy folder.'));
    assert.ok(told().includes('notices/privacy-policy/1.0/en.md: The file is a link out of the policy folder.'));
  });

  it('may link inside itself', () => {
    const copy = join(folder, 'notices/privacy-policy/1.0');
    rmSync(join(copy, 'de.md'));
    symlinkSync('en.md', join(copy, 'de.md'));
    assert.deepEqual(told(), []);
  });

  it('is read once, though its links lead in circles', () => {
    for (const name of ['one', 'two', 'three']) symlinkSync('.', join(folder, name));
    assert.deepEqual(told(), []);
  });

  it('does not wait for what is no ordinary file', () => {
    mkdirSync(join(folder, 'activities/folder.yaml'));
    execFileSync('sh', ['-c', 'mkfifo "$0"', join(folder, 'activities/pipe.yaml')]);
    assert.deepEqual(told(), [
      'activities/folder.yaml: This is not an ordinary file.',
      'activities/pipe.yaml: This is not an ordinary file.',
    ]);
  });

  it('is refused for a file that vanished after it was listed, and the old policies stay', () => {
    const policies = openPolicies(folder);
    const { hash } = policies.current();
    symlinkSync('gone', join(folder, 'activities/vanished.yaml'));
    const [mistake] = policies.candidate().mistakes;
    assert.equal(mistake?.file, 'activities/vanished.yaml');
    assert.match(mistake.message, /missing or cannot be read/);
    assert.equal(policies.current().hash, hash);
  });

  const texts: [what: string, bytes: Buffer, says: RegExp][] = [
    ['is empty', Buffer.from(' \n'), /text is empty/],
    ['is not UTF-8', Buffer.from([0x61, 0xff]), /not UTF-8/],
    ['holds a NUL', Buffer.from('a\0b'), /NUL/],
    ['is larger than a mebibyte', Buffer.alloc(1_048_577, 'x'), /larger than/],
  ];
  for (const [what, bytes, says] of texts)
    it(`is refused when the text of a notice ${what}`, () => {
      const file = 'notices/privacy-policy/1.0/en.md';
      writeFileSync(join(folder, file), bytes);
      const mistakes = loadPolicies(folder).mistakes.filter((mistake) => mistake.file === file);
      assert.match(mistakes[0]?.message ?? '', says);
    });

  it('names a strange field by a pointer that can be followed', () => {
    const file = join(folder, 'installation.yaml');
    writeFileSync(file, `${readFileSync(file, 'utf8')}"a/b~c": 1\n`);
    assert.equal(loadPolicies(folder).mistakes[0]?.pointer, '/a~1b~0c');
  });
});
