import { nodeHash } from './merkle.ts';

/** C2SP tlog-tiles: the tree cut into tiles of 256 hashes, eight levels high; entries in bundles of 256. */
export const TILE_WIDTH = 256;
export const TILE_HEIGHT = 8;
export const HASH_BYTES = 32;
/** Bytes of an entry at most: its length is written in two. */
export const LARGEST_ENTRY = 65_535;

/** `1234067` as tlog-tiles writes it in a path: `x001/x234/067`. */
function groups(n: number): string {
  const parts: string[] = [];
  let rest = n;
  do {
    const part = String(rest % 1000).padStart(3, '0');
    parts.unshift(parts.length === 0 ? part : `x${part}`);
    rest = Math.floor(rest / 1000);
  } while (rest > 0);
  return parts.join('/');
}

/** `tile/<L>/<N>[.p/<W>]`, or `tile/entries/<N>[.p/<W>]`; a full tile has no width. */
export function tilePath(level: number | 'entries', index: number, width = TILE_WIDTH): string {
  return `tile/${level}/${groups(index)}${width === TILE_WIDTH ? '' : `.p/${width}`}`;
}

export interface TileAddress {
  level: number | 'entries';
  index: number;
  width: number;
}

const PATH = /^tile\/(entries|0|[1-9]\d?)\/((?:x\d{3}\/){0,4}\d{3})(?:\.p\/([1-9]\d{0,2}))?$/;

/** Reads what `tilePath` writes, and nothing else: there is one path for each tile. */
export function parseTilePath(path: string): TileAddress | undefined {
  const [, level, n, w] = PATH.exec(path) ?? [];
  if (level === undefined || n === undefined) return undefined;
  const index = Number(n.replace(/[x/]/g, ''));
  const width = w === undefined ? TILE_WIDTH : Number(w);
  if ((w !== undefined && width >= TILE_WIDTH) || groups(index) !== n || Number(level) > 63) return undefined;
  return { level: level === 'entries' ? level : Number(level), index, width };
}

/** How many whole hashes a level of tiles has in a tree of `size` leaves. */
export function hashesAtLevel(level: number, size: number): number {
  return Math.floor(size / TILE_WIDTH ** level);
}

/** The width a tile has in a tree of `size` leaves; 0 when it is not there. */
export function widthOf(level: number | 'entries', index: number, size: number): number {
  const hashes = hashesAtLevel(level === 'entries' ? 0 : level, size);
  return Math.max(0, Math.min(TILE_WIDTH, hashes - index * TILE_WIDTH));
}

/** The root over 2^height hashes of a tile, from the hash at `start` on. */
export function rootWithinTile(tile: Buffer, start: number, height: number): Buffer {
  if (height === 0) return tile.subarray(start * HASH_BYTES, (start + 1) * HASH_BYTES);
  const half = 2 ** (height - 1);
  return nodeHash(rootWithinTile(tile, start, height - 1), rootWithinTile(tile, start + half, height - 1));
}

/** Reads subtree hashes out of tiles; `read` answers a tile's bytes, at least as wide as wanted. */
export function hashesFromTiles(read: (level: number, index: number, width: number) => Promise<Buffer> | Buffer) {
  return async (level: number, index: number): Promise<Buffer> => {
    const tileLevel = Math.floor(level / TILE_HEIGHT);
    const height = level % TILE_HEIGHT;
    const first = index * 2 ** height;
    const within = first % TILE_WIDTH;
    const tile = await read(tileLevel, Math.floor(first / TILE_WIDTH), within + 2 ** height);
    return rootWithinTile(tile, within, height);
  };
}

/** Entries of one bundle: each its length in two bytes, big-endian, and itself. */
export function encodeBundle(entries: readonly Uint8Array[]): Buffer {
  return Buffer.concat(
    entries.flatMap((entry) => {
      const length = Buffer.alloc(2);
      length.writeUInt16BE(entry.length);
      return [length, entry];
    }),
  );
}

/** @throws RangeError when the bundle does not end where an entry ends. */
export function decodeBundle(bundle: Buffer): Buffer[] {
  const entries: Buffer[] = [];
  for (let at = 0; at < bundle.length; ) {
    const end = at + 2 <= bundle.length ? at + 2 + bundle.readUInt16BE(at) : Number.POSITIVE_INFINITY;
    if (end > bundle.length) throw new RangeError(`entry ${entries.length} of the bundle is cut off`);
    entries.push(bundle.subarray(at + 2, end));
    at = end;
  }
  return entries;
}
