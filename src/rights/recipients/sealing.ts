import type { Tables } from '../../foundations/store/schema.ts';
import type { ScopeKey } from '../../foundations/vault/vault.ts';
import type { DisclosureRow, TaskRow } from './table.ts';

/** Reasons recipients give, under a key of the tenant. */
export const REASON_SCOPE = 'recipients';

/** What a recipient knows the person by lives as long as what was written of the request. */
export const requestScope = (requestId: string): string => `request:${requestId}`;

/** How the recipient finds the person: the account as the platform calls it, and what it was given. */
export interface Identifiers {
  account: string | null;
  references: string[];
}

export const referencePlace = (
  tables: Tables,
  { tenantId, disclosureId }: Pick<DisclosureRow, 'tenantId' | 'disclosureId'>,
) => ({
  tenant: tenantId,
  table: 'recipient_disclosures',
  row: disclosureId,
  column: tables.recipientDisclosures.referenceSealed.name,
});

const taskPlace = (tenant: string, row: string, column: string) => ({ tenant, table: 'recipient_tasks', row, column });

export const sealIdentifiers = (key: ScopeKey, tenantId: string, taskId: string, identifiers: Identifiers): Buffer =>
  key.seal(taskPlace(tenantId, taskId, 'identifiers_sealed'), JSON.stringify(identifiers));

/** Undefined once the key, or what it sealed, is gone. */
export function openIdentifiers(key: ScopeKey | undefined, task: TaskRow): Identifiers | undefined {
  const { tenantId, taskId, identifiersSealed } = task;
  const text = identifiersSealed && key?.open(taskPlace(tenantId, taskId, 'identifiers_sealed'), identifiersSealed);
  return text ? (JSON.parse(text) as Identifiers) : undefined;
}

export const sealReason = (key: ScopeKey, tenantId: string, taskId: string, reason: string): Buffer =>
  key.seal(taskPlace(tenantId, taskId, 'reason_sealed'), reason);
