import Type, { type Static } from 'typebox';
import type { Audit } from '../../foundations/audit/audit.ts';
import { comparableEmail } from '../../foundations/contract/comparable-email.ts';
import type { Context } from '../../foundations/contract/context.ts';
import { pastInstant } from '../../foundations/contract/instant.ts';
import { invalidField } from '../../foundations/contract/problem.ts';
import { closed } from '../../foundations/contract/schemas.ts';
import {
  type DecidedRecords,
  faultOf,
  type NewRecord,
  type RecordFault,
  type RecordImport,
} from '../../foundations/imports/record-import.ts';
import type { Store } from '../../foundations/store/store.ts';
import { SUBJECT_ID_PATTERN } from '../../foundations/vault/subjects.ts';
import { subjectScope, type Vault } from '../../foundations/vault/vault.ts';
import type { Policies } from '../../register/policies/policies.ts';
import { NOT_OBTAINED } from '../informing/obtaining.ts';
import { type Bringing, type BroughtLine, overtaken } from '../retention/bringing.ts';
import { FIELD_NAMES, PROFILE_FIELDS, ProfileInput, type ProfileValues } from './model.ts';
import { openProfile, sealValues } from './sealing.ts';
import { checkValues, EMAIL_INDEX, normal } from './service.ts';
import { findProfiles, insertProfile, type NewProfileRow, type ProfileRow, updateProfile } from './table.ts';

const { obtained: _, lastActivityAt: __, closedAt: ___, ...values } = ProfileInput.properties;
const instant = (description: string) => Type.String({ format: 'date-time', maxLength: 40, description });

/** A profile as another system had it: with its own dates, and as it stood at `updatedAt`. */
export const ProfileRecord = Type.Object(
  {
    kind: Type.Literal('profile'),
    account: Type.String({ pattern: SUBJECT_ID_PATTERN, description: 'The platform’s user id, without `account:`.' }),
    ...values,
    createdAt: instant('When the account was made.'),
    updatedAt: Type.Optional(
      instant('How the profile stood then: of two the newer one stands. When absent, the instant of creation.'),
    ),
    lastActivityAt: Type.Optional(
      instant('When the person was last active; retention counts from it. When absent, the instant of creation.'),
    ),
    closedAt: Type.Optional(instant('When the account was closed.')),
  },
  { ...closed, title: 'ProfileRecord' },
);
export type ProfileRecord = Static<typeof ProfileRecord>;

interface ProfileImportDeps {
  store: Store;
  audit: Audit;
  vault: Vault;
  policies: Pick<Policies, 'of'>;
  bringing: Bringing;
}

/** One line, read. */
interface Brought {
  line: number;
  account: string;
  subjectId: string;
  values: ProfileValues;
  createdAt: Date;
  updatedAt: Date;
  lastActivityAt: Date;
  closedAt: Date | null;
}

/** Of several states of one account: the newest stands, the account is as old as any says, and was last used when any says. */
type Wanted = Omit<Brought, 'line'>;

/**
 * Profiles with their creation, last activity and closing. In whatever order the states of an account come, and whatever
 * was put here before: the newest stands, it is as old as the oldest says and was used as late as any says.
 */
export function createProfileImport(deps: ProfileImportDeps): RecordImport<ProfileRecord> {
  const { store, audit, vault, policies, bringing } = deps;

  async function read(context: Context, { line, record }: NewRecord<ProfileRecord>): Promise<Brought | RecordFault> {
    const now = context.clock();
    const { kind: _, account, createdAt, updatedAt, lastActivityAt, closedAt, ...given } = record;
    try {
      checkValues(given);
      const created = pastInstant('/createdAt', createdAt, now);
      const notBefore = (pointer: string, text: string | undefined): Date | undefined => {
        const at = text === undefined ? undefined : pastInstant(pointer, text, now);
        if (at && at < created) throw invalidField(pointer, 'must not lie before /createdAt');
        return at;
      };
      const times = {
        createdAt: created,
        updatedAt: notBefore('/updatedAt', updatedAt) ?? created,
        lastActivityAt: notBefore('/lastActivityAt', lastActivityAt) ?? created,
        closedAt: notBefore('/closedAt', closedAt) ?? null,
      };
      for (const category of categoriesOf(given)) policies.of(context.tenant.id).requireCategory(category);
      const subjectId = await vault.subjectId(context.tenant.id, 'account', account);
      return { line, account, subjectId, values: normal(given), ...times };
    } catch (error) {
      return faultOf(line, error);
    }
  }

  async function guarded(context: Context, one: Brought, row: ProfileRow | undefined): Promise<BroughtLine> {
    const { email } = one.values;
    return {
      line: one.line,
      pointer: '/account',
      who: { account: one.subjectId, email: email === undefined ? undefined : await indexOf(context, email) },
      subjectId: one.subjectId,
      categories: categoriesOf(one.values),
      overwrites: row !== undefined && row.updatedAt < one.updatedAt,
    };
  }

  const indexOf = (context: Context, email: string) =>
    vault.index(context.tenant.id, EMAIL_INDEX, comparableEmail(email));

  return {
    kind: 'profile',
    schema: ProfileRecord,
    identitiesOf: ({ account, updatedAt, createdAt }) => [
      `${account} ${new Date(updatedAt ?? createdAt).toISOString()}`,
    ],

    async decide(context, records): Promise<DecidedRecords> {
      const faults: RecordFault[] = [];
      const brought: Brought[] = [];
      for (const one of records) {
        const found = await read(context, one);
        if ('pointer' in found) faults.push(found);
        else brought.push(found);
      }
      const subjects = brought.map(({ subjectId }) => subjectId);
      const rows = await store.read((q) => findProfiles(q, context.tenant.id, subjects));
      const lines = await Promise.all(brought.map((one) => guarded(context, one, rows.get(one.subjectId))));
      const kept = await store.read((q) => bringing.faultsOf(q, context, lines));
      const out = new Set(kept.map(({ line }) => line));
      const isFree = ({ line }: { line: number }) => !out.has(line);
      const free = folded(brought.filter(isFree));
      return {
        faults: [...faults, ...kept],
        prepare: async () => {
          const recheck = await bringing.recheck(context, lines.filter(isFree));
          const sealed = await Promise.all(free.map((one) => seal(context, one)));
          return async (tx) => {
            await recheck(tx);
            const standing = await findProfiles(tx, context.tenant.id, subjects);
            for (const one of sealed) await write(tx, context, one, standing.get(one.wanted.subjectId));
          };
        },
      };
    },
  };

  async function seal(context: Context, wanted: Wanted) {
    const tenantId = context.tenant.id;
    const key = await vault.key(tenantId, subjectScope(wanted.subjectId));
    const { email } = wanted.values;
    const columns = {
      ...sealValues(key, store.tables, tenantId, wanted.subjectId, wanted.account, wanted.values),
      emailIndex: email === undefined ? null : await indexOf(context, email),
    };
    return { wanted, key, columns, commitment: await vault.commitment(tenantId, wanted.subjectId) };
  }

  async function write(
    tx: Parameters<typeof insertProfile>[0],
    context: Context,
    { wanted, key, columns, commitment }: Awaited<ReturnType<typeof seal>>,
    row: ProfileRow | undefined,
  ): Promise<void> {
    const tenantId = context.tenant.id;
    const policyHash = policies.of(tenantId).current().hash;
    const opened = row && openProfile(key, row, tx.tables);
    const newer = !row || !opened || row.updatedAt < wanted.updatedAt;
    const times = {
      createdAt: row && opened ? earlier(row.createdAt, wanted.createdAt) : wanted.createdAt,
      lastActivityAt: row && opened ? later(row.lastActivityAt, wanted.lastActivityAt) : wanted.lastActivityAt,
    };
    const state: Partial<NewProfileRow> = newer
      ? { ...columns, ...times, updatedAt: wanted.updatedAt, closedAt: wanted.closedAt, policyHash }
      : times;
    if (!row)
      await insertProfile(tx, { ...(state as NewProfileRow), tenantId, subjectId: wanted.subjectId, version: 1 });
    else {
      // Of a row whose key is gone nothing is left that anybody was told of.
      const anew = opened ? {} : { ...NOT_OBTAINED, statementSealed: null, statementSpecialId: null };
      if (!(await updateProfile(tx, row, { ...anew, ...state, version: row.version + 1 }))) throw overtaken();
    }
    await audit.add(tx, context, {
      action: 'profile.imported',
      subject: commitment,
      policyHash,
      detail: { fields: FIELD_NAMES.filter((field) => wanted.values[field] !== undefined), stands: newer },
    });
  }
}

const earlier = (one: Date, other: Date): Date => (one < other ? one : other);
const later = (one: Date, other: Date): Date => (one > other ? one : other);

/** Categories of what a profile holds; that there is an account is its identity. */
function categoriesOf(given: ProfileValues): string[] {
  const named = FIELD_NAMES.filter((field) => given[field] !== undefined);
  return [...new Set(['profiles.identity', ...named.map((field): string => PROFILE_FIELDS[field].category)])].sort();
}

function folded(brought: readonly Brought[]): Wanted[] {
  const bySubject = new Map<string, Wanted>();
  for (const one of brought) {
    const before = bySubject.get(one.subjectId);
    if (!before) bySubject.set(one.subjectId, one);
    else
      bySubject.set(one.subjectId, {
        ...(before.updatedAt < one.updatedAt ? one : before),
        createdAt: earlier(before.createdAt, one.createdAt),
        lastActivityAt: later(before.lastActivityAt, one.lastActivityAt),
      });
  }
  return [...bySubject.values()];
}
