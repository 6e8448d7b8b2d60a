import assert from 'node:assert/strict';
import Bowser from 'bowser';
import fc from 'fast-check';
import { type ReducedUserAgent, reduceUserAgent, USER_AGENT_LIMIT } from '../../src/law/reduce-user-agent.ts';

const FAMILIES = new Set<string>([...Object.values(Bowser.BROWSER_MAP), 'other']);
const PLATFORMS = new Set<string>([...Object.values(Bowser.OS_MAP), 'other']);

function assertClosed(reduced: ReducedUserAgent): void {
  assert.deepEqual(Object.keys(reduced).sort(), ['family', 'major', 'platform', 'robot']);
  assert.ok(FAMILIES.has(reduced.family), reduced.family);
  assert.ok(PLATFORMS.has(reduced.platform), reduced.platform);
  assert.match(reduced.major, /^\d{0,4}$/);
  assert.equal(typeof reduced.robot, 'boolean');
}

const chrome = (version: string) =>
  `Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${version} Safari/537.36`;

describe('A user agent', () => {
  const KNOWN: [what: string, text: string, family: string, major: string, platform: string, robot: boolean][] = [
    [
      'Firefox',
      'Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0',
      'Firefox',
      '143',
      'Linux',
      false,
    ],
    ['Chrome', chrome('141.0.7390.54'), 'Chrome', '141', 'Windows', false],
    [
      'Safari on a telephone',
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1',
      'Safari',
      '18',
      'iOS',
      false,
    ],
    [
      'Chrome on a CUBOT telephone, which is no robot',
      'Mozilla/5.0 (Linux; Android 13; CUBOT NOTE 40) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36',
      'Chrome',
      '141',
      'Android',
      false,
    ],
    [
      'a search robot',
      'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
      'Googlebot',
      '2',
      'other',
      true,
    ],
    ['an unknown crawler', 'MyCrawler/1.0 (+mailto:ada@example.org)', 'other', '', 'other', true],
    ['a script', 'python-requests/2.32', 'other', '', 'other', true],
    ['nothing', '', 'other', '', 'other', false],
    ['an unknown name', 'Lady Ada, 12 St James Square', 'other', '', 'other', false],
    ['an endless version', chrome('123456789.0'), 'Chrome', '', 'Windows', false],
    ['a version that is a word', chrome('Ada'), 'Chrome', '', 'Windows', false],
  ];
  for (const [what, text, family, major, platform, robot] of KNOWN)
    it(`of ${what} keeps family, major version and platform, nothing else`, () => {
      const expected = { family, major, platform, robot };
      assert.deepEqual({ ...reduceUserAgent(text) }, expected);
      assert.deepEqual({ ...reduceUserAgent(text) }, expected, 'the second time too');
    });

  const HOSTILE: [what: string, text: string][] = [
    ['8 KB of one letter', 'a'.repeat(8192)],
    ['8 KB of brackets', '('.repeat(8192)],
    ['8 KB of a browser, again and again', chrome('1.1 ').repeat(80).slice(0, 8192)],
    ['8 KB of digits', `Chrome/${'1'.repeat(8192)}`],
    ['8 KB of blanks', `Mozilla/5.0 ${' '.repeat(8192)}`],
    ['half a surrogate pair', `${chrome('141.0')} \ud83d`],
    ['the other half', '\ude00 Firefox/143.0'],
    ['a surrogate pair at the limit', `${'x'.repeat(USER_AGENT_LIMIT - 1)}😀`],
    ['NUL', 'Firefox/143.0\0'],
    ['names of an object', '__proto__ constructor toString hasOwnProperty'],
    ['markup', '<script>alert(1)</script>'],
    ['a regular expression', '(.*)*$^[\\]{9999}'],
    ['a line break', 'Firefox/143.0\r\nSet-Cookie: a=b'],
  ];
  for (const [what, text] of HOSTILE)
    it(`with ${what} gives nothing but words of the vocabulary, at once`, () => {
      const begun = process.hrtime.bigint();
      assertClosed(reduceUserAgent(text));
      const ms = Number(process.hrtime.bigint() - begun) / 1e6;
      assert.ok(ms < 250, `took ${ms} ms`);
    });

  it('never gives anything from outside the vocabulary', () => {
    const agents = fc.oneof(
      fc.string({ maxLength: 2000 }),
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc
        .array(fc.constantFrom('Mozilla/5.0', 'Chrome/', 'Firefox/', 'Edg/', 'Android', 'ada', '9', '.', ';', '(', ' '))
        .map((parts) => parts.join('')),
      fc.tuple(fc.constantFrom('Chrome', 'Firefox', 'OPR', 'Version'), fc.string()).map((parts) => parts.join('/')),
    );
    fc.assert(fc.property(agents, (text) => assertClosed(reduceUserAgent(text))));
  });

  it('is read up to a limit only', () => {
    const padded = `${'x'.repeat(USER_AGENT_LIMIT)} Firefox/143.0`;
    assert.equal(reduceUserAgent(padded).family, 'other');
  });

  it('cannot be changed by whoever got it, for the next', () => {
    const text = chrome('99.0');
    assert.throws(() => Object.assign(reduceUserAgent(text), { family: 'mine' }), TypeError);
    assert.equal(reduceUserAgent(text).family, 'Chrome');
  });

  it('is the same when thousands have come in between', () => {
    const first = { ...reduceUserAgent(chrome('77.0')) };
    for (let n = 0; n < 2000; n += 1) reduceUserAgent(`something ${n}`);
    assert.deepEqual({ ...reduceUserAgent(chrome('77.0')) }, first);
  });
});
