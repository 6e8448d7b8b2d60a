import assert from 'node:assert/strict';
import { type ClientOptions, createClient } from '../../../src/interfaces/client/client.ts';
import {
  isProblem,
  LetheAnswerError,
  LetheConnectionError,
  LetheError,
} from '../../../src/interfaces/client/errors.ts';

type Reply = Response | Error | (() => Promise<Response>);

const json = (body: unknown, status = 200, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json', ...headers } });

const problem = (type: string, status: number, headers: Record<string, string> = {}, more: object = {}) =>
  new Response(
    JSON.stringify({ type: `/problems/${type}`, title: 'Title', status, detail: 'Detail', instance: 'urn:x', ...more }),
    {
      status,
      headers: { 'Content-Type': 'application/problem+json', ...headers },
    },
  );

const cut = () => new TypeError('fetch failed');

/** A client whose service answers with these, one after the other, and what was sent and waited for. */
function stage(replies: Reply[], options: ClientOptions = {}) {
  const sent: { address: string; method: string; headers: Headers; body: unknown; signal: unknown }[] = [];
  const waits: number[] = [];
  const lethe = createClient({
    baseUrl: 'https://lethe.example/',
    token: 'token-1',
    fetch: async (address, init = {}) => {
      const { method = '', headers, body, signal } = init;
      sent.push({ address: String(address), method, headers: new Headers(headers), body, signal });
      const reply = replies.shift();
      if (reply === undefined) throw new Error('nothing more was expected');
      if (reply instanceof Error) throw reply;
      return typeof reply === 'function' ? reply() : reply;
    },
    ...options,
    retry: { wait: async (milliseconds) => void waits.push(milliseconds), ...options.retry },
  });
  return { lethe, sent, waits };
}

const caught = (work: Promise<unknown>) =>
  work.then(
    () => assert.fail('nothing was thrown'),
    (error: unknown) => error,
  );

const HOLD = { body: { name: 'Claim', reason: 'A claim', targets: {} } as never };
const page = (items: number[], next: string | null) => json({ items, next });

describe('A call of the typed client', () => {
  it('goes to its address, with parameters encoded and lists repeated', async () => {
    const { lethe, sent } = stage([json({}), json({})]);
    await lethe.getRequest({
      params: { requestId: 'a/b ü' },
      purpose: { purpose: 'access-request', reference: '2026-17' },
    });
    await lethe.listRequests({ query: { limit: 2, open: undefined, type: 'access' }, tenant: 'south' });
    assert.deepEqual(
      sent.map(({ address, method }) => [method, address]),
      [
        ['GET', 'https://lethe.example/v1/requests/a%2Fb%20%C3%BC'],
        ['GET', 'https://lethe.example/v1/requests?limit=2&type=access'],
      ],
    );
    assert.equal(sent[0]?.headers.get('Lethe-Purpose'), 'access-request; reference=2026-17');
    assert.equal(sent[0]?.headers.get('Authorization'), 'Bearer token-1');
    assert.equal(sent[1]?.headers.get('Lethe-Tenant'), 'south');
  });

  it('never leaves its address: a part that is empty or dots is refused before anything is sent', async () => {
    const { lethe, sent } = stage([]);
    for (const requestId of ['', '.', '..', undefined as never])
      await assert.rejects(lethe.getRequest({ params: { requestId } }), RangeError);
    assert.equal(sent.length, 0);
  });

  it('asks for a token each time, and sends none without one', async () => {
    let given = 0;
    const first = stage([cut(), json({})], { token: async () => `token-${++given}` });
    await first.lethe.getOfficer();
    assert.deepEqual(
      first.sent.map(({ headers }) => headers.get('Authorization')),
      ['Bearer token-1', 'Bearer token-2'],
    );
    const none = stage([json({})], { token: undefined });
    await none.lethe.getOfficer();
    assert.equal(none.sent[0]?.headers.has('Authorization'), false);
  });

  it('is read again after a break, with longer and longer waits, and at most as often as allowed', async () => {
    const { lethe, sent, waits } = stage([cut(), cut(), cut(), cut(), json({})]);
    const error = await caught(lethe.getOfficer());
    assert.ok(error instanceof LetheConnectionError && error instanceof LetheError);
    assert.match(error.message, /^getOfficer: /);
    assert.equal(sent.length, 4);
    for (const [n, waited] of waits.entries()) assert.ok(waited >= 250 * 2 ** n && waited < 500 * 2 ** n, `${waited}`);
  });

  it('keeps one Idempotency-Key over all its attempts, and has another the next time', async () => {
    const { lethe, sent } = stage([cut(), new Response('', { status: 502 }), json({ holdId: 'h' }), json({})]);
    await lethe.placeHold(HOLD);
    await lethe.placeHold(HOLD);
    const keys = sent.map(({ headers }) => headers.get('Idempotency-Key'));
    assert.equal(new Set(keys.slice(0, 3)).size, 1);
    assert.notEqual(keys[3], keys[0]);
    assert.match(keys[0] as string, /^"[0-9a-f]{32}"$/);
  });

  it('takes a key of the caller’s own, whatever stands in it', async () => {
    const { lethe, sent } = stage([json({})]);
    await lethe.placeHold({ ...HOLD, idempotencyKey: 'a"b\\c' });
    assert.equal(sent[0]?.headers.get('Idempotency-Key'), '"a\\"b\\\\c"');
  });

  it('waits for its own first attempt where that has got through after all', async () => {
    const { lethe, sent } = stage([cut(), problem('idempotency-key-in-flight', 409), json({ holdId: 'h' })]);
    assert.deepEqual(await lethe.placeHold(HOLD), { holdId: 'h' });
    assert.equal(sent.length, 3);
  });

  it('does not repeat what is in another one’s way', async () => {
    for (const replies of [
      [problem('idempotency-key-in-flight', 409)],
      [cut(), problem('conflict', 409)],
      [problem('internal-error', 500)],
    ]) {
      const { lethe } = stage(replies);
      assert.ok(isProblem(await caught(lethe.placeHold(HOLD))));
      assert.equal(replies.length, 0);
    }
  });

  it('is not repeated after a break where a repetition could do more', async () => {
    const { lethe, sent } = stage([cut()]);
    const error = await caught(lethe.revokeToken({ params: { tokenId: 't' } }));
    assert.ok(error instanceof LetheConnectionError);
    assert.equal((error.cause as Error).message, 'fetch failed');
    assert.equal(sent.length, 1);
  });

  it('waits as long as the service asks, whatever the call', async () => {
    const soon = new Date(Date.now() + 5_000).toUTCString();
    const { lethe, waits } = stage([
      problem('too-many-requests', 429, { 'Retry-After': '7' }),
      problem('unavailable', 503, { 'Retry-After': soon }),
      new Response(null, { status: 204 }),
    ]);
    assert.equal(await lethe.revokeToken({ params: { tokenId: 't' } }), undefined);
    assert.equal(waits[0], 7_000);
    assert.ok((waits[1] as number) > 3_000 && (waits[1] as number) <= 5_000);
  });

  it('does not wait longer than the caller wants to: the problem says how long it would be', async () => {
    const { lethe, sent } = stage([problem('too-many-requests', 429, { 'Retry-After': '31' })]);
    const error = await caught(lethe.getOfficer());
    assert.ok(isProblem(error, 'too-many-requests'));
    assert.equal(error.retryAfter, 31);
    assert.equal(sent.length, 1);
  });

  it('ends with the caller’s own reason, before, under way and while it waits', async () => {
    const before = stage([]);
    const gone = AbortSignal.abort(new Error('gone'));
    assert.equal(((await caught(before.lethe.getOfficer({ signal: gone }))) as Error).message, 'gone');
    assert.equal(before.sent.length, 0);

    for (const at of ['under way', 'waiting']) {
      const leaving = new AbortController();
      const leave = () => leaving.abort(new Error('left'));
      const { lethe, sent } = stage(
        [
          async () => {
            if (at === 'under way') leave();
            else queueMicrotask(() => setImmediate(leave));
            throw at === 'under way' ? leaving.signal.reason : cut();
          },
        ],
        { retry: { wait: createWait } },
      );
      const error = await caught(lethe.getOfficer({ signal: leaving.signal }));
      assert.equal((error as Error).message, 'left', at);
      assert.equal(sent.length, 1, at);
    }
  });

  it('sends lines again, but no stream: that is gone', async () => {
    const lines = [{ visitor: 'v-1' }, { visitor: 'v-2' }];
    const again = stage([cut(), json({ accepted: 2 })]);
    await again.lethe.recordVisits({ body: lines });
    for (const { body } of again.sent)
      assert.equal(await (body as Blob).text(), '{"visitor":"v-1"}\n{"visitor":"v-2"}\n');
    const streamed = stage([problem('unavailable', 503, { 'Retry-After': '1' })]);
    const asTheyCome = (async function* () {
      yield* lines;
    })();
    assert.ok(isProblem(await caught(streamed.lethe.recordVisits({ body: asTheyCome })), 'unavailable'));
    assert.equal(
      await new Response(streamed.sent[0]?.body as ReadableStream).text(),
      '{"visitor":"v-1"}\n{"visitor":"v-2"}\n',
    );
  });

  it('follows the pages, each with a request of its own', async () => {
    const { lethe, sent } = stage([page([1, 2], 'c1'), page([], 'c2'), page([3], null), page([1], 'c1')]);
    const items: unknown[] = [];
    for await (const item of lethe.items('listRequests', { query: { limit: 2 } })) items.push(item);
    assert.deepEqual(items, [1, 2, 3]);
    assert.deepEqual(
      sent.map(({ address }) => address.split('?')[1]),
      ['limit=2', 'limit=2&cursor=c1', 'limit=2&cursor=c2'],
    );
    for await (const { next } of lethe.pages('listRequests')) {
      assert.equal(next, 'c1');
      break;
    }
    assert.equal(sent.length, 4);
  });

  it('gives the cursor in the body where that is where it belongs', async () => {
    const { lethe, sent } = stage([page([1], 'c1'), page([2], null)]);
    const items: unknown[] = [];
    for await (const item of lethe.items('searchAuditEntries', { body: { subject: 'v-1' } as never })) items.push(item);
    assert.deepEqual(items, [1, 2]);
    assert.deepEqual(JSON.parse(sent[1]?.body as string), { subject: 'v-1', cursor: 'c1' });
  });
});

/** The usual wait of the client, which ends with the signal. */
function createWait(_milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
}

describe('What the typed client throws', () => {
  it('is a problem by its type, with fields, members and the request', async () => {
    const errors = [{ pointer: '/purpose', detail: 'is required' }];
    const { lethe } = stage([
      problem('conflict', 409, { 'X-Request-Id': 'r-1' }, { state: 'open', legal: ['answer'], errors }),
      problem('token-expired', 401, { 'WWW-Authenticate': 'Bearer error="invalid_token"' }),
    ]);
    const error = await caught(lethe.placeHold(HOLD));
    assert.ok(isProblem(error));
    assert.equal(error.type, 'conflict');
    assert.deepEqual([error.status, error.title, error.detail], [409, 'Title', 'Detail']);
    assert.deepEqual(error.members, { state: 'open', legal: ['answer'] });
    assert.deepEqual(error.errors, errors);
    assert.equal(error.requestId, 'r-1');
    assert.equal(isProblem(error, 'held'), false);
    const challenged = await caught(lethe.placeHold(HOLD));
    assert.ok(isProblem(challenged, 'held', 'token-expired'));
    assert.equal(challenged.challenge, 'Bearer error="invalid_token"');
  });

  it('is something else where a stranger answers', async () => {
    for (const reply of [
      new Response('<h1>Forbidden</h1>', { status: 403, headers: { 'Content-Type': 'text/html' } }),
      new Response('{', { status: 409, headers: { 'Content-Type': 'application/problem+json' } }),
      new Response('null', { status: 409, headers: { 'Content-Type': 'application/problem+json' } }),
      new Response('{', { status: 200, headers: { 'Content-Type': 'application/json' } }),
      new Response(null, { status: 302, headers: { Location: 'https://elsewhere.example' } }),
    ]) {
      const error = await caught(stage([reply]).lethe.placeHold(HOLD));
      assert.ok(error instanceof LetheAnswerError && !isProblem(error), String(error));
      assert.equal(error.status, reply.status);
    }
  });

  it('is a broken connection where the answer breaks off', async () => {
    const broken = new ReadableStream({ pull: (controller) => controller.error(new Error('reset')) });
    const { lethe } = stage([new Response(broken, { headers: { 'Content-Type': 'application/json' } })]);
    assert.ok((await caught(lethe.getOfficer())) instanceof LetheConnectionError);
  });
});
