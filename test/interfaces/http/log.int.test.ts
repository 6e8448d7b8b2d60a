import assert from 'node:assert/strict';
import { PERMISSIONS, type Permission } from '../../../src/foundations/contract/permissions.ts';
import { describeError } from '../../../src/foundations/process/log.ts';
import { openApiDocument } from '../../../src/interfaces/http/openapi.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { onBothEngines } from '../../support/engines.ts';
import { addressOf, type Operation, operationsOf, sampleOf } from '../../support/samples.ts';

type Document = Parameters<typeof operationsOf>[0];

/** Fits where an id, a name or a line of text is asked for, and is found nowhere else. */
// Long enough that no random id holds it by chance.
const SENTINEL = 'Sentinel.Person-47114711';
const MAIL = `${SENTINEL}@private.example`;
const ADDRESS = '203.0.113.199';
const HIDDEN = [/sentinel/i, /47114711/, /203\.0\.113/, /private\.example/, /lethe_\w+_[\w-]{20}/];

onBothEngines('The log', (ground) => {
  let app: TestApp;
  let document: Document;
  let operations: Operation[];
  before(async () => {
    app = await openApp(ground(), { trustedProxies: ['127.0.0.1'] });
    document = openApiDocument(app.routes.map(({ spec }) => spec)) as unknown as Document;
    operations = operationsOf(document);
  });
  after(() => app.close());

  const assertClean = (from: number) => {
    const lines = app.logged.slice(from);
    for (const line of lines) for (const hidden of HIDDEN) assert.doesNotMatch(line, hidden);
    return lines;
  };

  /** One call of an operation with the sentinel wherever a caller can put something. */
  function call(operation: Operation, role: Parameters<TestApp['as']>[0], body: unknown) {
    const values = Object.fromEntries(
      operation.parameters
        .filter((parameter) => parameter.in === 'path')
        .map((parameter) => [parameter.name, String(sampleOf(parameter.schema, document, SENTINEL))]),
    );
    const query = operation.parameters
      .filter((parameter) => parameter.in === 'query')
      .map(({ name, schema }) => `${name}=${encodeURIComponent(String(sampleOf(schema, document, SENTINEL)))}`);
    const test = app
      .as(role)
      [operation.method](`${addressOf(operation, document, values)}${query.length > 0 ? `?${query.join('&')}` : ''}`)
      .set('User-Agent', SENTINEL)
      .set('X-Forwarded-For', ADDRESS)
      .set('Referer', `https://${MAIL}/`)
      .set('Cookie', `name=${SENTINEL}`)
      .set('If-Match', `"${SENTINEL}"`);
    if (operation.method === 'post') test.set('Idempotency-Key', `"${SENTINEL}-${crypto.randomUUID()}"`);
    if (body === undefined) return test;
    const type = operation.mediaType ?? 'application/json';
    return test
      .set('Content-Type', type)
      .serialize((data) => data as string)
      .send(type === 'application/json' ? JSON.stringify(body) : `${JSON.stringify(body)}\n`);
  }

  it('says nothing of what anybody sends, on any route, whether it is taken or refused', async function () {
    this.timeout(180_000);
    const from = app.logged.length;
    const statuses = new Set<number>();
    for (const operation of operations) {
      const role =
        operation.permission === 'public'
          ? 'nobody'
          : operation.installationOnly
            ? 'installation'
            : PERMISSIONS[operation.permission as Permission][0];
      const good = operation.body && sampleOf(operation.body, document, SENTINEL);
      const bodies = good === undefined ? [undefined] : [good, { [SENTINEL]: MAIL }, MAIL, [good]];
      for (const body of bodies) statuses.add((await call(operation, role, body)).status);
      statuses.add((await call(operation, 'nobody', good).set('Authorization', `Bearer ${SENTINEL}0123456789`)).status);
      statuses.add((await call(operation, role, good).set('Lethe-Tenant', SENTINEL)).status);
      statuses.add((await call(operation, role, good).set('Origin', `https://${SENTINEL}.example`)).status);
    }
    await app.as('platform').get(`/v1/${SENTINEL}?q=${MAIL}`).expect(404);
    await app.as('platform').get(`/v1/subjects/${SENTINEL}%ff`).expect(400);
    const lines = assertClean(from);
    assert.ok(lines.length > operations.length * 3);
    assert.ok(statuses.has(200) && statuses.has(400) && statuses.has(401) && statuses.has(403));
    assert.ok(![...statuses].some((status) => status >= 500), [...statuses].join(' '));
  });

  it('tells what an operator needs: method, pattern, status, time, request id, tenant', async () => {
    const from = app.logged.length;
    await app
      .as('platform')
      .get('/v1/subjects/somebody')
      .set('X-Request-Id', '4bf92f3577b34da6a3ce929d0e0e4736')
      .expect(404);
    const line = JSON.parse(app.logged.slice(from).at(-1) as string);
    assert.deepEqual(Object.keys(line).sort(), [
      'level',
      'method',
      'ms',
      'msg',
      'requestId',
      'route',
      'status',
      'tenant',
      'time',
    ]);
    assert.equal(line.route, '/v1/subjects/{id}');
    assert.equal(line.requestId, '4bf92f3577b34da6a3ce929d0e0e4736');
    assert.equal(line.status, 404);
    assert.equal(line.tenant, 'north');
  });

  it('does not tell of health checks', async () => {
    const from = app.logged.length;
    await app.as('nobody').get('/healthz').expect(200);
    await app.as('nobody').get('/readyz').expect(200);
    assert.deepEqual(app.logged.slice(from), []);
  });

  it('names a fault without its message, its values, or the statement', async () => {
    const { store } = ground();
    const fault = await store
      .read((q) =>
        q
          .select()
          .from(q.tables.profiles)
          .where(SENTINEL as never),
      )
      .catch((error: unknown) => error);
    const foreign = Object.assign(new TypeError(`cannot read ${MAIL}`), {
      query: SENTINEL,
      params: [SENTINEL],
      detail: SENTINEL,
      cause: new Error(SENTINEL),
    });
    for (const error of [fault, foreign]) {
      const told = JSON.stringify(describeError(error));
      for (const hidden of HIDDEN) assert.doesNotMatch(told, hidden);
      assert.match(told, /"class"/);
    }
  });
});
