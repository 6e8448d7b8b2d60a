import type { Server, ServerResponse } from 'node:http';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { parseInstant } from '../../src/law/instant.ts';

/**
 * Holds every answer of a server, as it goes out on the wire, against the OpenAPI document: its status, its media type,
 * its body. What does not fit fails the test in which it was answered (`test/support/mocha-fixtures.ts`).
 */

interface Media {
  schema?: object;
}

interface Described {
  responses: Record<string, { content?: Record<string, Media> }>;
}

export interface ApiDocument {
  paths: Record<string, Record<string, Described>>;
  components: { schemas: Record<string, unknown> };
}

const misfits: string[] = [];

/** What did not fit since it was asked last. */
export function takeMisfits(): string[] {
  return misfits.splice(0);
}

const compiled = new Map<string, ValidateFunction>();

function validatorOf(schema: object, { components }: ApiDocument): ValidateFunction {
  const whole = { ...schema, components: { schemas: reachedFrom(schema, components.schemas) } };
  const content = JSON.stringify(whole);
  const known = compiled.get(content);
  if (known) return known;
  const ajv = new Ajv2020({ allErrors: true, strict: false });
  formats.default(ajv);
  ajv.addFormat('date-time', (text: string) => parseInstant(text) !== undefined);
  const made = ajv.compile(whole);
  compiled.set(content, made);
  return made;
}

/** The components a schema leads to. */
function reachedFrom(schema: unknown, all: Record<string, unknown>, found: Record<string, unknown> = {}) {
  for (const [, name] of JSON.stringify(schema).matchAll(/"#\/components\/schemas\/(\w+)"/g))
    if (name !== undefined && !(name in found)) {
      found[name] = all[name];
      reachedFrom(all[name], all, found);
    }
  return found;
}

export interface Answer {
  method: string;
  route: string;
  status: number;
  mediaType: string | undefined;
  /** Read where it is JSON. */
  text: string;
}

/** In what an answer is not as the document has it; undefined where it is. */
export function misfitOf(answer: Answer, document: ApiDocument): string | undefined {
  const { method, route, status, mediaType, text } = answer;
  const described = document.paths[route]?.[method === 'HEAD' ? 'get' : method.toLowerCase()];
  // Of methods that are not offered there, and of preflights, no operation tells.
  if (!described) return undefined;
  const told = `${method} ${route} answers ${status}`;
  const response = described.responses[status];
  if (!response) return `${told}, which is not declared${text ? `: ${text.slice(0, 300)}` : ''}`;
  const kinds = response.content ?? {};
  const [type] = mediaType?.split(';') ?? [];
  const kind = Object.keys(kinds).find((one) => one.split(';')[0] === type);
  if (kind === undefined)
    return Object.keys(kinds).length === 0 && mediaType === undefined
      ? undefined
      : `${told} as ${mediaType}; declared: ${Object.keys(kinds).join(', ') || 'nothing'}`;
  const schema = kinds[kind]?.schema;
  if (!schema || !isJson(type) || method === 'HEAD') return undefined;
  const validate = validatorOf(schema, document);
  const body = JSON.parse(text) as object;
  if (!validate(body))
    return `${told}: ${(validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`).join('; ')}: ${text.slice(0, 300)}`;
  if (type !== 'application/problem+json') return undefined;
  return undeclaredMember(told, body, document) ?? unknownCall(told, body, document);
}

/** What a problem says can be called must exist. */
function unknownCall(told: string, { calls = [] }: { calls?: string[] }, { paths }: ApiDocument): string | undefined {
  const unknown = calls.filter((call) => {
    const [verb = '', path = ''] = call.split(' ');
    return !paths[path]?.[verb.toLowerCase()];
  });
  return unknown.length > 0 ? `${told} and names calls that do not exist: ${unknown.join(', ')}` : undefined;
}

/** A client may pass over members it does not know; here every one is told of. */
function undeclaredMember(told: string, body: object, { components }: ApiDocument): string | undefined {
  const { properties } = components.schemas['Problem'] as { properties: object };
  const unknown = Object.keys(body).filter((name) => !(name in properties));
  return unknown.length > 0 ? `${told} with members that Problem does not name: ${unknown.join(', ')}` : undefined;
}

const isJson = (type: string | undefined): boolean => /^application\/([\w.-]+\+)?json$/.test(type ?? '');

type Outgoing = Pick<ServerResponse, 'write' | 'end' | 'writeHead'>;
type Any = (...given: unknown[]) => never;

/** From now on the answers of `server` are held against the document. */
export function checkAnswers(
  server: Server,
  document: () => ApiDocument,
  routeOf: (response: ServerResponse) => string,
) {
  server.prependListener('request', (request, response: ServerResponse) => {
    const pieces: Buffer[] = [];
    let mediaType: string | undefined;
    const keep = (chunk: unknown) => {
      if (!isJson(mediaType?.split(';')[0])) return;
      if (typeof chunk === 'string') pieces.push(Buffer.from(chunk));
      else if (chunk instanceof Uint8Array) pieces.push(Buffer.from(chunk));
    };
    const own: Outgoing = { write: response.write, end: response.end, writeHead: response.writeHead };
    // As they were set one by one, or given at once: then Node does not tell them any more.
    response.writeHead = (...given: unknown[]) => {
      const headers = (given.at(-1) ?? {}) as Record<string, string>;
      mediaType = headers['Content-Type'] ?? (response.getHeader('content-type') as string | undefined);
      return (own.writeHead as Any).apply(response, given);
    };
    response.write = (...given: unknown[]) => {
      keep(given[0]);
      return (own.write as Any).apply(response, given);
    };
    response.end = (...given: unknown[]) => {
      keep(given[0]);
      const text = Buffer.concat(pieces).toString();
      const { statusCode: status } = response;
      const answer = { method: request.method as string, route: routeOf(response), status, mediaType, text };
      const misfit = misfitOf(answer, document());
      if (misfit !== undefined) misfits.push(misfit);
      return (own.end as Any).apply(response, given);
    };
  });
}
