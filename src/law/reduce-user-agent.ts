import Bowser from 'bowser';
import { type Robots, shippedRobots } from './robots.ts';

/** What may be kept of a user agent: nothing that singles a person out. */
export interface ReducedUserAgent {
  /** Browser or robot family, from a fixed vocabulary; `other` when unknown. */
  family: string;
  /** Major version, at most four digits; empty when it or the family is unknown. */
  major: string;
  /** Operating system family, from a fixed vocabulary; `other` when unknown. */
  platform: string;
  /** A crawler, script or library rather than a browser with a person before it, as far as it says so. */
  robot: boolean;
}

/** Characters of a user agent that are looked at; the rest is never read. */
export const USER_AGENT_LIMIT = 1024;

const FAMILIES = new Set<string>(Object.values(Bowser.BROWSER_MAP));
const PLATFORMS = new Set<string>(Object.values(Bowser.OS_MAP));
const OTHER: ReducedUserAgent = Object.freeze({ family: 'other', major: '', platform: 'other', robot: false });

// Few user agents make up most of the traffic. The memory is small, forgets the least recently seen, and is never
// written anywhere.
const REMEMBERED = 512;
const memories = new WeakMap<Robots, Map<string, ReducedUserAgent>>();

function memoryOf(robots: Robots): Map<string, ReducedUserAgent> {
  const known = memories.get(robots);
  if (known) return known;
  const fresh = new Map<string, ReducedUserAgent>();
  memories.set(robots, fresh);
  return fresh;
}

/**
 * Family, major version and platform of a user agent, and whether it is a robot by some lists. Never throws, and never
 * answers text from the input.
 */
export function reduceUserAgent(text: string, robots: Robots = shippedRobots): ReducedUserAgent {
  const memory = memoryOf(robots);
  const bounded = text.slice(0, USER_AGENT_LIMIT);
  const known = memory.get(bounded);
  if (known) {
    memory.delete(bounded);
    memory.set(bounded, known);
    return known;
  }
  const reduced = Object.freeze(parse(bounded, robots));
  if (memory.size >= REMEMBERED) memory.delete(memory.keys().next().value as string);
  memory.set(detached(bounded), reduced);
  return reduced;
}

/** A copy: a slice would keep the text it was cut from in memory, such as a whole log line with its address. */
function detached(slice: string): string {
  return Buffer.from(slice, 'utf16le').toString('utf16le');
}

function parse(text: string, robots: Robots): ReducedUserAgent {
  if (text === '') return OTHER;
  try {
    const { browser, os, platform } = Bowser.parse(text);
    const family = FAMILIES.has(browser.name ?? '') ? (browser.name as string) : 'other';
    const major = family === 'other' ? undefined : /^\d{1,4}(?=\.|$)/.exec(browser.version ?? '')?.[0];
    return {
      family,
      major: major ?? '',
      platform: PLATFORMS.has(os.name ?? '') ? (os.name as string) : 'other',
      robot: platform.type === 'bot' || robots.isRobot(text),
    };
  } catch {
    return { ...OTHER, robot: robots.isRobot(text) };
  }
}
