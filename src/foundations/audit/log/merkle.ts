import { createHash } from 'node:crypto';

/**
 * The Merkle tree of RFC 9162 §2.1 (SHA-256), over whole subtrees: `hashAt(level, index)` is the root of the complete
 * subtree over leaves `index * 2^level` to `(index + 1) * 2^level - 1`. Pure functions; sizes up to 2^53.
 */
export type HashAt = (level: number, index: number) => Promise<Buffer> | Buffer;

const LEAF = Buffer.from([0]);
const NODE = Buffer.from([1]);

export function leafHash(data: Uint8Array): Buffer {
  return createHash('sha256').update(LEAF).update(data).digest();
}

export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  return createHash('sha256').update(NODE).update(left).update(right).digest();
}

const EMPTY_ROOT = createHash('sha256').digest();

/** 2^exponent, beyond 32 bits too. */
const power = (exponent: number): number => 2 ** exponent;

/** The largest power of two smaller than `n` (n ≥ 2), as an exponent. */
function split(n: number): number {
  let exponent = 0;
  while (power(exponent + 1) < n) exponent += 1;
  return exponent;
}

/** MTH of the leaves `start` to `start + n - 1`; `start` is a multiple of a power of two not below `n`. */
async function rangeRoot(start: number, n: number, hashAt: HashAt): Promise<Buffer> {
  if (n === 1) return hashAt(0, start);
  const k = split(n);
  if (power(k + 1) === n) return hashAt(k + 1, start / n);
  const left = await hashAt(k, start / power(k));
  return nodeHash(left, await rangeRoot(start + power(k), n - power(k), hashAt));
}

/** The root of the first `size` leaves. */
export async function rootOf(size: number, hashAt: HashAt): Promise<Buffer> {
  return size === 0 ? EMPTY_ROOT : rangeRoot(0, size, hashAt);
}

/** PATH(index, D[size]) of RFC 9162 §2.1.3.1. @throws RangeError outside of the tree. */
export async function inclusionProof(index: number, size: number, hashAt: HashAt): Promise<Buffer[]> {
  if (!(index >= 0 && index < size)) throw new RangeError('The leaf is not in a tree of this size.');
  const path: Buffer[] = [];
  let start = 0;
  let n = size;
  while (n > 1) {
    const k = power(split(n));
    if (index < start + k) {
      path.push(await rangeRoot(start + k, n - k, hashAt));
      n = k;
    } else {
      path.push(await rangeRoot(start, k, hashAt));
      start += k;
      n -= k;
    }
  }
  return path.reverse();
}

/** PROOF(from, D[to]) of RFC 9162 §2.1.4.1; empty for equal sizes. @throws RangeError unless 0 < from ≤ to. */
export async function consistencyProof(from: number, to: number, hashAt: HashAt): Promise<Buffer[]> {
  if (!(from > 0 && from <= to)) throw new RangeError('The smaller tree must have leaves, and not be the larger one.');
  const proof: Buffer[] = [];
  let start = 0;
  let m = from;
  let n = to;
  let whole = true;
  while (m !== n) {
    const k = power(split(n));
    if (m <= k) {
      proof.push(await rangeRoot(start + k, n - k, hashAt));
      n = k;
    } else {
      proof.push(await rangeRoot(start, k, hashAt));
      start += k;
      m -= k;
      n -= k;
      whole = false;
    }
  }
  if (!whole) proof.push(await rangeRoot(start, m, hashAt));
  return proof.reverse();
}

/** The root that follows from a leaf and its path (RFC 9162 §2.1.3.2); undefined when the path has another length. */
function rootFromInclusion(leaf: Buffer, index: number, size: number, path: Buffer[]): Buffer | undefined {
  if (!(index >= 0 && index < size)) return undefined;
  let fn = index;
  let sn = size - 1;
  let root = leaf;
  for (const sibling of path) {
    if (sn === 0) return undefined;
    if (fn % 2 === 1 || fn === sn) {
      root = nodeHash(sibling, root);
      while (fn % 2 === 0 && fn !== 0) {
        fn = Math.floor(fn / 2);
        sn = Math.floor(sn / 2);
      }
    } else root = nodeHash(root, sibling);
    fn = Math.floor(fn / 2);
    sn = Math.floor(sn / 2);
  }
  return sn === 0 ? root : undefined;
}

export function verifyInclusion(leaf: Buffer, index: number, size: number, path: Buffer[], root: Buffer): boolean {
  return rootFromInclusion(leaf, index, size, path)?.equals(root) ?? false;
}

/** Whether the tree of `from` leaves is the beginning of the tree of `to` leaves (RFC 9162 §2.1.4.2). */
export function verifyConsistency(
  from: number,
  fromRoot: Buffer,
  to: number,
  toRoot: Buffer,
  proof: Buffer[],
): boolean {
  if (!(from > 0 && from <= to)) return false;
  if (from === to) return proof.length === 0 && fromRoot.equals(toRoot);
  const path = Number.isInteger(Math.log2(from)) ? [fromRoot, ...proof] : proof;
  const [first, ...rest] = path;
  if (!first) return false;
  let fn = from - 1;
  let sn = to - 1;
  while (fn % 2 === 1) {
    fn = Math.floor(fn / 2);
    sn = Math.floor(sn / 2);
  }
  let fr = first;
  let sr = first;
  for (const hash of rest) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      fr = nodeHash(hash, fr);
      sr = nodeHash(hash, sr);
      while (fn % 2 === 0 && fn !== 0) {
        fn = Math.floor(fn / 2);
        sn = Math.floor(sn / 2);
      }
    } else sr = nodeHash(sr, hash);
    fn = Math.floor(fn / 2);
    sn = Math.floor(sn / 2);
  }
  return sn === 0 && fr.equals(fromRoot) && sr.equals(toRoot);
}
