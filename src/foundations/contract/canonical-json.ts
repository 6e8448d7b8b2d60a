import canonicalize from 'canonicalize';

/**
 * JSON in its canonical form (RFC 8785): the same content gives the same text, whoever writes it.
 * @throws Error for what JSON has no word for (NaN, Infinity, lone surrogates).
 */
export function canonical(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('There is no JSON for this value.');
  return text;
}
