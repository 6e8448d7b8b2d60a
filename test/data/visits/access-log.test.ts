import assert from 'node:assert/strict';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { chunksOf, type LogChunk, parseAccessLogLine, readAccessLog } from '../../../src/data/visits/access-log.ts';
import { packageRoot } from '../../../src/foundations/process/package-root.ts';
import { USER_AGENT_LIMIT } from '../../../src/law/reduce-user-agent.ts';
import { collected } from '../../support/due.ts';

const SAMPLE = join(packageRoot, 'test/data/access-combined.log');
const AT = '02/Mar/2026:08:09:10 +0000';
const combined = (over: Partial<Record<'address' | 'user' | 'at' | 'request' | 'status' | 'tail', string>> = {}) => {
  const { address = '203.0.113.77', user = '-', at = AT, request = 'GET / HTTP/1.1', status = '200 12' } = over;
  return `${address} - ${user} [${at}] "${request}" ${status}${over.tail ?? ' "-" "Mozilla/5.0"'}`;
};

describe('A line of an access log', () => {
  const GOOD: [what: string, line: string, expected: { address?: string; at?: string; userAgent?: string }][] = [
    ['combined', combined(), {}],
    ['common, without referrer and user agent', combined({ tail: '' }), { userAgent: '' }],
    ['with more fields behind', combined({ tail: ' "-" "Mozilla/5.0" "203.0.113.9" 0.004' }), {}],
    ['without a size', combined({ status: '304 -' }), {}],
    ['of a connection that asked nothing', combined({ request: '-', status: '408 -' }), {}],
    ['of a handshake in the wrong place', combined({ request: String.raw`\x16\x03\x01` }), {}],
    ['with quotes in the request', combined({ request: String.raw`GET /?q=\"a b\" HTTP/1.1` }), {}],
    ['of a user with a blank in the name', combined({ user: 'ada lovelace' }), {}],
    ['of a user with a bracket in the name', combined({ user: 'ada [x]' }), {}],
    ['of an IPv6 address', combined({ address: '2001:DB8::1' }), { address: '2001:db8::1' }],
    ['of an IPv4-mapped address', combined({ address: '::ffff:203.0.113.77' }), {}],
    ['of an address with a zone', combined({ address: 'fe80::1%eth0' }), { address: 'fe80::1' }],
    ['in another time zone', combined({ at: '02/Mar/2026:10:09:10 +0200' }), {}],
    ['west of Greenwich', combined({ at: '02/Mar/2026:04:39:10 -0330' }), {}],
    ['on a leap day', combined({ at: '29/Feb/2024:00:00:00 +0000' }), { at: '2024-02-29T00:00:00.000Z' }],
    ['in a leap second', combined({ at: '31/Dec/2016:23:59:60 +0000' }), { at: '2017-01-01T00:00:00.000Z' }],
    ['in a leap second elsewhere', combined({ at: '01/Jan/2017:00:59:60 +0100' }), { at: '2017-01-01T00:00:00.000Z' }],
    ['with escapes in the user agent', combined({ tail: String.raw` "-" "a\"b\\c\td"` }), { userAgent: 'a"b\\c\td' }],
    ['with UTF-8 in the user agent', combined({ tail: String.raw` "-" "\xc3\xa9\x41"` }), { userAgent: 'éA' }],
    ['without a user agent', combined({ tail: ' "-" "-"' }), { userAgent: '' }],
    ['with an empty user agent', combined({ tail: ' "-" ""' }), { userAgent: '' }],
    [
      'with an endless user agent',
      combined({ tail: ` "-" "${'x'.repeat(8192)}"` }),
      { userAgent: 'x'.repeat(USER_AGENT_LIMIT) },
    ],
  ];
  for (const [what, line, expected] of GOOD)
    it(`is read ${what}`, () => {
      assert.deepEqual(parseAccessLogLine(line), {
        address: expected.address ?? '203.0.113.77',
        occurredAt: new Date(expected.at ?? '2026-03-02T08:09:10Z'),
        userAgent: expected.userAgent ?? 'Mozilla/5.0',
      });
    });

  const FORMAT = 'the line is not in the combined or common log format';
  const ADDRESS = 'the line does not begin with an address';
  const TIME = 'there is no such time';
  const BAD: [what: string, line: string, reason: string][] = [
    ['a host name', combined({ address: 'ada.example.org' }), ADDRESS],
    ['an impossible address', combined({ address: '203.0.113.256' }), ADDRESS],
    ['an octal address', combined({ address: '0313.0.0113.77' }), ADDRESS],
    ['an address with a port', combined({ address: '203.0.113.77:443' }), ADDRESS],
    ['an endless address', combined({ address: '1'.repeat(65) }), FORMAT],
    ['31 February', combined({ at: '31/Feb/2026:08:09:10 +0000' }), TIME],
    ['29 February of another year', combined({ at: '29/Feb/2026:08:09:10 +0000' }), TIME],
    ['day 0', combined({ at: '00/Mar/2026:08:09:10 +0000' }), TIME],
    ['a month in another language', combined({ at: '02/Mai/2026:08:09:10 +0000' }), TIME],
    ['a month of an object', combined({ at: '02/__p/2026:08:09:10 +0000' }), TIME],
    ['hour 24', combined({ at: '02/Mar/2026:24:00:00 +0000' }), TIME],
    ['minute 60', combined({ at: '02/Mar/2026:08:60:10 +0000' }), TIME],
    ['second 61', combined({ at: '02/Mar/2026:08:09:61 +0000' }), TIME],
    ['a leap second at noon', combined({ at: '31/Dec/2016:12:00:60 +0000' }), TIME],
    ['the year 0000', combined({ at: '02/Mar/0000:08:09:10 +0000' }), TIME],
    ['a zone there is not', combined({ at: '02/Mar/2026:08:09:10 +1401' }), TIME],
    ['a zone of 99 minutes', combined({ at: '02/Mar/2026:08:09:10 +0099' }), TIME],
    ['no zone', combined({ at: '02/Mar/2026:08:09:10' }), FORMAT],
    ['a user agent that does not end', combined({ tail: ' "-" "Mozilla' }), FORMAT],
    ['a user agent that ends in an escape', combined({ tail: ' "-" "Mozilla\\"' }), FORMAT],
    ['only a referrer', combined({ tail: ' "-"' }), FORMAT],
    ['no status', combined({ status: '- ' }), FORMAT],
    ['a cut', combined().slice(0, 40), FORMAT],
    ['a blank before it', ` ${combined()}`, FORMAT],
    ['JSON', '{"address":"203.0.113.77"}', FORMAT],
    ['nothing', '', FORMAT],
    ['NUL', combined({ user: 'a\0b' }), 'the line holds a NUL character'],
    ['more than 64 KiB', combined({ tail: ` "-" "${'ä'.repeat(33_000)}"` }), 'the line is longer than 64 KiB'],
  ];
  for (const [what, line, reason] of BAD)
    it(`is malformed with ${what}`, () => {
      assert.deepEqual(parseAccessLogLine(line), { malformed: reason });
    });

  it('gets a reason that holds nothing of it', () => {
    const line = combined({
      address: 'sentinel-host',
      user: 'sentinel-user',
      tail: ' "sentinel-page" "sentinel-agent',
    });
    for (let end = 0; end <= line.length; end += 1) {
      const parsed = parseAccessLogLine(line.slice(0, end));
      assert.ok('malformed' in parsed);
      assert.ok(BAD.some(([, , reason]) => reason === parsed.malformed));
    }
  });

  it('is never the reason of a fault, whatever it holds', () => {
    const pieces = fc.array(
      fc.constantFrom('203.0.113.7', ' ', '- ', '[', ']', AT, '"', '\\', '\\x', '\n', '200', 'é'),
    );
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      pieces.map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(texts, (line) => {
        const parsed = parseAccessLogLine(line);
        if ('malformed' in parsed) assert.ok(BAD.some(([, , reason]) => reason === parsed.malformed));
        else assert.ok(Number.isFinite(parsed.occurredAt.getTime()) && parsed.userAgent.length <= USER_AGENT_LIMIT);
      }),
    );
  });

  it('takes no longer for being hostile', () => {
    const begun = process.hrtime.bigint();
    for (const line of [
      `203.0.113.7 - ${'[ '.repeat(32_000)}`,
      `203.0.113.7 - - [${AT}] "${'\\"'.repeat(32_000)}`,
      `203.0.113.7 - - [${AT}] "" 200 1 "${'" "'.repeat(21_000)}`,
      `${'1 '.repeat(32_000)}`,
    ])
      assert.ok('malformed' in parseAccessLogLine(line) || line.includes('" "'));
    const ms = Number(process.hrtime.bigint() - begun) / 1e6;
    assert.ok(ms < 500, `took ${ms} ms`);
  });
});

/** Chunks of bytes that come in pieces of these lengths, again and again. */
const cut = (bytes: Buffer, lengths: number[], options: { skip?: number; linesPerChunk?: number } = {}) => {
  async function* pieces() {
    for (let at = 0, n = 0; at < bytes.length; n += 1) {
      const length = lengths[n % lengths.length] as number;
      yield bytes.subarray(at, at + length);
      at += length;
    }
  }
  const { skip = 0, linesPerChunk = 3 } = options;
  return collected(
    chunksOf(pieces(), { skip, position: skip, linesPerChunk, readBytes: () => 0, totalBytes: bytes.length }),
  );
};
const textsOf = (chunks: LogChunk[]) => chunks.flatMap(({ lines }) => lines.map(({ text }) => text));

describe('An access log', () => {
  let folder = '';
  const file = (name: string, content: string | Buffer) => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  const read = (path: string, options: Parameters<typeof readAccessLog>[1] = {}) =>
    collected(readAccessLog(path, options));
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'lethe-log-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const sample = readFileSync(SAMPLE);
  const lines = sample.toString('utf8').split('\n').filter(Boolean);

  it('as shipped for the tests has 192 visits and 8 malformed lines', async () => {
    const parsed = (await read(SAMPLE)).flatMap((chunk) => chunk.lines.map((line) => line.parsed));
    const bad = parsed.filter((one) => 'malformed' in one);
    assert.deepEqual([parsed.length, bad.length], [200, 8]);
  });

  it('gives the same lines packed and unpacked, and says how far it is', async () => {
    const packed = file('log.gz', gzipSync(sample));
    const plain = await read(SAMPLE, { linesPerChunk: 7 });
    const unpacked = await read(packed, { linesPerChunk: 7 });
    assert.deepEqual(textsOf(plain), lines);
    assert.deepEqual(
      unpacked.map(({ lines: of, endByte }) => ({ of, endByte })),
      plain.map(({ lines: of, endByte }) => ({ of, endByte })),
    );
    for (const chunks of [plain, unpacked]) {
      const last = chunks.at(-1) as LogChunk;
      assert.equal(last.endByte, sample.length);
      assert.equal(last.readBytes, last.totalBytes);
      assert.ok(chunks.every(({ readBytes, totalBytes }) => readBytes <= totalBytes));
    }
  });

  it('of several packed parts, one after another, is one log', async () => {
    const half = sample.indexOf(10, sample.length / 2) - 20;
    const parts = [gzipSync(sample.subarray(0, half)), gzipSync(sample.subarray(half))];
    assert.deepEqual(textsOf(await read(file('parts.gz', Buffer.concat(parts)))), lines);
  });

  for (const packed of [false, true])
    it(`can be gone on with after every chunk${packed ? ', packed too' : ''}`, async () => {
      const path = packed ? file('resume.gz', gzipSync(sample)) : SAMPLE;
      const chunks = await read(path, { linesPerChunk: 23 });
      let seen = 0;
      for (const { lines: of, endByte } of chunks) {
        seen += of.length;
        assert.deepEqual(textsOf(await read(path, { fromByte: endByte })), lines.slice(seen));
      }
    });

  it('that grows while it is read from where reading ended gives what is new', async () => {
    const path = file('growing.log', `${combined()}\n`);
    const end = (await read(path)).at(-1)?.endByte as number;
    writeFileSync(path, `${combined({ address: '192.0.2.1' })}\n`, { flag: 'a' });
    assert.deepEqual(textsOf(await read(path, { fromByte: end })), [combined({ address: '192.0.2.1' })]);
  });

  for (const [what, content, expected] of [
    ['nothing', '', []],
    ['only empty lines', '\n\r\n\n', []],
    ['no last line end', 'a\nb', ['a', 'b']],
    ['line ends of another system', 'a\r\nb\r\n', ['a', 'b']],
    ['a return within a line', 'a\rb\n', ['a\rb']],
    ['bytes that are no UTF-8', Buffer.from([0x61, 0xff, 0x0a]), ['a\ufffd']],
  ] as const)
    it(`with ${what} is read`, async () => {
      const chunks = await read(file('case.log', content as string | Buffer));
      assert.deepEqual(textsOf(chunks), expected);
      assert.equal(chunks.at(-1)?.endByte, content.length);
    });

  it('keeps no more than 64 KiB of a line without end, and goes on after it', async () => {
    const long = 'x'.repeat(300_000);
    const chunks = await read(file('long.log', `${combined()}\n${long}\n${combined()}\n`));
    const got = chunks.flatMap((chunk) => chunk.lines);
    assert.deepEqual(
      got.map(({ parsed }) => ('malformed' in parsed ? parsed.malformed : 'read')),
      ['read', 'the line is longer than 64 KiB', 'read'],
    );
    assert.ok((got[1]?.text.length as number) <= 65_537);
  });

  it('tells a damaged packed file from one that has ended, after what came before', async () => {
    const path = file('damaged.gz', gzipSync(Buffer.concat(Array.from({ length: 50 }, () => sample))));
    truncateSync(path, readFileSync(path).length - 30);
    const seen: string[] = [];
    await assert.rejects(async () => {
      for await (const chunk of readAccessLog(path, { linesPerChunk: 10 })) seen.push(...textsOf([chunk]));
    }, /unexpected end of file/);
    assert.ok(seen.length > 0);
    assert.deepEqual(seen.slice(0, 200), lines.slice(0, seen.length).slice(0, 200));
  });

  it('that is not there is the file system’s error', async () => {
    await assert.rejects(read(join(folder, 'nowhere.log')), { code: 'ENOENT' });
  });

  it('can be left in the middle', async () => {
    for await (const { lines: of } of readAccessLog(SAMPLE, { linesPerChunk: 1 })) {
      assert.equal(of.length, 1);
      break;
    }
  });

  it('gives the same lines wherever its pieces are cut', async () => {
    const bytes = fc.oneof(
      fc
        .array(fc.constantFrom('a', '\n', '\r', '\r\n', 'é', '😀', combined()), { maxLength: 30 })
        .map((parts) => Buffer.from(parts.join(''))),
      fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array)),
    );
    const lengths = fc.array(fc.integer({ min: 1, max: 70 }), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(bytes, lengths, fc.integer({ min: 1, max: 5 }), async (all, pieces, linesPerChunk) => {
        const whole = await cut(all, [all.length || 1], { linesPerChunk });
        const inPieces = await cut(all, pieces, { linesPerChunk });
        assert.deepEqual(textsOf(inPieces), textsOf(whole));
        assert.equal(inPieces.at(-1)?.endByte, all.length);
        let seen = 0;
        for (const { lines: of, endByte } of inPieces) {
          seen += of.length;
          assert.ok(of.length <= linesPerChunk);
          assert.deepEqual(textsOf(await cut(all, pieces, { skip: endByte })), textsOf(whole).slice(seen));
        }
      }),
    );
  });

  for (const packed of [false, true])
    it(`left in the middle is closed${packed ? ', packed too' : ''}`, async function () {
      if (!existsSync('/proc/self/fd')) return this.skip();
      const text = `${combined()}\n`.repeat(50_000);
      const path = file(`left-${packed}.log`, packed ? gzipSync(text, { level: 0 }) : text);
      for await (const { lines: of } of readAccessLog(path)) if (of.length > 0) break;
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

  it('of long lines comes in more chunks, so that they do not add up', async () => {
    const long = `${combined({ tail: ` "-" "${'x'.repeat(60_000)}"` })}\n`.repeat(300);
    const chunks = await read(file('many-long.log', long), { linesPerChunk: 1000 });
    assert.ok(chunks.length > 1);
    assert.equal(textsOf(chunks).length, 300);
  });

  for (const [what, end] of [
    ['text stuck to the user agent', ' "-" "x"junk'],
    ['a user agent that does not end', ' "-" "x'],
    ['text stuck to the size', 'junk'],
  ] as const)
    it(`has a malformed line in one with ${what}`, () =>
      assert.ok('malformed' in parseAccessLogLine(combined({ tail: end }))));
});
