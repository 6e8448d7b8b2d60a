import type { Tables } from '../../foundations/store/schema.ts';
import type { ScopeKey } from '../../foundations/vault/vault.ts';
import { type BreachEvent, type NewEvent, takeApart } from './events.ts';
import type { EventRow } from './table.ts';

/** Key scope of what is written in words about breaches: the tenant's, for the register is kept (Art. 33(5)). */
export const BREACH_SCOPE = 'breaches';

const placeOf = (tables: Tables, tenant: string, breachId: string, seq: number) => ({
  tenant,
  table: 'breach_events',
  column: tables.breachEvents.textSealed.name,
  row: `${breachId}/${seq}`,
});

type Where = Pick<EventRow, 'tenantId' | 'breachId' | 'seq' | 'recordedAt' | 'recordedBy' | 'policyHash'>;

/** An event as it is stored: codes and numbers in the clear, words sealed. */
export function sealEvent(key: ScopeKey, tables: Tables, where: Where, { kind, data, occurredAt }: NewEvent): EventRow {
  const { facts, words } = takeApart(data);
  const sealed =
    Object.keys(words).length === 0
      ? null
      : key.seal(placeOf(tables, where.tenantId, where.breachId, where.seq), JSON.stringify(words));
  return { ...where, kind, occurredAt: occurredAt ?? where.recordedAt, facts, textSealed: sealed };
}

/** An event as it was recorded; of one whose seal does not open the words are missing. */
export function openEvent(key: ScopeKey | undefined, tables: Tables, row: EventRow): BreachEvent {
  const { tenantId, breachId, seq, kind, facts, textSealed, occurredAt, recordedAt, recordedBy, policyHash } = row;
  const text = textSealed && key?.open(placeOf(tables, tenantId, breachId, seq), textSealed);
  const words = text ? (JSON.parse(text) as Record<string, string>) : {};
  const data = { ...facts, ...words };
  return { seq, kind, data, occurredAt, recordedAt, recordedBy, policyHash } as unknown as BreachEvent;
}
