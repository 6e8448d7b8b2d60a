import Type from 'typebox';

/**
 * Text a person is described with, on one line: any script, right-to-left marks included; no control characters and no
 * line separators, and not only blanks.
 */
const LINE_PATTERN = '^(?=.*\\S)[^\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029]+$';

export function line(maxLength: number, description?: string) {
  return Type.String({ minLength: 1, maxLength, pattern: LINE_PATTERN, description });
}

/** Text as it is kept: Unicode normalisation form C, so that equal names are equal bytes. */
export function toNfc(text: string): string {
  return text.normalize('NFC');
}
