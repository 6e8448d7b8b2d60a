import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { CompactSign, calculateJwkThumbprint, exportJWK } from 'jose';
import { canonical } from '../contract/canonical-json.ts';
import { type KeySet, verifyDocument } from '../signing/signer.ts';
import { olderData } from '../store/migrate.ts';
import { derived } from '../vault/derivation.ts';
import type { Keyring, WrappedKey } from '../vault/keyring.ts';
import { keyringFacts } from '../vault/keyring-facts.ts';
import { checkValue } from '../vault/master-key.ts';
import { openVault, type Vault } from '../vault/vault.ts';
import { identityOf, recipientOf } from './age.ts';
import { BackupError, type Manifest } from './manifest.ts';

/**
 * What backups are closed and signed with. Those of the data by keys of the vault, which outlive a new master key; that of
 * the keyring by keys of the master key, because where it is needed there is no vault.
 */
export interface BackupKeys {
  /** age identity that opens what is made under them. */
  identity: string;
  /** Ed25519: encryption alone says nothing of who made a file. */
  signingKey: KeyObject;
}

/** What a backup is checked and opened with. */
export interface OpeningKeys {
  identities: string[];
  /** Whose signatures count. */
  signers: KeySet;
}

const TYPE = 'backup-manifest+jws';
/** In the vault, under no tenant: it lives as long as the keyring. */
const SCOPE = 'backup';
const ed25519 = (seed: Buffer) =>
  createPrivateKey({ key: Buffer.concat([PKCS8_ED25519, seed]), format: 'der', type: 'pkcs8' });
/** What stands before the 32 bytes of an Ed25519 private key in PKCS #8 (RFC 8410 §7). */
const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex');

/** For backups of the data; `make`: with the first of them. @throws BackupError where there never was one */
async function dataKeys(vault: Pick<Vault, 'key' | 'existingKey'>, make: boolean): Promise<BackupKeys> {
  const key = await (make ? vault.key('*', SCOPE) : vault.existingKey('*', SCOPE));
  if (!key)
    throw new BackupError('The keyring has no key of backups: none of the data was ever made with it, or it is older.');
  return { identity: identityOf(key.derive('backupAge')), signingKey: ed25519(key.derive('backupSigning')) };
}

/** For the backup of the keyring. */
export function keyringKeys(masterKey: KeyObject): BackupKeys {
  return {
    identity: identityOf(derived(masterKey, 'keyringBackupAge')),
    signingKey: ed25519(derived(masterKey, 'keyringBackupSigning')),
  };
}

async function vaultAt(location: string, masterKey: KeyObject): Promise<Vault> {
  const keyring = /^postgres(ql)?:\/\//.test(location)
    ? await (await import('../vault/keyring.postgres.ts')).openPostgresKeyring(location)
    : (await import('../vault/keyring.sqlite.ts')).openSqliteKeyring(location);
  try {
    return await openVault(keyring, masterKey);
  } catch (error) {
    await keyring.close();
    throw error;
  }
}

/** The keys of the data's backups at a keyring that is there. @throws BackupError, MasterKeyError, StoreError */
export async function dataKeysAt(location: string, masterKey: KeyObject, make: boolean): Promise<BackupKeys> {
  const facts = await keyringFacts(location);
  if (facts?.older) throw olderData();
  if (!facts) throw new BackupError('There is no keyring here, and with it the keys of backups are missing.');
  const vault = await vaultAt(location, masterKey);
  try {
    return await dataKeys(vault, make);
  } finally {
    await vault.close();
  }
}

/** The same from keys that were read out of the backup of a keyring. @throws BackupError, MasterKeyError */
export async function dataKeysIn(keys: readonly WrappedKey[], masterKey: KeyObject): Promise<BackupKeys> {
  const keyring = {
    find: async (tenantId: string, scope: string) =>
      keys.filter((key) => key.tenantId === tenantId && key.scope === scope).sort((a, b) => a.number - b.number),
    claim: async () => checkValue(masterKey),
    close: async () => undefined,
  };
  return dataKeys(await openVault(keyring as unknown as Keyring, masterKey), false);
}

async function jwkOf(key: KeyObject) {
  const jwk = await exportJWK(createPublicKey(key));
  return { ...jwk, kid: await calculateJwkThumbprint(jwk), alg: 'EdDSA', use: 'sig' };
}

export async function openingKeys({ identity, signingKey }: BackupKeys): Promise<OpeningKeys> {
  return { identities: [identity], signers: { keys: [await jwkOf(signingKey)] } };
}

/** The key others check signatures with, as text (43 characters, base64url). */
export async function verifierOf({ signingKey }: BackupKeys): Promise<string> {
  return (await jwkOf(signingKey)).x as string;
}

/** A key set of one such text. @throws BackupError when it is none */
export async function signersFrom(verifier: string): Promise<KeySet> {
  if (!/^[A-Za-z0-9_-]{43}$/.test(verifier))
    throw new BackupError('The key of who signed has 43 letters, digits, - or _, as `lethe backup` prints it.');
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: verifier };
  return { keys: [{ ...jwk, kid: await calculateJwkThumbprint(jwk), alg: 'EdDSA' }] };
}

/** Who may open a backup: the installation itself, and whoever else is named. */
export async function recipientsOf({ identity }: BackupKeys, further: readonly string[]): Promise<string[]> {
  return [...new Set([await recipientOf(identity), ...further])];
}

/** The signature on a manifest: a JWS without its content (RFC 7515, appendix F), which is the manifest itself. */
export async function signManifest(manifest: Manifest, { signingKey }: BackupKeys): Promise<string> {
  const jws = await new CompactSign(Buffer.from(canonical(manifest)))
    .setProtectedHeader({ alg: 'EdDSA', kid: (await jwkOf(signingKey)).kid, typ: TYPE })
    .sign(signingKey);
  const [header, , signature] = jws.split('.');
  return `${header}..${signature}`;
}

/** @throws BackupError unless one of the signers has signed this manifest, every member as it stands. */
export async function checkSignature(manifest: Manifest, signature: string, signers: KeySet): Promise<void> {
  const [header, , signed] = signature.split('.');
  const content = Buffer.from(canonical(manifest)).toString('base64url');
  const verdict = await verifyDocument(signers, `${header}.${content}.${signed}`, TYPE);
  if (!verdict.ok)
    throw new BackupError(
      'The manifest is not signed by this installation: it was altered, or made elsewhere. If you know who made it, give ' +
        'their key with --from-elsewhere.',
    );
}
