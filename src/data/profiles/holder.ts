import { and, isNotNull, isNull, or, type SQL, sql } from 'drizzle-orm';
import type {
  CategoryOutcome,
  ColumnClaim,
  DueRows,
  ErasureOrder,
  ExportedRecord,
  Holder,
  Person,
} from '../../foundations/holders/holder.ts';
import {
  countTouchedRows,
  distinctSubjects,
  eraseRows,
  nulls,
  planRows,
  type RowSource,
  type TouchedSource,
  touchedSubjectsOf,
  updateRows,
} from '../../foundations/holders/table-holder.ts';
import type { Tables } from '../../foundations/store/schema.ts';
import type { Query } from '../../foundations/store/store.ts';
import { subjectScope, type Vault } from '../../foundations/vault/vault.ts';
import { FIELD_NAMES, PROFILE_FIELDS } from './model.ts';
import { openProfile, type SealedColumn } from './sealing.ts';
import { deleteProfile, findProfile, type ProfileRow, updateProfile } from './table.ts';

/** The columns of each category: erasing a category empties them; a row with nothing left goes. */
const CATEGORY_COLUMNS = {
  'profiles.identity': ['accountSealed', 'nameSealed', 'titleSealed', 'statementSealed'],
  'profiles.contact': ['emailSealed', 'emailIndex'],
  'profiles.interests': ['interestsSealed'],
  'profiles.location': ['citySealed', 'countrySealed'],
} as const satisfies Record<string, readonly (SealedColumn | 'emailIndex')[]>;
type ProfileCategory = keyof typeof CATEGORY_COLUMNS;
const CATEGORIES = Object.keys(CATEGORY_COLUMNS) as ProfileCategory[];

const claim = (category: ProfileCategory, exportedAs: string | null, reason?: string): ColumnClaim => ({
  category,
  exportedAs,
  reason,
});
const structure = (text: string): ColumnClaim => ({ structure: text });

const columnsOf = (t: Tables['profiles'], category: ProfileCategory) =>
  CATEGORY_COLUMNS[category].map((column) => t[column]);
const anyOf = (t: Tables['profiles'], categories: ProfileCategory[]) =>
  or(...categories.flatMap((category) => columnsOf(t, category)).map((column) => isNotNull(column)));
const noneOf = (t: Tables['profiles'], categories: ProfileCategory[]) =>
  and(...categories.flatMap((category) => columnsOf(t, category)).map((column) => isNull(column)));

function sourceOf(t: Tables['profiles'], due: DueRows, further?: SQL): RowSource {
  const clock = due.clock === 'updated' ? t.updatedAt : t.lastActivityAt;
  return {
    table: t,
    tenant: t.tenantId,
    key: t.subjectId,
    subject: t.subjectId,
    where: and(anyOf(t, [due.category as ProfileCategory]), further),
    clock: { expression: clock, like: clock },
  };
}

function touchedSource(t: Tables['profiles'], category: string): TouchedSource {
  return {
    table: t,
    tenant: t.tenantId,
    subject: t.subjectId,
    came: t.createdAt,
    changed: t.lastActivityAt,
    where: anyOf(t, [category as ProfileCategory]),
  };
}

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
        const identity = {
          account: opened.account ?? null,
          statement: opened.statement ?? null,
          createdAt: row.createdAt.toISOString(),
          updatedAt: row.updatedAt.toISOString(),
          lastActivityAt: row.lastActivityAt.toISOString(),
        };
        yield {
          category,
          table: 'profiles',
          id: 'profile',
          at: row.updatedAt,
          fields: { ...(category === 'profiles.identity' ? identity : {}), ...Object.fromEntries(values) },
        };
      }
    }
  }

  return {
    id: 'profiles',

    describe: () => ({
      title: 'Profiles of account holders',
      columns: {
        profiles: {
          tenantId: structure('The tenant.'),
          subjectId: claim(
            'profiles.identity',
            null,
            'The pseudonym under which this person is kept; the person is who asks.',
          ),
          accountSealed: claim('profiles.identity', 'account'),
          nameSealed: claim('profiles.identity', 'name'),
          titleSealed: claim('profiles.identity', 'title'),
          emailSealed: claim('profiles.contact', 'email'),
          emailIndex: claim('profiles.contact', null, 'A keyed hash of the e-mail address, which is given itself.'),
          interestsSealed: claim('profiles.interests', 'interests'),
          citySealed: claim('profiles.location', 'city'),
          countrySealed: claim('profiles.location', 'country'),
          statementSealed: claim('profiles.identity', 'statement'),
          version: structure('How often the row was changed, for entity tags.'),
          createdAt: claim('profiles.identity', 'createdAt'),
          updatedAt: claim('profiles.identity', 'updatedAt'),
          lastActivityAt: claim('profiles.identity', 'lastActivityAt'),
          policyHash: structure('The policies the profile was last changed under.'),
        },
      },
      sealedPerSubject: [...CATEGORIES],
      actions: Object.fromEntries(CATEGORIES.map((category) => [category, ['erase']])),
      clocks: Object.fromEntries(CATEGORIES.map((category) => [category, ['last-activity', 'updated']])),
    }),

    export: exported,
    erase,

    subjects: (q, tenantId, after, limit) => {
      const { profiles: t } = q.tables;
      return distinctSubjects(q, [{ table: t, tenant: t.tenantId, subject: t.subjectId }], tenantId, after, limit);
    },

    count: async (q, person) => {
      const counts: Record<string, number> = Object.fromEntries(CATEGORIES.map((category) => [category, 0]));
      for (const subjectId of person.subjectIds) {
        const row = await findProfile(q, person.tenantId, subjectId);
        if (row)
          for (const category of CATEGORIES) if (holds(row, category)) counts[category] = (counts[category] ?? 0) + 1;
      }
      return counts;
    },

    countTouched: (q, wanted) => countTouchedRows(q, touchedSource(q.tables.profiles, wanted.category), wanted),
    touchedSubjects: (q, wanted, after, limit) =>
      touchedSubjectsOf(q, touchedSource(q.tables.profiles, wanted.category), wanted, after, limit),

    plan: (q, due) => planRows(q, sourceOf(q.tables.profiles, due), due),

    /** Rows that hold nothing else go; of the others the category's columns are emptied. */
    sweep: async (tx, due, batch) => {
      const { profiles: t } = tx.tables;
      const category = due.category as ProfileCategory;
      const others = CATEGORIES.filter((other) => other !== category);
      const gone = await eraseRows(tx, sourceOf(t, due, noneOf(t, others)), due, batch);
      if (!gone.done) return gone;
      const rows = batch.rows - gone.treated;
      const assignments = sql`${nulls(columnsOf(t, category))}, ${sql.identifier(t.version.name)} = ${t.version} + 1`;
      const emptied = await updateRows(tx, sourceOf(t, due, anyOf(t, others)), due, { ...batch, rows }, assignments);
      return { ...emptied, treated: gone.treated + emptied.treated };
    },
  };
}

async function erase(tx: Query, person: Person, order: ErasureOrder): Promise<CategoryOutcome[]> {
  const outcomes = new Map<ProfileCategory, CategoryOutcome>();
  for (const category of CATEGORIES) {
    const { ground, reviewAt } = order.decisions[category] ?? {};
    outcomes.set(category, {
      category,
      removed: 0,
      reduced: 0,
      retained: 0,
      ground,
      reviewAt,
    });
  }
  for (const subjectId of person.subjectIds) {
    const row = await findProfile(tx, person.tenantId, subjectId);
    if (!row) continue;
    const held = CATEGORIES.filter((category) => holds(row, category));
    const kept = held.filter((category) => ['retain', 'held'].includes(order.decisions[category]?.action ?? 'erase'));
    const erased = held.filter((category) => !kept.includes(category));
    for (const category of held) {
      const outcome = outcomes.get(category) as CategoryOutcome;
      if (kept.includes(category)) outcome.retained += 1;
      else outcome.removed += 1;
    }
    if (kept.length === 0) await deleteProfile(tx, row);
    else {
      const columns = erased.flatMap((category) => [...CATEGORY_COLUMNS[category]]);
      const values = Object.fromEntries(columns.map((column) => [column, null]));
      await updateProfile(tx, row, { ...values, version: row.version + 1, policyHash: order.policyHash });
    }
  }
  return [...outcomes.values()];
}
