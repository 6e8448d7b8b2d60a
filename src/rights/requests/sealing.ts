import type { Tables } from '../../foundations/store/schema.ts';
import type { ScopeKey } from '../../foundations/vault/vault.ts';
import { type NewEvent, type RequestEvent, takeApart } from './events.ts';
import type { EventRow, TextRow } from './table.ts';
import type { Language } from './types.ts';

/** Key scope of one request: it outlives the person's erasure and dies with the request (Art. 5(2), 17(3)(e)). */
export const SCOPE_PREFIX = 'request:';
export const requestScope = (requestId: string): string => `${SCOPE_PREFIX}${requestId}`;

/** Who asks, and how to reach them. */
export interface Requester {
  name: string | null;
  email: string | null;
  /** Postal address, lines as written. */
  address: string | null;
  language: Language;
}

const placeOf = (tables: Tables, tenant: string, requestId: string, column: 'requester' | number) =>
  column === 'requester'
    ? { tenant, table: 'requests', column: tables.requests.requesterSealed.name, row: requestId }
    : { tenant, table: 'request_texts', column: tables.requestTexts.textSealed.name, row: `${requestId}/${column}` };

export const sealRequester = (key: ScopeKey, tables: Tables, tenant: string, requestId: string, who: Requester) =>
  key.seal(placeOf(tables, tenant, requestId, 'requester'), JSON.stringify(who));

/** Undefined once the key is gone. */
export function openRequester(
  key: ScopeKey | undefined,
  tables: Tables,
  row: { tenantId: string; requestId: string; requesterSealed: Buffer | null },
): Requester | undefined {
  const place = placeOf(tables, row.tenantId, row.requestId, 'requester');
  const text = row.requesterSealed && key?.open(place, row.requesterSealed);
  return text ? (JSON.parse(text) as Requester) : undefined;
}

type Where = Pick<EventRow, 'tenantId' | 'requestId' | 'seq' | 'recordedAt' | 'recordedBy' | 'policyHash'>;

/** An event as it is stored: codes and numbers in one table, words sealed in another. */
export function sealEvent(
  key: ScopeKey,
  tables: Tables,
  where: Where,
  { kind, data, occurredAt }: NewEvent,
): { event: EventRow; text: TextRow | undefined } {
  const { facts, words } = takeApart(data);
  const { tenantId, requestId, seq, recordedAt } = where;
  const textSealed =
    Object.keys(words).length === 0
      ? undefined
      : key.seal(placeOf(tables, tenantId, requestId, seq), JSON.stringify(words));
  return {
    event: { ...where, kind, occurredAt: occurredAt ?? recordedAt, facts },
    text: textSealed && { tenantId, requestId, seq, textSealed, recordedAt },
  };
}

/** An event as it was recorded; of one whose seal does not open the words are missing. */
export function openEvent(
  key: ScopeKey | undefined,
  tables: Tables,
  row: EventRow,
  sealed: Buffer | undefined,
): RequestEvent {
  const { tenantId, requestId, seq, kind, facts, occurredAt, recordedAt, recordedBy, policyHash } = row;
  const text = sealed && key?.open(placeOf(tables, tenantId, requestId, seq), sealed);
  const data = { ...facts, ...(text ? (JSON.parse(text) as Record<string, unknown>) : {}) };
  return { seq, kind, data, occurredAt, recordedAt, recordedBy, policyHash } as unknown as RequestEvent;
}
