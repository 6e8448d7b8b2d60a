import { once } from 'node:events';
import { createWriteStream } from 'node:fs';

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
  const visits = Array.from({ length: size.visits }, () => {
    const day = Math.floor(next() * size.days);
    // Two draws towards midday: more visits by day than by night.
    const minute = Math.floor(((next() + next()) / 2) * 1440);
    const at = size.endingAt.getTime() - day * 86_400_000 - (1440 - minute) * 60_000;
    return { ...pick(visitors), occurredAt: new Date(at), portal: pick(PORTALS) };
  }).sort((a, b) => a.occurredAt.getTime() - b.occurredAt.getTime());
  const decisions = visitors.flatMap(({ visitor, ...evidence }) =>
    (['usage-statistics', 'external-media'] as const).map((purpose) => ({
      visitor,
      purpose,
      status: pick(['given', 'given', 'refused', 'refused', 'withdrawn'] as const),
      language: pick(['en', 'de'] as const),
      ...evidence,
    })),
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

/** A well-formed ORCID iD from the range kept for examples, with its ISO 7064 MOD 11-2 check character. */
export function sampleOrcid(n: number): string {
  const digits = `0000000218${String(25_000 + n).padStart(5, '0')}`;
  let sum = 0;
  for (const digit of digits) sum = (sum + Number(digit)) * 2;
  const check = (12 - (sum % 11)) % 11;
  return `${digits}${check === 10 ? 'X' : check}`.replace(/(.{4})(?=.)/g, '$1-');
}

/** The visits as a web server would have logged them (Apache *combined*). */
export async function writeAccessLog(path: string, visits: SampleVisit[]): Promise<void> {
  const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
  const two = (value: number) => String(value).padStart(2, '0');
  const file = createWriteStream(path);
  for (const { address, occurredAt: at, userAgent } of visits) {
    const day = `${two(at.getUTCDate())}/${months[at.getUTCMonth()]}/${at.getUTCFullYear()}`;
    const time = `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())}`;
    const line = `${address} - - [${day}:${time} +0000] "GET /collection HTTP/1.1" 200 5120 "-" "${userAgent}"\n`;
    if (!file.write(line)) await once(file, 'drain');
  }
  file.end();
  await once(file, 'finish');
}
