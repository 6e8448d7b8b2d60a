import { isUtf8 } from 'node:buffer';
import { hash } from 'node:crypto';
import { HASH_BYTES, TILE_WIDTH } from '../log/tile.ts';

/** What is wrong with the log, in words that name the file and the place. */
export class LogFault extends Error {
  override readonly name = 'LogFault';
}

const MEMBERS = new Set([
  ...['version', 'tenant', 'id', 'at', 'actor', 'role', 'action', 'subject', 'policyHash', 'requestId', 'detail'],
]);

/**
 * Checks a bundle of entries against the tile of their hashes and answers nothing when all is well. The bundle's bytes
 * are used up: the byte before each entry becomes the leaf prefix of RFC 9162, which saves a copy of every entry.
 * @throws LogFault
 */
function checkBundle(path: string, bundle: Buffer, tilePath: string, tile: Buffer, from: number): void {
  const width = tile.length / HASH_BYTES;
  let at = 0;
  for (let n = 0; n < width; n += 1) {
    const start = at + 2;
    const end = start <= bundle.length ? start + bundle.readUInt16BE(at) : Number.POSITIVE_INFINITY;
    if (end > bundle.length) throw new LogFault(`${path}: cut off in entry ${from + n}`);
    checkEntry(path, bundle, start, end, from + n);
    bundle[start - 1] = 0;
    const leaf = hash('sha256', bundle.subarray(start - 1, end), 'buffer');
    if (leaf.compare(tile, n * HASH_BYTES, (n + 1) * HASH_BYTES) !== 0)
      throw new LogFault(`${path}: entry ${from + n} does not fit its hash in ${tilePath}: one of them was altered`);
    at = end;
  }
  if (at !== bundle.length) throw new LogFault(`${path}: goes on after its last entry`);
}

export interface BundleTask {
  path: string;
  bundle: Uint8Array;
  tilePath: string;
  tile: Uint8Array;
  /** Place of the bundle's first entry. */
  from: number;
}

export interface BundleAnswer {
  /** What is wrong, if anything. */
  fault?: string;
  /** The root over the tile, if it is a full one. */
  root?: Uint8Array;
}

/** Checks one bundle with its tile: everything about them that costs time. Uses up the bundle. */
export function checkTask({ path, bundle, tilePath, tile, from }: BundleTask): BundleAnswer {
  const hashes = asBuffer(tile);
  try {
    checkBundle(path, asBuffer(bundle), tilePath, hashes, from);
  } catch (error) {
    if (error instanceof LogFault) return { fault: error.message };
    throw error;
  }
  return hashes.length === TILE_WIDTH * HASH_BYTES ? { root: rootOfFullTile(hashes) } : {};
}

const asBuffer = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Work space for one node. */
const NODE = Buffer.alloc(1 + 2 * HASH_BYTES, 1);

/** The root over the 256 hashes of a full tile, without allocating a buffer per node. */
export function rootOfFullTile(tile: Buffer): Buffer {
  const row = Buffer.from(tile);
  for (let count = TILE_WIDTH; count > 1; count /= 2)
    for (let n = 0; n < count; n += 2) {
      row.copy(NODE, 1, n * HASH_BYTES, (n + 2) * HASH_BYTES);
      hash('sha256', NODE, 'buffer').copy(row, (n / 2) * HASH_BYTES);
    }
  return row.subarray(0, HASH_BYTES);
}

/** An entry is a JSON object of the members every entry has, and no other. */
function checkEntry(path: string, bundle: Buffer, start: number, end: number, index: number): void {
  let entry: unknown;
  try {
    if (!isUtf8(bundle.subarray(start, end))) throw new SyntaxError();
    entry = JSON.parse(bundle.toString('utf8', start, end));
  } catch {
    throw new LogFault(`${path}: entry ${index} is not JSON`);
  }
  if (entry === null || typeof entry !== 'object' || Array.isArray(entry))
    throw new LogFault(`${path}: entry ${index} is not an object`);
  for (const member in entry)
    if (!MEMBERS.has(member)) throw new LogFault(`${path}: entry ${index} has a member no entry has`);
  if ((entry as { version?: unknown }).version !== 1)
    throw new LogFault(`${path}: entry ${index} is of a version this program does not know`);
}
