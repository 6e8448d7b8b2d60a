import type { ExportedRecord, Holder, Person } from '../../foundations/holders/holder.ts';
import {
  type CategorySources,
  claimsFor,
  createTableHolder,
  structure,
} from '../../foundations/holders/table-holder.ts';
import type { Query } from '../../foundations/store/store.ts';
import { subjectScope, type Vault } from '../../foundations/vault/vault.ts';
import { STANDING_CATEGORY } from '../../register/policies/conditions.ts';
import { openStanding } from './sealing.ts';
import { allStandings } from './table.ts';

const claim = claimsFor(STANDING_CATEGORY);

const sources: CategorySources = ({ standings: t }) => ({
  [STANDING_CATEGORY]: {
    table: t,
    key: t.standingId,
    subjects: [t.subjectId],
    came: t.recordedAt,
    changed: t.updatedAt,
    // What has not ended has no end to count from.
    clocks: { ended: t.until, updated: t.updatedAt, recorded: t.recordedAt },
  },
});

/** Where it is held how people stand to the platform. */
export function createRelationsHolder({ vault }: { vault: Vault }): Holder {
  async function* exported(q: Query, { tenantId, subjectIds }: Person): AsyncGenerator<ExportedRecord> {
    for (const row of await allStandings(q, tenantId, subjectIds)) {
      const key = await vault.existingKey(tenantId, subjectScope(row.subjectId));
      yield {
        category: STANDING_CATEGORY,
        table: 'standings',
        id: row.standingId,
        at: row.updatedAt,
        fields: {
          kind: row.kind,
          name: row.name,
          value: row.value,
          ...openStanding(key, q.tables, row),
          since: row.since?.toISOString() ?? null,
          until: row.until?.toISOString() ?? null,
          recordedAt: row.recordedAt.toISOString(),
          updatedAt: row.updatedAt.toISOString(),
        },
      };
    }
  }

  return createTableHolder({
    id: 'relations',
    title: 'How account holders stand to the platform',
    columns: {
      standings: {
        tenantId: structure('The tenant.'),
        standingId: claim(null, 'A random number of the entry; it is given as the id of the record.'),
        subjectId: claim(null, 'The pseudonym under which this person is kept; the person is who asks.'),
        kind: claim('kind'),
        name: claim('name'),
        value: claim('value'),
        referenceSealed: claim('reference'),
        referenceIndex: claim(null, 'A keyed hash of the reference, which is given itself.'),
        accountSealed: claim('account'),
        since: claim('since'),
        until: claim('until'),
        recordedAt: claim('recordedAt'),
        updatedAt: claim('updatedAt'),
        policyHash: structure('The policies it was last said under.'),
      },
    },
    sealedPerSubject: [STANDING_CATEGORY],
    actions: { [STANDING_CATEGORY]: ['erase'] },
    clocks: { [STANDING_CATEGORY]: ['ended', 'updated', 'recorded'] },
    sources,
    export: exported,
  });
}
