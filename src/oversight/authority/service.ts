import { createHash } from 'node:crypto';
import type { Audit } from '../../foundations/audit/audit.ts';
import { canonical } from '../../foundations/contract/canonical-json.ts';
import type { Context } from '../../foundations/contract/context.ts';
import { invalidField } from '../../foundations/contract/problem.ts';
import type { Signer } from '../../foundations/signing/signer.ts';
import { createZip, type ZippedFile } from '../../foundations/zip/zip.ts';
import type { AsOf } from '../../register/view/service.ts';
import { type ContentDeps, contentsOf, type Instants } from './contents.ts';
import { type EvidenceDeps, evidenceOf, proofsOf } from './evidence.ts';
import { contentDigest, type Manifest } from './manifest.ts';

export interface AuthorityPackDeps extends ContentDeps, EvidenceDeps {
  audit: Audit;
  signer: Signer;
  merkleLog: EvidenceDeps['merkleLog'] & { keyIfSigned(tenantId: string): Promise<string | undefined> };
}

/** Everything an authority may ask for, as of an instant, signed, with its proofs, in one ZIP (GDPR Art. 31; REQ-A49). */
export function createAuthorityPacks(deps: AuthorityPackDeps) {
  const { store, audit, register, signer, merkleLog } = deps;

  async function write(context: Context, asOf: Instants, policyHash: string, sink: WritableStream<Uint8Array>) {
    const { id: tenant } = context.tenant;
    const zip = createZip(asOf.knownAt, sink);
    const content: ZippedFile[] = [];
    for await (const file of contentsOf(deps, context, asOf)) content.push(await zip.add(...file));
    for await (const file of evidenceOf(deps, context, asOf.knownAt)) content.push(await zip.add(...file));
    const proofs: ZippedFile[] = [];
    for await (const file of proofsOf(deps, context, asOf.knownAt)) proofs.push(await zip.add(...file));
    const logKey = await merkleLog.keyIfSigned(tenant);
    if (logKey !== undefined) proofs.push(await zip.add('log/key', `${logKey}\n`));
    const keySet = await signer.keySet();
    proofs.push(await zip.add('jwks.json', `${JSON.stringify(keySet, null, 2)}\n`));
    const manifest: Manifest = {
      version: 1,
      tenant,
      at: asOf.at.toISOString(),
      knownAt: asOf.knownAt.toISOString(),
      policyHash,
      content,
      contentDigest: contentDigest(content),
      proofs,
    };
    await zip.add('manifest.json', `${JSON.stringify(manifest, null, 2)}\n`);
    await zip.add('manifest.jws', await signer.sign(manifest, 'authority-pack+jws'));
    await zip.close();
    return { digest: createHash('sha256').update(canonical(manifest)).digest('hex'), files: content.length };
  }

  return {
    /**
     * Prepares a pack; the asking is on record before the first byte of it leaves. `into` writes it.
     * @throws Problem for an instant in the future, or before the register began.
     */
    async prepare(context: Context, asked: AsOf = {}) {
      const now = context.clock();
      const asOf: Instants = { at: asked.at ?? now, knownAt: asked.knownAt ?? now };
      if (asOf.at > now) throw invalidField('?at', 'must not lie in the future');
      if (asOf.knownAt > now) throw invalidField('?known-at', 'must not lie in the future');
      const { policyHash } = await register.view(context, asOf);
      await store.write((tx) =>
        audit.add(tx, context, {
          action: 'authority-pack.made',
          policyHash,
          detail: { at: asOf.at.toISOString(), knownAt: asOf.knownAt.toISOString() },
        }),
      );
      return { asOf, into: (sink: WritableStream<Uint8Array>) => write(context, asOf, policyHash, sink) };
    },
  };
}

export type AuthorityPackService = ReturnType<typeof createAuthorityPacks>;
