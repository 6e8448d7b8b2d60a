import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Role } from '../../../src/foundations/contract/context.ts';
import { readJson } from '../../../src/foundations/contract/json.ts';
import { PERMISSIONS, type Permission } from '../../../src/foundations/contract/permissions.ts';
import { Problem } from '../../../src/foundations/contract/problem.ts';
import { openApiDocument } from '../../../src/interfaces/http/openapi.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { type Ground, openGround } from '../../support/engines.ts';
import { addressOf, type Operation, operationsOf, sampleOf } from '../../support/samples.ts';

type Document = Parameters<typeof operationsOf>[0];

const deep = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;

describe('Hostile input', () => {
  let ground: Ground;
  let app: TestApp;
  let document: Document;
  let operations: Operation[];
  before(async () => {
    ground = await openGround('sqlite');
    app = await openApp(ground);
    document = openApiDocument(app.routes.map(({ spec }) => spec)) as unknown as Document;
    operations = operationsOf(document);
  });
  after(async () => {
    await app.close();
    await ground.close();
  });

  const roleFor = ({ permission, installationOnly }: Operation): Role | 'installation' | 'nobody' => {
    if (permission === 'public') return 'nobody';
    return installationOnly ? 'installation' : PERMISSIONS[permission as Permission][0];
  };
  const send = (operation: Operation, body: string | Buffer, type = operation.mediaType ?? 'application/json') =>
    app
      .as(roleFor(operation))
      [operation.method](addressOf(operation, document))
      .set('Content-Type', type)
      // Superagent would serialise a Buffer of JSON type.
      .serialize((data) => data as string)
      .send(body as string);
  const token = () => operations.find(({ operationId }) => operationId === 'issueToken') as Operation;

  const bodies: [what: string, body: string | Buffer, status: number, pointer?: string][] = [
    ['nothing', '', 400],
    ['truncated JSON', '{"role":"dpo","label":"x', 400],
    ['two values', '{}{}', 400],
    ['JSON with a comment', '{"role":"dpo" /* x */}', 400],
    ['a single quote', "{'role':'dpo'}", 400],
    ['NaN', '{"label":NaN}', 400],
    ['bytes that are not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]), 400],
    ['an overlong encoding', Buffer.from([0x22, 0xc0, 0xaf, 0x22]), 400],
    ['a number where an object belongs', '7', 400, ''],
    ['null', 'null', 400, ''],
    ['a wrong type', '{"role":"dpo","label":{"a":1}}', 400, '/label'],
    ['an unknown field', '{"role":"dpo","label":"x","colour":"red"}', 400, '/colour'],
    ['an unknown field that is not a name', '{"role":"dpo","label":"x","a@b.example":1}', 400, '/*'],
    ['a missing field', '{"role":"dpo"}', 400, '/label'],
    ['a value that is not in the list', '{"role":"king","label":"x"}', 400, '/role'],
    ['a date that does not exist', '{"role":"dpo","label":"x","expiresAt":"2026-02-30T00:00:00Z"}', 400, '/expiresAt'],
    ['a name given twice', '{"role":"dpo","label":"x","label":"y"}', 400, '/label'],
    ['a name given twice, once in escapes', '{"role":"dpo","label":"x","l\\u0061bel":"y"}', 400, '/label'],
    ['__proto__', '{"role":"dpo","label":"x","__proto__":{"everyTenant":true}}', 400, '/__proto__'],
    ['__proto__ in escapes', '{"\\u005f_proto__":{}}', 400, '/__proto__'],
    ['constructor', '{"constructor":{"prototype":{}}}', 400, '/constructor'],
    ['prototype, deeper', '{"label":[{"prototype":1}]}', 400, '/label/0/prototype'],
    ['NUL in a string', '{"role":"dpo","label":"a\\u0000b"}', 400, '/label'],
    ['NUL in a name', '{"a\\u0000":1}', 400, '/*'],
    ['a raw control character', '{"label":"a\u0001b"}', 400],
    ['a lone high surrogate', '{"role":"dpo","label":"\\ud800"}', 400, '/label'],
    ['a lone low surrogate in an array', '{"label":["x","\\udc00"]}', 400, '/label/1'],
    ['33 levels', deep(33), 400],
    ['20 000 levels', deep(20_000), 400],
    ['half of 20 000 levels', '['.repeat(20_000), 400],
    ['65 536 bytes and one more', `"${'x'.repeat(65_535)}"`, 413],
    ['10 MB', Buffer.alloc(10 * 1024 * 1024, 0x20), 413],
    ['a number beyond all bounds', '{"role":"dpo","label":[1e999]}', 400, '/label/0'],
    ['a number of 400 digits', `{"label":-${'9'.repeat(400)}}`, 400, '/label'],
    ['a huge exponent', '{"role":"dpo","label":1e999999}', 400, '/label'],
  ];
  for (const [what, body, status, pointer] of bodies)
    it(`answers ${what} with ${status}${pointer === undefined ? '' : ` at "${pointer}"`}`, async () => {
      const answer = await send(token(), body);
      assert.equal(answer.status, status, answer.text);
      assert.equal(answer.type, 'application/problem+json');
      if (pointer !== undefined)
        assert.deepEqual(
          answer.body.errors.map((error: { pointer: string }) => error.pointer),
          [pointer],
        );
    });

  it('goes on serving after a body that was too large', async () => {
    await send(token(), Buffer.alloc(10 * 1024 * 1024, 0x20)).expect(413);
    await app.as('admin').get('/v1/tokens').expect(200);
  });

  const types: [type: string, status: number][] = [
    ['text/plain', 415],
    ['application/x-www-form-urlencoded', 415],
    ['application/json; charset=latin1', 415],
    ['application/jsonx', 415],
    ['application/json; charset="UTF-8"', 201],
    ['Application/JSON;charset=utf-8', 201],
  ];
  for (const [type, status] of types)
    it(`answers Content-Type ${type} with ${status}`, async () => {
      await send(token(), '{"role":"dpo","label":"typed"}', type).expect(status);
    });

  it('refuses compressed bodies', async () => {
    await send(token(), '{}').set('Content-Encoding', 'gzip').expect(415);
  });

  it('refuses a body where none belongs', async () => {
    await app.as('admin').get('/v1/tokens').send({ a: 1 }).expect(400);
  });

  const addresses: [address: string, status: number][] = [
    ['/v1/tenants/%ff', 400],
    ['/v1/tenants/%', 400],
    ['/v1/tenants/a%00b', 400],
    ['/v1/tenants/..%2f..%2fetc', 400],
    ['/v1/tokens?limit=0', 400],
    ['/v1/tokens?limit=1&limit=2', 400],
    ['/v1/tokens?limit=ten', 400],
    ['/v1/tokens?cursor=%00', 400],
    ['/v1/tokens?cursor=%ff', 400],
    ['/v1/tokens?curser=x', 400],
    ['/v1/tokens?__proto__=1', 400],
    ['/v1/tokens?limit[]=1', 400],
    ['/v1/tokens?', 200],
    ['/v1/tokens/', 404],
    ['/V1/tokens', 404],
    ['//v1/tokens', 404],
  ];
  for (const [address, status] of addresses)
    it(`answers GET ${address} with ${status}`, async () => {
      const answer = await app.as('admin').get(address);
      assert.equal(answer.status, status, answer.text);
      if (status >= 400) assert.equal(answer.type, 'application/problem+json');
    });

  it('shows no input in a problem (REQ-H01)', async () => {
    const answer = await send(
      token(),
      '{"role":"alice@private.example","label":["alice@private.example"],"alice@private.example":1}',
    );
    assert.equal(answer.status, 400);
    assert.equal(answer.body.errors.length, 3);
    assert.doesNotMatch(answer.text, /alice|private/);
  });

  it('never answers arbitrary JSON with a fault of its own, on any route', async function () {
    this.timeout(120_000);
    const value = fc.oneof(
      fc.json({ maxDepth: 4 }),
      fc.jsonValue({ maxDepth: 3, stringUnit: 'binary' }).map((any) => JSON.stringify(any)),
    );
    for (const operation of operations) {
      if (!operation.body) continue;
      await fc.assert(
        fc.asyncProperty(value, async (text) => {
          const { status } = await send(operation, text);
          assert.ok(status < 500, `${operation.operationId}: ${status}`);
        }),
        { numRuns: 25 },
      );
    }
  });

  it('never answers a good request with one thing spoilt with a fault of its own', async function () {
    this.timeout(120_000);
    const poison = fc.oneof(
      fc.constantFrom(
        null,
        '',
        ' ',
        '0',
        -1,
        1e308,
        true,
        [],
        {},
        'a'.repeat(5000),
        '2026-02-30',
        "'; DROP TABLE x;--",
      ),
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
    );
    for (const operation of operations) {
      if (!operation.body) continue;
      const good = sampleOf(operation.body, document);
      const paths = pathsOf(good);
      await fc.assert(
        fc.asyncProperty(fc.nat(paths.length - 1), poison, async (which, bad) => {
          const text = JSON.stringify(replaced(good, paths[which] as string[], bad));
          const { status } = await send(operation, text);
          assert.ok(status < 500, `${operation.operationId}: ${status} for ${text}`);
        }),
        { numRuns: 40 },
      );
    }
  });

  it('reads every JSON value without such things as JSON.parse does', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'grapheme' }), fc.boolean(), (value, spaced) => {
        const text = JSON.stringify(value, null, spaced ? 2 : 0);
        if (/"(__proto__|constructor|prototype)"|\\u0000/.test(text)) return;
        assert.deepEqual(readJson(text), JSON.parse(text));
      }),
    );
  });

  it('finds a name given twice wherever it stands', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { maxLength: 8 }), fc.string({ unit: 'grapheme' }), (others, key) => {
        const names = [key, ...others.filter((name) => name !== key), key];
        const text = `[{"a":{${names.map((name) => `${JSON.stringify(name)}:1`).join(',')}}}]`;
        assert.throws(() => readJson(text), Problem);
      }),
    );
  });
});

function pathsOf(value: unknown, here: string[] = []): string[][] {
  if (value === null || typeof value !== 'object') return [here];
  return [here, ...Object.entries(value).flatMap(([key, part]) => pathsOf(part, [...here, key]))];
}

function replaced(value: unknown, [key, ...rest]: string[], by: unknown): unknown {
  if (key === undefined) return by;
  if (Array.isArray(value))
    return value.map((part, index) => (String(index) === key ? replaced(part, rest, by) : part));
  return { ...(value as object), [key]: replaced((value as Record<string, unknown>)[key], rest, by) };
}
