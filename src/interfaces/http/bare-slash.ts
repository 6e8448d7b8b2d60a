import type { RouteSpec } from '../../foundations/contract/contract.ts';
import { Problem } from '../../foundations/contract/problem.ts';
import { paramsChecker, readParams } from './input.ts';

interface Reading {
  path: string;
  /** Parameter that takes in what stands between its neighbours, slashes and all. */
  name: string;
  pattern: RegExp;
  check: (params: Record<string, string>) => void;
}

/** Every way to read an address of these routes in which one parameter holds slashes. */
function readingsOf({ path, params }: RouteSpec): Reading[] {
  if (!params) return [];
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    path,
    name,
    pattern: new RegExp(
      `^${path.replace(/[.]/g, '\\.').replace(/\{(\w+)\}/g, (_, each) => `(?<${each}>${each === name ? '.+/.+' : '[^/]+'})`)}$`,
    ),
    check: paramsChecker(params),
  }));
}

/**
 * Of an address at which nothing is: whether it would be one of these routes if a slash within a parameter (a DOI has
 * one) had been written `%2F`. Then what the caller is told.
 */
export function bareSlashes(specs: RouteSpec[]): (address: string) => Problem | undefined {
  let readings: Reading[] | undefined;
  return (address) => {
    const [path = ''] = address.split('?', 1);
    readings ??= [...new Map(specs.map((spec) => [spec.path, spec])).values()].flatMap(readingsOf);
    const meant = readings.find(({ pattern, check }) => {
      const parts = pattern.exec(path)?.groups;
      if (!parts) return false;
      try {
        check(readParams(parts));
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
