import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { parseVerifierKey } from '../../../src/audit/log/note.ts';
import { tilePath } from '../../../src/audit/log/tile.ts';
import { followLog, readState } from '../../../src/audit/verify/mirror.ts';
import { directorySource, type LogSource, SourceError, urlSource } from '../../../src/audit/verify/source.ts';
import { type VerifyOptions, verifyLog } from '../../../src/audit/verify/verify-log.ts';
import { sampleEntry, sampleLog } from '../../support/sample-log.ts';

const ENTRIES = Array.from({ length: 70_000 }, (_, n) =>
  n < 1000 ? sampleEntry(n) : Buffer.from(`{"version":1,"id":"${n}"}`),
);
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
  this.timeout(60_000);
  const log = sampleLog(ENTRIES);
  const verifier = parseVerifierKey(log.verifierKey);
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

  it('names the file for any byte that is changed, anywhere', async () => {
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
      /tile\/entries\/000: cut off in entry/,
    ],
    [
      'a bundle goes on',
      (files) =>
        files.set('tile/entries/000', Buffer.concat([files.get('tile/entries/000') as Buffer, Buffer.alloc(2)])),
      /goes on after its last entry/,
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
    const other = sampleLog(ENTRIES.slice(0, 600));
    await assert.rejects(check(files, { verifier: parseVerifierKey(other.verifierKey) }), fault(/known key/));
    await assert.rejects(check(await published(600, other)), fault(/known key/));
  });

  it('refuses an entry that is no entry, though it is signed', async () => {
    for (const [bad, says] of [
      ['no json', /entry 0 is not JSON/],
      ['[1]', /entry 0 is not an object/],
      ['{"version":1,"name":"Ada"}', /entry 0 has a member no entry has/],
      ['{"version":2}', /version/],
    ] as const) {
      const odd = sampleLog([Buffer.from(bad)], log.key);
      await assert.rejects(check(await published(1, odd)), fault(says));
    }
  });

  describe('that was checked before', () => {
    const forked = sampleLog(
      [...ENTRIES.slice(0, 200), ...Array.from({ length: 500 }, (_, n) => sampleEntry(n, 'other'))],
      log.key,
    );
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
      for (const size of [100, 300, 512, 700]) {
        const files = await published(size);
        const { added } = await follow(files);
        assert.ok(added > 0);
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
          async () => undefined,
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
