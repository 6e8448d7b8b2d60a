import { and, eq, inArray, isNotNull, sql } from 'drizzle-orm';
import type { ExportedRecord, Holder, Person } from '../../foundations/holders/holder.ts';
import {
  type CategorySources,
  claimsFor,
  createTableHolder,
  emptyOutcomes,
  rowSource,
  structure,
} from '../../foundations/holders/table-holder.ts';
import { eraseRows } from '../../foundations/holders/table-rows.ts';
import type { Clock } from '../../foundations/process/clock.ts';
import { withEvidenceUnlocked } from '../../foundations/store/evidence.ts';
import type { Query } from '../../foundations/store/store.ts';
import type { Vault } from '../../foundations/vault/vault.ts';
import { openRequester, requestEvents, requestScope, SCOPE_PREFIX } from './sealing.ts';
import { deleteRequests, eventsOf, forgetSubjects, requestsOfSubjects, textsOf } from './table.ts';

const CATEGORY = 'requests.correspondence';
const claim = claimsFor(CATEGORY);

const sources: CategorySources = ({ requests: t }) => ({
  [CATEGORY]: {
    table: t,
    key: t.requestId,
    subjects: [t.subjectId],
    came: t.openedAt,
    changed: t.updatedAt,
    clocks: { ended: { expression: t.closedAt, like: t.closedAt, where: isNotNull(t.closedAt) } },
  },
});

/**
 * Where the correspondence on requests is held. A person's erasure does not destroy it (Art. 5(2), 17(3)(e)): only the
 * pseudonym goes; retention destroys it after its time, and then its keys.
 */
export function createRequestsHolder({ vault, clock }: { vault: Vault; clock?: Clock }): Holder {
  async function* exported(q: Query, { tenantId, subjectIds }: Person): AsyncGenerator<ExportedRecord> {
    for (const row of await requestsOfSubjects(q, tenantId, subjectIds)) {
      const { requestId } = row;
      const key = await vault.existingKey(tenantId, requestScope(requestId));
      const written = await textsOf(q, tenantId, [requestId]);
      const texts = new Map(written.map(({ seq, textSealed }) => [seq, textSealed]));
      const special = new Set(written.flatMap(({ seq, specialId }) => (specialId ? [seq] : [])));
      const who = openRequester(key, q.tables, row);
      yield {
        category: CATEGORY,
        table: 'requests',
        id: requestId,
        at: row.receivedAt,
        fields: {
          reference: row.reference,
          type: row.type,
          state: row.state,
          channel: row.channel,
          receivedAt: row.receivedAt.toISOString(),
          dueOn: row.dueOn,
          duplicateOf: row.duplicateOf,
          openedAt: row.openedAt.toISOString(),
          closedAt: row.closedAt?.toISOString() ?? null,
          importedAt: row.importedAt?.toISOString() ?? null,
          name: who?.name ?? null,
          email: who?.email ?? null,
          address: who?.address ?? null,
          language: who?.language ?? null,
        },
      };
      for (const stored of await eventsOf(q, tenantId, [requestId])) {
        const event = requestEvents.open(key, q.tables, requestId, stored, texts.get(stored.seq));
        const { facts, words } = requestEvents.takeApart(event.data);
        yield {
          category: CATEGORY,
          table: 'request_events',
          id: `${requestId}/${event.seq}`,
          at: event.occurredAt,
          ...(special.has(event.seq) ? { special: ['words'] } : {}),
          fields: {
            reference: row.reference,
            event: event.kind,
            occurredAt: event.occurredAt.toISOString(),
            recordedAt: event.recordedAt.toISOString(),
            facts: JSON.stringify(facts),
            words: Object.keys(words).length === 0 ? null : JSON.stringify(words),
          },
        };
      }
    }
  }

  return createTableHolder({
    id: 'requests',
    title: 'Correspondence on requests of data subjects',
    columns: {
      requests: {
        tenantId: structure('The tenant.'),
        requestId: structure('A random id of the request.'),
        reference: claim('reference'),
        type: claim('type'),
        state: claim('state'),
        seq: structure('How many events there are.'),
        subjectId: claim(null, 'The pseudonym under which this person is kept; the person is who asks.'),
        channel: claim('channel'),
        receivedAt: claim('receivedAt'),
        dueOn: claim('dueOn'),
        targetOn: structure('When the officer means to be done: worked out from the last day.'),
        assignedTo: structure('The token of whoever works on it.'),
        duplicateOf: claim('duplicateOf'),
        requesterSealed: claim('name'),
        requesterIndex: claim(null, 'A keyed hash of the e-mail address, which is given itself.'),
        followHash: claim(null, 'A hash of the secret that the person was given.'),
        openedAt: claim('openedAt'),
        closedAt: claim('closedAt'),
        importedAt: claim('importedAt'),
        updatedAt: structure('When something was last recorded; each event has its own instant.'),
        policyHash: structure('The policies it was last dealt with under.'),
      },
      requestEvents: {
        tenantId: structure('The tenant.'),
        requestId: structure('The request.'),
        seq: structure('Number of the event.'),
        kind: claim('event'),
        occurredAt: claim('occurredAt'),
        recordedAt: claim('recordedAt'),
        recordedBy: structure('The token of who recorded it; employees are named only where indispensable (C-579/21).'),
        facts: claim('facts'),
        policyHash: structure('The policies it was recorded under.'),
      },
      requestTexts: {
        tenantId: structure('The tenant.'),
        requestId: structure('The request.'),
        seq: structure('Number of the event.'),
        textSealed: claim('words'),
        specialId: structure('That the words are masked for whoever looks at them alone.'),
        recordedAt: structure('As of its event.'),
      },
    },
    sealedPerSubject: [],
    actions: { [CATEGORY]: ['erase'] },
    clocks: { [CATEGORY]: ['ended'] },
    sources,
    export: exported,

    async erase(tx, person, order) {
      const found = await requestsOfSubjects(tx, person.tenantId, person.subjectIds);
      const { action } = order.decisions[CATEGORY] ?? { action: 'retain' };
      const removed = action === 'erase' ? found.filter(({ closedAt }) => closedAt !== null) : [];
      await withEvidenceUnlocked(tx, person.tenantId, 'erasure on request', () =>
        deleteRequests(
          tx,
          person.tenantId,
          removed.map(({ requestId }) => requestId),
        ),
      );
      if (action !== 'held') await forgetSubjects(tx, person.tenantId, person.subjectIds);
      // What is kept is kept, though nobody finds it by the person any more; what should have gone is only less than it was.
      const left = found.length - removed.length;
      const stays = action === 'erase' ? { reduced: left, retained: 0 } : { reduced: 0, retained: left };
      return [{ ...emptyOutcomes(order, [CATEGORY])[CATEGORY], removed: removed.length, ...stays }];
    },

    /** A request goes whole: what happened and what was written first, so that nothing is left without its head. */
    async sweep(tx, due, batch) {
      const { requests: r, requestEvents: e, requestTexts: t } = tx.tables;
      const gone = await eraseRows(tx, rowSource(sources, tx, due), due, batch);
      await withEvidenceUnlocked(tx, due.tenantId, `retention of ${CATEGORY}`, async () => {
        for (const table of [e, t])
          await tx.run(
            sql`DELETE FROM ${table} WHERE ${eq(table.tenantId, due.tenantId)} AND NOT EXISTS (SELECT 1 FROM ${r} WHERE ${eq(r.tenantId, table.tenantId)} AND ${eq(r.requestId, table.requestId)})`,
          );
      });
      return gone;
    },

    /** Keys of requests that are no more. */
    async spentScopes(q, tenantId) {
      const spent: string[] = [];
      // A request that comes in just now has its key before it has its row.
      const young = clock ? clock().getTime() - 86_400_000 : Number.POSITIVE_INFINITY;
      const madeAt = (id: string) => Number.parseInt(id.replace('-', '').slice(0, 12), 16);
      for (let after = SCOPE_PREFIX; ; ) {
        const scopes = await vault.scopes(tenantId, SCOPE_PREFIX, after, 500);
        const ids = scopes.map((scope) => scope.slice(SCOPE_PREFIX.length));
        const { requests: t } = q.tables;
        const there =
          ids.length === 0
            ? []
            : await q
                .select({ id: t.requestId })
                .from(t)
                .where(and(eq(t.tenantId, tenantId), inArray(t.requestId, ids)));
        const known = new Set(there.map(({ id }) => id));
        spent.push(...ids.filter((id) => !known.has(id) && madeAt(id) < young).map(requestScope));
        if (scopes.length < 500) return spent;
        after = scopes.at(-1) as string;
      }
    },
  });
}
