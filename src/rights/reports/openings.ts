import type { AuditRow } from '../../foundations/audit/table.ts';
import { commitmentUnder, type Vault } from '../../foundations/vault/vault.ts';
import type { AccessReport } from './model.ts';

/** Entries that come with their proof; of the others the id is told, and the log itself is public. */
export const PROVEN = 200;

export interface LogProofs {
  proofOf(tenantId: string, entryId: string): Promise<string | undefined>;
  leafAt(tenantId: string, entryId: string): Promise<string | undefined>;
  keyIfSigned(tenantId: string): Promise<string | undefined>;
}

const HOW_TO_VERIFY =
  'Every entry of the log about you names you by a commitment. To check one: HMAC-SHA-256 of `subject` under `key` (hex), ' +
  'its first 32 characters, must be the `subject` of the entry; SHA-256 of a zero byte and the entry leads through the ' +
  'hashes of `proof` to the root of a signed checkpoint (RFC 9162). "lethe log mine FILE" does all of it offline. Keep ' +
  'this part to yourself: whoever has it can tell which entries are about you.';

/** What the person needs to find and check their own entries in the public log. */
export async function openingsOf(
  { vault, merkleLog }: { vault: Pick<Vault, 'opening'>; merkleLog: LogProofs },
  tenantId: string,
  subjectIds: string[],
  entries: Pick<AuditRow, 'entryId'>[],
): Promise<AccessReport['log']> {
  const openings: AccessReport['log']['openings'] = [];
  for (const subject of subjectIds) {
    const opening = await vault.opening(tenantId, subject);
    if (opening)
      openings.push({ commitment: commitmentUnder(opening, subject), key: opening.toString('hex'), subject });
  }
  const proven: AccessReport['log']['entries'] = [];
  for (const { entryId } of entries) {
    const proof = await merkleLog.proofOf(tenantId, entryId);
    const entry = proof === undefined ? undefined : await merkleLog.leafAt(tenantId, entryId);
    proven.push({ entryId, entry: entry ?? null, proof: proof ?? null });
  }
  return {
    key: (await merkleLog.keyIfSigned(tenantId)) ?? null,
    openings,
    entries: proven,
    howToVerify: HOW_TO_VERIFY,
  };
}
