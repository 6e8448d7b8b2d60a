import { type Checkpoint, openCheckpoint } from '../log/checkpoint.ts';
import { leafOf, type OpenedLeaf } from '../log/leaf.ts';
import { rootOf } from '../log/merkle.ts';
import { NoteError, type Verifier } from '../log/note.ts';
import { decodeBundle, HASH_BYTES, hashesAtLevel, hashesFromTiles, TILE_WIDTH, tilePath } from '../log/tile.ts';
import { HistoryFault, LogFault } from './bundle.ts';
import { openBundleChecker } from './bundle-checker.ts';
import { entryFault } from './entry.ts';
import { type OpeningSource, openingLine, openingsPath } from './openings.ts';
import { createPrintSet, printOf } from './prints.ts';
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
  /** Gives the entries and salts of the leaves; without it only what is public is checked. */
  openings?: OpeningSource | undefined;
  /** Reads everything again: the state is only what the log is held against. */
  fromStart?: boolean;
  /** Gets every file that was verified and that the checkpoint covers, before the whole is through. */
  keep?: ((path: string, bytes: Buffer) => Promise<void>) | undefined;
  progress?: ((done: number, all: number) => void) | undefined;
}

export interface VerifiedLog extends VerifiedState {
  /** Leaves that were read and checked this time. */
  checked: number;
  /** Of those: whose entry was read, fits the leaf and is of the form an entry has; the others stayed closed. */
  opened: number;
}

/**
 * Checks a log from its files and its key alone: the signature, the root, every tile against those above it, every leaf
 * against its hash and for its form, that no leaf stands twice, and that the log is a continuation of what was verified
 * before; and of the leaves for which `openings` knows entry and salt that they open to it, that the entry has the form of
 * one, and that no id stands twice. From the root downwards: nothing is believed, or kept, that the signature does not
 * cover. A check that goes on from a state holds the new leaves against each other, not against those of before.
 * @throws LogFault naming the file and what is wrong; SourceError when the log cannot be read.
 */
export async function verifyLog(options: VerifyOptions): Promise<VerifiedLog> {
  const { source, verifier, state, openings, fromStart = false, keep, progress } = options;
  const { note, checkpoint } = await readCheckpointOf(source, verifier);
  const { size, root } = checkpoint;
  if (state) await comparable(state, checkpoint);
  if (state) await isBeginning(state, await signedTiles({ source, size, root }));
  const tiles = await signedTiles({ source, size, root, keep });

  const first = fromStart ? 0 : Math.floor((state?.size ?? 0) / TILE_WIDTH);
  const bundles = Math.ceil(size / TILE_WIDTH);
  const checker = openBundleChecker(bundles - first);
  const seen = createPrintSet();
  const entries = createEntryCheck();

  async function readBundle(index: number) {
    const width = Math.min(TILE_WIDTH, size - index * TILE_WIDTH);
    const [bundle, tile, opened = []] = await Promise.all([
      tiles.bundle(index),
      tiles.leaves(index),
      openings?.read(index, width),
    ]);
    const answer = await checker.check({
      path: bundle.path,
      bundle: bundle.bytes,
      tilePath: tile.path,
      tile: tile.bytes,
      from: index * TILE_WIDTH,
    });
    return { bundle, tile, opened, ...answer };
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
        bundle,
        tile,
        opened,
        fault,
        root: found,
        prints,
      } = await (underway.get(index) as ReturnType<typeof readBundle>);
      underway.delete(index);
      if (fault !== undefined) throw new LogFault(fault);
      if (found) await tiles.fits(0, index, Buffer.from(found));
      for (let n = 0; n < prints.length; n += 2)
        if (!seen.add(prints, n)) await refuseDouble(tiles, first, index, n / 2, bundle);
      const fitting = opened.filter((one) => one.index < size);
      entries.check(fitting, bundle.bytes, index * TILE_WIDTH);
      await keep?.(bundle.path, bundle.bytes);
      if (found) await keep?.(tile.path, tile.bytes);
      if (fitting.length > 0) await keep?.(openingsPath(index), Buffer.from(fitting.map(openingLine).join('')));
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
    opened: entries.opened(),
  };
}

/** Opens leaves: every entry must be the one its leaf was made of. */
function createEntryCheck() {
  const ids = createPrintSet();
  const print = new Uint32Array(2);
  let opened = 0;
  return {
    opened: () => opened,
    /** @throws LogFault naming the entry, and what is wrong with it */
    check(leaves: readonly OpenedLeaf[], bundle: Buffer, from: number): void {
      const public_ = leaves.length > 0 ? decodeBundle(bundle) : [];
      for (const { index, salt, entry } of leaves) {
        const leaf = public_[index - from];
        if (!leaf || !leafOf(salt, entry, leaf[0]).equals(leaf))
          throw new LogFault(`entry ${index}: does not open its leaf: entry, salt or place was altered`);
        const { fault, id } = entryFault(entry);
        if (fault !== undefined) throw new LogFault(`entry ${index}: ${fault}`);
        printOf(id, print, 0);
        if (!ids.add(print, 0)) throw new LogFault(`entry ${index}: has the id of an earlier one`);
        opened += 1;
      }
    },
  };
}

/** Two leaves with one print: looks whether they are the same, and where the first stands. @throws LogFault */
async function refuseDouble(
  tiles: SignedTiles,
  first: number,
  index: number,
  n: number,
  { path, bytes }: { path: string; bytes: Buffer },
): Promise<void> {
  const leaf = decodeBundle(bytes)[n] as Buffer;
  for (let other = first; other <= index; other += 1) {
    const leaves = decodeBundle(other === index ? bytes : (await tiles.bundle(other)).bytes);
    const at = leaves.findIndex((one, place) => (other < index || place < n) && one.equals(leaf));
    if (at >= 0)
      throw new LogFault(`${path}: leaf ${index * TILE_WIDTH + n} is the same as leaf ${other * TILE_WIDTH + at}`);
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
