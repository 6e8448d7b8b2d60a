import { invalidField, type Problem, type ProblemType } from '../../foundations/contract/problem.ts';
import { nearest } from '../../law/vocabulary.ts';

/** So many ids are named where none comes near. */
const NAMED = 12;

/** An id that the register does not have, with the ones that come nearest, or those there are (REQ-G04). */
export function unknownId(
  pointer: string,
  noun: string,
  wanted: string,
  ids: readonly string[],
  type?: ProblemType,
): Problem {
  const like = nearest(wanted, ids);
  const known = ids.length > NAMED ? `${ids.slice(0, NAMED).join(', ')} and others` : ids.join(', ');
  const right = like.length > 0 ? `did you mean ${like.join(' or ')}?` : known ? `there are ${known}` : 'there is none';
  return invalidField(pointer, `is no ${noun} of the register; ${right}`, type);
}

/** @throws Problem as `unknownId` says. */
export function requireId(
  pointer: string,
  noun: string,
  wanted: string,
  entries: readonly { id: string }[],
  type?: ProblemType,
): void {
  if (entries.some(({ id }) => id === wanted)) return;
  const ids = entries.map(({ id }) => id);
  throw unknownId(pointer, noun, wanted, ids, type);
}
