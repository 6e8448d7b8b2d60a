import type { Block } from './model.ts';

const LABEL = /^([^:\n]{2,40}): (\S.*)$/;
const NUMBERED = /^\d{1,2}\. \S/;
/** A line to sign on, as a letter in plain text has it. */
const SIGNED_ON = /^_{5,}$/m;

/**
 * A letter's text as parts of a document: lines with a hyphen are a list, lines with a label facts, a numbered or short
 * first line a heading, a line of underscores the place where `party` signs, all else paragraphs.
 */
export function letterBlocks(text: string, party: string): Block[] {
  const parts = text.trim().split(/\n{2,}/);
  const signed = parts.findIndex((part) => SIGNED_ON.test(part));
  const written = signed === -1 ? parts : parts.slice(0, signed);
  // For whom is signed stands above the line; the place to sign says it itself.
  if (signed !== -1 && written.at(-1)?.endsWith(party)) written.pop();
  const after = signed === -1 ? [] : parts.slice(signed + 1);
  return [
    ...written.flatMap((part) => blocksOf(part.split('\n'))),
    ...(signed === -1 ? [] : [{ kind: 'signature' as const, party }]),
    ...after.flatMap((part) => blocksOf(part.split('\n'))),
  ];
}

function blocksOf(lines: string[]): Block[] {
  const labelled = lines.map((line) => LABEL.exec(line));
  if (lines.length > 1 && labelled.every((match) => match !== null))
    return [{ kind: 'facts', rows: labelled.map(([, label = '', value = '']) => [label, value]) }];
  const blocks: Block[] = [];
  const [first = '', second] = lines;
  // A short line above a text, not ended as a sentence, is its heading.
  const headed = second !== undefined && first.length <= 60 && !/[.,:;!?]$/.test(first) && !second.startsWith('- ');
  const numbered = second !== undefined && NUMBERED.test(first) && !NUMBERED.test(second);
  const rest = numbered || (headed && /[.!?]$/.test(lines.at(-1) ?? '')) ? lines.slice(1) : lines;
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
