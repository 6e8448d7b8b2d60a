import type { Block, PrintDocument, Sender } from '../../../foundations/print/model.ts';
import type { Language } from '../types.ts';

/** A letter as parts of a document: lines with a hyphen are a list, lines with a label facts, all else paragraphs. */
export function letterPage(
  { subject, text, language }: { subject: string; text: string; language: Language },
  sender: Sender,
  date: string,
): PrintDocument {
  return {
    ...sender,
    title: subject,
    language,
    date,
    blocks: text
      .trimEnd()
      .split(/\n{2,}/)
      .flatMap((part) => blocksOf(part.split('\n'))),
  };
}

const LABEL = /^([^:\n]{2,40}): (\S.*)$/;

function blocksOf(lines: string[]): Block[] {
  const labelled = lines.map((line) => LABEL.exec(line));
  if (lines.length > 1 && labelled.every((match) => match !== null))
    return [{ kind: 'facts', rows: labelled.map(([, label = '', value = '']) => [label, value]) }];
  const blocks: Block[] = [];
  const [first = '', second] = lines;
  // A short line above a text, not ended as a sentence, is its heading.
  const headed = second !== undefined && first.length <= 60 && !/[.,:;!?]$/.test(first) && !second.startsWith('- ');
  const rest = headed && /[.!?]$/.test(lines.at(-1) ?? '') ? lines.slice(1) : lines;
  if (rest !== lines) blocks.push({ kind: 'heading', level: 3, text: first });
  let paragraph: string[] = [];
  let items: string[] = [];
  const flush = () => {
    if (paragraph.length > 0) blocks.push({ kind: 'paragraph', text: paragraph.join('\n') });
    if (items.length > 0) blocks.push({ kind: 'list', items });
    paragraph = [];
    items = [];
  };
  for (const line of rest) {
    if (line.startsWith('- ')) {
      if (paragraph.length > 0) flush();
      items.push(line.slice(2));
    } else {
      if (items.length > 0) flush();
      paragraph.push(line);
    }
  }
  flush();
  return blocks;
}
