import type { Context, Role } from '../contract/context.ts';
import type { Store } from '../store/store.ts';
import type { Commitment, Vault } from '../vault/vault.ts';
import type { Audit } from './audit.ts';

/** Behind these roles stands a person; the others are machines, whose reading is the service's own work. */
const PEOPLE: readonly Role[] = ['admin', 'dpo', 'auditor', 'operator'];

export const isPerson = (role: Role): boolean => PEOPLE.includes(role);

/** Told by the services: whose data the answer holds. Does nothing for machines. */
export function showing(context: Context, ...subjectIds: string[]): void {
  for (const subjectId of subjectIds) context.reading?.subjects.add(subjectId);
}

/**
 * Told by the services: somebody was looked for by something, and this is whom it found, or nobody. Each is a look of its
 * own, so that neither the entries nor their number tell what was found; also where the answer is an error.
 */
export function lookedFor(context: Context, subjectId: string | undefined): void {
  const { reading } = context;
  if (reading) reading.lookups = [...(reading.lookups ?? []), subjectId];
}

export interface ReadingDeps {
  store: Store;
  audit: Audit;
  vault: Vault;
}

/** Entries of one look that share a transaction. */
const BATCH = 100;

/**
 * Writes down who looked at what, and why, before the answer leaves: one entry per person concerned, named by their
 * commitment; one without a person where nobody was found, or whose key is gone; one for each look-up.
 */
export async function recordReading({ store, audit, vault }: ReadingDeps, context: Context): Promise<void> {
  const { reading, tenant } = context;
  if (!reading) return;
  const { what, purpose, reference } = reading;
  const detail = { what, purpose, reference };
  const commitments: (Commitment | undefined)[] = [];
  for (const subjectId of reading.subjects) {
    const commitment = await vault.existingCommitment(tenant.id, subjectId);
    if (commitment) commitments.push(commitment);
  }
  for (const found of reading.lookups ?? [])
    commitments.push(found === undefined ? undefined : await vault.existingCommitment(tenant.id, found));
  if (commitments.length === 0) commitments.push(undefined);
  for (let from = 0; from < commitments.length; from += BATCH)
    await store.write(async (tx) => {
      for (const subject of commitments.slice(from, from + BATCH))
        await audit.add(tx, context, {
          action: 'personal-data.read',
          subject,
          detail,
        });
    });
}
