import { and, asc, eq, gt, gte, inArray, isNotNull, or, sql } from 'drizzle-orm';
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
  rowSource,
  structure,
} from '../../foundations/holders/table-holder.ts';
import { eraseRows, nulls, type RowClock, updateRows } from '../../foundations/holders/table-rows.ts';
import { withEvidenceUnlocked } from '../../foundations/store/evidence.ts';
import type { Tables } from '../../foundations/store/schema.ts';
import type { Query } from '../../foundations/store/store.ts';
import { subjectScope, type Vault } from '../../foundations/vault/vault.ts';
import { LINK_CATEGORY as LINK } from './links.ts';
import { ofEvent, sameHistory } from './table.ts';
import { vouchedAs } from './views.ts';

const EXPORT_PAGE = 500;

const DECISION = 'consents.decision';
const EVIDENCE = 'consents.evidence';

const decision = claimsFor(DECISION);
const evidence = claimsFor(EVIDENCE);
const link = claimsFor(LINK);

const sources: CategorySources = (tables) => {
  const { consentEvents: e, subjectLinks: l } = tables;
  const events = { table: e, key: e.eventId, subjects: [e.subjectId], came: e.recordedAt, changed: e.recordedAt };
  // A decision has ended when a later one replaced it or its time was over; what never stood ends when it was recorded.
  const replaced = sql`(SELECT n.recorded_at FROM ${e} AS n WHERE ${sameHistory(tables)} AND n.seq > ${ofEvent(e.seq)} AND n.source <> 'job' ORDER BY n.seq LIMIT 1)`;
  // Whether and when the expiry job noticed changes nothing: what its events carry is the end itself.
  const expires = ofEvent(e.expiresAt);
  const ended: RowClock = {
    expression: sql`CASE WHEN ${expires} < COALESCE(${replaced}, ${expires}) THEN ${expires} ELSE COALESCE(${replaced}, ${expires}, ${ofEvent(e.recordedAt)}) END`,
    like: e.recordedAt,
    notBefore: [e.recordedAt, e.expiresAt],
  };
  return {
    [DECISION]: { ...events, clocks: { ended, recorded: e.recordedAt } },
    [EVIDENCE]: { ...events, where: isNotNull(e.evidenceSealed), clocks: { recorded: e.recordedAt } },
    // The visitor of a link is the same person as its account.
    [LINK]: {
      table: l,
      key: l.visitorId,
      subjects: [l.accountId, l.visitorId],
      came: l.linkedAt,
      changed: l.linkedAt,
      clocks: { linked: l.linkedAt },
    },
  };
};

/** Where consents keep personal data: the events, the sealed evidence in them, and the links to accounts. */
export function consentHolder(vault: Vault): Holder {
  return createTableHolder({
    id: 'consents',
    title: 'Decisions on consent',
    columns: {
      consentEvents: {
        tenantId: structure('the institution'),
        eventId: decision('receipt'),
        subjectId: decision(null, 'a keyed hash of the id the person was asked for by'),
        subjectKind: decision('decidedAs'),
        purposeId: decision('purpose'),
        seq: structure('order of the decisions on one purpose'),
        status: decision('status'),
        consentType: decision('consentType'),
        purposeVersion: decision('purposeVersion'),
        noticeId: decision('notice'),
        noticeMajor: decision(null, 'part of noticeVersion'),
        noticeMinor: decision('noticeVersion'),
        noticeHash: decision('noticeHash'),
        language: decision('language'),
        controllers: decision('controllers'),
        act: decision('act'),
        method: decision('method'),
        source: decision('source'),
        jurisdiction: decision('jurisdiction'),
        ageCheck: decision('ageCheck'),
        parentalMethod: decision('parentalMethod'),
        parentalSealed: decision('parentalAuthorisation'),
        evidenceSealed: evidence('evidence'),
        recordedAt: decision('decidedAt'),
        importedAt: decision('importedAt'),
        vouchedBy: decision('vouchedBy'),
        expiresAt: decision('expiresAt'),
        policyHash: structure('the policies the event was recorded under'),
      },
      subjectLinks: {
        tenantId: structure('the institution'),
        visitorId: link('visitor'),
        accountId: link(null, 'the person who asks'),
        linkedAt: link('linkedAt'),
      },
    },
    sealedPerSubject: [EVIDENCE],
    actions: { [DECISION]: ['erase'], [EVIDENCE]: ['reduce'], [LINK]: ['erase'] },
    clocks: { [DECISION]: ['ended', 'recorded'], [EVIDENCE]: ['recorded'], [LINK]: ['linked'] },
    goesWith: { [EVIDENCE]: [DECISION] },
    sources,
    export: (q, person) => exportConsents(q, vault, person),

    erase: eraseConsents,

    async sweep(tx, due, batch) {
      const source = rowSource(sources, tx, due);
      if (due.category === LINK) return eraseRows(tx, source, due, batch);
      const reason = `retention of ${due.category}`;
      return withEvidenceUnlocked(tx, due.tenantId, reason, () =>
        due.category === EVIDENCE
          ? updateRows(tx, source, due, batch, nulls([tx.tables.consentEvents.evidenceSealed]))
          : eraseRows(tx, source, due, batch),
      );
    },
  });
}

type Links = Query['tables']['subjectLinks'];

/** Links in which the person appears on either side. */
function linksOf(l: Links, person: Person) {
  return and(
    eq(l.tenantId, person.tenantId),
    sql`(${inArray(l.accountId, person.subjectIds)} OR ${inArray(l.visitorId, person.subjectIds)})`,
  );
}

/**
 * Carries out an order for one person. Of what is retained, the rows stay as they are: nobody can read the evidence in
 * them any more once the person's key is destroyed, and the audit log's commitment no longer leads to them; but the
 * pseudonym, a keyed hash of the institution, still does for whoever asks with the same id. That is what a retained
 * proof of consent is for (Art. 17(3)(e)); it remains personal data, with the ground and the review date given here.
 */
async function eraseConsents(tx: Query, person: Person, order: ErasureOrder): Promise<CategoryOutcome[]> {
  const { consentEvents: e, subjectLinks: l } = tx.tables;
  const mine = and(eq(e.tenantId, person.tenantId), inArray(e.subjectId, person.subjectIds));
  const outcomes = emptyOutcomes(order, [DECISION, EVIDENCE, LINK]);
  const { [DECISION]: decisions, [EVIDENCE]: evidence, [LINK]: links } = outcomes;
  const eraseDecisions = order.decisions[DECISION]?.action === 'erase';
  const eraseEvidence = order.decisions[EVIDENCE]?.action === 'erase' || order.decisions[EVIDENCE]?.action === 'reduce';
  const held = await tx
    .select({
      evidence: sql<number>`count(${e.evidenceSealed})`.mapWith(Number),
      events: sql<number>`count(*)`.mapWith(Number),
    })
    .from(e)
    .where(mine);
  const { evidence: withEvidence = 0, events = 0 } = held[0] ?? {};
  await withEvidenceUnlocked(tx, person.tenantId, 'erasure on request', async () => {
    if (eraseDecisions) {
      // Evidence that is to be kept lies in the rows, and keeps their whole history: without the withdrawal that
      // followed it, a consent would stand again.
      const gone = eraseEvidence ? mine : and(mine, sql`NOT ${withEvidenceInHistory(tx)}`);
      decisions.removed = (await tx.delete(e).where(gone).returning({ id: e.eventId })).length;
    } else if (eraseEvidence)
      evidence.removed = (
        await tx
          .update(e)
          .set({ evidenceSealed: null })
          .where(and(mine, isNotNull(e.evidenceSealed)))
          .returning({ id: e.eventId })
      ).length;
  });
  if (eraseDecisions && eraseEvidence) evidence.removed = withEvidence;
  if (!eraseEvidence) evidence.retained = withEvidence;
  decisions.retained = events - decisions.removed;
  const linksFound = await tx.select({ id: l.visitorId }).from(l).where(linksOf(l, person));
  if (order.decisions[LINK]?.action === 'erase')
    links.removed = (await tx.delete(l).where(linksOf(l, person)).returning({ id: l.visitorId })).length;
  links.retained = linksFound.length - links.removed;
  return Object.values(outcomes);
}

function withEvidenceInHistory(q: Query) {
  const { consentEvents: e } = q.tables;
  return sql`EXISTS (SELECT 1 FROM ${e} AS n WHERE ${sameHistory(q.tables)} AND n.evidence_sealed IS NOT NULL)`;
}

async function* exportConsents(q: Query, vault: Vault, person: Person): AsyncGenerator<ExportedRecord> {
  for (let last: EventRow | undefined; ; ) {
    const page = await eventsAfter(q, person, last);
    for (const row of page) yield* exportedEvent(vault, row);
    last = page.at(-1);
    if (page.length < EXPORT_PAGE) break;
  }
  const { subjectLinks: l } = q.tables;
  for (let last: LinkRow | undefined; ; ) {
    const further =
      last && and(gte(l.linkedAt, last.linkedAt), or(gt(l.linkedAt, last.linkedAt), gt(l.visitorId, last.visitorId)));
    const page: LinkRow[] = await q
      .select()
      .from(l)
      .where(and(linksOf(l, person), further))
      .orderBy(asc(l.linkedAt), asc(l.visitorId))
      .limit(EXPORT_PAGE);
    for (const { visitorId, linkedAt } of page)
      yield {
        category: LINK,
        table: 'subject_links',
        id: visitorId,
        at: linkedAt,
        fields: { visitor: visitorId, linkedAt: linkedAt.toISOString() },
      };
    last = page.at(-1);
    if (page.length < EXPORT_PAGE) break;
  }
}

type EventRow = Tables['consentEvents']['$inferSelect'];
type LinkRow = Tables['subjectLinks']['$inferSelect'];

async function eventsAfter(q: Query, person: Person, last: EventRow | undefined): Promise<EventRow[]> {
  const { consentEvents: e } = q.tables;
  const further =
    last && and(gte(e.recordedAt, last.recordedAt), or(gt(e.recordedAt, last.recordedAt), gt(e.eventId, last.eventId)));
  return q
    .select()
    .from(e)
    .where(and(eq(e.tenantId, person.tenantId), inArray(e.subjectId, person.subjectIds), further))
    .orderBy(asc(e.recordedAt), asc(e.eventId))
    .limit(EXPORT_PAGE);
}

async function* exportedEvent(vault: Vault, row: EventRow): AsyncGenerator<ExportedRecord> {
  const at = row.recordedAt;
  const sealed = row.parentalSealed ?? row.evidenceSealed;
  const key = sealed ? await vault.existingKey(row.tenantId, subjectScope(row.subjectId)) : undefined;
  const place = (column: string) => ({ tenant: row.tenantId, table: 'consent_events', column, row: row.eventId });
  yield {
    category: DECISION,
    table: 'consent_events',
    id: row.eventId,
    at,
    fields: {
      receipt: row.eventId,
      decidedAs: row.subjectKind,
      purpose: row.purposeId,
      purposeVersion: row.purposeVersion,
      status: row.status,
      consentType: row.consentType,
      notice: row.noticeId,
      noticeVersion: `${row.noticeMajor}.${row.noticeMinor}`,
      noticeHash: row.noticeHash,
      language: row.language,
      controllers: row.controllers,
      act: row.act,
      method: row.method,
      source: row.source,
      jurisdiction: row.jurisdiction,
      ageCheck: row.ageCheck,
      parentalMethod: row.parentalMethod,
      parentalAuthorisation: (row.parentalSealed && key?.open(place('parental_sealed'), row.parentalSealed)) ?? null,
      decidedAt: at.toISOString(),
      recordedAt: (row.importedAt ?? at).toISOString(),
      importedAt: row.importedAt?.toISOString() ?? null,
      vouchedBy: vouchedAs(row),
      expiresAt: row.expiresAt?.toISOString() ?? null,
    },
  };
  const evidence = row.evidenceSealed && key?.open(place('evidence_sealed'), row.evidenceSealed);
  if (evidence) yield { category: EVIDENCE, table: 'consent_events', id: row.eventId, at, fields: { evidence } };
}
