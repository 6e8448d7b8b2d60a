import { createPublicKey, type KeyObject } from 'node:crypto';
import { CompactSign, calculateJwkThumbprint, compactVerify, errors, exportJWK, importJWK, type JWK } from 'jose';
import { canonical } from '../contract/canonical-json.ts';
import type { Vault } from '../vault/vault.ts';

/** What is signed, so that one kind of document can never pass for another (RFC 8725 §3.11). */
export type DocumentType =
  | 'consent-receipt+jws'
  | 'erasure-certificate+jws'
  | 'sweep-certificate+jws'
  | 'visit-erasure-certificate+jws'
  | 'authority-pack+jws'
  | 'instruction+jws'
  | 'package-manifest+jws'
  | 'backup-manifest+jws'
  | 'departure-manifest+jws'
  | 'departure-certificate+jws';

export interface KeySet {
  keys: JWK[];
}

/** Name of the installation's keys in the vault: `documents/1`, `documents/2`, … */
const NAME = 'documents';
const ALGORITHM = 'EdDSA';
/** Milliseconds after which it is asked again which key is the newest: another instance may have made one. */
const REMEMBERED = 30_000;

interface SigningKey {
  number: number;
  key: KeyObject;
  jwk: JWK;
}

/**
 * The installation's signature on documents (JWS, RFC 7515; Ed25519, RFC 8037). The newest key signs; the public part of
 * every one there was stays in the key set, so that what it signed can be checked for good. Under the same key the same
 * content gives the same text.
 */
export function createSigner(vault: Pick<Vault, 'signingKey' | 'signingNumbers'>) {
  const known = new Map<number, Promise<SigningKey>>();
  let made: { keys: Promise<SigningKey[]>; at: number } | undefined;

  async function make(number: number): Promise<SigningKey> {
    const key = await vault.signingKey('*', `${NAME}/${number}`);
    const jwk = await exportJWK(createPublicKey(key));
    const kid = await calculateJwkThumbprint(jwk);
    return { number, key, jwk: { ...jwk, kid, alg: ALGORITHM, use: 'sig' } };
  }

  function keyOf(number: number): Promise<SigningKey> {
    const standing = known.get(number) ?? make(number);
    known.set(number, standing);
    standing.catch(() => known.delete(number));
    return standing;
  }

  async function all(): Promise<SigningKey[]> {
    const numbers = await vault.signingNumbers('*', NAME);
    // The newest first: it is the one that signs.
    return Promise.all((numbers.length > 0 ? numbers : [1]).toReversed().map(keyOf));
  }

  function ready(): Promise<SigningKey[]> {
    if (made && performance.now() - made.at < REMEMBERED) return made.keys;
    const now = { keys: all(), at: performance.now() };
    made = now;
    now.keys.catch(() => {
      if (made === now) made = undefined;
    });
    return now.keys;
  }

  const newest = async () => (await ready())[0] as SigningKey;

  return {
    /** A compact JWS over the canonical JSON of `document`. */
    async sign(document: unknown, type: DocumentType): Promise<string> {
      const { key, jwk } = await newest();
      return new CompactSign(Buffer.from(canonical(document)))
        .setProtectedHeader({ alg: ALGORITHM, kid: jwk.kid as string, typ: type })
        .sign(key);
    },

    /** What `/.well-known/jwks.json` shows (RFC 7517): every key there was, the one that signs first. */
    async keySet(): Promise<KeySet> {
      return { keys: (await ready()).map(({ jwk }) => jwk) };
    },

    /** A further key, with which all is signed from now on; other instances follow within half a minute. */
    async rotate(): Promise<{ number: number; kid: string }> {
      made = undefined;
      const { number: before } = await newest();
      const { number, jwk } = await keyOf(before + 1);
      made = undefined;
      return { number, kid: jwk.kid as string };
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
    const document = JSON.parse(Buffer.from(payload).toString('utf8')) as unknown;
    // What has no canonical form cannot have been signed as one, and nothing could be held against it.
    canonical(document);
    return { ok: true, document, keyId: protectedHeader.kid ?? '' };
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
