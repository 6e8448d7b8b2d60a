import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../../src/foundations/process/package-root.ts';
import { composeLetter, LETTERS, type LetterId } from '../../../src/register/policies/letters.ts';
import { loadPolicies } from '../../../src/register/policies/load.ts';

const shipped = join(packageRoot, 'policies');
const ids = Object.keys(LETTERS) as LetterId[];
const GIVEN = Object.fromEntries(LETTERS['sub-processor-activated'].map((name) => [name, 'X']));

describe('The letters', () => {
  const { policies } = loadPolicies(shipped);

  for (const id of ids)
    for (const language of ['en', 'de'])
      it(`ship ${id} in ${language}, and use every name it may use`, () => {
        const letter = policies?.letters[id]?.[language];
        assert.ok(letter);
        const used = new Set(
          [...`${letter.subject}${letter.text}`.matchAll(/\{\{([\w-]+)\}\}/g)].map(([, name]) => name),
        );
        assert.deepEqual([...used].sort(), [...LETTERS[id]].sort());
      });

  it('are written in the reader’s language, or in English', () => {
    assert.ok(policies);
    const languageOf = (language: string) =>
      composeLetter(policies, 'sub-processor-activated', language, GIVEN).language;
    assert.deepEqual(['de', 'de-AT', 'en', 'fr'].map(languageOf), ['de', 'de', 'en', 'en']);
  });

  it('put in what they are given as it is: names in a value are not filled in again, and a subject stays one line', () => {
    assert.ok(policies);
    const { subject, text } = composeLetter(policies, 'sub-processor-activated', 'en', {
      ...GIVEN,
      party: 'X\r\nBcc: all',
      controller: '{{party}} & <b>',
    });
    assert.match(subject, /: X Bcc: all$/);
    assert.match(text, /^To \{\{party\}\} & <b>$/m);
  });

  it('are not made where they name something of which nothing is known', () => {
    assert.ok(policies);
    assert.throws(() => composeLetter(policies, 'sub-processor-activated', 'en', { party: 'X' }), /\{\{controller\}\}/);
  });

  it('cite provisions as the law of the reader has them, and leave out what it does not have', () => {
    const letters = {
      'request-withdrawn': { en: { subject: 'S', text: 'So ({{Art. 12(3), 12(4)}}), and so ({{Art. 18(3)}}).' } },
    };
    const said = (cite: (...provisions: string[]) => string) =>
      composeLetter({ letters }, 'request-withdrawn', 'en', {}, cite).text;
    assert.equal(
      said((...all) => all.join(' and ')),
      'So (12(3) and 12(4)), and so (18(3)).',
    );
    assert.equal(
      said((...all) => (all.includes('18(3)') ? '' : 'X')),
      'So (X), and so.',
    );
  });

  describe('as files', () => {
    let folder: string;
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'lethe-letters-'));
      cpSync(shipped, folder, { recursive: true });
    });
    afterEach(() => rmSync(folder, { recursive: true, force: true }));
    const write = (name: string, text: string) => writeFileSync(join(folder, 'letters', name), text);

    it('can be edited, and change the hash of the policies', () => {
      write('sub-processor-activated.en.md', 'Subject: Our own words\n\n{{party}} begins on {{date}}.\n');
      const own = loadPolicies(folder).policies;
      assert.ok(own && policies);
      assert.notEqual(own.hash, policies.hash);
      assert.deepEqual(composeLetter(own, 'sub-processor-activated', 'en', { party: 'X', date: '2026-03-01' }), {
        subject: 'Our own words',
        text: 'X begins on 2026-03-01.\n',
        language: 'en',
      });
    });

    it('may come in further languages', () => {
      write('sub-processor-activated.fr.md', 'Subject: Un changement\n\n{{party}}\n');
      const own = loadPolicies(folder).policies;
      assert.ok(own);
      assert.equal(composeLetter(own, 'sub-processor-activated', 'fr', {}).subject, 'Un changement');
    });

    it('are the shipped ones where the folder has none, so that an upgrade brings new letters along', () => {
      rmSync(join(folder, 'letters'), { recursive: true });
      assert.deepEqual(loadPolicies(folder).policies?.letters, policies?.letters);
    });

    const cases: [what: string, name: string, text: string | Buffer, says: RegExp, line: number][] = [
      ['of a name nobody reads', 'sub-procesor.en.md', 'Subject: x\n\ny\n', /No letter is read/, 1],
      ['without a language', 'sub-processor-activated.md', 'Subject: x\n\ny\n', /No letter is read/, 1],
      ['without a subject', 'sub-processor-activated.en.md', 'Dear all\n\ny\n', /begins with its subject/, 1],
      ['without words', 'sub-processor-activated.en.md', 'Subject: x\n\n', /begins with its subject/, 1],
      [
        'that names what it cannot know',
        'sub-processor-activated.en.md',
        'Subject: x\n\ny\n{{ email }}\n',
        /cannot know/,
        4,
      ],
      ['that is no text', 'sub-processor-activated.en.md', Buffer.from([0xff, 0xfe, 0x00]), /not UTF-8/, 1],
    ];
    for (const [what, name, text, says, line] of cases)
      it(`are refused ${what}, with file and line`, () => {
        mkdirSync(join(folder, 'letters'), { recursive: true });
        writeFileSync(join(folder, 'letters', name), text);
        const [mistake] = loadPolicies(folder).mistakes;
        assert.equal(mistake?.file, `letters/${name}`);
        assert.equal(mistake?.line, line);
        assert.match(mistake?.message ?? '', says);
      });

    it('are read as they are saved on any machine', () => {
      const text = readFileSync(join(folder, 'letters/sub-processor-activated.en.md'), 'utf8');
      write('sub-processor-activated.en.md', text.replaceAll('\n', '\r\n'));
      assert.equal(loadPolicies(folder).policies?.hash, policies?.hash);
    });
  });
});
