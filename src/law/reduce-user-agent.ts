import Bowser from 'bowser';

/** What may be kept of a user agent: nothing that singles a person out. */
export interface ReducedUserAgent {
  /** Browser or robot family, from a fixed vocabulary; `other` when unknown. */
  family: string;
  /** Major version, at most four digits; empty when unknown. */
  major: string;
  /** Operating system family, from a fixed vocabulary; `other` when unknown. */
  platform: string;
  robot: boolean;
}

/** Characters of a user agent that are looked at; the rest is never read. */
export const USER_AGENT_LIMIT = 1024;

const FAMILIES = new Set<string>(Object.values(Bowser.BROWSER_MAP));
const PLATFORMS = new Set<string>(Object.values(Bowser.OS_MAP));
const OTHER: ReducedUserAgent = Object.freeze({ family: 'other', major: '', platform: 'other', robot: false });

// Few user agents make up most of the traffic; the memory is bounded and never written anywhere.
const REMEMBERED = 512;
const memory = new Map<string, ReducedUserAgent>();

/** Family, major version and platform of a user agent. Never throws, and never answers text from the input. */
export function reduceUserAgent(text: string): ReducedUserAgent {
  const bounded = text.slice(0, USER_AGENT_LIMIT);
  const known = memory.get(bounded);
  if (known) return known;
  const reduced = Object.freeze(parse(bounded));
  if (memory.size >= REMEMBERED) memory.delete(memory.keys().next().value as string);
  memory.set(bounded, reduced);
  return reduced;
}

function parse(text: string): ReducedUserAgent {
  if (text === '') return OTHER;
  try {
    const { browser, os, platform } = Bowser.parse(text);
    const major = /^\d{1,4}(?=\.|$)/.exec(browser.version ?? '')?.[0] ?? '';
    return {
      family: FAMILIES.has(browser.name ?? '') ? (browser.name as string) : 'other',
      major,
      platform: PLATFORMS.has(os.name ?? '') ? (os.name as string) : 'other',
      robot: platform.type === 'bot' || /bot\b|crawl|spider|slurp/i.test(text),
    };
  } catch {
    return OTHER;
  }
}
