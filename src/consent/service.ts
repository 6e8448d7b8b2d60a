import { audit } from '../audit/audit.ts';
import type { Context } from '../context.ts';
import type { Connection } from '../contract.ts';
import { type ConsentStatus, permitsProcessing } from '../law/consent-status.ts';
import { endOfPeriod, localDay, startOfLocalDay } from '../law/duration.ts';
import { reduceAddress } from '../law/reduce-address.ts';
import { reduceUserAgent } from '../law/reduce-user-agent.ts';
import { DEFAULT_PAGE, pageFrom } from '../page.ts';
import { invalidField, Problem } from '../problem.ts';
import type { Notice, Purpose } from '../register/model.ts';
import type { Register } from '../register/register.ts';
import { StoreError } from '../store/errors.ts';
import { writeOnce } from '../store/idempotency.ts';
import type { Query, Store } from '../store/store.ts';
import { parseSubjectRef, subjectOf } from '../vault/subjects.ts';
import { subjectScope, type Vault } from '../vault/vault.ts';
import { checkNotice, consentPurpose, expires, nextStatus, reasonToAsk, standing } from './decision.ts';
import type { ConsentEvent, ConsentInput, ConsentState, NoticeText, SubjectInput } from './model.ts';
import {
  type EventRow,
  endedDecisions,
  eventsOfSubjects,
  findEvent,
  findLink,
  insertEvent,
  insertLink,
  latestEvent,
  latestOfSubjects,
  type NewEvent,
  visitorsOf,
} from './table.ts';

export interface ConsentDeps {
  store: Store;
  vault: Vault;
  register: Register;
}

type Source = 'ui' | 'api' | 'gpc' | 'job';

/** Attempts of a decision that meets another one on the same purpose at the same instant (PostgreSQL only). */
const ATTEMPTS = 20;
const EXPIRY_BATCH = 200;

export function createConsent({ store, vault, register }: ConsentDeps) {
  const endOfLife = rememberedEndOfPeriod();

  /** Evidence is reduced before anything is written, then sealed under the subject's own key (REQ-C01, REQ-E04). */
  function evidenceOf(input: { address: string | undefined; userAgent: string | undefined }): string | undefined {
    const { ipv4Prefix: ipv4, ipv6Prefix: ipv6 } = register.policies().installation.capture;
    const network = input.address === undefined ? undefined : reduceAddress(input.address, { ipv4, ipv6 });
    const browser = input.userAgent === undefined ? undefined : reduceUserAgent(input.userAgent);
    if (network === undefined && browser === undefined) return undefined;
    return JSON.stringify({
      network: network ?? null,
      browser: browser?.family ?? null,
      browserMajor: browser?.major ?? null,
      platform: browser?.platform ?? null,
    });
  }

  interface Decision {
    subject: SubjectInput;
    purposeId: string;
    status: ConsentInput['status'];
    notice: { id: string; version: string; language: string } | undefined;
    act: string;
    method: string;
    source: Source;
    evidence: string | undefined;
    globalPrivacyControl: boolean;
  }

  async function decide(context: Context, decision: Decision): Promise<ConsentEvent> {
    const { tenant } = context;
    const purpose = consentPurpose(register.purpose(decision.purposeId));
    const given =
      decision.notice &&
      checkNotice(register.notice(decision.notice.id, decision.notice.version), purpose.id, decision.notice.language);
    if (!given && decision.status !== 'withdrawn') throw invalidField('/notice', 'is required', 'invalid-request');
    const { kind, id } = decision.subject;
    const subjectId = await vault.subjectId(tenant.id, kind, id);
    const key = await vault.key(tenant.id, subjectScope(subjectId));
    const subject = await vault.commitment(tenant.id, subjectId);
    const eventId = crypto.randomUUID();
    const evidenceSealed =
      decision.evidence === undefined
        ? null
        : key.seal(
            { tenant: tenant.id, table: 'consent_events', column: 'evidence_sealed', row: eventId },
            decision.evidence,
          );
    const policyHash = register.policies().hash;

    const write = async (tx: Query): Promise<ConsentEvent> => {
      const [latest] = await latestEvent(tx, { tenantId: tenant.id, subjectId, purposeId: purpose.id });
      const recordedAt = context.clock();
      const status = nextStatus(decision.status, standing(latest, recordedAt));
      const notice = given ?? noticeOfWithdrawal(latest, purpose, context);
      const row: NewEvent = {
        tenantId: tenant.id,
        eventId,
        subjectId,
        subjectKind: kind,
        purposeId: purpose.id,
        seq: (latest?.seq ?? 0) + 1,
        status,
        consentType: purpose.consent.explicit ? 'explicit' : 'expressed',
        purposeVersion: purpose.version,
        noticeId: notice.id,
        noticeMajor: notice.major,
        noticeMinor: notice.minor,
        language: decision.notice?.language ?? latest?.language ?? languageOf(notice, tenant.language),
        noticeHash: '',
        controllers: register.controllersFor(purpose.id, tenant.name),
        act: decision.act,
        method: decision.method,
        source: decision.source,
        jurisdiction: tenant.jurisdiction,
        evidenceSealed,
        recordedAt,
        expiresAt: expires(status) ? endOfLife(recordedAt, purpose.consent.duration, tenant.timeZone) : null,
        policyHash,
      };
      row.noticeHash = notice.texts[row.language]?.hash ?? latest?.noticeHash ?? '';
      await insertEvent(tx, row);
      await audit.add(tx, context, {
        action: `consent.${status}`,
        subject,
        policyHash,
        detail: {
          purpose: purpose.id,
          notice: `${notice.id} ${notice.major}.${notice.minor}`,
          source: decision.source,
          ...(decision.globalPrivacyControl ? { globalPrivacyControl: true } : {}),
        },
      });
      return toEvent(row as EventRow);
    };

    for (let attempt = 1; ; attempt += 1)
      try {
        return await writeOnce(store, context, write);
      } catch (error) {
        if (attempt === ATTEMPTS || !(error instanceof StoreError) || error.fault !== 'unique') throw error;
      }
  }

  /** A withdrawal without a notice is under the one that was agreed to, or the one in force. */
  function noticeOfWithdrawal(
    latest: { noticeId: string; noticeMajor: number; noticeMinor: number } | undefined,
    purpose: Purpose,
    context: Context,
  ): Notice {
    const notice =
      (latest && register.notice(latest.noticeId, `${latest.noticeMajor}.${latest.noticeMinor}`)) ??
      register.noticesFor(purpose.id, localDay(context.clock(), context.tenant.timeZone))[0];
    if (!notice) throw invalidField('/notice', 'is required: no notice asks for this purpose now');
    return notice;
  }

  /** The subject itself and, for an account, the visitors linked to it. */
  async function linkedSubjects(context: Context, subjectId: string, q?: Query): Promise<string[]> {
    const find = (query: Query) => visitorsOf(query, context.tenant.id, subjectId);
    return [subjectId, ...(await (q ? find(q) : store.read(find)))];
  }

  /** The account a visitor is linked to, if any: what is ordered for it may concern the visitor too. */
  async function linkedAccount(context: Context, visitorId: string, q: Query): Promise<string | undefined> {
    return (await findLink(q, context.tenant.id, visitorId))?.accountId;
  }

  async function subjectsOf(context: Context, reference: string): Promise<string[]> {
    const subject = await subjectOf(vault, context.tenant.id, parseSubjectRef(reference));
    return subject.kind === 'account' ? linkedSubjects(context, subject.subjectId) : [subject.subjectId];
  }

  async function statesOf(
    context: Context,
    subjectIds: string[],
    globalPrivacyControl: boolean,
  ): Promise<ConsentState[]> {
    const now = context.clock();
    const day = localDay(now, context.tenant.timeZone);
    const rows = await store.read((q) => latestOfSubjects(q, context.tenant.id, subjectIds));
    return register
      .policies()
      .purposes.filter((purpose) => purpose.consent)
      .map((purpose) => {
        // Of an account and its visitors the latest decision counts, by the server's clock; each history stays as it is.
        const row = rows
          .filter(({ purposeId }) => purposeId === purpose.id)
          .sort((a, b) => b.recordedAt.getTime() - a.recordedAt.getTime() || b.seq - a.seq)[0];
        const because = reasonToAsk(row, register.noticesFor(purpose.id, day)[0], now);
        const status = standing(row, now);
        const signalled = globalPrivacyControl && purpose.gpc && !permitsProcessing(status) && because !== 'decided';
        return {
          purpose: purpose.id,
          status: signalled ? 'refused' : status,
          permitsProcessing: !signalled && permitsProcessing(status) && because !== 'notice-changed',
          needsDecision: !signalled && because !== 'decided',
          because: signalled ? 'global-privacy-control' : because,
          source: signalled ? 'gpc' : ((row?.source as Source | undefined) ?? null),
          decidedAs: (row?.subjectKind as 'visitor' | 'account' | undefined) ?? null,
          eventId: row?.eventId ?? null,
          notice: row ? noticeRef(row) : null,
          recordedAt: row?.recordedAt.toISOString() ?? null,
          expiresAt: row?.expiresAt?.toISOString() ?? null,
        };
      });
  }

  return {
    /** Records one decision; acknowledged means durable. Server time decides the order (REQ-C04). */
    record(context: Context, input: ConsentInput, connection: Connection): Promise<ConsentEvent> {
      const fromBrowser = context.principal.role === 'portal';
      if (fromBrowser && input.evidence)
        throw invalidField(
          '/evidence',
          'must be absent: address and user agent of a browser are read from its connection',
          'invalid-request',
        );
      const { address, userAgent } = fromBrowser
        ? connection
        : { address: input.evidence?.address, userAgent: input.evidence?.userAgent };
      return decide(context, {
        subject: input.subject,
        purposeId: input.purpose,
        status: input.status,
        notice: input.notice,
        act: input.act ?? 'not-stated',
        method: input.method ?? 'not-stated',
        source: fromBrowser ? 'ui' : 'api',
        evidence: evidenceOf({ address, userAgent }),
        globalPrivacyControl: connection.globalPrivacyControl,
      });
    },

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
      const subjectId = await vault.subjectId(context.tenant.id, subject.kind, subject.id);
      const states = await statesOf(context, [subjectId], true);
      const refused = states
        .filter(({ because }) => because === 'global-privacy-control')
        .map(({ purpose }) => purpose);
      const day = localDay(context.clock(), context.tenant.timeZone);
      for (const purposeId of refused) {
        const notice = register.noticesFor(purposeId, day)[0];
        if (!notice) continue;
        const { idempotency: _, ...once } = context;
        await decide(once, {
          subject,
          purposeId,
          status: 'refused',
          notice: { id: notice.id, version: notice.version, language: languageOf(notice, context.tenant.language) },
          act: 'sent-sec-gpc',
          method: 'browser-signal',
          source: 'gpc',
          evidence: evidenceOf(connection),
          globalPrivacyControl: true,
        });
      }
      return { globalPrivacyControl: true, refused };
    },

    /** What stands for every purpose that rests on consent. */
    async current(context: Context, reference: string, connection?: Connection): Promise<{ purposes: ConsentState[] }> {
      const signalled = context.principal.role === 'portal' && connection?.globalPrivacyControl === true;
      return { purposes: await statesOf(context, await subjectsOf(context, reference), signalled) };
    },

    async history(context: Context, reference: string, page: { limit?: number; cursor?: string }) {
      const limit = page.limit ?? DEFAULT_PAGE;
      const [at, eventId] = page.cursor?.split('.') ?? [];
      if (page.cursor !== undefined && (!/^\d{1,15}$/.test(at ?? '') || !eventId))
        throw invalidField('?cursor', 'must be `next` of the page before', 'invalid-request');
      const after = eventId === undefined ? undefined : { recordedAt: new Date(Number(at)), eventId };
      const subjects = await subjectsOf(context, reference);
      const rows = await store.read((q) =>
        eventsOfSubjects(q, context.tenant.id, subjects, { after, limit: limit + 1 }),
      );
      const { items, next } = pageFrom(rows, limit, (row) => `${row.recordedAt.getTime()}.${row.eventId}`);
      return { items: items.map(toEvent), next };
    },

    async get(context: Context, eventId: string): Promise<ConsentEvent> {
      const row = await store.read((q) => findEvent(q, context.tenant.id, eventId));
      if (!row) throw new Problem('not-found', 'There is no consent event of this id.');
      return toEvent(row);
    },

    /** Says that a visitor is the holder of an account. Both histories stay as they are; only reading joins them. */
    async link(context: Context, reference: string, visitor: string): Promise<{ linkedAt: string }> {
      const ref = parseSubjectRef(reference);
      if (ref.kind !== 'account') throw invalidField('?id', 'must name an account');
      const tenantId = context.tenant.id;
      const accountId = await vault.subjectId(tenantId, 'account', ref.id);
      const visitorId = await vault.subjectId(tenantId, 'visitor', visitor);
      const subject = await vault.commitment(tenantId, accountId);
      return writeOnce(store, context, async (tx) => {
        const linkedAt = context.clock();
        if (!(await insertLink(tx, { tenantId, visitorId, accountId, linkedAt }))) {
          const standingLink = await findLink(tx, tenantId, visitorId);
          if (standingLink?.accountId !== accountId)
            throw new Problem(
              'conflict',
              'This visitor is linked to another account; one browser’s choices belong to one person.',
              {
                errors: [{ pointer: '/visitor', detail: 'is linked to another account' }],
              },
            );
          return { linkedAt: standingLink.linkedAt.toISOString() };
        }
        await audit.add(tx, context, { action: 'subject.linked', subject, policyHash: register.policies().hash });
        return { linkedAt: linkedAt.toISOString() };
      });
    },

    linkedSubjects,
    linkedAccount,

    /** Writes down that decisions have ended by themselves; reading tells so already before. Safe to repeat. */
    async expireConsents(context: Context): Promise<{ expired: number }> {
      let expired = 0;
      let after: { expiresAt: Date; eventId: string } | undefined;
      for (;;) {
        const now = context.clock();
        const batch: EventRow[] = await store.read((q) =>
          endedDecisions(q, context.tenant.id, now, after, EXPIRY_BATCH),
        );
        if (batch.length === 0) return { expired };
        const ended = batch.filter(({ status }) => status !== 'expired');
        expired += await store.write(
          async (tx) => {
            let written = 0;
            for (const row of ended) {
              const [latest] = await latestEvent(tx, {
                tenantId: row.tenantId,
                subjectId: row.subjectId,
                purposeId: row.purposeId,
              });
              if (latest?.seq !== row.seq) continue;
              await insertEvent(tx, {
                ...row,
                eventId: crypto.randomUUID(),
                seq: row.seq + 1,
                status: 'expired' satisfies ConsentStatus,
                act: 'time-passed',
                method: 'schedule',
                source: 'job',
                evidenceSealed: null,
                recordedAt: now,
                expiresAt: null,
                policyHash: register.policies().hash,
              });
              written += 1;
            }
            if (written > 0)
              await audit.add(tx, context, {
                action: 'consent.expired',
                policyHash: register.policies().hash,
                detail: { events: written },
              });
            return written;
          },
          { isolation: 'serializable' },
        );
        const last = batch.at(-1) as EventRow;
        after = { expiresAt: last.expiresAt as Date, eventId: last.eventId };
      }
    },

    /** The text in force, or of any version ever shown. */
    notice(
      context: Context,
      wanted: { id?: string; purpose?: string; version?: string; language?: string },
    ): NoticeText {
      const day = localDay(context.clock(), context.tenant.timeZone);
      const notice = wanted.version
        ? register.notice(wanted.id ?? '', wanted.version)
        : wanted.id
          ? register.currentNotice(wanted.id, day)
          : register.noticesFor(wanted.purpose ?? '', day)[0];
      if (!wanted.id && !wanted.purpose) throw invalidField('?id', 'is required, or ?purpose', 'invalid-request');
      const language = notice && (wanted.language ?? languageOf(notice, context.tenant.language));
      const text = language === undefined ? undefined : notice?.texts[language];
      if (!notice || !language || !text) throw new Problem('not-found', 'There is no such notice in this language.');
      const { id, version, kind, validFrom, purposes, texts } = notice;
      return {
        id,
        version,
        kind,
        language,
        languages: Object.keys(texts),
        validFrom,
        purposes: [...purposes],
        ...text,
      };
    },

    purposes(context: Context, language: string | undefined) {
      const wanted = language ?? context.tenant.language;
      const fallback = register.policies().installation.defaultLanguage;
      return {
        purposes: register.policies().purposes.map((purpose) => ({
          id: purpose.id,
          version: purpose.version,
          title: purpose.title[wanted] ?? purpose.title[fallback] ?? purpose.id,
          description: purpose.description[wanted] ?? purpose.description[fallback] ?? '',
          needsConsent: purpose.consent !== undefined,
          explicit: purpose.consent?.explicit ?? false,
          globalPrivacyControlRefuses: purpose.gpc,
        })),
      };
    },
  };
}

export type ConsentService = ReturnType<typeof createConsent>;

const noticeRef = (row: EventRow) => ({
  id: row.noticeId,
  version: `${row.noticeMajor}.${row.noticeMinor}`,
  language: row.language,
  hash: row.noticeHash,
});

function toEvent(row: EventRow): ConsentEvent {
  const status = row.status as ConsentStatus;
  return {
    eventId: row.eventId,
    subjectKind: row.subjectKind as 'visitor' | 'account',
    purpose: { id: row.purposeId, version: row.purposeVersion },
    status,
    permitsProcessing: permitsProcessing(status),
    consentType: row.consentType as 'expressed' | 'explicit',
    notice: noticeRef(row),
    controllers: row.controllers,
    act: row.act,
    method: row.method,
    source: row.source as Source,
    jurisdiction: row.jurisdiction,
    recordedAt: row.recordedAt.toISOString(),
    expiresAt: row.expiresAt?.toISOString() ?? null,
  };
}

function languageOf(notice: Notice, wanted: string): string {
  return notice.texts[wanted] ? wanted : (Object.keys(notice.texts)[0] as string);
}

/** All decisions of one local day end together: the calendar is asked once per day, duration and zone. */
function rememberedEndOfPeriod(): typeof endOfPeriod {
  const known = new Map<string, { from: number; until: number; end: Date }>();
  return (start, duration, timeZone) => {
    const name = `${duration} ${timeZone}`;
    const at = start.getTime();
    const hit = known.get(name);
    if (hit && at >= hit.from && at < hit.until) return hit.end;
    const end = endOfPeriod(start, duration, timeZone);
    if (known.size > 100) known.clear();
    const from = startOfLocalDay(start, timeZone).getTime();
    known.set(name, { from, until: endOfPeriod(start, 'P1D', timeZone).getTime(), end });
    return end;
  };
}
