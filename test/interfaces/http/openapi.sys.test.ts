import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { openApiDocument } from '../../../src/interfaces/http/openapi.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { type Ground, openGround } from '../../support/engines.ts';
import { operationsOf, sampleOf } from '../../support/samples.ts';

const require = createRequire(import.meta.url);

type Document = Parameters<typeof operationsOf>[0];

describe('The OpenAPI document', () => {
  let ground: Ground;
  let app: TestApp;
  let document: Document & Record<string, unknown>;
  before(async () => {
    ground = await openGround('sqlite');
    app = await openApp(ground);
    document = JSON.parse(JSON.stringify(openApiDocument(app.routes.map(({ spec }) => spec))));
  });
  after(async () => {
    await app.close();
    await ground.close();
  });

  it('is one by the rules of its linter, without a warning', function () {
    this.timeout(180_000);
    const file = join(ground.folder, 'openapi.json');
    writeFileSync(file, JSON.stringify(document));
    const lint = spawnSync(
      process.execPath,
      [join(dirname(require.resolve('@redocly/cli/package.json')), 'bin/cli.js'), 'lint', file, '--format', 'json'],
      { encoding: 'utf8', env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' } },
    );
    const { problems } = JSON.parse(lint.stdout) as { problems: { message: string; location: unknown[] }[] };
    assert.deepEqual(
      problems.map(({ message, location }) => [message, JSON.stringify(location).slice(0, 200)]),
      [],
    );
    assert.equal(lint.status, 0);
  });

  it('has one operation of each id, with a known tag', () => {
    const ids = operationsOf(document).map(({ operationId }) => operationId);
    assert.equal(new Set(ids).size, ids.length);
    const tags = document['tags'] as { name: string; description: string }[];
    for (const { name, description } of tags) assert.notEqual(name, description);
  });

  it('says of every success what comes back', () => {
    const paths = document['paths'] as Record<
      string,
      Record<string, { responses: Record<string, { description: string }> }>
    >;
    for (const operations of Object.values(paths))
      for (const { responses } of Object.values(operations)) {
        const [status] = Object.keys(responses);
        const { description } = responses[status as string] as { description: string };
        assert.match(description, /^[A-Z].{6,}[.)]$/s);
        assert.doesNotMatch(description, /undefined|^(OK|Created|Done|Made)\.?$/);
      }
  });

  it('refuses every field it does not name, in every body', () => {
    const open: string[] = [];
    const look = (schema: unknown, where: string): void => {
      if (schema === null || typeof schema !== 'object') return;
      const { type, properties, additionalProperties } = schema as Record<string, unknown>;
      if (type === 'object' && properties && additionalProperties !== false) open.push(where);
      for (const [key, part] of Object.entries(schema)) look(part, `${where}/${key}`);
    };
    for (const { operationId, body, mediaType } of operationsOf(document))
      if (mediaType === 'application/json') look(body, operationId);
    assert.deepEqual(open, []);
  });

  it('bounds every string in every body', () => {
    const endless: string[] = [];
    const look = (schema: unknown, where: string): void => {
      if (schema === null || typeof schema !== 'object') return;
      const { type, maxLength, pattern, format, enum: values } = schema as Record<string, unknown>;
      if (type === 'string' && maxLength === undefined && !values) {
        // A quantifier without an end, outside of brackets.
        const endlessPattern = /[*+]|,\}/.test(String(pattern).replace(/\[(\\.|[^\]])*\]/g, 'x'));
        const bounded = ['uuid', 'date', 'date-time'].includes(String(format)) || (pattern && !endlessPattern);
        if (!bounded) endless.push(where);
      }
      for (const [key, part] of Object.entries(schema)) look(part, `${where}/${key}`);
    };
    for (const { operationId, body, mediaType } of operationsOf(document))
      if (mediaType === 'application/json') look(body, operationId);
    assert.deepEqual(endless, []);
  });

  it('describes bodies that can be made', () => {
    const ajv = new Ajv2020({ strict: false });
    formats.default(ajv);
    for (const { operationId, body, mediaType } of operationsOf(document)) {
      if (!body || mediaType !== 'application/json') continue;
      const validate = ajv.compile({ ...body, components: document.components });
      const sample = sampleOf(body, document);
      assert.ok(validate(sample), `${operationId}: ${JSON.stringify(validate.errors)} ${JSON.stringify(sample)}`);
    }
  });
});
