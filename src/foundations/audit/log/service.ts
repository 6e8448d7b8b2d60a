import type { KeyObject } from 'node:crypto';
import type { Context } from '../../contract/context.ts';
import { Problem } from '../../contract/problem.ts';
import type { Query, Store } from '../../store/store.ts';
import type { Vault } from '../../vault/vault.ts';
import type { Audit, Author } from '../audit.ts';
import { findEntry } from '../table.ts';
import { checkpointText, readCheckpoint } from './checkpoint.ts';
import {
  encodeOpening,
  entryText,
  LEAF_FORMATS,
  LEAF_VERSION,
  type LeafFormats,
  leafOf,
  type OpenedLeaf,
} from './leaf.ts';
import { consistencyProof, inclusionProof } from './merkle.ts';
import { addSignature, signNote, verifierKey } from './note.ts';
import { encodeProof } from './proof-file.ts';
import { createPublisher, logKeyName, type Refusal } from './publisher.ts';
import { createSequencer } from './sequencer.ts';
import {
  entriesBetween,
  entryPlaced,
  findHead,
  findTile,
  finishedLogs,
  type HeadRow,
  insertHead,
  lockHead,
  type PlacedEntry,
  pendingEntries,
  putHead,
  renameHead,
  tenantsOfOlderVersion,
  tenantsPending,
  tenantsUnsigned,
} from './table.ts';
import { encodeBundle, HASH_BYTES, TILE_WIDTH, type TileAddress, widthOf } from './tile.ts';

/** Pending entries that are counted; beyond it the answer is "at least". */
const COUNTED = 10_000;

export interface MerkleLogDeps {
  store: Store;
  audit: Audit;
  vault: Pick<Vault, 'signingKey' | 'keptApart' | 'index'>;
  /** Where people reach this service; names the logs. */
  publicUrl?: string | undefined;
  /** Version of the leaves that are added, and how those of each version are made. */
  leafVersion?: number;
  formats?: LeafFormats;
}

export interface LogLag {
  pending: number;
  /** Milliseconds the oldest pending entry has waited. */
  waitedFor: number;
  refusals: Refusal[];
}

/** A log as it goes from one instance to another: its newest checkpoint, and what checks it. */
export interface HandedLog {
  origin: string;
  generation: number;
  size: number;
  /** Base64. */
  root: string;
  leafVersion: number;
  /** The signed note. */
  checkpoint: string;
  /** Verifier key. */
  key: string;
}

/** One Merkle log per tenant: entries get their places, heads are signed, and both can be proven to anybody. */
export async function createMerkleLog({
  store,
  audit,
  vault,
  publicUrl,
  leafVersion = LEAF_VERSION,
  formats = LEAF_FORMATS,
}: MerkleLogDeps) {
  const installation =
    publicUrl?.replace(/^https?:\/\//, '') ?? `lethe-${(await vault.index('*', 'log', '')).slice(0, 8)}`;
  const originOf = (tenantId: string, generation = 1) =>
    `${installation}/log/${tenantId}${generation === 1 ? '' : `~${generation}`}`;
  const sequencer = createSequencer({ store, originOf, leafVersion, formats });
  const publisher = createPublisher({ store, vault });
  const refusals = new Map<string, Refusal>();
  let firstLook = true;

  const headOf = (tenantId: string) => store.read((q) => findHead(q, tenantId));

  async function publishedHead(tenantId: string): Promise<HeadRow & { checkpoint: string }> {
    const head = await headOf(tenantId);
    if (!head?.checkpoint) throw new Problem('not-found', 'There is no signed log of this tenant yet.');
    return head as HeadRow & { checkpoint: string };
  }

  const keyOf = async ({ tenantId, generation, origin }: HeadRow) =>
    verifierKey(origin, await vault.signingKey(tenantId, logKeyName(generation)));

  async function publish(tenantId: string, now: Date): Promise<void> {
    const refusal = await publisher.publish(tenantId, now);
    if (refusal) refusals.set(tenantId, refusal);
    else refusals.delete(tenantId);
  }

  /**
   * Closes a log with its last checkpoint and goes on under a new name and key, with leaves of this program's version.
   * The first entry under the new name, before all that wait, says which log was closed and what was signed of it last.
   * Of two at once one does it: `due` is asked of the head they have.
   */
  async function goOn(context: Author, due: (head: HeadRow) => boolean): Promise<string> {
    const tenantId = context.tenant.id;
    const now = context.clock();
    const last = await vault.keptApart.published(tenantId);
    const key = last && (await vault.signingKey(tenantId, logKeyName(last.generation)));
    const origin = await store.write(async (tx) => {
      await insertHead(tx, { tenantId, origin: originOf(tenantId), leafVersion, updatedAt: now });
      const head = (await lockHead(tx, tenantId, now)) as HeadRow;
      if (!due(head)) return head.origin;
      const generation = Math.max(head.generation, last?.generation ?? 0) + 1;
      const renamed = originOf(tenantId, generation);
      // What it was called then: the service may be reached under another name since.
      const name = last?.generation === head.generation ? head.origin : originOf(tenantId, last?.generation);
      const before = last && { ...last, origin: name, root: Buffer.from(last.root, 'base64') };
      const entryId = await audit.add(tx, context, {
        action: 'log.continued',
        detail: {
          generation,
          origin: renamed,
          size: head.size,
          leafVersion,
          before: before
            ? {
                generation: before.generation,
                origin: before.origin,
                size: before.size,
                root: last.root,
                leafVersion: head.leafVersion,
                // Signed anew it is, byte for byte, what was published: Ed25519 has no randomness (RFC 8032).
                checkpoint: signNote(checkpointText(before), before.origin, key as KeyObject),
              }
            : null,
        },
      });
      await renameHead(tx, tenantId, { generation, origin: renamed, leafVersion });
      await sequencer.placeNext(tx, head, entryId);
      return renamed;
    });
    refusals.delete(tenantId);
    return origin;
  }

  /** A log whose leaves are of an older version is signed a last time, and another goes on. */
  async function endOlderVersion(tenantId: string, clock: () => Date): Promise<void> {
    const refusal = await publisher.publish(tenantId, clock(), { last: true });
    if (refusal) refusals.set(tenantId, refusal);
    else {
      const principal = { id: 'system:log', role: 'operator' } as const;
      const author = { tenant: { id: tenantId }, principal, clock, requestId: crypto.randomUUID() };
      await goOn(author, (head) => head.leafVersion < leafVersion);
    }
  }

  return {
    /**
     * Gives all pending entries their places and signs what is new. Called again and again by one loop per instance.
     * `tenants`: those whose heads are held against what was published at the first call, even if nothing is new.
     * @throws what went wrong with the first log that could not be extended, after all others were.
     */
    async advance(clock: () => Date, tenants: () => Promise<string[]> = async () => []): Promise<number> {
      let placed = 0;
      const faults: unknown[] = [];
      const each = async (tenantIds: Iterable<string>, work: (tenantId: string) => Promise<void>) => {
        // What is wrong with one log holds up no other.
        for (const tenantId of tenantIds) await work(tenantId).catch((fault: unknown) => faults.push(fault));
      };
      await each(await store.read((q) => tenantsOfOlderVersion(q, leafVersion)), (tenantId) =>
        endOlderVersion(tenantId, clock),
      );
      await each(await store.read(tenantsPending), async (tenantId) => {
        placed += await sequencer.sequenceAll(tenantId, clock);
      });
      const standing = firstLook ? await tenants() : [];
      const unsigned = await store.read(tenantsUnsigned);
      await each(new Set([...unsigned, ...refusals.keys(), ...standing]), (tenantId) => publish(tenantId, clock()));
      firstLook = false;
      if (faults.length > 0) throw faults[0];
      return placed;
    },

    /** How far the log lags behind what was written, over all tenants. */
    async lag(now: Date): Promise<LogLag> {
      const { count, oldest } = await store.read((q) => pendingEntries(q, COUNTED));
      return {
        pending: count,
        waitedFor: oldest ? Math.max(0, now.getTime() - oldest.getTime()) : 0,
        refusals: [...new Set(refusals.values())],
      };
    },

    refusalOf: (tenantId: string): Refusal | undefined => refusals.get(tenantId),

    /** The newest signed checkpoint. @throws Problem `not-found` */
    async checkpoint(tenantId: string): Promise<string> {
      return (await publishedHead(tenantId)).checkpoint;
    },

    /** What checks the log's signatures (C2SP signed-note verifier key). @throws Problem `not-found` */
    async key(tenantId: string): Promise<string> {
      return keyOf(await publishedHead(tenantId));
    },

    /** The same, or undefined before the first checkpoint. */
    async keyIfSigned(tenantId: string): Promise<string | undefined> {
      const head = await headOf(tenantId);
      return head?.checkpoint ? keyOf(head) : undefined;
    },

    /** A tile's bytes, of a width the tree has reached. @throws Problem `not-found` */
    async tile(tenantId: string, { level, index, width }: TileAddress): Promise<Buffer> {
      const head = await headOf(tenantId);
      // Only what a checkpoint covers is shown.
      if (!head || widthOf(level, index, head.checkpointSize) < width)
        throw new Problem('not-found', 'The log has no such tile, or not of this width.');
      if (level === 'entries') {
        const rows = await store.read((q) => entriesBetween(q, tenantId, index * TILE_WIDTH, width));
        if (rows.length !== width) throw new Problem('not-found', 'Entries of this bundle are missing.');
        return encodeBundle(rows.map(({ version, salt, entry }) => leafOf(salt, entryText(entry), version, formats)));
      }
      const hashes = await store.read((q) => findTile(q, tenantId, level, index));
      if (!hashes || hashes.length < width * HASH_BYTES) throw new Problem('not-found', 'The tile is missing.');
      return hashes.subarray(0, width * HASH_BYTES);
    },

    /**
     * The text of an entry's `.tlog-proof`, with the entry and its salt in it; undefined while no signed checkpoint covers
     * it. For who may know the entry alone.
     */
    async proofOf(tenantId: string, entryId: string): Promise<string | undefined> {
      const [placed, head] = await store.read((q) =>
        Promise.all([entryPlaced(q, tenantId, entryId), findHead(q, tenantId)]),
      );
      if (!placed || !head?.checkpoint || placed.leafIndex >= head.checkpointSize) return undefined;
      const { leafIndex: index, version } = placed;
      const extra = encodeOpening(opened(placed), version);
      const path = await inclusionProof(index, head.checkpointSize, publisher.hashAtOf(tenantId));
      return encodeProof({ extra, index, path, checkpoint: head.checkpoint });
    },

    /**
     * The log as it stands when everything that waits has its place and is signed: what another instance may go on from.
     * @throws Problem `conflict` where signing is refused
     */
    async handedOver(tenantId: string, clock: () => Date): Promise<HandedLog> {
      await sequencer.sequenceAll(tenantId, clock);
      const refusal = await publisher.publish(tenantId, clock(), { last: true });
      if (refusal) throw new Problem('conflict', 'The log of this tenant is not signed: see lethe log continue.');
      const head = await publishedHead(tenantId);
      const { generation, leafVersion, checkpoint } = head;
      const { origin, size, root } = readCheckpoint(checkpoint);
      return {
        origin,
        generation,
        size,
        root: root.toString('base64'),
        leafVersion,
        checkpoint,
        key: await keyOf(head),
      };
    },

    /** How many leaves the log has, once every entry has its place. */
    async sizeOf(tenantId: string, clock: () => Date): Promise<number> {
      await sequencer.sequenceAll(tenantId, clock);
      return (await headOf(tenantId))?.size ?? 0;
    },

    /**
     * Goes on with a log that came from another instance, whose entries, leaves and tiles are here: under a name and key of
     * this one, with the same tree. The first entry names the old log, its size and its root, by the checkpoint that both
     * have signed: the other instance as its last, this one over the same text. `beside` is of the same transaction.
     */
    async takeOver(context: Author, log: HandedLog, beside: (tx: Query) => Promise<void>): Promise<string> {
      const tenantId = context.tenant.id;
      const now = context.clock();
      const last = await vault.keptApart.published(tenantId);
      const generation = Math.max(log.generation, last?.generation ?? 0) + 1;
      const renamed = originOf(tenantId, generation);
      const key = await vault.signingKey(tenantId, logKeyName(generation));
      return store.write(async (tx) => {
        const standing = await findHead(tx, tenantId);
        if (standing?.generation === generation) return renamed;
        const { origin, size, root, checkpoint } = log;
        await putHead(tx, {
          tenantId,
          origin,
          generation: log.generation,
          leafVersion: log.leafVersion,
          size,
          checkpoint,
          checkpointSize: size,
          signedAt: now,
          updatedAt: now,
        });
        const head = (await lockHead(tx, tenantId, now)) as HeadRow;
        const entryId = await audit.add(tx, context, {
          action: 'log.continued',
          detail: {
            generation,
            origin: renamed,
            size,
            leafVersion,
            before: {
              generation: log.generation,
              origin,
              size,
              root,
              leafVersion: log.leafVersion,
              key: log.key,
              checkpoint: addSignature(checkpoint, renamed, key),
            },
          },
        });
        await renameHead(tx, tenantId, { generation, origin: renamed, leafVersion });
        await sequencer.placeNext(tx, head, entryId);
        await beside(tx);
        return renamed;
      });
    },

    /** Logs that ended elsewhere and go on here: last checkpoints, their keys, and those that signed documents. */
    finished: (tenantId: string) => store.read((q) => finishedLogs(q, tenantId)),

    /** Why there is no proof yet: no such entry, or one that waits for its place. */
    async whyNoProof(context: Context, entryId: string): Promise<Problem> {
      const known = await store.read((q) => findEntry(q, context.tenant.id, entryId));
      return known
        ? new Problem('conflict', 'The entry has no place in a signed log yet. Try again in a second.', {
            headers: { 'Retry-After': '1' },
          })
        : new Problem('not-found', 'There is no audit entry of this id.');
    },

    /** An entry as it is hashed; undefined while it has no place. */
    async entryAt(tenantId: string, entryId: string): Promise<string | undefined> {
      const placed = await store.read((q) => entryPlaced(q, tenantId, entryId));
      return placed && entryText(placed.entry);
    },

    /** What opens the leaves from `from` on that a signed checkpoint covers, at most `limit`. */
    async openedLeaves(tenantId: string, from: number, limit: number): Promise<OpenedLeaf[]> {
      const head = await headOf(tenantId);
      const count = Math.min(limit, (head?.checkpointSize ?? 0) - from);
      return count <= 0 ? [] : (await store.read((q) => entriesBetween(q, tenantId, from, count))).map(opened);
    },

    /** That the tree of `from` leaves is the beginning of the tree of `to` leaves (RFC 9162 §2.1.4), base64. */
    async consistency(tenantId: string, from: number, to: number): Promise<string[]> {
      const head = await publishedHead(tenantId);
      if (from > to || to > head.checkpointSize)
        throw new Problem('unprocessable-request', 'The log has no trees of these sizes.', {
          errors: [{ pointer: '?to', detail: `between from and ${head.checkpointSize}` }],
        });
      const proof = await consistencyProof(from, to, publisher.hashAtOf(tenantId));
      return proof.map((hash) => hash.toString('base64'));
    },

    /**
     * Goes on under a new name and key, after the log refused to sign: openly another history, whose first new entry
     * names where the old one was left. @throws Problem `conflict` unless it refuses.
     */
    async continueUnderNewName(context: Context, { keyLeaked = false } = {}): Promise<string> {
      const { tenant, clock } = context;
      if (!(await publisher.publish(tenant.id, clock())) && !keyLeaked)
        throw new Problem('conflict', 'This log is whole: there is no reason to go on under a new name.');
      const refused = await headOf(tenant.id);
      return goOn(context, ({ generation }) => generation === (refused?.generation ?? 1));
    },
  };
}

const opened = ({ leafIndex, salt, entry }: PlacedEntry): OpenedLeaf => ({
  index: leafIndex,
  salt,
  entry: entryText(entry),
});

export type MerkleLog = Awaited<ReturnType<typeof createMerkleLog>>;
