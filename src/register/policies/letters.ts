import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Problem } from '../../foundations/contract/problem.ts';
import { packageRoot } from '../../foundations/process/package-root.ts';
import type { PolicyFolder } from './folder.ts';
import type { Letter, Mistake, PolicySet } from './model.ts';
import { MUST_NAME, NAMED_BY_SOME, REQUEST_LETTERS } from './request-letters.ts';

/** Every letter the service writes, with what its text may name as `{{name}}`. */
export const LETTERS = {
  'sub-processor-announced': [
    'controller',
    'processor',
    'party',
    'who',
    'change',
    'activities',
    'place',
    'reason',
    'authorisation',
    'window',
    'list',
  ],
  'sub-processor-activated': ['controller', 'processor', 'party', 'change', 'activities', 'date', 'list'],
  'sub-processor-withdrawn': ['controller', 'processor', 'party', 'change', 'activities', 'list'],
  'instruction-refused': ['controller', 'processor', 'activity', 'operation', 'lacking'],
  'breach-authority': [
    ...(['controller', 'address', 'authority', 'today', 'day', 'phase', 'file', 'detected', 'aware'] as const),
    ...(['awareness', 'deadline', 'delay', 'kinds', 'nature', 'subjects', 'persons', 'records'] as const),
    ...(['categories', 'contact', 'consequences', 'risk', 'measures', 'communication', 'missing'] as const),
  ],
  'breach-controller': [
    ...(['begins', 'controller', 'finder', 'today', 'day', 'file', 'detected', 'aware', 'kinds', 'nature'] as const),
    ...(['activities', 'subjects', 'persons', 'records', 'categories', 'consequences', 'measures'] as const),
    ...(['contact', 'missing'] as const),
  ],
  'recipient-told': ['recipient', 'institution', 'act', 'categories', 'stays', 'known', 'task', 'due', 'contact'],
  'breach-persons': [
    ...(['controller', 'today', 'day', 'nature', 'categories', 'consequences', 'measures', 'contact'] as const),
  ],
  ...REQUEST_LETTERS,
} as const satisfies Record<string, readonly string[]>;
export type LetterId = keyof typeof LETTERS;

/** A letter may be missing in any language but this one. */
const FALLBACK = 'en';
const FILE = /^([a-z][a-z-]*)\.([a-z]{2}(?:-[A-Z]{2})?)\.md$/;
const NAME = /\{\{([^{}]*)\}\}/g;
/** A citation, by the numbers of the GDPR: `Art. 12(5)(b), 12(4)`. */
const CITATION = /^Art\. (\d{1,2}(?:\(\d{1,2}\))?(?:\([a-z]\))?(?:, (?=\d)|$))+$/;
/** A letter is read by a person: more than this is none. */
const MOST_CHARACTERS = 20_000;
/** Controls, and marks that turn the direction of writing: what a reader sees would not be what stands there. */
const UNSEEN = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;
const shipped = join(packageRoot, 'policies', 'letters');

/** Reads `letters/<letter>.<language>.md`; a letter that the folder does not have is the shipped one. */
export function readLetters(files: PolicyFolder, report: (mistake: Mistake) => void): PolicySet['letters'] {
  const letters = ownLetters(files, 'letters', report);
  for (const id of Object.keys(LETTERS))
    if (!letters[id]?.[FALLBACK])
      for (const name of namesIn(shipped)) {
        const [, its, language = ''] = FILE.exec(name) ?? [];
        const letter = its === id && !letters[id]?.[language] && parsed(readFileSync(join(shipped, name), 'utf8'));
        if (letter) letters[id] = { ...letters[id], [language]: letter };
      }
  return letters;
}

/** The letters that stand in a folder, and no others. */
export function ownLetters(
  files: PolicyFolder,
  directory: string,
  report: (mistake: Mistake) => void,
): PolicySet['letters'] {
  const letters: PolicySet['letters'] = {};
  for (const name of files.entries(directory).filter((entry) => entry.endsWith('.md'))) {
    const file = `${directory}/${name}`;
    const mistake = (line: number, message: string, remedy: string) =>
      report({ file, line, column: 1, pointer: '', message, remedy });
    const [, id = '', language = ''] = FILE.exec(name) ?? [];
    if (!Object.hasOwn(LETTERS, id)) {
      mistake(
        1,
        'No letter is read from a file of this name.',
        `Letters are: ${Object.keys(LETTERS).join(', ')}; such as ${Object.keys(LETTERS)[0]}.en.md.`,
      );
      continue;
    }
    const text = files.readText(file)?.text;
    if (text === undefined) continue;
    const letter = parsed(text);
    if (!letter) {
      mistake(1, 'A letter begins with its subject and an empty line.', 'Begin with a line such as: Subject: …');
      continue;
    }
    if (text.length > MOST_CHARACTERS) {
      mistake(1, `The letter has more than ${MOST_CHARACTERS} characters.`, 'Say it shorter, or enclose the rest.');
      continue;
    }
    checkNames(id as LetterId, text.replaceAll('\r\n', '\n'), mistake);
    letters[id] = { ...letters[id], [language]: letter };
  }
  return letters;
}

/** What an installation's own notice of a breach may name besides: the shipped ones say it in a sentence. */
const NAMED_IN_NOTICES: Partial<Record<LetterId, readonly string[]>> = {
  'breach-authority': ['hours', 'due'],
  'breach-controller': ['hours'],
};

function checkNames(
  id: LetterId,
  text: string,
  mistake: (line: number, message: string, remedy: string) => void,
): void {
  const bySome: readonly string[] = id.startsWith('request-') ? NAMED_BY_SOME : (NAMED_IN_NOTICES[id] ?? []);
  const known: readonly string[] = [...LETTERS[id], ...bySome];
  const named = new Set<string>();
  for (const [line, content] of text.split('\n').entries()) {
    for (const [, inBraces = ''] of content.matchAll(NAME)) {
      const name = inBraces.trim();
      named.add(name);
      if (name.startsWith('Art. ')) {
        if (!CITATION.test(name))
          mistake(line + 1, 'This is no citation.', 'Cite by the numbers of the GDPR: {{Art. 12(5)(b), 12(4)}}.');
      } else if (!known.includes(name))
        mistake(line + 1, 'The letter names something that it cannot know.', `It may name: ${known.join(', ')}.`);
    }
    if (/\{\{|\}\}/.test(content.replaceAll(NAME, '')))
      mistake(line + 1, 'Braces are open, or nested: nothing is put in here.', 'Write {{name}}, on one line.');
    if (UNSEEN.test(content))
      mistake(line + 1, 'The line holds a character that nobody sees.', 'Take out controls and marks of direction.');
  }
  const missing = (MUST_NAME[id] ?? []).filter((name) => !named.has(name));
  if (missing.length > 0)
    mistake(
      text.split('\n').length - (text.endsWith('\n') ? 1 : 0),
      'The letter leaves out what the person must be told.',
      `Name it too: ${missing.map((name) => `{{${name}}}`).join(', ')}.`,
    );
}

/** What a letter is sealed and compared by: SHA-256 over its subject, an empty line and its text, in hex. */
export function letterDigest({ subject, text }: Letter): string {
  return createHash('sha256').update(`${subject}\n\n${text}`).digest('hex');
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.md'))
      .sort();
  } catch {
    return [];
  }
}

/** A line with the subject, an empty line, the text. */
function parsed(file: string): Letter | undefined {
  const lines = file.replaceAll('\r\n', '\n').trimEnd();
  const end = lines.indexOf('\n');
  const subject = lines.startsWith('Subject:') ? lines.slice('Subject:'.length, end).trim() : '';
  const rest = lines.slice(end + 1);
  const from = rest.lastIndexOf('\n', rest.search(/\S/));
  return end < 0 || subject === '' || from < 0 ? undefined : { subject, text: `${rest.slice(from + 1)}\n` };
}

/** The language a letter is written in: the one asked for, where the policies have it, otherwise English. */
export function letterLanguage(policies: Pick<PolicySet, 'letters'>, id: LetterId, language: string): string {
  const texts = policies.letters[id] ?? {};
  const [short = language] = language.split('-');
  return [language, short, FALLBACK].find((one) => texts[one]) ?? FALLBACK;
}

/**
 * A letter filled in, in the reader's language where there is one, otherwise in English. `cite` writes provisions of the
 * GDPR as the reader's law and language have them.
 * @throws Problem `conflict` where it names something of which nothing is known: no letter has a gap.
 */
export function composeLetter(
  policies: Pick<PolicySet, 'letters'>,
  id: LetterId,
  language: string,
  values: Readonly<Record<string, string | undefined>>,
  cite?: (...provisions: string[]) => string,
): Letter & { language: string } {
  const chosen = letterLanguage(policies, id, language);
  const letter = policies.letters[id]?.[chosen];
  if (!letter) throw new RangeError(`The policies have no letter ${id}.`);
  const filling = (name: string): string => {
    const value = name.startsWith('Art. ') ? cite?.(...name.slice('Art. '.length).split(', ')) : values[name];
    if (value === undefined)
      throw new Problem(
        'conflict',
        `The letter ${id} cannot be made: it names {{${name}}}, of which nothing is known here.`,
        { members: { missing: [name] } },
      );
    return value;
  };
  const fill = (text: string) =>
    // Where a law has no counterpart of what is cited, the brackets around it go too.
    text.replaceAll(/ \(\{\{(Art\. [^{}]*)\}\}\)|\{\{([^{}]*)\}\}/g, (_, cited?: string, name = '') => {
      if (cited === undefined) return filling(name.trim());
      const citation = filling(cited.trim());
      return citation === '' ? '' : ` (${citation})`;
    });
  return { subject: fill(letter.subject).replaceAll(/\s+/g, ' '), text: fill(letter.text), language: chosen };
}
