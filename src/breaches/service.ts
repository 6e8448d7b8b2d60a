import { audit } from '../audit/audit.ts';
import type { Context } from '../context.ts';
import { BREACH_HOURS } from '../law/breach-clock.ts';
import { DEFAULT_PAGE, pageFrom } from '../page.ts';
import type { PrintDocument } from '../print/model.ts';
import { invalidField, Problem } from '../problem.ts';
import type { Register } from '../register/register.ts';
import type { RegisterService } from '../register/service.ts';
import type { RegisterView } from '../register/view-model.ts';
import { writeOnce } from '../store/idempotency.ts';
import type { Query } from '../store/store.ts';
import { uuidv7 } from '../store/uuid.ts';
import type { ScopeKey, Vault } from '../vault/vault.ts';
import { type CountDeps, countAffected } from './affected.ts';
import { type Breach, type BreachHistory, type BreachRegister, hasContactIn, historyOf, shown } from './document.ts';
import { missingParts } from './duties.ts';
import type { Affected, BreachEvent, NewEvent } from './events.ts';
import { noticesFor } from './letters.ts';
import type {
  BreachAssessment,
  BreachCorrection,
  BreachDecision,
  BreachLetterInput,
  BreachNotification,
  BreachReport,
  BreachScope,
} from './model.ts';
import { breachPage, breachRegisterPage } from './page.ts';
import { type BreachState, replay } from './replay.ts';
import { checkClosing, checkCorrection, checkDecision, checkedNotification, checkTimes, stillOpen } from './rules.ts';
import { BREACH_SCOPE, openEvent, sealEvent } from './sealing.ts';
import { breachIds, eventsOf, insertEvent } from './table.ts';
import { auditDetail } from './telling.ts';

export interface BreachDeps extends CountDeps {
  vault: Vault;
  register: Pick<Register, 'policies'>;
  registers: RegisterService;
}

/** What an act is decided on: the breach and its events as they stand inside the transaction. */
type Act = (state: BreachState, events: BreachEvent[]) => NewEvent[];

/** By what had been recorded up to an instant; absent: now. */
interface Known {
  knownAt?: Date | undefined;
}

const institutionOf = (view: RegisterView): string =>
  view.parties.find(({ kind }) => kind === 'tenant')?.name ?? view.tenant.name;

const noBreach = () => new Problem('not-found', 'There is no such breach here.');
const VOCABULARY = 'DPV 2.3 eu-gdpr, data breach';

/**
 * The register of all breaches (Art. 33(5)), also of those nobody is told of: what was found, decided and told, in
 * order, and nothing of it ever changed. How a breach stands is worked out from that each time.
 */
export function createBreaches(deps: BreachDeps) {
  const { store, vault, register, registers } = deps;

  const opened = (key: ScopeKey | undefined, q: Query, rows: Parameters<typeof openEvent>[2][]) =>
    rows.map((row) => openEvent(key, q.tables, row));

  /** The register of when it happened, by what is known now; parties with the contacts of today. */
  const viewOf = (context: Context, { awareAt, scope }: Pick<BreachReport, 'awareAt' | 'scope'>) => {
    const from = new Date(scope.until ?? scope.from ?? awareAt);
    const now = context.clock();
    return registers.viewOfEvent(context, from < now ? from : now);
  };

  const count = async (context: Context, about: Pick<BreachReport, 'awareAt' | 'scope'>): Promise<Affected> =>
    countAffected(deps, context, await viewOf(context, about), about.scope);

  /** Writes events of one breach, each with its entry in the log. */
  async function append(
    tx: Query,
    context: Context,
    key: ScopeKey,
    at: { breachId: string; lastSeq: number },
    events: NewEvent[],
  ): Promise<void> {
    const policyHash = register.policies().hash;
    let seq = at.lastSeq;
    for (const event of events) {
      seq += 1;
      const where = {
        ...{ tenantId: context.tenant.id, breachId: at.breachId, seq, policyHash },
        ...{ recordedAt: context.clock(), recordedBy: context.principal.id },
      };
      if (!(await insertEvent(tx, sealEvent(key, tx.tables, where, event))))
        throw new Problem('conflict', 'Somebody else has just recorded something about this breach. Look at it again.');
      await audit.add(tx, context, {
        ...{ action: `breach.${event.kind}`, policyHash, detail: auditDetail(at.breachId, seq, event) },
      });
    }
  }

  async function load(context: Context, breachId: string, knownAt?: Date): Promise<BreachEvent[]> {
    const key = await vault.existingKey(context.tenant.id, BREACH_SCOPE);
    const events = await store.read(async (q) =>
      opened(key, q, await eventsOf(q, context.tenant.id, [breachId], knownAt)),
    );
    if (events.length === 0) throw noBreach();
    return events;
  }

  async function get(context: Context, breachId: string, { knownAt }: Known = {}) {
    const state = replay(breachId, await load(context, breachId, knownAt));
    if (!state) throw noBreach();
    return shown(state, await registers.view(context), context.clock());
  }

  /** Decides and records in one transaction; of two acts at once the second is refused, or answered as a repeat. */
  async function act(context: Context, breachId: string, decide: Act): Promise<Breach> {
    const key = await vault.key(context.tenant.id, BREACH_SCOPE);
    await writeOnce(store, context, async (tx) => {
      const events = opened(key, tx, await eventsOf(tx, context.tenant.id, [breachId]));
      const state = replay(breachId, events);
      if (!state) throw noBreach();
      await append(tx, context, key, { breachId, lastSeq: state.seq }, decide(state, events));
      return {};
    });
    return get(context, breachId);
  }

  /** Counts anew where what was said moves the scope; the events of the act, and the count. */
  async function recount(
    context: Context,
    breachId: string,
    change: { scope?: BreachScope; awareAt?: string },
  ): Promise<NewEvent[]> {
    if (change.scope === undefined && change.awareAt === undefined) return [];
    const state = replay(breachId, await load(context, breachId));
    if (!state) throw noBreach();
    const about = { awareAt: change.awareAt ?? state.awareAt.toISOString(), scope: change.scope ?? state.scope };
    return [{ kind: 'affected-computed', data: await count(context, about) }];
  }

  function knownParty(view: RegisterView, party: string | undefined): string {
    const found = party ?? view.parties.find(({ kind }) => kind === 'tenant')?.id;
    if (found === undefined || !view.party(found)) throw invalidField('/foundBy', 'is no party of the register');
    return found;
  }

  /** A report and what it reaches, ready to be recorded. */
  async function prepared(context: Context, input: BreachReport, incidentId: string | null): Promise<NewEvent[]> {
    checkTimes({ detectedAt: new Date(input.detectedAt), awareAt: new Date(input.awareAt) }, context.clock());
    const foundBy = knownParty(await registers.view(context), input.foundBy);
    const affected = await count(context, input);
    return [
      {
        kind: 'reported',
        occurredAt: new Date(input.detectedAt),
        data: { ...input, foundBy, hours: BREACH_HOURS, incidentId },
      },
      { kind: 'affected-computed', data: affected },
    ];
  }

  /** A page of breaches, replayed, newest first. */
  async function states(
    context: Context,
    page: { before?: string | undefined; limit: number; knownAt?: Date | undefined },
  ): Promise<BreachState[]> {
    const key = await vault.existingKey(context.tenant.id, BREACH_SCOPE);
    return store.read(async (q) => {
      const ids = await breachIds(q, context.tenant.id, page);
      const rows = await eventsOf(q, context.tenant.id, ids, page.knownAt);
      return ids.flatMap((id) => {
        const mine = rows.filter(({ breachId }) => breachId === id);
        return replay(id, opened(key, q, mine)) ?? [];
      });
    });
  }

  /** The whole register: what an authority asks for (Art. 33(5)). */
  async function all(context: Context, { knownAt }: Known = {}): Promise<BreachRegister> {
    const view = await registers.view(context);
    const now = context.clock();
    const items: Breach[] = [];
    for (let before: string | undefined; ; ) {
      const page = await states(context, { before, limit: 100, knownAt });
      items.push(...page.map((state) => shown(state, view, now)));
      before = page.at(-1)?.breachId;
      if (page.length < 100) break;
    }
    return {
      ...{
        institution: institutionOf(view),
        at: now.toISOString(),
        knownAt: (knownAt ?? now).toISOString(),
        vocabulary: VOCABULARY,
        items,
      },
    };
  }

  return {
    /** Begins the record of a breach; what it reaches is counted at once. */
    async report(context: Context, input: BreachReport): Promise<Breach> {
      const events = await prepared(context, input, null);
      const key = await vault.key(context.tenant.id, BREACH_SCOPE);
      const { breachId } = await writeOnce(store, context, async (tx) => {
        const fresh = uuidv7(context.clock());
        await append(tx, context, key, { breachId: fresh, lastSeq: 0 }, events);
        return { breachId: fresh };
      });
      return get(context, breachId);
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
      const state = replay(breachId, await load(context, breachId));
      if (!state) throw noBreach();
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
      const view = await registers.view(context);
      return act(context, breachId, (state) => {
        const notices = noticesFor(state, view, input, context.clock());
        if (notices.length === 0)
          throw new Problem('unprocessable-request', 'Nobody of that kind is to be told of this breach.');
        return notices.map(({ letter }) => ({ kind: 'letter-made', data: letter }));
      });
    },

    /** That somebody was told, when, and how (Art. 33(1), (2), (4), 34). */
    async notify(context: Context, breachId: string, input: BreachNotification): Promise<Breach> {
      const view = await registers.view(context);
      return act(context, breachId, (state) => [
        checkedNotification(state, input, missingParts(state, hasContactIn(view)), context.clock()),
      ]);
    },

    /** Puts right what was wrong, with the reason; what was recorded stays. */
    async correct(context: Context, breachId: string, input: BreachCorrection): Promise<Breach> {
      if (input.foundBy !== undefined) knownParty(await registers.view(context), input.foundBy);
      const counted = await recount(context, breachId, {
        ...(input.scope === undefined ? {} : { scope: input.scope }),
        ...(input.awareAt === undefined ? {} : { awareAt: input.awareAt }),
      });
      return act(context, breachId, (state, events) => {
        checkCorrection(state, events, input, context.clock());
        return [{ kind: 'corrected', data: input }, ...counted];
      });
    },

    /** Ends the work on a breach. @throws Problem `conflict` while the law still asks for something. */
    async close(context: Context, breachId: string, summary: string): Promise<Breach> {
      const view = await registers.view(context);
      return act(context, breachId, (state) => {
        checkClosing(state, hasContactIn(view));
        return [{ kind: 'closed', data: { summary } }];
      });
    },

    get,

    history: async (context: Context, breachId: string, { knownAt }: Known = {}): Promise<BreachHistory> =>
      historyOf(await load(context, breachId, knownAt)),

    async list(
      context: Context,
      { limit = DEFAULT_PAGE, cursor, knownAt }: { limit?: number; cursor?: string; knownAt?: Date | undefined },
    ): Promise<{ items: Breach[]; next: string | null }> {
      const found = await states(context, { before: cursor, limit: limit + 1, knownAt });
      const view = await registers.view(context);
      const { items, next } = pageFrom(found, limit, ({ breachId }) => breachId);
      return { items: items.map((state) => shown(state, view, context.clock())), next };
    },

    all,

    /** One breach as a document for people. */
    async page(context: Context, breachId: string, known: Known = {}): Promise<PrintDocument> {
      const view = await registers.view(context);
      const breach = await get(context, breachId, known);
      return breachPage(breach, { institution: institutionOf(view), timeZone: view.tenant.timeZone }, context.clock());
    },

    /** The whole register as a document for people. */
    registerPage: async (context: Context, known: Known = {}): Promise<PrintDocument> =>
      breachRegisterPage(await all(context, known), context.tenant.timeZone),
  };
}

export type BreachService = ReturnType<typeof createBreaches>;
