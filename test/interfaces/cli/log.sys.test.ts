import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeOpening, leafOf, type OpenedLeaf } from '../../../src/foundations/audit/log/leaf.ts';
import { leafHash, nodeHash } from '../../../src/foundations/audit/log/merkle.ts';
import { encodeProof } from '../../../src/foundations/audit/log/proof-file.ts';
import { openingLine } from '../../../src/foundations/audit/verify/openings.ts';
import { packageRoot } from '../../../src/foundations/process/package-root.ts';
import { type SampleLog, sampleEntry, sampleLog, writeFiles } from '../../support/sample-log.ts';
import { built } from '../../support/service-process.ts';

const TOKEN = 'lethe_auditor_of-the-test';

describe('lethe log', function () {
  this.timeout(180_000);
  let sampled: Buffer[];
  let log: SampleLog;
  let key: string;
  before(() => {
    sampled = Array.from({ length: 6000 }, (_, n) => sampleEntry(n));
    log = sampleLog(sampled);
    key = log.verifierKey;
  });
  const published = async (size: number, of = log) =>
    new Map<string, Buffer | string>(of.files(size))
      .set('checkpoint', await of.checkpoint(size))
      .set('key', `${key}\n`);

  let folder: string;
  let server: Server;
  let files: Map<string, Buffer | string>;
  let asked: string[];
  /** Milliseconds before each answer. */
  let slowness: number;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'lethe-log-'));
    asked = [];
    slowness = 0;
    server = createServer((request, response) => {
      const { pathname, searchParams } = new URL(request.url as string, 'http://localhost');
      if (pathname === '/v1/audit/leaves') {
        const from = Number(searchParams.get('from'));
        const known = request.headers.authorization === `Bearer ${TOKEN}` && request.headers['lethe-tenant'] === 'main';
        void log.openings.read(from / 256, Number(searchParams.get('limit'))).then((leaves) => {
          response.writeHead(known ? 200 : 401).end(known ? leaves.map(openingLine).join('') : '');
        });
        return;
      }
      const path = pathname.slice('/log/main/'.length);
      asked.push(path);
      const body = files.get(path);
      setTimeout(() => response.writeHead(body === undefined ? 404 : 200).end(body), slowness);
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const at = (name: string) => join(folder, name);
  const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/log/main`;
  const start = (words: string[]): ChildProcess =>
    spawn(process.execPath, [built('src/cli.ts'), 'log', ...words], {
      cwd: packageRoot,
      env: { PATH: process.env['PATH'], HOME: folder },
    });
  async function lethe(...words: string[]) {
    const child = start(words);
    let [stdout, stderr] = ['', ''];
    child.stdout?.on('data', (piece) => {
      stdout += piece;
    });
    child.stderr?.on('data', (piece) => {
      stderr += piece;
    });
    const status = await new Promise((exit) => child.once('close', exit));
    return { status, stdout, stderr };
  }

  it('verify checks a folder, and ends with 0, 1 or 2', async () => {
    files = await published(600);
    writeFiles(at('copy'), files);
    const sound = await lethe('verify', '--dir', at('copy'), '--key', key);
    assert.equal(sound.status, 0, sound.stderr);
    assert.match(sound.stdout, /^privacy\.example\/log\/main\n600 leaves\n/);
    assert.match(
      sound.stderr,
      /600 leaves checked, \d+ a second[\s\S]*0 of them were opened with their entry and salt, 600 stayed closed/,
    );
    writeFileSync(at('key'), `${key}\n`);
    const json = await lethe('verify', '--dir', at('copy'), '--key', at('key'), '--json');
    assert.equal(JSON.parse(json.stdout).checked, 600);

    const bundle = Buffer.from(files.get('tile/entries/001') as Buffer);
    bundle[5000] = (bundle[5000] as number) ^ 1;
    writeFileSync(at('copy/tile/entries/001'), bundle);
    const altered = await lethe('verify', '--dir', at('copy'), '--key', key, '--json');
    assert.equal(altered.status, 1);
    assert.match(altered.stderr, /The log does not verify\.\n {2}tile\/entries\/001: leaf \d+ does not fit/);
    assert.match(JSON.parse(altered.stdout).fault, /tile\/entries\/001/);

    const wrong = [
      ['--key', key],
      ['--dir', at('copy'), '--url', url()],
      ['--dir', at('copy'), '--key', 'a+b+c'],
    ];
    const answers = await Promise.all(wrong.map((words) => lethe('verify', ...words)));
    assert.deepEqual(
      answers.map(({ status }) => status),
      [2, 2, 2],
    );
  });

  it('verify asks a server, says aloud when it believed its key, and goes on from a state', async () => {
    files = await published(600);
    const first = await lethe('verify', '--url', url(), '--state', at('state'));
    assert.equal(first.status, 0, first.stderr);
    assert.match(first.stderr, /No key was given: the one the log shows is believed/);
    assert.ok(first.stderr.includes(key));
    files = await published(900);
    const second = await lethe('verify', '--url', url(), '--state', at('state'), '--key', key, '--json');
    assert.equal(JSON.parse(second.stdout).checked, 900 - 512);
    assert.ok(!second.stderr.includes('believed'));
    files = await published(700);
    const shrunk = await lethe('verify', '--url', url(), '--state', at('state'), '--key', key);
    assert.equal(shrunk.status, 1);
    assert.match(shrunk.stderr, /shrunk: 900 entries were signed before, now 700/);
  });

  it('opens the leaves with a token, says how many, and a mirror keeps what opened them', async () => {
    files = await published(600);
    writeFileSync(at('token'), `${TOKEN}\n`);
    writeFileSync(at('wrong'), 'another\n');
    const words = ['--url', url(), '--key', key];
    const [verified, refused, followed] = await Promise.all([
      lethe('verify', ...words, '--token-file', at('token'), '--json'),
      lethe('verify', ...words, '--token-file', at('wrong')),
      lethe('follow', ...words, '--once', '--dir', at('mirror'), '--token-file', at('token')),
    ]);
    assert.deepEqual([verified.status, refused.status, followed.status], [0, 1, 0], followed.stderr);
    const { checked, opened, closed } = JSON.parse(verified.stdout);
    assert.deepEqual([checked, opened, closed], [600, 600, 0]);
    assert.match(refused.stderr, /Nothing can be said\.\n {2}v1\/audit\/leaves: the server refuses the token/);
    files = await published(900);
    assert.equal((await lethe('follow', ...words, '--once', '--dir', at('mirror'))).status, 0);
    const offline = await lethe('verify', '--dir', at('mirror'), '--key', key);
    assert.match(offline.stderr, /600 of them were opened with their entry and salt, 300 stayed closed/);
    const file = at('mirror/openings/001.ndjson');
    writeFileSync(file, readFileSync(file, 'utf8').replace('consent.given', 'consent.taken'));
    const altered = await lethe('verify', '--dir', at('mirror'), '--key', key);
    assert.equal(altered.status, 1);
    assert.match(altered.stderr, /entry 256: does not open its leaf/);
  });

  it('follow believes a key once, and no other afterwards', async () => {
    files = await published(300);
    const first = await lethe('follow', '--url', url(), '--dir', at('mirror'), '--once');
    assert.equal(first.status, 0, first.stderr);
    assert.match(first.stderr, /is believed/);
    assert.equal(readFileSync(at('mirror/key'), 'utf8').trim(), key);
    const other = sampleLog(sampled.slice(0, 600));
    files = (await published(600, other)).set('key', other.verifierKey);
    const second = await lethe('follow', '--url', url(), '--dir', at('mirror'), '--once');
    assert.equal(second.status, 1);
    assert.match(second.stderr, /no signature is by a known key/);
    const third = await lethe('follow', '--url', url(), '--dir', at('mirror'), '--once', '--key', other.verifierKey);
    assert.equal(third.status, 1);
    assert.match(third.stderr, /begun with another key/);
    assert.equal(readFileSync(at('mirror/key'), 'utf8').trim(), key);
  });

  it('follow ends when history changed, and keeps both checkpoints', async () => {
    files = await published(600);
    assert.equal((await lethe('follow', '--url', url(), '--dir', at('mirror'), '--once', '--key', key)).status, 0);
    const before = readFileSync(at('mirror/checkpoint'), 'utf8');
    const forked = sampleLog(
      sampled.slice(0, 900).map((entry, n) => (n === 40 ? sampleEntry(n, 'other') : entry)),
      log.key,
    );
    files = await published(900, forked);
    const { status, stderr } = await lethe('follow', '--url', url(), '--dir', at('mirror'), '--key', key);
    assert.equal(status, 1, 'it does not go on');
    assert.match(stderr, /two histories, from entry 0 on/);
    assert.equal(readFileSync(at('mirror/checkpoint'), 'utf8'), before);
    assert.equal(readFileSync(at('mirror/conflicting-checkpoint-900'), 'utf8'), await forked.checkpoint(900));
    assert.equal((await lethe('verify', '--dir', at('mirror'), '--key', key)).status, 0);
  });

  it('follow goes on after kill -9 at any moment, and fetches no full tile twice', async () => {
    files = await published(6000);
    const whole = [...files.keys()].filter((path) => path.startsWith('tile/') && !path.includes('.p/'));
    slowness = 15;
    const there = () => whole.filter((path) => existsSync(join(at('mirror'), path)));
    for (let kills = 0; kills < 4; kills += 1) {
      const [kept, count] = [there(), asked.length];
      const child = start(['follow', '--url', url(), '--dir', at('mirror'), '--key', key, '--once']);
      const ended = new Promise((exit) => child.once('exit', exit));
      let running = true;
      void ended.then(() => {
        running = false;
      });
      // Killed as soon as a few files more are there.
      while (running && there().length < kept.length + 5) await new Promise((next) => setTimeout(next, 2));
      child.kill('SIGKILL');
      await ended;
      assert.deepEqual(
        asked.slice(count).filter((path) => kept.includes(path)),
        [],
      );
    }
    assert.ok(there().length > 15 && there().length < whole.length, `${there().length} of ${whole.length}`);
    slowness = 0;
    const last = await lethe('follow', '--url', url(), '--dir', at('mirror'), '--key', key, '--once');
    assert.equal(last.status, 0, last.stderr);
    for (const [path, bytes] of files)
      assert.ok(readFileSync(join(at('mirror'), path)).equals(Buffer.from(bytes)), path);
    assert.equal((await lethe('verify', '--dir', at('mirror'), '--key', key)).status, 0);
    const left = readdirSync(at('mirror'), { recursive: true }) as string[];
    assert.deepEqual(
      left.filter((path) => path.endsWith('.partial')),
      [],
    );
  });

  it('prove checks one entry offline', async () => {
    const place = 3;
    const small = sampleLog(sampled.slice(0, 4), log.key);
    const opened = await small.openings.read(0, 4);
    const [a, b, c] = opened.map(({ salt, entry }) => leafHash(leafOf(salt, entry))) as [Buffer, Buffer, Buffer];
    const extra = encodeOpening(opened[place] as OpenedLeaf);
    const path = [c, nodeHash(a, b)];
    const proof = encodeProof({ extra, index: place, path, checkpoint: await small.checkpoint(4) });
    writeFileSync(at('entry'), sampled[place] as Buffer);
    writeFileSync(at('other'), sampled[1] as Buffer);
    writeFileSync(at('it.tlog-proof'), proof);
    writeFileSync(at('altered.tlog-proof'), proof.replace('\n4\n', '\n5\n'));
    writeFileSync(at('closed.tlog-proof'), proof.replace(/^extra .*\n/m, ''));
    const [sound, other, altered, nowhere, closed] = await Promise.all([
      lethe('prove', at('it.tlog-proof'), '--entry', at('entry'), '--key', key),
      lethe('prove', at('it.tlog-proof'), '--entry', at('other'), '--key', key),
      lethe('prove', at('altered.tlog-proof'), '--entry', at('entry'), '--key', key),
      lethe('prove', at('nowhere'), '--key', key),
      lethe('prove', at('closed.tlog-proof'), '--key', key),
    ]);
    assert.deepEqual([sound.status, other.status, altered.status, nowhere.status], [0, 1, 1, 2], sound.stderr);
    assert.match(sound.stderr, /stands at place 3 of privacy\.example\/log\/main, which had 4 entries/);
    assert.equal(sound.stdout, `${sampled[place]}\n`, 'the entry is read from the proof');
    assert.match(other.stderr, /another entry than this one/);
    assert.match(altered.stderr, /The proof does not verify/);
    assert.equal(closed.status, 1);
    assert.match(closed.stderr, /no entry with its salt/);
  });
});
