import { createHash } from 'node:crypto';
import Type, { type Static } from 'typebox';
import { Count, closed, Digest, Instant } from '../../foundations/contract/schemas.ts';

const File = Type.Object({ name: Type.String({ minLength: 1, maxLength: 300 }), bytes: Count, sha256: Digest }, closed);

/** What a pack holds. `content` depends on the two instants alone; `proofs` grow with the log and the keys. */
export const Manifest = Type.Object(
  {
    version: Type.Literal(1),
    tenant: Type.String(),
    at: Instant,
    knownAt: Instant,
    policyHash: Type.String(),
    content: Type.Array(File),
    contentDigest: Digest,
    proofs: Type.Array(File),
  },
  { ...closed, title: 'AuthorityPackManifest' },
);
export type Manifest = Static<typeof Manifest>;

/** Two packs of the same content have the same digest: over lines of digest and name, as `sha256sum` writes them. */
export function contentDigest(files: Manifest['content']): string {
  const lines = files.map(({ sha256, name }) => `${sha256}  ${name}\n`);
  return createHash('sha256').update(lines.join('')).digest('hex');
}
