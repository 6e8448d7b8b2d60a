import { and, eq, lt, sql } from 'drizzle-orm';
import type { Context } from '../context.ts';
import { Problem } from '../problem.ts';
import { hot } from './hot.ts';
import type { Query, Store } from './store.ts';

/** Hours for which a repeated Idempotency-Key gets the first answer; published in the API description. */
export const IDEMPOTENCY_HOURS = 24;

const claim = hot<Record<string, unknown>, { key: string }[]>('idempotency_claim', (q) => {
  const { idempotencyKeys: t } = q.tables;
  return q
    .insert(t)
    .values({
      tenantId: sql.placeholder('tenantId'),
      caller: sql.placeholder('caller'),
      idempotencyKey: sql.placeholder('idempotencyKey'),
      operation: sql.placeholder('operation'),
      fingerprint: sql.placeholder('fingerprint'),
      result: sql.placeholder('result'),
      createdAt: sql.placeholder('createdAt'),
    })
    .onConflictDoNothing()
    .returning({ key: t.idempotencyKey });
});

/**
 * `store.write`, at most once per Idempotency-Key of the request: the claim, the work and its result are one
 * transaction, so that a repeat after a crash neither loses nor doubles the effect. A repeat gets the first result.
 * `fn` answers plain JSON without personal data (it is kept for 24 hours).
 * @throws Problem `idempotency-key-reused` when the key came with another request before.
 */
export async function writeOnce<T>(store: Store, context: Context, fn: (tx: Query) => Promise<T>): Promise<T> {
  const { idempotency } = context;
  if (!idempotency) return store.write(fn);
  return store.write(async (tx) => {
    const { idempotencyKeys: t } = tx.tables;
    const row = {
      tenantId: context.tenant.id,
      caller: context.principal.id,
      idempotencyKey: idempotency.key,
      operation: idempotency.operation,
      fingerprint: idempotency.fingerprint,
      createdAt: context.clock(),
    };
    const mine = and(eq(t.tenantId, row.tenantId), eq(t.caller, row.caller), eq(t.idempotencyKey, row.idempotencyKey));
    if ((await claim(tx, { ...row, result: null as unknown })).length === 0) {
      const [first] = await tx.select().from(t).where(mine);
      if (!first)
        throw new Problem(
          'idempotency-key-in-flight',
          'The first request with this Idempotency-Key is ending; try again.',
        );
      if (first.fingerprint !== row.fingerprint || first.operation !== row.operation)
        throw new Problem(
          'idempotency-key-reused',
          'This Idempotency-Key was sent with another request. Use a new key for a new request.',
        );
      idempotency.replayed = true;
      return first.result as T;
    }
    const result = await fn(tx);
    await tx.update(t).set({ result }).where(mine);
    return result;
  });
}

/** Forgets keys past their time; answers how many. */
export async function forgetIdempotencyKeys(store: Store, now: Date): Promise<number> {
  const before = new Date(now.getTime() - IDEMPOTENCY_HOURS * 3_600_000);
  return store.write(async (tx) => {
    const { idempotencyKeys: t } = tx.tables;
    const gone = await tx.delete(t).where(lt(t.createdAt, before)).returning({ key: t.idempotencyKey });
    return gone.length;
  });
}
