import { AsyncLocalStorage } from 'node:async_hooks';
import { StoreError } from '../store/errors.ts';
import type { KeyPlace } from '../store/fence.ts';

/** One bucket of a tenant's scopes, as the vault knows it; `generation` undefined: not asked yet. */
export interface Standing extends KeyPlace {
  generation: number | undefined;
  underWay: number;
}

/** A key that somebody was given, and in which generation it was seen in the keyring. */
export interface UsedKey {
  readonly scope: string;
  readonly keyId: string;
  /** Undefined where the vault stands for itself, without a database. */
  readonly standing: Standing | undefined;
  generation: number | undefined;
}

/** One request, one run of a job, one command: what it prepares it writes under the keys it was given. */
interface UnitOfWork {
  readonly keys: Set<UsedKey>;
  /** Something of it is in the database: it cannot simply be done again. */
  written: boolean;
}

const units = new AsyncLocalStorage<UnitOfWork>();
const ATTEMPTS = 4;

export function currentUnit(): UnitOfWork | undefined {
  return units.getStore();
}

/**
 * Runs one piece of work as a unit: keys it takes from the vault are noted, and every write it begins is refused once
 * one of them is destroyed (key-fence.ts). It is then done again from the beginning, as long as nothing of it was
 * written; `once` for work that cannot be, as it reads from a stream.
 * @throws StoreError `stale-key`
 */
export async function inUnitOfWork<T>(work: () => Promise<T>, { once = false } = {}): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    const unit: UnitOfWork = { keys: new Set(), written: false };
    try {
      return await units.run(unit, work);
    } catch (error) {
      const again = error instanceof StoreError && error.fault === 'stale-key' && !once && !unit.written;
      if (!again || attempt === ATTEMPTS) throw error;
    }
  }
}
