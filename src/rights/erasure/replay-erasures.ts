import type { SuppressionService } from '../../data/suppression/service.ts';
import type { Audit } from '../../foundations/audit/audit.ts';
import { forgetIndexes } from '../../foundations/audit/subject-index.ts';
import type { Context } from '../../foundations/contract/context.ts';
import type { Holder, SubjectsPage } from '../../foundations/holders/holder.ts';
import type { Query, Store } from '../../foundations/store/store.ts';
import type { LedgerEntry } from '../../foundations/vault/kept-apart.ts';
import type { Vault } from '../../foundations/vault/vault.ts';
import type { Intent, RememberedErasure } from './intent.ts';
import { countRows } from './order-erasure.ts';
import type { ErasureService } from './service.ts';
import {
  findErasure,
  finishedErasures,
  heldIn,
  insertErasure,
  type RunningErasure,
  revived,
  updateErasure,
} from './table.ts';

export interface ReplayDeps {
  store: Store;
  audit: Audit;
  vault: Vault;
  holders: Holder[];
  suppression: Pick<SuppressionService, 'place'>;
  erasures: Pick<ErasureService, 'resumeOne'>;
  contextFor(tenantId: string): Promise<Context>;
  /** Tenants there are (again). */
  tenantIds(): Promise<string[]>;
}

/** Entries of the ledger, and subjects, looked at in one step. */
const PAGE = 500;

export interface Replayed {
  /** Erasures done again. */
  erasures: number;
  /** Pseudonyms found in the database that the ledger says are erased. */
  subjects: number;
}

/** An erasure could not be done again: nothing may be served. Its message is for the operator and names nobody. */
export class ReplayError extends Error {
  override readonly name = 'ReplayError';

  constructor(erasureId: string, fault: unknown) {
    super(
      `Erasure ${erasureId} stands in the ledger, and the database, older than it, could not be made to forget again ` +
        `(${fault instanceof Error ? fault.name : 'unknown fault'}). Nothing is served until it does: see that the ` +
        'database and the keyring can be written to, and start again; what is done already stays done.',
      { cause: fault },
    );
  }
}

/**
 * Holds the database against the ledger of erasures, which is kept apart from it: what the ledger knows and the
 * database does not is done again (REQ-A33). So a restored backup forgets again, however it was restored. Killed
 * anywhere, the next start goes on; several instances at once do no harm.
 */
export function createReplay({
  store,
  audit,
  vault,
  holders,
  suppression,
  erasures,
  contextFor,
  tenantIds,
}: ReplayDeps) {
  /** The last entry of each erasure that the database does not know as finished, by tenant. */
  async function missing(): Promise<Map<string, Map<string, LedgerEntry>>> {
    const found = new Map<string, Map<string, LedgerEntry>>();
    const tenants = new Set(await tenantIds());
    for (let after = 0; ; ) {
      const page = await vault.keptApart.erasures(after, PAGE);
      for (const tenantId of new Set(page.map((entry) => entry.tenantId))) {
        // A tenant that is gone with everything it held has nobody to forget.
        if (!tenants.has(tenantId)) continue;
        const mine = page.filter((entry) => entry.tenantId === tenantId);
        const ids = [...new Set(mine.map(({ erasureId }) => erasureId))];
        const finished = await store.read((q) => finishedErasures(q, tenantId, ids));
        const open = found.get(tenantId) ?? new Map<string, LedgerEntry>();
        for (const entry of mine) {
          // What a hold keeps back in this database the ledger may know as erased since.
          const still = heldIn(revived<RememberedErasure>(entry.decisions));
          if (finished.get(entry.erasureId)?.every((category) => still.includes(category))) continue;
          const subjects = new Set([...(open.get(entry.erasureId)?.subjects ?? []), ...entry.subjects]);
          open.set(entry.erasureId, { ...entry, subjects: [...subjects] });
        }
        if (open.size > 0) found.set(tenantId, open);
      }
      const last = page.at(-1);
      if (!last || page.length < PAGE) return found;
      after = last.seq;
    }
  }

  /** Whom of these erasures the tenant's tables hold: pseudonyms by erasure. */
  async function restored(tenantId: string, entries: Iterable<LedgerEntry>): Promise<Map<string, string[]>> {
    // One person can have several: one for a purpose, and one of everything.
    const erasuresOf = new Map<string, string[]>();
    const found = new Map<string, string[]>();
    for (const { erasureId, subjects } of entries) {
      found.set(erasureId, []);
      for (const name of subjects) erasuresOf.set(name, [...(erasuresOf.get(name) ?? []), erasureId]);
    }
    for (const holder of holders)
      for (let cursor: string | null = null; ; ) {
        const after: string | null = cursor;
        const { subjectIds, next }: SubjectsPage = await store.read((q) => holder.subjects(q, tenantId, after, PAGE));
        for (const subjectId of subjectIds) {
          for (const erasureId of erasuresOf.get(await vault.ledgerName(tenantId, subjectId)) ?? []) {
            const people = found.get(erasureId);
            if (people && !people.includes(subjectId)) people.push(subjectId);
          }
        }
        if (next === null) break;
        cursor = next;
      }
    return found;
  }

  /** Begins an erasure of the ledger again, for those of its people whom the database holds (again). */
  async function beginAgain(
    context: Context,
    { erasureId, recordedAt, decisions }: LedgerEntry,
    subjectIds: string[],
  ): Promise<void> {
    const tenantId = context.tenant.id;
    const { suppression: keepOut, ...decided } = revived<RememberedErasure>(decisions);
    await store.write(
      async (tx) => {
        const row = await findErasure(tx, tenantId, erasureId);
        // The keys are gone already: what their entries were found by is known from the ledger alone.
        await forgetIndexes(tx, tenantId, decided.indexes ?? []);
        if (row?.status === 'finished' && !row.held) return;
        // The backup was made in the middle of it: what was held back later stays held.
        if (row?.status === 'running') return keepHeld(tx, row, decided);
        const found = await countRows(holders, tx, context, subjectIds);
        const intent: Intent = {
          ...row?.held,
          ...decided,
          subjectIds,
          protectedAs: row?.held?.protectedAs ?? subjectIds,
          found,
          replayed: true,
          done: {},
        };
        if (row) await updateErasure(tx, row, { status: 'running', outcome: intent, held: null });
        else
          await insertErasure(tx, {
            tenantId,
            erasureId,
            subjectId: null,
            status: 'running',
            startedAt: context.clock(),
            finishedAt: null,
            requestId: null,
            knownAsSealed: null,
            held: null,
            orderSealed: null,
            outcome: intent,
          });
        if (keepOut) await suppression.place(tx, context, erasureId, keepOut, recordedAt);
        await audit.add(tx, context, {
          action: 'erasure.replayed',
          detail: { erasure: erasureId, subjects: subjectIds.length },
        });
      },
      { isolation: 'serializable' },
    );
  }

  async function keepHeld(tx: Query, row: RunningErasure, { decisions, destroyKey }: RememberedErasure): Promise<void> {
    const intent = row.outcome;
    const held = Object.entries(decisions).filter(([, { action }]) => action === 'held');
    await updateErasure(tx, row, {
      outcome: {
        ...intent,
        decisions: { ...intent.decisions, ...Object.fromEntries(held) },
        destroyKey: intent.destroyKey && destroyKey,
      },
    });
  }

  return {
    /**
     * Does again what the database has forgotten was done. Nothing may be served before it is through.
     * @throws ReplayError when an erasure fails: then the service must not start.
     */
    async replay(progress: (done: number, all: number) => void = () => undefined): Promise<Replayed> {
      const open = await missing();
      const all = [...open.values()].reduce((sum, { size }) => sum + size, 0);
      const replayed = { erasures: 0, subjects: 0 };
      for (const [tenantId, entries] of open) {
        const context = await contextFor(tenantId);
        const people = await restored(tenantId, entries.values());
        for (const entry of entries.values()) {
          const subjectIds = people.get(entry.erasureId) ?? [];
          try {
            await beginAgain(context, entry, subjectIds);
            await erasures.resumeOne(context, entry.erasureId);
          } catch (fault) {
            throw new ReplayError(entry.erasureId, fault);
          }
          replayed.erasures += 1;
          replayed.subjects += subjectIds.length;
          progress(replayed.erasures, all);
        }
      }
      return replayed;
    },
  };
}
