import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Sample traffic of a research repository: the same seed gives the same traffic. Nobody in it exists. */
export interface SampleVisit {
  occurredAt: Date;
  portal: string;
  visitor: string;
  address: string;
  userAgent: string;
}

export interface SampleDecision {
  visitor: string;
  purpose: 'usage-statistics' | 'external-media';
  status: 'given' | 'refused' | 'withdrawn';
  language: 'en' | 'de';
  address: string;
  userAgent: string;
}

export interface SampleProfile {
  account: string;
  name: string;
  email: string;
  title: string;
  interests: string[];
  city: string;
  country: string;
}

export interface SampleItem {
  account: string;
  doi: string;
  title: string;
  version: string;
  role: string;
  nameAsPublished: string;
  orcid: string;
  visibility: 'public' | 'private';
  publishedOn: string;
}

export interface SampleTraffic {
  visits: SampleVisit[];
  decisions: SampleDecision[];
  profiles: SampleProfile[];
  items: SampleItem[];
}

const PORTALS = ['north-university', 'river-institute', 'museum-of-minerals'];
const USER_AGENTS: [weight: number, text: string][] = [
  [
    30,
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36',
  ],
  [18, 'Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0'],
  [
    14,
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 14_6) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15',
  ],
  [
    16,
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1',
  ],
  [
    10,
    'Mozilla/5.0 (Linux; Android 15; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36',
  ],
  [6, 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)'],
  [4, 'Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)'],
  [2, 'curl/8.9.1'],
];
const PEOPLE = [
  'Ada Beispiel',
  'Noor Voorbeeld',
  'Inès Exemple',
  'Γιώργος Παράδειγμα',
  'Олена Приклад',
  'Łukasz Przykład',
  'Mária Példa',
  'Jón Dæmi',
  'Siobhán Sampla',
  'Tomás Ejemplo',
  'Sigrid Eksempel',
  '例 太郎',
];
const TITLES = ['Prof. Dr.', 'Dr.', 'M.Sc.', 'PhD'];
const INTERESTS = ['mineralogy', 'linguistics', 'plasma physics', 'archaeology', 'ecology', 'machine learning'];
const PLACES: [string, string][] = [
  ['Göttingen', 'DE'],
  ['Utrecht', 'NL'],
  ['Lyon', 'FR'],
  ['Θεσσαλονίκη', 'GR'],
  ['Львів', 'UA'],
  ['Kraków', 'PL'],
];
const ROLES = ['creator', 'DataCollector', 'DataCurator', 'ProjectLeader', 'Researcher'];

/** Mulberry32: small, fast, repeatable. */
function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export interface TrafficSize {
  seed: number;
  visits: number;
  visitors: number;
  accounts: number;
  /** Days before `endingAt` over which the visits spread. */
  days: number;
  endingAt: Date;
}

/**
 * Visits (in order of time, all before `endingAt`), consent decisions (in the order they were made), profiles and items.
 * Equal sizes and seeds give equal traffic.
 */
export function sampleTraffic(size: TrafficSize): SampleTraffic {
  const next = random(size.seed);
  const pick = <T>(all: readonly T[]): T => all[Math.floor(next() * all.length)] as T;
  const hex = (digits: number) => Math.floor(next() * 16 ** digits).toString(16);
  const total = USER_AGENTS.reduce((sum, [weight]) => sum + weight, 0);
  const userAgent = () => {
    let left = next() * total;
    for (const [weight, text] of USER_AGENTS) {
      left -= weight;
      if (left < 0) return text;
    }
    return '';
  };
  // Addresses of the ranges set aside for documentation (RFC 5737, RFC 3849), some mapped, some 6to4 of such.
  const address = () => {
    const last = 1 + Math.floor(next() * 254);
    const kind = next();
    if (kind < 0.6) return `${pick(['203.0.113', '198.51.100', '192.0.2'])}.${last}`;
    if (kind < 0.9) return `2001:db8:${hex(4)}:${hex(4)}::${hex(4)}`;
    return kind < 0.95 ? `::ffff:203.0.113.${last}` : `2002:cb00:71${last.toString(16).padStart(2, '0')}::1`;
  };

  const visitors = Array.from({ length: size.visitors }, (_, n) => ({
    visitor: `v-${size.seed}-${n.toString(36)}`,
    address: address(),
    userAgent: userAgent(),
  }));
  // Drawn again until it fits the time of day: at midnight (UTC) there is a tenth of the traffic of noon.
  const instant = (): Date => {
    for (;;) {
      const at = size.endingAt.getTime() - Math.ceil(next() * size.days * 86_400) * 1000;
      const busy = 0.1 + 0.9 * Math.sin((Math.PI * (at % 86_400_000)) / 86_400_000) ** 2;
      if (next() < busy) return new Date(at);
    }
  };
  const visits = Array.from({ length: size.visits }, () => ({
    ...pick(visitors),
    occurredAt: instant(),
    portal: pick(PORTALS),
  })).sort((a, b) => a.occurredAt.getTime() - b.occurredAt.getTime());
  const decisions = visitors.flatMap(({ visitor, ...evidence }) =>
    (['usage-statistics', 'external-media'] as const).flatMap((purpose) => {
      const status = pick(['given', 'given', 'refused', 'refused', 'withdrawn'] as const);
      const decision = { visitor, purpose, language: pick(['en', 'de'] as const), ...evidence };
      // Only what was given can be withdrawn.
      const given = status === 'withdrawn' ? [{ ...decision, status: 'given' as const }] : [];
      return [...given, { ...decision, status }];
    }),
  );
  const profiles = Array.from({ length: size.accounts }, (_, n) => {
    const [city, country] = pick(PLACES);
    const name = PEOPLE[n % PEOPLE.length] as string;
    const account = `user-${size.seed}-${n}`;
    const interests = [...new Set([pick(INTERESTS), pick(INTERESTS)])];
    return { account, name, email: `${account}@example.org`, title: pick(TITLES), interests, city, country };
  });
  const items = profiles.flatMap(({ account, name }, n) =>
    Array.from({ length: 1 + Math.floor(next() * 3) }, (_, item) => ({
      account,
      doi: `10.5072/lethe.${size.seed}.${n}.${item}`,
      title: `${pick(INTERESTS)} data set ${n}-${item}`,
      version: `1.${item}`,
      role: pick(ROLES),
      nameAsPublished: name,
      orcid: sampleOrcid(n),
      visibility: item === 0 || next() < 0.6 ? ('public' as const) : ('private' as const),
      publishedOn: new Date(size.endingAt.getTime() - Math.floor(next() * 900) * 86_400_000).toISOString().slice(0, 10),
    })),
  );
  return { visits, decisions, profiles, items };
}

/**
 * A well-formed ORCID iD, with its ISO 7064 MOD 11-2 check character, that is nobody's: ORCID gives iDs only from
 * 0000-0001-5000-0007 to 0000-0003-5000-0001 and from 0009-0000-0000-0000 to 0009-0010-0000-0000.
 */
export function sampleOrcid(n: number): string {
  const digits = `00099999${String(n).padStart(7, '0')}`;
  let sum = 0;
  for (const digit of digits) sum = (sum + Number(digit)) * 2;
  const check = (12 - (sum % 11)) % 11;
  return `${digits}${check === 10 ? 'X' : check}`.replace(/(.{4})(?=.)/g, '$1-');
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function* logLines(visits: Iterable<SampleVisit>): Generator<string> {
  const two = (value: number) => String(value).padStart(2, '0');
  for (const { address, occurredAt: at, userAgent } of visits) {
    const day = `${two(at.getUTCDate())}/${MONTHS[at.getUTCMonth()]}/${at.getUTCFullYear()}`;
    const time = `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())}`;
    const quoted = userAgent === '' ? '-' : userAgent.replace(/["\\]/g, '\\$&');
    yield `${address} - - [${day}:${time} +0000] "GET /collection HTTP/1.1" 200 5120 "-" "${quoted}"\n`;
  }
}

/** The visits as a web server would have logged them (Apache *combined*, whole seconds, UTC). */
export async function writeAccessLog(path: string, visits: Iterable<SampleVisit>): Promise<void> {
  await pipeline(Readable.from(logLines(visits)), createWriteStream(path));
}
