import { Problem } from '../../foundations/contract/problem.ts';

function decode(text: string): string {
  let value: string;
  try {
    value = decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw new Problem('malformed-request', 'The query cannot be decoded.');
  }
  if (value.includes('\0')) throw new Problem('malformed-request', 'The query holds a NUL character.');
  return value;
}

/** The query of a URL by name; a name given twice has a list of values. @throws Problem `malformed-request` */
export function readQuery(url: string): Record<string, string | string[]> {
  const query: Record<string, string | string[]> = Object.create(null) as Record<string, string | string[]>;
  const mark = url.indexOf('?');
  if (mark < 0) return query;
  for (const part of url.slice(mark + 1).split('&')) {
    if (part === '') continue;
    const equals = part.indexOf('=');
    const name = decode(equals < 0 ? part : part.slice(0, equals));
    const value = equals < 0 ? '' : decode(part.slice(equals + 1));
    const before = query[name];
    if (before === undefined) query[name] = value;
    else if (Array.isArray(before)) before.push(value);
    else query[name] = [before, value];
  }
  return query;
}
