import { and, isNotNull, isNull, or, sql } from 'drizzle-orm';
import type {
  CategoryOutcome,
  ErasureOrder,
  ExportedRecord,
  Holder,
  Person,
} from '../../foundations/holders/holder.ts';
import {
  type CategorySources,
  claimsFor,
  createTableHolder,
  emptyOutcomes,
  isKept,
  rowSource,
  structure,
} from '../../foundations/holders/table-holder.ts';
import { eraseRows, nulls, updateRows } from '../../foundations/holders/table-rows.ts';
import type { Tables } from '../../foundations/store/schema.ts';
import type { Query } from '../../foundations/store/store.ts';
import { subjectScope, type Vault } from '../../foundations/vault/vault.ts';
import { OBTAINED_COLUMNS, type ObtainedState, obtainedClaims, obtainedFields } from '../informing/obtaining.ts';
import { FIELD_NAMES, PROFILE_FIELDS } from './model.ts';
import { openProfile, type SealedColumn } from './sealing.ts';
import { deleteProfile, findProfile, type ProfileRow, updateProfile } from './table.ts';

/** The columns of each category: erasing a category empties them; a row with nothing left goes. */
const CATEGORY_COLUMNS = {
  'profiles.identity': [
    'accountSealed',
    'nameSealed',
    'titleSealed',
    'orcidSealed',
    'statementSealed',
    ...OBTAINED_COLUMNS,
  ],
  'profiles.contact': ['emailSealed', 'emailIndex'],
  'profiles.interests': ['interestsSealed'],
  'profiles.location': ['citySealed', 'countrySealed'],
} as const satisfies Record<string, readonly (SealedColumn | 'emailIndex' | keyof ObtainedState)[]>;
type ProfileCategory = keyof typeof CATEGORY_COLUMNS;
const CATEGORIES = Object.keys(CATEGORY_COLUMNS) as ProfileCategory[];

const identity = claimsFor('profiles.identity');
const contact = claimsFor('profiles.contact');
const location = claimsFor('profiles.location');

const columnsOf = (t: Tables['profiles'], category: ProfileCategory) =>
  CATEGORY_COLUMNS[category].map((column) => t[column]);
const anyOf = (t: Tables['profiles'], categories: ProfileCategory[]) =>
  or(...categories.flatMap((category) => columnsOf(t, category)).map((column) => isNotNull(column)));
const noneOf = (t: Tables['profiles'], categories: ProfileCategory[]) =>
  and(...categories.flatMap((category) => columnsOf(t, category)).map((column) => isNull(column)));

const sources: CategorySources = ({ profiles: t }) =>
  Object.fromEntries(
    CATEGORIES.map((category) => [
      category,
      {
        table: t,
        key: t.subjectId,
        subjects: [t.subjectId],
        where: anyOf(t, [category]),
        came: t.createdAt,
        changed: t.lastActivityAt,
        clocks: {
          'last-activity': t.lastActivityAt,
          updated: t.updatedAt,
          // What is open has not ended.
          ended: { expression: t.closedAt, like: t.closedAt, where: isNotNull(t.closedAt) },
        },
      },
    ]),
  );

/** Whether anything of a category is kept of an account. */
export const keepsAnyOf = (row: ProfileRow, category: string): boolean =>
  CATEGORIES.some((one) => one === category && holds(row, one));

const holds = (row: ProfileRow, category: ProfileCategory) =>
  CATEGORY_COLUMNS[category].some((column) => row[column] !== null);

/** Where account profiles are held: one row a person, each category a few columns of it. */
export function createProfilesHolder({ vault }: { vault: Vault }): Holder {
  async function* exported(q: Query, person: Person): AsyncGenerator<ExportedRecord> {
    for (const subjectId of person.subjectIds) {
      const row = await findProfile(q, person.tenantId, subjectId);
      const key = row && (await vault.existingKey(person.tenantId, subjectScope(subjectId)));
      const opened = row && openProfile(key, row, q.tables);
      if (!row || !opened) continue;
      for (const category of CATEGORIES) {
        if (!holds(row, category)) continue;
        const values = FIELD_NAMES.filter((field) => PROFILE_FIELDS[field].category === category).map((field) => [
          field,
          opened.values[field] ?? null,
        ]);
        const ofRow = {
          account: opened.account ?? null,
          statement: opened.statement ?? null,
          createdAt: row.createdAt.toISOString(),
          updatedAt: row.updatedAt.toISOString(),
          lastActivityAt: row.lastActivityAt.toISOString(),
          closedAt: row.closedAt?.toISOString() ?? null,
          warnedFor: row.warnedFor?.toISOString() ?? null,
          warnedAt: row.warnedAt?.toISOString() ?? null,
          warnedWith: row.warnedWith,
          ...obtainedFields(row),
        };
        yield {
          category,
          table: 'profiles',
          id: 'profile',
          at: row.updatedAt,
          ...(category === 'profiles.identity' && row.statementSpecialId ? { special: ['statement'] } : {}),
          fields: { ...(category === 'profiles.identity' ? ofRow : {}), ...Object.fromEntries(values) },
        };
      }
    }
  }

  return createTableHolder({
    id: 'profiles',
    title: 'Profiles of account holders',
    columns: {
      profiles: {
        tenantId: structure('The tenant.'),
        subjectId: identity(null, 'The pseudonym under which this person is kept; the person is who asks.'),
        accountSealed: identity('account'),
        nameSealed: identity('name'),
        titleSealed: identity('title'),
        orcidSealed: identity('orcid'),
        emailSealed: contact('email'),
        emailIndex: contact(null, 'A keyed hash of the e-mail address, which is given itself.'),
        interestsSealed: claimsFor('profiles.interests')('interests'),
        citySealed: location('city'),
        countrySealed: location('country'),
        statementSealed: identity('statement'),
        statementSpecialId: structure('That the statement is masked for whoever looks at it alone.'),
        version: structure('How often the row was changed, for entity tags.'),
        createdAt: identity('createdAt'),
        updatedAt: identity('updatedAt'),
        lastActivityAt: identity('lastActivityAt'),
        closedAt: identity('closedAt'),
        policyHash: structure('The policies the profile was last changed under.'),
        warnedFor: identity('warnedFor'),
        warnedAt: identity('warnedAt'),
        warnedWith: identity('warnedWith'),
        warningMessage: structure('The mail that warned, while it is known here.'),
        ...obtainedClaims(identity),
      },
    },
    sealedPerSubject: [...CATEGORIES],
    actions: Object.fromEntries(CATEGORIES.map((category) => [category, ['erase']])),
    clocks: Object.fromEntries(CATEGORIES.map((category) => [category, ['last-activity', 'updated', 'ended']])),
    sources,
    export: exported,
    erase,

    /** Rows that hold nothing else go; of the others the category's columns are emptied. */
    sweep: async (tx, due, batch) => {
      const { profiles: t } = tx.tables;
      const category = due.category as ProfileCategory;
      const others = CATEGORIES.filter((other) => other !== category);
      const source = rowSource(sources, tx, due);
      const alone = { ...source, where: and(source.where, noneOf(t, others)) };
      const gone = await eraseRows(tx, alone, due, batch);
      if (!gone.done) return gone;
      const rows = batch.rows - gone.treated;
      const assignments = sql`${nulls(columnsOf(t, category))}, ${sql.identifier(t.version.name)} = ${t.version} + 1`;
      const shared = { ...source, where: and(source.where, anyOf(t, others)) };
      const emptied = await updateRows(tx, shared, due, { ...batch, rows }, assignments);
      return { ...emptied, treated: gone.treated + emptied.treated };
    },
  });
}

async function erase(tx: Query, person: Person, order: ErasureOrder): Promise<CategoryOutcome[]> {
  const outcomes = emptyOutcomes(order, CATEGORIES);
  for (const subjectId of person.subjectIds) {
    const row = await findProfile(tx, person.tenantId, subjectId);
    if (!row) continue;
    const held = CATEGORIES.filter((category) => holds(row, category));
    const kept = held.filter((category) => isKept(order, category));
    const erased = held.filter((category) => !kept.includes(category));
    for (const category of held) {
      if (kept.includes(category)) outcomes[category].retained += 1;
      else outcomes[category].removed += 1;
    }
    if (kept.length === 0) await deleteProfile(tx, row);
    else {
      const columns = erased.flatMap((category) => [...CATEGORY_COLUMNS[category]]);
      const values = Object.fromEntries(columns.map((column) => [column, null]));
      await updateProfile(tx, row, { ...values, version: row.version + 1, policyHash: order.policyHash });
    }
  }
  return Object.values(outcomes);
}
