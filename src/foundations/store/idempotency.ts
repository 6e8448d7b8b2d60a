import { and, eq, lt, sql } from 'drizzle-orm';
import type { Context } from '../contract/context.ts';
import { Problem } from '../contract/problem.ts';
import { hotRun } from './hot.ts';
import type { Query, Store, WriteOptions } from './store.ts';

/** Hours for which a repeated Idempotency-Key gets the first answer; published in the API description. */
export const IDEMPOTENCY_HOURS = 24;

const claim = hotRun<Record<string, unknown>>('idempotency_claim', (q) => {
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
    .onConflictDoNothing();
});

/** The key was used before: this transaction must not stand. */
class UsedBefore extends Error {}

/**
 * `store.write`, at most once per Idempotency-Key of the request: the work, its result and the key are one transaction,
 * so that a repeat after a crash neither loses nor doubles the effect. The key is written last: of two requests at once
 * the second is undone whole. A repeat gets the first result.
 * `fn` answers plain JSON without personal data (it is kept for 24 hours).
 * @throws Problem `idempotency-key-reused` when the key came with another request before.
 */
export async function writeOnce<T>(
  store: Store,
  context: Context,
  fn: (tx: Query) => Promise<T>,
  options?: WriteOptions,
): Promise<T> {
  const { idempotency } = context;
  if (!idempotency) return store.write(fn, options);
  const row = {
    tenantId: context.tenant.id,
    caller: context.principal.id,
    idempotencyKey: idempotency.key,
    operation: idempotency.operation,
    fingerprint: idempotency.fingerprint,
    createdAt: context.clock(),
  };
  try {
    return await store.write(async (tx) => {
      const result = await fn(tx);
      if ((await claim(tx, { ...row, result })) === 0) throw new UsedBefore();
      return result;
    }, options);
  } catch (error) {
    // Also when the work failed: a repeat of what was done may well fail (it is done already), and has its answer.
    const first = await store.read((q) => findKey(q, row));
    if (!first) throw error;
    if (first.fingerprint !== row.fingerprint || first.operation !== row.operation)
      throw new Problem(
        'idempotency-key-reused',
        'This Idempotency-Key was sent with another request. Use a new key for a new request.',
      );
    idempotency.replayed = true;
    return first.result as T;
  }
}

async function findKey(q: Query, row: { tenantId: string; caller: string; idempotencyKey: string }) {
  const { idempotencyKeys: t } = q.tables;
  const [found] = await q
    .select()
    .from(t)
    .where(and(eq(t.tenantId, row.tenantId), eq(t.caller, row.caller), eq(t.idempotencyKey, row.idempotencyKey)));
  return found;
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
