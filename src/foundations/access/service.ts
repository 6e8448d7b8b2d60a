import { hash, randomUUID } from 'node:crypto';
import { jurisdictionOf } from '../../law/jurisdictions.ts';
import type { Audit } from '../audit/audit.ts';
import type { Context, Principal, Role } from '../contract/context.ts';
import { cursorPageFrom, DEFAULT_PAGE } from '../contract/cursor-page.ts';
import { checkIfMatch } from '../contract/etag.ts';
import { invalidField, Problem } from '../contract/problem.ts';
import type { Clock } from '../process/clock.ts';
import { writeOnce } from '../store/idempotency.ts';
import type { Query, Store } from '../store/store.ts';
import { uuidv7 } from '../store/uuid.ts';
import type { Vault } from '../vault/vault.ts';
import { type BootstrapOptions, bootstrap, CREATOR, FIRST_TENANT, FIRST_TENANT_ROW } from './bootstrap.ts';
import { createCredentials, scopeOf } from './credentials.ts';
import type { IssuedToken, ListQuery, NewTenant, NewToken, Tenant, TenantPatch, Token } from './model.ts';
import { newSecret, secretHash, secretHint } from './secret.ts';
import { createSignIns } from './sign-ins.ts';
import {
  deleteTenant,
  insertTenant,
  insertToken,
  labelsOf,
  markEndTold,
  revokeToken,
  type TenantRow,
  type TokenRow,
  tenantById,
  tenantsAfter,
  tenantTimeZones,
  tokenByCreator,
  tokenById,
  tokensAfter,
  tokensEnding,
  updateTenant,
} from './table.ts';
import { endOf, type TokenEnds, tokenEnds, warnedUntil } from './token-ends.ts';
import { sealedToken } from './token-seal.ts';
import { endUnknownTokens } from './unknown-tokens.ts';

export interface AccessDeps {
  store: Store;
  audit: Audit;
  vault: Vault;
  clock: Clock;
  /** Regions of the policies. @throws Problem naming those there are. */
  checkRegion: (region: string | null | undefined) => void;
  ends?: TokenEnds | undefined;
  /** Failed sign-ins from one network before others must wait; absent: no limit. */
  failedSignIns?: number | undefined;
  /** The first administrator's token was used, or is of no more use. */
  firstTokenUsed?: (() => void) | undefined;
}

function tenantOf(row: TenantRow): Tenant {
  return {
    ...scopeOf(row),
    origins: row.origins,
    gpcSince: row.gpcSince.toISOString(),
    createdAt: row.createdAt.toISOString(),
  };
}

/** Of the whole state: a tenant carries no version number. */
function tenantTag(row: TenantRow): string {
  return `"${hash('sha256', JSON.stringify(tenantOf(row)), 'hex').slice(0, 24)}"`;
}

function tokenOf(row: TokenRow): Token {
  return {
    id: row.tokenId,
    tenant: row.tenantId,
    everyTenant: row.everyTenant,
    role: row.role as Role,
    label: row.label,
    hint: row.hint,
    createdAt: row.createdAt.toISOString(),
    createdBy: row.createdBy,
    expiresAt: row.expiresAt?.toISOString() ?? null,
    revokedAt: row.revokedAt?.toISOString() ?? null,
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
  };
}

function checkTimeZone(timeZone: string | undefined): void {
  if (timeZone === undefined) return;
  try {
    new Intl.DateTimeFormat('en', { timeZone });
  } catch {
    throw invalidField('/timeZone', 'must be a time zone of the IANA database, such as Europe/Berlin');
  }
}

function checkJurisdiction(code: string | undefined): void {
  if (code !== undefined && !jurisdictionOf(code))
    throw invalidField(
      '/jurisdiction',
      'must be a place whose law Lethe knows: a state of the EEA or a part of one, EU, EUI, EC, EP, GB or CH; a portal elsewhere to which the GDPR applies (Art. 3(2)) is one of EU',
    );
}

const nothingHere = (what: string) => new Problem('not-found', `There is no such ${what} here.`);

/** Tenants and tokens: who may call, and on whose data. */
export function createAccess(deps: AccessDeps) {
  const { store, audit, vault, clock, checkRegion, ends = tokenEnds(), firstTokenUsed } = deps;
  const signIns = createSignIns({ clock, perNetwork: deps.failedSignIns ?? 0 });
  const credentials = createCredentials({ store, vault, clock, signIns, firstTokenUsed });

  /** Credentials of one tenant see no other, not even that it exists. */
  async function visibleTenant(context: Context, tenantId: string): Promise<TenantRow> {
    const visible = context.principal.everyTenant || context.tenant.id === tenantId;
    const [row] = visible ? await store.read((q) => tenantById(q, { tenantId })) : [];
    if (!row) throw nothingHere('tenant');
    return row;
  }

  async function contextFor(tenantId: string, principal: Principal): Promise<Context> {
    const tenant = await credentials.tenant(tenantId);
    if (!tenant) throw nothingHere('tenant');
    return { tenant: tenant.scope, principal, clock, requestId: randomUUID() };
  }

  /** What was erased here does not come back by accident (GDPR Art. 28(3)(g)). @throws Problem `conflict` */
  async function refuseEnded(tenantId: string): Promise<void> {
    const ends = (await vault.keptApart.tenantEnds()).filter((end) => end.tenantId === tenantId && !end.readmittedAt);
    const last = ends.at(-1)?.recordedAt.toISOString().slice(0, 10);
    if (last !== undefined)
      throw new Problem(
        'conflict',
        `A tenant of this id left, and was erased here from ${last} on. Take another id; or let one of this id in again ` +
          'by an act of its own: lethe tenants readmit, POST /v1/tenants/{tenantId}/readmission.',
      );
  }

  return {
    refuseEnded,

    /** Lets a tenant of this id in again. @throws Problem `not-found` unless one has left */
    async readmitTenant(context: Context, tenantId: string): Promise<void> {
      const ends = (await vault.keptApart.tenantEnds()).filter((end) => end.tenantId === tenantId);
      if (ends.length === 0) throw new Problem('not-found', 'No tenant of this id has left.');
      await vault.keptApart.readmitTenant(tenantId, context.clock());
      await store.write((tx) => audit.add(tx, context, { action: 'tenant.readmitted', detail: { tenant: tenantId } }));
    },

    /** Since when its contract ends; null: it does not. Whoever calls it forgets what is remembered, after the commit. */
    markLeaving: (tx: Query, tenantId: string, since: Date | null): Promise<void> =>
      updateTenant(tx, tenantId, { leavingSince: since }),
    /** The last row of a tenant that has left. */
    dropTenant: (tx: Query, tenantId: string): Promise<void> => deleteTenant(tx, tenantId),
    /** One that came from another instance, with all it had. */
    admitTenant: (tx: Query, row: TenantRow): Promise<boolean> => insertTenant(tx, row),
    forgetTenant: (tenantId: string): void => credentials.forgetTenant(tenantId),

    authenticate: credentials.authenticate,
    refuse: credentials.refuse,
    asLastSeen: credentials.asLastSeen,
    signIns,
    tenant: credentials.tenant,
    originKnown: credentials.originKnown,

    /** A context for what acts without a request: jobs and the command line. */
    contextFor,

    /** Keyed hash of a request, to tell a repeat from another request with the same Idempotency-Key. */
    fingerprint: (tenantId: string, text: string): Promise<string> => vault.index(tenantId, 'idempotency', text),

    /** What the first start needs; does nothing on later ones. */
    async bootstrap(options: Omit<BootstrapOptions, 'ends'>): Promise<void> {
      const principal: Principal = { id: 'system:bootstrap', role: 'admin', everyTenant: true };
      const { tenantId: id, origins: _, ...scope } = FIRST_TENANT_ROW;
      const context: Context = { tenant: { id, ...scope }, principal, clock, requestId: randomUUID() };
      await bootstrap({ store, audit, vault }, context, { ...options, ends });
      const first = await store.read((q) => tokenByCreator(q, FIRST_TENANT, principal.id));
      if (first?.lastUsedAt || first?.revokedAt) firstTokenUsed?.();
    },

    /** @throws Problem `conflict` when the id is taken, or was that of one that has left. */
    async createTenant(context: Context, input: NewTenant): Promise<Tenant> {
      await refuseEnded(input.id);
      checkTimeZone(input.timeZone);
      checkJurisdiction(input.jurisdiction);
      checkRegion(input.region);
      const { id, ...rest } = input;
      const now = context.clock();
      const row: TenantRow = { ...FIRST_TENANT_ROW, ...rest, tenantId: id, gpcSince: now, createdAt: now };
      const created = await writeOnce(store, context, async (tx) => {
        if (!(await insertTenant(tx, row))) throw new Problem('conflict', 'There is a tenant of this id already.');
        const own = { ...context, tenant: scopeOf(row) };
        await audit.add(tx, own, { action: 'tenant.created', detail: { tenant: id } });
        return tenantOf(row);
      });
      credentials.forgetTenant(id);
      return created;
    },

    /** Every tenant the caller may see: its own, or all. */
    async listTenants(context: Context, query: ListQuery) {
      const limit = query.limit ?? DEFAULT_PAGE;
      const rows = context.principal.everyTenant
        ? await store.read((q) => tenantsAfter(q, query.cursor ?? '', limit + 1))
        : [await visibleTenant(context, context.tenant.id)];
      return cursorPageFrom(rows.map(tenantOf), limit, (tenant) => tenant.id);
    },

    async getTenant(context: Context, tenantId: string): Promise<{ tenant: Tenant; etag: string }> {
      const row = await visibleTenant(context, tenantId);
      return { tenant: tenantOf(row), etag: tenantTag(row) };
    },

    /** @throws Problem `precondition-failed` when `ifMatch` is not the tenant's present tag. */
    async updateTenant(context: Context, tenantId: string, patch: TenantPatch, ifMatch: string | undefined) {
      checkTimeZone(patch.timeZone);
      checkRegion(patch.region);
      if (patch.region !== undefined && !context.principal.everyTenant)
        throw new Problem('forbidden', 'Moving a portal to another region takes credentials for every tenant.');
      await visibleTenant(context, tenantId);
      const next = await store.write(
        async (tx) => {
          const [row] = await tenantById(tx, { tenantId });
          if (!row) throw nothingHere('tenant');
          checkIfMatch(ifMatch, tenantTag(row), true);
          // One that was registered before codes were checked stays, until it is changed.
          if (patch.jurisdiction !== row.jurisdiction) checkJurisdiction(patch.jurisdiction);
          const changed = { ...row, ...patch };
          if (tenantTag(changed) === tenantTag(row)) return row;
          await updateTenant(tx, tenantId, patch);
          const fields = Object.keys(patch).sort();
          const own = { ...context, tenant: scopeOf(changed) };
          await audit.add(tx, own, { action: 'tenant.changed', detail: { fields } });
          return changed;
        },
        { isolation: 'serializable' },
      );
      credentials.forgetTenant(tenantId);
      return { tenant: tenantOf(next), etag: tenantTag(next) };
    },

    /**
     * Issues a token of the context's tenant. The secret is in this answer and nowhere else: it is not kept for repeated
     * Idempotency-Keys, whose answer has `secret: null`.
     */
    async issueToken(context: Context, input: NewToken): Promise<IssuedToken> {
      const now = context.clock();
      if (input.everyTenant && !context.principal.everyTenant)
        throw new Problem('forbidden', 'Only credentials that act in every tenant may issue such a token.');
      const expiresAt = endOf(now, input.expiresAt, ends);
      const secret = newSecret(input.role);
      const row: TokenRow = await sealedToken(vault, {
        tenantId: context.tenant.id,
        tokenId: uuidv7(now),
        everyTenant: input.everyTenant ?? false,
        role: input.role,
        label: input.label,
        secretHash: secretHash(secret),
        hint: secretHint(secret),
        createdAt: now,
        createdBy: context.principal.id,
        expiresAt,
        revokedAt: null,
        lastUsedAt: null,
        endToldAt: null,
      });
      const token = await writeOnce(store, context, async (tx) => {
        await insertToken(tx, row);
        const detail = {
          token: row.tokenId,
          role: row.role,
          everyTenant: row.everyTenant,
          ends: expiresAt.toISOString(),
        };
        await audit.add(tx, context, { action: 'token.issued', detail });
        return tokenOf(row);
      });
      return { ...token, secret: token.id === row.tokenId ? secret : null };
    },

    async listTokens(context: Context, query: ListQuery) {
      const limit = query.limit ?? DEFAULT_PAGE;
      const bound = !context.principal.everyTenant;
      const rows = await store.read((q) => tokensAfter(q, context.tenant.id, bound, query.cursor ?? '', limit + 1));
      return cursorPageFrom(rows.map(tokenOf), limit, (token) => token.id);
    },

    /** Takes a token out of use: at once in this process, within seconds in others. Repeating it changes nothing. */
    async revokeToken(context: Context, tokenId: string): Promise<void> {
      const row = await store.read((q) => tokenById(q, context.tenant.id, tokenId));
      // A tenant's administrator neither sees nor stops those of the whole installation.
      if (!row || (row.everyTenant && !context.principal.everyTenant)) throw nothingHere('token');
      // First where a restored database does not reach.
      await vault.keptApart.recordTokenEnd(row.tenantId, tokenId);
      await store.write(async (tx) => {
        if (!(await revokeToken(tx, context.tenant.id, tokenId, context.clock()))) return;
        const detail = { token: tokenId, role: row.role };
        await audit.add(tx, context, { action: 'token.revoked', detail });
      });
      credentials.forgetToken(row.secretHash);
      if (row.createdBy === CREATOR) firstTokenUsed?.();
    },

    /** Ends what the log does not know, or ended before: at a start, before anybody is served. Answers how many. */
    async endUnknownTokens(): Promise<number> {
      const principal: Principal = { id: 'system:ledger', role: 'operator', everyTenant: true };
      let ended = 0;
      for (const { tenantId } of await store.read((q) => tenantsAfter(q, '', 100_000)))
        ended += await endUnknownTokens({ store, audit, vault }, await contextFor(tenantId, principal));
      return ended;
    },

    /** Tokens that end within 30 days, of one tenant or of all; `untold`: only those nobody was written to about. */
    async ending({ tenantId, untold }: { tenantId?: string; untold?: boolean } = {}): Promise<Token[]> {
      const now = clock();
      return (await store.read((q) => tokensEnding(q, { tenantId, untold, now, before: warnedUntil(now) }))).map(
        tokenOf,
      );
    },

    /** In the transaction of the letter that tells of them: which of these nobody has told of before. */
    noteEndTold: (tx: Query, context: Context, tokenIds: string[]): Promise<string[]> =>
      markEndTold(tx, context.tenant.id, tokenIds, context.clock()),

    /** What pages call who acted: the label of a token; a job stays what it is called. */
    labelsOf: (ids: readonly string[]): Promise<Map<string, string>> =>
      store.read((q) => labelsOf(q, [...new Set(ids)])),

    /** Every tenant's id, for jobs that go through all of them. */
    async tenantIds(): Promise<string[]> {
      return (await store.read((q) => tenantsAfter(q, '', 100_000))).map((row) => row.tenantId);
    },

    /** The time zones that portals are in, for jobs that have their time of the day. */
    timeZones: (): Promise<string[]> => store.read(tenantTimeZones),

    /** The tenant a call without credentials is about. */
    defaultTenant: FIRST_TENANT,

    close: async (): Promise<void> => {
      await credentials.settle();
      await signIns.settle();
    },
  };
}

export type AccessService = ReturnType<typeof createAccess>;
