import { createPrivateKey, type KeyObject, randomBytes } from 'node:crypto';
import { StoreError } from '../store/errors.ts';
import { createPseudonyms, type Pseudonyms } from '../store/pseudonyms.ts';
import type { Store } from '../store/store.ts';
import { unlessBeingRead } from '../store/truncate-log.ts';
import { adoptedFrom, DATA_KEY_BYTES, hash128, type ScopeKey, successorOf, UnwrappedKey } from './data-key.ts';
import { joined } from './derivation.ts';
import type { KeptApart } from './kept-apart.ts';
import { createKeyFence, type Destruction, type KeyFence } from './key-fence.ts';
import { createKeyRotation, type KeyRotation } from './key-rotation.ts';
import { type Keyring, SIGNING_PREFIX, type WrappedKey } from './keyring.ts';
import { checkValue, MasterKeyError, unwrap, wrap } from './master-key.ts';
import { pooledRandom } from './pooled-random.ts';
import { withOwnPseudonyms } from './scope-names.ts';
import { currentUnit, type Standing } from './unit-of-work.ts';

export type { ScopeKey } from './data-key.ts';

/** Unwrapped keys kept in memory at most; the oldest goes first. One takes some 3 kB, most of it outside the heap. */
const CACHED_KEYS = 20_000;
/** Milliseconds a cached key is trusted to read with: another instance may have shredded it. Writes ask (key-fence.ts). */
const CACHE_LIFE = 30_000;
/** Milliseconds after which nobody works with a key as it was before: one that was given out is used for one operation. */
export const KEY_MEMORY = 2 * CACHE_LIFE;

export type SubjectKind = 'visitor' | 'account';

export interface Vault {
  /** The key of a scope, made if there is none. Durable before it resolves: keys first, then what they seal. */
  key(tenantId: string, scope: string): Promise<ScopeKey>;
  /** The same for many scopes at once, in their order. */
  keys(tenantId: string, scopes: readonly string[]): Promise<ScopeKey[]>;
  /** The key of a scope if it exists; undefined once shredded. */
  existingKey(tenantId: string, scope: string): Promise<ScopeKey | undefined>;
  /**
   * Destroys the keys of these scopes: every copy of what they sealed becomes noise. Answers how many there were. No
   * write that rests on one of them ends after this, in whichever process; call it outside of a transaction. Whoever
   * says that they are destroyed calls `scrub` first.
   */
  shred(tenantId: string, scopes: string[], beside?: Destruction): Promise<number>;
  /**
   * Makes sure that no byte of a destroyed key is left in the keyring's files.
   * @throws StoreError `busy` (`wal-checkpoint`) while a reader of the keyring still sees what was before
   */
  scrub(): Promise<void>;
  /** Scrubs again if that was not possible when keys were destroyed; whether nothing is left to do. */
  scrubLate(): Promise<boolean>;
  /**
   * The store as everybody writes to it from here on: a write rests on the keys its unit of work was given, and is
   * refused once one of them is destroyed. Outside of a unit of work no remembered key is given out.
   */
  guard(store: Store): Store;
  /** Scopes in use that start with `prefix`, in pages, in the keyring's order; `after` is the last of the page before. */
  scopes(tenantId: string, prefix: string, after: string, limit: number): Promise<string[]>;
  /** Blind index: equal values give equal hashes within tenant and purpose (hex, 128 bits). Synchronous once warm. */
  index(tenantId: string, purpose: string, value: string): Promise<string>;
  /**
   * The root pseudonym of a visitor or account. It is in memory only: each domain keeps a pseudonym of its own instead
   * (`pseudonyms`).
   */
  subjectId(tenantId: string, kind: SubjectKind, id: string): Promise<string>;
  /** How the audit log names the subject: under the subject's own key, so that nobody can once it is shredded. */
  commitment(tenantId: string, subjectId: string): Promise<Commitment>;
  /** The same, undefined where there is no key: asking must not make one, nor give one to who was forgotten. */
  existingCommitment(tenantId: string, subjectId: string): Promise<Commitment | undefined>;
  /**
   * The Ed25519 key (RFC 8032) that signs for a tenant, or for the installation (`*`), under a name such as `log/1`. It
   * comes from a data key of its own, so that no other name's gives it, and lives as long as the keyring.
   */
  signingKey(tenantId: string, name: string): Promise<KeyObject>;
  /** Numbers of the signing keys made under a name that ends in a number (`documents/1`, `documents/2`), in order. */
  signingNumbers(tenantId: string, name: string): Promise<number[]>;
  /** What the ledger of erasures calls a subject: a salted commitment that outlives the subject's own key. */
  ledgerName(tenantId: string, subjectId: string): Promise<string>;
  /** The pseudonyms of the domains: what a store is opened with. */
  readonly pseudonyms: Pseudonyms;
  /** What must be remembered when the database comes back from a backup. */
  readonly keptApart: KeptApart;
  /**
   * The key that opens a subject's commitments, for the person themself: with it anybody who has entries of the log can
   * tell which are theirs. Undefined once the subject's key is shredded; then nobody can.
   */
  opening(tenantId: string, subjectId: string): Promise<Buffer | undefined>;
  /**
   * Of a scope, what a tenant takes along to another vault (GDPR Art. 28(3)(g)): blind indexes and openings are made of
   * it, and nothing that is sealed here opens with it. Undefined where the scope has no key.
   */
  comparable(tenantId: string, scope: string): Promise<Buffer | undefined>;
  /**
   * Makes the key of a scope that comes from another vault: what it compares is as it was there, what it seals is new.
   * @throws StoreError `misuse` (`scope-taken`) where the scope has a key of its own
   */
  adopt(tenantId: string, scope: string, comparable: Buffer): Promise<void>;
  /**
   * Destroys every key of a tenant, but those that signed: whatever copy there is of what they sealed becomes noise.
   * Answers how many scopes there were. Repeatable; whoever says that they are destroyed calls `scrub` first.
   */
  shredTenant(tenantId: string): Promise<number>;
  rotateMasterKey(next: KeyObject): Promise<number>;
  /** What a rotation of data keys needs; reseal.ts drives it. */
  readonly keyRotation: KeyRotation;
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
const LEDGER_SCOPE = 'ledger';
const PSEUDONYMS_SCOPE = 'pseudonyms';
/** What stands before the 32 bytes of an Ed25519 private key in PKCS #8 (RFC 8410 §7). */
const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex');
const KEY_ID_BYTES = 16;
/** Scopes the keyring is asked for at once. */
const PAGE = 200;

const bindingOf = (key: Pick<WrappedKey, 'tenantId' | 'scope' | 'number' | 'keyId'>) =>
  joined([key.tenantId, key.scope, String(key.number), key.keyId]);

/** HMAC-SHA-256 (RFC 2104) of the entry's id under the opening key, 128 bits in hex: what that entry calls a subject. */
export function subjectUnder(opening: KeyObject | Buffer, entryId: string): string {
  return hash128(opening, entryId);
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

export interface VaultCache {
  cachedKeys?: number;
  cacheLife?: number;
}

/** Opens the vault; refuses a master key that is not the one the keyring was made with, touching nothing. */
export async function openVault(
  bareKeyring: Keyring,
  masterKey: KeyObject,
  { cachedKeys = CACHED_KEYS, cacheLife = CACHE_LIFE }: VaultCache = {},
): Promise<Vault> {
  const pseudonyms = createPseudonyms((domain) => root.derive('pseudonyms', domain));
  const keyring = withOwnPseudonyms(bareKeyring, pseudonyms);
  let master = masterKey;
  let check = checkValue(master);
  if ((await keyring.claim(check)) !== check)
    throw new MasterKeyError(
      'The master key is not the one this keyring was made with. Nothing was touched; give the right key.',
    );

  const cache = new Map<string, UnwrappedKey>();
  const loading = new Map<string, Promise<UnwrappedKey | undefined>>();
  /** Many keys at once, on their way: a change of the master key waits for them as for each. */
  const loadingMany = new Set<Promise<unknown>>();
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

  function dataKeyOf(key: WrappedKey): Buffer {
    try {
      return unwrap(master, bindingOf(key), key.wrapped);
    } catch {
      throw new MasterKeyError(
        'A key does not open under this master key: another process has changed it, or the keyring was altered.',
      );
    }
  }

  const unwrapped = (scope: string, keys: readonly WrappedKey[]): UnwrappedKey =>
    new UnwrappedKey(
      scope,
      keys.map((key) => ({ number: key.number, keyId: key.keyId, pending: key.pending, dataKey: dataKeyOf(key) })),
    );

  async function load(tenantId: string, scope: string, create: boolean): Promise<UnwrappedKey | undefined> {
    const found = await keyring.find(tenantId, scope);
    if (found.length > 0) return unwrapped(scope, found);
    if (!create) return undefined;
    const made = newKey(tenantId, scope);
    return (
      made.standing(await keyring.create(made.key, check)) ??
      (await unlessMasterChanged(() => load(tenantId, scope, true)))
    );
  }

  /** A key for a scope that has none, and what it is worth once it is told what stands. */
  function newKey(tenantId: string, scope: string) {
    const random = pooledRandom(KEY_ID_BYTES + DATA_KEY_BYTES);
    const dataKey = random.subarray(KEY_ID_BYTES);
    const keyId = random.toString('hex', 0, KEY_ID_BYTES);
    const wrapped = wrap(master, bindingOf({ tenantId, scope, keyId, number: 1 }), dataKey);
    return {
      key: { tenantId, scope, keyId, wrapped },
      standing: (keys: readonly WrappedKey[]): UnwrappedKey | undefined => {
        if (keys[0]?.keyId === keyId) return new UnwrappedKey(scope, [{ number: 1, keyId, pending: false, dataKey }]);
        return keys.length > 0 ? unwrapped(scope, keys) : undefined;
      },
    };
  }

  /** Somebody who is forgotten at this moment has no key to be found; only another master key is a fault. */
  async function unlessMasterChanged<T>(again: () => Promise<T>): Promise<T> {
    if ((await keyring.claim(check)) === check) return again();
    throw new MasterKeyError('Another process has changed the master key. Start again with the new one.');
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

  /**
   * The keys of many scopes with two questions to the keyring. Somebody who makes one of them meanwhile is no matter: the
   * keyring says which stands.
   */
  function getEach(tenantId: string, scopes: readonly string[]): Promise<UnwrappedKey[]> {
    const flight = loadEach(tenantId, scopes).finally(() => loadingMany.delete(flight));
    loadingMany.add(flight);
    return flight;
  }

  async function loadEach(tenantId: string, scopes: readonly string[]): Promise<UnwrappedKey[]> {
    await rotation;
    const before = shreddings;
    const known = new Map<string, UnwrappedKey>();
    const asked = new Map<string, { standing: Standing | undefined; generation: number | undefined }>();
    for (const scope of scopes) {
      const cached = cache.get(`${tenantId}\0${scope}`);
      if (cached && performance.now() - cached.loadedAt < cacheLife && isTrusted(cached)) known.set(scope, cached);
      else asked.set(scope, { standing: undefined, generation: undefined });
    }
    for (const [scope, at] of asked) {
      at.standing = mayBeDestroyed(scope) ? fence?.standingOf(tenantId, scope) : undefined;
      if (at.standing && at.standing.generation === undefined) await fence?.learn(tenantId);
      at.generation = at.standing?.generation;
    }
    const remembered = (scope: string, key: UnwrappedKey): void => {
      Object.assign(key, asked.get(scope));
      known.set(scope, key);
      if (before === shreddings) remember(`${tenantId}\0${scope}`, key);
    };
    const found = Map.groupBy(await keyring.findEach(tenantId, [...asked.keys()]), ({ scope }) => scope);
    for (const [scope, keys] of found) remembered(scope, unwrapped(scope, keys));
    const made = [...asked.keys()].filter((scope) => !found.has(scope)).map((scope) => newKey(tenantId, scope));
    const standing =
      made.length === 0
        ? []
        : await keyring.createEach(
            made.map(({ key }) => key),
            check,
          );
    for (const [index, one] of made.entries()) {
      const { scope } = one.key;
      const key = one.standing(standing[index] ?? []) ?? (await unlessMasterChanged(() => load(tenantId, scope, true)));
      remembered(scope, key as UnwrappedKey);
    }
    return scopes.map((scope) => noted(known.get(scope) as UnwrappedKey));
  }

  const key = async (tenantId: string, scope: string) => noted((await get(tenantId, scope, true)) as UnwrappedKey);
  const existingKey = async (tenantId: string, scope: string) => noted(await get(tenantId, scope, false));
  const index = async (tenantId: string, purpose: string, value: string) =>
    (await key(tenantId, INDEX_SCOPE)).index(purpose, value);
  // Read once: the columns of the store ask for them in the middle of a statement. Never made anew: every row would be
  // somebody else's.
  const root = (await get('*', PSEUDONYMS_SCOPE, true)) as UnwrappedKey;

  /** What is remembered of these scopes is remembered no longer. */
  function forget(tenantId: string, scopes: readonly string[]): void {
    shreddings += 1;
    for (const scope of scopes) {
      const cacheKey = `${tenantId}\0${scope}`;
      cache.delete(cacheKey);
      for (const create of [true, false]) loading.delete(`${create}\0${cacheKey}`);
    }
  }

  /** Now, or when whoever reads has gone: it is only told by `scrub` whether that is done. */
  const scrubbedSoon = () => keyring.scrub().catch(unlessBeingRead);

  return {
    key,
    keys: getEach,
    existingKey,
    scrub: () => keyring.scrub(),
    scrubLate: () => keyring.scrubLate(),
    shred: async (tenantId, scopes, beside) => {
      if (fence && !scopes.every(mayBeDestroyed))
        throw new RangeError('A key that belongs to the tenant is not destroyed.');
      const destroy = async (chosen: string[]) => {
        const destroyed = await keyring.destroy(tenantId, chosen);
        forget(tenantId, chosen);
        return destroyed;
      };
      const destroyed = await (fence ? fence.destroying(tenantId, scopes, destroy, beside) : destroy(scopes));
      // Whoever destroys them goes on writing: of the end of what they sealed, which rests on none of them.
      const unit = currentUnit();
      const gone = new Set(scopes);
      for (const used of unit?.keys ?? [])
        if (used.standing?.tenantId === tenantId && gone.has(used.scope)) unit?.keys.delete(used);
      if (destroyed > 0) await scrubbedSoon();
      return destroyed;
    },
    guard: (store) => {
      cache.clear();
      fence = createKeyFence(
        store,
        async (tenantId, { scope, keyId }) => (await keyring.find(tenantId, scope)).some((one) => one.keyId === keyId),
        standings,
      );
      return fence.store;
    },
    scopes: (tenantId, prefix, after, limit) => keyring.list(tenantId, prefix, after, limit),
    index,
    subjectId: (tenantId, kind, id) => index(tenantId, 'subject', joined([kind, id])),
    commitment: (tenantId, subjectId) => key(tenantId, subjectScope(subjectId)),
    existingCommitment: (tenantId, subjectId) => existingKey(tenantId, subjectScope(subjectId)),
    opening: async (tenantId, subjectId) => (await existingKey(tenantId, subjectScope(subjectId)))?.opening,
    signingKey: async (tenantId, name) => {
      const seed = (await key(tenantId, `${SIGNING_PREFIX}${name}`)).derive('signing', name);
      return createPrivateKey({ key: Buffer.concat([PKCS8_ED25519, seed]), format: 'der', type: 'pkcs8' });
    },
    signingNumbers: async (tenantId, name) => {
      const prefix = `${SIGNING_PREFIX}${name}/`;
      const numbers: number[] = [];
      for (let after = ''; ; ) {
        const page = await keyring.list(tenantId, prefix, after, PAGE);
        numbers.push(...page.map((scope) => Number(scope.slice(prefix.length))));
        if (page.length < PAGE) return numbers.sort((a, b) => a - b);
        after = page.at(-1) as string;
      }
    },
    ledgerName: async (tenantId, subjectId) => (await key(tenantId, LEDGER_SCOPE)).index('erased', subjectId),
    pseudonyms,
    keptApart: keyring.keptApart,
    keyRotation: createKeyRotation(keyring, {
      successor: (previous, keyId, epoch) => {
        const next = { ...previous, keyId, epoch, number: previous.number + 1, pending: true };
        return { ...next, wrapped: wrap(master, bindingOf(next), successorOf(dataKeyOf(previous))) };
      },
      check: () => check,
      forgetAll: () => {
        shreddings += 1;
        cache.clear();
        loading.clear();
      },
      destroying: (tenantId, scopes, destroy) => {
        const fenced = scopes.filter(mayBeDestroyed);
        const rest = scopes.filter((scope) => !mayBeDestroyed(scope));
        const gone = async (chosen: string[]) => {
          const count = await destroy(chosen);
          forget(tenantId, chosen);
          return count;
        };
        return fence && fenced.length > 0
          ? fence.destroying(tenantId, fenced, gone).then(async (n) => n + (await gone(rest)))
          : gone(scopes);
      },
    }),
    comparable: async (tenantId, scope) => (await existingKey(tenantId, scope))?.comparable(),
    adopt: async (tenantId, scope, comparable) => {
      if (!(await get(tenantId, scope, false))) {
        const keyId = randomBytes(KEY_ID_BYTES).toString('hex');
        const wrapped = wrap(master, bindingOf({ tenantId, scope, keyId, number: 1 }), adoptedFrom(comparable));
        await keyring.create({ tenantId, scope, keyId, wrapped }, check);
        forget(tenantId, [scope]);
      }
      // Whoever made it: a reception that was killed, or somebody else.
      if (!(await get(tenantId, scope, false))?.comparable().equals(comparable))
        throw new StoreError('misuse', 'scope-taken', 'A key of this scope is there, and is another.');
    },
    shredTenant: async (tenantId) => {
      let count = 0;
      for (let after = ''; ; ) {
        const page = await keyring.list(tenantId, '', after, PAGE);
        const scopes = page.filter((scope) => !scope.startsWith(SIGNING_PREFIX));
        const fenced = scopes.filter(mayBeDestroyed);
        const rest = scopes.filter((scope) => !mayBeDestroyed(scope));
        const gone = async (chosen: string[]) => {
          const destroyed = await keyring.destroy(tenantId, chosen);
          forget(tenantId, chosen);
          return destroyed;
        };
        count += fence && fenced.length > 0 ? await fence.destroying(tenantId, fenced, gone) : await gone(fenced);
        count += await gone(rest);
        if (page.length < PAGE) break;
        after = page.at(-1) as string;
      }
      for (const used of currentUnit()?.keys ?? [])
        if (used.standing?.tenantId === tenantId) currentUnit()?.keys.delete(used);
      if (count > 0) await scrubbedSoon();
      return count;
    },
    rotateMasterKey: async (next) => {
      // Keys on their way in are wrapped by the old key: they come first, and new ones wait.
      const arriving = Promise.allSettled([...loading.values(), ...loadingMany]);
      const turn = (async () => {
        await arriving;
        const count = await keyring.rewrap(checkValue(next), (wrapped) =>
          wrap(next, bindingOf(wrapped), unwrap(master, bindingOf(wrapped), wrapped.wrapped)),
        );
        master = next;
        check = checkValue(next);
        await scrubbedSoon();
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
