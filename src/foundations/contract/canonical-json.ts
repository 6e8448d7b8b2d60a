import canonicalize from 'canonicalize';

/**
 * JSON in its canonical form (RFC 8785): the same content gives the same text, whoever writes it.
 * @throws Error for what JSON has no word for (NaN, Infinity, lone surrogates).
 */
export function canonical(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('There is no JSON for this value.');
  if (hasHalfCharacter(text)) throw new TypeError('Half a character has no canonical form.');
  return text;
}

/** Only half a character (a lone surrogate) is written as an escape; whole ones stand for themselves. */
const HALF = /(?:^|[^\\])(?:\\\\)*\\ud/;

/** Whether JSON as `JSON.stringify` or `canonicalize` writes it has half a character in a text. */
export function hasHalfCharacter(json: string): boolean {
  return json.includes('\\ud') && HALF.test(json);
}
