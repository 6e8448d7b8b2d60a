import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { packageRoot } from '../../src/foundations/process/package-root.ts';
import { reduceUserAgent, USER_AGENT_LIMIT } from '../../src/law/reduce-user-agent.ts';
import { patternFaults, type RobotList, robotsOf, SHIPPED_LISTS, shippedRobots } from '../../src/law/robots.ts';

const ROBOTS = [
  'Scrapy/2.11.0 (+https://scrapy.org)',
  'reqwest/0.12.4',
  'python-httpx/0.27.0',
  'httpx - Open-source project (github.com/projectdiscovery/httpx)',
  'Turnitin (https://bit.ly/2UvnfoQ)',
  'TurnitinBot/3.0 (http://www.turnitin.com/robot/crawlerinfo.html)',
  'Citoid (Wikimedia tool; learn more at https://www.mediawiki.org/wiki/Citoid)',
  'newspaper/0.2.8',
  'GoogleOther',
  'Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X Build/MMB29P) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0 Mobile Safari/537.36 (compatible; GoogleOther)',
  'Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)',
  'Mozilla/5.0 (compatible; ClaudeBot/1.0; +claudebot@anthropic.com)',
  'Mozilla/5.0 (compatible; archive.org_bot +http://archive.org/details/archive.org_bot)',
  'facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)',
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/141.0.0.0 Safari/537.36',
  'okhttp/4.12.0',
  'Ruby',
  'PHP/8.3.1',
  'GuzzleHttp/7',
  'LOCKSS cache',
  'Unpaywall (http://unpaywall.org/)',
  'ZoteroTranslationServer',
  'PostmanRuntime/7.37.3',
  'Java/21.0.2',
  'curl/8.7.1',
  'CCBot/2.0 (https://commoncrawl.org/faq/)',
];

const PEOPLE = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36 OPR/120.0.0.0',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:143.0) Gecko/20100101 Firefox/143.0',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15',
  'Mozilla/5.0 (Android 15; Mobile; rv:143.0) Gecko/143.0 Firefox/143.0',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) GSA/380.0 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 [FBAN/FBIOS;FBAV/520.0]',
  'Mozilla/5.0 (Linux; Android 15; SM-S931B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36',
  'Mozilla/5.0 (Linux; Android 14; motorola edge 50) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36',
  'Mozilla/5.0 (Linux; Android 13; CUBOT NOTE 40) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36',
  'Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Zotero/7.0 Chrome/115 Electron/26 Safari/537.36',
  'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131 Mobile Safari/537.36 DuckDuckGo/5',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 MicroMessenger/8.0 NetType/WIFI Language/de',
  'Opera/9.80 (Windows NT 6.1; WOW64) Presto/2.12.388 Version/12.18',
  'Lynx/2.9.0 libwww-FM/2.14',
];

/** Of the form of COUNTER's list, and of what is in it: words, a blank or a plus sign, digits, whole texts. */
const COUNTER: RobotList = {
  name: 'COUNTER-Robots',
  version: '2026-11-01',
  licence: 'MIT',
  caseSensitive: false,
  patterns: [
    '^.?$',
    '[^a]fish',
    '^voyager\\/',
    'API[\\+\\s]scraper',
    'Web(\\s|\\+)Downloader',
    'daum(oa)?',
    'http.?client',
    '^java\\/\\d{1,2}.\\d',
    '^\\%?default\\%?$',
    'T\\-H\\-U\\-N',
    '^破解后的$',
    '\\[en]',
  ],
};

describe('A robot', () => {
  for (const agent of ROBOTS) it(`is ${agent.slice(0, 60)}`, () => assert.equal(reduceUserAgent(agent).robot, true));

  for (const agent of PEOPLE)
    it(`is not ${agent.slice(0, 110)}`, () => assert.equal(reduceUserAgent(agent).robot, false));

  it('is told by lists whose names, versions and licences are known', () => {
    const lock = JSON.parse(readFileSync(join(packageRoot, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, { version: string; license: string }>;
    };
    const { version, license } = lock.packages['node_modules/crawler-user-agents'] ?? {};
    const [crawlers] = shippedRobots.lists;
    assert.deepEqual([crawlers?.name, crawlers?.version, crawlers?.licence], ['crawler-user-agents', version, license]);
  });

  it('is told by lists without a pattern that could search for long', () => {
    for (const { name, patterns } of [...SHIPPED_LISTS, COUNTER]) assert.deepEqual(patternFaults(patterns), [], name);
  });

  it('is also what a list of the installation says, by its own rule for case', () => {
    const robots = robotsOf([...SHIPPED_LISTS, COUNTER]);
    for (const agent of [
      'web+downloader',
      'Voyager/1.0',
      'x',
      'T-h-u-n',
      '破解后的',
      'my HTTP-Client',
      'Mozilla/4.0 [EN] x',
    ])
      assert.deepEqual([reduceUserAgent(agent).robot, reduceUserAgent(agent, robots).robot], [false, true], agent);
    for (const agent of PEOPLE) assert.equal(reduceUserAgent(agent, robots).robot, false, agent);
  });

  it('is told as by trying each pattern alone', () => {
    const lists = [...SHIPPED_LISTS, COUNTER];
    const robots = robotsOf(lists);
    const alone = lists.flatMap(({ patterns, caseSensitive }) =>
      patterns.map((pattern) => new RegExp(pattern, caseSensitive ? '' : 'i')),
    );
    const words = fc.array(fc.constantFrom(...ROBOTS.flatMap((agent) => agent.split(/(?=[ /(;])/)), ...PEOPLE), {
      maxLength: 6,
    });
    const agents = fc.oneof(
      words.map((parts) => parts.join('')),
      fc.string({ unit: 'binary', maxLength: 50 }),
    );
    fc.assert(
      fc.property(agents, (agent) =>
        assert.equal(
          robots.isRobot(agent),
          alone.some((pattern) => pattern.test(agent)),
        ),
      ),
      { numRuns: 60 },
    );
  });

  const FAULTY: [pattern: string, why: RegExp][] = [
    ['', /characters/],
    ['x'.repeat(257), /characters/],
    ['(', /no regular expression/],
    ['(a+)+$', /repeats a group/],
    ['(a|a)*b', /repeats a group/],
    ['(?:a|b){20}c', /repeats a group/],
    ['.*.*=', /too long/],
    ['a?a?a?a?a?a?a?aaaaaaa', /too long/],
    ['(a|a)(a|a)(a|a)(a|a)(a|a)(a|a)(a|a)b', /too long/],
    ['[a-z]{1,99}x', /too long/],
    ['a{3,}b{2,}', /too long/],
    ['(?=a)a', /looks around/],
    ['(?<!x)bot', /looks around/],
    ['(a)\\1', /refers back/],
    ['Mozilla', /ordinary browser/],
    ['.', /ordinary browser/],
  ];
  for (const [pattern, why] of FAULTY)
    it(`is not told by ${pattern.slice(0, 40) || 'an empty pattern'}`, () => {
      const [fault] = patternFaults([pattern]);
      assert.match(fault?.why ?? 'no fault', why);
    });

  it('is not told by more than some patterns without bounds', () => {
    assert.deepEqual(
      patternFaults(Array.from({ length: 22 }, (_, n) => `robot${n}.*x`)).map(({ at }) => at),
      [20, 21],
    );
  });

  it('is told in a time that grows with the length of what it says, and no more', () => {
    const robots = robotsOf([...SHIPPED_LISTS, COUNTER]);
    const hostile = ['bo', 'ContextualBo', 'Spide', 'http', 'a', ' ', 'Mozilla/5.0 (', 'Current'];
    const cost = (length: number) => {
      const texts = hostile.map((piece) => piece.repeat(length).slice(0, length));
      let best = Number.POSITIVE_INFINITY;
      for (let round = 0; round < 15; round += 1) {
        const begun = process.hrtime.bigint();
        for (const text of texts) robots.isRobot(text);
        best = Math.min(best, Number(process.hrtime.bigint() - begun));
      }
      return best;
    };
    cost(USER_AGENT_LIMIT);
    const ratio = cost(USER_AGENT_LIMIT) / cost(USER_AGENT_LIMIT / 8);
    assert.ok(ratio < 24, `eight times the length took ${ratio.toFixed(1)} times as long`);
  });
});
