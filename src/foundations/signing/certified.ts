import { createPrivateKey, type KeyObject, sign, X509Certificate } from 'node:crypto';

/** A domain for which a certificate stands, and what is signed in its name. */
export interface CertifiedSigner {
  domain: string;
  /** The certificate, with those above it, as it was given (PEM). */
  certificate: string;
  /** RSA with SHA-256 over these bytes, in base64. */
  sign(bytes: Uint8Array): string;
}

/** @throws Error in words, when key and certificate do not do what they are for. */
export function certifiedSigner(keyPem: string, certificate: string): CertifiedSigner {
  const key = readable('the key', () => createPrivateKey(keyPem)) as KeyObject;
  if (key.asymmetricKeyType !== 'rsa') throw new Error('the key is no RSA key');
  const leaf = readable('the certificate', () => new X509Certificate(certificate)) as X509Certificate;
  if (!leaf.checkPrivateKey(key)) throw new Error('the certificate is of another key');
  const domain = /(?:^|, )DNS:([^,\s"*]+)/.exec(leaf.subjectAltName ?? '')?.[1]?.toLowerCase();
  if (!domain) throw new Error('the certificate names no domain (subject alternative name)');
  return { domain, certificate, sign: (bytes) => sign('sha256', bytes, key).toString('base64') };
}

function readable(what: string, read: () => unknown): unknown {
  try {
    return read();
  } catch {
    // What node says could show a part of the key.
    throw new Error(`${what} cannot be read as PEM`);
  }
}
