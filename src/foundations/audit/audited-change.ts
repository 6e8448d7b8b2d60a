import type { Context } from '../contract/context.ts';
import { changedSinceRead } from '../contract/etag.ts';
import type { Query, Store, WriteOptions } from '../store/store.ts';
import type { Vault } from '../vault/vault.ts';
import type { Audit, AuditEvent } from './audit.ts';

export interface SubjectChange extends Omit<AuditEvent, 'subject'> {
  subjectId: string;
  /** What the caller named as the state it had read, for the answer when it is no longer so. */
  ifMatch: string | undefined;
}

/**
 * A change of one subject's data and its audit entry, in one transaction. `change` answers false when the data is no
 * longer as it was read.
 * @throws Problem `conflict` or `precondition-failed` then.
 */
export async function auditedChange(
  { store, audit, vault }: { store: Store; audit: Audit; vault: Vault },
  context: Context,
  { subjectId, ifMatch, ...event }: SubjectChange,
  change: (tx: Query) => Promise<boolean>,
  options?: WriteOptions,
): Promise<void> {
  const subject = await vault.commitment(context.tenant.id, subjectId);
  await store.write(async (tx) => {
    if (!(await change(tx))) throw changedSinceRead(ifMatch);
    await audit.add(tx, context, { ...event, subject });
  }, options);
}
