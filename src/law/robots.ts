import crawlers from 'crawler-user-agents';

/** A published list of what robots call themselves: regular expressions, each matched anywhere in a user agent. */
export interface RobotList {
  name: string;
  version: string;
  licence: string;
  /** Whether letters must match by case too. COUNTER's list is matched without regard to case. */
  caseSensitive: boolean;
  patterns: readonly string[];
}

/** Robots by some lists together. */
export interface Robots {
  lists: readonly Omit<RobotList, 'patterns'>[];
  /** Whether a user agent says that it is a robot. What it costs grows with its length, which the caller bounds. */
  isRobot(userAgent: string): boolean;
}

/** As shipped: the version is the dependency’s, a test holds them together. */
const CRAWLERS: RobotList = {
  name: 'crawler-user-agents',
  version: '1.60.0',
  licence: 'MIT',
  caseSensitive: true,
  patterns: crawlers.map(({ pattern }) => pattern),
};

/**
 * Libraries, tools and services that fetch without a person before them and are in no list above: what sends a request
 * says so at its beginning. Programs that show pages to a person are not among them.
 */
const PROGRAMS: RobotList = {
  name: 'lethe-programs',
  version: '2026-11-30',
  licence: 'Apache-2.0',
  caseSensitive: false,
  patterns: [
    // CUBOT is a make of telephones.
    '(?:^|[^u]|[^c]u)bot\\b',
    ...['crawl', 'spider', 'slurp', 'headless', 'harvester', 'scraper'],
    ...[
      ...['curl', 'libcurl', 'pycurl', 'wget', 'python', 'aiohttp', 'httpx', 'urllib', 'go-http-client', 'fasthttp'],
      ...['java', 'apache-httpclient', 'apache-httpasyncclient', 'jakarta commons', 'jersey', 'okhttp', 'ktor'],
      ...[
        'libwww-perl',
        'lwp::',
        'lwp-trivial',
        'mojolicious',
        'php',
        'guzzle(?:http)?',
        'symfony',
        'drupal',
        'wordpress',
      ],
      ...['ruby', 'faraday', 'typhoeus', 'http\\.rb', 'mechanize', 'reqwest', 'hyper', 'ureq', 'hackney', 'elixir'],
      ...['axios', 'node', 'node-fetch', 'undici', 'got', 'deno', 'bun', 'superagent', 'needle', 'restsharp', 'dart'],
      ...['libcurl-r', 'rcurl', 'httr', 'julia', 'lua-resty-http', 'httpie', 'postmanruntime', 'insomnia', 'scrapy'],
      ...[
        'newspaper',
        'citoid',
        'zoterotranslationserver',
        'unpaywall',
        'turnitin',
        'ithenticate',
        'docoloc',
        'plagscan',
      ],
      ...['lockss', 'clockss', 'nutch', 'heritrix', 'nagios', 'zabbix', 'check_http', 'bingpreview', 'googleother'],
    ].map((name) => `^${name}(?:[^a-z]|$)`),
  ],
};

/** Patterns of one list at most, and characters of one pattern. */
export const PATTERNS_AT_MOST = 5000;
export const PATTERN_LENGTH = 256;
/** Ways to go on that a pattern may have, all multiplied: what bounds how long it can search at one place. */
const CHOICES_AT_MOST = 64;
/** Patterns with `*` or `+` in one list: each of them alone may look at a text once for every place of it. */
const UNBOUNDED_AT_MOST = 20;
const ORDINARY = [
  'Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36',
];

export interface PatternFault {
  /** Index of the pattern. */
  at: number;
  why: string;
}

/**
 * What is wrong with patterns of a list before they are used on what strangers send: nothing, when every one of them
 * ends soon on any text, and no browser is taken for a robot.
 */
export function patternFaults(patterns: readonly string[]): PatternFault[] {
  let unbounded = 0;
  return patterns.flatMap((pattern, at) => {
    const why = faultOf(pattern);
    if (why !== undefined) return [{ at, why }];
    unbounded += weightOf(pattern).unbounded;
    return unbounded > UNBOUNDED_AT_MOST && weightOf(pattern).unbounded > 0
      ? [{ at, why: `is one of more than ${UNBOUNDED_AT_MOST} with * or +` }]
      : [];
  });
}

function faultOf(pattern: string): string | undefined {
  if (pattern === '' || pattern.length > PATTERN_LENGTH) return `must have 1 to ${PATTERN_LENGTH} characters`;
  let expression: RegExp;
  try {
    expression = new RegExp(pattern, 'i');
  } catch {
    return 'is no regular expression';
  }
  const { choices, unbounded, strange } = weightOf(pattern);
  if (strange) return 'looks around, refers back, or repeats a group';
  if (choices > CHOICES_AT_MOST || unbounded > 1) return 'could search for too long';
  return ORDINARY.some((agent) => expression.test(agent)) ? 'takes an ordinary browser for a robot' : undefined;
}

/** `\\d`, `[…]` and one letter are one token, and so is a quantifier with the sign that makes it lazy. */
const TOKEN = /\\[\s\S]|\[(?:[^\]\\]|\\[\s\S])*\]|\((?:\?:)?|(?:[*+?]|\{(\d{1,3})(,(\d{0,3}))?\})\??|[\s\S]/g;

/** How much a pattern may have to try: by the product of its choices, however they are nested. */
function weightOf(pattern: string): { choices: number; unbounded: number; strange: boolean } {
  const groups: number[] = [];
  let [choices, unbounded, strange] = [1, 0, false];
  let before = '';
  for (const [token, from, range, to] of pattern.matchAll(TOKEN)) {
    if (token.startsWith('(')) groups.push(1);
    else if (token === ')') choices *= groups.pop() ?? 1;
    else if (token === '|' && groups.length > 0) groups.push((groups.pop() as number) + 1);
    else if (/^\\[1-9kpPux]/.test(token)) strange = true;
    else if (token[0] === '?') {
      // After a parenthesis: it looks around, or has a name.
      strange ||= before === '(';
      choices *= 2;
    } else if (/^[*+]/.test(token) || from !== undefined) {
      strange ||= before === ')';
      if (from === undefined || (range !== undefined && to === '')) unbounded += 1;
      else
        choices *=
          Number(to ?? from) > CHOICES_AT_MOST ? Number.POSITIVE_INFINITY : Number(to ?? from) - Number(from) + 1;
    }
    before = token;
  }
  return { choices, unbounded, strange };
}

/** Expressions of one kind are tried together; more in one than this, and the engine may refuse it. */
const TOGETHER = 1000;

/** Makes lists ready for use. Their patterns have no faults. */
export function robotsOf(lists: readonly RobotList[]): Robots {
  const expressions = lists.flatMap(({ patterns, caseSensitive }) => {
    const flags = caseSensitive ? '' : 'i';
    // Words side by side are one tree to the engine; a group between them would make it try each for itself.
    const words = patterns.filter(isWord);
    const others = patterns.filter((pattern) => !isWord(pattern)).map((pattern) => `(?:${pattern})`);
    return [...inParts(words), ...inParts(others)].map((part) => new RegExp(part.join('|'), flags));
  });
  return {
    lists: lists.map(({ patterns: _, ...list }) => list),
    isRobot: (userAgent) => expressions.some((expression) => expression.test(userAgent)),
  };
}

const isWord = (pattern: string) => !/[\\^$.*+?()[\]{}|]/.test(pattern.replace(/\\[^A-Za-z0-9]/g, ''));

function inParts(patterns: string[]): string[][] {
  const parts: string[][] = [];
  for (let from = 0; from < patterns.length; from += TOGETHER) parts.push(patterns.slice(from, from + TOGETHER));
  return parts;
}

/** What is shipped; an installation adds the list it names in its policies. */
export const SHIPPED_LISTS: readonly RobotList[] = [CRAWLERS, PROGRAMS];
export const shippedRobots: Robots = robotsOf(SHIPPED_LISTS);
