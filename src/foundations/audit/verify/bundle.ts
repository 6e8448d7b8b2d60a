import { hash } from 'node:crypto';
import { isLeaf } from '../log/leaf.ts';
import { HASH_BYTES, TILE_WIDTH } from '../log/tile.ts';

/** What is wrong with the log, in words that name the file and the place. */
export class LogFault extends Error {
  override readonly name = 'LogFault';
}

/** The log is another one than before: what was signed then and what is signed now cannot both be true. */
export class HistoryFault extends LogFault {}

export interface BundleTask {
  path: string;
  bundle: Uint8Array;
  tilePath: string;
  tile: Uint8Array;
  /** Place of the bundle's first leaf. */
  from: number;
}

export interface BundleAnswer {
  /** What is wrong, if anything. */
  fault?: string;
  /** The root over the tile, if it is a full one. */
  root?: Uint8Array;
  /** Two numbers for each leaf (see `prints.ts`). */
  prints: Uint32Array;
}

/** Checks one bundle with its tile: everything about them that costs time. */
export function checkTask({ path, bundle, tilePath, tile, from }: BundleTask): BundleAnswer {
  const hashes = asBuffer(tile);
  const prints = new Uint32Array((2 * tile.length) / HASH_BYTES);
  const fault = bundleFault(path, asBuffer(bundle), tilePath, hashes, from, prints);
  if (fault !== undefined) return { fault, prints };
  return hashes.length === TILE_WIDTH * HASH_BYTES ? { root: rootOfFullTile(hashes), prints } : { prints };
}

const asBuffer = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function bundleFault(
  path: string,
  bundle: Buffer,
  tilePath: string,
  tile: Buffer,
  from: number,
  prints: Uint32Array,
): string | undefined {
  const width = tile.length / HASH_BYTES;
  let at = 0;
  for (let n = 0; n < width; n += 1) {
    const start = at + 2;
    const end = start <= bundle.length ? start + bundle.readUInt16BE(at) : Number.POSITIVE_INFINITY;
    if (end > bundle.length) return `${path}: cut off in leaf ${from + n}`;
    if (!fits(bundle, start, end, tile, n))
      return `${path}: leaf ${from + n} does not fit hash ${n} of ${tilePath}: one of them was altered`;
    if (!isLeaf(bundle.subarray(start, end)))
      return `${path}: leaf ${from + n} is of a version this program does not know`;
    // A digest is as good as random: its first bytes are a print of the whole.
    prints[2 * n] = bundle.readUInt32LE(start + 1);
    prints[2 * n + 1] = bundle.readUInt32LE(start + 5) | 1;
    at = end;
  }
  return at === bundle.length ? undefined : `${path}: goes on after its last leaf`;
}

/** The byte before a leaf is the leaf prefix of RFC 9162 for a moment: that saves a copy of every leaf. */
function fits(bundle: Buffer, start: number, end: number, tile: Buffer, n: number): boolean {
  const borrowed = bundle[start - 1] as number;
  bundle[start - 1] = 0;
  const leaf = hash('sha256', bundle.subarray(start - 1, end), 'binary');
  bundle[start - 1] = borrowed;
  return leaf === tile.toString('latin1', n * HASH_BYTES, (n + 1) * HASH_BYTES);
}

/** Work space for one node. */
const NODE = Buffer.alloc(1 + 2 * HASH_BYTES, 1);

/** The root over the 256 hashes of a full tile, without allocating a buffer per node. */
export function rootOfFullTile(tile: Buffer): Buffer {
  const row = Buffer.from(tile);
  for (let count = TILE_WIDTH; count > 1; count /= 2)
    for (let n = 0; n < count; n += 2) {
      row.copy(NODE, 1, n * HASH_BYTES, (n + 2) * HASH_BYTES);
      row.write(hash('sha256', NODE, 'binary'), (n / 2) * HASH_BYTES, 'latin1');
    }
  return row.subarray(0, HASH_BYTES);
}
