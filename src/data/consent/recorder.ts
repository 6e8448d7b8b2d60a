import type { Audit } from '../../foundations/audit/audit.ts';
import type { Context } from '../../foundations/contract/context.ts';
import type { Connection } from '../../foundations/contract/contract.ts';
import { invalidField } from '../../foundations/contract/problem.ts';
import { StoreError } from '../../foundations/store/errors.ts';
import { writeOnce } from '../../foundations/store/idempotency.ts';
import type { Query, Store } from '../../foundations/store/store.ts';
import { type Commitment, subjectScope, type Vault } from '../../foundations/vault/vault.ts';
import { permitsProcessing } from '../../law/consent-status.ts';
import { localDay } from '../../law/duration.ts';
import { reduceAddress } from '../../law/reduce-address.ts';
import { reduceUserAgent } from '../../law/reduce-user-agent.ts';
import type { Notice, PolicySet, Purpose } from '../../register/policies/model.ts';
import type { Policies } from '../../register/policies/policies.ts';
import type { Register } from '../../register/view/service.ts';
import type { SuppressionService } from '../suppression/service.ts';
import { type AgeJudged, judgeAge } from './child.ts';
import {
  consentPurpose,
  currentStatus,
  languageOf,
  lifeOf,
  mayBeAskedFor,
  nextStatus,
  noticeOfWithdrawal,
  prevailing,
  type Shown,
  shownNotice,
  signalRefuses,
} from './decision.ts';
import type { ConsentEvent, ConsentInput, SubjectInput } from './model.ts';
import { placeOfRecorded } from './place.ts';
import {
  type EventRow,
  eventAt,
  findEvent,
  insertEvent,
  type Latest,
  latestEvent,
  latestOfPerson,
  type NewEvent,
} from './table.ts';
import { type Receipt, receiptDigest, type Source, toReceipt, withLinks } from './views.ts';

export interface ConsentDeps {
  suppression: Pick<SuppressionService, 'guard'>;
  store: Store;
  audit: Audit;
  vault: Vault;
  policies: Policies;
  register: Pick<Register, 'view'>;
}

/** A subject with everything of the vault that writing needs, fetched before the transaction. */
interface Whose {
  kind: SubjectInput['kind'];
  subjectId: string;
  commitment: Commitment;
  seal(eventId: string, evidence: string | undefined, column?: 'evidence_sealed' | 'parental_sealed'): Buffer | null;
  /** Undefined for visitors: their ids are random, nobody imports them. */
  refuseErased: ((tx: Query) => Promise<void>) | undefined;
}

/** What is to be recorded, as far as it does not depend on the decision before. */
interface Draft {
  eventId: string;
  purpose: Pick<ReturnType<typeof consentPurpose>, 'id' | 'version' | 'consent' | 'gpc'>;
  /** Names of who is controller of the purpose for this portal now. */
  controllers: string[];
  reported: ConsentInput['status'];
  /** Undefined only for a withdrawal. */
  shown: Shown | undefined;
  inForce: Notice | undefined;
  act: string;
  method: string;
  source: Source;
  globalPrivacyControl: boolean;
  evidenceSealed: Buffer | null;
  /** Absent where nobody’s age was asked. */
  age?: { check: AgeJudged['check']; method: string | null; parentalSealed: Buffer | null } | undefined;
  policyHash: string;
}

/** Records decisions: the hot path, and the signal of the browser. */
export function createRecorder({ store, audit, vault, policies, register, suppression }: ConsentDeps) {
  const expiryOf = lifeOf();

  const noticesNow = (context: Context, purposeId: string) =>
    policies.of(context.tenant.id).noticesFor(purposeId, localDay(context.clock(), context.tenant.timeZone));

  const controllersOf = async (context: Context, purpose: string): Promise<string[]> => {
    const activities = (await register.view(context)).covering({ purpose });
    return [...new Set(activities.flatMap(({ controllers }) => controllers.map(({ name }) => name)))];
  };

  const whoseOf = async (context: Context, { kind, id }: SubjectInput): Promise<Whose> =>
    whoseIs(context, kind, await vault.subjectId(context.tenant.id, kind, id));

  async function whoseIs(context: Context, kind: SubjectInput['kind'], subjectId: string): Promise<Whose> {
    const { tenant } = context;
    const refuseErased = kind === 'account' ? await suppression.guard(context, { account: subjectId }) : undefined;
    const [key, commitment] = await Promise.all([
      vault.key(tenant.id, subjectScope(subjectId)),
      vault.commitment(tenant.id, subjectId),
    ]);
    return {
      kind,
      subjectId,
      commitment,
      refuseErased,
      seal: (eventId, evidence, column = 'evidence_sealed') =>
        evidence === undefined
          ? null
          : key.seal({ tenant: tenant.id, table: 'consent_events', column, row: eventId }, evidence),
    };
  }

  const latestOf = async (tx: Query, { tenant }: Context, { subjectId }: Whose, purposeId: string) =>
    (await latestEvent(tx, { tenantId: tenant.id, subjectId, purposeId }))[0];

  /** One event and its audit entry, after `latest`. */
  async function append(
    tx: Query,
    context: Context,
    whose: Whose,
    draft: Draft,
    latest: Latest | undefined,
  ): Promise<Receipt> {
    await whose.refuseErased?.(tx);
    const { tenant } = context;
    const { purpose, policyHash, source } = draft;
    const recordedAt = context.clock();
    const shown = draft.shown ?? noticeOfWithdrawal(latest, draft.inForce, tenant.language);
    // A child’s consent that no parent authorised is none, and ends what stood before (Art. 8(1)).
    const status =
      draft.age?.check === 'parental-missing' ? 'invalidated' : nextStatus(draft.reported, latest, shown, recordedAt);
    const row = {
      tenantId: tenant.id,
      eventId: draft.eventId,
      subjectId: whose.subjectId,
      subjectKind: whose.kind,
      purposeId: purpose.id,
      seq: placeOfRecorded(recordedAt, latest?.seq ?? 0),
      status,
      consentType: purpose.consent.explicit ? 'explicit' : 'expressed',
      purposeVersion: purpose.version,
      noticeId: shown.id,
      noticeMajor: shown.major,
      noticeMinor: shown.minor,
      noticeHash: shown.hash,
      language: shown.language,
      controllers: draft.controllers,
      act: draft.act,
      method: draft.method,
      source,
      jurisdiction: tenant.jurisdiction,
      ageCheck: draft.age?.check ?? null,
      parentalMethod: draft.age?.method ?? null,
      parentalSealed: draft.age?.parentalSealed ?? null,
      evidenceSealed: draft.evidenceSealed,
      recordedAt,
      importedAt: null,
      vouchedBy: null,
      expiresAt: expiryOf(status, recordedAt, purpose.consent.duration, tenant.timeZone),
      policyHash,
    } satisfies NewEvent;
    await insertEvent(tx, row);
    await audit.add(tx, context, {
      action: `consent.${status}`,
      subject: whose.commitment,
      policyHash,
      detail: {
        purpose: purpose.id,
        receipt: receiptDigest(draft.eventId),
        notice: `${shown.id} ${shown.major}.${shown.minor}`,
        source,
        globalPrivacyControl: draft.globalPrivacyControl ? true : undefined,
      },
    });
    return toReceipt(row as EventRow);
  }

  /** What stands in one history. */
  async function standing(
    q: Query,
    context: Context,
    { subjectId, purposeId }: Pick<EventRow, 'subjectId' | 'purposeId'>,
  ) {
    const rows = await latestOfPerson(q, { tenantId: context.tenant.id, subjectId });
    const mine = rows.filter((row) => row.purposeId === purposeId && row.subjectId === subjectId);
    return prevailing(mine, noticesNow(context, purposeId), context.clock());
  }

  return {
    /** What stands in the history that an event belongs to. */
    standing: (context: Context, event: EventRow) => store.read((q) => standing(q, context, event)),

    /**
     * Records one decision; acknowledged means durable. The server decides the order: there is no field for a client's
     * time (REQ-C04).
     */
    async record(context: Context, input: ConsentInput, connection: Connection): Promise<ConsentEvent> {
      const fromBrowser = context.principal.role === 'portal';
      mayBeAskedFor(context.principal.role, input.subject.kind, '/subject/kind');
      if (fromBrowser && input.evidence)
        throw invalidField(
          '/evidence',
          'must be absent: address and user agent of a browser are read from its connection',
        );
      const purpose = consentPurpose(policies.of(context.tenant.id).purpose(input.purpose));
      const age = judgeAge(context, input, purpose);
      const { notice } = input;
      if (!notice && input.status !== 'withdrawn') throw invalidField('/notice', 'is required', 'invalid-request');
      const shown =
        notice &&
        shownNotice(policies.of(context.tenant.id).notice(notice.id, notice.version), purpose.id, notice.language);
      const inForce = shown ? undefined : noticesNow(context, purpose.id)[0];
      const set = policies.of(context.tenant.id).current();
      const evidence = evidenceOf(fromBrowser ? connection : (input.evidence ?? {}), set);
      const whose = await whoseOf(context, input.subject);
      const eventId = crypto.randomUUID();
      const draft: Draft = {
        eventId,
        purpose,
        controllers: await controllersOf(context, purpose.id),
        reported: input.status,
        shown,
        inForce,
        act: input.act ?? 'not-stated',
        method: input.method ?? 'not-stated',
        source: fromBrowser ? 'ui' : 'api',
        globalPrivacyControl: connection.globalPrivacyControl,
        evidenceSealed: whose.seal(eventId, evidence),
        age: age && {
          check: age.check,
          method: age.parental?.verified ?? null,
          parentalSealed: whose.seal(eventId, age.parental?.by, 'parental_sealed'),
        },
        policyHash: set.hash,
      };
      const receipt = await inTurn(() =>
        writeOnce(
          store,
          context,
          async (tx) => append(tx, context, whose, draft, await latestOf(tx, context, whose, purpose.id)),
          whose.refuseErased && { isolation: 'serializable' },
        ),
      );
      return withLinks(receipt, context.tenant.id);
    },

    /**
     * Takes back what an earlier event of the same person gave: who holds its receipt may, without an account. Answers
     * the event that stands afterwards: where nothing is agreed to any more, the one that stood already. Undefined once
     * the person is erased.
     */
    async withdraw(
      context: Context,
      given: EventRow,
      by: 'receipt' | 'request' = 'receipt',
    ): Promise<{ eventId: string; status: string } | undefined> {
      const tenantId = context.tenant.id;
      const { subjectId, purposeId } = given;
      // Asked first: to name the erased in the log would give them a key again.
      if (!(await vault.existingKey(tenantId, subjectScope(subjectId)))) return undefined;
      const whose = await whoseIs(context, given.subjectKind as SubjectInput['kind'], subjectId);
      const declared = policies.of(context.tenant.id).purpose(purposeId);
      const draft: Draft = {
        eventId: crypto.randomUUID(),
        purpose: declared?.consent ? consentPurpose(declared) : formerPurpose(given),
        controllers: declared ? await controllersOf(context, purposeId) : given.controllers,
        reported: 'withdrawn',
        shown: undefined,
        inForce: undefined,
        act: `withdrew-with-${by}`,
        method: by,
        source: by === 'receipt' ? 'ui' : 'api',
        globalPrivacyControl: false,
        evidenceSealed: null,
        policyHash: policies.of(context.tenant.id).current().hash,
      };
      return inTurn(() =>
        store.write(async (tx) => {
          const latest = await latestOf(tx, context, whose, purposeId);
          if (!latest || !(await findEvent(tx, tenantId, given.eventId))) return undefined;
          // A banner shown or a signal sent before an imported decision came does not stand over it.
          const stands = currentStatus(await standing(tx, context, given), context.clock());
          if (permitsProcessing(stands)) return append(tx, context, whose, draft, latest);
          const row = await eventAt(tx, { tenantId, subjectId, purposeId, seq: latest.seq });
          return row && { eventId: row.eventId, status: currentStatus(latest, context.clock()) };
        }, ONE_AFTER_ANOTHER),
      );
    },

    /** The refusals of `Sec-GPC: 1`, decided and written in one transaction; answers the purposes refused. */
    async refuseBySignal(context: Context, subject: SubjectInput, connection: Connection): Promise<string[]> {
      mayBeAskedFor(context.principal.role, subject.kind, '/subject/kind');
      const set = policies.of(context.tenant.id).current();
      const asked = set.purposes
        .filter(({ gpc, consent }) => gpc && consent)
        .map(async (purpose: Purpose) => ({
          purpose: consentPurpose(purpose),
          inForce: noticesNow(context, purpose.id),
          controllers: await controllersOf(context, purpose.id),
        }));
      // Of a call that the platform passes on, the connection is the platform's own.
      const evidence = context.principal.role === 'portal' ? evidenceOf(connection, set) : undefined;
      const whose = await whoseOf(context, subject);
      const drafts = (await Promise.all(asked)).flatMap(({ purpose, inForce, controllers }) => {
        const notice = inForce[0];
        if (!notice) return [];
        const eventId = crypto.randomUUID();
        const draft: Draft = {
          eventId,
          purpose,
          controllers,
          reported: 'refused',
          shown: shownNotice(notice, purpose.id, languageOf(notice, context.tenant.language)),
          inForce: notice,
          act: 'sent-sec-gpc',
          method: 'browser-signal',
          source: 'gpc',
          globalPrivacyControl: true,
          evidenceSealed: whose.seal(eventId, evidence),
          policyHash: set.hash,
        };
        return [{ draft, inForce }];
      });
      return inTurn(() =>
        writeOnce(
          store,
          context,
          async (tx) => {
            const now = context.clock();
            const person = { tenantId: context.tenant.id, subjectId: whose.subjectId };
            const rows = await latestOfPerson(tx, person);
            const refused: string[] = [];
            for (const { draft, inForce } of drafts) {
              const { purpose } = draft;
              const mine = rows.filter(({ purposeId }) => purposeId === purpose.id);
              if (!signalRefuses(purpose, prevailing(mine, inForce, now), inForce, now)) continue;
              await append(tx, context, whose, draft, await latestOf(tx, context, whose, purpose.id));
              refused.push(purpose.id);
            }
            return refused;
          },
          ONE_AFTER_ANOTHER,
        ),
      );
    },
  };
}

/** Evidence is reduced before anything is written, then sealed under the subject's own key (REQ-C01, REQ-E04). */
export function evidenceOf(
  seen: { address?: string | undefined; userAgent?: string | undefined },
  { installation }: PolicySet,
): string | undefined {
  const { ipv4Prefix: ipv4, ipv6Prefix: ipv6 } = installation.capture;
  const network = seen.address === undefined ? undefined : reduceAddress(seen.address, { ipv4, ipv6 });
  const browser = seen.userAgent === undefined ? undefined : reduceUserAgent(seen.userAgent);
  if (network === undefined && browser === undefined) return undefined;
  return JSON.stringify({
    network: network ?? null,
    browser: browser?.family ?? null,
    browserMajor: browser?.major ?? null,
    platform: browser?.platform ?? null,
  });
}

/** What CNIL 2020-091 and 2020-092 have decisions live for, where the policies say nothing any more. */
const FORMER_LIFE = 'P6M';

/** A purpose that has left the policies, or no longer rests on consent: taking back what was given stays possible. */
function formerPurpose({ purposeId, purposeVersion, consentType }: EventRow): Draft['purpose'] {
  return {
    id: purposeId,
    version: purposeVersion,
    gpc: false,
    consent: { explicit: consentType === 'explicit', duration: FORMER_LIFE },
  };
}

/**
 * How what is written only where it changes something is written: of two at once, the second finds the first. No index
 * keeps them apart, for two of different instants take different places; and all that is read is of one instant.
 */
const ONE_AFTER_ANOTHER = { isolation: 'serializable' } as const;

/** Attempts of a decision that meets others on the same subject and purpose at the same instant. */
const ATTEMPTS = 40;

/**
 * Runs work that appends to a history until no other instance has taken the same place in it (PostgreSQL only: SQLite
 * has one writer). The unique index on the order decides who was first.
 */
export async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1)
    try {
      return await work();
    } catch (error) {
      if (attempt === ATTEMPTS || !(error instanceof StoreError) || error.fault !== 'unique') throw error;
      await new Promise((next) => setTimeout(next, Math.random() * 2 * attempt));
    }
}
