import { and, eq, gt, inArray, lte, sql } from 'drizzle-orm';
import { hot } from '../../foundations/store/hot.ts';
import type { Tables } from '../../foundations/store/schema.ts';
import type { Query } from '../../foundations/store/store.ts';
import { isOneOf, valueList } from '../../foundations/store/value-lists.ts';

export type SuppressionRow = Tables['suppressions']['$inferSelect'];

/** Asked with every visit of a known visitor. */
const ofToken = hot<{ tenantId: string; token: string }, SuppressionRow[]>('suppression_of_token', (q) => {
  const { suppressions: t } = q.tables;
  return q
    .select()
    .from(t)
    .where(and(eq(t.tenantId, sql.placeholder('tenantId')), eq(t.token, sql.placeholder('token'))));
});

/** Which of these tokens stand at `now`. */
export async function standingTokens(
  q: Query,
  tenantId: string,
  tokens: string[],
  now: Date,
): Promise<SuppressionRow[]> {
  const { suppressions: t } = q.tables;
  const [token] = tokens;
  if (token === undefined) return [];
  if (tokens.length === 1) return (await ofToken(q, { tenantId, token })).filter(({ expiresAt }) => expiresAt > now);
  return q
    .select()
    .from(t)
    .where(and(eq(t.tenantId, tenantId), isOneOf(q, t.token, valueList(t.token, tokens)), gt(t.expiresAt, now)));
}

/** Places a token; one that stands already is renewed. */
export async function putToken(tx: Query, row: SuppressionRow): Promise<void> {
  const { suppressions: t } = tx.tables;
  const { erasureId, createdAt, expiresAt } = row;
  await tx
    .insert(t)
    .values(row)
    .onConflictDoUpdate({ target: [t.tenantId, t.token], set: { erasureId, createdAt, expiresAt } });
}

/** Takes away all tokens of these erasures; answers how many. */
export async function deleteTokensOf(tx: Query, tenantId: string, erasureIds: string[]): Promise<number> {
  const { suppressions: t } = tx.tables;
  if (erasureIds.length === 0) return 0;
  const gone = await tx
    .delete(t)
    .where(and(eq(t.tenantId, tenantId), inArray(t.erasureId, erasureIds)))
    .returning({ token: t.token });
  return gone.length;
}

/** Forgets tokens whose time is over, in every tenant; answers how many. */
export async function deleteExpired(tx: Query, now: Date): Promise<number> {
  const { suppressions: t } = tx.tables;
  return (await tx.delete(t).where(lte(t.expiresAt, now)).returning({ token: t.token })).length;
}
