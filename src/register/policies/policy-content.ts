import { createHash } from 'node:crypto';
import { canonical } from '../../foundations/contract/canonical-json.ts';
import type { Notice, PolicySet } from './model.ts';

/** What a set's hash is over: whose word an entry is (`words`) follows from where it was written, and is no part of it. */
export type PolicyContent = Omit<PolicySet, 'hash' | 'words'>;

/** The same on every machine, whatever its language: the hash depends on it. */
export function inOrder(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}

/** By id, and the versions of one in their order. */
export const noticeOrder = (a: Notice, b: Notice): number =>
  inOrder(a.id, b.id) || a.major - b.major || a.minor - b.minor;

/** The hash of a set: SHA-256 over its canonical content, of whatever it was put together. */
export function hashOfContent(content: PolicyContent): string {
  return sha256(canonical(content));
}

export const byId = <T extends { id: string }>(values: readonly T[]): T[] =>
  [...values].sort((a, b) => inOrder(a.id, b.id));
export const byCategory = <T extends { category: string }>(values: readonly T[]): T[] =>
  [...values].sort((a, b) => inOrder(a.category, b.category));

/** Decisions on old rows, in the order of their days. */
export const byDay = <T extends { rule: string; since: string }>(values: readonly T[]): T[] =>
  [...values].sort((a, b) => inOrder(a.since, b.since) || inOrder(a.rule, b.rule));

/** A set of policies made of its content, named by its hash and frozen. */
export function policySetOf(content: PolicyContent, words?: PolicySet['words']): PolicySet {
  return deepFreeze({ hash: hashOfContent(content), ...content, ...(words ? { words } : {}) });
}

function deepFreeze<T>(value: T): T {
  if (value !== null && typeof value === 'object' && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const member of Object.values(value)) deepFreeze(member);
  }
  return value;
}
