import type { Deprecation } from '../../foundations/contract/contract.ts';

/**
 * What every answer of a deprecated operation says: since when it is (a date as RFC 9651 has it; RFC 9745), when it will
 * no longer be there (an HTTP-date; RFC 8594), and where that is explained.
 *
 * @throws RangeError for days that do not exist, and where it would go before it is deprecated.
 */
export function deprecationHeaders({ since, sunset }: Deprecation): Record<string, string> {
  const [from, end] = [startOf(since), startOf(sunset)];
  if (end < from) throw new RangeError(`An operation cannot go on ${sunset}, before it is deprecated on ${since}.`);
  return {
    Deprecation: `@${from.getTime() / 1000}`,
    Sunset: end.toUTCString(),
    Link: '</docs>; rel="deprecation"; type="text/html"',
  };
}

/** For the OpenAPI document: in words, and as tools read it. */
export function deprecationInWords({ since, sunset, instead }: Deprecation): string {
  const successor = instead === undefined ? '' : ` Use \`${instead}\` instead.`;
  return `Deprecated since ${since}; gone from ${sunset} on.${successor}`;
}

function startOf(day: string): Date {
  const at = new Date(`${day}T00:00:00Z`);
  if (!/^\d{4}-\d\d-\d\d$/.test(day) || Number.isNaN(at.getTime()) || at.toISOString().slice(0, 10) !== day)
    throw new RangeError(`There is no day "${day}".`);
  return at;
}
