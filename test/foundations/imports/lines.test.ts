import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { type LineChunk, linesOf } from '../../../src/foundations/imports/lines.ts';
import { openSource } from '../../../src/foundations/imports/source.ts';
import { packageRoot } from '../../../src/foundations/process/package-root.ts';
import { collected } from '../../support/due.ts';
import { refused } from '../../support/refused.ts';

const SAMPLE = join(packageRoot, 'test/data/access-combined.log');
const sample = readFileSync(SAMPLE);
const sampleLines = sample.toString('utf8').split('\n').filter(Boolean);
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

/** Bytes that come in pieces of these lengths, again and again. */
async function* pieces(bytes: Buffer, lengths: number[]) {
  for (let at = 0, n = 0; at < bytes.length; n += 1) {
    const length = lengths[n % lengths.length] as number;
    yield bytes.subarray(at, at + length);
    at += length;
  }
}
const cut = (bytes: Buffer, lengths: number[], { from = 0, linesPerChunk = 3 } = {}) =>
  collected(linesOf(pieces(bytes, lengths), { from, linesPerChunk }));
const textsOf = (chunks: LineChunk[]) => chunks.flatMap(({ lines }) => lines.map(({ text }) => text));

describe('Lines of a file', () => {
  let folder = '';
  const file = (name: string, content: string | Buffer) => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  const read = async (path: string, { from = 0, linesPerChunk = 500 } = {}) =>
    collected(linesOf((await openSource(path)).bytes(), { from, linesPerChunk }));
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'lethe-lines-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('are the same packed and unpacked', async () => {
    const packed = await read(file('log.gz', gzipSync(sample)), { linesPerChunk: 7 });
    assert.deepEqual(packed, await read(SAMPLE, { linesPerChunk: 7 }));
    assert.deepEqual(textsOf(packed), sampleLines);
    assert.equal(packed.at(-1)?.position, sample.length);
  });

  it('of several packed parts, one after another, are one file’s', async () => {
    const half = sample.indexOf(10, sample.length / 2) - 20;
    const parts = [gzipSync(sample.subarray(0, half)), gzipSync(sample.subarray(half))];
    assert.deepEqual(textsOf(await read(file('parts.gz', Buffer.concat(parts)))), sampleLines);
  });

  for (const [what, content, expected, openLine] of [
    ['nothing', '', [], false],
    ['only empty lines', '\n\r\n\n', [], false],
    ['a last line without end, which is left', 'a\nb', ['a'], true],
    ['line ends of another system', 'a\r\nb\r\n', ['a', 'b'], false],
    ['a return within a line', 'a\rb\n', ['a\rb'], false],
    ['bytes that are no UTF-8', Buffer.from([0x61, 0xff, 0x0a]), ['a\ufffd'], false],
  ] as const)
    it(`are read with ${what}`, async () => {
      const chunks = await read(file('case.log', content as string | Buffer));
      assert.deepEqual(textsOf(chunks), expected);
      assert.equal(chunks.at(-1)?.openLine, openLine);
      assert.equal(chunks.at(-1)?.position, content.length - (openLine ? 1 : 0));
    });

  it('are kept to 64 KiB, and gone on with after one without end', async () => {
    const chunks = await read(file('long.log', `a\n${'x'.repeat(300_000)}\nb\n`));
    const got = chunks.flatMap((chunk) => chunk.lines);
    assert.deepEqual(
      got.map(({ text, tooLong }) => [text.slice(0, 1), tooLong]),
      [
        ['a', false],
        ['x', true],
        ['b', false],
      ],
    );
    assert.ok((got[1]?.text.length as number) <= 65_537);
  });

  it('that are long come in more chunks, so that they do not add up', async () => {
    const chunks = await read(file('many-long.log', `${'x'.repeat(60_000)}\n`.repeat(300)), { linesPerChunk: 1000 });
    assert.ok(chunks.length > 1);
    assert.equal(textsOf(chunks).length, 300);
  });

  it('are the same wherever pieces are cut, and known by everything before them', async () => {
    const bytes = fc.oneof(
      fc
        .array(fc.constantFrom('a', '\n', '\r', '\r\n', 'é', '😀', sampleLines[0] as string), { maxLength: 30 })
        .map((parts) => Buffer.from(parts.join(''))),
      fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array)),
    );
    const lengths = fc.array(fc.integer({ min: 1, max: 70 }), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(bytes, lengths, fc.integer({ min: 1, max: 5 }), async (all, cuts, linesPerChunk) => {
        const whole = await cut(all, [all.length || 1], { linesPerChunk });
        const inPieces = await cut(all, cuts, { linesPerChunk });
        assert.deepEqual(inPieces, whole);
        const end = all.lastIndexOf(10) + 1;
        assert.equal(inPieces.at(-1)?.position, end);
        assert.equal(inPieces.at(-1)?.openLine, end < all.length);
        let seen = 0;
        for (const { lines: of, from, before, position, marks } of inPieces) {
          seen += of.length;
          assert.ok(of.length <= linesPerChunk);
          assert.equal(before, sha256(all.subarray(0, from)));
          for (const mark of marks) assert.equal(mark.digest, sha256(all.subarray(0, mark.position)));
          if (position > from) assert.equal(marks.at(-1)?.position, position);
          const later = await cut(all, cuts, { from: position });
          assert.deepEqual(textsOf(later), textsOf(whole).slice(seen));
          assert.equal(later[0]?.before, sha256(all.subarray(0, position)));
        }
      }),
    );
  });

  it('of a packed file that was cut come out as far as they go, the same each time', async () => {
    const many = Buffer.concat(Array.from({ length: 400 }, (_, n) => Buffer.from(`${n} ${sampleLines[n % 200]}\n`)));
    const packed = gzipSync(many);
    for (const left of [packed.length - 1, packed.length - 9, packed.length >> 1, 200]) {
      const path = file('cut.gz', packed.subarray(0, left));
      assert.equal((await openSource(path)).cut, true);
      const got = await read(path);
      assert.deepEqual(await read(path), got);
      const text = textsOf(got).join('\n');
      assert.ok(left === 200 || text.length > 0);
      assert.ok(many.toString('utf8').startsWith(text));
    }
    assert.equal((await openSource(file('whole.gz', packed))).cut, false);
  });

  it('of a damaged packed file are not believed, wherever it is damaged', async () => {
    const packed = gzipSync(sample);
    for (const at of [12, packed.length >> 1, packed.length - 6]) {
      const damaged = Buffer.from(packed);
      damaged[at] = (damaged[at] as number) ^ 0x55;
      await refused(openSource(file('damaged.gz', damaged)), 'unprocessable-request');
    }
  });

  it('of what is no file are refused in a sentence', async () => {
    await assert.rejects(openSource(join(folder, 'nowhere.log')), {
      type: 'unprocessable-request',
      message: /no such/,
    });
    await assert.rejects(openSource(folder), { type: 'unprocessable-request', message: /folder/ });
  });

  for (const packed of [false, true])
    it(`left in the middle are closed${packed ? ', packed too' : ''}`, async function () {
      if (!existsSync('/proc/self/fd')) return this.skip();
      const text = `${sampleLines[0]}\n`.repeat(50_000);
      const path = file(`left-${packed}.log`, packed ? gzipSync(text, { level: 0 }) : text);
      const { bytes } = await openSource(path);
      for await (const { lines } of linesOf(bytes(), { linesPerChunk: 10 })) if (lines.length > 0) break;
      for (let turn = 0; turn < 100 && isOpen(path); turn += 1) await new Promise((resolve) => setTimeout(resolve, 10));
      assert.equal(isOpen(path), false);
    });

  function isOpen(path: string): boolean {
    return readdirSync('/proc/self/fd').some((fd) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`) === path;
      } catch {
        return false; // Closed since it was listed.
      }
    });
  }
});
