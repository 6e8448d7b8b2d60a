import type { Role, TenantScope } from '../contract/context.ts';
import { Problem } from '../contract/problem.ts';
import type { Clock } from '../process/clock.ts';
import type { Store } from '../store/store.ts';
import type { Vault } from '../vault/vault.ts';
import { CREATOR } from './bootstrap.ts';
import { secretHash } from './secret.ts';
import type { SignIns } from './sign-ins.ts';
import { allOrigins, type TenantRow, type TokenRow, tenantById, tokenBySecret, touchToken } from './table.ts';
import { tokenFault } from './token-seal.ts';

/** Milliseconds for which a token or tenant read once is trusted: the time a revocation elsewhere takes to work here. */
const TRUST = 5_000;
/** Entries remembered at most; the oldest goes first. */
const REMEMBERED = 10_000;
/** A token's last use is written at most this often (milliseconds). */
const TOUCH_EVERY = 60_000;

/** Whom a bearer secret stands for. */
interface Credentials {
  tokenId: string;
  role: Role;
  /** The tenant the token belongs to. */
  tenantId: string;
  everyTenant: boolean;
}

/** A tenant as requests need it. */
export interface KnownTenant {
  scope: TenantScope;
  origins: ReadonlySet<string>;
  gpcSince: Date;
}

export function scopeOf(row: TenantRow): TenantScope {
  return {
    id: row.tenantId,
    name: row.name,
    timeZone: row.timeZone,
    jurisdiction: row.jurisdiction,
    language: row.language,
    region: row.region,
    ...(row.leavingSince ? { leaving: true as const } : {}),
  };
}

/** Remembers what was read for a short while. What is read while something is forgotten is not remembered. */
function shortMemory<T>(read: (key: string) => Promise<T | undefined>) {
  const entries = new Map<string, { value: T; since: number }>();
  let generation = 0;
  return {
    /** Whether it was there when it was last read, however long ago. */
    knows: (key: string): boolean => entries.has(key),

    /** `evenOld`: where it cannot be read now, as it was last seen. */
    async get(key: string, { evenOld = false } = {}): Promise<T | undefined> {
      const entry = entries.get(key);
      if (entry && performance.now() - entry.since < TRUST) return entry.value;
      const before = generation;
      let value: T | undefined;
      try {
        value = await read(key);
      } catch (error) {
        if (evenOld && entry) return entry.value;
        throw error;
      }
      if (value === undefined) entries.delete(key);
      else if (before === generation) {
        if (entries.size >= REMEMBERED) entries.delete(entries.keys().next().value as string);
        entries.set(key, { value, since: performance.now() });
      }
      return value;
    },
    forget(key: string): void {
      generation += 1;
      entries.delete(key);
    },
  };
}

/** Where a call comes from; asked for only where a sign-in fails. */
type From = () => string | undefined;

interface CredentialDeps {
  store: Store;
  vault: Vault;
  clock: Clock;
  signIns: SignIns;
  /** The first administrator's token was used: nothing need be kept of it any more. */
  firstTokenUsed?: (() => void) | undefined;
}

/** It was made, and nobody has seen it yet: nobody has it. */
const isUnshown = ({ expiresAt, createdAt }: TokenRow) => expiresAt?.getTime() === createdAt.getTime();

/** The read side of access: who is calling, for which tenant, from which origin. Every request comes by here. */
export function createCredentials({ store, vault, clock, signIns, firstTokenUsed }: CredentialDeps) {
  let firstTokenSeen = false;
  const touches = new Map<string, number>();
  const writing = new Set<Promise<void>>();

  const tokens = shortMemory<TokenRow>(async (hash) => {
    const [row] = await store.read((q) => tokenBySecret(q, { secretHash: hash }));
    return row && (await tokenFault(vault, row)) === undefined ? row : undefined;
  });
  const tenants = shortMemory<KnownTenant>(async (tenantId) => {
    const [row] = await store.read((q) => tenantById(q, { tenantId }));
    return row && { scope: scopeOf(row), origins: new Set(row.origins), gpcSince: row.gpcSince };
  });
  const origins = shortMemory<Set<string>>(async () => new Set(await store.read(allOrigins)));

  /** Off the request's path: its writer rides with the next commit. */
  function touch(row: TokenRow, now: Date): void {
    const last = touches.get(row.tokenId) ?? row.lastUsedAt?.getTime() ?? 0;
    if (now.getTime() - last < TOUCH_EVERY) return;
    if (touches.size >= REMEMBERED) touches.clear();
    touches.set(row.tokenId, now.getTime());
    const write: Promise<void> = store
      .write((tx) => touchToken(tx, row.tenantId, row.tokenId, now))
      // A lost note of use is not worth a failed request; a store that is down shows by itself.
      .catch(() => undefined)
      .finally(() => writing.delete(write));
    writing.add(write);
  }

  /**
   * Whom the secret stands for; undefined when it is unknown or revoked, which counts as a failed sign-in where it is
   * said where the call comes from.
   * @throws Problem `token-expired` for a token that has ended, `too-many-requests` where too many have failed
   */
  async function authenticate(secret: string, from?: From, options?: { evenOld: boolean }) {
    const hash = secretHash(secret);
    if (from && !tokens.knows(hash)) signIns.admit(from());
    const row = await tokens.get(hash, options);
    if (!row || row.revokedAt || isUnshown(row)) {
      if (from) signIns.failed(from());
      return undefined;
    }
    const now = clock();
    if (row.expiresAt && row.expiresAt <= now) throw ended(row.expiresAt);
    touch(row, now);
    if (!firstTokenSeen && row.createdBy === CREATOR) {
      firstTokenSeen = true;
      firstTokenUsed?.();
    }
    const credentials: Credentials = {
      tokenId: row.tokenId,
      role: row.role as Role,
      tenantId: row.tenantId,
      everyTenant: row.everyTenant,
    };
    return credentials;
  }

  return {
    authenticate,

    /** What was given is no token at all. @throws Problem `too-many-requests` */
    refuse(from: From): void {
      signIns.admit(from());
      signIns.failed(from());
    },

    /** The same while the database does not answer, as it was last seen here: for who asks why it does not. */
    asLastSeen: {
      authenticate: (secret: string, from?: From) => authenticate(secret, from, { evenOld: true }),
      tenant: (tenantId: string): Promise<KnownTenant | undefined> => tenants.get(tenantId, { evenOld: true }),
    },

    tenant: (tenantId: string): Promise<KnownTenant | undefined> => tenants.get(tenantId),
    /** Whether any tenant allows this web origin: all that can be told of a preflight, which carries no credentials. */
    async originKnown(origin: string): Promise<boolean> {
      return (await origins.get('*'))?.has(origin) ?? false;
    },
    forgetToken: (hash: string) => tokens.forget(hash),
    forgetTenant(tenantId: string): void {
      tenants.forget(tenantId);
      origins.forget('*');
    },
    /** Waits for notes of use still being written. */
    settle: async (): Promise<void> => {
      await Promise.all(writing);
    },
  };
}

/** Told only to who has the secret: that it was right, and what to do. */
function ended(at: Date): Problem {
  return new Problem(
    'token-expired',
    `This token ended on ${at.toISOString().slice(0, 10)}. Have another one issued.`,
    {
      headers: {
        'WWW-Authenticate': 'Bearer realm="lethe", error="invalid_token", error_description="the token has ended"',
      },
    },
  );
}
