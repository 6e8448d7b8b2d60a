import type { FuzzTarget } from './target.ts';
import { logTargets } from './targets/log.ts';
import { recordTargets } from './targets/records.ts';
import { requestTargets } from './targets/requests.ts';

/** Every parser that a stranger reaches. */
export const TARGETS: readonly FuzzTarget[] = [...requestTargets, ...recordTargets, ...logTargets];

export function targetOf(name: string): FuzzTarget {
  const target = TARGETS.find((one) => one.name === name);
  if (!target) throw new RangeError(`There is no ${name}; there are ${TARGETS.map((one) => one.name).join(', ')}.`);
  return target;
}
