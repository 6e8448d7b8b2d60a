import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { type Candidate, knownAs } from '../../../src/foundations/imports/known-as.ts';
import { linesOf } from '../../../src/foundations/imports/lines.ts';

const sha256 = (text: string | Buffer) => createHash('sha256').update(text).digest('hex');
const index = async (digest: string) => sha256(`key ${digest}`);

async function* inPieces(text: string, size: number) {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** What an import of a text is known by. */
async function imported(text: string, linesPerChunk = 4): Promise<Candidate<string>> {
  const marks: Candidate<string>['marks'] = [];
  for await (const chunk of linesOf(inPieces(text, 7), { linesPerChunk }))
    for (const { position, digest } of chunk.marks) marks.push({ position, prefixIndex: await index(digest) });
  return { import: text, marks };
}

async function recognised(text: string, known: Candidate<string>[], size = 5): Promise<string | undefined> {
  const firstOf = (of: string) => sha256(/^[\r\n]*[^\n]*\n/.exec(of)?.[0] ?? '');
  const found = await knownAs(inPieces(text, size), index, async (firstLine) =>
    known.filter((one) => firstOf(one.import) === firstLine),
  );
  return found?.known?.import;
}

describe('A source is known again', () => {
  const log = Array.from({ length: 20 }, (_, n) => `line ${n}\n`).join('');

  it('when it is the same, has grown, or is an earlier state of it', async () => {
    const known = [await imported(log)];
    for (const text of [log, `${log}more\n`, `${log}not yet whole`, log.slice(0, 70), 'line 0\n'])
      assert.equal(await recognised(text, known), log);
  });

  it('not when another begins alike, or begins otherwise', async () => {
    const known = [await imported(log)];
    const other = `line 0\nline 1\nline two\n${log}`;
    for (const text of [other, `another\n${log}`, log.replace('line 9', 'line 8')])
      assert.equal(await recognised(text, known), undefined);
    assert.equal(await recognised(other, [...known, await imported(other)]), other);
  });

  it('not before it has a whole line', async () => {
    for (const text of ['', '\n\r\n', 'line 0'])
      assert.equal(await knownAs(inPieces(text, 3), index, async () => []), undefined);
  });

  it('as the longest of those it begins with', async () => {
    const longer = `${log}and one more\n`;
    assert.equal(await recognised(`${longer}x\n`, [await imported(log), await imported(longer)]), longer);
  });

  it('whatever its lines are, wherever its pieces and chunks are cut', async () => {
    const text = fc
      .array(fc.constantFrom('a\n', 'b\n', '\n', '\r\n', 'long line\n', 'é\n'), { minLength: 1, maxLength: 40 })
      .map((lines) => `first\n${lines.join('')}`);
    await fc.assert(
      fc.asyncProperty(
        text,
        text,
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 5 }),
        async (one, more, size, lines) => {
          const known = [await imported(one, lines)];
          assert.equal(await recognised(one, known, size), one);
          assert.equal(await recognised(one + more, known, size), one);
          // Bytes are compared, not letters: what is shorter than what was read of it may be its beginning.
          if (Buffer.byteLength(more) >= Buffer.byteLength(one) && !more.startsWith(one))
            assert.equal(await recognised(more, known, size), undefined);
        },
      ),
    );
  });
});
