import { entryIn, proofFault, proveEntry } from '../../../foundations/audit/verify/entry-proof.ts';
import { canonical } from '../../../foundations/contract/canonical-json.ts';
import { readJson, readUtf8 } from '../../../foundations/contract/json.ts';
import { Problem } from '../../../foundations/contract/problem.ts';
import { type KeySet, verifyDocument } from '../../../foundations/signing/signer.ts';
import { receiptDigest } from '../views.ts';

export interface ReceiptTrust {
  /** The keys the controller publishes; without them the key in the file is used, and must be compared by hand. */
  keySet?: KeySet;
  /** The log's verifier key, as published. */
  logKey?: string;
}

interface SignedForms {
  kantara: { consentReceiptID: string; consentTimestamp: number };
  iso27560: unknown;
}

export interface CheckedReceipt {
  /** What was signed, where the signature holds. */
  signed?: { receiptId: string; decidedAt: string };
  /** Exactly what is wrong, in words; none: the receipt is valid. */
  faults: string[];
  /** What was not looked at, or is left to a person to compare. */
  notes: string[];
}

/** The forms in a signed text, if that is what it holds. */
function formsIn(document: unknown): SignedForms | undefined {
  const { kantara, iso27560 } = (document ?? {}) as { kantara?: Record<string, unknown>; iso27560?: unknown };
  const whole =
    typeof kantara?.['consentReceiptID'] === 'string' &&
    Number.isSafeInteger(kantara['consentTimestamp']) &&
    typeof iso27560 === 'object';
  return whole ? (document as SignedForms) : undefined;
}

/** Checks a receipt's file alone: the signed text, or the bundle with both forms and the proof. */
export async function verifyReceipt(file: Buffer, trust: ReceiptTrust): Promise<CheckedReceipt> {
  const faults: string[] = [];
  const notes: string[] = [];
  let text: string;
  let bundle: Record<string, unknown> | undefined;
  try {
    text = readUtf8(file).trim();
    bundle = text.startsWith('{') ? (readJson(text) as Record<string, unknown>) : undefined;
  } catch (error) {
    if (error instanceof Problem) return { faults: [`the file cannot be read: ${error.message}`], notes };
    throw error;
  }
  const jws = bundle ? bundle['jws'] : text;
  if (typeof jws !== 'string') return { faults: ['the file has no signature (jws)'], notes };
  // Base64 leaves bits unused at its end: only one text is the signature's.
  if (jws.split('.').some((part) => Buffer.from(part, 'base64url').toString('base64url') !== part))
    return { faults: ['signature: it is not written as it was made'], notes };
  const keySet = trust.keySet ?? keysOf(bundle);
  if (!keySet) return { faults: ['there is no key to check the signature with: give the key set with --jwks'], notes };
  const verified = await verifyDocument(keySet, jws, 'consent-receipt+jws');
  if (!verified.ok) return { faults: [`signature: ${verified.fault}`], notes };
  if (!trust.keySet)
    notes.push(`Signed with the key ${verified.keyId}: compare it with the one the controller publishes.`);
  const signed = formsIn(verified.document);
  if (!signed) return { faults: ['what was signed is not a receipt'], notes };
  const { consentReceiptID: receiptId, consentTimestamp } = signed.kantara;
  if (bundle) {
    for (const form of ['kantara', 'iso27560'] as const)
      if (canonical(bundle[form] ?? null) !== canonical(signed[form])) faults.push(`${form}: is not what was signed`);
    if (bundle['receiptId'] !== receiptId) faults.push('receiptId: is not the one that was signed');
    checkProof(bundle, receiptId, trust.logKey, faults, notes);
  }
  const decidedAt = new Date(consentTimestamp * 1000);
  if (Number.isNaN(decidedAt.getTime())) return { faults: ['what was signed has no time'], notes };
  return { signed: { receiptId, decidedAt: decidedAt.toISOString() }, faults, notes };
}

function keysOf(bundle: Record<string, unknown> | undefined): KeySet | undefined {
  const keys = (bundle?.['keySet'] as Partial<KeySet> | undefined)?.keys;
  return Array.isArray(keys) && keys.every((key) => typeof key === 'object' && key !== null) ? { keys } : undefined;
}

/** The entry names this receipt, and the proof leads from it to a signed checkpoint. */
function checkProof(
  { proof, entry }: Record<string, unknown>,
  receiptId: string,
  logKey: string | undefined,
  faults: string[],
  notes: string[],
): void {
  if (proof === null && entry === null) {
    notes.push('The receipt was made before its decision stood in the signed log: it comes without a proof.');
    return;
  }
  if (typeof proof !== 'string' || typeof entry !== 'string') {
    faults.push('proof: a proof and its entry come together');
    return;
  }
  const read = proofFault(() => (logKey === undefined ? entryIn(proof) : proveEntry(proof, logKey)));
  if (read.fault !== undefined) {
    faults.push(`proof: ${read.fault}`);
    return;
  }
  if (read.value.entry !== entry) faults.push('entry: is not the one in the proof');
  if (receiptNamedIn(entry) !== receiptDigest(receiptId)) faults.push('entry: is about another receipt');
  if (logKey === undefined) notes.push('The proof was not checked: give the log’s key with --log-key.');
}

function receiptNamedIn(entry: string): unknown {
  try {
    return (readJson(entry) as { detail?: { receipt?: unknown } | null } | null)?.detail?.receipt;
  } catch (error) {
    if (error instanceof Problem) return undefined;
    throw error;
  }
}
