import { createHash } from 'node:crypto';
import { type Entry, type FileEntry, type Reader, Uint8ArrayWriter, ZipReader } from '@zip.js/zip.js';
import { verifyCertificate } from '../../data/certificates/verify.ts';
import { isLogOf, proofFault, proveEntry } from '../../foundations/audit/verify/entry-proof.ts';
import { canonical } from '../../foundations/contract/canonical-json.ts';
import { readJson, readUtf8 } from '../../foundations/contract/json.ts';
import { Problem } from '../../foundations/contract/problem.ts';
import { checker } from '../../foundations/contract/validation.ts';
import { type KeySet, verifyDocument } from '../../foundations/signing/signer.ts';
import { contentDigest, Manifest } from './manifest.ts';

export interface PackTrust {
  /** The keys the institution publishes; without them those in the pack are used, and must be compared by hand. */
  keySet?: KeySet;
  /** The log's published verifier key. */
  logKey?: string;
}
export interface CheckedPack {
  manifest?: Manifest;
  faults: string[];
  notes: string[];
}

const check = checker(Manifest, '');
/** Bytes of one file of a pack at most: a small ZIP can claim to hold a very large one. */
const LARGEST = 200_000_000;
const OWN = ['manifest.json', 'manifest.jws'];

/** Checks a pack alone: no installation, no network. Every file, the signature, every certificate, every proof. */
export async function verifyPack(source: Reader<unknown>, trust: PackTrust = {}): Promise<CheckedPack> {
  const faults: string[] = [];
  const notes: string[] = [];
  const zip = new ZipReader(source, { checkSignature: true, useWebWorkers: false });
  try {
    const files = new Map<string, FileEntry>();
    for (const entry of await zip.getEntries()) {
      if (files.has(entry.filename)) faults.push(`${entry.filename} is there twice`);
      if (!isFile(entry)) faults.push(`${entry.filename} is no file`);
      else files.set(entry.filename, entry);
    }
    const read = async (name: string): Promise<Buffer> => {
      const entry = files.get(name);
      if (!entry) throw new PackFault(`${name} is missing`);
      if (entry.uncompressedSize > LARGEST) throw new PackFault(`${name} is too large`);
      return Buffer.from(
        await entry.getData(new Uint8ArrayWriter()).catch(() => {
          throw new PackFault(`${name} cannot be read: it was altered`);
        }),
      );
    };
    const manifest = manifestIn(await read('manifest.json'));
    const keySet = trust.keySet ?? (jsonIn(await read('jwks.json'), 'jwks.json') as KeySet);
    await checkSignature(manifest, (await read('manifest.jws')).toString('latin1'), keySet, faults);
    notes.push(
      trust.keySet
        ? 'Signed by a published key.'
        : 'Signed by the key in the pack. Compare jwks.json with what the institution publishes, or give it with --jwks.',
    );
    const named = [...manifest.content, ...manifest.proofs];
    const names = new Set([...named.map(({ name }) => name), ...OWN]);
    for (const name of files.keys()) if (!names.has(name)) faults.push(`${name} is not in the manifest`);
    if (contentDigest(manifest.content) !== manifest.contentDigest) faults.push('the digest of the content differs');
    const logKey = trust.logKey ?? (files.has('log/key') ? (await read('log/key')).toString('utf8').trim() : undefined);
    let proven = 0;
    for (const { name, bytes, sha256 } of named)
      try {
        const content = await read(name);
        if (content.length !== bytes || createHash('sha256').update(content).digest('hex') !== sha256)
          throw new PackFault(`${name} is not the file the manifest names`);
        if (name.startsWith('certificates/')) {
          const checked = await verifyCertificate(content, { keySet });
          for (const fault of checked.faults) faults.push(`${name}: ${fault}`);
        }
        const entryId = /^log\/proofs\/([0-9a-f-]{36})\.tlog-proof$/.exec(name)?.[1];
        if (entryId === undefined) continue;
        const entry = await read(`log/entries/${entryId}.json`);
        const fault = faultOf(entry, content.toString('utf8'), logKey, manifest.tenant);
        if (fault !== undefined) throw new PackFault(`${name}: ${fault}`);
        proven += 1;
      } catch (fault) {
        if (!(fault instanceof PackFault)) throw fault;
        faults.push(fault.message);
      }
    const entries = manifest.content.filter(({ name }) => name.startsWith('log/entries/')).length;
    notes.push(`${proven} of ${entries} log entries are proven by the log with the key ${logKey ?? '(none)'}.`);
    if (trust.logKey === undefined)
      notes.push(`Compare that key with /log/${manifest.tenant}/key, or give it with --log-key.`);
    return { manifest, faults, notes };
  } catch (fault) {
    // What is no ZIP at all is told by its reader in words of its own.
    faults.push(fault instanceof PackFault ? fault.message : 'the file is not a ZIP that can be read');
    return { faults, notes };
  } finally {
    await zip.close().catch(() => undefined);
  }
}

class PackFault extends Error {
  override readonly name = 'PackFault';
}

const isFile = (entry: Entry): entry is FileEntry => !entry.directory;

function jsonIn(bytes: Buffer, name: string): unknown {
  try {
    return readJson(readUtf8(bytes));
  } catch (fault) {
    if (!(fault instanceof Problem)) throw fault;
    throw new PackFault(`${name} is not JSON`);
  }
}

function manifestIn(bytes: Buffer): Manifest {
  const value = jsonIn(bytes, 'manifest.json');
  try {
    check(value);
  } catch (fault) {
    if (!(fault instanceof Problem)) throw fault;
    throw new PackFault('manifest.json is not the manifest of an authority pack');
  }
  return value as Manifest;
}

async function checkSignature(manifest: Manifest, jws: string, keySet: KeySet, faults: string[]): Promise<void> {
  const verified = await verifyDocument(keySet, jws, 'authority-pack+jws').catch(() => ({
    ok: false as const,
    fault: 'the key set holds no key that can be used',
  }));
  if (!verified.ok) faults.push(`signature: ${verified.fault}`);
  else if (canonical(verified.document) !== canonical(manifest))
    faults.push('manifest.json is not what was signed: it was altered');
}

function faultOf(entry: Buffer, proof: string, key: string | undefined, tenant: string): string | undefined {
  if (key === undefined) return 'there is no verifier key of the log';
  const proven = proofFault(() => proveEntry(proof, key));
  if (proven.fault !== undefined) return proven.fault;
  if (!isLogOf(proven.value.origin, tenant)) return 'the log is of another institution';
  return proven.value.entry === entry.toString('utf8')
    ? undefined
    : 'the entry in the pack is not the one in the proof';
}
