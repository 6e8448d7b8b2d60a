import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import Type, { type Static } from 'typebox';
import { hasHalfCharacter } from '../contract/canonical-json.ts';
import { Count, closed, Digest } from '../contract/schemas.ts';
import { OLDER_DATA } from '../store/migrate.ts';

const Bytes = Type.Object({ bytes: Count, sha256: Digest }, closed);

/** What stands beside every backup: without it the backup is unfinished. */
export const Manifest = Type.Object(
  {
    format: Type.Literal(2),
    /** `keyring`: the keys with the ledger of erasures and the published checkpoints, kept apart from the data. */
    kind: Type.Union([Type.Literal('data'), Type.Literal('keyring')]),
    engine: Type.Union([Type.Literal('sqlite'), Type.Literal('postgres')]),
    created: Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$' }),
    lethe: Type.String({ maxLength: 50 }),
    file: Type.String({ pattern: '^lethe-[0-9A-Za-z.-]{1,100}$' }),
    /** The file as it lies there, encrypted, and what it holds once opened and uncompressed. */
    stored: Bytes,
    content: Bytes,
    /** The newest migration of the data; null for a keyring, which has none. */
    lastMigration: Type.Union([Type.Null(), Type.Object({ at: Count, hash: Type.String({ maxLength: 100 }) }, closed)]),
    rows: Type.Record(Type.String({ pattern: '^[a-z_]{1,63}$' }), Count),
    /** Size of every tenant's log. */
    logs: Type.Record(Type.String(), Type.Object({ generation: Count, size: Count }, closed)),
    /** Position of the ledger of erasures when the backup was made. */
    ledger: Count,
    /** Ids (random, no secret) of the keys behind each tenant's pseudonyms: data and keyring fit when they agree. */
    keys: Type.Record(Type.String(), Type.String({ pattern: '^[0-9a-f]{32}$' })),
    /** Check value of the master key of a keyring: tells the right one, and nothing about it. */
    masterCheck: Type.Union([Type.Null(), Digest]),
    policyHash: Type.Union([Type.Null(), Digest]),
  },
  closed,
);
export type Manifest = Static<typeof Manifest>;

/** A backup that is not what it should be, or a target it must not be written to; in words for the operator. */
export class BackupError extends Error {
  override readonly name = 'BackupError';
}

let compiled: ValidateFunction<Manifest> | undefined;
function hasForm(value: unknown): value is Manifest {
  compiled ??= new Ajv2020({ strict: false, validateSchema: false }).compile<Manifest>(Manifest);
  return compiled(value);
}

/** What was written before 0.4.0. */
export class OlderBackupError extends BackupError {
  constructor() {
    super(OLDER_DATA);
  }
}

/** Characters of a signature at most. */
const SIGNATURE = /^[A-Za-z0-9_-]{1,400}\.\.[A-Za-z0-9_-]{1,200}$/;

/** As it was written: base64url has spare bits in its last letter, and another letter there would count as the same. */
function isSignature(text: unknown): text is string {
  if (typeof text !== 'string' || !SIGNATURE.test(text)) return false;
  return text.split('.').every((part) => Buffer.from(part, 'base64url').toString('base64url') === part);
}

export interface SignedManifest {
  manifest: Manifest;
  signature: string;
}

/** The manifest as it is written, closed by the signature of who made it. */
export function renderManifest({ manifest, signature }: SignedManifest): string {
  return `${JSON.stringify({ ...manifest, signature }, null, 2)}\n`;
}

/**
 * Reads a manifest; whose it is, its signature says (`checkSignature`).
 * @throws BackupError when a single byte is not as `renderManifest` wrote it
 */
export function parseManifest(text: string): SignedManifest {
  let read: Record<string, unknown>;
  try {
    read = JSON.parse(text) as Record<string, unknown>;
  } catch {
    throw new BackupError('The manifest is not JSON: it was altered or cut off.');
  }
  const { signature, ...manifest } = read ?? {};
  if (manifest['format'] === 1) throw new OlderBackupError();
  if (typeof manifest['format'] === 'number' && manifest['format'] > 2)
    throw new BackupError('The manifest has a format of a newer Lethe. Use that version.');
  if (hasHalfCharacter(text) || !hasForm(manifest) || !isSignature(signature))
    throw new BackupError('The manifest does not have the form of one: it was altered.');
  const signed = { manifest, signature };
  if (renderManifest(signed) !== text) throw new BackupError('The manifest is not as it was written: it was altered.');
  return signed;
}
