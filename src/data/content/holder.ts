import { type AnyColumn, and, eq, isNotNull, isNull, sql } from 'drizzle-orm';
import type {
  CategoryOutcome,
  DueRows,
  ErasureDecision,
  ErasureOrder,
  ExportedRecord,
  Holder,
  ItemOrder,
  Person,
} from '../../foundations/holders/holder.ts';
import {
  type CategorySource,
  type CategorySources,
  claimsFor,
  countRowsOf,
  createTableHolder,
  emptyOutcomes,
  eraseRowsOf,
  rowSource,
  structure,
} from '../../foundations/holders/table-holder.ts';
import { eraseRows, updateRows } from '../../foundations/holders/table-rows.ts';
import type { Query } from '../../foundations/store/store.ts';
import type { Vault } from '../../foundations/vault/vault.ts';
import { obtainedClaims, obtainedFields } from '../informing/obtaining.ts';
import { doiLink, orcidLink } from './identifiers.ts';
import type { ContentCategory } from './model.ts';
import { openAssociation } from './sealing.ts';
import {
  type AssociationRow,
  associationsOfSubject,
  deleteAssociationOf,
  minimise,
  minimiseAssociationOf,
  minimiseAssociationsOf,
} from './table.ts';

const EXPORT_PAGE = 500;

const PUBLIC: ContentCategory = 'content.public-association';
const PRIVATE: ContentCategory = 'content.private-association';
const MINIMAL: ContentCategory = 'content.minimal-association';

const ofPerson = claimsFor(PUBLIC, [PRIVATE]);
const ofAll = claimsFor(PUBLIC, [PRIVATE, MINIMAL]);
const ofMinimal = claimsFor(MINIMAL)(
  null,
  'Belongs to no account any more; it is public with the item and shown there.',
);

const sources: CategorySources = ({ associations: t }) => {
  const all = {
    table: t,
    key: t.associationId,
    subjects: [t.subjectId],
    came: t.createdAt,
    changed: t.updatedAt,
    clocks: { recorded: t.createdAt, updated: t.updatedAt },
  };
  const named = (visibility: string) => and(eq(t.visibility, visibility), isNull(t.minimisedAt));
  return {
    [PUBLIC]: { ...all, where: named('public') },
    [PRIVATE]: { ...all, where: named('private') },
    [MINIMAL]: {
      ...all,
      subjects: [],
      where: isNotNull(t.minimisedAt),
      clocks: { ...all.clocks, 'review-day': t.reviewAt },
    },
  };
};

/** Where the tie between people and the items they made is held; it may outlive the account (REQ-A31). */
export function createContentHolder({ vault }: { vault: Vault }): Holder {
  async function* exported(q: Query, person: Person): AsyncGenerator<ExportedRecord> {
    for (const subjectId of person.subjectIds)
      for (let last: AssociationRow | undefined; ; ) {
        const of = { after: last?.associationId, limit: EXPORT_PAGE };
        const page: AssociationRow[] = await associationsOfSubject(q, person.tenantId, subjectId, of);
        for (const row of page) {
          const record = await asExported(q, row);
          if (record) yield record;
        }
        last = page.at(-1);
        if (page.length < EXPORT_PAGE) break;
      }
  }

  async function asExported(q: Query, row: AssociationRow): Promise<ExportedRecord | undefined> {
    const opened = await openAssociation(vault, q.tables, row);
    return (
      opened && {
        category: row.visibility === 'public' ? PUBLIC : PRIVATE,
        table: 'associations',
        id: row.associationId,
        at: row.updatedAt,
        ...(row.titleSpecialId ? { special: ['title'] } : {}),
        fields: {
          doi: doiLink(row.doi),
          title: opened.title ?? null,
          version: row.itemVersion,
          role: row.role,
          nameAsPublished: opened.nameAsPublished,
          orcid: opened.orcid === undefined ? null : orcidLink(opened.orcid),
          visibility: row.visibility,
          publishedOn: row.publishedOn,
          createdAt: row.createdAt.toISOString(),
          updatedAt: row.updatedAt.toISOString(),
          ...obtainedFields(row),
        },
      }
    );
  }

  return createTableHolder({
    id: 'content',
    title: 'Who made which item',
    columns: {
      associations: {
        tenantId: structure('The tenant.'),
        associationId: structure('A random id of the record, given beside its fields.'),
        subjectId: ofPerson(null, 'The pseudonym under which this person is kept; the person is who asks.'),
        doi: ofAll('doi'),
        role: ofAll('role'),
        itemVersion: ofAll('version'),
        visibility: ofAll('visibility'),
        titleSealed: ofPerson('title'),
        titleSpecialId: structure('That the title is masked for whoever looks at it alone.'),
        nameSealed: ofAll('nameAsPublished'),
        orcidSealed: ofAll('orcid'),
        publishedOn: ofAll('publishedOn'),
        ground: ofMinimal,
        reviewAt: ofMinimal,
        version: structure('How often the row was changed, for entity tags.'),
        createdAt: ofPerson('createdAt'),
        updatedAt: ofPerson('updatedAt'),
        minimisedAt: ofMinimal,
        policyHash: structure('The policies the association was last changed under.'),
        ...obtainedClaims(ofPerson),
      },
    },
    sealedPerSubject: ['content.private-association'],
    actions: { [PUBLIC]: ['reduce', 'erase'], [PRIVATE]: ['erase'], [MINIMAL]: ['erase'] },
    clocks: {
      [PUBLIC]: ['updated', 'recorded'],
      [PRIVATE]: ['updated', 'recorded'],
      [MINIMAL]: ['updated', 'recorded', 'review-day'],
    },
    sources,
    export: exported,
    erase,

    sweep: (tx, due, batch) => {
      const source = rowSource(sources, tx, due);
      if (due.action !== 'reduce') return eraseRows(tx, source, due, batch);
      const values = minimise({ at: due.at, policyHash: due.policyHash });
      const assignments = Object.entries(values).map(([name, value]) => {
        const column = tx.tables.associations[name as keyof typeof values];
        // What is left is kept from the day its period as a whole record ended, however late the sweep comes.
        const ended = name === 'createdAt' || name === 'updatedAt' ? dayOfEnd(tx, source.clock.like, due) : undefined;
        return sql`${sql.identifier(column.name)} = ${ended ?? sql.param(value, column)}`;
      });
      return updateRows(tx, source, due, batch, sql.join(assignments, sql`, `));
    },
  });
}

const DAY = 86_400_000;

/** The day (UTC, give or take a leap day) on which the period of a row ended that began with its clock. */
function dayOfEnd(tx: Query, clock: AnyColumn, { before, at, asOf = at }: DueRows) {
  const days = Math.floor((asOf.getTime() - before.getTime()) / DAY);
  return tx.engine === 'postgres'
    ? sql`date_trunc('day', ${clock}, 'UTC') + ${days}::int * interval '1 day'`
    : sql`(${clock} / ${DAY} + ${days}) * ${DAY}`;
}

async function erase(tx: Query, person: Person, order: ErasureOrder): Promise<CategoryOutcome[]> {
  const { tenantId, subjectIds } = person;
  const outcomes = Object.values(emptyOutcomes(order, [PUBLIC, PRIVATE]));
  const rows = sources(tx.tables);
  for (const outcome of outcomes) {
    const { category } = outcome;
    const mine = rows[category] as CategorySource;
    const decision: ErasureDecision = order.decisions[category] ?? { category, action: 'erase' };
    const { action, ground, reviewAt, items = [], others = action } = decision;
    if (action !== 'held' && items.length > 0) await eraseItems(tx, person, order, items, outcome);
    if (action === 'held' || others === 'retain') outcome.retained = await countRowsOf(tx, mine, person);
    else if (others === 'reduce' && category === PUBLIC)
      outcome.reduced += await minimiseAssociationsOf(
        tx,
        tenantId,
        subjectIds,
        minimise({ at: order.at, policyHash: order.policyHash, ground, reviewAt }),
      );
    else outcome.removed += await eraseRowsOf(tx, mine, person);
  }
  return outcomes;
}

/** The items that were decided on one by one, before the rest of their category. */
async function eraseItems(
  tx: Query,
  { tenantId, subjectIds }: Person,
  { at, policyHash }: ErasureOrder,
  items: ItemOrder[],
  outcome: CategoryOutcome,
): Promise<void> {
  const counts: NonNullable<CategoryOutcome['items']> = {};
  for (const { id, decision, name, ground, reviewAt } of items) {
    const gone = decision === 'remove';
    const values = {
      ...minimise({ at, policyHash, ground, reviewAt: reviewAt === undefined ? undefined : new Date(reviewAt) }),
      nameSealed: name === undefined ? undefined : Buffer.from(name, 'base64'),
      orcidSealed: decision === 'pseudonym' ? null : undefined,
    };
    const done = gone
      ? await deleteAssociationOf(tx, tenantId, subjectIds, id)
      : await minimiseAssociationOf(tx, tenantId, subjectIds, id, values);
    if (!done) continue;
    if (gone) outcome.removed += 1;
    else outcome.reduced += 1;
    counts[decision] = (counts[decision] ?? 0) + 1;
  }
  outcome.items = counts;
}
