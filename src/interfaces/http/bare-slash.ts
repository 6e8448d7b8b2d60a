import type { RouteSpec } from '../../foundations/contract/contract.ts';
import { Problem } from '../../foundations/contract/problem.ts';
import { paramsChecker, readParams } from './input.ts';

interface Reading {
  path: string;
  /** Parameter that takes in what stands between its neighbours, slashes and all. */
  name: string;
  segments: string[];
  check: (params: Record<string, string>) => void;
}

const nameIn = (segment: string): string | undefined => /^\{(\w+)\}$/.exec(segment)?.[1];

/** Every way to read an address of these routes in which one parameter holds slashes. */
function readingsOf({ path, params }: RouteSpec): Reading[] {
  if (!params) return [];
  const segments = path.split('/');
  const check = paramsChecker(params);
  return segments.flatMap((segment) => {
    const name = nameIn(segment);
    return name === undefined ? [] : { path, name, segments, check };
  });
}

/**
 * The parts of an address as a reading has them; undefined where it is no such address. Segment by segment: an
 * expression with two parameters would try every slash of the address with every other.
 */
function partsOf({ segments, name }: Reading, given: string[]): Record<string, string> | undefined {
  const more = given.length - segments.length;
  if (more < 1) return undefined;
  const parts: Record<string, string> = {};
  let at = 0;
  for (const segment of segments) {
    const param = nameIn(segment);
    const until = param === name ? at + 1 + more : at + 1;
    const text = given.slice(at, until).join('/');
    if (param === undefined ? text !== segment : text === '') return undefined;
    if (param !== undefined) parts[param] = text;
    at = until;
  }
  const wide = parts[name] as string;
  return wide.startsWith('/') || wide.endsWith('/') ? undefined : parts;
}

/**
 * Of an address at which nothing is: whether it would be one of these routes if a slash within a parameter (a DOI has
 * one) had been written `%2F`. Then what the caller is told.
 */
export function bareSlashes(specs: RouteSpec[]): (address: string) => Problem | undefined {
  let readings: Reading[] | undefined;
  return (address) => {
    const given = (address.split('?', 1)[0] as string).split('/');
    readings ??= [...new Map(specs.map((spec) => [spec.path, spec])).values()].flatMap(readingsOf);
    const meant = readings.find((reading) => {
      const parts = partsOf(reading, given);
      if (!parts) return false;
      try {
        reading.check(readParams(parts));
        return true;
      } catch {
        return false;
      }
    });
    if (!meant) return undefined;
    const pointer = `{${meant.name}}`;
    return new Problem('not-found', `There is nothing at this address. A slash within ${pointer} is written %2F.`, {
      errors: [{ pointer, detail: `must be one segment of ${meant.path}: its slashes are written %2F` }],
    });
  };
}
