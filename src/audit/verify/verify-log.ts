import { type Checkpoint, openCheckpoint } from '../log/checkpoint.ts';
import { rootOf } from '../log/merkle.ts';
import { NoteError, type Verifier } from '../log/note.ts';
import {
  HASH_BYTES,
  hashesAtLevel,
  hashesFromTiles,
  LARGEST_ENTRY,
  TILE_WIDTH,
  tilePath,
  widthOf,
} from '../log/tile.ts';
import { LogFault, rootOfFullTile } from './bundle.ts';
import { openBundleChecker } from './bundle-checker.ts';
import type { LogSource } from './source.ts';

/** Bytes of a checkpoint at most: text, and signatures of many witnesses. */
const LARGEST_CHECKPOINT = 32_768;
const LARGEST_BUNDLE = TILE_WIDTH * (LARGEST_ENTRY + 2);
/** Bundles that are read and checked at the same time. */
const AHEAD = 16;

/** Where an earlier check stopped: what is verified need not be read again. */
export interface VerifiedState {
  /** Name of the log. */
  origin: string;
  /** The newest checkpoint that was verified whole. */
  size: number;
  /** Base64. */
  root: string;
  /** Full bundles verified, and the hashes of the partial tiles above them, by level from 1 on (base64). */
  bundles: number;
  edges: string[];
}

export interface VerifyOptions {
  source: LogSource;
  verifier: Verifier;
  /** Goes on from here, and holds the log against it. */
  state?: VerifiedState | undefined;
  /** Gets every file that was verified, before the checkpoint that covers it. */
  keep?: ((path: string, bytes: Buffer) => Promise<void>) | undefined;
  progress?: ((done: number, all: number) => void) | undefined;
}

export interface VerifiedLog extends VerifiedState {
  /** The signed note, as it was read. */
  checkpoint: string;
  /** Entries that were read and checked this time. */
  checked: number;
}

/**
 * Checks a log from its files and its key alone: the signature, every entry against its hash, every tile against those
 * below it, the root, and that the log is a continuation of what was verified before.
 * @throws LogFault naming the file and what is wrong; SourceError when the log cannot be read.
 */
export async function verifyLog(options: VerifyOptions): Promise<VerifiedLog> {
  const { source, verifier, state, keep, progress } = options;
  const { note, checkpoint } = await readCheckpointOf(source, verifier);
  const { size, root } = checkpoint;
  if (state) comparable(state, checkpoint);

  async function file(path: string, bytes: number, limit: number): Promise<Buffer> {
    const content = await source.read(path, limit);
    if (!content) throw new LogFault(`${path}: is missing`);
    if (bytes > 0 && content.length !== bytes)
      throw new LogFault(`${path}: has ${content.length} bytes instead of ${bytes}`);
    return content;
  }

  /** Per level from 0 on: the hashes that a tile of this level must hold, as far as they are known. */
  const edges: Buffer[][] = (state?.edges ?? []).map((edge) => split(Buffer.from(edge, 'base64')));
  edges.unshift([]);
  const first = state?.bundles ?? 0;
  const fullBundles = Math.floor(size / TILE_WIDTH);

  /** A tile of level 1 or more, against the hashes that were computed from below. */
  async function checkTile(level: number, index: number, hashes: Buffer[]): Promise<Buffer> {
    const path = tilePath(level, index, hashes.length);
    const tile = await file(path, hashes.length * HASH_BYTES, TILE_WIDTH * HASH_BYTES);
    for (const [n, expected] of hashes.entries())
      if (expected.compare(tile, n * HASH_BYTES, (n + 1) * HASH_BYTES) !== 0)
        throw new LogFault(`${path}: hash ${n} does not fit ${tilePath(level - 1, index * TILE_WIDTH + n)}`);
    await keep?.(path, tile);
    return tile;
  }

  /** A full tile was found right: its root is the next hash one level up. */
  async function rise(level: number, tileRoot: Buffer): Promise<void> {
    edges[level] ??= [];
    const edge = edges[level] as Buffer[];
    edge.push(tileRoot);
    if (edge.length < TILE_WIDTH) return;
    const index = Math.floor((hashesRisen(level) - 1) / TILE_WIDTH);
    const tile = await checkTile(level, index, edge);
    edges[level] = [];
    await rise(level + 1, rootOfFullTile(tile));
  }

  let bundlesDone = first;
  /** Hashes of a level that are known once `bundlesDone` bundles are checked. */
  const hashesRisen = (level: number) => Math.floor(bundlesDone / TILE_WIDTH ** (level - 1));

  async function readBundle(index: number): Promise<{ entries: Buffer; tile: Buffer; root: Buffer | undefined }> {
    const width = Math.min(TILE_WIDTH, size - index * TILE_WIDTH);
    const [path, hashesPath] = [tilePath('entries', index, width), tilePath(0, index, width)];
    const [entries, tile] = await Promise.all([
      file(path, 0, LARGEST_BUNDLE),
      file(hashesPath, width * HASH_BYTES, TILE_WIDTH * HASH_BYTES),
    ]);
    // A check uses up what it is given: what is to be kept is another copy.
    const bundle = keep ? Buffer.from(entries) : entries;
    const { fault, root } = await checker.check({ path, bundle, tilePath: hashesPath, tile, from: index * TILE_WIDTH });
    if (fault !== undefined) throw new LogFault(fault);
    return { entries, tile, root: root && Buffer.from(root) };
  }

  const bundles = Math.ceil(size / TILE_WIDTH);
  const checker = openBundleChecker(bundles - first);
  try {
    const underway = new Map<number, ReturnType<typeof readBundle>>();
    for (let index = first; index < bundles; index += 1) {
      for (let ahead = index; ahead < Math.min(bundles, index + AHEAD); ahead += 1)
        if (!underway.has(ahead)) {
          const flight = readBundle(ahead);
          flight.catch(() => undefined);
          underway.set(ahead, flight);
        }
      const { entries, tile, root: tileRoot } = await (underway.get(index) as ReturnType<typeof readBundle>);
      underway.delete(index);
      const width = tile.length / HASH_BYTES;
      await keep?.(tilePath('entries', index, width), entries);
      await keep?.(tilePath(0, index, width), tile);
      if (tileRoot) {
        bundlesDone = index + 1;
        await rise(1, tileRoot);
      } else edges[0] = split(tile);
      progress?.(Math.min(size, (index + 1) * TILE_WIDTH), size);
    }
  } finally {
    await checker.close();
  }
  // Partial tiles above the leaves.
  for (let level = 1; hashesAtLevel(level, size) > 0; level += 1) {
    const edge = edges[level] ?? [];
    if (edge.length > 0) await checkTile(level, Math.floor(hashesAtLevel(level, size) / TILE_WIDTH), edge);
  }

  const computed = await rootOf(
    size,
    hashesFromTiles((level) => Buffer.concat(edges[level] ?? [])),
  );
  if (!computed.equals(root)) throw new LogFault('checkpoint: the root is not that of the entries');
  if (state) await isBeginning(source, state, size);
  return {
    origin: checkpoint.origin,
    size,
    root: root.toString('base64'),
    checkpoint: note,
    bundles: fullBundles,
    edges: edges.slice(1).map((edge) => Buffer.concat(edge).toString('base64')),
    checked: size - first * TILE_WIDTH,
  };
}

/** Reads and opens the checkpoint. @throws LogFault */
export async function readCheckpointOf(
  source: LogSource,
  verifier: Verifier,
): Promise<{ note: string; checkpoint: Checkpoint }> {
  const bytes = await source.read('checkpoint', LARGEST_CHECKPOINT);
  if (!bytes) throw new LogFault('checkpoint: is missing');
  try {
    const note = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return { note, checkpoint: openCheckpoint(note, verifier) };
  } catch (error) {
    if (error instanceof NoteError) throw new LogFault(`checkpoint: ${error.message}`);
    if (error instanceof TypeError) throw new LogFault('checkpoint: is not text');
    throw error;
  }
}

/** Whether the log can be a continuation of what was verified before. @throws LogFault */
function comparable(state: VerifiedState, { origin, size, root }: Checkpoint): void {
  if (state.origin !== origin) throw new LogFault(`checkpoint: is of the log ${origin}, not of ${state.origin}`);
  if (size < state.size)
    throw new LogFault(`checkpoint: the log has shrunk: ${state.size} entries were signed before, now ${size}`);
  if (size === state.size && root.toString('base64') !== state.root)
    throw new LogFault(`checkpoint: another root was signed for ${size} entries before: the log has two histories`);
}

/** The tree that was verified before must be the beginning of this one, of `now` entries. @throws LogFault */
async function isBeginning(source: LogSource, { size, root }: VerifiedState, now: number): Promise<void> {
  const hashAt = hashesFromTiles(async (level, index) => {
    const width = widthOf(level, index, now);
    const path = tilePath(level, index, width);
    const tile = await source.read(path, TILE_WIDTH * HASH_BYTES);
    if (tile?.length !== width * HASH_BYTES) throw new LogFault(`${path}: is missing, or of another length`);
    return tile;
  });
  if (!(await rootOf(size, hashAt)).equals(Buffer.from(root, 'base64')))
    throw new LogFault(`the first ${size} entries are not those that were signed before: the log has two histories`);
}

function split(tile: Buffer): Buffer[] {
  return Array.from({ length: tile.length / HASH_BYTES }, (_, n) =>
    tile.subarray(n * HASH_BYTES, (n + 1) * HASH_BYTES),
  );
}
