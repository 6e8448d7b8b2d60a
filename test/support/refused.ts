import assert from 'node:assert/strict';
import { Problem } from '../../src/foundations/contract/problem.ts';

/** Asserts that work ends in a problem of this type, at this field. */
export async function refused(work: Promise<unknown>, type: Problem['type'], pointer?: string): Promise<void> {
  const fault = await work.then(
    () => assert.fail(`nothing was refused, though ${type} was expected`),
    (error: unknown) => error,
  );
  assert.ok(fault instanceof Problem, String(fault));
  assert.equal(fault.type, type);
  if (pointer !== undefined) assert.equal(fault.extras.errors?.[0]?.pointer, pointer);
}
