import { StoreError } from '../store/errors.ts';
import type { Fence, KeyGeneration } from '../store/fence.ts';
import {
  announceDestruction,
  BUCKETS,
  bucketOf,
  concludeAbandoned,
  concludeDestruction,
  generationsOf,
  lockGenerations,
  makeGenerations,
} from '../store/key-generations.ts';
import type { Query, Store, WriteOptions } from '../store/store.ts';
import { currentUnit, type Standing, type UsedKey } from './unit-of-work.ts';

/** Milliseconds a write waits for keys that are being destroyed, and the longest of its pauses. */
const PATIENCE = 2_000;
const PAUSE = 25;
/** An announced destruction that has not ended by then, milliseconds, was its process's end. */
const ABANDONED = 15_000;

/** What one destruction does beside it, each in the transaction that announces or concludes it. */
export interface Destruction {
  /** Which of the scopes are to go, now that no write under them is under way; absent: all. */
  choose?: (tx: Query) => Promise<string[]>;
  /** Writes down that they are gone. */
  done?: (tx: Query) => Promise<void>;
}

export interface KeyFence {
  /** The bucket a scope lies in. */
  standingOf(tenantId: string, scope: string): Standing;
  /** Asks the database for the generations of a tenant. Before the keyring is asked, never after. */
  learn(tenantId: string): Promise<void>;
  /** Destroys keys so that no write can end that rests on them. */
  destroying(
    tenantId: string,
    scopes: string[],
    destroy: (scopes: string[]) => Promise<number>,
    beside?: Destruction,
  ): Promise<number>;
  /** The store, whose writes rest on the keys that their unit of work was given. */
  readonly store: Store;
}

/** Asks the keyring itself whether a key is still the one of its scope. */
type Stands = (tenantId: string, key: UsedKey) => Promise<boolean>;

/**
 * Holds writes and the destruction of keys apart, across processes. `known` is what the vault knows of each tenant.
 *
 * A key is known by the generation that stood before it was read from the keyring. A write reads the generation again
 * in its transaction and locks it until it has committed; a destruction is announced under that lock before the first
 * key goes, and concluded with the next generation after the last. So a write that commits either ends before the
 * destruction begins, and whoever destroys finds its rows, or began after it and knows no key of before.
 */
export function createKeyFence(store: Store, stands: Stands, known: Map<string, Standing[]>): KeyFence {
  const abandoned = new Map<Standing, { generation: number; underWay: number; since: number }>();

  const learning = new Map<string, Promise<void>>();

  function standingsOf(tenantId: string): Standing[] {
    let standings = known.get(tenantId);
    if (!standings) {
      standings = Array.from({ length: BUCKETS }, (_, bucket) => ({
        tenantId,
        bucket,
        generation: undefined,
        underWay: 0,
      }));
      known.set(tenantId, standings);
    }
    return standings;
  }

  function take(rows: readonly KeyGeneration[]): void {
    for (const { tenantId, bucket, generation, underWay } of rows) {
      const standing = standingsOf(tenantId)[bucket];
      if (standing) Object.assign(standing, { generation, underWay });
    }
  }

  /** Whoever needs keys of a thousand people at once asks once. */
  function learn(tenantId: string): Promise<void> {
    const flight =
      learning.get(tenantId) ??
      readGenerations(tenantId).finally(() => {
        learning.delete(tenantId);
      });
    learning.set(tenantId, flight);
    return flight;
  }

  async function readGenerations(tenantId: string): Promise<void> {
    let rows = await store.read((q) => generationsOf(q, tenantId));
    if (rows.length < BUCKETS) {
      await store.write((tx) => makeGenerations(tx, tenantId), { movesFences: true });
      rows = await store.read((q) => generationsOf(q, tenantId));
    }
    take(rows);
  }

  /** Somebody died between announcing and concluding, or is only slow: told apart by time alone. */
  async function waitFor(standing: Standing): Promise<void> {
    const { tenantId, bucket, generation = 0, underWay } = standing;
    const seen = abandoned.get(standing);
    const now = performance.now();
    if (seen?.generation !== generation || seen.underWay !== underWay)
      abandoned.set(standing, { generation, underWay, since: now });
    else if (now - seen.since > ABANDONED) {
      abandoned.delete(standing);
      await store.write((tx) => concludeAbandoned(tx, { tenantId, bucket, generation, underWay }), {
        movesFences: true,
      });
      return;
    }
    await new Promise((next) => setTimeout(next, Math.random() * PAUSE));
  }

  /** After a refusal: what was wrong is put right, or it is told that it cannot be. @throws StoreError */
  async function mend(keys: readonly UsedKey[], places: readonly Standing[]): Promise<void> {
    for (const standing of places) {
      if (standing.generation === undefined) await learn(standing.tenantId);
      if (standing.underWay > 0) return waitFor(standing);
    }
    for (const key of keys) {
      const { standing } = key;
      const generation = standing?.generation;
      if (!standing || key.generation === generation) continue;
      if (!(await stands(standing.tenantId, key)))
        throw new StoreError(
          'stale-key',
          'key-destroyed',
          'A key was destroyed while this was written; begin it anew.',
        );
      key.generation = generation;
    }
  }

  function fenceOf(keys: readonly UsedKey[], places: readonly Standing[]): Fence {
    return {
      places,
      holds: (found) => {
        for (const standing of places) standing.generation = undefined;
        take(found);
        return (
          places.every(({ generation, underWay }) => generation !== undefined && underWay === 0) &&
          keys.every((key) => key.generation === key.standing?.generation)
        );
      },
    };
  }

  async function write<T>(fn: (tx: Query) => Promise<T>, options?: WriteOptions): Promise<T> {
    const unit = currentUnit();
    if (!unit || unit.keys.size === 0) {
      const value = await store.write(fn, options);
      if (unit) unit.written = true;
      return value;
    }
    const keys = [...unit.keys];
    const places = [...new Set(keys.map(({ standing }) => standing))].filter((one) => one !== undefined);
    const fenced = { ...options, fence: fenceOf(keys, places) };
    const until = performance.now() + PATIENCE;
    for (;;) {
      try {
        const value = await store.write(fn, fenced);
        unit.written = true;
        return value;
      } catch (error) {
        if (!(error instanceof StoreError) || error.fault !== 'fenced') throw error;
        if (performance.now() > until) throw new StoreError('busy', 'keys-under-way');
      }
      await mend(keys, places);
    }
  }

  return {
    standingOf: (tenantId, scope) => standingsOf(tenantId)[bucketOf(scope)] as Standing,
    learn,
    store: { ...store, write },

    async destroying(tenantId, scopes, destroy, { choose, done } = {}) {
      if (scopes.length === 0) return 0;
      const locked = [...new Set(scopes.map(bucketOf))].sort((a, b) => a - b);
      // Not serializable: what is chosen from must be seen as it is once the writes under way have ended.
      const { chosen, buckets } = await store.write(
        async (tx) => {
          await lockGenerations(tx, tenantId, locked);
          const chosen = choose ? await choose(tx) : scopes;
          const buckets = [...new Set(chosen.map(bucketOf))].sort((a, b) => a - b);
          if (buckets.length > 0) await announceDestruction(tx, tenantId, buckets);
          return { chosen, buckets };
        },
        { movesFences: true },
      );
      if (chosen.length === 0) return 0;
      const conclude = (beside?: (tx: Query) => Promise<void>) =>
        store.write(
          async (tx) => {
            await lockGenerations(tx, tenantId, buckets);
            await concludeDestruction(tx, tenantId, buckets);
            await beside?.(tx);
          },
          { movesFences: true, isolation: beside && 'serializable' },
        );
      let destroyed: number;
      try {
        destroyed = await destroy(chosen);
      } catch (error) {
        // Nobody knows which of them are gone: the next to write asks.
        await conclude().catch(() => undefined);
        throw error;
      }
      await conclude(done);
      return destroyed;
    },
  };
}
