import type { AuditRow } from '../../foundations/audit/table.ts';
import type { Vault } from '../../foundations/vault/vault.ts';
import type { AccessReport } from './model.ts';

/** Entries that come with their proof: the newest. */
export const PROVEN = 200;

export interface LogProofs {
  proofOf(tenantId: string, entryId: string): Promise<string | undefined>;
  entryAt(tenantId: string, entryId: string): Promise<string | undefined>;
  keyIfSigned(tenantId: string): Promise<string | undefined>;
}

const HOW_TO_VERIFY =
  'Each entry of the log about you names you in another way, and the public log shows none of it. To check one: ' +
  'HMAC-SHA-256 of the entry’s id under one of the `openings` (hex), its first 32 characters, must be its `subject`. ' +
  '`proof` carries the entry and its salt; they make a leaf that leads through its hashes to the root of a signed ' +
  'checkpoint (docs/log-format.md, RFC 9162). "lethe log mine FILE" does all of it offline. Keep this part to yourself: ' +
  'whoever has it can tell which entries are about you.';

/** What the person needs to check that entries are theirs and stand in the public log. */
export async function openingsOf(
  { vault, merkleLog }: { vault: Pick<Vault, 'opening'>; merkleLog: LogProofs },
  tenantId: string,
  subjectIds: string[],
  entries: Pick<AuditRow, 'entryId'>[],
): Promise<AccessReport['log']> {
  const openings: AccessReport['log']['openings'] = [];
  for (const subject of subjectIds) {
    const opening = await vault.opening(tenantId, subject);
    if (opening) openings.push({ key: opening.toString('hex') });
  }
  const proven: AccessReport['log']['entries'] = [];
  for (const { entryId } of entries) {
    const proof = await merkleLog.proofOf(tenantId, entryId);
    const entry = proof === undefined ? undefined : await merkleLog.entryAt(tenantId, entryId);
    proven.push({ entryId, entry: entry ?? null, proof: proof ?? null });
  }
  return {
    key: (await merkleLog.keyIfSigned(tenantId)) ?? null,
    openings,
    entries: proven,
    howToVerify: HOW_TO_VERIFY,
  };
}
