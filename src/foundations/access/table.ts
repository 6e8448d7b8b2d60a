import { and, asc, eq, gt, inArray, isNull, lte, sql } from 'drizzle-orm';
import { hot } from '../store/hot.ts';
import type { Tables } from '../store/schema.ts';
import type { Query } from '../store/store.ts';

export type TenantRow = Tables['tenants']['$inferSelect'];
export type TokenRow = Tables['apiTokens']['$inferSelect'];

/** The one look-up that cannot know its tenant yet: the secret's hash, unique in the installation, tells it. */
export const tokenBySecret = hot<{ secretHash: string }, TokenRow[]>('access_token_by_secret', (q) => {
  const { apiTokens: t } = q.tables;
  return q
    .select()
    .from(t)
    .where(eq(t.secretHash, sql.placeholder('secretHash')))
    .limit(1);
});

export const tenantById = hot<{ tenantId: string }, TenantRow[]>('access_tenant_by_id', (q) => {
  const { tenants: t } = q.tables;
  return q
    .select()
    .from(t)
    .where(eq(t.tenantId, sql.placeholder('tenantId')))
    .limit(1);
});

export async function tenantsAfter(q: Query, after: string, limit: number): Promise<TenantRow[]> {
  const { tenants: t } = q.tables;
  return await q.select().from(t).where(gt(t.tenantId, after)).orderBy(asc(t.tenantId)).limit(limit);
}

export async function tenantTimeZones(q: Query): Promise<string[]> {
  const { tenants: t } = q.tables;
  const rows = await q.selectDistinct({ timeZone: t.timeZone }).from(t).orderBy(asc(t.timeZone));
  return rows.map(({ timeZone }) => timeZone);
}

/** False when there is one of this id already. */
export async function insertTenant(tx: Query, row: TenantRow): Promise<boolean> {
  const { tenants: t } = tx.tables;
  return (await tx.insert(t).values(row).onConflictDoNothing().returning({ id: t.tenantId })).length === 1;
}

export async function updateTenant(tx: Query, tenantId: string, change: Partial<TenantRow>): Promise<void> {
  const { tenants: t } = tx.tables;
  await tx.update(t).set(change).where(eq(t.tenantId, tenantId));
}

/** Of a tenant that is not there: whether one of this id has left. */
export async function hasDeparted(q: Query, tenantId: string): Promise<boolean> {
  const { departures: t } = q.tables;
  const [row] = await q.select({ tenantId: t.tenantId }).from(t).where(eq(t.tenantId, tenantId)).limit(1);
  return row !== undefined;
}

export async function deleteTenant(tx: Query, tenantId: string): Promise<void> {
  const { tenants: t } = tx.tables;
  await tx.delete(t).where(eq(t.tenantId, tenantId));
}

export async function allOrigins(q: Query): Promise<string[]> {
  const { tenants: t } = q.tables;
  return (await q.select({ origins: t.origins }).from(t)).flatMap((row) => row.origins);
}

export async function insertToken(tx: Query, row: TokenRow): Promise<void> {
  await tx.insert(tx.tables.apiTokens).values(row);
}

export async function tokenById(q: Query, tenantId: string, tokenId: string): Promise<TokenRow | undefined> {
  const { apiTokens: t } = q.tables;
  const [row] = await q
    .select()
    .from(t)
    .where(and(eq(t.tenantId, tenantId), eq(t.tokenId, tokenId)));
  return row;
}

/** What these tokens are called, wherever they are at home; of an id that is none nothing is answered. */
export async function labelsOf(q: Query, tokenIds: string[]): Promise<Map<string, string>> {
  const { apiTokens: t } = q.tables;
  if (tokenIds.length === 0) return new Map();
  const rows = await q.select({ id: t.tokenId, label: t.label }).from(t).where(inArray(t.tokenId, tokenIds));
  return new Map(rows.map(({ id, label }) => [id, label]));
}

/** A tenant's tokens in order of creation; `bound`: without those that act in every tenant. */
export async function tokensAfter(
  q: Query,
  tenantId: string,
  bound: boolean,
  after: string,
  limit: number,
): Promise<TokenRow[]> {
  const { apiTokens: t } = q.tables;
  return await q
    .select()
    .from(t)
    .where(and(eq(t.tenantId, tenantId), gt(t.tokenId, after), bound ? eq(t.everyTenant, false) : undefined))
    .orderBy(asc(t.tokenId))
    .limit(limit);
}

/** Tokens in use that end after `now` and until `before`, the first to end first. */
export async function tokensEnding(
  q: Query,
  wanted: { tenantId: string | undefined; untold: boolean | undefined; now: Date; before: Date },
): Promise<TokenRow[]> {
  const { apiTokens: t } = q.tables;
  return await q
    .select()
    .from(t)
    .where(
      and(
        wanted.tenantId === undefined ? undefined : eq(t.tenantId, wanted.tenantId),
        isNull(t.revokedAt),
        gt(t.expiresAt, wanted.now),
        lte(t.expiresAt, wanted.before),
        wanted.untold ? isNull(t.endToldAt) : undefined,
      ),
    )
    .orderBy(asc(t.expiresAt), asc(t.tokenId));
}

/** Notes that it was told that these end; answers those of which it was not told before. */
export async function markEndTold(tx: Query, tenantId: string, tokenIds: string[], at: Date): Promise<string[]> {
  const { apiTokens: t } = tx.tables;
  if (tokenIds.length === 0) return [];
  const marked = await tx
    .update(t)
    .set({ endToldAt: at })
    .where(and(eq(t.tenantId, tenantId), inArray(t.tokenId, tokenIds), isNull(t.endToldAt)))
    .returning({ id: t.tokenId });
  return marked.map(({ id }) => id);
}

/** True when this call revoked it, false when it was revoked before. */
export async function revokeToken(tx: Query, tenantId: string, tokenId: string, at: Date): Promise<boolean> {
  const { apiTokens: t } = tx.tables;
  const changed = await tx
    .update(t)
    .set({ revokedAt: at })
    .where(and(eq(t.tenantId, tenantId), eq(t.tokenId, tokenId), isNull(t.revokedAt)))
    .returning({ id: t.tokenId });
  return changed.length === 1;
}

export async function touchToken(tx: Query, tenantId: string, tokenId: string, at: Date): Promise<void> {
  const { apiTokens: t } = tx.tables;
  await tx
    .update(t)
    .set({ lastUsedAt: at })
    .where(and(eq(t.tenantId, tenantId), eq(t.tokenId, tokenId)));
}

export async function tokenByCreator(q: Query, tenantId: string, createdBy: string): Promise<TokenRow | undefined> {
  const { apiTokens: t } = q.tables;
  const [row] = await q
    .select()
    .from(t)
    .where(and(eq(t.tenantId, tenantId), eq(t.createdBy, createdBy)));
  return row;
}

/** Puts another secret into a token that still has the expected one; false when somebody else was first. */
export async function replaceSecret(
  tx: Query,
  row: TokenRow,
  change: Pick<TokenRow, 'seal'> & Partial<Pick<TokenRow, 'secretHash' | 'hint' | 'createdAt' | 'expiresAt'>>,
): Promise<boolean> {
  const { apiTokens: t } = tx.tables;
  const changed = await tx
    .update(t)
    .set(change)
    .where(and(eq(t.tenantId, row.tenantId), eq(t.tokenId, row.tokenId), eq(t.secretHash, row.secretHash)))
    .returning({ id: t.tokenId });
  return changed.length === 1;
}
