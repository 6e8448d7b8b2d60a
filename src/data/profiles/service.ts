import type { Audit } from '../../foundations/audit/audit.ts';
import { auditedChange } from '../../foundations/audit/audited-change.ts';
import { showing } from '../../foundations/audit/reading.ts';
import { addressText, comparableEmail } from '../../foundations/contract/comparable-email.ts';
import type { Context } from '../../foundations/contract/context.ts';
import { checkIfMatch, etagOf } from '../../foundations/contract/etag.ts';
import { pastInstant } from '../../foundations/contract/instant.ts';
import { toNfc } from '../../foundations/contract/personal-text.ts';
import { invalidField, Problem } from '../../foundations/contract/problem.ts';
import { MASKED } from '../../foundations/contract/special-text.ts';
import { checker } from '../../foundations/contract/validation.ts';
import type { KnownPerson } from '../../foundations/holders/external.ts';
import type { Query, Store } from '../../foundations/store/store.ts';
import { accountOf } from '../../foundations/vault/account.ts';
import { subjectScope, type Vault } from '../../foundations/vault/vault.ts';
import type { Policies } from '../../register/policies/policies.ts';
import { parseOrcid } from '../content/identifiers.ts';
import type { Obtained } from '../informing/model.ts';
import { NOT_OBTAINED, obtaining } from '../informing/obtaining.ts';
import type { Processing } from '../retention/processing.ts';
import type { SuppressionService } from '../suppression/service.ts';
import { COUNTRIES } from './countries.ts';
import {
  FIELD_NAMES,
  PROFILE_FIELDS,
  type Profile,
  type ProfileField,
  type ProfileInput,
  type ProfileMatches,
  ProfilePatch,
  type ProfileValues,
} from './model.ts';
import { type OpenedProfile, openProfile, placeOf, sealValues } from './sealing.ts';
import {
  deleteProfile,
  findProfile,
  findProfilesByEmail,
  insertProfile,
  type NewProfileRow,
  type ProfileRow,
  profilesAfter,
  updateProfile,
} from './table.ts';

export interface ProfileDeps {
  suppression: Pick<SuppressionService, 'guard'>;
  store: Store;
  audit: Audit;
  vault: Vault;
  policies: Pick<Policies, 'of'>;
  processing: Processing;
}

export interface ProfileState {
  profile: Profile;
  etag: string;
}

const checkPatch = checker(ProfilePatch, '');
/** Accounts answered for one e-mail address at most. */
const MATCHES = 100;
/** Profiles opened in one step of a walk through all of them. */
const PAGE = 200;
/** What stands between two statements of one person. */
const STATEMENTS_APART = '\n\n';
export const EMAIL_INDEX = 'profile-email';

export function createProfiles({ store, audit, vault, policies, suppression, processing }: ProfileDeps) {
  const indexOfEmail = (tenantId: string, email: string) => vault.index(tenantId, EMAIL_INDEX, comparableEmail(email));

  /** The account in question, its row, and the row's content if its key still stands. */
  async function read(context: Context, id: string) {
    const tenantId = context.tenant.id;
    const account = await accountOf(vault, tenantId, id);
    const row = await store.read((q) => findProfile(q, tenantId, account.subjectId));
    const key = row && (await vault.existingKey(tenantId, subjectScope(account.subjectId)));
    return { ...account, row, opened: row && openProfile(key, row, store.tables) };
  }

  /** These fields (and the account id) as they are kept; a field without a value is emptied. */
  async function sealed(
    context: Context,
    { id, subjectId }: { id: string; subjectId: string },
    wanted: ProfileValues,
    fields: ProfileField[],
    identity: boolean,
  ): Promise<Partial<NewProfileRow>> {
    const key = await vault.key(context.tenant.id, subjectScope(subjectId));
    const account = identity ? id : undefined;
    const row: Partial<NewProfileRow> = sealValues(
      key,
      store.tables,
      context.tenant.id,
      subjectId,
      account,
      wanted,
      fields,
    );
    const { email } = wanted;
    if (fields.includes('email'))
      row.emailIndex = email === undefined ? null : await indexOfEmail(context.tenant.id, email);
    return row;
  }

  async function sealedStatement(
    { tenant }: Context,
    subjectId: string,
    text: string,
  ): Promise<Partial<NewProfileRow>> {
    const key = await vault.key(tenant.id, subjectScope(subjectId));
    return { statementSealed: key.seal(placeOf(store.tables, tenant.id, subjectId)('statementSealed'), text) };
  }

  /** Old and new value of each field that differs, hashed under the person's own key: nobody can guess at them. */
  async function valueHashes(
    context: Context,
    { subjectId, opened }: Awaited<ReturnType<typeof read>>,
    wanted: ProfileValues,
  ): Promise<Record<string, { old: string | null; new: string | null }>> {
    const key = await vault.key(context.tenant.id, subjectScope(subjectId));
    const hash = (field: ProfileField, value: unknown) =>
      value === undefined ? null : key.index(`rectified ${field}`, JSON.stringify(value));
    const differing = FIELD_NAMES.filter((field) => !same(opened?.values[field], wanted[field]));
    return Object.fromEntries(
      differing.map((field) => [field, { old: hash(field, opened?.values[field]), new: hash(field, wanted[field]) }]),
    );
  }

  /** Brings the profile of an account to `wanted`; `sealAll` states everything anew, else only what changed. */
  async function bring(
    context: Context,
    current: Awaited<ReturnType<typeof read>>,
    wanted: ProfileValues,
    times: { lastActivityAt?: string; closedAt?: string | null },
    ifMatch: string | undefined,
    sealAll: boolean,
    correction?: { requestId: string | null; statement?: string },
    obtained?: Obtained,
  ): Promise<ProfileState & { created: boolean }> {
    const { row, opened, subjectId, id } = current;
    checkValues(wanted);
    const now = context.clock();
    const lastActivityAt =
      times.lastActivityAt === undefined
        ? opened && row
          ? row.lastActivityAt
          : now
        : pastInstant('/lastActivityAt', times.lastActivityAt, now);
    const closedAt =
      times.closedAt === undefined
        ? ((opened && row?.closedAt) ?? null)
        : times.closedAt === null
          ? null
          : pastInstant('/closedAt', times.closedAt, now);
    const changed: string[] = FIELD_NAMES.filter((field) => !same(opened?.values[field], wanted[field]));
    const identity = sealAll || changed.some((field) => field === 'name' || field === 'title' || field === 'orcid');
    if (opened && row && lastActivityAt.getTime() !== row.lastActivityAt.getTime()) changed.push('lastActivityAt');
    if (opened && row && closedAt?.getTime() !== row.closedAt?.getTime()) changed.push('closedAt');
    const statement = correction?.statement ?? opened?.statement;
    if (statement !== opened?.statement) changed.push('statement');
    const origin = obtaining(opened && row, obtained, now, context.tenant.timeZone);
    if (origin) changed.push('obtained');
    if (opened && row && changed.length === 0 && (opened.account !== undefined || !identity))
      return { profile: present(row, opened), etag: etagOf(row), created: false };

    const named = FIELD_NAMES.filter((field) => wanted[field] !== undefined);
    const categories = new Set<string>(named.map((field) => PROFILE_FIELDS[field].category));
    if (identity) categories.add('profiles.identity');
    for (const category of categories) policies.of(context.tenant.id).requireCategory(category);

    // Before a key is made for them: an erased person must not come back through an import.
    const email = changed.includes('email') && wanted.email !== undefined ? wanted.email : undefined;
    // Whoever is to be forgotten may still have a profile here, which a hold keeps: only correcting it is left.
    const refuseErased = await suppression.guard(context, {
      account: opened && correction ? undefined : subjectId,
      email: email === undefined ? undefined : await indexOfEmail(context.tenant.id, email),
    });

    const overwritten = opened
      ? FIELD_NAMES.filter((field) => changed.includes(field) && opened.values[field] !== undefined).map(
          (field): string => PROFILE_FIELDS[field].category,
        )
      : [];
    const fields = sealAll ? FIELD_NAMES : FIELD_NAMES.filter((field) => changed.includes(field));
    const createdAt = row && opened ? row.createdAt : now;
    const stored = {
      ...(await sealed(context, current, wanted, fields, identity)),
      ...(changed.includes('statement') && statement !== undefined
        ? await sealedStatement(context, subjectId, statement)
        : {}),
      version: (row?.version ?? 0) + 1,
      createdAt,
      updatedAt: now,
      lastActivityAt,
      closedAt,
      policyHash: policies.of(context.tenant.id).current().hash,
      ...(origin ?? (opened ? {} : NOT_OBTAINED)),
      ...(opened ? {} : { statementSpecialId: null }),
    };
    await auditedChange(
      { store, audit, vault },
      context,
      {
        subjectId,
        ifMatch,
        action: correction ? 'profile.rectified' : opened ? 'profile.updated' : 'profile.created',
        policyHash: stored.policyHash,
        detail: {
          fields: changed,
          ...(correction ? { request: correction.requestId, values: await valueHashes(context, current, wanted) } : {}),
        },
      },
      async (tx) => {
        await refuseErased(tx);
        const { id: tenantId } = context.tenant;
        if (!correction) await processing.refuse(tx, tenantId, [...categories, ...overwritten], subjectId, now);
        await processing.refuseChange(tx, tenantId, overwritten, subjectId, now, correction ? 'correct' : 'change');
        return row
          ? updateProfile(tx, row, stored)
          : insertProfile(tx, { tenantId: context.tenant.id, subjectId, ...stored });
      },
      { isolation: 'serializable' },
    );
    const account = identity ? id : opened?.account;
    const statementSpecialId = (opened && row?.statementSpecialId) ?? null;
    return {
      profile: present(
        { createdAt, updatedAt: now, lastActivityAt, closedAt: stored.closedAt, statementSpecialId },
        { account, values: wanted, statement },
      ),
      etag: etagOf({ version: stored.version, createdAt }),
      created: !opened,
    };
  }

  return {
    /** The blind index of an e-mail address: equal addresses give equal indexes within a tenant. */
    indexOfEmail,

    /** Accounts whose address, made comparable, fits; every address takes the same time. */
    async accountsOfEmailThat({ tenant }: Context, fits: (comparableEmail: string) => boolean): Promise<string[]> {
      const found: string[] = [];
      for (let after = ''; ; ) {
        const rows = await store.read((q) => profilesAfter(q, tenant.id, after, PAGE));
        for (const row of rows) {
          const opened = openProfile(
            await vault.existingKey(tenant.id, subjectScope(row.subjectId)),
            row,
            store.tables,
          );
          const { account, values } = opened ?? {};
          const held = typeof values?.email === 'string' && fits(comparableEmail(values.email));
          if (held && account) found.push(`account:${account}`);
        }
        if (rows.length < PAGE) return found;
        after = rows.at(-1)?.subjectId ?? '';
      }
    },

    /**
     * The account that has an address, as callers name it, and the address as that account has it; if exactly one has it.
     * For officers, and for whoever has shown that they read there: it says whether there is one.
     */
    async accountOfEmail(
      { tenant }: Context,
      email: string,
    ): Promise<{ account: string; subjectId: string; email: string } | undefined> {
      const index = await indexOfEmail(tenant.id, email);
      const [row, ...others] = await store.read((q) => findProfilesByEmail(q, tenant.id, index, 2));
      if (!row || others.length > 0) return undefined;
      const { subjectId } = row;
      const opened = openProfile(await vault.existingKey(tenant.id, subjectScope(subjectId)), row, store.tables);
      if (opened?.account === undefined || opened.values.email === undefined) return undefined;
      return { account: `account:${opened.account}`, subjectId, email: opened.values.email };
    },

    /** The blind index of the address a profile holds; null when it holds none. */
    async emailIndexOf(q: Query, tenantId: string, subjectId: string): Promise<string | null> {
      return (await findProfile(q, tenantId, subjectId))?.emailIndex ?? null;
    },

    /** The address of a profile in the clear, for holders outside that know the person by it. */
    async emailOf({ tenant }: Context, subjectId: string): Promise<string | undefined> {
      const row = await store.read((q) => findProfile(q, tenant.id, subjectId));
      const key = row && (await vault.existingKey(tenant.id, subjectScope(subjectId)));
      return row && openProfile(key, row, store.tables)?.values.email;
    },

    /** Whom a pseudonym stands for, as the platform knows them; undefined where nothing tells. */
    async whoIs({ tenant }: Context, subjectId: string): Promise<KnownPerson | undefined> {
      const row = await store.read((q) => findProfile(q, tenant.id, subjectId));
      const key = row && (await vault.existingKey(tenant.id, subjectScope(subjectId)));
      const { account, values } = (row && openProfile(key, row, store.tables)) ?? {};
      if (account === undefined) return undefined;
      return {
        tenantId: tenant.id,
        timeZone: tenant.timeZone,
        accountId: account,
        visitorIds: [],
        email: values?.email,
      };
    },

    /** @throws Problem `not-found`. */
    async get(context: Context, id: string): Promise<ProfileState> {
      const { row, opened } = await read(context, id);
      if (!row || !opened) throw absent();
      showing(context, row.subjectId);
      return { profile: present(row, opened), etag: etagOf(row) };
    },

    /** Creates the profile or replaces it whole; the same again changes nothing and writes nothing. */
    async put(
      context: Context,
      id: string,
      input: ProfileInput,
      ifMatch?: string,
    ): Promise<ProfileState & { created: boolean }> {
      const current = await read(context, id);
      checkIfMatch(ifMatch, current.row && current.opened ? etagOf(current.row) : undefined);
      const { lastActivityAt, closedAt, obtained, ...values } = input;
      const times = { lastActivityAt, closedAt };
      return bring(context, current, normal(values), times, ifMatch, true, undefined, obtained);
    },

    /** Merge patch (RFC 7396): what is absent stays, `null` removes. */
    async patch(context: Context, id: string, input: ProfilePatch, ifMatch: string | undefined): Promise<ProfileState> {
      const current = await read(context, id);
      if (!current.row || !current.opened) throw absent();
      checkIfMatch(ifMatch, etagOf(current.row), true);
      const { lastActivityAt, closedAt, ...patch } = input;
      const values = normal(merged(current.opened.values, patch));
      const { profile, etag } = await bring(context, current, values, { lastActivityAt, closedAt }, ifMatch, false);
      return { profile, etag };
    },

    /**
     * Corrects what is kept about a person, also while its processing is restricted (GDPR Art. 16): merge patch. Answers
     * the categories that changed. The same again changes nothing.
     * @throws Problem `not-found`; naming the field that is none of a profile’s, or cannot be so.
     */
    async rectify(
      context: Context,
      id: string,
      changes: Record<string, unknown>,
      { requestId, statement }: { requestId: string | null; statement?: string },
    ): Promise<{ changed: string[] }> {
      checkPatch(changes);
      const current = await read(context, id);
      if (!current.row || !current.opened) throw absent();
      const wanted = normal(merged(current.opened.values, changes as ProfilePatch));
      const differing = FIELD_NAMES.filter((field) => !same(current.opened?.values[field], wanted[field]));
      const before = current.opened.statement;
      const added = statement === undefined ? undefined : toNfc(statement);
      const whole = added === undefined || before?.split(STATEMENTS_APART).includes(added) ? undefined : added;
      const said = whole && before ? `${before}${STATEMENTS_APART}${whole}` : whole;
      if (differing.length > 0 || said !== undefined)
        await bring(context, current, wanted, {}, undefined, false, {
          requestId,
          statement: said,
        });
      const categories = differing.map((field): string => PROFILE_FIELDS[field].category);
      return { changed: [...new Set([...categories, ...(said === undefined ? [] : ['profiles.identity'])])].sort() };
    },

    /** Categories of these fields of a profile. */
    fieldCategories: (fields: string[]): string[] => [
      ...new Set(FIELD_NAMES.filter((field) => fields.includes(field)).map((field) => PROFILE_FIELDS[field].category)),
    ],

    /** Deletes the profile and nothing else of the person: not what Art. 17 asks for. */
    async remove(context: Context, id: string, ifMatch: string | undefined): Promise<void> {
      const { row, opened, subjectId } = await read(context, id);
      if (!row || !opened) throw absent();
      checkIfMatch(ifMatch, etagOf(row), true);
      const fields = FIELD_NAMES.filter((field) => opened.values[field] !== undefined);
      const held = new Set(['profiles.identity', ...fields.map((field): string => PROFILE_FIELDS[field].category)]);
      await auditedChange(
        { store, audit, vault },
        context,
        { subjectId, ifMatch, action: 'profile.deleted', detail: { fields } },
        async (tx) => {
          await processing.refuseChange(tx, context.tenant.id, [...held], subjectId, context.clock(), 'remove');
          return deleteProfile(tx, row);
        },
        { isolation: 'serializable' },
      );
    },

    /** Profiles with this e-mail address, through the blind index. */
    async search(context: Context, email: string): Promise<ProfileMatches> {
      const tenantId = context.tenant.id;
      const emailIndex = await indexOfEmail(tenantId, email);
      const rows = await store.read((q) => findProfilesByEmail(q, tenantId, emailIndex, MATCHES));
      const found = rows.map(({ subjectId }) => subjectId);
      const stopped = await store.read((q) =>
        processing.stopped(
          q,
          tenantId,
          Object.values(PROFILE_FIELDS).map((one) => one.category),
          found,
          context.clock(),
        ),
      );
      const items: Profile[] = [];
      for (const row of rows) {
        // Restricted data is in no list (GDPR Art. 18(2)).
        if (stopped.has(row.subjectId)) continue;
        const opened = openProfile(await vault.existingKey(tenantId, subjectScope(row.subjectId)), row, store.tables);
        if (!opened) continue;
        showing(context, row.subjectId);
        items.push(present(row, opened));
      }
      return { items };
    },
  };
}

export type ProfileService = ReturnType<typeof createProfiles>;

function absent(): Problem {
  return new Problem('not-found', 'This account has no profile here.');
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** A merge patch applied: `null` removes. */
function merged(values: ProfileValues, { lastActivityAt: _, closedAt: __, ...patch }: ProfilePatch): ProfileValues {
  return Object.fromEntries(
    Object.entries({ ...values, ...patch }).filter(([, value]) => value !== null && value !== undefined),
  ) as ProfileValues;
}

const NORMAL: Record<string, (text: string) => string> = {
  email: addressText,
  orcid: (text) => parseOrcid(text) ?? text,
};

/** @throws Problem naming what no schema can tell of a profile’s values. */
export function checkValues({ country, orcid }: ProfileValues): void {
  if (country !== undefined && !COUNTRIES.has(country))
    throw invalidField('/country', 'must be a country code of ISO 3166-1 alpha-2.');
  if (orcid !== undefined && parseOrcid(orcid) === undefined)
    throw invalidField('/orcid', 'must be an ORCID iD; its check character does not fit.');
}

/** As it is kept: text in NFC, an address so that it stays the same mailbox, an iD bare. */
export function normal(values: ProfileValues): ProfileValues {
  return Object.fromEntries(
    Object.entries(values).map(([field, value]) => [
      field,
      Array.isArray(value) ? value.map(toNfc) : (NORMAL[field] ?? toNfc)(value),
    ]),
  );
}

function present(
  row: Pick<ProfileRow, 'createdAt' | 'updatedAt' | 'lastActivityAt' | 'closedAt' | 'statementSpecialId'>,
  { account, values, statement }: OpenedProfile,
): Profile {
  return {
    id: account,
    ...values,
    statement: row.statementSpecialId && statement !== undefined ? MASKED : statement,
    lastActivityAt: row.lastActivityAt.toISOString(),
    closedAt: row.closedAt?.toISOString(),
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}
