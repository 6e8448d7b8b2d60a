import assert from 'node:assert/strict';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { ROLES, type Role } from '../../../src/foundations/contract/context.ts';
import { PERMISSIONS, type Permission } from '../../../src/foundations/contract/permissions.ts';
import { openApiDocument } from '../../../src/interfaces/http/openapi.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { onBothEngines, onOneEngine } from '../../support/engines.ts';
import { addressOf, type Operation, operationsOf } from '../../support/samples.ts';

type Document = Parameters<typeof operationsOf>[0];

onOneEngine('Every route of the OpenAPI document', (ground) => {
  let app: TestApp;
  let document: Document;
  let operations: Operation[];
  before(async () => {
    app = await openApp(ground());
    document = openApiDocument(app.routes.map(({ spec }) => spec)) as unknown as Document;
    operations = operationsOf(document);
  });
  after(() => app.close());

  const call = (operation: Operation, who: Role | 'nobody' | 'installation') =>
    app.as(who)[operation.method](addressOf(operation, document));

  it('is the document that is served', async () => {
    const { body } = await app.as('nobody').get('/openapi.json').expect(200);
    assert.deepEqual(body, JSON.parse(JSON.stringify(document)));
  });

  it('has each page for everybody on the page a browser begins at', async () => {
    const { text } = await app.as('nobody').get('/').expect(200);
    const listed = [...text.matchAll(/<li><code>([^<]+)<\/code>/g)].map(([, path]) => path);
    const pages = app.routes.filter(
      ({ spec }) =>
        spec.permission === 'public' && spec.method === 'get' && String(spec.response).startsWith('text/html'),
    );
    assert.deepEqual(listed.sort(), pages.map(({ spec }) => spec.path).sort());
    assert.ok(listed.includes('/register/{tenant}/sub-processors'));
  });

  it('has an operation for each row of the route table, and no other', () => {
    const inTable = app.routes.map(({ spec }) => `${spec.method.toLowerCase()} ${spec.path} ${spec.operationId}`);
    const inDocument = operations.map(({ method, path, operationId }) => `${method} ${path} ${operationId}`);
    assert.deepEqual(inDocument.sort(), inTable.sort());
    assert.equal(new Set(inTable).size, inTable.length);
  });

  it('has schemas that are JSON Schema 2020-12', () => {
    const ajv = new Ajv2020({ strict: false });
    for (const { spec } of app.routes)
      for (const schema of [spec.params, spec.query, spec.body, spec.response])
        if (typeof schema === 'object')
          assert.ok(ajv.validateSchema(schema), `${spec.operationId}: ${ajv.errorsText(ajv.errors)}`);
  });

  it('names a row of the permission table', () => {
    for (const { operationId, permission } of operations)
      assert.ok(permission === 'public' || permission in PERMISSIONS, operationId);
  });

  it('asks for a token', async () => {
    for (const operation of operations) {
      if (operation.permission === 'public') continue;
      const answer = await call(operation, 'nobody');
      assert.equal(answer.status, 401, operation.operationId);
      assert.match(answer.headers['www-authenticate'] ?? '', /^Bearer /);
    }
  });

  it('does not take a token it has not issued', async () => {
    for (const operation of operations) {
      if (operation.permission === 'public') continue;
      const forged = `Bearer lethe_admin_${'A'.repeat(43)}`;
      const answer = await call(operation, 'nobody').set('Authorization', forged);
      assert.equal(answer.status, 401, operation.operationId);
    }
  });

  it('lets credentials of one tenant into no other by the Lethe-Tenant header', async () => {
    for (const operation of operations) {
      if (operation.permission === 'public') continue;
      const [role] = PERMISSIONS[operation.permission as Permission];
      const other = await call(operation, role).set('Lethe-Tenant', 'south');
      assert.equal(other.status, 403, operation.operationId);
      const none = await call(operation, role).set('Lethe-Tenant', 'nowhere');
      assert.equal(none.status, 403, operation.operationId);
    }
  });

  it('finds no tenant that does not exist, whoever asks', async () => {
    for (const operation of operations) {
      if (
        operation.permission === 'public' ||
        !PERMISSIONS[operation.permission as Permission].includes('admin' as never)
      )
        continue;
      const { status } = await call(operation, 'installation').set('Lethe-Tenant', 'nowhere');
      assert.equal(status, 404, operation.operationId);
    }
  });
});

// Each operation is called as far as its statements: both engines have to take them.
onBothEngines('Every operation of the OpenAPI document', (ground) => {
  let app: TestApp;
  let document: Document;
  let operations: Operation[];
  before(async () => {
    app = await openApp(ground());
    document = openApiDocument(app.routes.map(({ spec }) => spec)) as unknown as Document;
    operations = operationsOf(document);
  });
  after(() => app.close());

  const call = (operation: Operation, who: Role | 'nobody' | 'installation') =>
    app.as(who)[operation.method](addressOf(operation, document));

  for (const role of ROLES)
    it(`lets ${role} do what the table says and nothing else (REQ-A50)`, async () => {
      for (const operation of operations) {
        if (operation.permission === 'public') continue;
        const listed = (PERMISSIONS[operation.permission as Permission] as readonly Role[]).includes(role);
        const { status } = await call(operation, role);
        const told = `${operation.operationId} as ${role}: ${status}`;
        if (listed && !operation.installationOnly) assert.ok(status !== 401 && status !== 403 && status < 500, told);
        else assert.equal(status, 403, told);
      }
    });
});
