import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TSchema } from 'typebox';
import { endsWithContract } from '../../foundations/access/leaving.ts';
import { ROLES } from '../../foundations/contract/context.ts';
import type { RouteSpec } from '../../foundations/contract/contract.ts';
import { PERMISSIONS } from '../../foundations/contract/permissions.ts';
import { PROBLEM_MEMBERS, PROBLEM_TYPES, type ProblemType } from '../../foundations/contract/problem.ts';
import { packageRoot } from '../../foundations/process/package-root.ts';
import { IDEMPOTENCY_HOURS } from '../../foundations/store/idempotency.ts';
import { READING_PURPOSES } from '../../law/reading-purposes.ts';
import { deprecationInWords } from './deprecation.ts';
import { answerInWords } from './openapi-answers.ts';

type Json = Record<string, unknown>;

const DESCRIPTION = `Every error is a problem document (RFC 9457); its \`type\` is an address here that explains it.
Lists come in pages: give \`next\` of one page as \`cursor\` of the following. What can be edited has an \`ETag\`;
send it back in \`If-Match\`. A repeated \`Idempotency-Key\` gets the first answer for ${IDEMPOTENCY_HOURS} hours.
Instants are UTC (RFC 3339). Every answer has an \`X-Request-Id\`; the log knows it.`;

const TAGS: Record<string, string> = {
  Consents: 'Decisions on purposes: recorded, shown, withdrawn (GDPR Art. 7).',
  Receipts: 'Proof of a decision for the person who made it (GDPR Art. 7(1), 7(3)).',
  Notices: 'The texts shown to people, by version and language.',
  Visits: 'Address and browser of visits, and what becomes of them.',
  Imports: 'Bringing what was kept elsewhere, each thing once, with its true time.',
  Profiles: 'What the platform keeps of its accounts.',
  Content: 'Who published what.',
  Relations: 'How people stand to the platform: what conditions of retention rules look at.',
  Information: 'Who is to be told of data that others gave about them, and by when (Art. 14).',
  'Special texts': 'Free text marked as telling of a special category of data: masked (Art. 9).',
  Erasure: 'Forgetting a person (Art. 17).',
  Requests: 'The life of a request of a data subject, on its legal clock (Art. 12, 15 to 22).',
  Reports: 'Everything held about a person (Art. 15).',
  Audit: 'Who decided what, and under which policies (Art. 5(2)).',
  Log: 'The audit log as a Merkle tree that anyone can verify (C2SP tlog-tiles).',
  Packages: 'What a person is given: everything held (Art. 15), or what they take elsewhere (Art. 20).',
  Disclosures: 'What only two persons together may see: full addresses, everybody’s data at once.',
  Recipients: 'Who had data of a person, is told of changes, and what they answered (Art. 19).',
  OpenDSR: 'Requests that controllers send on, and erasures sent on to processors, as OpenDSR 2.0 has it.',
  DRP: 'Requests that agents bring for persons, as the Data Rights Protocol 1.0 has it.',
  Breaches: 'The register of all breaches of personal data (Art. 33, 34).',
  Retention: 'What is due, what is held, what was destroyed (Art. 5(1)(e)).',
  Certificates: 'What erasures and sweeps prove, to be checked by anybody.',
  Policies: 'What this installation has decided.',
  Register: 'Who is controller, processor and sub-processor of what, now and at any instant.',
  Officer: 'How the data protection officer stands, and what they did (Art. 37 to 39).',
  Departures: 'The end of a contract: return or deletion of everything, and its certificate (Art. 28(3)(g)).',
  Access: 'Tenants and tokens.',
};

const PROBLEM_SCHEMA: Json = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'instance'],
  properties: {
    type: { type: 'string', format: 'uri-reference', description: 'Stable; the page behind it explains the problem.' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string', description: 'Never repeats what was sent.' },
    instance: { type: 'string', format: 'uri', description: 'The request, as the log knows it.' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['pointer', 'detail'],
        properties: {
          pointer: {
            type: 'string',
            description: 'JSON pointer into the body, `?parameter`, `{parameter}` of the path, or `Header:`.',
          },
          detail: { type: 'string', description: 'What would be right.' },
        },
      },
    },
    ...PROBLEM_MEMBERS,
  },
};

/** Schemas with a one-word title become components, referred to by it. */
class Components {
  readonly schemas: Record<string, Json> = { Problem: PROBLEM_SCHEMA };

  lift(schema: unknown): unknown {
    if (Array.isArray(schema)) return schema.map((part) => this.lift(part));
    if (schema === null || typeof schema !== 'object') return schema;
    const { title } = schema as { title?: unknown };
    const lifted = Object.fromEntries(
      Object.entries(schema).map(([key, part]) => [
        key,
        key === 'default' || key === 'enum' || key === 'const' ? part : this.lift(part),
      ]),
    );
    if (typeof title !== 'string' || !/^[A-Z]\w+$/.test(title)) return lifted;
    delete lifted['title'];
    const known = this.schemas[title];
    if (known && JSON.stringify(known) !== JSON.stringify(lifted))
      throw new Error(`Two schemas are called ${title}; give one of them another title.`);
    this.schemas[title] = lifted;
    return { $ref: `#/components/schemas/${title}` };
  }
}

/** The problems an operation can answer with; what only its own rules refuse, its specification names. */
function problemTypesOf(spec: RouteSpec): ProblemType[] {
  const types: ProblemType[] = ['malformed-request', 'invalid-request', 'internal-error', 'unavailable'];
  if (spec.permission !== 'public')
    types.push('unauthenticated', 'token-expired', 'too-many-requests', 'forbidden', 'not-found');
  else if (spec.params) types.push('not-found');
  if (spec.scope !== 'installation') types.push('misdirected-request');
  // Two who write the same thing at once; and whatever the act finds standing in its way.
  if (spec.method !== 'get' || spec.reads) types.push('conflict');
  if (spec.body) types.push('payload-too-large', 'unsupported-media-type');
  if (spec.body || spec.params || spec.query) types.push('unprocessable-request');
  if (spec.idempotency) types.push('idempotency-key-required', 'idempotency-key-in-flight', 'idempotency-key-reused');
  if (endsWithContract(spec) && spec.scope !== 'installation') types.push('tenant-leaving');
  if (spec.ifMatch) types.push('precondition-failed');
  if (spec.ifMatch === 'required') types.push('precondition-required');
  if (spec.rateLimited) types.push('too-many-requests');
  if (spec.reads) types.push('purpose-required');
  return [...new Set([...types, ...(spec.problems ?? [])])];
}

type Content = { description: string; content?: Json };

function problemResponses(spec: RouteSpec): Record<string, Content> {
  const byStatus = new Map<number, ProblemType[]>();
  for (const type of problemTypesOf(spec)) {
    const { status } = PROBLEM_TYPES[type];
    byStatus.set(status, [...(byStatus.get(status) ?? []), type]);
  }
  return Object.fromEntries(
    [...byStatus]
      .sort(([a], [b]) => a - b)
      .map(([status, types]) => [
        String(status),
        {
          description: types.map((type) => `\`${type}\`: ${PROBLEM_TYPES[type].title}.`).join(' '),
          content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
        },
      ]),
  );
}

const JSON_TYPE = /^application\/([\w.-]+\+)?json\b/;

function contentOf(response: TSchema | readonly string[], components: Components): Json {
  if (!isList(response)) return { 'application/json': { schema: components.lift(response) } };
  return Object.fromEntries(
    response.map((type) => [type, { schema: { type: JSON_TYPE.test(type) ? 'object' : 'string' } }]),
  );
}

const isList = (response: TSchema | readonly string[]): response is readonly string[] => Array.isArray(response);

function responsesOf(spec: RouteSpec, components: Components): Record<string, Content> {
  const { response: usual } = spec;
  const content = usual && contentOf(typeof usual === 'string' ? [usual] : usual, components);
  const responses: Record<string, Content> = {
    [spec.status]: { description: answerInWords(spec), content },
    ...problemResponses(spec),
  };
  for (const [status, other] of Object.entries(spec.others ?? {})) {
    const described = responses[status] ?? { description: answerInWords({ ...spec, status: 201 }) };
    responses[status] = { ...described, content: { ...described.content, ...contentOf(other, components) } };
  }
  return responses;
}

function parametersOf(spec: RouteSpec, components: Components): Json[] {
  const parameters: Json[] = [];
  const add = (place: string, schema: { properties?: Json; required?: string[] } | undefined) => {
    for (const [name, property] of Object.entries(schema?.properties ?? {})) {
      const { description, ...rest } = property as Json;
      const required = place === 'path' || (schema?.required ?? []).includes(name);
      parameters.push({
        name,
        in: place,
        required,
        schema: components.lift(rest),
        description,
      });
    }
  };
  add('path', spec.params as never);
  add('query', spec.query as never);
  const shared = (name: string) => parameters.push({ $ref: `#/components/parameters/${name}` });
  if (spec.permission !== 'public') shared('Tenant');
  if (spec.idempotency) shared('IdempotencyKey');
  if (spec.reads) shared('Purpose');
  if (spec.secret) shared('RequestSecret');
  if (spec.ifMatch) shared(spec.ifMatch === 'required' ? 'IfMatchRequired' : 'IfMatch');
  return parameters;
}

function operationOf(spec: RouteSpec, components: Components): Json {
  const roles = spec.permission === 'public' ? undefined : PERMISSIONS[spec.permission].join(', ');
  const who = roles === undefined ? 'Needs no credentials.' : `Roles: ${roles}.`;
  const where = spec.scope === 'installation' ? ' Only for credentials that act in every tenant.' : '';
  const gone = spec.deprecated ? `${deprecationInWords(spec.deprecated)}\n\n` : '';
  const text = `${gone}${spec.description ? `${spec.description}\n\n` : ''}${who}${where}`;
  const { example } = spec;
  const requestBody = spec.body && {
    required: true,
    content:
      spec.bodyFormat === 'ndjson'
        ? {
            'application/x-ndjson': {
              schema: { type: 'string', description: 'One JSON object a line, of the schema in `x-line-schema`.' },
              'x-line-schema': components.lift(spec.body),
              example: example === undefined ? undefined : `${JSON.stringify(example)}\n`,
            },
          }
        : spec.bodyType
          ? {
              [spec.bodyType]: {
                schema: { type: 'string', description: 'What is signed in it is of the schema in `x-signed-schema`.' },
                'x-signed-schema': components.lift(spec.body),
                'x-signed-example': example,
              },
            }
          : { 'application/json': { schema: components.lift(spec.body), example } },
  };
  return {
    operationId: spec.operationId,
    tags: [spec.tag],
    summary: spec.summary,
    description: text,
    deprecated: spec.deprecated ? true : undefined,
    'x-sunset': spec.deprecated?.sunset,
    security: roles === undefined ? [] : [{ token: [] }],
    'x-permission': spec.permission,
    'x-scope': spec.scope,
    'x-rate-limited': spec.rateLimited ? true : undefined,
    parameters: parametersOf(spec, components),
    requestBody,
    responses: responsesOf(spec, components),
  };
}

const ifMatch = (required: boolean): Json => ({
  name: 'If-Match',
  in: 'header',
  required,
  description: 'The `ETag` that was read; the answer is 412 if it is no longer the current one.',
  schema: { type: 'string' },
});

/** The OpenAPI 3.1 description of the routes, out of the same schemas that validate. */
export function openApiDocument(specs: RouteSpec[]): Json {
  const components = new Components();
  const paths: Record<string, Json> = {};
  for (const spec of specs) {
    const path = paths[spec.path] ?? {};
    path[spec.method] = operationOf(spec, components);
    paths[spec.path] = path;
  }
  const { version } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as { version: string };
  return {
    openapi: '3.1.1',
    info: {
      title: 'Lethe',
      version,
      summary: 'Consent, retention, erasure, and proof of them',
      description: DESCRIPTION,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/', description: 'This installation' }],
    tags: [...new Set(specs.map(({ tag }) => tag))].map((name) => ({ name, description: TAGS[name] ?? name })),
    paths,
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: `A token of one of the roles ${ROLES.join(', ')}.` },
      },
      parameters: {
        Tenant: {
          name: 'Lethe-Tenant',
          in: 'header',
          required: false,
          description: 'The tenant to act in, for credentials that act in every tenant; theirs when absent.',
          schema: { type: 'string' },
        },
        Purpose: {
          name: 'Lethe-Purpose',
          in: 'header',
          required: false,
          description:
            'Why a person looks at personal data: required of the roles dpo, auditor, operator and admin. One of ' +
            `${Object.keys(READING_PURPOSES).join(', ')}; a case number may follow: \`access-request; reference=2026-17\`. ` +
            'Recorded, and told to the person concerned who asks.',
          schema: { type: 'string', maxLength: 120 },
        },
        IdempotencyKey: {
          name: 'Idempotency-Key',
          in: 'header',
          required: false,
          description:
            'A new key for every new request, in double quotes: `"7f3a…"`. Required of every role but `portal`. ' +
            `The same request with the same key within ${IDEMPOTENCY_HOURS} hours gets the first answer again, ` +
            'with `Idempotency-Replayed: true`.',
          schema: { type: 'string', examples: ['"5b1f7a52-8f0c-4d1e-9a53-0f6f0c9e2d11"'] },
        },
        RequestSecret: {
          name: 'Lethe-Request-Secret',
          in: 'header',
          required: true,
          description: 'What the person was given with the request, to follow it.',
          schema: { type: 'string', maxLength: 100 },
        },
        IfMatch: ifMatch(false),
        IfMatchRequired: ifMatch(true),
      },
      schemas: components.schemas,
    },
  };
}
