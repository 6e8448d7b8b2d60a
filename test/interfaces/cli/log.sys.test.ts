import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { leafHash, nodeHash } from '../../../src/foundations/audit/log/merkle.ts';
import { encodeProof } from '../../../src/foundations/audit/log/proof-file.ts';
import { packageRoot } from '../../../src/foundations/process/package-root.ts';
import { type SampleLog, sampleEntry, sampleLog, writeFiles } from '../../support/sample-log.ts';
import { built } from '../../support/service-process.ts';

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
      const path = (request.url as string).slice('/log/main/'.length);
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
    assert.match(sound.stdout, /^privacy\.example\/log\/main\n600 entries\n/);
    assert.match(sound.stderr, /600 entries checked, \d+ a second/);
    writeFileSync(at('key'), `${key}\n`);
    const json = await lethe('verify', '--dir', at('copy'), '--key', at('key'), '--json');
    assert.equal(JSON.parse(json.stdout).checked, 600);

    const bundle = Buffer.from(files.get('tile/entries/001') as Buffer);
    bundle[5000] = (bundle[5000] as number) ^ 1;
    writeFileSync(at('copy/tile/entries/001'), bundle);
    const altered = await lethe('verify', '--dir', at('copy'), '--key', key, '--json');
    assert.equal(altered.status, 1);
    assert.match(altered.stderr, /The log does not verify\.\n {2}tile\/entries\/001: entry \d+ does not fit/);
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
    const [a, b, c] = [0, 1, 2].map((n) => leafHash(sampled[n] as Buffer)) as [Buffer, Buffer, Buffer];
    const proof = encodeProof({ index: place, path: [c, nodeHash(a, b)], checkpoint: await small.checkpoint(4) });
    writeFileSync(at('entry'), sampled[place] as Buffer);
    writeFileSync(at('other'), sampled[1] as Buffer);
    writeFileSync(at('it.tlog-proof'), proof);
    writeFileSync(at('altered.tlog-proof'), proof.replace('\n4\n', '\n5\n'));
    const [sound, other, altered, nowhere] = await Promise.all([
      lethe('prove', at('it.tlog-proof'), '--entry', at('entry'), '--key', key),
      lethe('prove', at('it.tlog-proof'), '--entry', at('other'), '--key', key),
      lethe('prove', at('altered.tlog-proof'), '--entry', at('entry'), '--key', key),
      lethe('prove', at('nowhere'), '--key', key),
    ]);
    assert.deepEqual([sound.status, other.status, altered.status, nowhere.status], [0, 1, 1, 2], sound.stderr);
    assert.match(sound.stderr, /stands at place 3 of privacy\.example\/log\/main, which had 4 entries/);
    assert.match(altered.stderr, /The proof does not verify/);
  });
});
