import { calculateJwkThumbprint } from 'jose';
import { isLogOf, proofFault, proveEntry } from '../../foundations/audit/verify/entry-proof.ts';
import { canonical } from '../../foundations/contract/canonical-json.ts';
import { readJson, readUtf8 } from '../../foundations/contract/json.ts';
import { Problem } from '../../foundations/contract/problem.ts';
import { checker } from '../../foundations/contract/validation.ts';
import { type KeySet, verifyDocument } from '../../foundations/signing/signer.ts';
import { certificateHash, contradictions, SIGNED_AS } from './document.ts';
import { type Certificate, CertificateBundle } from './model.ts';

export interface Trust {
  /** The keys the institution publishes; without them the key in the file is used, and must be compared by hand. */
  keySet?: KeySet;
  /** The log's verifier key, as published; without it the one in the file is used, and must be compared by hand. */
  logKey?: string;
  /** The audit entry exactly as the log holds it, where the file has none. */
  entry?: string;
}

export interface Checked {
  certificate?: Certificate;
  /** Exactly what is wrong, in words; none: the certificate is valid. */
  faults: string[];
  /** What was shown, and what is left for a person to compare. */
  notes: string[];
}

const checkBundle = checker(CertificateBundle, '');
/** Differences told at most. */
const MOST_DIFFERENCES = 5;

/**
 * Checks a certificate's file alone: no database, no configuration, no network. It is valid when the signature fits, the
 * readable part is what was signed, counts and verdict follow from each other, and the log's entry carries its hash —
 * and, once it is in the log, when a signed checkpoint covers that entry. Cosignatures of witnesses are not looked at.
 */
export async function verifyCertificate(file: Buffer, trust: Trust = {}): Promise<Checked> {
  const faults: string[] = [];
  const notes: string[] = [];
  let bundle: CertificateBundle;
  try {
    const value = readJson(readUtf8(file));
    checkBundle(value);
    bundle = value as CertificateBundle;
  } catch (fault) {
    if (!(fault instanceof Problem)) throw fault;
    const where = (fault.extras.errors ?? []).slice(0, MOST_DIFFERENCES);
    const details = where.map(({ pointer, detail }) => `the file is not a certificate: ${pointer || '/'} ${detail}`);
    return { faults: details.length > 0 ? details : [`the file cannot be read: ${fault.message}`], notes };
  }
  const { certificate } = bundle;
  await checkSignature(bundle, trust, faults, notes);
  faults.push(...contradictions(certificate));
  checkLog(bundle, trust, faults, notes);
  return { certificate, faults, notes };
}

async function checkSignature(
  { certificate, jws, key }: CertificateBundle,
  { keySet }: Trust,
  faults: string[],
  notes: string[],
): Promise<void> {
  if ((await calculateJwkThumbprint(key)) !== key.kid) {
    faults.push('the key in the file does not fit its own thumbprint');
    return;
  }
  // Base64 leaves bits unused at its end: only one text is the signature's.
  if (jws.split('.').some((part) => Buffer.from(part, 'base64url').toString('base64url') !== part)) {
    faults.push('signature: it is not written as it was made');
    return;
  }
  const verified = await verifyDocument(keySet ?? { keys: [key] }, jws, SIGNED_AS[certificate.kind]).catch(() => ({
    ok: false as const,
    fault: 'the key set holds no key that can be used',
  }));
  if (!verified.ok) {
    faults.push(`signature: ${verified.fault}`);
    return;
  }
  if (verified.keyId !== key.kid) faults.push('the key in the file is not the one the signature names');
  for (const pointer of differences(verified.document, certificate).slice(0, MOST_DIFFERENCES))
    faults.push(`the readable certificate is not the signed one: ${pointer || '/'} differs`);
  notes.push(
    keySet
      ? `Signed by the published key ${key.kid}.`
      : `Signed by the key ${key.kid}. Compare this thumbprint with the one the institution publishes, or give its key set with --jwks: anybody can sign with a key of their own.`,
  );
}

/** JSON pointers of where two values differ. */
function differences(one: unknown, other: unknown, at = ''): string[] {
  if (canonical(one) === canonical(other)) return [];
  const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
  if (!isObject(one) || !isObject(other) || Array.isArray(one) !== Array.isArray(other)) return [at];
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  const inside = [...names].flatMap((name) =>
    name in one && name in other ? differences(one[name], other[name], `${at}/${name}`) : [`${at}/${name}`],
  );
  return inside.length > 0 ? inside : [at];
}

function checkLog({ certificate, log }: CertificateBundle, trust: Trust, faults: string[], notes: string[]): void {
  const { entryId, proof, index } = log;
  if (entryId !== certificate.entries.last) faults.push('log: the entry is not the one the certificate names');
  if (trust.entry !== undefined && log.entry !== undefined && trust.entry !== log.entry)
    faults.push('log: the entry in the file is not the one given beside it');
  const entry = log.entry ?? trust.entry;
  if (entry !== undefined) checkEntry(entry, certificate, faults);
  else if (proof === undefined) notes.push('The file has no audit entry; give it with --entry to check the log.');
  if (proof === undefined) {
    if (index !== undefined || log.key !== undefined) faults.push('log: there is an index or a key, but no proof');
    notes.push('Not yet proven to be in the log: read the certificate again later to get the proof.');
    return;
  }
  const keyText = trust.logKey?.trim() ?? log.key;
  if (keyText === undefined) {
    faults.push('log: there is no verifier key; give it with --log-key');
    return;
  }
  if (log.key !== undefined && log.key !== keyText) faults.push('log: the key in the file is not the published one');
  const proven = proofFault(() => proveEntry(proof, keyText));
  if (proven.fault !== undefined) faults.push(`log: ${proven.fault}`);
  else {
    const { entry: inside, origin, index: at } = proven.value;
    if (entry !== undefined && inside !== entry) faults.push('log: the entry beside the proof is not the one in it');
    if (entry === undefined) checkEntry(inside, certificate, faults);
    if (at !== index) faults.push('log: the index in the file is not the one of the proof');
    if (!isLogOf(origin, certificate.tenant)) faults.push('log: the log is of another institution');
  }
  notes.push(
    trust.logKey === undefined
      ? `Entry ${index} of the log with the key ${keyText}. Compare this key with the one the institution publishes at /log/${certificate.tenant}/key, or give it with --log-key.`
      : `Entry ${index} of the log with the published key.`,
  );
}

/** The entry must be the one that ends this act, and carry the hash of this certificate. */
function checkEntry(text: string, certificate: Certificate, faults: string[]): void {
  let entry: Record<string, unknown>;
  try {
    entry = readJson(text) as Record<string, unknown>;
    if (typeof entry !== 'object' || entry === null || canonical(entry) !== text) throw new TypeError();
  } catch (fault) {
    if (!(fault instanceof Problem || fault instanceof TypeError)) throw fault;
    faults.push('log: the entry is not written as the log holds it (canonical JSON)');
    return;
  }
  const detail = (entry['detail'] ?? {}) as Record<string, unknown>;
  const expected: [string, unknown, unknown][] = [
    ['id', entry['id'], certificate.entries.last],
    ['tenant', entry['tenant'], certificate.tenant],
    ['action', entry['action'], `${certificate.kind}.finished`],
    ['policies', entry['policyHash'], certificate.policyHash],
    [`detail.${certificate.kind}`, detail[certificate.kind], certificate.actId],
    ['detail.certificate', detail['certificate'], certificate.certificateId],
    ['detail.verdict', detail['verdict'], certificate.verdict],
    ['detail.certificateHash', detail['certificateHash'], certificateHash(certificate)],
  ];
  for (const [name, is, should] of expected)
    if (is !== should) faults.push(`log: the entry is about another certificate: its ${name} differs`);
}
