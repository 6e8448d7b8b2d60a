import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import Type from 'typebox';
import { type Route, route } from '../../../src/foundations/contract/contract.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { type Ground, openGround } from '../../support/engines.ts';
import { rawExchange } from '../../support/raw.ts';

const base = { tag: 'Test', summary: 'Test', status: 200, permission: 'content.read' } as const;
const Seen = Type.Object({ operation: Type.String(), params: Type.Record(Type.String(), Type.String()) });

/** An operation that answers which one it is, and what it was given. */
function told(method: 'get' | 'post' | 'put', path: string): Route {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] as string);
  const params = Type.Object(Object.fromEntries(names.map((name) => [name, Type.String({ maxLength: 2000 })])), {
    additionalProperties: false,
  });
  return route(
    {
      ...base,
      operationId: `${method} ${path}`,
      method,
      path,
      params: names.length > 0 ? params : undefined,
      query: Type.Object({ q: Type.Optional(Type.String()) }, { additionalProperties: false }),
      response: Seen,
    },
    async (request) => ({ body: { operation: `${method} ${path}`, params: { ...request.params } } }),
  );
}

const routes = [
  told('get', '/v1/things/{id}'),
  told('put', '/v1/things/{id}'),
  told('get', '/v1/things'),
  told('post', '/v1/things/search'),
  told('get', '/v1/things/{id}/parts/{part}'),
  told('get', '/v1/things/{id}/parts/latest'),
  told('get', '/v1/texts/{id}/versions/{version}'),
  told('get', '/v1/texts/{id}/{version}/{language}'),
  told('get', '/tiles/{level}/{a}/{b}/{c}/{d}/{e}'),
  told('get', '/lists/all.json'),
];

describe('The way to an operation', () => {
  let ground: Ground;
  let app: TestApp;
  before(async () => {
    ground = await openGround('sqlite');
    app = await openApp(ground, { routes });
  });
  after(async () => {
    await app.close();
    await ground.close();
  });

  interface Answer {
    status: number;
    head: string;
    text: string;
    body: Record<string, unknown>;
  }

  /** The request line as it is: what client libraries would tidy up stays. */
  async function call(method: string, address: string): Promise<Answer> {
    const { port } = app.server.address() as AddressInfo;
    const answer = await rawExchange(
      port,
      `${method} ${address} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer ${app.tokens.north.platform}\r\n\r\n`,
    );
    const [head, text] = answer.split('\r\n\r\n', 2) as [string, string];
    const body = text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {};
    return { status: Number(head.split(' ', 2)[1]), head, text, body };
  }

  const found: [address: string, operation: string, params?: Record<string, string>][] = [
    ['/v1/things', 'get /v1/things'],
    ['/v1/things?q=1', 'get /v1/things'],
    ['/v1/things?', 'get /v1/things'],
    ['/v1/things?q=a?b/c', 'get /v1/things'],
    ['/v1/things/7', 'get /v1/things/{id}', { id: '7' }],
    ['/v1/things/7?q=/parts/1', 'get /v1/things/{id}', { id: '7' }],
    ['/v1/things/a%2Fb', 'get /v1/things/{id}', { id: 'a/b' }],
    ['/v1/things/a%2fb/parts/c%3Fd%23e', 'get /v1/things/{id}/parts/{part}', { id: 'a/b', part: 'c?d#e' }],
    ['/v1/things/%25', 'get /v1/things/{id}', { id: '%' }],
    ['/v1/things/%2541', 'get /v1/things/{id}', { id: '%41' }],
    ['/v1/things/%41', 'get /v1/things/{id}', { id: 'A' }],
    ['/v1/things/a%20b+c', 'get /v1/things/{id}', { id: 'a b+c' }],
    ['/v1/things/%C3%BC', 'get /v1/things/{id}', { id: 'ü' }],
    ['/v1/things/a;b=c', 'get /v1/things/{id}', { id: 'a;b=c' }],
    ['/v1/things/a:b@c', 'get /v1/things/{id}', { id: 'a:b@c' }],
    ['/v1/things/a.json', 'get /v1/things/{id}', { id: 'a.json' }],
    ['/v1/things/..', 'get /v1/things/{id}', { id: '..' }],
    ['/v1/things/__proto__', 'get /v1/things/{id}', { id: '__proto__' }],
    ['/v1/things/%73earch', 'get /v1/things/{id}', { id: 'search' }],
    ['/v1/things/Search', 'get /v1/things/{id}', { id: 'Search' }],
    ['/v1/things/searching', 'get /v1/things/{id}', { id: 'searching' }],
    ['/v1/things/sea', 'get /v1/things/{id}', { id: 'sea' }],
    ['/v1/things/search/parts/2', 'get /v1/things/{id}/parts/{part}', { id: 'search', part: '2' }],
    ['/v1/things/7/parts/latest', 'get /v1/things/{id}/parts/latest', { id: '7' }],
    ['/v1/things/7/parts/lat', 'get /v1/things/{id}/parts/{part}', { id: '7', part: 'lat' }],
    ['/v1/texts/a/versions/1', 'get /v1/texts/{id}/versions/{version}', { id: 'a', version: '1' }],
    ['/v1/texts/a/1.0/de', 'get /v1/texts/{id}/{version}/{language}', { id: 'a', version: '1.0', language: 'de' }],
    [
      '/tiles/0/x001/x002/x003/x004/005',
      'get /tiles/{level}/{a}/{b}/{c}/{d}/{e}',
      { level: '0', a: 'x001', b: 'x002', c: 'x003', d: 'x004', e: '005' },
    ],
    ['/lists/all.json', 'get /lists/all.json'],
    ['http://elsewhere.example/v1/things', 'get /v1/things'],
    ['http://elsewhere.example/v1/things/7?q=1', 'get /v1/things/{id}', { id: '7' }],
    [`/v1/things/${'x'.repeat(2000)}`, 'get /v1/things/{id}', { id: 'x'.repeat(2000) }],
  ];
  for (const [address, operation, params = {}] of found)
    it(`GET ${address.slice(0, 60)} is ${operation}`, async () => {
      const { status, body } = await call('GET', address);
      assert.deepEqual({ status, ...body }, { status: 200, operation, params });
    });

  const problems: [method: string, address: string, status: number, allow?: string][] = [
    ['GET', '/v1/things/', 404],
    ['GET', '/v1/things/7/', 404],
    ['GET', '/v1/things//', 404],
    ['GET', '/v1//things', 404],
    ['GET', '//v1/things', 404],
    ['GET', '/v1/things//parts/1', 404],
    ['GET', '/v1/things/7/parts/', 404],
    ['GET', '/V1/things', 404],
    ['GET', '/v1/Things/7', 404],
    ['GET', '/v1/%74hings', 404],
    ['GET', '/v1%2Fthings', 404],
    ['GET', '/v1/things/7%2Fparts/1', 404],
    ['GET', '/v1/things/../things', 404],
    ['GET', '/v1/./things', 404],
    ['GET', '/v1/thing', 404],
    ['GET', '/v1/things/7/parts', 404],
    ['GET', '/lists/allxjson', 404],
    ['GET', '/nothing/%ff', 404],
    ['POST', '/nothing', 404],
    ['OPTIONS', '/nothing', 404],
    ['OPTIONS', '*', 404],
    ['PROPFIND', '/nothing', 404],
    ['POST', '/healthz', 404],
    ['POST', '/docs', 404],
    ['GET', '/docs/', 404],
    ['GET', '/v1/things/%', 400],
    ['GET', '/v1/things/%ff', 400],
    ['GET', '/v1/things/%c3', 400],
    ['GET', '/v1/things/%zz', 400],
    ['GET', '/v1/things/7/parts/%ff', 400],
    ['GET', '/v1/things/a%00b', 400],
    ['DELETE', '/v1/things/%ff', 400],
    ['OPTIONS', '/v1/things/%ff', 400],
    ['GET', `/v1/things/${'x'.repeat(2001)}`, 400],
    ['GET', '/v1/things/7?r=1', 400],
    ['GET', '/v1/things?q=%ff', 400],
    ['DELETE', '/v1/things', 405, 'GET, HEAD, OPTIONS'],
    ['DELETE', '/v1/things/7', 405, 'GET, HEAD, PUT, OPTIONS'],
    ['PATCH', '/v1/things/7', 405, 'GET, HEAD, PUT, OPTIONS'],
    ['PROPFIND', '/v1/things/7', 405, 'GET, HEAD, PUT, OPTIONS'],
    ['QUERY', '/v1/things/7', 405, 'GET, HEAD, PUT, OPTIONS'],
    ['TRACE', '/v1/things', 405, 'GET, HEAD, OPTIONS'],
    // A fixed address is nobody's id, whatever the method.
    ['GET', '/v1/things/search', 405, 'POST, OPTIONS'],
    ['HEAD', '/v1/things/search', 405, 'POST, OPTIONS'],
    ['PUT', '/v1/things/search', 405, 'POST, OPTIONS'],
  ];
  for (const [method, address, status, allow] of problems)
    it(`answers ${method} ${address.slice(0, 60)} with ${status}${allow ? `, Allow: ${allow}` : ''}`, async () => {
      const answer = await call(method, address);
      assert.equal(answer.status, status, answer.head);
      assert.match(answer.head, /^Content-Type: application\/problem\+json$/m);
      assert.equal(/^Allow: (.*)$/m.exec(answer.head)?.[1], allow);
      if (method !== 'HEAD') assert.equal(answer.body['status'], status);
    });

  for (const address of ['/v1/things', '/v1/things/7'])
    it(`answers HEAD ${address} like GET, without the body`, async () => {
      const length = ({ head }: Answer) => /^Content-Length: (\d+)$/m.exec(head)?.[1];
      const [head, get] = [await call('HEAD', address), await call('GET', address)];
      assert.equal(head.status, 200);
      assert.equal(head.text, '');
      assert.equal(length(head), length(get));
    });

  for (const [method, address] of [
    ['HEAD', '/'],
    ['HEAD', '/healthz'],
    ['HEAD', '/docs'],
  ] as const)
    it(`answers ${method} ${address} with 200`, async () => {
      const { status, text } = await call(method, address);
      assert.deepEqual({ status, text }, { status: 200, text: '' });
    });

  for (const [address, allow] of [
    ['/v1/things', 'GET, HEAD, OPTIONS'],
    ['/v1/things/7', 'GET, HEAD, PUT, OPTIONS'],
    ['/v1/things/search', 'POST, OPTIONS'],
  ] as const)
    it(`answers OPTIONS ${address} with ${allow}, and nothing else`, async () => {
      const { status, head, text } = await call('OPTIONS', address);
      assert.deepEqual({ status, text }, { status: 204, text: '' });
      assert.match(head, new RegExp(`^Allow: ${allow}$`, 'm'));
      assert.match(head, /^Vary: Origin$/m);
    });

  it('points to the parameter of the path that does not fit', async () => {
    for (const address of ['/v1/things/%ff', '/v1/things/a%00b', `/v1/things/${'x'.repeat(2001)}`]) {
      const { errors, detail } = (await call('GET', address)).body as { errors: { pointer: string }[]; detail: string };
      assert.deepEqual(
        errors.map(({ pointer }) => pointer),
        ['{id}'],
        detail,
      );
    }
    const { errors } = (await call('GET', '/v1/things/7?r=1')).body as { errors: { pointer: string }[] };
    assert.equal(errors[0]?.pointer, '?r');
  });

  it('is one line in the log, with the pattern, whatever becomes of it', async () => {
    const routeOf = async (method: string, address: string) => {
      const from = app.logged.length;
      await call(method, address);
      const lines = app.logged.slice(from).map((line) => JSON.parse(line) as Record<string, unknown>);
      assert.equal(lines.length, 1, address);
      return [lines[0]?.['method'], lines[0]?.['route'], lines[0]?.['status'], lines[0]?.['tenant']];
    };
    assert.deepEqual(await routeOf('GET', '/v1/things'), ['GET', '/v1/things', 200, 'north']);
    assert.deepEqual(await routeOf('HEAD', '/v1/things'), ['HEAD', '/v1/things', 200, 'north']);
    assert.deepEqual(await routeOf('GET', '/v1/things/7'), ['GET', '/v1/things/{id}', 200, 'north']);
    assert.deepEqual(await routeOf('DELETE', '/v1/things/7'), ['DELETE', '/v1/things/{id}', 405, undefined]);
    assert.deepEqual(await routeOf('OPTIONS', '/v1/things/7'), ['OPTIONS', '/v1/things/{id}', 204, undefined]);
    assert.deepEqual(await routeOf('GET', '/v1/things/%ff'), ['GET', '-', 400, undefined]);
    assert.deepEqual(await routeOf('GET', '/v1/nothing'), ['GET', '-', 404, undefined]);
    assert.deepEqual(await routeOf('GET', '/docs'), ['GET', '/docs', 200, undefined]);
  });
});
