import { and, eq } from 'drizzle-orm';
import type { Query } from '../../foundations/store/store.ts';
import { isOneOf, valueList } from '../../foundations/store/value-lists.ts';
import { subjectScope, type Vault } from '../../foundations/vault/vault.ts';
import { openStanding } from './sealing.ts';

/** What the platform calls these accounts, of those it has told something of. */
export async function accountsNamed(
  vault: Pick<Vault, 'existingKey'>,
  q: Query,
  tenantId: string,
  subjectIds: readonly string[],
): Promise<Map<string, string>> {
  const { standings: t } = q.tables;
  const rows = await q
    .select()
    .from(t)
    .where(and(eq(t.tenantId, tenantId), isOneOf(q, t.subjectId, valueList(t.subjectId, subjectIds))));
  const names = new Map<string, string>();
  for (const row of rows) {
    if (names.has(row.subjectId)) continue;
    const { account } = openStanding(await vault.existingKey(tenantId, subjectScope(row.subjectId)), q.tables, row);
    if (account !== null) names.set(row.subjectId, account);
  }
  return names;
}
