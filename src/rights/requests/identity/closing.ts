import type { Audit } from '../../../foundations/audit/audit.ts';
import type { Context } from '../../../foundations/contract/context.ts';
import { Problem } from '../../../foundations/contract/problem.ts';
import type { Query, Store } from '../../../foundations/store/store.ts';
import { unlessBeingRead } from '../../../foundations/store/truncate-log.ts';
import type { Vault } from '../../../foundations/vault/vault.ts';
import { type CheckRow, checksById, deleteDocuments, moveCheck, overdueChecks } from './table.ts';

/** What one check seals and hashes dies with it. */
export const scopeOf = (checkId: string) => `${PREFIX}${checkId}`;
const PREFIX = 'identity:';
const BATCH = 100;
/** Milliseconds after which a key whose check was never written is a rest of something that broke off. */
const ABANDONED = 3_600_000;

export interface ClosingDeps {
  store: Store;
  audit: Audit;
  vault: Vault;
}

/** The end of a check: copies of documents are destroyed, rows first, then the key, then what the file still has. */
export function createClosing({ store, audit, vault }: ClosingDeps) {
  /** In the transaction of the decision: only the outcome stays (GDPR Art. 12(6), 5(1)(c), (e)). */
  async function destroyIn(tx: Query, context: Context, requestId: string, checkIds: string[], because: string) {
    const documents = await deleteDocuments(tx, context.tenant.id, checkIds);
    if (documents > 0)
      await audit.add(tx, context, {
        action: 'identity.documents-destroyed',
        detail: { request: requestId, checks: checkIds, documents, because },
      });
  }

  /** After the commit. What is left out by a crash the job catches up with. */
  async function settle({ tenant }: Context, checkIds: string[]): Promise<void> {
    await vault.shred(tenant.id, checkIds.map(scopeOf));
    // The decision stands; where somebody reads, its bytes go when they have gone (jobs/interrupted-work.ts).
    await store.scrub().catch(unlessBeingRead);
  }

  /** @throws Problem `conflict` when somebody else tried or decided at the same time. */
  async function closeIn(
    tx: Query,
    context: Context,
    read: CheckRow,
    status: string,
    { tries = read.tries, method = read.method }: Partial<Pick<CheckRow, 'tries' | 'method'>> = {},
  ) {
    const decided = { decidedAt: context.clock(), decidedBy: context.principal.id };
    const ended = { status, tries, method, codeHash: null, ...decided };
    if (!(await moveCheck(tx, read, ended)))
      throw new Problem('conflict', 'This check has just been used or decided. Look at it again.');
    await destroyIn(tx, context, read.requestId, [read.checkId], status);
  }

  return {
    closeIn,
    destroyIn,
    settle,

    /** Ends the checks nobody has answered or decided in time, and destroys what is left of any that is over. */
    async sweep(
      context: Context,
      record: (
        context: Context,
        about: { requestId: string; checkId: string },
      ) => Promise<(tx: Query) => Promise<void>>,
    ): Promise<{ expired: number; keys: number }> {
      const tenantId = context.tenant.id;
      const now = context.clock();
      let expired = 0;
      for (let rows = await overdue(); rows.length > 0; rows = await overdue()) {
        for (const row of rows) {
          const tell = await record(context, row);
          await store.write(async (tx) => {
            await closeIn(tx, context, row, 'expired');
            await tell(tx);
          });
          expired += 1;
        }
      }
      function overdue() {
        return store.read((q) => overdueChecks(q, tenantId, now, BATCH));
      }

      let keys = 0;
      for (let after = '', full = true; full; ) {
        const scopes = await vault.scopes(tenantId, PREFIX, after, BATCH);
        full = scopes.length === BATCH;
        after = scopes.at(-1) ?? after;
        const ids = scopes.map((scope) => scope.slice(PREFIX.length));
        const known = new Map(
          (await store.read((q) => (ids.length > 0 ? checksById(q, tenantId, ids) : Promise.resolve([])))).map(
            (row) => [row.checkId, row.status],
          ),
        );
        const spent = ids.filter((id) =>
          known.has(id) ? known.get(id) !== 'open' : now.getTime() - madeAt(id) > ABANDONED,
        );
        if (spent.length > 0) keys += await vault.shred(tenantId, spent.map(scopeOf));
      }
      if (expired + keys > 0) await store.scrub().catch(unlessBeingRead);
      return { expired, keys };
    },
  };
}

/** When a UUID of version 7 was made. */
const madeAt = (id: string) => Number.parseInt(id.replace('-', '').slice(0, 12), 16);
