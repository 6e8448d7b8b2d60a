import { type Column, getTableName } from 'drizzle-orm';
import type { Tables } from '../../src/foundations/store/schema.ts';
import { rowNameOf, SEALED_TABLES, type SealedTable, scopesOf } from '../../src/foundations/store/sealed-columns.ts';
import type { Store } from '../../src/foundations/store/store.ts';
import type { Place } from '../../src/foundations/vault/envelope.ts';
import type { Vault } from '../../src/foundations/vault/vault.ts';

export interface SealedValue {
  /** `table.column`. */
  at: string;
  sealed: Buffer;
  place: Place;
  /** Scopes it may be sealed under. */
  scopes: string[];
}

/** Every sealed value of every table. */
export async function sealedValues(store: Store): Promise<SealedValue[]> {
  const found: SealedValue[] = [];
  for (const [name, described] of Object.entries(SEALED_TABLES) as [keyof Tables, SealedTable][]) {
    const table = store.tables[name] as typeof store.tables.visits;
    const rows = (await store.read((q) => q.select().from(table))) as Record<string, unknown>[];
    for (const row of rows)
      for (const column of described.columns) {
        const sealed = row[column] as Buffer | null;
        if (!sealed || sealed.length === 0) continue;
        const place = {
          tenant: row['tenantId'] as string,
          table: getTableName(table),
          column: (table as unknown as Record<string, Column>)[column]?.name as string,
          row: rowNameOf(described, row),
        };
        found.push({ at: `${name}.${column}`, sealed, place, scopes: scopesOf(described, row) });
      }
  }
  return found;
}

/** The scope whose key opens a value; undefined where none does. */
export async function openedBy(vault: Vault, { sealed, place, scopes }: SealedValue): Promise<string | undefined> {
  for (const scope of scopes)
    if ((await vault.existingKey(place.tenant, scope))?.openBytes(place, sealed)) return scope;
  return undefined;
}
