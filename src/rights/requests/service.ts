import type { Audit } from '../../foundations/audit/audit.ts';
import { showing } from '../../foundations/audit/reading.ts';
import { type Context, withoutIdempotencyKey } from '../../foundations/contract/context.ts';
import { cursorPageFrom, DEFAULT_PAGE } from '../../foundations/contract/cursor-page.ts';
import { invalidField, Problem } from '../../foundations/contract/problem.ts';
import { textsIn } from '../../foundations/messages/texts.ts';
import type { PrintDocument, Sender } from '../../foundations/print/model.ts';
import { writeOnce } from '../../foundations/store/idempotency.ts';
import type { Query, Store } from '../../foundations/store/store.ts';
import type { Vault } from '../../foundations/vault/vault.ts';
import type { Policies } from '../../register/policies/policies.ts';
import { senderOf } from '../../register/view/letterhead.ts';
import type { PortalAnswers } from '../portals/model.ts';
import { createActs } from './acts.ts';
import { calendarOf } from './calendar-feed.ts';
import { createCandidates, type RequestCandidates } from './candidates.ts';
import { createRequestRecords, type File } from './case-file.ts';
import { casePage } from './case-page.ts';
import type { EventData, NewEvent } from './events.ts';
import { createFulfilments } from './fulfil.ts';
import { type Arrival, createIntake } from './intake.ts';
import { maskedFile } from './mark-words.ts';
import type { Identification, PublicIntake, RequestIntake, RequestQuery } from './model.ts';
import type { RequestPorts } from './ports.ts';
import { remindersDue } from './reminders.ts';
import { fits } from './secret.ts';
import {
  type FollowedRequest,
  followShown,
  headShown,
  historyShown,
  mailsOf,
  type OpenedRequest,
  openedShown,
  type Request,
  type RequestHead,
  type RequestHistory,
  requestShown,
} from './shown.ts';
import { dated, findRequest, listRequests } from './table.ts';
import type { Language } from './types.ts';
import { inWordsOnly } from './unconfirmed/in-words.ts';
import type { ToConfirm } from './unconfirmed/model.ts';
import type { Entered, UnconfirmedService } from './unconfirmed/service.ts';
import { whatWasDone } from './what-was-done.ts';

export interface RequestDeps {
  store: Store;
  audit: Audit;
  vault: Vault;
  policies: Pick<Policies, 'of'>;
  ports: RequestPorts;
  unconfirmed: Pick<UnconfirmedService, 'enter' | 'byLink' | 'byId' | 'standingAlarms'>;
}

/** Rows looked at in one step by what goes through all requests. */
const PAGE = 200;
const FEED = 2_000;

/** The life of a request of a data subject, from letter to archive (GDPR Art. 12, 15 to 22). */
export function createRequests(deps: RequestDeps) {
  const { store, ports, unconfirmed } = deps;
  const { register } = ports;
  const records = createRequestRecords(deps);
  const fulfilments = createFulfilments({ store, records, ports });
  const intake = createIntake({ ...deps, records });
  const candidates = createCandidates(deps.vault, ports);
  const acts = createActs({ ...deps, records, fulfilments, candidates });
  const overdue = new Map<string, number>();

  const opened = async (context: Context, arrival: Arrival) =>
    intake.open(context, await register.view(context), arrival);
  /** The same, of whom it is said by somebody who knows: protected from the first moment. */
  async function openedAndSettled(context: Context, arrival: Arrival): Promise<OpenedRequest> {
    const { file, secret } = await opened(context, arrival);
    await fulfilments.settle(context, file);
    return openedShown(await fulfilments.carryOn(context, file), secret);
  }

  const ownArrival = (asked: PublicIntake, receivedAt: Date): Arrival => ({
    ...asked,
    channel: 'page',
    enteredBy: 'person',
    receivedAt,
    subjectBy: null,
    identity: null,
    acknowledge: true,
  });

  /**
   * What was entered becomes a request. Nobody is looked up by what somebody has written: nothing that is recorded,
   * answered or sent before identity is confirmed can differ by whether there is such a person.
   */
  async function openEntered(context: Context, { asked, receivedAt, take }: Entered): Promise<OpenedRequest> {
    const open = (given: PublicIntake, more: Partial<Arrival> = {}) =>
      opened(context, { ...ownArrival(given, receivedAt), ...more, also: (tx) => take(tx) });
    const { file, secret } = await open(asked).catch((error: unknown) => {
      // The policies have changed meanwhile: what they no longer know is kept in words, and nothing is lost.
      if (!(error instanceof Problem && error.status === 422)) throw error;
      // What was agreed to of a purpose that is gone can be taken back, and nothing beside it.
      const { type, purpose } = asked;
      return open(inWordsOnly(asked), type === 'consent-withdrawal' ? { purpose, formerPurpose: true } : {});
    });
    return openedShown(file, secret);
  }

  /** @throws Problem `not-found`: whether there is no such request or the secret is another's, nobody can tell. */
  async function followed(context: Context, requestId: string, secret: string): Promise<File> {
    const row = await store.read((q) => findRequest(q, context.tenant.id, requestId));
    if (!fits(secret, row?.followHash) || !row)
      throw new Problem('not-found', 'There is no such request, or it has another secret.');
    return records.load(context, requestId);
  }

  async function get(context: Context, requestId: string): Promise<File> {
    const file = await records.load(context, requestId);
    if (file.row.subjectId) showing(context, file.row.subjectId);
    return file;
  }

  /** Heads of all requests that wait for a day. */
  async function* waiting(context: Context) {
    for (let after = ''; ; ) {
      const rows = await store.read((q) => dated(q, context.tenant.id, after, PAGE));
      yield* rows;
      if (rows.length < PAGE) return;
      after = rows.at(-1)?.requestId ?? '';
    }
  }

  /** What an identity check tells of itself, ready for its own transaction; nothing where nobody waits for it any more. */
  async function identityTold(
    context: Context,
    requestId: string,
    event: (file: File) => NewEvent,
  ): Promise<(tx: Query) => Promise<void>> {
    const row = await store.read((q) => findRequest(q, context.tenant.id, requestId));
    if (row?.state !== 'awaiting-identity') return async () => undefined;
    const file = await records.load(context, requestId);
    const { append } = await records.prepared(withoutIdempotencyKey(context), file, { events: [event(file)] });
    return append;
  }

  return {
    acts,

    /** Documents have come: the clock goes on while somebody looks at them. */
    identityAnswered: (context: Context, { requestId, checkId }: { requestId: string; checkId: string }) =>
      identityTold(context, requestId, () => ({
        kind: 'identity-answered',
        data: { method: 'documents', checkId },
      })),

    /** Nobody has shown who they are in time. */
    identityExpired: (context: Context, { requestId, checkId }: { requestId: string; checkId: string }) =>
      identityTold(context, requestId, ({ life }) => ({
        kind: 'identity-failed',
        data: { method: life.identity?.method ?? 'documents', checkId, outcome: 'expired' },
      })),

    /**
     * A request that an officer enters, or the platform's server sends for its signed-in account (whose identity it
     * vouches for). @throws Problem naming what of it cannot be.
     */
    async open(context: Context, input: RequestIntake): Promise<OpenedRequest> {
      const { receivedAt, channel, ...asked } = input;
      const now = context.clock();
      if (context.principal.role === 'platform') {
        if (channel !== undefined && channel !== 'platform')
          throw invalidField('/channel', 'is `platform` for the platform');
        if (!input.subject || /^visitor:/.test(input.subject))
          throw invalidField('/subject', 'must be the account that is signed in');
        if (receivedAt !== undefined)
          throw invalidField('/receivedAt', 'is the instant at which the platform sends it');
        return openedAndSettled(context, {
          ...asked,
          channel: 'platform',
          enteredBy: 'platform',
          receivedAt: now,
          subjectBy: 'platform',
          identity: 'platform',
          acknowledge: true,
        });
      }
      if (channel === undefined) throw invalidField('/channel', 'must say by which way it came');
      return openedAndSettled(context, {
        ...asked,
        channel,
        enteredBy: 'officer',
        receivedAt: receivedAt === undefined ? now : new Date(receivedAt),
        subjectBy: 'officer',
        identity: null,
        acknowledge: false,
      });
    },

    /**
     * From the person's own page: kept until it is confirmed by mail. Nobody is looked up before.
     * @throws Problem naming what of it cannot be; `too-many-requests`, the same for everybody
     */
    async enterPublic(context: Context, input: PublicIntake, address: string | undefined): Promise<ToConfirm> {
      const now = context.clock();
      intake.check(await register.view(context), ownArrival(input, now), now);
      return unconfirmed.enter(context, input, address);
    },

    /** In which language whoever has the link is to be asked. @throws Problem `not-found` */
    async lookAtConfirmation(context: Context, unconfirmedId: string, secret: string): Promise<Language> {
      const { asked } = await unconfirmed.byLink(context, unconfirmedId, secret);
      return asked.requester.language ?? textsIn(context.tenant.language).language;
    },

    /** The link was pressed: now it is a request, received on the day it came. @throws Problem `not-found` */
    confirm: async (context: Context, unconfirmedId: string, secret: string): Promise<OpenedRequest> =>
      openEntered(context, await unconfirmed.byLink(context, unconfirmedId, secret)),

    /** An officer takes it up without a click. @throws Problem `not-found` */
    async acceptUnconfirmed(context: Context, unconfirmedId: string): Promise<OpenedRequest> {
      let entered: Entered;
      try {
        entered = await unconfirmed.byId(context, unconfirmedId);
      } catch (gone) {
        // Repeated under its Idempotency-Key: the first stands.
        const { requestId } = await writeOnce(store, context, async (): Promise<{ requestId: string }> => {
          throw gone;
        });
        return openedShown(await records.load(context, requestId), await intake.secretOf(context, requestId));
      }
      return openEntered(context, entered);
    },

    /** For whoever brings requests of others on in a protocol of its own (OpenDSR, Data Rights Protocol). */
    async openFor(context: Context, arrival: Arrival): Promise<OpenedRequest> {
      const { file, secret } = await opened(context, arrival);
      return openedShown(file, secret);
    },

    /** Whom it could be about, for an officer; each look-up is a look. */
    /** Other portals where the person is known, and who answers there; each that knows them has the look in its log. */
    async portals(context: Context, requestId: string): Promise<PortalAnswers> {
      const { row, life } = await records.load(context, requestId);
      if (row.subjectId) showing(context, row.subjectId);
      if (life.subject === null || life.subjectBy === null)
        throw new Problem('conflict', 'Say whom it is about first: only then can it be seen where they are known.');
      return ports.portals.of(context, life.subject, life.portals);
    },

    candidates: async (context: Context, requestId: string): Promise<RequestCandidates> =>
      candidates.of(context, await records.load(context, requestId)),

    async get(context: Context, requestId: string): Promise<Request> {
      const file = maskedFile(await get(context, requestId));
      return requestShown(file, await ports.outbox.statesOf(context, mailsOf(file)));
    },
    /** The request and its events, for other parts of the domain. */
    file: records.load,
    history: async (context: Context, requestId: string): Promise<RequestHistory> =>
      historyShown(maskedFile(await get(context, requestId))),

    async list(context: Context, query: RequestQuery): Promise<{ items: RequestHead[]; next: string | null }> {
      const limit = query.limit ?? DEFAULT_PAGE;
      const rows = await store.read((q) =>
        listRequests(q, context.tenant.id, {
          open: query.open,
          type: query.type,
          states: query.state && [query.state],
          dueBy: query['due-by'],
          assignedTo: query.assigned,
          before: query.cursor,
          limit: limit + 1,
        }),
      );
      const { items, next } = cursorPageFrom(rows, limit, ({ requestId }) => requestId);
      return { items: items.map(headShown), next };
    },

    /** The last days of what is open, as a calendar without anybody's name (REQ-H07). */
    async calendar(context: Context): Promise<string> {
      const heads: RequestHead[] = [];
      for await (const row of waiting(context)) if (heads.push(headShown(row)) >= FEED) break;
      return calendarOf(heads, context.tenant, context.clock());
    },

    /** Whose pages they are that a person is shown. */
    sender: async (context: Context): Promise<Sender> => senderOf(await register.view(context)),

    /** One request from beginning to end, to print and to file. */
    async page(context: Context, requestId: string): Promise<PrintDocument> {
      const file = maskedFile(await get(context, requestId));
      const labels = await ports.access.labelsOf(file.events.map(({ recordedBy }) => recordedBy));
      // The page speaks the language of the portal, whatever language the person speaks.
      const requester = file.requester && { ...file.requester, language: context.tenant.language };
      const done = await whatWasDone(context, { ...file, requester }, file.life.outcome ?? 'done', ports);
      return casePage(file, await register.view(context), labels, done);
    },

    // ── the person ──
    follow: async (context: Context, requestId: string, secret: string): Promise<FollowedRequest> =>
      followShown(await followed(context, requestId, secret)),
    async clarify(context: Context, requestId: string, secret: string, text: string): Promise<FollowedRequest> {
      const file = await followed(context, requestId, secret);
      return followShown(await acts.clarified(context, file, { text }));
    },
    async tryCode(context: Context, requestId: string, secret: string, code: string): Promise<{ outcome: string }> {
      return acts.tryCode(context, await followed(context, requestId, secret), code);
    },
    async identify(context: Context, requestId: string, secret: string, given: Identification) {
      const file = await followed(context, requestId, secret);
      return followShown(await acts.bringEvidence(context, file, given));
    },
    async withdraw(context: Context, requestId: string, secret: string): Promise<FollowedRequest> {
      const file = await followed(context, requestId, secret);
      return followShown(await acts.withdraw(context, file, 'person'));
    },

    // ── jobs ──
    /** What a crash interrupted, and what waits for others. */
    resume: fulfilments.resume,

    /** Gives the reminders that are due, each once, and answers them for the log. */
    async remind(context: Context): Promise<({ requestId: string } & EventData['reminded'])[]> {
      const given: ({ requestId: string } & EventData['reminded'])[] = [];
      let late = 0;
      for await (const { requestId } of waiting(context)) {
        const file = await records.load(context, requestId);
        if (file.timing.overdue) late += 1;
        const due = remindersDue(file, context.clock());
        if (due.length === 0) continue;
        try {
          await records.act(context, file, { events: due.map((data) => ({ kind: 'reminded', data })) });
        } catch (error) {
          // Somebody was at it just now: the next time is soon.
          if (error instanceof Problem && error.type === 'conflict') continue;
          throw error;
        }
        given.push(...due.map((data) => ({ requestId, ...data })));
      }
      overdue.set(context.tenant.id, late);
      return given;
    },
    /** In words and without tenants: `/readyz` is public. */
    async standingAlarms(now: Date): Promise<string[]> {
      const late = [...overdue.values()].reduce((sum, count) => sum + count, 0);
      const full = await unconfirmed.standingAlarms(now);
      return late > 0 ? ['requests of data subjects are overdue', ...full] : full;
    },
  };
}

export type RequestService = ReturnType<typeof createRequests>;
