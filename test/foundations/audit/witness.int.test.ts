import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { witnesses as witnessesJob } from '../../../jobs/witnesses.ts';
import { readConfig } from '../../../src/app/config.ts';
import { checkpointText, openCheckpoint, readCheckpoint } from '../../../src/foundations/audit/log/checkpoint.ts';
import {
  consistencyProof,
  leafHash,
  nodeHash,
  rootOf,
  verifyConsistency,
} from '../../../src/foundations/audit/log/merkle.ts';
import {
  cosign,
  NoteError,
  openNote,
  parseVerifierKey,
  signNote,
  splitNote,
  verifierKey,
} from '../../../src/foundations/audit/log/note.ts';
import { createMerkleLog } from '../../../src/foundations/audit/log/service.ts';
import { askWitness, parseWitnesses, type Witness, type WitnessDeps } from '../../../src/foundations/audit/witness.ts';
import { createWitnessing } from '../../../src/foundations/audit/witnessing.ts';
import { Problem } from '../../../src/foundations/contract/problem.ts';
import { openApp } from '../../support/app.ts';
import { testContext } from '../../support/context.ts';
import { onBothEngines } from '../../support/engines.ts';

const LOG = 'privacy.example/log/north';
const NAME = 'witness.example/w1';
const now = new Date('2026-03-01T12:00:00Z');
const clock = () => now;
const logKey = generateKeyPairSync('ed25519').privateKey;
const witnessKey = generateKeyPairSync('ed25519').privateKey;
const vkey = verifierKey(NAME, witnessKey, 'cosigner');
const witness: Witness = { verifier: parseVerifierKey(vkey), url: 'https://witness.example/log' };

/** A tree whose entry n is the text `<history> n`. */
const hashAt =
  (history: string) =>
  (level: number, index: number): Buffer =>
    level === 0
      ? leafHash(Buffer.from(`${history} ${index}`))
      : nodeHash(hashAt(history)(level - 1, index * 2), hashAt(history)(level - 1, index * 2 + 1));
const checkpointOf = async (size: number, history = 'entry') =>
  signNote(checkpointText({ origin: LOG, size, root: await rootOf(size, hashAt(history)) }), LOG, logKey);

/** A witness as C2SP tlog-witness wants it, which knows one log. */
function honestWitness(logVerifier = verifierKey(LOG, logKey), at = now) {
  const state = { size: 0, root: Buffer.alloc(0) as Buffer, questions: [] as string[] };
  const answer = (body: string): Response => {
    state.questions.push(body);
    const [head = '', ...rest] = body.split('\n\n');
    const checkpoint = rest.join('\n\n');
    const [first = '', ...lines] = head.split('\n');
    const old = Number(/^old (\d+)$/.exec(first)?.[1] ?? Number.NaN);
    if (Number.isNaN(old) || lines.length > 63) return new Response(null, { status: 400 });
    let tree: ReturnType<typeof openCheckpoint>;
    try {
      tree = openCheckpoint(checkpoint, parseVerifierKey(logVerifier));
    } catch {
      return new Response(null, { status: 403 });
    }
    if (old > tree.size) return new Response(null, { status: 400 });
    const conflict = () =>
      new Response(`${state.size}\n`, { status: 409, headers: { 'Content-Type': 'text/x.tlog.size' } });
    if (old !== state.size || (old === tree.size && !tree.root.equals(state.root))) return conflict();
    const proof = lines.map((line) => Buffer.from(line, 'base64'));
    if (old > 0 && !verifyConsistency(old, state.root, tree.size, tree.root, proof))
      return new Response(null, { status: 422 });
    state.size = tree.size;
    state.root = tree.root;
    return new Response(cosign(splitNote(checkpoint).text, NAME, witnessKey, at));
  };
  return { state, fetch: (async (_url: unknown, init?: RequestInit) => answer(String(init?.body))) as typeof fetch };
}

const deps = (fetched: typeof fetch, history = 'entry'): WitnessDeps => ({
  fetch: fetched,
  clock,
  consistencyProof: (from, to) => consistencyProof(from, to, hashAt(history)),
});

describe('Asking a witness (REQ-F04)', () => {
  it('sends what C2SP tlog-witness says, and takes the cosignature', async () => {
    const sent: { url: string; init: RequestInit | undefined }[] = [];
    const { fetch, state } = honestWitness();
    const spy = (async (url: unknown, init?: RequestInit) => {
      sent.push({ url: String(url), init });
      return fetch(String(url), init);
    }) as typeof fetch;
    const first = await askWitness(deps(spy), witness, await checkpointOf(5), 0);
    assert.ok(first.cosigned);
    assert.deepEqual(first.at, now);
    assert.equal(sent[0]?.url, 'https://witness.example/log/add-checkpoint');
    assert.equal(sent[0]?.init?.method, 'POST');
    assert.equal(sent[0]?.init?.body, `old 0\n\n${await checkpointOf(5)}`);
    const larger = await checkpointOf(300);
    const second = await askWitness(deps(spy), witness, larger, 5);
    assert.ok(second.cosigned);
    assert.equal(state.questions.length, 2, 'it knew where to go on from');
    const proof = await consistencyProof(5, 300, hashAt('entry'));
    assert.equal(
      state.questions[1],
      `old 5\n${proof.map((hash) => `${hash.toString('base64')}\n`).join('')}\n${larger}`,
    );
    const { verified } = openNote(larger + second.line, [witness.verifier, parseVerifierKey(verifierKey(LOG, logKey))]);
    assert.deepEqual(
      verified.map(({ verifier }) => verifier.name),
      [LOG, NAME],
    );
  });

  for (const [known, theirs, size] of [
    [0, 7, 20],
    [9, 7, 20],
    [9, 0, 20],
    [20, 7, 20],
    [40, 20, 20],
    [0, 20, 20],
  ] as const)
    it(`goes on from the size it names: ${known} was believed, ${theirs} is so, ${size} to cosign`, async () => {
      const { fetch, state } = honestWitness();
      if (theirs > 0) await askWitness(deps(fetch), witness, await checkpointOf(theirs), 0);
      state.questions.length = 0;
      const { cosigned } = await askWitness(deps(fetch), witness, await checkpointOf(size), known);
      assert.ok(cosigned);
      assert.ok(state.questions.length <= 2);
    });

  it('raises an alarm when the witness has seen more of the log than there is, or something else', async () => {
    const { fetch } = honestWitness();
    await askWitness(deps(fetch), witness, await checkpointOf(20), 0);
    const older = await askWitness(deps(fetch), witness, await checkpointOf(12), 0);
    assert.ok(!older.cosigned && older.reason === 'ahead', JSON.stringify(older));
    for (const known of [0, 20]) {
      const other = await askWitness(deps(fetch, 'other'), witness, await checkpointOf(20, 'other'), known);
      assert.ok(!other.cosigned && other.reason === 'forked', JSON.stringify(other));
    }
    const grown = await askWitness(deps(fetch, 'other'), witness, await checkpointOf(33, 'other'), 20);
    assert.ok(!grown.cosigned && grown.reason === 'refused' && /422/.test(grown.detail));
  });

  const size409 = (body: string, type = 'text/x.tlog.size') =>
    new Response(body, { status: 409, headers: { 'Content-Type': type } });
  const text = async () => splitNote(await checkpointOf(5)).text;
  const stranger = generateKeyPairSync('ed25519').privateKey;
  const endless = () =>
    new Response(new ReadableStream({ pull: (stream) => stream.enqueue(new Uint8Array(65_536).fill(65)) }));
  const broken = () => new Response(new ReadableStream({ pull: (stream) => stream.error(new Error('reset')) }));
  const bad: [title: string, answer: () => Response | Promise<Response>, reason: string][] = [
    ['400', () => new Response('no', { status: 400 }), 'refused'],
    ['403', () => new Response('no', { status: 403 }), 'refused'],
    ['404', () => new Response('no', { status: 404 }), 'refused'],
    ['422', () => new Response('no', { status: 422 }), 'refused'],
    ['500', () => new Response('no', { status: 500 }), 'refused'],
    ['204', () => new Response(null, { status: 204 }), 'refused'],
    ['409 without its type', () => size409('3\n', 'text/plain'), 'garbled'],
    ['409 with no number', () => size409('three\n'), 'garbled'],
    ['409 with a negative number', () => size409('-3\n'), 'garbled'],
    ['409 with a number too large', () => size409('99999999999999999999\n'), 'garbled'],
    ['409 with the size that was sent', () => size409('0\n'), 'garbled'],
    ['an empty body', () => new Response(''), 'garbled'],
    ['a page', () => new Response('<html>welcome\n'), 'garbled'],
    ['a body without end', endless, 'garbled'],
    ['a body that breaks off', broken, 'unreachable'],
    ['nothing', () => Promise.reject(new TypeError('fetch failed')), 'unreachable'],
    ['bytes that are no text', () => new Response(new Uint8Array([0, 255, 10])), 'garbled'],
    ['a cosignature by another key', async () => new Response(cosign(await text(), NAME, stranger, now)), 'unsigned'],
    ['one of another text', async () => new Response(cosign(`${await text()}x\n`, NAME, witnessKey, now)), 'unsigned'],
    ['one of long ago', async () => new Response(cosign(await text(), NAME, witnessKey, new Date(0))), 'unsigned'],
    [
      'one that is cut off',
      async () => new Response(cosign(await text(), NAME, witnessKey, now).replace(/.{9}\n$/, '\n')),
      'garbled',
    ],
  ];
  for (const [title, answer, reason] of bad)
    it(`reports ${title} as ${reason}, and never throws`, async () => {
      let asked = 0;
      const fetch = (async () => {
        asked += 1;
        return answer();
      }) as typeof globalThis.fetch;
      const told = await askWitness(deps(fetch), witness, await checkpointOf(5), 0);
      assert.ok(!told.cosigned);
      assert.equal(told.reason, reason, told.detail);
      assert.ok(asked <= 3);
    });

  it('ends when the witness names another size each time', async () => {
    let asked = 0;
    const fetch = (async () => {
      asked += 1;
      return size409(`${asked}\n`);
    }) as typeof globalThis.fetch;
    const answer = await askWitness(deps(fetch), witness, await checkpointOf(50), 0);
    assert.ok(!answer.cosigned && answer.reason === 'garbled');
    assert.equal(asked, 3);
  });

  it('passes over signatures of other kinds beside its own', async () => {
    const fetch = (async () =>
      new Response(
        `— ${NAME} ${Buffer.alloc(2400, 7).toString('base64')}\n${cosign(await text(), NAME, witnessKey, now)}`,
      )) as typeof globalThis.fetch;
    assert.ok((await askWitness(deps(fetch), witness, await checkpointOf(5), 0)).cosigned);
  });

  it('follows no redirect', async () => {
    const server = createServer((_request, response) => {
      response.writeHead(307, { Location: 'http://127.0.0.1:9/elsewhere' }).end();
    }).listen(0, '127.0.0.1');
    await new Promise((listening) => server.once('listening', listening));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const answer = await askWitness(deps(fetch), { ...witness, url }, await checkpointOf(5), 0);
    assert.ok(!answer.cosigned && answer.reason === 'unreachable');
    server.close();
  });
});

describe('Witnesses in the settings', () => {
  it('are keys and addresses, one beside the other', () => {
    const other = verifierKey('other.example', logKey, 'cosigner');
    const { witnesses } = readConfig({ LETHE_WITNESSES: `${vkey}=https://w.example/log/, ${other}=http://10.0.0.1:9` });
    assert.deepEqual(
      witnesses.map(({ verifier, url }) => [verifier.name, url]),
      [
        [NAME, 'https://w.example/log'],
        ['other.example', 'http://10.0.0.1:9'],
      ],
    );
    assert.deepEqual(readConfig({}).witnesses, []);
  });

  for (const text of [
    'https://w.example',
    `${vkey}`,
    `${vkey}=ftp://w.example`,
    `${vkey}=https://`,
    `${vkey.slice(0, -1)}A=https://w.example`,
    `${verifierKey(LOG, logKey)}=https://w.example`,
    `${vkey}=https://a.example,${vkey}=https://b.example`,
  ])
    it(`refuse ${text.slice(0, 30)}…${text.slice(-20)}`, () => assert.throws(() => parseWitnesses(text), NoteError));

  it('refuse a bad one at the start, by name', () => {
    assert.throws(() => readConfig({ LETHE_WITNESSES: 'nonsense' }), {
      faults: ['LETHE_WITNESSES: witness 1 is not <verifier key>=<URL>'],
    });
  });
});

describe('The job that asks the witnesses', () => {
  it('tells who did not cosign, and raises the alarm for another history', async () => {
    const refusals = (['unreachable', 'ahead', 'forked', 'refused'] as const).map((reason) => ({
      witness: NAME,
      reason,
      detail: 'it says so',
    }));
    const told: [level: string, reason: string][] = [];
    const level = (name: string) => (about: { reason: string }) => void told.push([name, about.reason]);
    const result = await witnessesJob.run({
      services: { witnessing: { ask: async () => ({ asked: 5, cosigned: 1, refusals }) } } as never,
      context: testContext(),
      log: { error: level('error'), warn: level('warn') } as never,
    });
    assert.deepEqual(result, { asked: 5, cosigned: 1 });
    assert.deepEqual(told, [
      ['warn', 'unreachable'],
      ['error', 'ahead'],
      ['error', 'forked'],
      ['warn', 'refused'],
    ]);
  });
});

onBothEngines('Witnessed heads of the log', (ground) => {
  const time = { now };
  const context = { ...testContext(), clock: () => time.now };
  let merkleLog: Awaited<ReturnType<typeof createMerkleLog>>;
  before(async () => {
    merkleLog = await createMerkleLog({ ...ground(), publicUrl: 'https://privacy.example' });
  });

  async function grow(count: number) {
    await ground().store.write(async (tx) => {
      for (let n = 0; n < count; n += 1) await ground().audit.add(tx, context, { action: 'test.done' });
    });
    time.now = new Date(time.now.getTime() + 2000);
    await merkleLog.advance(() => time.now);
  }
  const witnessingWith = (fetched: typeof fetch, witnesses = [witness]) =>
    createWitnessing({ store: ground().store, merkleLog, witnesses, fetch: fetched, clock: () => time.now });

  it('are kept and shown with the cosignatures, each one more than the last', async () => {
    const nobody = witnessingWith(fetch, []);
    assert.deepEqual(await nobody.ask('north'), { asked: 0, cosigned: 0, refusals: [] });
    await grow(3);
    await assert.rejects(nobody.checkpoint('north'), (error) => error instanceof Problem && error.type === 'not-found');
    const key = await merkleLog.key('north');
    const honest = honestWitness(key);
    const deaf = {
      ...witness,
      verifier: parseVerifierKey(verifierKey('deaf.example', logKey, 'cosigner')),
      url: 'https://deaf',
    };
    const fetched = (async (url: string, init?: RequestInit) =>
      url.startsWith(deaf.url) ? new Response(null, { status: 404 }) : honest.fetch(url, init)) as typeof fetch;
    const both = witnessingWith(fetched, [witness, deaf]);
    for (const size of [3, 300]) {
      if (size > 3) await grow(size - 3);
      honest.state.questions.length = 0;
      const { asked, cosigned, refusals } = await both.ask('north');
      assert.deepEqual([asked, cosigned, refusals.map(({ witness }) => witness)], [2, 1, ['deaf.example']]);
      const note = await both.checkpoint('north');
      const { verified } = openNote(note, [parseVerifierKey(key), witness.verifier]);
      assert.equal(verified.length, 2);
      assert.equal(readCheckpoint(note).size, size);
      assert.match(honest.state.questions[0] ?? '', size === 3 ? /^old 0\n/ : /^old 3\n/);
    }
    honest.state.questions.length = 0;
    assert.equal((await both.ask('north')).asked, 0, 'nothing is new');
    assert.equal(honest.state.questions.length, 0);
    await assert.rejects(both.checkpoint('south'), Problem);
  });

  it('are there for anybody', async () => {
    const app = await openApp(ground());
    const { text, headers } = await app.as('nobody').get('/log/north/checkpoint.witnessed').expect(200);
    assert.equal(text, await witnessingWith(fetch).checkpoint('north'));
    assert.equal(headers['content-type'], 'text/plain; charset=utf-8');
    await app.as('nobody').get('/log/south/checkpoint.witnessed').expect(404);
    await app.close();
  });

  it('stay as they are when a witness sees another history', async () => {
    const other = honestWitness(await merkleLog.key('north'));
    other.state.size = 10_000;
    await grow(1);
    const witnessing = witnessingWith(other.fetch);
    const before = await witnessing.checkpoint('north');
    const { cosigned, refusals } = await witnessing.ask('north');
    assert.equal(cosigned, 0);
    assert.equal(refusals[0]?.reason, 'ahead');
    assert.equal(await witnessing.checkpoint('north'), before);
  });
});
