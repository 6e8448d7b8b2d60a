import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join, sep } from 'node:path';
import { parse } from 'acorn';
import { simple } from 'acorn-walk';
import { languagesIn } from '../../../src/foundations/messages/texts.ts';
import { packageRoot } from '../../../src/foundations/process/package-root.ts';

const src = join(packageRoot, 'src');
const texts = join('foundations', 'messages') + sep;

/** Files with letters or tags that are no text for a person, each with its reason. */
const NO_TEXTS: Record<string, string> = {
  'law/authorities.ts': 'names of authorities, as they call themselves',
};

/** Words that stand in no English sentence. */
const GERMAN =
  /(?<![\p{L}-])(?:und|nicht|wird|wurde|werden|oder|eine|einer|Ihre?|Ihnen|für|Antrag|Anliegen|keine?)(?![\p{L}-])/u;
const UMLAUT = /[äöüÄÖÜß]/;

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.ts') && !name.startsWith(texts),
  );
}

interface Piece {
  text: string;
  /** Of a string by itself; false: a part of a template. */
  whole: boolean;
  line: number;
}

/** Every piece of text in a source file: of strings and templates, never of comments. */
function piecesOf(file: string): Piece[] {
  const source = stripTypeScriptTypes(readFileSync(join(src, file), 'utf8'));
  const found: Piece[] = [];
  const line = (at: number) => source.slice(0, at).split('\n').length;
  simple(parse(source, { ecmaVersion: 'latest', sourceType: 'module', allowHashBang: true }), {
    Literal({ value, start }) {
      if (typeof value === 'string') found.push({ text: value, whole: true, line: line(start) });
    },
    TemplateElement({ value, start }) {
      found.push({ text: value.cooked ?? value.raw, whole: false, line: line(start) });
    },
  });
  return found;
}

describe('Source files', () => {
  const pieces = filesIn(src).flatMap((file) =>
    piecesOf(file).map((piece) => ({ file: file.replaceAll(sep, '/'), ...piece })),
  );
  const listed = (found: typeof pieces) => found.map(({ file, line, text }) => `${file}:${line} ${text.slice(0, 80)}`);

  it('have no German in them: what a person reads is a message', () =>
    assert.deepEqual(
      listed(pieces.filter(({ file, text }) => !NO_TEXTS[file] && (UMLAUT.test(text) || GERMAN.test(text)))),
      [],
    ));

  // English is what every other language falls back to, and the language of programs: it may be named.
  it('name no language to choose a text by: which there are, the folders say', () => {
    const others = languagesIn().filter((language) => language !== 'en');
    assert.deepEqual(listed(pieces.filter(({ text, whole }) => whole && others.includes(text))), []);
  });

  it('exempted have what they are exempted for', () => {
    for (const file of Object.keys(NO_TEXTS))
      assert.ok(
        pieces.some((piece) => piece.file === file && (UMLAUT.test(piece.text) || GERMAN.test(piece.text))),
        `${file} needs no exemption any more`,
      );
  });
});
