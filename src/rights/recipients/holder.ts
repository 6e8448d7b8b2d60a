import type { ExportedRecord, Holder, Person } from '../../foundations/holders/holder.ts';
import {
  type CategorySources,
  claimsFor,
  createTableHolder,
  structure,
} from '../../foundations/holders/table-holder.ts';
import type { Query } from '../../foundations/store/store.ts';
import { subjectScope, type Vault } from '../../foundations/vault/vault.ts';
import { referencePlace } from './sealing.ts';
import { disclosuresOf } from './table.ts';

const CATEGORY = 'recipients.disclosure';
const claim = claimsFor(CATEGORY);

const sources: CategorySources = ({ recipientDisclosures: t }) => ({
  [CATEGORY]: {
    table: t,
    key: t.disclosureId,
    subjects: [t.subjectId],
    came: t.recordedAt,
    changed: t.recordedAt,
    clocks: { occurred: t.disclosedAt },
  },
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

  return createTableHolder({
    id: 'recipients',
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
    sources,
    export: exported,
  });
}
