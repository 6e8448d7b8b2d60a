import { createHash, hash as hashOf } from 'node:crypto';
import type {
  BatchLimit,
  BatchOutcome,
  CategoryOutcome,
  ColumnClaim,
  DueRows,
  DueSummary,
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
  structure,
} from '../../foundations/holders/table-holder.ts';
import { summedUp } from '../../foundations/holders/table-rows.ts';
import type { Query } from '../../foundations/store/store.ts';
import { type ScopeKey, subjectScope, type Vault } from '../../foundations/vault/vault.ts';
import { openVisit } from './capture.ts';
import { anonymiseDue, wholeDaysDue } from './table/anonymise.ts';
import { eraseDaily, planDaily } from './table/daily.ts';
import { countVisitsFrom, pagesOfDue, rowsOfLife, treatDue } from './table/due.ts';
import {
  anyFullVisit,
  countVisitsOf,
  eraseVisitsOf,
  type Life,
  reduceVisitsOf,
  type VisitRow,
  visitsOf,
} from './table.ts';

const EXPORT_PAGE = 500;
const SAMPLE = 5;
const MONTHS_PER_PAGE = 120;
const MONTH_PREFIX = 'visits:';

const full = claimsFor('visits.full');
const reduced = claimsFor('visits.reduced');
const daily: ColumnClaim = {
  category: 'visits.daily',
  exportedAs: null,
  reason: 'A count of at least k visits: it belongs to nobody (GDPR Recital 26).',
};

const today: ColumnClaim = {
  category: 'visits.reduced',
  exportedAs: null,
  reason:
    'Told apart by address and browser under the salt of the day, and gone with it: whoever asks cannot be found in it, ' +
    'because nothing here keeps whose address it was (GDPR Art. 11).',
};

const lifeOf = (category: string): Life => (category === 'visits.full' ? 'full' : 'reduced');

/** Counts of visits are about nobody. */
const sources: CategorySources = (tables) => {
  const { occurredAt } = tables.visits;
  const times = { came: occurredAt, changed: occurredAt, clocks: { occurred: occurredAt } };
  return {
    'visits.full': { ...rowsOfLife(tables, 'full'), ...times },
    'visits.reduced': { ...rowsOfLife(tables, 'reduced'), ...times },
  };
};

/** Where visits are held: sealed, reduced, and counted. */
export function createVisitsHolder(deps: { vault: Vault }): Holder {
  const { vault } = deps;

  async function* exported(q: Query, person: Person): AsyncGenerator<ExportedRecord> {
    for (const subjectId of person.subjectIds) {
      const key = await vault.existingKey(person.tenantId, subjectScope(subjectId));
      for (let last: VisitRow | undefined; ; ) {
        const page: VisitRow[] = await visitsOf(q, person.tenantId, subjectId, last, EXPORT_PAGE);
        for (const row of page) yield asExported(row, key);
        last = page.at(-1);
        if (page.length < EXPORT_PAGE) break;
      }
    }
  }

  return createTableHolder({
    id: 'visits',
    title: 'Visits to the portals',
    columns: {
      visits: {
        tenantId: structure('The tenant.'),
        visitId: reduced(null, 'The id of the record, given beside its fields.'),
        occurredAt: reduced('occurredAt'),
        portal: reduced('portal'),
        subjectId: reduced(null, 'The pseudonym under which this person is kept; the person is who asks.'),
        life: structure('Which of its lives the visit is in.'),
        addressSealed: full('address'),
        userAgentSealed: full('userAgent'),
        addressIndex: full(null, 'A keyed hash of the address, which is given itself.'),
        network: reduced('network'),
        browser: reduced('browser'),
        browserMajor: reduced('browserMajor'),
        platform: reduced('platform'),
        robot: reduced('robot'),
        policyHash: structure('The policies the visit was recorded under.'),
      },
      visitDays: {
        tenantId: structure('The tenant.'),
        day: daily,
        portal: daily,
        browser: daily,
        platform: daily,
        visits: daily,
      },
      visitorsToday: {
        tenantId: structure('The tenant.'),
        day: today,
        portal: today,
        visitor: today,
      },
      visitorDays: {
        tenantId: structure('The tenant.'),
        day: daily,
        portal: daily,
        visitors: daily,
      },
    },
    sealedPerSubject: ['visits.full'],
    actions: {
      'visits.full': ['reduce', 'erase'],
      'visits.reduced': ['anonymise', 'erase'],
      'visits.daily': ['erase'],
    },
    clocks: { 'visits.full': ['occurred'], 'visits.reduced': ['occurred'], 'visits.daily': ['occurred'] },
    sources,
    export: exported,
    erase,
    plan,
    sweep,

    /** Months of which no sealed visit is left. The newest is kept: the next visit will need it. */
    spentScopes: async (q, tenantId) => {
      const months: string[] = [];
      for (let after = ''; ; after = months.at(-1) ?? '') {
        const page = await vault.scopes(tenantId, MONTH_PREFIX, after, MONTHS_PER_PAGE);
        months.push(...page);
        if (page.length < MONTHS_PER_PAGE) break;
      }
      return withoutSealed(q, tenantId, months.slice(0, -1));
    },

    /** A visit of an old month may come in with an import between the look and the end. */
    stillSpent: withoutSealed,
  });
}

/** Of these months, those of which no sealed visit is left. */
async function withoutSealed(q: Query, tenantId: string, months: string[]): Promise<string[]> {
  const spent: string[] = [];
  for (const scope of months) {
    const from = new Date(`${scope.slice(MONTH_PREFIX.length)}-01T00:00:00Z`);
    const until = new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + 1));
    if (!(await anyFullVisit(q, tenantId, from, until))) spent.push(scope);
  }
  return spent;
}

function asExported(row: VisitRow, key: ScopeKey | undefined): ExportedRecord {
  const { occurredAt, portal, network, browser, browserMajor, platform, robot } = row;
  const seen = { occurredAt: occurredAt.toISOString(), portal, network, browser, browserMajor, platform, robot };
  return {
    category: `visits.${row.life}`,
    table: 'visits',
    id: row.visitId,
    at: occurredAt,
    fields: row.life === 'full' ? { ...openVisit(key, row.tenantId, row), ...seen } : seen,
  };
}

/** Full visits first: what is only reduced falls under the decision for reduced ones in the same order. */
async function erase(tx: Query, person: Person, order: ErasureOrder): Promise<CategoryOutcome[]> {
  const { tenantId, subjectIds } = person;
  const outcomes = Object.values(emptyOutcomes(order, ['visits.full', 'visits.reduced']));
  for (const outcome of outcomes) {
    const { category } = outcome;
    if (isKept(order, category)) outcome.retained = (await countVisitsOf(tx, tenantId, subjectIds))[lifeOf(category)];
    else if (order.decisions[category]?.action === 'reduce' && category === 'visits.full')
      outcome.reduced = await reduceVisitsOf(tx, person, order.at);
    else outcome.removed = await eraseVisitsOf(tx, tenantId, lifeOf(category), subjectIds);
  }
  return outcomes;
}

async function plan(q: Query, wanted: DueRows): Promise<DueSummary> {
  const hash = createHash('sha256');
  const digest = (line: string) => hash.update(`${line}\n`);
  if (wanted.category === 'visits.daily')
    return { ...(await planDaily(q, wanted, digest)), digest: hash.digest('hex') };

  const due = wanted.action === 'anonymise' ? wholeDaysDue(wanted) : wanted;
  const life = lifeOf(due.category);
  const summary: DueSummary = { due: 0, held: 0, people: 0, total: 0, oldest: null, digest: '', sample: [] };
  // A million pseudonyms would be a hundred megabytes; 48 bits of each tell them apart.
  const people = new Set<number>();
  const fates = new Map<number, number>();
  const keptSample: string[] = [];
  for await (const page of pagesOfDue(q, due, life)) {
    for (const { visitId, subjectId, occurredAt, fate } of page) {
      fates.set(fate, (fates.get(fate) ?? 0) + 1);
      if (fate > 0) {
        if (fate > 1 && keptSample.length < SAMPLE) keptSample.push(visitId);
        continue;
      }
      summary.due += 1;
      if (subjectId !== null) people.add(shortened(subjectId));
      summary.oldest ??= occurredAt;
      if (summary.sample.length < SAMPLE) summary.sample.push(visitId);
      digest(visitId);
    }
    await new Promise((next) => setImmediate(next));
  }
  Object.assign(summary, summedUp(due, fates), due.keptBy ? { keptSample } : {});
  summary.people = people.size;
  // What has been walked through need not be counted again, unless a part of it is another rule's.
  const isPart =
    (due.stronger?.length ?? 0) + (due.leaves?.length ?? 0) > 0 || due.isMeant !== undefined || due.among !== undefined;
  const walked = isPart ? 0 : [...fates.values()].reduce((sum, rows) => sum + rows, 0);
  const from = isPart ? new Date(0) : due.before;
  summary.total = walked + (await countVisitsFrom(q, due.tenantId, life, from));
  summary.digest = hash.digest('hex');
  return summary;
}

const shortened = (subjectId: string): number => hashOf('sha256', subjectId, 'buffer').readUIntBE(0, 6);

async function sweep(tx: Query, due: DueRows, batch: BatchLimit): Promise<BatchOutcome> {
  const { category, action } = due;
  if (category === 'visits.daily') return eraseDaily(tx, due, batch);
  if (action === 'anonymise') return anonymiseDue(tx, due, batch);
  return treatDue(tx, due, lifeOf(category), batch);
}
