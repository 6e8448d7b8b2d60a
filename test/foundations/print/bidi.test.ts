import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { linesOf, type Piece, paragraphOf, withoutDirections } from '../../../src/foundations/print/bidi.ts';
import { packageRoot } from '../../../src/foundations/process/package-root.ts';

const sample = readFileSync(join(packageRoot, 'test/vectors/bidi/BidiCharacterTest-sample.txt'), 'utf8');
const DIRECTIONS = ['ltr', 'rtl', 'auto'] as const;
const wide = ({ text }: Piece) => [...text].length;
/** As a reader would see it from left to right: right-to-left pieces turned round. */
const seen = (pieces: Piece[]) =>
  pieces.map(({ text, direction }) => (direction === 'rtl' ? [...text].reverse().join('') : text)).join('');

describe('Text that runs from right to left', () => {
  for (const line of sample.split('\n').filter((one) => /^[0-9A-F]/.test(one))) {
    const [codes = '', direction = '', base, levels = '', order = ''] = line.split(';');
    it(`stands in the order of UAX #9: ${codes}, ${DIRECTIONS[Number(direction)]}`, () => {
      const text = String.fromCodePoint(...codes.split(' ').map((code) => Number.parseInt(code, 16)));
      const paragraph = paragraphOf(text, DIRECTIONS[Number(direction)]);
      assert.equal(paragraph.rightToLeft, base === '1');
      assert.deepEqual(
        paragraph.levels.map((level, n) => (paragraph.order().includes(n) ? String(level) : 'x')).join(' '),
        levels,
      );
      assert.equal(paragraph.order().join(' '), order);
    });
  }

  const cases: [what: string, text: string, seen: string][] = [
    ['an Arabic name in an English sentence', 'Dear محمد علي, hello', 'Dear يلع دمحم, hello'],
    ['a number in a Hebrew sentence', 'שלום 123 עולם', 'םלוע 123 םולש'],
    ['brackets, which are mirrored', 'שלום (עולם)', '(םלוע) םולש'],
    ['brackets around Hebrew in English', 'made by (רות) today', 'made by (תור) today'],
    ['an address in Latin letters in Hebrew', 'דואר: a@example.org.', '.a@example.org :ראוד'],
    ['both scripts side by side', 'رد שלום', 'םולש در'],
    ['isolates, which are not drawn', 'by \u2068רות\u2069 (3)', 'by תור (3)'],
  ];
  for (const [what, text, expected] of cases)
    it(`is seen as it should be: ${what}`, () => assert.equal(seen(paragraphOf(text).pieces()), expected));

  it('is joined by the rules of its script, whichever stands first', () => {
    const scripts = paragraphOf('رد שלום')
      .pieces()
      .map(({ script }) => script);
    assert.deepEqual(scripts, ['hebr', 'arab']);
  });

  it('is broken into lines of which none is too wide, and no letter is lost', () => {
    const letters = fc.string({ unit: fc.constantFrom(...'abאבגدهو 12().,-\u2067\u2069\u202e\u202c'), maxLength: 120 });
    fc.assert(
      fc.property(letters, fc.integer({ min: 1, max: 30 }), (text, width) => {
        const lines = linesOf(text, width, wide);
        for (const line of lines) assert.ok(line.width <= width, JSON.stringify(line));
        const sorted = (value: string) => [...value.replaceAll(/[\s()]/g, '')].sort().join('');
        const drawn = lines.flatMap(({ pieces }) => pieces.map((piece) => piece.text)).join('');
        assert.equal(sorted(drawn), sorted(withoutDirections(text)));
      }),
      { numRuns: 300 },
    );
  });

  it('goes on in the next line in reading order', () => {
    const lines = linesOf('אחת שתיים שלוש', 9, wide).map(({ pieces }) => seen(pieces));
    assert.deepEqual(lines, ['םייתש תחא', 'שולש']);
  });
});
