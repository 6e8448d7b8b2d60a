import assert from 'node:assert/strict';
import {
  DOI_INPUT_PATTERN,
  doiLink,
  ORCID_INPUT_PATTERN,
  orcidLink,
  parseDoi,
  parseOrcid,
} from '../../../src/data/content/identifiers.ts';
import { LOG_FORMATS, lineReader } from '../../../src/data/visits/log-lines/formats.ts';
import { addressSpellings, comparableEmail } from '../../../src/foundations/contract/comparable-email.ts';
import { Problem } from '../../../src/foundations/contract/problem.ts';
import { readInstant } from '../../../src/foundations/holders/sql/instant.ts';
import { type LineChunk, linesOf } from '../../../src/foundations/imports/lines.ts';
import { escaped } from '../../../src/foundations/print/page-shell.ts';
import { parseInstant } from '../../../src/law/instant.ts';
import { parseAddress, reduceAddress } from '../../../src/law/reduce-address.ts';
import { reduceUserAgent, USER_AGENT_LIMIT } from '../../../src/law/reduce-user-agent.ts';
import { patternFaults, robotsOf } from '../../../src/law/robots.ts';
import { HolidayListError, readHolidays } from '../../../src/register/policies/holiday-lists.ts';
import { createRedactor } from '../../../src/rights/reports/redaction.ts';
import { letterPage } from '../../../src/rights/requests/letters/printed-page.ts';
import { visible, visibleLine } from '../../../src/rights/requests/letters/visible.ts';
import { assertBounded, type FuzzTarget, piecesOf, readOr } from '../target.ts';

const APACHE = '%v %h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i"';
const NGINX = '$remote_addr - $remote_user [$time_local] "$request" $status "$http_user_agent" "$http_x_real_ip"';
const READERS = [
  ...LOG_FORMATS.map((format) => lineReader(format)),
  lineReader(APACHE),
  lineReader(NGINX, '$http_x_real_ip'),
];

const logLine: FuzzTarget = {
  name: 'log-line',
  words: [
    ...['203.0.113.7', '2001:db8::1', ' - - ', '[02/Mar/2026:08:09:10 +0000]', '"GET / HTTP/1.1"', ' 200 12', ' "-"'],
    ...['\\x22', '\\"', '"', '{"remote_addr":"', '"request":{', '"ts":', '"time_iso8601":"', 'User-Agent'],
  ],
  run(input) {
    const text = input.toString('utf8');
    for (const read of READERS) {
      const line = read({ text, tooLong: false, notUtf8: false, number: 1 });
      if ('malformed' in line) {
        assert.ok(line.malformed.length < 100);
        continue;
      }
      assert.equal(parseAddress(line.address), line.address);
      assert.ok(Number.isFinite(line.occurredAt.getTime()));
      assert.ok(line.userAgent.length <= USER_AGENT_LIMIT);
    }
  },
};

/** A format as an operator writes it out; the line is what follows the first line end. */
const logFormat: FuzzTarget = {
  name: 'log-format',
  words: [
    '%h',
    '%{X-Forwarded-For}i',
    '%t',
    '%{msec}t',
    '"',
    '$remote_addr',
    '$'.concat('{msec}'),
    '%%',
    '\\"',
    ' ',
    '[',
    ']',
    '^',
    '-',
  ],
  run(input) {
    const [format = '', ...line] = input.toString('utf8').split('\n');
    const read = readOr([Problem], () => lineReader(format));
    read?.({ text: line.join('\n'), tooLong: false, notUtf8: false, number: 1 });
  },
};

/** The lines of a file, in whatever pieces it is read: the first byte says how large they are. */
const lines: FuzzTarget = {
  name: 'lines',
  words: ['\n', '\r\n', '\n\n', 'a\n', Buffer.of(255)],
  async run(input) {
    const bytes = input.subarray(2);
    const linesPerChunk = Math.max(((input[1] ?? 0) % 7) + 1, bytes.length >> 8);
    const whole = await linesIn([bytes], linesPerChunk);
    assert.deepEqual(await linesIn(piecesOf(bytes, input[0]), linesPerChunk), whole);
    const wanted = bytes.toString('latin1').split('\n').slice(0, -1);
    const filled = wanted.filter((line) => line.replace(/\r$/, '') !== '').length;
    assert.equal(
      whole.reduce((sum, chunk) => sum + chunk.lines.length, 0),
      filled,
    );
  },
};

async function linesIn(pieces: Buffer[], linesPerChunk: number) {
  async function* arriving() {
    yield* pieces;
  }
  const chunks: LineChunk[] = [];
  for await (const chunk of linesOf(arriving(), { linesPerChunk })) chunks.push(chunk);
  return chunks;
}

const DOI_INPUT = new RegExp(DOI_INPUT_PATTERN);
const ORCID_INPUT = new RegExp(ORCID_INPUT_PATTERN);

const identifier: FuzzTarget = {
  name: 'identifier',
  words: [
    '10.5072/',
    'https://doi.org/',
    'doi:',
    'info:doi/',
    '%2F',
    '%25',
    '?',
    '#',
    ';2-#',
    '/',
    'orcid.org/',
    '0000-0002-1825-0097',
  ],
  run(input) {
    const text = input.toString('utf8');
    DOI_INPUT.test(text);
    ORCID_INPUT.test(text);
    const doi = parseDoi(text);
    if (doi !== undefined) {
      assert.equal(parseDoi(doi), doi);
      if (doi.isWellFormed()) assert.equal(parseDoi(doiLink(doi)), doi);
      assert.ok(doi.length <= 300);
    }
    const orcid = parseOrcid(text);
    if (orcid !== undefined) {
      assert.equal(parseOrcid(orcid), orcid);
      assert.equal(parseOrcid(orcidLink(orcid)), orcid);
    }
  },
};

const contact: FuzzTarget = {
  name: 'contact',
  words: [
    '::',
    '::ffff:',
    '203.0.113.7',
    '%eth0',
    '2002:',
    '64:ff9b:1::',
    '@',
    'example.org',
    '\u212a',
    'J',
    '\u030c',
    '\u0331',
    '\u0130',
    '\u00df',
    '\u00e9',
  ],
  run(input) {
    const text = input.toString('utf8');
    const ip = parseAddress(text);
    if (ip !== undefined) {
      assert.equal(parseAddress(ip), ip);
      const network = reduceAddress(text, { ipv4: 24, ipv6: 48 }) as string;
      assert.equal(reduceAddress(network, { ipv4: 24, ipv6: 48 }), network);
    }
    const email = comparableEmail(text);
    assert.equal(comparableEmail(email), email);
    if (text.length > 320) return;
    const spellings = addressSpellings(text);
    assert.ok(spellings.length <= 128);
  },
};

/** Whatever a caller says it is, and lists of what robots call themselves. */
const agent: FuzzTarget = {
  name: 'agent',
  words: [
    'Mozilla/5.0 (',
    ') AppleWebKit/537.36',
    ' Chrome/141.0.0.0',
    ' Safari/537.36',
    'bot',
    ';',
    'Version/',
    'SamsungBrowser/',
  ],
  run(input) {
    const text = input.toString('latin1');
    const reduced = reduceUserAgent(text);
    assert.match(reduced.major, /^\d{0,4}$/);
    assert.ok(JSON.stringify(reduced).length < 150);
    const patterns = text.split('\n').slice(0, 20);
    const faults = new Set(patternFaults(patterns).map(({ at }) => at));
    const sound = patterns.filter((_, at) => !faults.has(at));
    const own = robotsOf([{ name: 'x', version: '1', licence: 'MIT', caseSensitive: false, patterns: sound }]);
    own.isRobot(text.slice(0, USER_AGENT_LIMIT));
  },
};

const instant: FuzzTarget = {
  name: 'instant',
  words: ['2026-03-02T08:09:10Z', '.123', '+01:00', ' +0000 UTC', '-', ':', 'T', '0000', '60', '24'],
  run(input) {
    const text = input.toString('latin1');
    const at = parseInstant(text);
    if (at) assert.deepEqual(parseInstant(at.toISOString()), at);
    for (const format of [undefined, 'epoch-seconds', 'epoch-milliseconds']) readInstant(text, format);
  },
};

/** Words of a person, as a letter, a page and a copy show them. */
const words: FuzzTarget = {
  name: 'words',
  // Addresses of others are looked for from every letter on, 64 letters far.
  slower: 6,
  words: ['\n', ' ', '\t', '@example.org', 'ada.lovelace', '\u202e', '\u2028', '\u05d0', '- ', ': ', '<', '&'],
  run(input) {
    const text = input.toString('utf8');
    assert.doesNotMatch(visible(text), /[\u202a-\u202e\u2066-\u2069\0]/);
    assert.doesNotMatch(visibleLine(text), /\n/);
    assert.doesNotMatch(escaped(text), /[<>]/);
    letterPage({ subject: text, text, language: 'en' }, { institution: 'X' }, '1');
    const redactor = createRedactor({ redact: [], disclose: [], organisations: [] });
    const record = { id: '1', at: new Date(0), table: 't', category: 'a.b', fields: { note: `x ${text} x` } };
    const shown = redactor.apply({ record, external: false } as never);
    assertBounded(shown.fields, input, 7);
  },
};

/** Lists of holidays as somebody publishes them. */
const holidays: FuzzTarget = {
  name: 'holidays',
  words: [
    ...[
      'BEGIN:VCALENDAR\r\n',
      'BEGIN:VEVENT\r\n',
      'END:VEVENT\r\n',
      'DTSTART;VALUE=DATE:20261225\r\n',
      'DTEND:20261227\r\n',
    ],
    ...[
      'STATUS:CANCELLED',
      '\r\n ',
      '{"england-and-wales":{"events":[',
      '{"date":"2026-12-25"}',
      '"endDate":',
      '"global":false',
    ],
    ...['[', ']', ',', ';', 'date', '2026-12-25', '\ufeff', '9999-12-31'],
  ],
  run(input) {
    const read = readOr([HolidayListError], () => readHolidays(input));
    for (const { days } of read?.lists ?? []) for (const day of days) assert.match(day, /^(19|20|21)\d\d-\d\d-\d\d$/);
    if (read) assertBounded(read.lists, input, 20);
  },
};

export const recordTargets: readonly FuzzTarget[] = [
  holidays,
  logLine,
  logFormat,
  lines,
  identifier,
  contact,
  agent,
  instant,
  words,
];
