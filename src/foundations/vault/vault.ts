import { createHmac, createPrivateKey, createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import type { Store } from '../store/store.ts';
import { keyIdOf, openWith, type Place, sealWith } from './envelope.ts';
import type { KeptApart } from './kept-apart.ts';
import { createKeyFence, type Destruction, type KeyFence } from './key-fence.ts';
import type { Keyring, WrappedKey } from './keyring.ts';
import { checkValue, MasterKeyError, unwrap, wrap } from './master-key.ts';
import { currentUnit, type Standing, type UsedKey } from './unit-of-work.ts';

/** Unwrapped keys kept in memory at most; the oldest goes first. One takes some 3 kB, most of it outside the heap. */
const CACHED_KEYS = 20_000;
/** Milliseconds a cached key is trusted to read with: another instance may have shredded it. Writes ask (key-fence.ts). */
const CACHE_LIFE = 30_000;

export type SubjectKind = 'visitor' | 'account';

/** An unwrapped data key, ready to seal and open. Hold it for one operation, never longer. */
export interface ScopeKey {
  readonly scope: string;
  seal(place: Place, value: string): Buffer;
  /** Undefined when the value was altered, moved, or sealed under another (shredded) key. */
  open(place: Place, sealed: Buffer): string | undefined;
  /** The same for bytes that are no text. */
  sealBytes(place: Place, bytes: Buffer): Buffer;
  openBytes(place: Place, sealed: Buffer): Buffer | undefined;
  /** Keyed hash of a value under this scope (hex, 128 bits): dies with the scope. */
  index(purpose: string, value: string): string;
  /** 32 bytes that only this scope's key gives, for a key of another kind (NIST SP 800-108). */
  derive(purpose: string): Buffer;
}

export interface Vault {
  /** The key of a scope, made if there is none. Durable before it resolves: keys first, then what they seal. */
  key(tenantId: string, scope: string): Promise<ScopeKey>;
  /** The key of a scope if it exists; undefined once shredded. */
  existingKey(tenantId: string, scope: string): Promise<ScopeKey | undefined>;
  /**
   * Destroys the keys of these scopes: every copy of what they sealed becomes noise. Answers how many there were. No
   * write that rests on one of them ends after this, in whichever process; call it outside of a transaction.
   */
  shred(tenantId: string, scopes: string[], beside?: Destruction): Promise<number>;
  /**
   * The store as everybody writes to it from here on: a write rests on the keys its unit of work was given, and is
   * refused once one of them is destroyed. Outside of a unit of work no remembered key is given out.
   */
  guard(store: Store): Store;
  /** Scopes in use that start with `prefix`, in pages. */
  scopes(tenantId: string, prefix: string, after: string, limit: number): Promise<string[]>;
  /** Blind index: equal values give equal hashes within tenant and purpose (hex, 128 bits). Synchronous once warm. */
  index(tenantId: string, purpose: string, value: string): Promise<string>;
  /** The pseudonym under which everything of a visitor or account is kept. */
  subjectId(tenantId: string, kind: SubjectKind, id: string): Promise<string>;
  /** How the audit log names the subject: under the subject's own key, so that nobody can once it is shredded. */
  commitment(tenantId: string, subjectId: string): Promise<Commitment>;
  /** The same, undefined where there is no key: asking must not make one, nor give one to who was forgotten. */
  existingCommitment(tenantId: string, subjectId: string): Promise<Commitment | undefined>;
  /**
   * The Ed25519 key (RFC 8032) that signs for a tenant, or for the installation (`*`), under a name such as `log/1`. It
   * is derived from a data key: nothing else need be kept, and it lives as long as the keyring.
   */
  signingKey(tenantId: string, name: string): Promise<KeyObject>;
  /** What the ledger of erasures calls a subject: a salted commitment that outlives the subject's own key. */
  ledgerName(tenantId: string, subjectId: string): Promise<string>;
  /** What must be remembered when the database comes back from a backup. */
  readonly keptApart: KeptApart;
  /**
   * The key that opens a subject's commitments, for the person themself: with it anybody who has entries of the log can
   * tell which are theirs. Undefined once the subject's key is shredded; then nobody can.
   */
  opening(tenantId: string, subjectId: string): Promise<Buffer | undefined>;
  rotateMasterKey(next: KeyObject): Promise<number>;
  close(): Promise<void>;
}

/** Key scope of one subject. */
export function subjectScope(subjectId: string): string {
  return `subject:${subjectId}`;
}

/** Key scope of a package made for a person: its pieces, and what must be known to make it. */
export function packageScope(packageId: string): string {
  return `package:${packageId}`;
}

/** Key scope of a tenant's visits of one UTC month that belong to no known visitor. */
export function visitMonthScope(at: Date): string {
  return `visits:${at.toISOString().slice(0, 7)}`;
}

const INDEX_SCOPE = 'index';
const SIGNING_SCOPE = 'signing';
const LEDGER_SCOPE = 'ledger';
/** What stands before the 32 bytes of an Ed25519 private key in PKCS #8 (RFC 8410 §7). */
const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex');
const KEY_ID_BYTES = 16;
/** A data key is two: one seals, one makes keyed hashes. */
const SEALING_BYTES = 32;
const KEY_BYTES = 64;

const bindingOf = (key: Pick<WrappedKey, 'tenantId' | 'scope' | 'keyId'>) =>
  `${key.tenantId}\0${key.scope}\0${key.keyId}`;

function hash128(key: KeyObject, text: string): string {
  return createHmac('sha256', key).update(text).digest('hex').slice(0, 32);
}

/** HMAC-SHA-256 (RFC 2104) of the entry's id under the opening key, 128 bits in hex: what that entry calls a subject. */
export function subjectUnder(opening: KeyObject | Buffer, entryId: string): string {
  return createHmac('sha256', opening).update(entryId).digest('hex').slice(0, 32);
}

/** How the audit log names one subject. Good for the operation it was asked for: it stays whole when the key goes. */
export interface Commitment {
  /** What the entry of this id calls the subject: another name in each, and only the opening key joins them. */
  subjectOf(entryId: string): string;
  /** What finds the entries about the subject of one domain; in no leaf, and cleared when the subject is forgotten. */
  indexFor(domain: string): string;
}

/**
 * `subject:…`, `visits:…`: one of many, destroyed in its time. One without a colon is the tenant's and lives as long;
 * nothing destroys it, so no write need ask whether it stands.
 */
const mayBeDestroyed = (scope: string) => scope.includes(':');

class UnwrappedKey implements ScopeKey, UsedKey, Commitment {
  readonly scope: string;
  readonly keyId: string;
  readonly loadedAt: number;
  standing: Standing | undefined;
  generation: number | undefined;
  readonly #keyId: Buffer;
  readonly #key: KeyObject;
  readonly #indexKey: KeyObject;
  #opening: KeyObject | undefined;
  constructor(scope: string, keyId: string, dataKey: Buffer) {
    this.scope = scope;
    this.keyId = keyId;
    this.loadedAt = performance.now();
    this.#keyId = Buffer.from(keyId, 'hex');
    this.#key = createSecretKey(dataKey.subarray(0, SEALING_BYTES));
    this.#indexKey = createSecretKey(dataKey.subarray(SEALING_BYTES));
  }
  seal(place: Place, value: string): Buffer {
    return this.sealBytes(place, Buffer.from(value, 'utf8'));
  }
  open(place: Place, sealed: Buffer): string | undefined {
    return this.openBytes(place, sealed)?.toString('utf8');
  }
  sealBytes(place: Place, bytes: Buffer): Buffer {
    return sealWith(this.#key, this.#keyId, place, bytes);
  }
  openBytes(place: Place, sealed: Buffer): Buffer | undefined {
    if (keyIdOf(sealed) !== this.keyId) return undefined;
    return openWith(this.#key, place, sealed);
  }
  index(purpose: string, value: string): string {
    return hash128(this.#indexKey, `${purpose}\0${value}`);
  }
  /** What opens the commitments of this scope's subject, and nothing else: derived once, as it is needed often. */
  get opening(): KeyObject {
    this.#opening ??= createSecretKey(this.derive('audit-opening'));
    return this.#opening;
  }
  subjectOf(entryId: string): string {
    return subjectUnder(this.opening, entryId);
  }
  indexFor(domain: string): string {
    return this.index('audit-index', domain);
  }
  derive(purpose: string): Buffer {
    return createHmac('sha256', this.#indexKey).update(`derive\0${purpose}`).digest();
  }
}

export interface VaultCache {
  cachedKeys?: number;
  cacheLife?: number;
}

/** Opens the vault; refuses a master key that is not the one the keyring was made with, touching nothing. */
export async function openVault(
  keyring: Keyring,
  masterKey: KeyObject,
  { cachedKeys = CACHED_KEYS, cacheLife = CACHE_LIFE }: VaultCache = {},
): Promise<Vault> {
  let master = masterKey;
  let check = checkValue(master);
  if ((await keyring.claim(check)) !== check)
    throw new MasterKeyError(
      'The master key is not the one this keyring was made with. Nothing was touched; give the right key.',
    );

  const cache = new Map<string, UnwrappedKey>();
  const loading = new Map<string, Promise<UnwrappedKey | undefined>>();
  /** Grows with every shredding: what began to load before one is not remembered after it. */
  let shreddings = 0;
  let forgetting: NodeJS.Timeout | undefined;
  let rotation: Promise<unknown> = Promise.resolve();
  let fence: KeyFence | undefined;
  const standings = new Map<string, Standing[]>();

  function remember(cacheKey: string, key: UnwrappedKey): UnwrappedKey {
    cache.delete(cacheKey);
    cache.set(cacheKey, key);
    if (cache.size > cachedKeys) cache.delete(cache.keys().next().value as string);
    forgetting ??= setTimeout(forgetOld, cacheLife).unref();
    return key;
  }

  /** What is trusted no longer is kept no longer: under way of many persons it would be most of what the cache holds. */
  function forgetOld(): void {
    // In the order in which they were loaded.
    for (const [cacheKey, { loadedAt }] of cache) {
      if (performance.now() - loadedAt < cacheLife) break;
      cache.delete(cacheKey);
    }
    forgetting = cache.size > 0 ? setTimeout(forgetOld, cacheLife / 2).unref() : undefined;
  }

  function unwrapped(key: WrappedKey): UnwrappedKey {
    let dataKey: Buffer;
    try {
      dataKey = unwrap(master, bindingOf(key), key.wrapped);
    } catch {
      throw new MasterKeyError(
        'A key does not open under this master key: another process has changed it, or the keyring was altered.',
      );
    }
    return new UnwrappedKey(key.scope, key.keyId, dataKey);
  }

  async function load(tenantId: string, scope: string, create: boolean): Promise<UnwrappedKey | undefined> {
    const found = await keyring.find(tenantId, scope);
    if (found) return unwrapped(found);
    if (!create) return undefined;
    const random = randomBytes(KEY_ID_BYTES + KEY_BYTES);
    const dataKey = random.subarray(KEY_ID_BYTES);
    const fresh = { tenantId, scope, keyId: random.toString('hex', 0, KEY_ID_BYTES) };
    const wrapped = wrap(master, bindingOf(fresh), dataKey);
    const standing = await keyring.create({ ...fresh, wrapped }, check);
    if (!standing) {
      // Somebody who is forgotten at this moment has no key to be found; only another master key is a fault.
      if ((await keyring.claim(check)) === check) return load(tenantId, scope, create);
      throw new MasterKeyError('Another process has changed the master key. Start again with the new one.');
    }
    return standing.keyId === fresh.keyId ? new UnwrappedKey(scope, fresh.keyId, dataKey) : unwrapped(standing);
  }

  async function get(tenantId: string, scope: string, create: boolean): Promise<UnwrappedKey | undefined> {
    const cacheKey = `${tenantId}\0${scope}`;
    const cached = cache.get(cacheKey);
    if (cached && performance.now() - cached.loadedAt < cacheLife && isTrusted(cached)) return cached;
    // Two requests for a new scope must get the same key.
    const flightKey = `${create}\0${cacheKey}`;
    const underway = loading.get(flightKey);
    if (underway) return underway;
    const flight = (async () => {
      await rotation;
      const before = shreddings;
      const standing = mayBeDestroyed(scope) ? fence?.standingOf(tenantId, scope) : undefined;
      if (standing && standing.generation === undefined) await fence?.learn(tenantId);
      const generation = standing?.generation;
      const key = await load(tenantId, scope, create);
      if (key) Object.assign(key, { standing, generation });
      if (!key) cache.delete(cacheKey);
      else if (before === shreddings) remember(cacheKey, key);
      return key;
    })().finally(() => {
      if (loading.get(flightKey) === flight) loading.delete(flightKey);
    });
    loading.set(flightKey, flight);
    return flight;
  }

  /** A key remembered from before the last destruction in its bucket is asked for again. */
  function isTrusted({ standing, generation }: UnwrappedKey): boolean {
    return standing === undefined || (generation === standing.generation && currentUnit() !== undefined);
  }

  /** What somebody was given: what they write next rests on it. */
  function noted<K extends UnwrappedKey | undefined>(key: K): K {
    if (key?.standing) currentUnit()?.keys.add(key);
    return key;
  }

  const key = async (tenantId: string, scope: string) => noted((await get(tenantId, scope, true)) as UnwrappedKey);
  const existingKey = async (tenantId: string, scope: string) => noted(await get(tenantId, scope, false));
  const index = async (tenantId: string, purpose: string, value: string) =>
    (await key(tenantId, INDEX_SCOPE)).index(purpose, value);

  return {
    key,
    existingKey,
    shred: async (tenantId, scopes, beside) => {
      if (fence && !scopes.every(mayBeDestroyed))
        throw new RangeError('A key that belongs to the tenant is not destroyed.');
      const destroy = async (chosen: string[]) => {
        const destroyed = await keyring.destroy(tenantId, chosen);
        shreddings += 1;
        for (const scope of chosen) {
          const cacheKey = `${tenantId}\0${scope}`;
          cache.delete(cacheKey);
          for (const create of [true, false]) loading.delete(`${create}\0${cacheKey}`);
        }
        return destroyed;
      };
      const destroyed = await (fence ? fence.destroying(tenantId, scopes, destroy, beside) : destroy(scopes));
      // Whoever destroys them goes on writing: of the end of what they sealed, which rests on none of them.
      const unit = currentUnit();
      const gone = new Set(scopes);
      for (const used of unit?.keys ?? [])
        if (used.standing?.tenantId === tenantId && gone.has(used.scope)) unit?.keys.delete(used);
      return destroyed;
    },
    guard: (store) => {
      cache.clear();
      fence = createKeyFence(
        store,
        async (tenantId, { scope, keyId }) => (await keyring.find(tenantId, scope))?.keyId === keyId,
        standings,
      );
      return fence.store;
    },
    scopes: (tenantId, prefix, after, limit) => keyring.list(tenantId, prefix, after, limit),
    index,
    subjectId: (tenantId, kind, id) => index(tenantId, 'subject', `${kind}\0${id}`),
    commitment: (tenantId, subjectId) => key(tenantId, subjectScope(subjectId)),
    existingCommitment: (tenantId, subjectId) => existingKey(tenantId, subjectScope(subjectId)),
    opening: async (tenantId, subjectId) => (await existingKey(tenantId, subjectScope(subjectId)))?.opening.export(),
    signingKey: async (tenantId, name) => {
      const seed = (await key(tenantId, SIGNING_SCOPE)).derive(name);
      return createPrivateKey({ key: Buffer.concat([PKCS8_ED25519, seed]), format: 'der', type: 'pkcs8' });
    },
    ledgerName: async (tenantId, subjectId) => (await key(tenantId, LEDGER_SCOPE)).index('erased', subjectId),
    keptApart: keyring.keptApart,
    rotateMasterKey: async (next) => {
      // Keys on their way in are wrapped by the old key: they come first, and new ones wait.
      const arriving = Promise.allSettled(loading.values());
      const turn = (async () => {
        await arriving;
        const count = await keyring.rewrap(checkValue(next), (wrapped) =>
          wrap(next, bindingOf(wrapped), unwrap(master, bindingOf(wrapped), wrapped.wrapped)),
        );
        master = next;
        check = checkValue(next);
        return count;
      })();
      rotation = turn.catch(() => undefined);
      return turn;
    },
    close: async () => {
      clearTimeout(forgetting);
      await keyring.close();
    },
  };
}
