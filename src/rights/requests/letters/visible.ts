/** Marks that set, embed or isolate the direction of writing (UAX #9), invisible but for what they do to their neighbours. */
const DIRECTION = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const CONTROLS = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029]/g;
const RIGHT_TO_LEFT = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;
const FIRST_STRONG_ISOLATE = '\u2068';
const POP_ISOLATE = '\u2069';

/**
 * Text that came from outside, as a letter may show it: a mark of direction is written out (`[U+202E]`), a control
 * character is a space, half a surrogate pair a replacement character. Lines stay lines.
 */
export function visible(text: string): string {
  return text
    .toWellFormed()
    .normalize('NFC')
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(CONTROLS, ' ')
    .replaceAll(DIRECTION, (mark) => `[U+${mark.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}]`)
    .trim();
}

/** The same on one line; what is written from right to left is isolated, so that it moves nothing around it. */
export function visibleLine(text: string): string {
  const line = visible(text).replaceAll(/\s+/g, ' ');
  return RIGHT_TO_LEFT.test(line) ? `${FIRST_STRONG_ISOLATE}${line}${POP_ISOLATE}` : line;
}
