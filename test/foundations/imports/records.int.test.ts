import assert from 'node:assert/strict';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import Type from 'typebox';
import { importRecords, type RecordOptions } from '../../../src/foundations/imports/import-records.ts';
import type { RecordImport } from '../../../src/foundations/imports/record-import.ts';
import { testContext } from '../../support/context.ts';
import { onBothEngines } from '../../support/engines.ts';
import { refused } from '../../support/refused.ts';

interface Thing {
  kind: string;
  id: string;
  bad?: boolean;
}

/** A kind that keeps what it is given in memory. */
function things(kept: string[], kind = 'thing'): RecordImport {
  return {
    kind,
    schema: Type.Object(
      { kind: Type.Literal(kind), id: Type.String({ maxLength: 20 }), bad: Type.Optional(Type.Boolean()) },
      { additionalProperties: false },
    ),
    identitiesOf: (record) => [(record as Thing).id],
    decide: async (_context, records) => {
      const wrong = records.filter(({ record }) => (record as Thing).bad);
      const good = records.filter(({ record }) => !(record as Thing).bad);
      return {
        faults: wrong.map(({ line }) => ({ line, pointer: '/bad', detail: 'must be absent' })),
        prepare: async () => async () => {
          kept.push(...good.map(({ record }) => `${kind} ${(record as Thing).id}`));
        },
      };
    },
  } as RecordImport;
}

onBothEngines('Records of several kinds', (ground, engine) => {
  let files = 0;
  const context = testContext({ role: 'operator' });
  const written = (content: string | Buffer) => {
    const file = join(ground().folder, `records-${++files}.ndjson`);
    writeFileSync(file, content);
    return file;
  };
  const of = (...ids: string[]) => ids.map((id) => JSON.stringify({ kind: 'thing', id })).join('\n');
  const run = (file: string, kinds: RecordImport[], options: RecordOptions = {}, at = context) =>
    importRecords(ground(), at, file, kinds, options);

  it('are taken from one file, mixed, each once for ever, by whatever file it comes again', async () => {
    const kept: string[] = [];
    const kinds = [things(kept), things(kept, 'other')];
    const file = written(`${of('a', 'b', 'a')}\n\n{"kind":"other","id":"a"}`);
    const first = await run(file, kinds);
    assert.deepEqual(first.counts, {
      thing: { taken: 2, known: 1, faulty: 0 },
      other: { taken: 1, known: 0, faulty: 0 },
    });
    assert.deepEqual(kept, ['thing a', 'thing b', 'other a']);
    assert.equal((await run(file, kinds)).state, 'nothing-new');
    const packed = written(gzipSync(of('c', 'b')));
    assert.deepEqual((await run(packed, kinds)).counts, { thing: { taken: 1, known: 1, faulty: 0 } });
    assert.deepEqual(kept.slice(3), ['thing c']);
    // Another institution has things of its own.
    const elsewhere = testContext({ tenantId: 'south' });
    assert.equal((await run(packed, kinds, {}, elsewhere)).accepted, 2);
  });

  it('with a fault are set apart, one a line with its pointer, and stop nothing, however hostile', async () => {
    const kept: string[] = [];
    const lines: (string | Buffer)[] = [
      JSON.stringify({ kind: 'thing', id: 'x'.repeat(10_000_000) }),
      Buffer.concat([Buffer.from('{"kind":"thing","id":"'), Buffer.from([0xc3, 0x28]), Buffer.from('"}')]),
      `{"kind":"thing","id":${'['.repeat(200)}${']'.repeat(200)}}`,
      '{"kind":"thing","id":"d1","id":"d2"}',
      '{"kind":"thing","id":"e","__proto__":{"bad":true}}',
      '[]',
      '{"kind":"nothing-known","id":"f"}',
      '{"kind":"thing","id":"g","more":1}',
      '{"kind":"thing"}',
      '{"kind":"thing","id":"h","bad":true}',
      '{"kind":"thing","id":"cut',
      '{"kind":"thing","id":"hostile-good"}',
    ];
    const file = written(Buffer.concat(lines.flatMap((one) => [Buffer.from(one), Buffer.from('\n')])));
    const rejectFile = join(ground().folder, `rejects-${files}`);
    const summary = await run(file, [things(kept)], { rejectFile });
    assert.deepEqual([summary.accepted, summary.rejected], [1, 11]);
    assert.deepEqual(kept, ['thing hostile-good']);
    const [head, ...faults] = readFileSync(rejectFile, 'utf8')
      .trimEnd()
      .split('\n')
      .map((one) => JSON.parse(one));
    assert.deepEqual(head, { rejectedBy: summary.importId });
    assert.deepEqual(
      faults.map(({ line, pointer }) => [line, pointer]),
      [
        [1, ''],
        [2, ''],
        [3, `/id${'/0'.repeat(31)}`],
        [4, '/id'],
        [5, '/__proto__'],
        [6, ''],
        [7, '/kind'],
        [8, ''],
        [9, '/id'],
        [10, '/bad'],
        [11, ''],
      ],
    );
    assert.match(faults[7].detail, /^has a member that is not known here; known: kind, id, bad$/);
    assert.equal(faults[9].text, lines[9]);
    assert.ok(faults[0].text.length <= 65_537);
    assert.equal(statSync(rejectFile).mode & 0o777, 0o600);
  });

  it('are only decided on in a dry run: the same numbers, and nothing written', async () => {
    const kept: string[] = [];
    const kinds = [things(kept)];
    await run(written(of('dry-known')), kinds);
    const file = written(`${of('dry-1', 'dry-known', 'dry-1', 'dry-2')}\n{"kind":"thing","id":"dry-3","bad":true}\n`);
    const rejectFile = join(ground().folder, `dry-rejects-${engine}`);
    const tried = await run(file, kinds, { dryRun: true, rejectFile });
    assert.equal(tried.state, 'tried');
    assert.deepEqual(tried.counts, { thing: { taken: 2, known: 2, faulty: 1 } });
    assert.match(readFileSync(rejectFile, 'utf8'), /"pointer":"\/bad"/);
    assert.deepEqual(kept, ['thing dry-known']);
    const real = await run(file, kinds);
    assert.deepEqual([real.state, real.resumed, real.counts], ['imported', false, tried.counts]);
  });

  it('of two lines about the same thing the good one is taken, whichever comes first', async () => {
    const kept: string[] = [];
    const bad = '{"kind":"thing","id":"twice","bad":true}';
    const { counts } = await run(written(`${bad}\n${of('twice')}`), [things(kept)]);
    assert.deepEqual([counts, kept], [{ thing: { taken: 1, known: 0, faulty: 1 } }, ['thing twice']]);
  });

  it('are taken once where two imports meet at them', async () => {
    const kept: string[] = [];
    const ids = Array.from({ length: 50 }, (_, index) => `meet-${index}`);
    const [one, other] = [written(of(...ids)), written(of(...ids.toReversed()))];
    const sums = await Promise.all([run(one, [things(kept)]), run(other, [things(kept)])]);
    assert.equal(sums[0].accepted + sums[1].accepted, 50);
    assert.equal(sums[0].counts['thing']?.known, sums[1].accepted);
  });

  it('are none in a file of something else, and nothing is written then', async () => {
    await refused(run(written('a,b,c\n1,2,3\n'), [things([])]), 'unprocessable-request');
  });
});
