import { createHash } from 'node:crypto';
import { eq, isNull } from 'drizzle-orm';
import { canonical } from '../../foundations/contract/canonical-json.ts';
import type { Context } from '../../foundations/contract/context.ts';
import { erasedTables, fateOf, keptTables } from '../../foundations/departure/contents.ts';
import { countRows } from '../../foundations/departure/read-rows.ts';
import { sqlNameOf } from '../../foundations/departure/rows.ts';
import type { ExternalHolder } from '../../foundations/holders/external.ts';
import type { Holder } from '../../foundations/holders/holder.ts';
import type { Query, Store } from '../../foundations/store/store.ts';
import type { Found, NewDeparture } from './model.ts';

export interface FoundDeps {
  store: Store;
  holders: Holder[];
  externalHolders: ExternalHolder[];
  /** Holds in force that keep data. */
  keepingHolds(context: Context): Promise<number>;
}

/** What there is of a tenant, in numbers, and what becomes of it. */
export async function findAll(deps: FoundDeps, context: Context): Promise<Found> {
  const { store, holders, externalHolders } = deps;
  const tenantId = context.tenant.id;
  return store.snapshot(async (q) => {
    const { tables } = q;
    const found: Found['tables'] = [];
    for (const name of [...erasedTables(tables), ...keptTables(tables)]) {
      const rows = await countRows(q, name, tenantId);
      const { returned, then, ground } = fateOf(name);
      if (rows > 0) found.push({ table: sqlNameOf(name), rows, returned, then, ground: ground ?? null });
    }
    const people = await countRows(q, 'profiles', tenantId);
    return {
      tables: found,
      categories: await categoriesOf(holders, q, tenantId),
      outside: externalHolders.map(({ id }) => ({ holder: id, people })),
      keepingHolds: await deps.keepingHolds(context),
      openRequests: await countRows(q, 'requests', tenantId, isNull(tables.requests.closedAt)),
    };
  });
}

async function categoriesOf(holders: Holder[], q: Query, tenantId: string): Promise<Found['categories']> {
  const found: Found['categories'] = [];
  for (const holder of holders) {
    const claims = Object.values(holder.describe().columns).flatMap((columns) => Object.values(columns ?? {}));
    const categories = new Set(claims.flatMap((claim) => ('category' in claim ? [claim.category] : [])));
    for (const category of [...categories].sort()) {
      const { records } = await holder.countTouched(q, { tenantId, category });
      if (records > 0) found.push({ category, holder: holder.id, rows: records });
    }
  }
  return found;
}

/**
 * Of what two people agree to: what there is something of, and what becomes of it. Not of how much: a portal in use has
 * more of it a second later.
 */
export function digestOf({ choice, on, reason }: Pick<NewDeparture, 'choice' | 'on' | 'reason'>, found: Found): string {
  const what = {
    choice,
    on,
    reason,
    tables: found.tables.map(({ table, then, ground }) => [table, then, ground]).sort(),
    outside: found.outside.map(({ holder }) => holder).sort(),
  };
  return createHash('sha256').update(canonical(what)).digest('hex');
}

/** How many of each table there still are; the second look. */
export async function leftOf(
  store: Store,
  tenantId: string,
): Promise<{ erased: Record<string, number>; kept: Found['tables'] }> {
  return store.read(async (q) => {
    const erased: Record<string, number> = {};
    for (const name of erasedTables(q.tables)) erased[sqlNameOf(name)] = await countRows(q, name, tenantId);
    const kept: Found['tables'] = [];
    for (const name of keptTables(q.tables)) {
      const rows = await countRows(q, name, tenantId);
      const { ground } = fateOf(name);
      if (rows > 0) kept.push({ table: sqlNameOf(name), rows, returned: true, then: 'kept', ground: ground ?? null });
    }
    return { erased, kept };
  });
}

export const hasTenant = (store: Store, tenantId: string): Promise<boolean> =>
  store.read(async (q) => {
    const { tenants: t } = q.tables;
    return (await q.select({ id: t.tenantId }).from(t).where(eq(t.tenantId, tenantId))).length > 0;
  });
