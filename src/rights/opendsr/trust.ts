import { type KeyObject, verify, X509Certificate } from 'node:crypto';
import { rootCertificates } from 'node:tls';

const BLOCK = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;
const LONGEST_CHAIN = 6;
let publicRoots: X509Certificate[] | undefined;

const certificatesIn = (pem: string): X509Certificate[] =>
  (pem.match(BLOCK) ?? []).slice(0, LONGEST_CHAIN).map((block) => new X509Certificate(block));

interface TrustedKey {
  key: KeyObject;
  /** The first of the chain that ends. */
  validTo: Date;
}

/**
 * The key of a domain, by its certificate: in force, for that domain (subject alternative name), and issued in a chain
 * that ends at who is trusted. Undefined otherwise. `authority`: instead of the public ones.
 */
export function trustedKey(
  pem: string,
  domain: string,
  authority: string | undefined,
  now: Date,
): TrustedKey | undefined {
  try {
    publicRoots ??= rootCertificates.map((root) => new X509Certificate(root));
    const anchors = authority === undefined ? publicRoots : certificatesIn(authority);
    const [leaf, ...above] = certificatesIn(pem);
    if (!leaf || leaf.checkHost(domain, { subject: 'never' }) === undefined) return undefined;
    let current = leaf;
    let validTo = new Date(leaf.validTo);
    for (let step = 0; step < LONGEST_CHAIN; step++) {
      const ends = new Date(current.validTo);
      if (now < new Date(current.validFrom) || now > ends) return undefined;
      if (ends < validTo) validTo = ends;
      const issuedBy = (one: X509Certificate) => one.ca && current.checkIssued(one) && current.verify(one.publicKey);
      const anchor = anchors.find(issuedBy);
      if (anchor) {
        const anchorEnds = new Date(anchor.validTo);
        if (now > anchorEnds) return undefined;
        return { key: leaf.publicKey, validTo: anchorEnds < validTo ? anchorEnds : validTo };
      }
      const next = above.find((one) => one !== current && issuedBy(one));
      if (!next) return undefined;
      current = next;
    }
  } catch {
    // What cannot be read is trusted by nobody.
  }
  return undefined;
}

/** Whether these bytes carry the signature of the key. Nothing of them is read before. */
export function signatureFits(key: KeyObject, bytes: Buffer, signature: unknown): boolean {
  if (typeof signature !== 'string' || signature.length > 4_000 || key.asymmetricKeyType !== 'rsa') return false;
  return verify('sha256', bytes, key, Buffer.from(signature, 'base64'));
}
