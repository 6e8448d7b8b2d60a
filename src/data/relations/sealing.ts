import type { Tables } from '../../foundations/store/schema.ts';
import type { ScopeKey } from '../../foundations/vault/vault.ts';
import type { StandingRow } from './standing.ts';

type Column = 'referenceSealed' | 'accountSealed';
type Its = Pick<StandingRow, 'tenantId' | 'standingId'>;

const placeOf = (tables: Tables, { tenantId, standingId }: Its, column: Column) => ({
  tenant: tenantId,
  table: 'standings',
  row: standingId,
  column: tables.standings[column].name,
});

export const seal = (key: ScopeKey, tables: Tables, its: Its, column: Column, value: string): Buffer =>
  key.seal(placeOf(tables, its, column), value);

/** What a standing says of the person; null once their key is gone, and where it says nothing. */
export function openStanding(key: ScopeKey | undefined, tables: Tables, row: StandingRow) {
  const open = (column: Column): string | null => {
    const sealed = row[column];
    return (sealed && key?.open(placeOf(tables, row, column), sealed)) ?? null;
  };
  return { reference: open('referenceSealed'), account: open('accountSealed') };
}

/** By what one relation is found again: under the person's key, as comparable as that lives. */
export const referenceIndex = (key: Pick<ScopeKey, 'index'>, reference: string): string =>
  reference === '' ? '' : key.index('relation reference', reference);
