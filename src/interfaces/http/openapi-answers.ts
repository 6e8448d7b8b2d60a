import type { RouteSpec } from '../../foundations/contract/contract.ts';

/** What a successful answer is, in words, for the OpenAPI document. */

const DOCUMENTS: Record<string, string> = {
  'application/atom+xml': 'The feed.',
  'application/jose': 'The signed statement (JWS).',
  'application/json': 'The JSON document.',
  'application/ld+json': 'The JSON-LD document.',
  'application/octet-stream': 'The bytes as they are.',
  'application/pdf': 'The PDF document.',
  'application/x-pem-file': 'The certificate as PEM.',
  'application/x-ndjson': 'A stream of JSON objects, one a line.',
  'application/zip': 'The ZIP file.',
  'text/calendar': 'The calendar.',
  'text/csv': 'The table as CSV.',
  'text/html': 'The page.',
  'text/plain': 'The text.',
};

/** Names of fields shown of an answer that has no name of its own. */
const MOST_FIELDS = 5;

interface AnswerSchema {
  title?: string;
  description?: string;
  properties?: Record<string, unknown>;
}

/** `SubProcessorChange` as `sub processor change`. */
function inWords(title: string): string {
  return title.replace(/(?<=[a-z\d])(?=[A-Z])/g, ' ').toLowerCase();
}

function inList(names: string[]): string {
  const shown = names.slice(0, MOST_FIELDS).map((name) => `\`${name}\``);
  if (names.length > MOST_FIELDS) return `${shown.join(', ')} and more`;
  const last = shown.pop();
  return shown.length > 0 ? `${shown.join(', ')} and ${last}` : `${last}`;
}

/** What becomes of a named thing in an operation. */
function fateOf({ method, status }: RouteSpec): string {
  if (status === 201) return ' that was made';
  if (status === 202) return ' as it stands; the work on it goes on';
  return method === 'get' ? '' : ' afterwards';
}

/**
 * The words of the specification, or of the schema; else what its shape tells: a page of a list, a named thing and what
 * became of it, or the fields there are.
 */
export function answerInWords(spec: RouteSpec): string {
  if (spec.answers !== undefined) return spec.answers;
  if (spec.response === undefined) return 'Done; the answer is empty.';
  if (typeof spec.response === 'string') {
    const [mediaType] = spec.response.split(';');
    return DOCUMENTS[mediaType as string] ?? `A document of type \`${mediaType}\`.`;
  }
  const { title, description, properties } = spec.response as AnswerSchema;
  if (description !== undefined) return description;
  const fields = Object.keys(properties ?? {});
  if (fields.includes('items'))
    return fields.includes('next') ? 'A page of the list; `next` leads to the following one.' : 'The whole list.';
  if (title !== undefined) return `The ${inWords(title)}${fateOf(spec)}.`;
  return fields.length > 0 ? `An object of ${inList(fields)}.` : 'The value itself.';
}
