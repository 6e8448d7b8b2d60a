import type { Query, Store } from '../../store/store.ts';
import { entryText, LEAF_FORMATS, LEAF_VERSION, type LeafFormats, leafOf, salts } from './leaf.ts';
import { leafHash } from './merkle.ts';
import {
  findTile,
  type HeadRow,
  insertHead,
  lockHead,
  type PlacedEntry,
  placePending,
  putTile,
  setSize,
} from './table.ts';
import { HASH_BYTES, hashesAtLevel, rootWithinTile, TILE_HEIGHT, TILE_WIDTH } from './tile.ts';

/** Entries given their places in one transaction: few enough that decisions on the banner do not wait for it. */
const BATCH = 256;

/** The growing end of a log: per level of tiles, the hashes of the last tile that is not full yet. */
type Edge = Buffer[];

export interface SequencerDeps {
  store: Store;
  /** The name of a tenant's log, when it begins. */
  originOf(tenantId: string): string;
  /** Version of the leaves that are added, and how those of each version are made. */
  leafVersion?: number;
  formats?: LeafFormats;
}

/**
 * Gives committed entries their places in the tenant's Merkle log. One at a time per log, across all instances: the
 * log's head is locked by the engine for the whole transaction (SQLite has one writer anyway). An entry has its place,
 * its hash is in the tiles and it is no longer pending, all or none of it.
 */
export function createSequencer({
  store,
  originOf,
  leafVersion = LEAF_VERSION,
  formats = LEAF_FORMATS,
}: SequencerDeps) {
  /** What this process knows of the edges; checked against the head before it is believed. */
  const edges = new Map<string, { size: number; edge: Edge }>();

  /** The edge as it stands in a tree of `size` leaves. */
  async function readEdge(tx: Query, { tenantId, size }: HeadRow) {
    const edge: Edge = [];
    for (let level = 0; level === 0 || hashesAtLevel(level, size) > 0; level += 1) {
      const hashes = hashesAtLevel(level, size);
      const width = hashes % TILE_WIDTH;
      const tile = width === 0 ? undefined : await findTile(tx, tenantId, level, Math.floor(hashes / TILE_WIDTH));
      edge[level] = tile?.subarray(0, width * HASH_BYTES) ?? Buffer.alloc(0);
      if ((edge[level] as Buffer).length !== width * HASH_BYTES)
        throw new Error(`The log of this tenant lacks hashes at level ${level}.`);
    }
    return edge;
  }

  /** Lets the tree grow by entries that have just got their places; answers what the process may remember of it. */
  async function extend(tx: Query, head: HeadRow, entries: PlacedEntry[]): Promise<{ size: number; edge: Edge }> {
    const { tenantId } = head;
    const known = edges.get(tenantId);
    const edge = known?.size === head.size ? [...known.edge] : await readEdge(tx, head);
    const grown = new Map<string, { level: number; tileIndex: number; hashes: Buffer }>();

    const append = (level: number, tileIndex: number, hashes: Buffer[]): void => {
      let at = tileIndex;
      let room = edge[level] ?? Buffer.alloc(0);
      const full: Buffer[] = [];
      for (let from = 0; from < hashes.length; ) {
        const taken = hashes.slice(from, from + TILE_WIDTH - room.length / HASH_BYTES);
        from += taken.length;
        room = Buffer.concat([room, ...taken]);
        grown.set(`${level}/${at}`, { level, tileIndex: at, hashes: room });
        if (room.length < TILE_WIDTH * HASH_BYTES) continue;
        full.push(rootWithinTile(room, 0, TILE_HEIGHT));
        room = Buffer.alloc(0);
        at += 1;
      }
      edge[level] = room;
      if (full.length > 0) append(level + 1, Math.floor(tileIndex / TILE_WIDTH), full);
    };
    append(
      0,
      Math.floor(head.size / TILE_WIDTH),
      entries.map(({ version, salt, entry }) => leafHash(leafOf(salt, entryText(entry), version, formats))),
    );
    for (const tile of grown.values()) await putTile(tx, { tenantId, ...tile });
    const size = head.size + entries.length;
    await setSize(tx, tenantId, size);
    return { size, edge };
  }

  /** Sequences up to one batch; answers how many entries found their place. */
  async function sequence(tenantId: string, now: Date): Promise<number> {
    const done = await store.write(async (tx) => {
      let head = await lockHead(tx, tenantId, now);
      if (!head) {
        await insertHead(tx, { tenantId, origin: originOf(tenantId), leafVersion, updatedAt: now });
        head = (await lockHead(tx, tenantId, now)) as HeadRow;
      }
      // What has leaves of another version ends first: see `continueUnderNewName`.
      if (head.leafVersion !== leafVersion) return undefined;
      const { size } = head;
      const entries = await placePending(tx, tenantId, {
        size,
        limit: BATCH,
        version: leafVersion,
        salts: salts(BATCH),
      });
      return entries.length === 0 ? undefined : { ...(await extend(tx, head, entries)), count: entries.length };
    });
    if (!done) return 0;
    edges.set(tenantId, { size: done.size, edge: done.edge });
    return done.count;
  }

  return {
    /** Gives one pending entry the next place, before all that wait; in the caller's transaction, which has the head. */
    async placeNext(tx: Query, head: HeadRow, entryId: string): Promise<void> {
      const { tenantId, size } = head;
      const given = { size, limit: 1, version: leafVersion, salts: salts(1), only: entryId };
      await extend(tx, head, await placePending(tx, tenantId, given));
      edges.delete(tenantId);
    },

    /** Sequences everything that is pending for a tenant, batch by batch; answers how many entries there were. */
    async sequenceAll(tenantId: string, clock: () => Date, resume: () => boolean = () => true): Promise<number> {
      let total = 0;
      for (;;) {
        const count = await sequence(tenantId, clock());
        total += count;
        if (count < BATCH || !resume()) return total;
        // Between two batches everybody else has a turn.
        await new Promise((next) => setImmediate(next));
      }
    },
  };
}
