import { createHash } from 'node:crypto';
import Type, { type Static } from 'typebox';
import { canonical } from '../contract/canonical-json.ts';
import { closed } from '../contract/schemas.ts';
import { checker } from '../contract/validation.ts';

export const FORMAT = 1;
export const HEADER_FILE = 'departure.json';
export const MANIFEST_FILE = 'manifest.json';
export const SIGNATURE_FILE = 'manifest.jws';
export const KEYS_FOLDER = 'keys';
export const LOG_FILE = 'log/log.json';

const Text = Type.String({ minLength: 1, maxLength: 2000 });
const Count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const Digest = Type.String({ pattern: '^[0-9a-f]{64}$' });
const Anything = Type.Record(Type.String(), Type.Unknown());

/** The log as it stood when the file was made. */
const LogFacts = Type.Object(
  {
    origin: Text,
    generation: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
    size: Count,
    root: Text,
    leafVersion: Count,
    checkpoint: Type.String({ maxLength: 20_000 }),
    key: Text,
  },
  closed,
);

/** What is signed of a file: what it holds, of whom, as of when. */
export const Manifest = Type.Object(
  {
    format: Type.Literal(FORMAT),
    /** `part`: of one portal, one table or one range; no instance takes it for a tenant. */
    kind: Type.Enum(['tenant', 'part']),
    tenant: Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,62}$' }),
    madeAt: Type.String({ format: 'date-time', maxLength: 40 }),
    /** The departure, or the id of the partial return. */
    departure: Type.String({ maxLength: 100 }),
    part: Type.Union([Anything, Type.Null()]),
    installation: Text,
    release: Text,
    log: Type.Union([LogFacts, Type.Null()]),
    /** Rows by table, as the engine calls it. */
    rows: Type.Record(Type.String(), Count),
    keySet: Anything,
    files: Type.Array(Type.Object({ name: Text, bytes: Count, sha256: Digest }, closed), { maxItems: 1_000_000 }),
  },
  closed,
);
export type Manifest = Static<typeof Manifest>;
export const checkManifest = checker(Manifest, '');

/** SHA-256 of the canonical JSON: what an institution acknowledges. */
export const manifestDigest = (manifest: Manifest): string =>
  createHash('sha256').update(canonical(manifest)).digest('hex');
