import assert from 'node:assert/strict';
import type { Role } from '../../../src/foundations/contract/context.ts';
import type { RouteSpec } from '../../../src/foundations/contract/contract.ts';
import { PERMISSIONS } from '../../../src/foundations/contract/permissions.ts';
import { checker } from '../../../src/foundations/contract/validation.ts';
import { openApiDocument } from '../../../src/interfaces/http/openapi.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { onOneEngine } from '../../support/engines.ts';
import { addressOf, operationsOf } from '../../support/samples.ts';

type Document = Parameters<typeof operationsOf>[0];

/** What stands in addresses that name something which need not be there yet. */
const NAMED = {
  id: 'jo-keller',
  doi: '10.1234/rivers.2020',
  relation: 'contract',
  reference: 'C-31',
  role: 'editor',
  attribute: 'statistics',
};

/** Examples that are right, and whose answer depends on what is there: 404 where it is something of an address. */
const ELSEWHERE: Readonly<Record<string, number>> = {
  // No mail is sent from here.
  openPublicRequest: 503,
  // No set of policies of this hash was loaded.
  correctPolicies: 422,
  // Nobody has instructed the processor to do this: that is the answer.
  checkInstruction: 409,
};

onOneEngine('What the OpenAPI document says of each operation', (ground) => {
  let app: TestApp;
  let specs: RouteSpec[];
  let document: Document;
  before(async () => {
    app = await openApp(ground(), { now: '2026-03-02T12:00:00Z' });
    specs = app.routes.map(({ spec }) => spec);
    document = openApiDocument(specs) as unknown as Document;
  });
  after(() => app.close());

  it('is what it is for, and not the summary again', () => {
    const short = specs.filter(({ summary, description = '' }) => description.length < 20 || description === summary);
    assert.deepEqual(
      short.map(({ operationId }) => operationId),
      [],
    );
    for (const { operationId, description = '' } of specs) assert.match(description, /[.)]$/, operationId);
  });

  it('has an example of every body', () => {
    const without = specs.filter(({ body, example }) => (body === undefined) !== (example === undefined));
    assert.deepEqual(
      without.map(({ operationId }) => operationId),
      [],
    );
  });

  it('has examples that the routes take', async () => {
    const refused: string[] = [];
    for (const operation of operationsOf(document)) {
      const spec = specs.find(({ operationId }) => operationId === operation.operationId) as RouteSpec;
      if (spec.body === undefined) continue;
      if (spec.bodyFormat === 'signed') {
        checker(spec.body, '')(spec.example);
        continue;
      }
      const who =
        spec.scope === 'installation'
          ? 'installation'
          : spec.permission === 'public'
            ? 'nobody'
            : ((PERMISSIONS[spec.permission].find((role) => role !== 'portal') ?? 'portal') as Role);
      const call = app
        .as(who)
        [operation.method](addressOf(operation, document, { ...NAMED, tenant: 'north' }))
        .set('Content-Type', operation.mediaType as string);
      if (spec.ifMatch === 'required') call.set('If-Match', '*');
      if (spec.secret) call.set('Lethe-Request-Secret', 'secret');
      const example = JSON.stringify(spec.example);
      const { status, body } = await call.send(spec.bodyFormat === 'ndjson' ? `${example}\n` : example);
      const isRight = status < 300 || status === (ELSEWHERE[spec.operationId] ?? (spec.params ? 404 : undefined));
      if (!isRight) refused.push(`${spec.operationId}: ${status} ${JSON.stringify(body)}`);
    }
    assert.deepEqual(refused, []);
  });
});
