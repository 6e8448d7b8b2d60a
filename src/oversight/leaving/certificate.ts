import { createHash } from 'node:crypto';
import { proofFault, proveEntry } from '../../foundations/audit/verify/entry-proof.ts';
import { canonical } from '../../foundations/contract/canonical-json.ts';
import { readJson, readUtf8 } from '../../foundations/contract/json.ts';
import { Problem } from '../../foundations/contract/problem.ts';
import { checker } from '../../foundations/contract/validation.ts';
import { type KeySet, verifyDocument } from '../../foundations/signing/signer.ts';
import type { leftOf } from './found.ts';
import { type Actor, CertificateBundle, type DepartureCertificate } from './model.ts';
import type { DepartureRow, Progress } from './table.ts';

/**
 * Whole years after the end of the year in which the contract ended for which the record of it is kept: claims against a
 * processor can be brought as long (§ 195, 199 BGB; GDPR Art. 82).
 */
const KEPT_YEARS = 3;
const keptUntil = (endsOn: string, at: Date): string =>
  `${Math.max(Number(endsOn.slice(0, 4)), at.getUTCFullYear()) + KEPT_YEARS}-12-31`;

interface Ended {
  institution: string;
  progress: Progress;
  left: Awaited<ReturnType<typeof leftOf>>;
  keysLeft: number;
  at: Date;
  entry: string;
  certificateId: string;
}

/** What a second look after the act found; nothing is said that it did not find. */
export function certificateOf(row: DepartureRow, ended: Ended): DepartureCertificate {
  const { progress, left, keysLeft, at } = ended;
  const tables = [
    ...new Set([...Object.keys(progress.rows), ...Object.keys(left.erased).filter((name) => left.erased[name])]),
  ];
  const certificate: DepartureCertificate = {
    version: 1,
    kind: 'departure',
    certificateId: ended.certificateId,
    departureId: row.departureId,
    tenant: row.tenantId,
    institution: ended.institution,
    choice: row.choice,
    reason: row.reason,
    agreement: row.agreement,
    endsOn: row.endsOn,
    openedBy: row.proposedBy,
    approvedBy: row.decidedBy as Actor,
    orderedBy: row.deletionBy as Actor,
    returned: returnedOf(row),
    acknowledgedAt: row.acknowledgedAt?.toISOString() ?? null,
    startedAt: (row.deletionAt as Date).toISOString(),
    finishedAt: at.toISOString(),
    verdict: 'complete',
    keysDestroyed: progress.keys,
    keysLeft,
    erased: tables.sort().map((table) => ({ table, rows: progress.rows[table] ?? 0, left: left.erased[table] ?? 0 })),
    outside: Object.entries(progress.outside).map(([holder, counts]) => ({ holder, ...counts })),
    kept: left.kept.map(({ table, rows, ground }) => ({
      table,
      rows,
      ground: ground ?? 'accountability',
      until: keptUntil(row.endsOn, at),
    })),
    entry: ended.entry,
  };
  return { ...certificate, verdict: verdictOn(certificate) };
}

export const returnedOf = (row: DepartureRow) =>
  row.returnedAt && row.returnDigest !== null && row.returnSize !== null
    ? { at: row.returnedAt.toISOString(), manifest: row.returnDigest, logSize: row.returnSize }
    : null;

function verdictOn({
  erased,
  outside,
  kept,
  keysLeft,
}: Pick<DepartureCertificate, 'erased' | 'outside' | 'kept' | 'keysLeft'>): DepartureCertificate['verdict'] {
  const still = erased.some(({ left }) => left > 0) || outside.some(({ left, unreached }) => left + unreached > 0);
  if (still || keysLeft > 0) return 'incomplete';
  return kept.length > 0 ? 'complete-with-exceptions' : 'complete';
}

/** SHA-256 of the canonical JSON: what the audit entry carries. */
export const certificateHash = (certificate: DepartureCertificate): string =>
  createHash('sha256').update(canonical(certificate)).digest('hex');

const checkBundle = checker(CertificateBundle, '');

/** Checks the file of a certificate alone: exactly what is wrong, in words; nothing of one that is valid. */
export async function verifyDepartureCertificate(
  file: Buffer,
  trust: { keySet?: KeySet; logKey?: string },
): Promise<{ certificate?: DepartureCertificate; faults: string[]; notes: string[] }> {
  const faults: string[] = [];
  const notes: string[] = [];
  let bundle: { certificate: DepartureCertificate; jws: string; keySet: unknown; proof: string | null };
  try {
    const value = readJson(readUtf8(file));
    checkBundle(value);
    bundle = value as typeof bundle;
  } catch (error) {
    if (error instanceof Problem)
      return { faults: [`the file is no certificate of a departure: ${error.message}`], notes };
    throw error;
  }
  const { certificate } = bundle;
  const verified = await verifyDocument(
    trust.keySet ?? (bundle.keySet as KeySet),
    bundle.jws,
    'departure-certificate+jws',
  );
  if (!verified.ok) return { faults: [`signature: ${verified.fault}`], notes };
  if (!trust.keySet)
    notes.push(`Signed with the key ${verified.keyId}: compare it with the one the platform publishes.`);
  if (canonical(verified.document) !== canonical(certificate)) faults.push('the certificate is not what was signed');
  if (verdictOn(certificate) !== certificate.verdict) faults.push('the verdict does not follow from the counts');
  if (bundle.proof === null) notes.push('It comes without a proof: its entry had no place in the signed log yet.');
  else if (trust.logKey === undefined) notes.push('The proof was not checked: give the log’s key with --log-key.');
  else {
    const { proof } = bundle;
    const { logKey } = trust;
    const read = proofFault(() => proveEntry(proof, logKey));
    if (read.fault !== undefined) faults.push(`proof: ${read.fault}`);
    else {
      const { detail } = JSON.parse(read.value.entry) as { detail?: Record<string, unknown> };
      if (detail?.['certificateHash'] !== certificateHash(certificate)) faults.push('proof: is of another certificate');
    }
  }
  return { certificate, faults, notes };
}
