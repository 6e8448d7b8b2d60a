import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { PassThrough } from 'node:stream';
import { ConsentInput } from '../../../src/data/consent/model.ts';
import { VisitInput } from '../../../src/data/visits/model.ts';
import { checkIfMatch } from '../../../src/foundations/contract/etag.ts';
import { readJson, readUtf8 } from '../../../src/foundations/contract/json.ts';
import { Problem } from '../../../src/foundations/contract/problem.ts';
import { checker } from '../../../src/foundations/contract/validation.ts';
import { allowedTarget } from '../../../src/foundations/webhooks/guarded-agents.ts';
import { signedBy, signedHeaders } from '../../../src/foundations/webhooks/signature.ts';
import { bareSlashes } from '../../../src/interfaces/http/bare-slash.ts';
import { clientAddressOf } from '../../../src/interfaces/http/caller.ts';
import { bodyReader, parseIdempotencyKey, readParams, readQuery } from '../../../src/interfaces/http/input.ts';
import { globalPrivacyControl } from '../../../src/law/gpc.ts';
import { parseStatedPurpose } from '../../../src/law/reading-purposes.ts';
import { OpenDsrCallback, OpenDsrRequest } from '../../../src/rights/opendsr/model.ts';
import { signatureFits, trustedKey } from '../../../src/rights/opendsr/trust.ts';
import { PublicIntake } from '../../../src/rights/requests/model.ts';
import { assertBounded, assertNoPollution, type FuzzTarget, piecesOf, readOr, readOrAsync } from '../target.ts';

const NOW = new Date('2026-03-02T08:09:10Z');

/** What a refusal may say: pointers of names, never a value. */
function assertTellsNothing(problem: unknown): void {
  if (!(problem instanceof Problem)) throw problem;
  for (const { pointer } of problem.extras.errors ?? [])
    assert.match(pointer, /^(\/(\d+|\*|[A-Za-z_][\w-]{0,63}))*$|^[?{][\w-]*\}?(\/[\w*-]+)*$|^[A-Za-z-]+:$/);
}

const json: FuzzTarget = {
  name: 'json',
  words: ['{', '}', '[', ']', ':', ',', '"', '\\u0000', '\\ud800', '__proto__', 'constructor', '1e999', '"a":', 'null'],
  run(input) {
    let value: unknown;
    try {
      value = readJson(readUtf8(input));
    } catch (problem) {
      return assertTellsNothing(problem);
    }
    assertNoPollution();
    const printed = JSON.stringify(value);
    assert.equal(JSON.stringify(readJson(printed)), printed);
  },
};

const SCHEMAS = [ConsentInput, VisitInput, PublicIntake, OpenDsrRequest, OpenDsrCallback].map((schema) =>
  checker(schema, ''),
);

/** A whole body, as its schema takes it. */
const body: FuzzTarget = {
  name: 'body',
  words: [
    '"subject":',
    '"kind":"visitor"',
    '"evidence":',
    '"type":"access"',
    '2026-03-02T08:09:10Z',
    '@',
    '[1,2]',
    '""',
  ],
  run(input) {
    const value = readOr([Problem], () => readJson(readUtf8(input)));
    const before = JSON.stringify(value);
    for (const check of SCHEMAS)
      try {
        check(value);
      } catch (problem) {
        assertTellsNothing(problem);
        assert.ok((problem as Problem).extras.errors?.length);
      }
    assert.equal(JSON.stringify(value), before, 'a check changes nothing');
    assertNoPollution();
  },
};

/** One path and query. */
const address: FuzzTarget = {
  name: 'address',
  words: [
    '/',
    '?',
    '&',
    '=',
    '%2F',
    '%00',
    '%ff',
    '+',
    'cursor',
    'limit',
    '__proto__',
    '..',
    '/v1/subjects/',
    '/items/',
  ],
  run(input) {
    const url = input.toString('latin1');
    const query = readOr([Problem], () => readQuery(url));
    if (query) {
      const printed = Object.entries(query).flatMap(([name, value]) =>
        [value].flat().map((one) => `${encodeURIComponent(name)}=${encodeURIComponent(one)}`),
      );
      assert.deepEqual(readQuery(`/?${printed.join('&')}`), query);
    }
    const part = readOr([Problem], () => readParams({ id: url }))?.['id'];
    if (part?.isWellFormed()) assert.equal(readParams({ id: encodeURIComponent(part) })['id'], part);
    SLASHES(url);
    assertNoPollution();
  },
};
const anyText = { type: 'string' } as const;
const SLASHES = bareSlashes(
  ['/v1/subjects/{id}/items/{doi}', '/v1/items/{doi}/associations', '/v1/a/{b}/{c}/{d}'].map((path) => ({
    operationId: path,
    method: 'get' as const,
    path,
    tag: '',
    summary: '',
    permission: 'public' as const,
    status: 200 as const,
    params: {
      type: 'object',
      properties: Object.fromEntries([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => [name, anyText])),
    } as never,
  })),
);

const addressOf = clientAddressOf(['10.0.0.0/8', '::1']);

/** One header's value, whichever. */
const headers: FuzzTarget = {
  name: 'headers',
  words: ['"', '\\"', 'W/', '; reference=', 'access-request', '2026-17', ',', '[2001:db8::1]:80', '10.0.0.1', ' ', '*'],
  run(input) {
    const text = input.toString('latin1');
    const key = readOr([Problem], () => parseIdempotencyKey(text));
    if (key !== undefined) assert.equal(parseIdempotencyKey(`"${key.replace(/["\\]/g, (sign) => `\\${sign}`)}"`), key);
    const purpose = parseStatedPurpose(text);
    if (purpose) {
      const { purpose: code, reference } = purpose;
      assert.deepEqual(
        parseStatedPurpose(reference === undefined ? code : `${code}; reference="${reference}"`),
        purpose,
      );
      assert.doesNotMatch(JSON.stringify(purpose), /[a-z]{40}/);
    }
    const client = addressOf('10.0.0.1', text);
    if (client !== undefined) assert.equal(addressOf(client, undefined), client);
    readOr([Problem], () => checkIfMatch(text, '"1-abc"'));
    globalPrivacyControl(['Sec-GPC', text, text, '1']);
    allowedTarget(text, false);
  },
};

/** A stream of lines, in whatever pieces it arrives: the first byte says how large they are. */
const ndjson: FuzzTarget = {
  name: 'ndjson',
  words: ['\n', '\r\n', '{"a":1}\n', '\n\n', ' ', '\ufeff'],
  async run(input) {
    const bytes = input.subarray(1);
    const whole = await readOrAsync([Problem], () => linesIn([bytes]));
    assert.deepEqual(await readOrAsync([Problem], () => linesIn(piecesOf(bytes, input[0]))), whole);
    assertBounded(whole, input, 7);
    for (const line of whole ?? []) assert.ok(line !== '' && !line.includes('\n'));
  },
};

const read = bodyReader(
  {
    operationId: 'x',
    method: 'post',
    path: '/x',
    tag: '',
    summary: '',
    permission: 'public',
    bodyFormat: 'ndjson',
    status: 200,
  },
  { limit: 65_536, patience: 60_000 },
);

async function linesIn(pieces: Buffer[]): Promise<string[]> {
  const stream = new PassThrough();
  for (const piece of pieces) stream.write(piece);
  stream.end();
  const request = Object.assign(stream, { headers: { 'content-type': 'application/x-ndjson' }, complete: true });
  const lines: string[] = [];
  const { lines: arriving } = await read(request as never);
  for await (const line of arriving) lines.push(line);
  return lines;
}

const SECRET = Buffer.alloc(32, 7);

/** What a holder, or a processor by OpenDSR, sends signed: headers in lines, then the body. */
const signed: FuzzTarget = {
  name: 'signed',
  words: ['v1,', ' ', '\n', '-----BEGIN CERTIFICATE-----', '-----END CERTIFICATE-----', '1772438950', '='],
  run(input) {
    const text = input.toString('latin1');
    const [id = '', at = '', signatures = '', ...rest] = text.split('\n');
    const payload = Buffer.from(rest.join('\n'), 'latin1');
    const given = { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': signatures };
    if (signedBy(SECRET, given, payload, NOW)) {
      const wanted = createHmac('sha256', SECRET).update(`${id}.${at}.`).update(payload).digest();
      assert.ok(signatures.split(' ').some((one) => Buffer.from(one.slice(3), 'base64').equals(wanted)));
    }
    const wellFormed = payload.toString('utf8');
    const own = signedHeaders(SECRET, id, NOW, wellFormed);
    assert.ok(signedBy(SECRET, own, Buffer.from(wellFormed), NOW));
    assert.equal(trustedKey(text, 'example.org', text, NOW), undefined);
    const key = { asymmetricKeyType: 'ed25519' } as never;
    assert.equal(signatureFits(key, payload, signatures), false);
  },
};

export const requestTargets: readonly FuzzTarget[] = [json, body, address, headers, ndjson, signed];
