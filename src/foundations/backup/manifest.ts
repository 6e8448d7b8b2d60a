import { createHash } from 'node:crypto';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import Type, { type Static } from 'typebox';
import { canonical } from '../contract/canonical-json.ts';
import { Count, closed, Digest } from '../contract/schemas.ts';

const Bytes = Type.Object({ bytes: Count, sha256: Digest }, closed);

/** What stands beside every backup: without it the backup is unfinished. */
export const Manifest = Type.Object(
  {
    format: Type.Literal(1),
    /** `keyring`: the keys with the ledger of erasures and the published checkpoints, kept apart from the data. */
    kind: Type.Union([Type.Literal('data'), Type.Literal('keyring')]),
    engine: Type.Union([Type.Literal('sqlite'), Type.Literal('postgres')]),
    created: Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$' }),
    lethe: Type.String({ maxLength: 50 }),
    file: Type.String({ pattern: '^lethe-[0-9A-Za-z.-]{1,100}$' }),
    /** The file as it lies there, and what it holds when uncompressed. */
    compressed: Bytes,
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

const digestOf = (manifest: Manifest) => createHash('sha256').update(canonical(manifest)).digest('hex');

/** The manifest as it is written, closed by a digest of itself. */
export function renderManifest(manifest: Manifest): string {
  return `${JSON.stringify({ ...manifest, digest: digestOf(manifest) }, null, 2)}\n`;
}

/** @throws BackupError when a single byte is not as `renderManifest` wrote it. */
export function parseManifest(text: string): Manifest {
  let read: Record<string, unknown>;
  try {
    read = JSON.parse(text) as Record<string, unknown>;
  } catch {
    throw new BackupError('The manifest is not JSON: it was altered or cut off.');
  }
  const { digest: _digest, ...manifest } = read ?? {};
  if (typeof manifest['format'] === 'number' && manifest['format'] > 1)
    throw new BackupError('The manifest has a format of a newer Lethe. Use that version.');
  if (!hasForm(manifest)) throw new BackupError('The manifest does not have the form of one: it was altered.');
  if (renderManifest(manifest) !== text)
    throw new BackupError('The manifest does not fit its own digest: it was altered.');
  return manifest;
}
