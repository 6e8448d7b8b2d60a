import bidiFactory from 'bidi-js';

// Its types say that the module has the factory, where the module is it.
const bidi = (bidiFactory as unknown as typeof bidiFactory.default)();

/** Letters of scripts that run from right to left, and what makes others do so. */
const RIGHT_TO_LEFT = /[\u0590-\u08ff\u200f\u202b\u202e\u2067\ufb1d-\ufdff\ufe70-\ufefc]/;
/** What only says which way text runs: it takes effect, and is not drawn. */
const DIRECTIONS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
/** Removed before levels are told apart (UAX #9, X9). */
const REMOVED = new Set(['LRE', 'RLE', 'LRO', 'RLO', 'PDF', 'BN']);
/** White space and ends of isolates, which at the end of a line run as the paragraph does (UAX #9, L1). */
const TRAILING = new Set(['WS', 'B', 'S', 'LRI', 'RLI', 'FSI', 'PDI']);

/** Whether a text has to be put into visual order at all. */
export const hasRightToLeft = (text: string): boolean => RIGHT_TO_LEFT.test(text);
export const withoutDirections = (text: string): string => text.replaceAll(DIRECTIONS, '');

/** What is drawn at one go: letters of one direction and one script, in the order they are read. */
export interface Piece {
  text: string;
  direction: 'ltr' | 'rtl';
  /** An OpenType tag where the letters must be joined or set by the rules of it. */
  script?: 'arab' | 'hebr';
}

interface Paragraph {
  rightToLeft: boolean;
  /** Level of each character (UTF-16); those that are removed have none. */
  levels: (number | undefined)[];
  /** The characters from `start` up to `end`, as one line, from left to right on the paper. */
  order(start?: number, end?: number): number[];
  pieces(start?: number, end?: number): Piece[];
}

/** A paragraph by the Unicode Bidirectional Algorithm (UAX #9); its direction is that of its first strong letter. */
export function paragraphOf(text: string, direction: 'ltr' | 'rtl' | 'auto' = 'auto'): Paragraph {
  const resolved = bidi.getEmbeddingLevels(text, direction);
  const base = resolved.paragraphs[0]?.level ?? 0;
  const types = [...Array(text.length).keys()].map((n) => bidi.getBidiCharTypeName(text[n] as string));
  const levels = types.map((type, n) => (REMOVED.has(type) ? undefined : resolved.levels[n]));

  const order = (start = 0, end = text.length): number[] => {
    const kept = [...Array(end - start).keys()].map((n) => n + start).filter((n) => levels[n] !== undefined);
    const own = new Map(kept.map((n) => [n, levels[n] as number]));
    for (const n of kept.toReversed()) {
      if (!TRAILING.has(types[n] as string)) break;
      own.set(n, base);
    }
    const highest = Math.max(0, ...own.values());
    // L2: from the highest level down, every stretch at that level or above is turned round.
    let line = kept;
    for (let level = highest; level > 0; level -= 1) {
      const next: number[] = [];
      let stretch: number[] = [];
      for (const n of line) {
        if ((own.get(n) as number) >= level) stretch.push(n);
        else {
          next.push(...stretch.reverse(), n);
          stretch = [];
        }
      }
      line = [...next, ...stretch.reverse()];
    }
    return line;
  };

  const pieces = (start?: number, end?: number): Piece[] => {
    const found: Piece[] = [];
    for (const run of runsOf(order(start, end), levels)) {
      const odd = ((levels[run[0] as number] ?? 0) & 1) === 1;
      const [from, to] = [Math.min(...run), Math.max(...run) + 1];
      const parts = odd ? byScript(text.slice(from, to)).toReversed() : [{ text: text.slice(from, to) }];
      for (const part of parts) {
        const letters = withoutDirections(part.text);
        const shown = odd ? mirrored(letters) : letters;
        if (shown !== '') found.push({ ...part, text: shown, direction: odd ? 'rtl' : 'ltr' });
      }
    }
    return found;
  };

  return { rightToLeft: (base & 1) === 1, levels, order, pieces };
}

/** Neighbours on the line that are neighbours in the text and run the same way. */
function runsOf(line: number[], levels: (number | undefined)[]): number[][] {
  const runs: number[][] = [];
  for (const n of line) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    if (run && last !== undefined && levels[last] === levels[n] && follows(last, n, levels)) run.push(n);
    else runs.push([n]);
  }
  return runs;
}

function follows(last: number, n: number, levels: (number | undefined)[]): boolean {
  const step = ((levels[n] ?? 0) & 1) === 1 ? -1 : 1;
  let at = last + step;
  while (at !== n && at >= 0 && at < levels.length && levels[at] === undefined) at += step;
  return at === n;
}

/** Letters of one script, with the signs and spaces after them. */
function byScript(text: string): Pick<Piece, 'text' | 'script'>[] {
  const parts: Pick<Piece, 'text' | 'script'>[] = [];
  for (const letter of text) {
    const script = /\p{Script=Arabic}/u.test(letter) ? 'arab' : /\p{Script=Hebrew}/u.test(letter) ? 'hebr' : undefined;
    const last = parts.at(-1);
    if (last && (script === undefined || last.script === undefined || script === last.script)) {
      last.text += letter;
      last.script ??= script;
    } else parts.push({ text: letter, ...(script ? { script } : {}) });
  }
  return parts;
}

const mirrored = (text: string): string =>
  Array.from(text, (letter) => bidi.getMirroredCharacter(letter) ?? letter).join('');

export interface Line {
  pieces: Piece[];
  width: number;
  rightToLeft: boolean;
}

/** A text in lines no wider than `width`: broken at spaces, and inside a word only where that alone is wider. */
export function linesOf(text: string, width: number, widthOf: (piece: Piece) => number): Line[] {
  return text.split('\n').flatMap((part) => {
    const paragraph = paragraphOf(part);
    const measured = (start: number, end: number) => {
      const pieces = paragraph.pieces(start, end);
      return { pieces, width: pieces.reduce((sum, piece) => sum + widthOf(piece), 0) };
    };
    const lineOf = (start: number, end: number): Line => {
      const shown = start + part.slice(start, end).trimEnd().length;
      return { ...measured(start, shown), rightToLeft: paragraph.rightToLeft };
    };
    const lines: Line[] = [];
    let start = 0;
    let end = 0;
    for (const chunk of chunksOf(part, (from, to) => measured(from, to).width <= width)) {
      if (end > start && lineOf(start, chunk.end).width > width) {
        lines.push(lineOf(start, end));
        start = end;
      }
      end = chunk.end;
    }
    return [...lines, lineOf(start, end)];
  });
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Words with the space after them; of a word wider than a line, its letters. */
function chunksOf(text: string, fits: (from: number, to: number) => boolean): { end: number }[] {
  return [...text.matchAll(/\S*\s*/g)].flatMap(({ 0: word, index }) => {
    if (word === '') return [];
    const solid = word.trimEnd().length;
    if (fits(index, index + solid)) return [{ end: index + word.length }];
    return [...graphemes.segment(word)].map((one) => ({ end: index + one.index + one.segment.length }));
  });
}
