import { type KeyObject, verify, X509Certificate } from 'node:crypto';
import { rootCertificates } from 'node:tls';

const BLOCK = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;
const LONGEST_CHAIN = 6;
let publicRoots: X509Certificate[] | undefined;

const certificatesIn = (pem: string): X509Certificate[] =>
  (pem.match(BLOCK) ?? []).slice(0, LONGEST_CHAIN).map((block) => new X509Certificate(block));

/**
 * The key of a domain, by its certificate: in force, for that domain (subject alternative name), and issued in a chain
 * that ends at who is trusted. Undefined otherwise. `authority`: instead of the public ones.
 */
export function trustedKey(
  pem: string,
  domain: string,
  authority: string | undefined,
  now: Date,
): KeyObject | undefined {
  try {
    publicRoots ??= rootCertificates.map((root) => new X509Certificate(root));
    const anchors = authority === undefined ? publicRoots : certificatesIn(authority);
    const [leaf, ...above] = certificatesIn(pem);
    if (!leaf || leaf.checkHost(domain, { subject: 'never' }) === undefined) return undefined;
    let current = leaf;
    for (let step = 0; step < LONGEST_CHAIN; step++) {
      if (now < new Date(current.validFrom) || now > new Date(current.validTo)) return undefined;
      const issuedBy = (one: X509Certificate) => one.ca && current.checkIssued(one) && current.verify(one.publicKey);
      const anchor = anchors.find(issuedBy);
      if (anchor) return now > new Date(anchor.validTo) ? undefined : leaf.publicKey;
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
