import { showing } from '../../foundations/audit/reading.ts';
import type { Context } from '../../foundations/contract/context.ts';
import type { Connection } from '../../foundations/contract/contract.ts';
import { cursorPageFrom, DEFAULT_PAGE } from '../../foundations/contract/cursor-page.ts';
import { invalidField, Problem } from '../../foundations/contract/problem.ts';
import { writeOnce } from '../../foundations/store/idempotency.ts';
import type { Query } from '../../foundations/store/store.ts';
import { parseSubjectRef, subjectOf } from '../../foundations/vault/subjects.ts';
import { permitsProcessing } from '../../law/consent-status.ts';
import { localDay } from '../../law/duration.ts';
import { currentStatus, mayBeAskedFor, prevailing, reasonToAsk, signalRefuses } from './decision.ts';
import { expireConsents } from './expiry.ts';
import type { ConsentEvent, ConsentState, NoticeText, SubjectInput } from './model.ts';
import { noticeText, purposeTexts } from './notices.ts';
import { type ConsentDeps, createRecorder } from './recorder.ts';
import {
  eventsOfSubjects,
  findEvent,
  findLink,
  type HistoryPlace,
  insertLink,
  latestOfPerson,
  linksAfter,
  type StateRow,
  visitorsOf,
} from './table.ts';
import { noticeRef, type Source, toEvent, vouchedFor } from './views.ts';

const LINKS_PAGE = 5_000;

export function createConsent(deps: ConsentDeps) {
  const { store, audit, vault, policies, suppression } = deps;
  const recorder = createRecorder(deps);

  /** The subject itself and, for an account, the visitors linked to it. */
  async function linkedSubjects(context: Context, subjectId: string, q?: Query): Promise<string[]> {
    const find = (query: Query) => visitorsOf(query, context.tenant.id, subjectId);
    return [subjectId, ...(await (q ? find(q) : store.read(find)))];
  }

  function stateOf(context: Context, purposeId: string, rows: StateRow[], signalled: boolean): ConsentState {
    const now = context.clock();
    const inForce = policies.of(context.tenant.id).noticesFor(purposeId, localDay(now, context.tenant.timeZone));
    const mine = rows.filter((row) => row.purposeId === purposeId);
    const row = prevailing(mine, inForce, now);
    const purpose = policies.of(context.tenant.id).purpose(purposeId);
    if (signalled && purpose && signalRefuses(purpose, row, inForce, now))
      return {
        purpose: purposeId,
        status: 'refused',
        permitsProcessing: false,
        needsDecision: false,
        because: 'global-privacy-control',
        source: 'gpc',
        decidedAs: null,
        eventId: null,
        notice: null,
        decidedAt: null,
        recordedAt: null,
        expiresAt: null,
      };
    const status = currentStatus(row, now);
    const because = reasonToAsk(row, inForce, now);
    return {
      purpose: purposeId,
      status,
      permitsProcessing: permitsProcessing(status) && because === 'decided',
      needsDecision: because !== 'decided',
      because,
      source: (row?.source as Source | undefined) ?? null,
      decidedAs: (row?.subjectKind as ConsentState['decidedAs'] | undefined) ?? null,
      eventId: row?.eventId ?? null,
      notice: row ? noticeRef(row) : null,
      decidedAt: row?.recordedAt.toISOString() ?? null,
      recordedAt: row ? (row.importedAt ?? row.recordedAt).toISOString() : null,
      ...(row?.importedAt ? { imported: { at: row.importedAt.toISOString(), vouchedBy: vouchedFor(row) } } : {}),
      expiresAt: row?.expiresAt?.toISOString() ?? null,
    };
  }

  async function statesOf(context: Context, subjectId: string, signalled: boolean): Promise<ConsentState[]> {
    const rows = await store.read((q) => latestOfPerson(q, { tenantId: context.tenant.id, subjectId }));
    return policies
      .current()
      .purposes.filter(({ consent }) => consent)
      .map(({ id }) => stateOf(context, id, rows, signalled));
  }

  /** What permits processing now, of a person, and of one purpose where it is named. */
  async function agreements(context: Context, reference: string, purpose?: string): Promise<StateRow[]> {
    const tenantId = context.tenant.id;
    const { subjectId } = await subjectOf(vault, tenantId, parseSubjectRef(reference));
    const rows = await store.read((q) => latestOfPerson(q, { tenantId, subjectId }));
    return rows.filter(
      (row) =>
        (purpose === undefined || row.purposeId === purpose) && permitsProcessing(currentStatus(row, context.clock())),
    );
  }

  return {
    record: recorder.record,

    /**
     * Takes `Sec-GPC: 1` for what it is under the GDPR (REQ-C08): a refusal of the purposes it concerns, unless the
     * person has decided on them explicitly. Never an erasure.
     */
    async signal(
      context: Context,
      subject: SubjectInput,
      connection: Connection,
    ): Promise<{ globalPrivacyControl: boolean; refused: string[] }> {
      if (!connection.globalPrivacyControl) return { globalPrivacyControl: false, refused: [] };
      return { globalPrivacyControl: true, refused: await recorder.refuseBySignal(context, subject, connection) };
    },

    /** What stands for every purpose that rests on consent; one indexed look-up. */
    async current(context: Context, reference: string, connection?: Connection): Promise<{ purposes: ConsentState[] }> {
      const tenantId = context.tenant.id;
      const ref = parseSubjectRef(reference);
      mayBeAskedFor(context.principal.role, ref.kind, '{id}');
      const { subjectId } = await subjectOf(vault, tenantId, ref);
      showing(context, subjectId);
      // A browser's signal speaks for its own user only, not for whom an officer looks up.
      const signalled = context.principal.role === 'portal' && connection?.globalPrivacyControl === true;
      return { purposes: await statesOf(context, subjectId, signalled) };
    },

    /** The purposes that a person's consent stands for, for what is decided on it: shown to nobody. */
    async givenNow(context: Context, reference: string): Promise<string[]> {
      const { subjectId } = await subjectOf(vault, context.tenant.id, parseSubjectRef(reference));
      const states = await statesOf(context, subjectId, false);
      return states.filter(({ status }) => status === 'given').map(({ purpose }) => purpose);
    },

    /** Every event of a subject and, for an account, of the visitors linked to it, oldest first. */
    async history(context: Context, reference: string, page: { limit?: number; cursor?: string }) {
      const limit = page.limit ?? DEFAULT_PAGE;
      const after = placeOf(page.cursor);
      const subject = await subjectOf(vault, context.tenant.id, parseSubjectRef(reference));
      const rows = await store.read(async (q) => {
        const subjects = await linkedSubjects(context, subject.subjectId, q);
        return eventsOfSubjects(q, context.tenant.id, subjects, { after, limit: limit + 1 });
      });
      showing(context, ...new Set([subject.subjectId, ...rows.map(({ subjectId }) => subjectId)]));
      const { items, next } = cursorPageFrom(
        rows,
        limit,
        (row) => `${row.recordedAt.getTime()}.${row.seq}.${row.eventId}`,
      );
      return { items: items.map(toEvent), next };
    },

    async get(context: Context, eventId: string): Promise<ConsentEvent> {
      const row = await store.read((q) => findEvent(q, context.tenant.id, eventId));
      if (!row) throw new Problem('not-found', 'There is no consent event of this id.');
      showing(context, row.subjectId);
      return toEvent(row);
    },

    /** Says that a visitor is the holder of an account. Both histories stay as they are; only reading joins them. */
    async link(context: Context, reference: string, visitor: string): Promise<{ linkedAt: string }> {
      const ref = parseSubjectRef(reference);
      if (ref.kind !== 'account') throw invalidField('{id}', 'must name an account');
      const tenantId = context.tenant.id;
      const accountId = await vault.subjectId(tenantId, 'account', ref.id);
      const visitorId = await vault.subjectId(tenantId, 'visitor', visitor);
      const refuseErased = await suppression.guard(context, { account: accountId });
      const subject = await vault.commitment(tenantId, accountId);
      return writeOnce(
        store,
        context,
        async (tx) => {
          await refuseErased(tx);
          const linkedAt = context.clock();
          if (!(await insertLink(tx, { tenantId, visitorId, accountId, linkedAt }))) {
            const known = await findLink(tx, tenantId, visitorId);
            if (known?.accountId !== accountId)
              throw new Problem(
                'conflict',
                'This visitor is linked to another account; one browser’s choices belong to one person.',
                { errors: [{ pointer: '/visitor', detail: 'is linked to another account' }] },
              );
            return { linkedAt: known.linkedAt.toISOString() };
          }
          await audit.add(tx, context, { action: 'subject.linked', subject });
          return { linkedAt: linkedAt.toISOString() };
        },
        { isolation: 'serializable' },
      );
    },

    linkedSubjects,

    /** For the holder of a receipt (receipts/service.ts). */
    /** Which visitors are which account: two pseudonyms, one person. */
    async accountsOfVisitors(context: Context): Promise<Map<string, string>> {
      const accounts = new Map<string, string>();
      for (let after: string | undefined = ''; after !== undefined; ) {
        const page = await store.read((q) => linksAfter(q, context.tenant.id, after as string, LINKS_PAGE));
        for (const { visitorId, accountId } of page) accounts.set(visitorId, accountId);
        after = page.length < LINKS_PAGE ? undefined : page.at(-1)?.visitorId;
      }
      return accounts;
    },

    withdraw: recorder.withdraw,

    standing: recorder.standing,

    /** The purposes a person agrees to now, by themselves or in a browser that is linked to them. */
    agreedTo: async (context: Context, reference: string, purpose?: string): Promise<string[]> => [
      ...new Set((await agreements(context, reference, purpose)).map(({ purposeId }) => purposeId)),
    ],

    /** Takes back every agreement of a person, or that on one purpose (Art. 7(3)); what is not agreed to stays as it is. */
    async withdrawAll(context: Context, reference: string, purpose?: string): Promise<{ withdrawn: number }> {
      const tenantId = context.tenant.id;
      const given = await agreements(context, reference, purpose);
      for (const { eventId } of given) {
        const event = await store.read((q) => findEvent(q, tenantId, eventId));
        if (event) await recorder.withdraw(context, event, 'request');
      }
      return { withdrawn: given.length };
    },

    expireConsents: (context: Context) => expireConsents(deps, context),

    notice: (context: Context, wanted: Parameters<typeof noticeText>[2]): NoticeText =>
      noticeText(policies, context, wanted),

    purposes: (context: Context, language: string | undefined) => purposeTexts(policies, context, language),
  };
}

export type ConsentService = ReturnType<typeof createConsent>;

/** @throws Problem when the cursor is not one that `history` gave. */
function placeOf(cursor: string | undefined): HistoryPlace | undefined {
  if (cursor === undefined) return undefined;
  const [, at, seq, eventId] = /^(\d{1,15})\.(\d{1,16})\.([0-9a-f-]{36})$/.exec(cursor) ?? [];
  if (!at || !seq || !eventId) throw invalidField('?cursor', 'must be `next` of the page before', 'invalid-request');
  return { recordedAt: new Date(Number(at)), seq: Number(seq), eventId };
}
