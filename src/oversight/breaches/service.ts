import type { Audit } from '../../foundations/audit/audit.ts';
import type { Context } from '../../foundations/contract/context.ts';
import { cursorPageFrom, DEFAULT_PAGE } from '../../foundations/contract/cursor-page.ts';
import { invalidField, Problem } from '../../foundations/contract/problem.ts';
import type { PrintDocument } from '../../foundations/print/model.ts';
import { writeOnce } from '../../foundations/store/idempotency.ts';
import { uuidv7 } from '../../foundations/store/uuid.ts';
import type { ScopeKey, Vault } from '../../foundations/vault/vault.ts';
import { BREACH_RULES, type BreachRules } from '../../law/rule-sets.ts';
import { requireId } from '../../register/policies/known.ts';
import type { Policies } from '../../register/policies/policies.ts';
import { senderOf } from '../../register/view/letterhead.ts';
import type { Register } from '../../register/view/service.ts';
import type { RegisterView } from '../../register/view/view-model.ts';
import { type CountDeps, countAffected } from './affected.ts';
import { type Act, createBreachRecords, type Known } from './case-file.ts';
import {
  type Breach,
  type BreachHistory,
  type BreachRegister,
  hasContactIn,
  historyOf,
  type IncidentRecords,
  shown,
} from './document.ts';
import { missingParts } from './duties.ts';
import type { Affected, NewEvent } from './events.ts';
import { noticesFor } from './letters.ts';
import type {
  BreachAssessment,
  BreachCorrection,
  BreachDecision,
  BreachLetterInput,
  BreachNotification,
  BreachReport,
  BreachScope,
  IncidentReport,
} from './model.ts';
import { breachPage, breachRegisterPage, letterPage } from './printed-page.ts';
import { asEvent, type Reminder, remindersDue } from './reminders.ts';
import type { BreachState } from './replay.ts';
import {
  checkClosing,
  checkCorrection,
  checkDecision,
  checkedNotification,
  checkTimes,
  clockRules,
  stillOpen,
} from './rules.ts';

export interface BreachDeps extends CountDeps {
  audit: Audit;
  vault: Vault;
  policies: Pick<Policies, 'of'>;
  register: Register;
  /** Instead of the law as it stands: for tests of one to come. */
  rules?: readonly BreachRules[] | undefined;
  /** The caller, in each tenant of the installation. */
  tenants(caller: Context): Promise<Context[]>;
  /** What pages call who acted. */
  labelsOf(ids: readonly string[]): Promise<Map<string, string>>;
}

const institutionOf = (view: RegisterView): string =>
  view.parties.find(({ kind }) => kind === 'tenant')?.name ?? view.tenant.name;

const VOCABULARY = 'DPV 2.3 eu-gdpr, data breach';

/**
 * The register of all breaches (Art. 33(5)), also of those nobody is told of: what was found, decided and told, in
 * order, and nothing of it ever changed. How a breach stands is worked out from that each time.
 */
export function createBreaches(deps: BreachDeps) {
  /** What pages call who decided and who told. */
  const labelsIn = (breaches: readonly Breach[]) =>
    deps.labelsOf(
      breaches.flatMap(({ decision, notifications }) =>
        [decision, ...notifications].flatMap((one) => (one ? [one.by] : [])),
      ),
    );
  const { store, audit, vault, policies, register } = deps;
  const rules = deps.rules ?? BREACH_RULES;

  const records = createBreachRecords({ store, audit, vault, policies });

  /** The register of when it happened, by what is known now; parties with the contacts of today. */
  const viewOf = (context: Context, { awareAt, scope }: Pick<BreachReport, 'awareAt' | 'scope'>) => {
    const from = new Date(scope.until ?? scope.from ?? awareAt);
    const now = context.clock();
    return register.viewOfEvent(context, from < now ? from : now);
  };

  const count = async (context: Context, about: Pick<BreachReport, 'awareAt' | 'scope'>): Promise<Affected> =>
    countAffected(deps, context, await viewOf(context, about), about.scope);

  async function get(context: Context, breachId: string, known: Known = {}): Promise<Breach> {
    const { state } = await records.load(context, breachId, known);
    return shown(state, await register.view(context), context.clock());
  }

  async function act(context: Context, breachId: string, decide: Act): Promise<Breach> {
    await records.act(context, breachId, decide);
    return get(context, breachId);
  }

  /** Counts anew where what was said moves the scope; the events of the act, and the count. */
  async function recount(
    context: Context,
    breachId: string,
    change: { scope?: BreachScope; awareAt?: string },
  ): Promise<NewEvent[]> {
    if (change.scope === undefined && change.awareAt === undefined) return [];
    const { state } = await records.load(context, breachId);
    const about = { awareAt: change.awareAt ?? state.awareAt.toISOString(), scope: change.scope ?? state.scope };
    return [{ kind: 'affected-computed', data: await count(context, about) }];
  }

  function knownParty(view: RegisterView, party: string | undefined): string {
    const found = party ?? view.parties.find(({ kind }) => kind === 'tenant')?.id;
    if (found === undefined) throw invalidField('/foundBy', 'is missing');
    requireId('/foundBy', 'party', found, view.parties);
    return found;
  }

  /** A report and what it reaches, ready to be recorded. */
  async function prepared(context: Context, input: BreachReport, incidentId: string | null): Promise<NewEvent[]> {
    const awareAt = new Date(input.awareAt);
    checkTimes({ detectedAt: new Date(input.detectedAt), awareAt }, context.clock());
    const clock = clockRules(rules, context.tenant, awareAt);
    const foundBy = knownParty(await register.view(context), input.foundBy);
    const affected = await count(context, input);
    return [
      {
        kind: 'reported',
        occurredAt: new Date(input.detectedAt),
        data: { ...input, foundBy, ...clock, incidentId },
      },
      { kind: 'affected-computed', data: affected },
    ];
  }

  /** The whole register: what an authority asks for (Art. 33(5)). `asOf`: its clocks, too, as they stood then. */
  async function all(context: Context, known: Known = {}, asOf?: Date): Promise<BreachRegister> {
    const view = await register.view(context, asOf ? { at: asOf, knownAt: asOf } : {});
    const now = asOf ?? context.clock();
    const items: Breach[] = [];
    for await (const state of records.all(context, known)) items.push(shown(state, view, now));
    return {
      institution: institutionOf(view),
      at: now.toISOString(),
      knownAt: (known.knownAt ?? now).toISOString(),
      vocabulary: VOCABULARY,
      items,
    };
  }

  return {
    /** Begins the record of a breach; what it reaches is counted at once. */
    async report(context: Context, input: BreachReport): Promise<Breach> {
      const events = await prepared(context, input, null);
      const key = await records.key(context);
      const { breachId } = await writeOnce(store, context, async (tx) => {
        const fresh = uuidv7(context.clock());
        await records.append(tx, context, key, { breachId: fresh, lastSeq: 0 }, events);
        return { breachId: fresh };
      });
      return get(context, breachId);
    },

    /**
     * One incident at a party that works for several institutions: a record in the register of each whose data it
     * processes (Art. 33(2)), all in one transaction.
     */
    async reportEverywhere(context: Context, input: IncidentReport): Promise<IncidentRecords> {
      const scope = { party: input.foundBy, ...input.scope };
      const reached: { own: Context; key: ScopeKey; events: NewEvent[]; controllers: string[] }[] = [];
      const incidentId = uuidv7(context.clock());
      for (const own of await deps.tenants(context)) {
        const events = await prepared(own, { ...input, scope }, incidentId);
        const controllers = events.flatMap(({ kind, data }) => (kind === 'affected-computed' ? data.controllers : []));
        if (controllers.length === 0) continue;
        const key = await records.key(own);
        reached.push({ own, key, events, controllers: controllers.map(({ party }) => party) });
      }
      return writeOnce(store, context, async (tx) => {
        const items: IncidentRecords['items'] = [];
        for (const { own, key, events, controllers } of reached) {
          const breachId = uuidv7(context.clock());
          await records.append(tx, own, key, { breachId, lastSeq: 0 }, events);
          items.push({ tenant: own.tenant.id, breachId, controllers });
        }
        return { incidentId, items };
      });
    },

    /** What was found out: numbers, consequences, measures, risk (Art. 33(3)). */
    async assess(context: Context, breachId: string, input: BreachAssessment): Promise<Breach> {
      const counted = await recount(context, breachId, input.scope === undefined ? {} : { scope: input.scope });
      return act(context, breachId, (state) => {
        stillOpen(state);
        return [{ kind: 'assessed', data: input }, ...counted];
      });
    },

    /** Counts anew what the breach has reached, from the holders as they are now. */
    async compute(context: Context, breachId: string): Promise<Breach> {
      const { state } = await records.load(context, breachId);
      const about = { awareAt: state.awareAt.toISOString(), scope: state.scope };
      const data = await count(context, about);
      return act(context, breachId, (now) => {
        stillOpen(now);
        return [{ kind: 'affected-computed', data }];
      });
    },

    /** Whether authority and persons are told, with the reasons (Art. 33(1), 34). */
    decide: (context: Context, breachId: string, input: BreachDecision): Promise<Breach> =>
      act(context, breachId, (state) => {
        checkDecision(state, input);
        return [{ kind: 'decision', data: input }];
      }),

    /** Makes the letters of a breach as it stands, and keeps them. */
    async makeLetters(context: Context, breachId: string, input: BreachLetterInput): Promise<Breach> {
      const view = await register.view(context);
      return act(context, breachId, (state) => {
        const notices = noticesFor(state, view, input, context.clock());
        if (notices.length === 0)
          throw new Problem('unprocessable-request', 'Nobody of that kind is to be told of this breach.');
        return notices.map(({ letter }) => ({ kind: 'letter-made', data: letter }));
      });
    },

    /** That somebody was told, when, and how (Art. 33(1), (2), (4), 34). */
    async notify(context: Context, breachId: string, input: BreachNotification): Promise<Breach> {
      const view = await register.view(context);
      return act(context, breachId, (state) => [
        checkedNotification(state, input, missingParts(state, hasContactIn(view)), context.clock()),
      ]);
    },

    /** Puts right what was wrong, with the reason; what was recorded stays. */
    async correct(context: Context, breachId: string, input: BreachCorrection): Promise<Breach> {
      if (input.foundBy !== undefined) knownParty(await register.view(context), input.foundBy);
      const counted = await recount(context, breachId, {
        scope: input.scope,
        awareAt: input.awareAt,
      });
      return act(context, breachId, (state, events) => {
        checkCorrection(state, events, input, context.clock());
        const clock = input.awareAt === undefined ? {} : clockRules(rules, context.tenant, new Date(input.awareAt));
        return [{ kind: 'corrected', data: { ...input, ...clock } }, ...counted];
      });
    },

    /** Ends the work on a breach. @throws Problem `conflict` while the law still asks for something. */
    async close(context: Context, breachId: string, summary: string): Promise<Breach> {
      const view = await register.view(context);
      return act(context, breachId, (state) => {
        checkClosing(state, hasContactIn(view));
        return [{ kind: 'closed', data: { summary } }];
      });
    },

    get,

    history: async (context: Context, breachId: string, known: Known = {}): Promise<BreachHistory> =>
      historyOf((await records.load(context, breachId, known)).events),

    async list(
      context: Context,
      { limit = DEFAULT_PAGE, cursor, knownAt }: { limit?: number; cursor?: string; knownAt?: Date | undefined },
    ): Promise<{ items: Breach[]; next: string | null }> {
      const found = await records.page(context, { before: cursor, limit: limit + 1, knownAt });
      const view = await register.view(context);
      const { items, next } = cursorPageFrom(found, limit, ({ breachId }) => breachId);
      return { items: items.map((state) => shown(state, view, context.clock())), next };
    },

    all,

    /** The whole register as it stood and was known at an instant; later looks find the same. */
    asOf: (context: Context, instant: Date): Promise<BreachRegister> => all(context, { knownAt: instant }, instant),

    /** The same as a document for people. */
    registerPageAsOf: async (recorded: BreachRegister, view: RegisterView): Promise<PrintDocument> =>
      breachRegisterPage(recorded, view, await labelsIn(recorded.items)),

    /** A letter as it was made. @throws Problem `not-found` */
    async letter(context: Context, breachId: string, seq: number): Promise<PrintDocument> {
      const { state } = await records.load(context, breachId);
      const letter = state.letters.find((one) => one.seq === seq);
      if (!letter) throw new Problem('not-found', 'This breach has no such letter.');
      const view = await register.view(context);
      // As the letter says: to a controller the one who found it speaks.
      const speaks = letter.to === 'controller' ? state.foundBy : letter.controller;
      return letterPage(letter, senderOf(view, view.party(speaks)), context.tenant.timeZone);
    },

    /** Gives the reminders that are due, each once, and answers them for the log. */
    async remind(context: Context): Promise<({ breachId: string } & Reminder)[]> {
      const view = await register.view(context);
      const hasContact = hasContactIn(view);
      const given: ({ breachId: string } & Reminder)[] = [];
      const due = (state: BreachState) => remindersDue(state, hasContact, context.clock());
      for await (const state of records.all(context)) {
        const { breachId } = state;
        if (due(state).length === 0) continue;
        // As it stands by then: another instance may have been faster.
        const events = await records.actAlone(context, breachId, (now) => due(now).map(asEvent));
        for (const { kind, data } of events) if (kind === 'reminded') given.push({ breachId, ...data });
      }
      return given;
    },

    /** One breach as a document for people. */
    async page(context: Context, breachId: string, known: Known = {}): Promise<PrintDocument> {
      const view = await register.view(context);
      const breach = await get(context, breachId, known);
      const labels = await labelsIn([breach]);
      return breachPage(breach, { view, labels }, context.clock());
    },

    /** The whole register as a document for people. */
    async registerPage(context: Context, known: Known = {}): Promise<PrintDocument> {
      const recorded = await all(context, known);
      return breachRegisterPage(recorded, await register.view(context), await labelsIn(recorded.items));
    },
  };
}

export type BreachService = ReturnType<typeof createBreaches>;
