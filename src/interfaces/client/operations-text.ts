import type { RouteSpec } from '../../foundations/contract/contract.ts';
import { PROBLEM_MEMBERS, PROBLEM_TYPES } from '../../foundations/contract/problem.ts';
import { READING_PURPOSES } from '../../law/reading-purposes.ts';
import { comment, indented, literal, NamedTypes, quoted, union } from './type-text.ts';

const HEAD = `// Made by \`npm run client\` from the route table; a test fails when it is not of today.
`;

type Properties = { properties?: Record<string, unknown>; required?: string[] };

const propertiesOf = (schema: unknown) => Object.keys((schema as Properties | undefined)?.properties ?? {});

/** Of a list that comes in pages, where `next` of one is given as `cursor` of the following. */
function cursorPlace({ response, query, body }: RouteSpec): 'query' | 'body' | undefined {
  const answer = typeof response === 'object' ? propertiesOf(response) : [];
  if (!answer.includes('items') || !answer.includes('next')) return undefined;
  if (propertiesOf(query).includes('cursor')) return 'query';
  return propertiesOf(body).includes('cursor') ? 'body' : undefined;
}

/** What a call of it takes. */
function argumentsOf(spec: RouteSpec, types: NamedTypes): string {
  const members: string[] = [];
  const places = [...spec.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => `${quoted(name as string)}: string`);
  if (places.length > 0) members.push(`params: { ${places.join('; ')} };`);
  if (spec.query) {
    const required = ((spec.query as Properties).required ?? []).length > 0;
    members.push(`query${required ? '' : '?'}: ${types.textOf(spec.query)};`);
  }
  if (spec.body) {
    const text = types.textOf(spec.body);
    if (spec.bodyFormat === 'ndjson') members.push(`body: Lines<${text}>;`);
    else if (spec.bodyFormat === 'signed')
      members.push(`${comment('The bytes that were signed, as they are.')}body: string | Uint8Array<ArrayBuffer>;`);
    else members.push(`body: ${text};`);
  }
  if (spec.ifMatch)
    members.push(`${comment('The `etag` that was read.')}ifMatch${spec.ifMatch === 'required' ? '' : '?'}: string;`);
  if (spec.secret) members.push(`${comment('What the person was given with the request.')}secret: string;`);
  if (spec.reads)
    members.push(`${comment('Why a person looks; not needed of systems.')}purpose?: Purpose | StatedPurpose;`);
  return members.length > 0 ? `{\n${indented(members.join('\n'))}\n}` : 'object';
}

function answerOf(spec: RouteSpec, types: NamedTypes): string {
  const all = [
    spec.response,
    ...Object.values(spec.others ?? {}).filter((one) => !Array.isArray(one) || one.length > 0),
  ];
  const texts = all.map((one) =>
    one === undefined
      ? 'undefined'
      : typeof one === 'string' || Array.isArray(one)
        ? 'globalThis.Response'
        : types.textOf(one),
  );
  return union(texts);
}

/** What the runtime has to know beside method and path, as words behind them. */
function wordsOf(spec: RouteSpec): string[] {
  const words: string[] = [];
  if (spec.idempotency) words.push('key');
  if (typeof spec.response === 'string') words.push('stream');
  if (spec.bodyFormat === 'ndjson') words.push('lines');
  if (spec.bodyFormat === 'signed') words.push(spec.bodyType ? 'text' : 'bytes');
  if (spec.reads) words.push('reads');
  const cursor = cursorPlace(spec);
  if (cursor) words.push(cursor === 'body' ? 'pagedInBody' : 'paged');
  return words;
}

/** The file `operations.ts`: a type for every named schema, what each operation takes and answers, and where it is. */
export function operationsText(given: readonly RouteSpec[]): string {
  const specs = [...given].sort((a, b) => (a.operationId < b.operationId ? -1 : 1));
  const types = new NamedTypes();
  const operations = specs.map((spec) => {
    const gone = spec.deprecated ? ` @deprecated gone from ${spec.deprecated.sunset} on` : '';
    const args = argumentsOf(spec, types);
    const answer = answerOf(spec, types);
    return `${comment(`${spec.summary}.${gone}`)}${spec.operationId}: {\n${indented(`args: ${args};\nanswer: ${answer};`)}\n};`;
  });
  const places = specs.map((spec) => {
    const words = [spec.method.toUpperCase(), spec.path, ...wordsOf(spec)];
    return `${spec.operationId}: '${words.join(' ')}',`;
  });
  const named = (test: (spec: RouteSpec) => unknown) =>
    `\n  | ${specs
      .filter(test)
      .map(({ operationId }) => literal(operationId))
      .join('\n  | ')}`;
  const members = Object.entries(PROBLEM_MEMBERS).map(
    ([name, schema]) => `${comment(schema.description)}${name}?: ${types.textOf(schema)};`,
  );
  const statuses = Object.entries(PROBLEM_TYPES).map(([type, { status }]) => `${literal(type)}: ${status};`);
  const purposes = Object.entries(READING_PURPOSES).map(([code, words]) => `${comment(words)}${literal(code)}: true;`);
  return `${HEAD}
${types.declarations().join('\n\n')}

/** JSON objects one a line, or the bytes of such a stream. */
export type Lines<T> =
  | Iterable<T>
  | AsyncIterable<T>
  | string
  | Blob
  | Uint8Array<ArrayBuffer>
  | ReadableStream<Uint8Array<ArrayBuffer>>;

/** Why somebody may look at personal data. */
export interface Purposes {
${indented(purposes.join('\n'))}
}

export type Purpose = keyof Purposes;

export interface StatedPurpose {
  purpose: Purpose;
  /** A case number, such as \`2026-17\`; never a name. */
  reference?: string;
}

/** The types of problems, and the status that each comes with. */
export interface ProblemStatuses {
${indented(statuses.join('\n'))}
}

/** What a problem may tell beside what every one tells. */
export interface ProblemMembers {
${indented(members.join('\n'))}
}

/** What each operation takes and answers. */
export interface Operations {
${indented(operations.join('\n'))}
}

/** Lists that come in pages. */
export type PagedOperation =${named(cursorPlace)};

/** Operations whose answer holds personal data: a person says why they look. */
export type ReadingOperation =${named(({ reads }) => reads)};

/** Where each operation is, and what the client has to know of it. */
export const OPERATIONS = {
${indented(places.join('\n'))}
} as const satisfies Record<keyof Operations, string>;
`;
}
