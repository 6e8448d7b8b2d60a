import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type MessageFormatElement, parse, TYPE } from '@formatjs/icu-messageformat-parser';
import { printAST } from '@formatjs/icu-messageformat-parser/printer.js';
import { speakFrom } from '../../src/foundations/messages/texts.ts';
import { packageRoot } from '../../src/foundations/process/package-root.ts';

const shipped = join(packageRoot, 'src', 'foundations', 'messages');

/** Greek has days, months and countries of its own in every Node, and no letter that English has. */
export const PSEUDO = 'el';

/** `Confirm`: each letter as wide as a Chinese one. What is still an English word afterwards came from no message. */
export const marked = (text: string): string =>
  text.replaceAll(/[A-Za-z]/g, (letter) => String.fromCodePoint((letter.codePointAt(0) as number) + 0xfee0));

function mark(elements: MessageFormatElement[]): MessageFormatElement[] {
  return elements.map((element) => {
    if (element.type === TYPE.literal) return { ...element, value: marked(element.value) };
    if (element.type !== TYPE.select && element.type !== TYPE.plural) return element;
    const options = Object.entries(element.options).map(([key, one]) => [key, { ...one, value: mark(one.value) }]);
    return { ...element, options: Object.fromEntries(options) };
  });
}

/** A folder of texts with a third language: the English messages, every one of them marked. Answers how to go back. */
export function speakPseudo(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'lethe-pseudo-'));
  for (const language of ['en', PSEUDO]) {
    mkdirSync(join(folder, language));
    for (const part of readdirSync(join(shipped, 'en'))) {
      const messages = JSON.parse(readFileSync(join(shipped, 'en', part), 'utf8')) as Record<string, string>;
      const said = Object.entries(messages).map(([key, text]) => [
        key,
        language === 'en' ? text : printAST(mark(parse(text))),
      ]);
      writeFileSync(join(folder, language, part), JSON.stringify(Object.fromEntries(said)));
    }
  }
  const back = speakFrom(folder);
  return () => {
    back();
    rmSync(folder, { recursive: true });
  };
}
