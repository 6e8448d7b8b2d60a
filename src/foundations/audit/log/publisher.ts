import type { Store } from '../../store/store.ts';
import type { Vault } from '../../vault/vault.ts';
import { checkpointText } from './checkpoint.ts';
import { type HashAt, rootOf } from './merkle.ts';
import { signNote } from './note.ts';
import { findHead, findTile, setCheckpoint } from './table.ts';
import { HASH_BYTES, hashesFromTiles } from './tile.ts';

/** Milliseconds between two checkpoints of one log. */
const BETWEEN_CHECKPOINTS = 1_000;

/** Why a log is not signed: signing it would make two histories. */
export type Refusal = 'behind' | 'forked';

export const REFUSAL_IN_WORDS: Record<Refusal, string> = {
  behind:
    'The database holds fewer entries than the last checkpoint that was published: it is an older copy (a restored ' +
    'backup, a disk that failed). Nothing is signed. Bring the newer database back, or run "lethe log continue" to go ' +
    'on openly under a new name.',
  forked:
    'The database holds other entries than those the last published checkpoint was signed over. Nothing is signed. ' +
    'Find out who changed it; "lethe log verify" on a mirror names the first entry that differs.',
};

export interface PublisherDeps {
  store: Store;
  vault: Pick<Vault, 'signingKey' | 'keptApart'>;
}

/** Name in the vault of the key of a log. */
export const logKeyName = (generation: number): string => `log/${generation}`;

/**
 * Signs the head of a log. What was published is remembered apart from the database *before* anybody gets it, and every
 * new checkpoint must contain it: a log never has two histories, whatever becomes of the database.
 */
export function createPublisher({ store, vault }: PublisherDeps) {
  const { keptApart } = vault;

  /** Hashes of the tree, from committed tiles, each read once. */
  function hashAtOf(tenantId: string): HashAt {
    const read = new Map<string, Buffer>();
    return hashesFromTiles(async (level, index, width) => {
      const name = `${level}/${index}`;
      const tile = read.get(name) ?? (await store.read((q) => findTile(q, tenantId, level, index)));
      if (!tile || tile.length < width * HASH_BYTES) throw new RangeError('A tile of the log is missing.');
      read.set(name, tile);
      return tile;
    });
  }

  return {
    hashAtOf,

    /**
     * Signs what is new, at most once a second, unless it is the log's last; answers why not, when signing is refused.
     */
    async publish(tenantId: string, now: Date, { last: closing = false } = {}): Promise<Refusal | undefined> {
      // In this order: what was published then is in what is committed now, unless the database is an older one.
      const last = await keptApart.published(tenantId);
      const head = await store.read((q) => findHead(q, tenantId));
      if (!head) return last ? 'behind' : undefined;
      const { generation, size, origin } = head;
      const hashAt = hashAtOf(tenantId);

      if (last && last.generation > generation) return 'behind';
      if (last && last.generation === generation) {
        if (last.size > size) return 'behind';
        if (!(await rootOf(last.size, hashAt)).equals(Buffer.from(last.root, 'base64'))) return 'forked';
      }
      if (head.checkpointSize === size || size === 0) return undefined;
      const since = head.signedAt === null ? undefined : now.getTime() - head.signedAt.getTime();
      if (!closing && since !== undefined && since >= 0 && since < BETWEEN_CHECKPOINTS) return undefined;

      const root = await rootOf(size, hashAt);
      const standing = await keptApart.publish({ tenantId, generation, size, root: root.toString('base64') });
      if (standing.generation !== generation) return 'behind';
      // Another instance has signed more meanwhile: its checkpoint is as good.
      if (standing.size !== size) return undefined;
      if (standing.root !== root.toString('base64')) return 'forked';
      const key = await vault.signingKey(tenantId, logKeyName(generation));
      const checkpoint = signNote(checkpointText({ origin, size, root }), origin, key);
      await store.write((tx) => setCheckpoint(tx, head, { checkpoint, checkpointSize: size, signedAt: now }));
      return undefined;
    },
  };
}
