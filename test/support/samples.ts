import fc from 'fast-check';

type Schema = Record<string, unknown>;

export interface Operation {
  operationId: string;
  method: 'get' | 'put' | 'post' | 'patch' | 'delete';
  path: string;
  permission: string;
  installationOnly: boolean;
  parameters: { name: string; in: string; required: boolean; schema: Schema }[];
  body: Schema | undefined;
  mediaType: string | undefined;
}

interface Document {
  paths: Record<string, Record<string, Schema>>;
  components: { schemas: Record<string, Schema> };
}

/** The operations of an OpenAPI document: what tests walk that are to hold for every route there will ever be. */
export function operationsOf(document: Document): Operation[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => {
      const request = operation['requestBody'] as { content?: Record<string, Schema> } | undefined;
      const [mediaType, media] = Object.entries(request?.content ?? {})[0] ?? [];
      return {
        operationId: operation['operationId'] as string,
        method: method as Operation['method'],
        path,
        permission: operation['x-permission'] as string,
        installationOnly: operation['x-scope'] === 'installation',
        parameters: (operation['parameters'] as Operation['parameters']).filter(({ name }) => name !== undefined),
        // Of a stream of lines: what one line looks like.
        body: (media?.['x-line-schema'] ?? media?.['schema']) as Schema | undefined,
        mediaType,
      };
    }),
  );
}

/** Something that fits a schema; `text` fills strings that may hold anything. Optional members are there too. */
export function sampleOf(schema: Schema, document: Document, text = 'sample'): unknown {
  const again = (part: unknown) => sampleOf(part as Schema, document, text);
  if (typeof schema['$ref'] === 'string')
    return again(document.components.schemas[(schema['$ref'] as string).split('/').at(-1) as string]);
  if ('const' in schema) return schema['const'];
  if (Array.isArray(schema['enum'])) return schema['enum'][0];
  const choice = schema['anyOf'] ?? schema['oneOf'];
  if (Array.isArray(choice)) return again(choice[0]);
  const type = Array.isArray(schema['type']) ? schema['type'][0] : schema['type'];
  switch (type) {
    case 'object':
      return Object.fromEntries(
        Object.entries((schema['properties'] ?? {}) as Schema).map(([name, part]) => [name, again(part)]),
      );
    case 'array':
      return [again(schema['items'])];
    case 'integer':
    case 'number':
      return schema['minimum'] ?? 1;
    case 'boolean':
      return true;
    case 'string':
      return stringOf(schema, text);
    default:
      return text;
  }
}

function stringOf(schema: Schema, text: string): string {
  switch (schema['format']) {
    case 'date-time':
      return '2026-02-01T10:00:00Z';
    case 'date':
      return '2026-02-01';
    case 'uuid':
      return '0190c7a4-0000-7000-8000-000000000000';
  }
  const most = Number(schema['maxLength'] ?? 10_000);
  const least = Number(schema['minLength'] ?? 0);
  if (text.length < least) return stringOf(schema, text.padEnd(least, text || 'x'));
  if (typeof schema['pattern'] !== 'string') return text.slice(0, most);
  const pattern = new RegExp(schema['pattern'], 'u');
  if (pattern.test(text) && text.length <= most) return text;
  // Of patterns that look ahead nothing can be made: a duration is the one that bodies have.
  if (pattern.test('P30D')) return 'P30D';
  const candidates =
    fitting.get(pattern.source) ?? fc.sample(fc.stringMatching(pattern, { size: 'small' }), { numRuns: 20, seed: 7 });
  fitting.set(pattern.source, candidates);
  return candidates.find((candidate) => candidate.length <= most && pattern.test(candidate)) as string;
}

/** Texts that fit a pattern, which take a while to make. */
const fitting = new Map<string, string[]>();

/** The address of an operation with its path parameters filled in. */
export function addressOf(operation: Operation, document: Document, values: Record<string, string> = {}): string {
  return operation.path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const parameter = operation.parameters.find((one) => one.in === 'path' && one.name === name);
    return encodeURIComponent(values[name] ?? String(sampleOf(parameter?.schema ?? {}, document)));
  });
}
