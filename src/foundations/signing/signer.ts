import { createPublicKey, type KeyObject } from 'node:crypto';
import { CompactSign, calculateJwkThumbprint, compactVerify, errors, exportJWK, importJWK, type JWK } from 'jose';
import { canonical } from '../contract/canonical-json.ts';
import type { Vault } from '../vault/vault.ts';

/** What is signed, so that one kind of document can never pass for another (RFC 8725 §3.11). */
export type DocumentType =
  | 'consent-receipt+jws'
  | 'erasure-certificate+jws'
  | 'sweep-certificate+jws'
  | 'authority-pack+jws'
  | 'instruction+jws'
  | 'package-manifest+jws'
  | 'backup-manifest+jws';

export interface KeySet {
  keys: JWK[];
}

/** Name of the installation's key in the vault; another number is another key. */
const KEY_NAME = 'documents/1';
const ALGORITHM = 'EdDSA';

/** The installation's signature on documents (JWS, RFC 7515; Ed25519, RFC 8037). The same content gives the same text. */
export function createSigner(vault: Pick<Vault, 'signingKey'>) {
  let made: Promise<{ key: KeyObject; jwk: JWK }> | undefined;

  async function make() {
    const key = await vault.signingKey('*', KEY_NAME);
    const jwk = await exportJWK(createPublicKey(key));
    const kid = await calculateJwkThumbprint(jwk);
    return { key, jwk: { ...jwk, kid, alg: ALGORITHM, use: 'sig' } };
  }

  function ready() {
    made ??= make().catch((fault: unknown) => {
      made = undefined;
      throw fault;
    });
    return made;
  }

  return {
    /** A compact JWS over the canonical JSON of `document`. */
    async sign(document: unknown, type: DocumentType): Promise<string> {
      const { key, jwk } = await ready();
      return new CompactSign(Buffer.from(canonical(document)))
        .setProtectedHeader({ alg: ALGORITHM, kid: jwk.kid as string, typ: type })
        .sign(key);
    },

    /** What `/.well-known/jwks.json` shows (RFC 7517). */
    async keySet(): Promise<KeySet> {
      return { keys: [(await ready()).jwk] };
    },
  };
}

export type Signer = ReturnType<typeof createSigner>;

export type Verified = { ok: true; document: unknown; keyId: string } | { ok: false; fault: string };

/** Checks a document against a key set alone, without the service: offline, by anybody. */
export async function verifyDocument(keySet: KeySet, jws: string, type: DocumentType): Promise<Verified> {
  try {
    const { payload, protectedHeader } = await compactVerify(
      jws,
      async ({ kid }) => {
        const jwk = keySet.keys.find((key) => key.kid === kid);
        if (!jwk) throw new errors.JWKSNoMatchingKey();
        return importJWK(jwk, ALGORITHM);
      },
      { algorithms: [ALGORITHM] },
    );
    if (protectedHeader.typ !== type) return { ok: false, fault: `it is signed as another kind of document` };
    return { ok: true, document: JSON.parse(Buffer.from(payload).toString('utf8')), keyId: protectedHeader.kid ?? '' };
  } catch (error) {
    if (error instanceof errors.JWKSNoMatchingKey)
      return { ok: false, fault: 'it names a key that is not in the key set' };
    if (error instanceof errors.JWSSignatureVerificationFailed)
      return { ok: false, fault: 'the signature does not fit the content: one of them was altered' };
    if (error instanceof errors.JOSEError || error instanceof SyntaxError || error instanceof TypeError)
      return { ok: false, fault: 'it is not a signed document' };
    throw error;
  }
}
