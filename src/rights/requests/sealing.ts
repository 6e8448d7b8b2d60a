import { Problem } from '../../foundations/contract/problem.ts';
import { createSealedEvents } from '../../foundations/events/sealed-events.ts';
import type { Tables } from '../../foundations/store/schema.ts';
import type { ScopeKey } from '../../foundations/vault/vault.ts';
import { type EventData, IN_WORDS } from './events.ts';
import { insertEvent } from './table.ts';
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

const placeOfRequester = (tables: Tables, tenant: string, requestId: string) => ({
  tenant,
  table: 'requests',
  column: tables.requests.requesterSealed.name,
  row: requestId,
});

export const sealRequester = (key: ScopeKey, tables: Tables, tenant: string, requestId: string, who: Requester) =>
  key.seal(placeOfRequester(tables, tenant, requestId), JSON.stringify(who));

/** Undefined once the key is gone. */
export function openRequester(
  key: ScopeKey | undefined,
  tables: Tables,
  row: { tenantId: string; requestId: string; requesterSealed: Buffer | null },
): Requester | undefined {
  const place = placeOfRequester(tables, row.tenantId, row.requestId);
  const text = row.requesterSealed && key?.open(place, row.requesterSealed);
  return text ? (JSON.parse(text) as Requester) : undefined;
}

/** What was recorded of requests, one stream for each; words are in a table of their own, which may be emptied. */
export const requestEvents = createSealedEvents<EventData>({
  name: 'request',
  inWords: IN_WORDS,
  placeOf: (tables, tenant, requestId, seq) => ({
    tenant,
    table: 'request_texts',
    column: tables.requestTexts.textSealed.name,
    row: `${requestId}/${seq}`,
  }),
  insert(tx, requestId, event, textSealed) {
    const { tenantId, seq, recordedAt } = event;
    const text = textSealed ? { tenantId, requestId, seq, textSealed, recordedAt, specialId: null } : undefined;
    return insertEvent(tx, { ...event, requestId }, text);
  },
  overtaken,
});

/** Of two who record something at once the second is told. */
export function overtaken(): Problem {
  return new Problem('conflict', 'Somebody else has just recorded something about this request. Look at it again.');
}
