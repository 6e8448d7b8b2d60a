import { LEAF_BYTES } from '../log/leaf.ts';
import { rootOf } from '../log/merkle.ts';
import { HASH_BYTES, hashesAtLevel, hashesFromTiles, TILE_WIDTH, tilePath, widthOf } from '../log/tile.ts';
import { checkTask, LogFault, rootOfFullTile } from './bundle.ts';
import type { LogSource } from './source.ts';

const LARGEST_TILE = TILE_WIDTH * HASH_BYTES;
const LARGEST_BUNDLE = TILE_WIDTH * (LEAF_BYTES + 2);

export interface LogFile {
  path: string;
  bytes: Buffer;
}

export interface SignedTilesOptions {
  source: LogSource;
  /** Of the signed checkpoint. */
  size: number;
  root: Buffer;
  keep?: ((path: string, bytes: Buffer) => Promise<void>) | undefined;
}

/**
 * The tiles of a log under a signed root. The tiles that are not full, one at each level, make the root; every full tile
 * is a hash in the one above it. One tile of each level is held at a time.
 * @throws LogFault when the root is not that of the tiles, naming the one that is wrong
 */
export async function signedTiles({ source, size, root, keep }: SignedTilesOptions) {
  /** A file; of one that is not full and gone, what the full one says (C2SP tlog-tiles lets the narrower ones go). */
  async function read(
    level: number | 'entries',
    index: number,
    limit: number,
    cut: (bytes: Buffer, width: number) => Buffer | undefined,
  ): Promise<LogFile> {
    const width = widthOf(level, index, size);
    const path = tilePath(level, index, width);
    const bytes = await source.read(path, limit);
    if (bytes) return { path, bytes };
    const full = width === TILE_WIDTH ? undefined : await source.read(tilePath(level, index), limit);
    const beginning = full && cut(full, width);
    if (!beginning) throw new LogFault(`${path}: is missing`);
    return { path, bytes: beginning };
  }

  async function readTile(level: number, index: number): Promise<LogFile> {
    const file = await read(level, index, LARGEST_TILE, (bytes, width) => bytes.subarray(0, width * HASH_BYTES));
    const expected = widthOf(level, index, size) * HASH_BYTES;
    if (file.bytes.length !== expected)
      throw new LogFault(`${file.path}: has ${file.bytes.length} bytes instead of ${expected}`);
    return file;
  }

  const bundle = (index: number): Promise<LogFile> => read('entries', index, LARGEST_BUNDLE, firstEntries);

  const edgeIndex = (level: number) => Math.floor(hashesAtLevel(level, size) / TILE_WIDTH);
  /** By level: the tile that is not full; empty where all are. */
  const edges: Buffer[] = [];
  for (let level = 0; hashesAtLevel(level, size) > 0; level += 1) {
    const width = hashesAtLevel(level, size) % TILE_WIDTH;
    edges[level] = width === 0 ? Buffer.alloc(0) : (await readTile(level, edgeIndex(level))).bytes;
  }
  const computed = await rootOf(
    size,
    hashesFromTiles((level) => edges[level] ?? Buffer.alloc(0)),
  );
  if (!computed.equals(root)) throw await rootFault();
  for (const [level, edge] of edges.entries())
    if (edge.length > 0) await keep?.(tilePath(level, edgeIndex(level), edge.length / HASH_BYTES), edge);

  /** Which of the tiles that make the root does not fit what is below it. */
  async function rootFault(): Promise<LogFault> {
    for (const [level, edge] of edges.entries()) {
      const index = edgeIndex(level);
      const path = tilePath(level, index, edge.length / HASH_BYTES);
      if (level === 0 && edge.length > 0) {
        const entries = await bundle(index);
        const { fault } = checkTask({
          path: entries.path,
          bundle: entries.bytes,
          tilePath: path,
          tile: edge,
          from: index * TILE_WIDTH,
        });
        if (fault !== undefined) return new LogFault(fault);
      }
      for (let n = 0; level > 0 && n < edge.length / HASH_BYTES; n += 1) {
        const below = await readTile(level - 1, index * TILE_WIDTH + n);
        if (!isHash(rootOfFullTile(below.bytes), edge, n))
          return new LogFault(`${path}: hash ${n} does not fit ${below.path}: one of them was altered`);
      }
    }
    return new LogFault('checkpoint: the root is not that of the tiles');
  }

  /** The full tile read last, by level. */
  const held: { index: number; tile: Buffer }[] = [];

  /** A tile, as far as the signed root says what it is. */
  async function at(level: number, index: number): Promise<Buffer> {
    if (widthOf(level, index, size) < TILE_WIDTH) return edges[level] as Buffer;
    const known = held[level];
    if (known?.index === index) return known.tile;
    const { path, bytes } = await readTile(level, index);
    await fits(level, index, rootOfFullTile(bytes));
    await keep?.(path, bytes);
    held[level] = { index, tile: bytes };
    return bytes;
  }

  /** Holds the root over a full tile against the tile above it. @throws LogFault */
  async function fits(level: number, index: number, tileRoot: Buffer): Promise<void> {
    const upper = Math.floor(index / TILE_WIDTH);
    const n = index % TILE_WIDTH;
    const above = await at(level + 1, upper);
    if (!isHash(tileRoot, above, n))
      throw new LogFault(
        `${tilePath(level, index)}: does not fit hash ${n} of ${tilePath(level + 1, upper, above.length / HASH_BYTES)}`,
      );
  }

  return {
    edges,
    at,
    fits,
    bundle,
    /** The hashes of a bundle's entries; those of a full one are yet to be held against the tile above. */
    leaves: async (index: number): Promise<LogFile> => {
      const width = widthOf(0, index, size);
      return width === TILE_WIDTH ? readTile(0, index) : { path: tilePath(0, index, width), bytes: edges[0] as Buffer };
    },
  };
}

export type SignedTiles = Awaited<ReturnType<typeof signedTiles>>;

const isHash = (hash: Buffer, tile: Buffer, n: number) =>
  hash.compare(tile, n * HASH_BYTES, (n + 1) * HASH_BYTES) === 0;

/** The first entries of a bundle; undefined when there are fewer. */
function firstEntries(bundle: Buffer, count: number): Buffer | undefined {
  let end = 0;
  for (let n = 0; n < count; n += 1) {
    if (end + 2 > bundle.length) return undefined;
    end += 2 + bundle.readUInt16BE(end);
  }
  return end <= bundle.length ? bundle.subarray(0, end) : undefined;
}
