import { Problem } from './problem.ts';

/**
 * The strong entity tag of one state of an editable thing (RFC 9110 §8.8.3). The instant of creation is part of it, so
 * that a thing deleted and made again never has the tag of its former life.
 */
export function etagOf(row: { version: number; createdAt: Date }): string {
  return `"${row.version}-${row.createdAt.getTime().toString(36)}"`;
}

/**
 * Holds an `If-Match` header against the current tag (undefined: there is nothing). Weak tags never match.
 * @throws Problem `precondition-failed` when none of its tags is the current one, `precondition-required` when
 * `required` and there is no header.
 */
export function checkIfMatch(ifMatch: string | undefined, current: string | undefined, required = false): void {
  if (ifMatch === undefined) {
    if (required) throw new Problem('precondition-required', 'Send the ETag you have read in an If-Match header.');
    return;
  }
  if (current !== undefined) {
    if (ifMatch.trim() === '*') return;
    const tags: string[] = ifMatch.match(/(W\/)?"[^"]*"/g) ?? [];
    if (tags.includes(current)) return;
  }
  throw changedSinceRead(ifMatch);
}

/** What a writer is told that lost against another: 412 when it named the state it had read, else 409. */
export function changedSinceRead(ifMatch: string | undefined): Problem {
  return ifMatch === undefined
    ? new Problem('conflict', 'Another request changed this at the same time. Read it again and repeat.')
    : new Problem('precondition-failed', 'This is no longer what If-Match names. Read it again and repeat.');
}
