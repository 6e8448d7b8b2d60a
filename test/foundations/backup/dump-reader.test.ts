import assert from 'node:assert/strict';
import fc from 'fast-check';
import { FIRST_LINE, LAST_LINE } from '../../../src/foundations/backup/dump.ts';
import { readDump } from '../../../src/foundations/backup/dump-reader.ts';
import { BackupError } from '../../../src/foundations/backup/manifest.ts';

/** Bytes in pieces of these lengths, over and over. */
async function* inPieces(bytes: Buffer, lengths: number[]): AsyncGenerator<Buffer> {
  for (let at = 0, n = 0; at < bytes.length; n += 1) {
    const length = lengths[n % lengths.length] as number;
    yield bytes.subarray(at, at + length);
    at += length;
  }
}

/** As many rows of every table it names as there can be. */
const unbounded = (bytes: Buffer) =>
  Object.fromEntries([...bytes.toString('latin1').matchAll(/^COPY "(\w+)"/gm)].map(([, name]) => [name, bytes.length]));

async function read(bytes: Buffer, lengths = [1024], bounds: Record<string, number> = unbounded(bytes)) {
  const got: Record<string, string> = {};
  const ended: string[] = [];
  const sink = async (table: string) => ({
    rows: async (piece: Buffer) => {
      assert.ok(piece.length > 0 && piece.at(-1) === 10, 'a piece ends with a row');
      got[table] = (got[table] ?? '') + piece.toString('latin1');
    },
    end: async () => void ended.push(table),
  });
  const counts = await readDump(inPieces(bytes, lengths), sink, bounds);
  return { counts, got, ended };
}

/** Rows as PostgreSQL writes them: a backslash is always doubled or begins an escape, a line break is `\n` in letters. */
const row = fc
  .string({ unit: 'binary-ascii', maxLength: 40 })
  .map((text) => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r'));
const tables = fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.array(row, { maxLength: 6 }), { maxKeys: 4 });
const dumpOf = (content: Record<string, string[]>) =>
  Buffer.from(
    [
      FIRST_LINE,
      'BEGIN;',
      ...Object.entries(content).flatMap(([table, rows]) => [
        `COPY "${table}" ("a", "b_1") FROM stdin;`,
        ...rows,
        '\\.',
      ]),
      'COMMIT;',
      LAST_LINE,
      '',
    ].join('\n'),
    'latin1',
  );

describe('A dump is read', () => {
  it('alike, however its bytes are cut into pieces', () =>
    fc.assert(
      fc.asyncProperty(
        tables,
        fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 5 }),
        async (content, cut) => {
          const { counts, got, ended } = await read(dumpOf(content), cut);
          assert.deepEqual(
            counts,
            Object.fromEntries(Object.entries(content).map(([name, rows]) => [name, rows.length])),
          );
          assert.deepEqual(ended, Object.keys(content));
          for (const [name, rows] of Object.entries(content))
            assert.equal(got[name] ?? '', rows.map((line) => `${line}\n`).join(''));
        },
      ),
    ));

  it('only whole: cut off anywhere, it is refused', () => {
    const whole = dumpOf({ one: ['1', '2'], two: ['\\\\.'] });
    return fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), async (length) => {
        await assert.rejects(read(whole.subarray(0, length)), BackupError);
      }),
      { numRuns: 60 },
    );
  });

  it('no further than its manifest counts: a row or a table more, and nothing of it is handed over', async () => {
    const bytes = dumpOf({ one: ['1', '2', '3'] });
    assert.deepEqual((await read(bytes, [7], { one: 3 })).counts, { one: 3 });
    await assert.rejects(read(bytes, [7], { one: 2 }), /more rows of one than its manifest says/);
    await assert.rejects(read(bytes, [7], {}), /does not name the table one/);
    await assert.rejects(read(bytes, [7], Object.create({ one: 3 })), /does not name the table one/);
  });

  const others: [what: string, text: string][] = [
    ['something else', 'SELECT 1;\n'],
    [
      'a table twice',
      dumpOf({ one: ['1'] })
        .toString()
        .replace('COMMIT;', 'COPY "one" ("a") FROM stdin;\n\\.\nCOMMIT;'),
    ],
    ['something after its end', `${dumpOf({ one: ['1'] })}DROP TABLE one;\n`],
    ['nothing', ''],
  ];
  for (const [what, text] of others)
    it(`not at all when it is ${what}`, () => assert.rejects(read(Buffer.from(text)), BackupError));
});
