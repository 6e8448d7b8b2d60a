import { hasRightToLeft, withoutDirections } from './bidi.ts';
import type { Block, PrintDocument } from './model.ts';

/**
 * The document with nothing in it that would print as an empty box: control characters become spaces, and a letter the
 * fonts do not have (a name in Chinese) its number in Unicode, so that it can still be told which it was. What says which
 * way text runs stays where there is something it could turn round.
 */
export function legible(document: PrintDocument, hasGlyph: (codePoint: number) => boolean): PrintDocument {
  const clean = (text: string): string => {
    let result = '';
    for (const letter of (hasRightToLeft(text) ? text : withoutDirections(text)).replaceAll(/\r\n?/g, '\n')) {
      const codePoint = letter.codePointAt(0) ?? 0;
      if (letter === '\n') result += letter;
      else if (codePoint < 0x20 || (codePoint >= 0x7f && codePoint < 0xa0)) result += ' ';
      else
        result +=
          withoutDirections(letter) === '' || hasGlyph(codePoint)
            ? letter
            : `[U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}]`;
    }
    return result;
  };
  const block = (one: Block): Block => {
    switch (one.kind) {
      case 'heading':
      case 'paragraph':
        return { ...one, text: clean(one.text) };
      case 'list':
        return { ...one, items: one.items.map(clean) };
      case 'signature':
        return {
          ...one,
          party: clean(one.party),
          name: one.name && clean(one.name),
          role: one.role && clean(one.role),
        };
      case 'facts':
        return { ...one, rows: one.rows.map(([label, value]): [string, string] => [clean(label), clean(value)]) };
      case 'table':
        return {
          ...one,
          caption: clean(one.caption),
          columns: one.columns.map(clean),
          rows: one.rows.map((row) => row.map(clean)),
        };
    }
  };
  return {
    ...document,
    title: clean(document.title),
    institution: clean(document.institution),
    subtitle: document.subtitle === undefined ? undefined : clean(document.subtitle),
    letterhead: document.letterhead && { ...document.letterhead, lines: document.letterhead.lines.map(clean) },
    date: clean(document.date),
    blocks: document.blocks.map(block),
  };
}
