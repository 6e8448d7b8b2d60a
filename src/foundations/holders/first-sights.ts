import { and, eq, inArray, lt } from 'drizzle-orm';
import type { Store } from '../store/store.ts';
import type { Vault } from '../vault/vault.ts';

/** When rows of a table outside were seen first: what rows count from that have no time of their own. */
export interface FirstSights {
  /** Notes that rows with these keys are there, and answers by key when each was seen first. */
  see(entry: string, keys: readonly string[], now: Date): Promise<Map<string, Date>>;
  /** Forgets rows of which a whole look, begun at `since`, has seen nothing. */
  forgetUnseen(entry: string, since: Date): Promise<void>;
}

/** The key of the marks; it lives as long as the portal, so that rows keep their age. */
const SCOPE = 'rows-outside';
/** A row that is there is noted once in this time: a look at a million rows should not write a million. */
const NOTED_FOR = 12 * 3_600_000;

/** What is remembered of rows at a holder outside: keyed hashes of their keys, and instants. */
export function createFirstSights(
  { store, vault }: { store: Store; vault: Pick<Vault, 'key'> },
  tenantId: string,
  holder: string,
): FirstSights {
  return {
    async see(entry, keys, now) {
      if (keys.length === 0) return new Map();
      const key = await vault.key(tenantId, SCOPE);
      const marks = new Map(keys.map((one) => [key.index('row', `${holder}\0${entry}\0${one}`), one]));
      return store.write(async (tx) => {
        const { firstSights: t } = tx.tables;
        const mine = and(eq(t.tenantId, tenantId), eq(t.holder, holder), eq(t.entry, entry));
        const known = await tx
          .select({ mark: t.rowMark, first: t.firstSeen, last: t.lastSeen })
          .from(t)
          .where(and(mine, inArray(t.rowMark, [...marks.keys()])));
        const seen = new Map(known.map(({ mark, first }) => [mark, first]));
        const fresh = [...marks.keys()].filter((mark) => !seen.has(mark));
        if (fresh.length > 0)
          await tx
            .insert(t)
            .values(fresh.map((rowMark) => ({ tenantId, holder, entry, rowMark, firstSeen: now, lastSeen: now })))
            .onConflictDoNothing();
        const stale = known.filter(({ last }) => last.getTime() < now.getTime() - NOTED_FOR).map(({ mark }) => mark);
        if (stale.length > 0)
          await tx
            .update(t)
            .set({ lastSeen: now })
            .where(and(mine, inArray(t.rowMark, stale)));
        return new Map([...marks].map(([mark, one]) => [one, seen.get(mark) ?? now]));
      });
    },
    async forgetUnseen(entry, since) {
      await store.write(async (tx) => {
        const { firstSights: t } = tx.tables;
        const mine = and(eq(t.tenantId, tenantId), eq(t.holder, holder), eq(t.entry, entry));
        await tx.delete(t).where(and(mine, lt(t.lastSeen, new Date(since.getTime() - NOTED_FOR))));
      });
    },
  };
}
