import { type Checkpoint, openCheckpoint } from '../log/checkpoint.ts';
import { rootOf } from '../log/merkle.ts';
import { NoteError, type Verifier } from '../log/note.ts';
import { decodeBundle, HASH_BYTES, hashesAtLevel, hashesFromTiles, TILE_WIDTH, tilePath } from '../log/tile.ts';
import { HistoryFault, LogFault } from './bundle.ts';
import { openBundleChecker } from './bundle-checker.ts';
import { createIdSet } from './entry-ids.ts';
import { type SignedTiles, signedTiles } from './signed-tiles.ts';
import type { LogSource } from './source.ts';

/** Bytes of a checkpoint at most: text, and signatures of many witnesses. */
export const LARGEST_CHECKPOINT = 32_768;
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
  /** The signed note itself: what convicts a log that later shows another history. */
  checkpoint: string;
  /** The hashes of the tiles that were not full, by level (base64); the root follows from them. */
  edges: string[];
}

export interface VerifyOptions {
  source: LogSource;
  verifier: Verifier;
  /** Goes on from here, and holds the log against it. */
  state?: VerifiedState | undefined;
  /** Gets every file that was verified and that the checkpoint covers, before the whole is through. */
  keep?: ((path: string, bytes: Buffer) => Promise<void>) | undefined;
  progress?: ((done: number, all: number) => void) | undefined;
}

export interface VerifiedLog extends VerifiedState {
  /** Entries that were read and checked this time. */
  checked: number;
}

/**
 * Checks a log from its files and its key alone: the signature, the root, every tile against those above it, every entry
 * against its hash and for its form, that no id stands twice, and that the log is a continuation of what was verified
 * before. From the root downwards: nothing is believed, or kept, that the signature does not cover. A check that goes on
 * from a state holds the ids of new entries against each other, not against those of before.
 * @throws LogFault naming the file and what is wrong; SourceError when the log cannot be read.
 */
export async function verifyLog(options: VerifyOptions): Promise<VerifiedLog> {
  const { source, verifier, state, keep, progress } = options;
  const { note, checkpoint } = await readCheckpointOf(source, verifier);
  const { size, root } = checkpoint;
  if (state) await comparable(state, checkpoint);
  if (state) await isBeginning(state, await signedTiles({ source, size, root }));
  const tiles = await signedTiles({ source, size, root, keep });

  const first = Math.floor((state?.size ?? 0) / TILE_WIDTH);
  const bundles = Math.ceil(size / TILE_WIDTH);
  const checker = openBundleChecker(bundles - first);
  const ids = createIdSet();

  async function readBundle(index: number) {
    const [entries, tile] = await Promise.all([tiles.bundle(index), tiles.leaves(index)]);
    const answer = await checker.check({
      path: entries.path,
      bundle: entries.bytes,
      tilePath: tile.path,
      tile: tile.bytes,
      from: index * TILE_WIDTH,
    });
    return { entries, tile, ...answer };
  }

  try {
    const underway = new Map<number, ReturnType<typeof readBundle>>();
    for (let index = first; index < bundles; index += 1) {
      for (let ahead = index; ahead < Math.min(bundles, index + AHEAD); ahead += 1)
        if (!underway.has(ahead)) {
          const flight = readBundle(ahead);
          flight.catch(() => undefined);
          underway.set(ahead, flight);
        }
      const {
        entries,
        tile,
        fault,
        root: found,
        prints,
      } = await (underway.get(index) as ReturnType<typeof readBundle>);
      underway.delete(index);
      if (fault !== undefined) throw new LogFault(fault);
      if (found) await tiles.fits(0, index, Buffer.from(found));
      for (let n = 0; n < prints.length; n += 2)
        if (!ids.add(prints, n)) await refuseDouble(tiles, first, index, n / 2, entries);
      await keep?.(entries.path, entries.bytes);
      if (found) await keep?.(tile.path, tile.bytes);
      progress?.(Math.min(size, (index + 1) * TILE_WIDTH), size);
    }
  } finally {
    await checker.close();
  }
  return {
    origin: checkpoint.origin,
    size,
    root: root.toString('base64'),
    checkpoint: note,
    edges: tiles.edges.map((edge) => edge.toString('base64')),
    checked: size - first * TILE_WIDTH,
  };
}

/** Two ids with one print: looks whether they are the same, and where the first stands. @throws LogFault */
async function refuseDouble(
  tiles: SignedTiles,
  first: number,
  index: number,
  n: number,
  { path, bytes }: { path: string; bytes: Buffer },
): Promise<void> {
  const idOf = (entry: Buffer) => (JSON.parse(entry.toString('utf8')) as { id: unknown }).id;
  const id = idOf(decodeBundle(bytes)[n] as Buffer);
  for (let other = first; other <= index; other += 1) {
    const entries = decodeBundle(other === index ? bytes : (await tiles.bundle(other)).bytes);
    const at = entries.findIndex((entry, place) => (other < index || place < n) && idOf(entry) === id);
    if (at >= 0)
      throw new LogFault(`${path}: entry ${index * TILE_WIDTH + n} has the id of entry ${other * TILE_WIDTH + at}`);
  }
}

/** Reads and opens the checkpoint. @throws LogFault */
export async function readCheckpointOf(
  source: LogSource,
  verifier: Verifier,
): Promise<{ note: string; checkpoint: Checkpoint }> {
  const bytes = await source.read('checkpoint', LARGEST_CHECKPOINT);
  if (!bytes) throw new LogFault('checkpoint: is missing');
  try {
    const note = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return { note, checkpoint: openCheckpoint(note, verifier) };
  } catch (error) {
    if (error instanceof NoteError) throw new LogFault(`checkpoint: ${error.message}`);
    if (error instanceof TypeError) throw new LogFault('checkpoint: is not text');
    throw error;
  }
}

/** Whether the log can be a continuation of what was verified before. @throws LogFault */
async function comparable(state: VerifiedState, { origin, size, root }: Checkpoint): Promise<void> {
  const edges = state.edges.map((edge) => Buffer.from(edge, 'base64'));
  const computed = await rootOf(
    state.size,
    hashesFromTiles((level) => edges[level] ?? Buffer.alloc(0)),
  );
  if (computed.toString('base64') !== state.root)
    throw new LogFault('What the last check left behind is damaged; remove it to begin anew.');
  if (state.origin !== origin) throw new LogFault(`checkpoint: is of the log ${origin}, not of ${state.origin}`);
  if (size < state.size)
    throw new HistoryFault(`checkpoint: the log has shrunk: ${state.size} entries were signed before, now ${size}`);
  if (size === state.size && root.toString('base64') !== state.root)
    throw new HistoryFault(`checkpoint: another root was signed for ${size} entries before: the log has two histories`);
}

/** The tree that was verified before must be the beginning of this one. @throws LogFault saying from which entry on not */
async function isBeginning({ size, edges }: VerifiedState, tiles: SignedTiles): Promise<void> {
  // The higher the level, the older the entries below.
  for (const [level, text] of [...edges.entries()].reverse()) {
    const edge = Buffer.from(text, 'base64');
    if (edge.length === 0) continue;
    const index = Math.floor(hashesAtLevel(level, size) / TILE_WIDTH);
    const tile = await tiles.at(level, index);
    for (let n = 0; n < edge.length / HASH_BYTES; n += 1)
      if (edge.compare(tile, n * HASH_BYTES, (n + 1) * HASH_BYTES, n * HASH_BYTES, (n + 1) * HASH_BYTES) !== 0)
        throw new HistoryFault(
          `${tilePath(level, index, tile.length / HASH_BYTES)}: hash ${n} is another than the one signed before: ` +
            `the log has two histories, from entry ${(index * TILE_WIDTH + n) * TILE_WIDTH ** level} on`,
        );
  }
}
