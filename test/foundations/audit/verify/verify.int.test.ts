import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { parseVerifierKey, type Verifier } from '../../../../src/foundations/audit/log/note.ts';
import { tilePath } from '../../../../src/foundations/audit/log/tile.ts';
import { followLog, readState } from '../../../../src/foundations/audit/verify/mirror.ts';
import {
  boundedFetch,
  directorySource,
  type LogSource,
  SourceError,
  urlSource,
} from '../../../../src/foundations/audit/verify/source.ts';
import { type VerifyOptions, verifyLog } from '../../../../src/foundations/audit/verify/verify-log.ts';
import { canonical } from '../../../../src/foundations/contract/canonical-json.ts';
import { type SampleLog, sampleEntry, sampleLog, writeFiles } from '../../../support/sample-log.ts';

const fault = (pattern: RegExp) => (error: unknown) =>
  error instanceof Error && error.name === 'LogFault' && pattern.test(error.message);

function memorySource(files: Map<string, Buffer | string>): LogSource & { reads: string[] } {
  const reads: string[] = [];
  return {
    name: 'memory',
    reads,
    read: async (path, limit) => {
      reads.push(path);
      const bytes = files.get(path);
      if (bytes !== undefined && bytes.length > limit) throw new SourceError(`${path}: more than ${limit} bytes`);
      return bytes === undefined ? undefined : Buffer.from(bytes);
    },
  };
}

describe('Checking a log from its files and key alone', function () {
  this.timeout(180_000);
  let sampled: Buffer[];
  let log: SampleLog;
  /** The same beginning, and then something else. */
  let forked: SampleLog;
  let verifier: Verifier;
  // Not when the file is loaded: that is kept for as long as the process lives.
  before(() => {
    sampled = Array.from({ length: 70_000 }, (_, n) => sampleEntry(n));
    log = sampleLog(sampled);
    forked = sampleLog(
      [...sampled.slice(0, 200), ...Array.from({ length: 500 }, (_, n) => sampleEntry(200 + n, 'other'))],
      log.key,
    );
    verifier = parseVerifierKey(log.verifierKey);
  });
  const published = async (size: number, of = log) => {
    const files: Map<string, Buffer | string> = new Map(of.files(size));
    files.set('checkpoint', await of.checkpoint(size));
    return files;
  };
  const check = (files: Map<string, Buffer | string>, more: Partial<VerifyOptions> = {}) =>
    verifyLog({ source: memorySource(files), verifier, ...more });

  for (const size of [1, 2, 255, 256, 257, 511, 512, 600, 65_535, 65_536, 65_537, 66_000, 70_000])
    it(`succeeds for a sound log of ${size} entries, and its root is the signed one`, async () => {
      const verified = await check(await published(size));
      assert.equal(verified.size, size);
      assert.equal(verified.checked, size);
    });

  it('goes on where it stopped, and reads nothing twice but the last bundle', async () => {
    for (const [before, now] of [
      [300, 600],
      [256, 512],
      [600, 600],
      [65_000, 66_000],
      [65_536, 70_000],
      [1, 70_000],
    ] as const) {
      const state = await check(await published(before));
      const source = memorySource(await published(now));
      const verified = await verifyLog({ source, verifier, state });
      const whole = await check(await published(now));
      assert.deepEqual({ ...verified, checked: 0 }, { ...whole, checked: 0 });
      assert.ok(!source.reads.some((path) => path === tilePath('entries', Math.floor(before / 256) - 1)));
    }
  });

  it('names the file for any byte that is changed, anywhere (REQ-F04)', async () => {
    const files = await published(600);
    const paths = [...files.keys()];
    await fc.assert(
      fc.asyncProperty(
        fc.nat(paths.length - 1),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        async (which, where, by) => {
          const path = paths[which] as string;
          const altered = Buffer.from(files.get(path) as Buffer | string);
          const at = where % altered.length;
          altered[at] = (altered[at] as number) ^ by;
          const outcome = await check(new Map(files).set(path, altered)).then(
            () => 'verified',
            (error: Error) => `${error.name}: ${error.message}`,
          );
          assert.ok(outcome.startsWith('LogFault: ') && outcome.includes(path), `${path} byte ${at}: ${outcome}`);
        },
      ),
      { numRuns: 400 },
    );
  });

  const faults: [what: string, change: (files: Map<string, Buffer | string>) => unknown, says: RegExp][] = [
    ['a file is missing', (files) => files.delete('tile/entries/001'), /tile\/entries\/001: is missing/],
    ['there is no checkpoint', (files) => files.delete('checkpoint'), /checkpoint: is missing/],
    [
      'a tile is cut off',
      (files) => files.set('tile/0/000', (files.get('tile/0/000') as Buffer).subarray(32)),
      /tile\/0\/000: has 8160 bytes/,
    ],
    [
      'a bundle is cut off',
      (files) => files.set('tile/entries/000', (files.get('tile/entries/000') as Buffer).subarray(0, 5000)),
      /tile\/entries\/000: cut off in leaf/,
    ],
    [
      'a bundle goes on',
      (files) =>
        files.set(
          'tile/entries/002.p/88',
          Buffer.concat([files.get('tile/entries/002.p/88') as Buffer, Buffer.alloc(2)]),
        ),
      /goes on after its last leaf/,
    ],
    [
      'the checkpoint is not text',
      (files) => files.set('checkpoint', Buffer.from([0xff, 0xfe])),
      /checkpoint: is not text/,
    ],
    [
      'nobody signed',
      (files) => files.set('checkpoint', 'privacy.example/log/main\n600\nAAAA\n\n— other AAAAAAA=\n'),
      /checkpoint: no signature is by a known key/,
    ],
  ];
  for (const [what, change, says] of faults)
    it(`says so when ${what}`, async () => {
      const files = await published(600);
      change(files);
      await assert.rejects(check(files), fault(says));
    });

  it('tells a log of somebody else, another key, and a signature by the key of another log', async () => {
    const files = await published(600);
    const other = sampleLog(sampled.slice(0, 600));
    await assert.rejects(check(files, { verifier: parseVerifierKey(other.verifierKey) }), fault(/known key/));
    await assert.rejects(check(await published(600, other)), fault(/known key/));
  });

  /** A log of these entries, and what opens its leaves. */
  const checkOpened = async (of: SampleLog, size: number) =>
    check(await published(size, of), { openings: of.openings });

  it('refuses an entry that is no entry, though it is signed', async () => {
    for (const [bad, says] of [
      ['no json', /entry 0: is not JSON/],
      ['\ufeff{"version":2}', /entry 0: is not JSON/],
      ['[1]', /entry 0: is not an object/],
      ['null', /entry 0: is not an object/],
      ['{"version":2,"name":"Ada"}', /entry 0: has a member no entry has/],
      ['{"version":1}', /version/],
    ] as const) {
      const odd = sampleLog([Buffer.from(bad)], log.key);
      await assert.rejects(checkOpened(odd, 1), fault(says));
    }
  });

  const entry = (change: (text: string) => string) => change(sampleEntry(0).toString('utf8'));
  for (const [what, text, says] of [
    ['with blanks', entry((text) => text.replace('":', '": ')), /canonical/],
    [
      'in another order',
      entry((text) =>
        text
          .replace(/("version":2)/, '')
          .replace(/^\{/, '{"version":2,')
          .replace(/,\}$/, '}'),
      ),
      /canonical/,
    ],
    ['with a member twice', entry((text) => text.replace('"version"', '"version":2,"version"')), /canonical/],
    ['with an escape too many', entry((text) => text.replace('platform', 'pl\\u0061tform')), /canonical/],
    ['with a number written otherwise', entry((text) => text.replace('"version":2', '"version":2.0')), /canonical/],
    ['with half a character', entry((text) => text.replace('platform', '\\ud800')), /canonical/],
    [
      'nested without end',
      entry((text) => text.replace('"source":"api"', `"source":${'['.repeat(25_000)}${']'.repeat(25_000)}`)),
      /canonical/,
    ],
    ['without its time', entry((text) => text.replace(/"at":"[^"]*",/, '')), /lacks "at"/],
    ['with a number for a text', entry((text) => text.replace(/"role":"[^"]*"/, '"role":7')), /lacks "role"/],
    ['with a list for detail', entry((text) => text.replace(/"detail":\{[^}]*\}/, '"detail":[]')), /lacks "detail"/],
    ['with null for the subject', entry((text) => text.replace(/"subject":"[^"]*"/, '"subject":null')), /subject/],
    ['with the mark of an encoding', `\ufeff${entry((text) => text)}`, /not JSON/],
  ] as const)
    it(`refuses an entry ${what}, though it is signed`, async () => {
      const odd = sampleLog([sampleEntry(1), Buffer.from(text)], log.key);
      await assert.rejects(checkOpened(odd, 2), fault(new RegExp(`entry 1: .*${says.source}`)));
    });

  it('takes entries as the log makes them: with names of any script, numbers as names, and without a subject', async () => {
    const made = (detail: object) =>
      canonical({
        ...JSON.parse(sampleEntry(0).toString('utf8')),
        id: JSON.stringify(detail),
        subject: undefined,
        detail,
      });
    const odd = [{ '9': 1, '10': 2 }, { é: 'Žižek 🗝', z: [{ b: 1, a: [] }] }, {}, { n: 1e21, m: -0.5, '': '\n"' }];
    const entries = odd.map((detail) => Buffer.from(made(detail)));
    assert.equal((await checkOpened(sampleLog(entries, log.key), 4)).opened, 4);
  });

  it('finds an id that stands twice, where the leaves are opened', async () => {
    for (const [first, second] of [
      [0, 1],
      [12, 599],
      [300, 301],
    ] as const) {
      const entries = sampled.slice(0, 600);
      entries[second] = Buffer.from(
        (entries[second] as Buffer)
          .toString('utf8')
          .replace(/"id":"[^"]*"/, /"id":"[^"]*"/.exec(String(entries[first]))?.[0] ?? ''),
      );
      const twice = sampleLog(entries, log.key);
      await assert.rejects(
        checkOpened(twice, 600),
        fault(new RegExp(`entry ${second}: has the id of an earlier one$`)),
      );
    }
  });

  it('reads the full tile where the narrower one is gone', async () => {
    const files = await published(800);
    files.set('checkpoint', await log.checkpoint(600));
    files.set('tile/1/000.p/2', (await published(600)).get('tile/1/000.p/2') as Buffer);
    assert.ok(!files.has('tile/0/002.p/88'));
    assert.equal((await check(files)).size, 600);
  });

  it('says of all but one of the tiles that make the root that they fit', async () => {
    const files = await published(66_000);
    for (const path of ['tile/2/000.p/1', 'tile/1/001.p/1', 'tile/0/257.p/208']) {
      const altered = Buffer.from(files.get(path) as Buffer);
      altered[5] = (altered[5] as number) ^ 1;
      await assert.rejects(check(new Map(files).set(path, altered)), fault(new RegExp(path)));
    }
    const other = await sampleLog(sampled.slice(1, 601), log.key).checkpoint(600);
    await assert.rejects(check((await published(600)).set('checkpoint', other)), fault(/checkpoint: the root is not/));
  });

  describe('that was checked before', () => {
    it('finds another history of what it did not read again, and says from where on', async () => {
      const state = await check(await published(66_300));
      for (const at of [0, 65_535, 65_536, 66_047, 66_299]) {
        const entries = [...sampled];
        entries[at] = sampleEntry(at, 'other');
        const outcome = check(await published(69_000, sampleLog(entries, log.key)), { state });
        const from = at < 65_536 ? 0 : at < 66_048 ? Math.floor(at / 256) * 256 : at;
        await assert.rejects(outcome, fault(new RegExp(`two histories, from entry ${from} on`)));
      }
    });
    it('is not deceived by a server that answers differently when it is asked twice', async () => {
      const state = await check(await published(300));
      const lying = memorySource(await published(700, forked));
      const honest = await published(700);
      const source: LogSource = {
        ...lying,
        read: (path, limit) =>
          lying.reads.includes(path) ? Promise.resolve(Buffer.from(honest.get(path) ?? '')) : lying.read(path, limit),
      };
      await assert.rejects(verifyLog({ source, verifier, state }), fault(/two histories|altered|does not fit/));
    });
    it('says so when what it remembers is damaged', async () => {
      const state = await check(await published(600));
      for (const damaged of [
        { ...state, size: 599 },
        { ...state, edges: [] },
        { ...state, edges: ['AA==', ''] },
      ])
        await assert.rejects(check(await published(700), { state: damaged }), fault(/damaged/));
    });

    it('finds that it has shrunk', async () => {
      const state = await check(await published(600));
      await assert.rejects(
        check(await published(500), { state }),
        fault(/shrunk: 600 entries were signed before, now 500/),
      );
    });
    it('finds another history of the same length', async () => {
      const state = await check(await published(600));
      await assert.rejects(check(await published(600, forked), { state }), fault(/two histories/));
    });
    for (const before of [100, 256, 300, 512, 599])
      it(`finds another history that is longer than the ${before} entries known`, async () => {
        const state = await check(await published(before));
        const outcome = check(await published(700, forked), { state });
        if (before <= 200) await outcome;
        else await assert.rejects(outcome, fault(/two histories|does not fit/));
      });
  });

  describe('as a mirror', () => {
    let folder: string;
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'lethe-mirror-'));
    });
    afterEach(() => rmSync(folder, { recursive: true, force: true }));
    const follow = (files: Map<string, Buffer | string>) =>
      followLog({ source: memorySource(files), directory: folder, verifier });
    const here = (dir = folder): string[] =>
      readdirSync(dir).flatMap((name) =>
        statSync(join(dir, name)).isDirectory() ? here(join(dir, name)) : [join(dir, name).slice(folder.length + 1)],
      );

    it('holds exactly what was published, and can be checked without the service', async () => {
      let before = 0;
      for (const size of [100, 300, 512, 700]) {
        const files = await published(size);
        const { added } = await follow(files);
        assert.equal(added, size - before);
        before = size;
        assert.equal((await verifyLog({ source: directorySource(folder), verifier })).size, size);
      }
      const files = await published(700);
      assert.deepEqual(
        here()
          .filter((path) => path !== 'verified.json')
          .sort(),
        [...files.keys()].sort(),
      );
      for (const [path, bytes] of files) assert.ok(readFileSync(join(folder, path)).equals(Buffer.from(bytes)), path);
    });

    it('takes nothing that does not verify, and keeps the other checkpoint as evidence', async () => {
      await follow(await published(600));
      const forked = sampleLog(
        Array.from({ length: 700 }, (_, n) => sampleEntry(n, 'other')),
        log.key,
      );
      await assert.rejects(follow(await published(700, forked)), fault(/two histories|does not fit|altered/));
      assert.equal((await verifyLog({ source: directorySource(folder), verifier })).size, 600);
      assert.equal(readFileSync(join(folder, 'conflicting-checkpoint-700'), 'utf8'), await forked.checkpoint(700));
    });

    it('goes on after it was cut off in the middle', async () => {
      await follow(await published(300));
      const files = await published(700);
      const source = memorySource(files);
      let left = 5;
      const cut: LogSource = {
        ...source,
        read: (path, limit) => (left-- > 0 ? source.read(path, limit) : Promise.reject(new SourceError('cut'))),
      };
      await assert.rejects(followLog({ source: cut, directory: folder, verifier }), /cut/);
      assert.equal((await readState(join(folder, 'verified.json')))?.size, 300);
      assert.equal((await follow(files)).size, 700);
      assert.equal((await verifyLog({ source: directorySource(folder), verifier })).size, 700);
    });

    it('keeps nothing that the signature does not cover, so that a lie does no lasting harm', async () => {
      await follow(await published(300));
      const lie = await published(700, forked);
      lie.set('checkpoint', await log.checkpoint(700));
      await assert.rejects(follow(lie), fault(/does not fit|altered/));
      assert.deepEqual(
        here().filter((path) => path.includes('conflicting')),
        [],
      );
      assert.equal((await follow(await published(700))).size, 700);
      assert.equal((await verifyLog({ source: directorySource(folder), verifier })).size, 700);
    });

    it('fetches no full tile twice, also when it was cut off at its first time', async () => {
      const files = await published(2000);
      const source = memorySource(files);
      let left = 14;
      const cut: LogSource = {
        ...source,
        read: (path, limit) => (left-- > 0 ? source.read(path, limit) : Promise.reject(new SourceError('cut'))),
      };
      await assert.rejects(followLog({ source: cut, directory: folder, verifier }), /cut/);
      const kept = here().filter((path) => !path.includes('.p/') && path.startsWith('tile/'));
      assert.ok(kept.length > 2, kept.join());
      const again = memorySource(files);
      assert.equal((await followLog({ source: again, directory: folder, verifier })).added, 2000);
      assert.deepEqual(
        again.reads.filter((path) => kept.includes(path)),
        [],
      );
    });

    it('says so when one of its own files was altered, and replaces nothing', async () => {
      await follow(await published(300));
      rmSync(join(folder, 'verified.json'));
      writeFileSync(join(folder, 'tile/entries/000'), 'altered');
      await assert.rejects(follow(await published(700)), fault(/tile\/entries\/000/));
      assert.equal(readFileSync(join(folder, 'tile/entries/000'), 'utf8'), 'altered');
    });

    it('holds a log against a copy that says nothing of itself', async () => {
      writeFiles(folder, await published(600));
      await assert.rejects(follow(await published(500)), fault(/shrunk/));
      await assert.rejects(follow(await published(700, forked)), fault(/two histories/));
      assert.equal(readFileSync(join(folder, 'conflicting-checkpoint-700'), 'utf8'), await forked.checkpoint(700));
      assert.equal((await follow(await published(700))).added, 100);
    });

    it('finds its checkpoint again after a kill between two writes', async () => {
      await follow(await published(300));
      const older = readFileSync(join(folder, 'checkpoint'));
      await follow(await published(600));
      writeFileSync(join(folder, 'checkpoint'), older);
      await assert.rejects(follow(await published(500)), fault(/shrunk/));
      assert.equal((await verifyLog({ source: directorySource(folder), verifier })).size, 600);
    });

    it('names any file that is cut off, empty, too long, or a folder', async () => {
      const files = await published(600);
      writeFiles(folder, files);
      const source = directorySource(folder);
      for (const [path, bytes] of files) {
        const [file, whole] = [join(folder, path), Buffer.from(bytes)];
        for (const other of [
          whole.subarray(0, whole.length - 1),
          whole.subarray(0, whole.length >> 1),
          Buffer.alloc(0),
          Buffer.concat([whole, whole]),
          Buffer.concat([whole, Buffer.alloc(20_000_000)]),
          undefined,
        ]) {
          rmSync(file);
          if (other) writeFileSync(file, other);
          else mkdirSync(file);
          const outcome = await verifyLog({ source, verifier }).then(
            () => 'verified',
            (error: Error) => `${error.name}: ${error.message}`,
          );
          assert.match(outcome, /^(LogFault|SourceError): /, `${path} of ${other?.length} bytes`);
          assert.ok(outcome.includes(path), `${path}: ${outcome}`);
          rmSync(file, { recursive: true });
          writeFileSync(file, whole);
        }
      }
      assert.equal((await verifyLog({ source, verifier })).size, 600);
    });

    it('says so when its own state cannot be read', async () => {
      await follow(await published(300));
      writeFileSync(join(folder, 'verified.json'), '{"size":"many"}');
      await assert.rejects(follow(await published(600)), fault(/verified\.json/));
    });
  });

  describe('over HTTP', () => {
    let server: Server;
    let files: Map<string, Buffer | string>;
    let answer: (path: string) => { status?: number; body?: Buffer | string; endless?: boolean; to?: string };
    before(async () => {
      files = await published(600);
      server = createServer((request, response) => {
        const { status, body, endless, to } = answer((request.url as string).slice('/log/main/'.length));
        response.writeHead(status ?? (body === undefined && !endless ? 404 : 200), to ? { Location: to } : {});
        if (!endless) response.end(body);
        else {
          const piece = Buffer.alloc(65_536);
          const push = () =>
            void (response.destroyed || (response.write(piece) ? setImmediate(push) : response.once('drain', push)));
          push();
        }
      });
      await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    });
    after(() => {
      server.closeAllConnections();
      server.close();
    });
    beforeEach(() => {
      answer = (path) => {
        const body = files.get(path);
        return body === undefined ? {} : { body };
      };
    });
    const overHttp = () =>
      verifyLog({
        source: urlSource(
          `http://127.0.0.1:${(server.address() as AddressInfo).port}/log/main/`,
          boundedFetch(async () => undefined),
        ),
        verifier,
      });
    const cannot = (pattern: RegExp) => (error: unknown) => error instanceof SourceError && pattern.test(error.message);

    it('checks what the server sends', async () => {
      assert.equal((await overHttp()).size, 600);
    });
    it('asks again when the server is not able to answer for a moment', async () => {
      const honest = answer;
      const asked = new Map<string, number>();
      answer = (path) => {
        asked.set(path, (asked.get(path) ?? 0) + 1);
        return asked.get(path) === 1 ? { status: 503, body: '' } : honest(path);
      };
      assert.equal((await overHttp()).size, 600);
    });
    it('gives up when it stays so', async () => {
      answer = () => ({ status: 503, body: '' });
      await assert.rejects(overHttp(), cannot(/not able to answer/));
    });
    it('reads no more than a file can have', async () => {
      const honest = answer;
      answer = (path) => (path === 'checkpoint' ? honest(path) : { endless: true });
      await assert.rejects(overHttp(), cannot(/sends more than \d+ bytes/));
    });
    it('does not follow a redirect to another server', async () => {
      answer = () => ({ status: 302, to: 'http://127.0.0.1:1/', body: '' });
      await assert.rejects(overHttp(), cannot(/no answer/));
    });
  });
});
