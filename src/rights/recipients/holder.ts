import type { ColumnClaim, ExportedRecord, Holder, Person } from '../../foundations/holders/holder.ts';
import {
  countTouchedRows,
  distinctSubjects,
  eraseRows,
  planRows,
  type RowSource,
  type TouchedSource,
  touchedSubjectsOf,
} from '../../foundations/holders/table-holder.ts';
import type { Tables } from '../../foundations/store/schema.ts';
import type { Query } from '../../foundations/store/store.ts';
import { subjectScope, type Vault } from '../../foundations/vault/vault.ts';
import { referencePlace } from './sealing.ts';
import { countDisclosures, deleteDisclosures, disclosuresOf } from './table.ts';

const CATEGORY = 'recipients.disclosure';

const claim = (exportedAs: string | null, reason?: string): ColumnClaim => ({
  category: CATEGORY,
  exportedAs,
  reason,
});
const structure = (text: string): ColumnClaim => ({ structure: text });

const sourceOf = (t: Tables['recipientDisclosures']): RowSource => ({
  table: t,
  tenant: t.tenantId,
  key: t.disclosureId,
  subject: t.subjectId,
  where: undefined,
  clock: { expression: t.disclosedAt, like: t.disclosedAt },
});
const touched = (t: Tables['recipientDisclosures']): TouchedSource => ({
  table: t,
  tenant: t.tenantId,
  subject: t.subjectId,
  came: t.recordedAt,
  changed: t.recordedAt,
  where: undefined,
});

/** Where it is held to whom data of a person was passed on. */
export function createRecipientsHolder({ vault }: { vault: Vault }): Holder {
  async function* exported(q: Query, { tenantId, subjectIds }: Person): AsyncGenerator<ExportedRecord> {
    for (const row of await disclosuresOf(q, tenantId, subjectIds)) {
      const key = row.referenceSealed ? await vault.existingKey(tenantId, subjectScope(row.subjectId)) : undefined;
      const reference = row.referenceSealed && key?.open(referencePlace(q.tables, row), row.referenceSealed);
      yield {
        category: CATEGORY,
        table: 'recipient_disclosures',
        id: row.disclosureId,
        at: row.disclosedAt,
        fields: {
          recipient: row.party,
          categories: row.categories,
          reference: reference ?? null,
          disclosedAt: row.disclosedAt.toISOString(),
          recordedAt: row.recordedAt.toISOString(),
        },
      };
    }
  }

  return {
    id: 'recipients',

    describe: () => ({
      title: 'To whom data was passed on',
      columns: {
        recipientDisclosures: {
          tenantId: structure('The tenant.'),
          disclosureId: claim(null, 'A random number of the entry; it is given as the id of the record.'),
          subjectId: claim(null, 'The pseudonym under which this person is kept; the person is who asks.'),
          party: claim('recipient'),
          categories: claim('categories'),
          referenceSealed: claim('reference'),
          disclosedAt: claim('disclosedAt'),
          recordedAt: claim('recordedAt'),
          policyHash: structure('The policies it was recorded under.'),
        },
      },
      sealedPerSubject: [CATEGORY],
      actions: { [CATEGORY]: ['erase'] },
      clocks: { [CATEGORY]: ['occurred'] },
    }),

    export: exported,

    subjects: (q, tenantId, after, limit) => {
      const { recipientDisclosures: t } = q.tables;
      return distinctSubjects(q, [{ table: t, tenant: t.tenantId, subject: t.subjectId }], tenantId, after, limit);
    },

    count: async (q, { tenantId, subjectIds }) => ({ [CATEGORY]: await countDisclosures(q, tenantId, subjectIds) }),

    countTouched: (q, wanted) => countTouchedRows(q, touched(q.tables.recipientDisclosures), wanted),
    touchedSubjects: (q, wanted, after, limit) =>
      touchedSubjectsOf(q, touched(q.tables.recipientDisclosures), wanted, after, limit),

    async erase(tx, { tenantId, subjectIds }, order) {
      const { action = 'erase', ground, reviewAt } = order.decisions[CATEGORY] ?? {};
      const kept = action === 'retain' || action === 'held';
      const rows = kept
        ? await countDisclosures(tx, tenantId, subjectIds)
        : await deleteDisclosures(tx, tenantId, subjectIds);
      return [
        {
          category: CATEGORY,
          removed: kept ? 0 : rows,
          reduced: 0,
          retained: kept ? rows : 0,
          ground,
          reviewAt,
        },
      ];
    },

    plan: (q, due) => planRows(q, sourceOf(q.tables.recipientDisclosures), due),
    sweep: (tx, due, batch) => eraseRows(tx, sourceOf(tx.tables.recipientDisclosures), due, batch),
  };
}
