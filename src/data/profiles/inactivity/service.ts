import type { Audit } from '../../../foundations/audit/audit.ts';
import type { Context } from '../../../foundations/contract/context.ts';
import { Problem } from '../../../foundations/contract/problem.ts';
import type { Holder } from '../../../foundations/holders/holder.ts';
import { textsIn } from '../../../foundations/messages/texts.ts';
import { DATA_SUBJECT } from '../../../foundations/outbox/model.ts';
import type { OutboxService } from '../../../foundations/outbox/service.ts';
import type { Store } from '../../../foundations/store/store.ts';
import { subjectScope, type Vault } from '../../../foundations/vault/vault.ts';
import { dueBefore, endOfPeriod, startOfDayNamed } from '../../../law/duration.ts';
import { daysBefore, type Inactivity } from '../../../register/policies/inactivity-model.ts';
import { composeLetter } from '../../../register/policies/letters.ts';
import type { Policies } from '../../../register/policies/policies.ts';
import { type RuleInForce, rulesInForce } from '../../../register/policies/transitions.ts';
import { contactOf } from '../../../register/view/contact.ts';
import { lawInWords } from '../../../register/view/law-in-words.ts';
import { senderOf } from '../../../register/view/letterhead.ts';
import type { Register } from '../../../register/view/service.ts';
import { titlesIn } from '../../../register/view/titles.ts';
import type { RegisterView } from '../../../register/view/view-model.ts';
import { keptSubjects, meantSubjects } from '../../retention/conditions.ts';
import { purposesOf } from '../../retention/hold-kinds.ts';
import { protection } from '../../retention/holds.ts';
import type { Processing } from '../../retention/processing.ts';
import type { ReviewService } from '../../retention/reviews.ts';
import { keepsAnyOf } from '../holder.ts';
import { openProfile } from '../sealing.ts';
import { findProfile, type ProfileRow } from '../table.ts';
import { inactiveAfter, noteActive, noteWarned } from '../warned.ts';
import { createKeepLinks } from './link.ts';

interface InactivityDeps {
  store: Store;
  audit: Audit;
  vault: Vault;
  policies: Policies;
  holders: readonly Holder[];
  processing: Pick<Processing, 'stopped'>;
  register: Pick<Register, 'view'>;
  outbox: Pick<OutboxService, 'prepare' | 'add' | 'standingOf' | 'firstDelivery'>;
  reviews: Pick<ReviewService, 'put'>;
  keepUrl(tenantId: string, token: string): string | null;
}

type WarningRule = RuleInForce & { inactivity: Inactivity };

/** A rule, and whose accounts it will end. */
interface Asked {
  rule: WarningRule;
  isAbout: (row: ProfileRow) => boolean;
}

/** What came of one look: mails made out, warnings that arrived, accounts put before a person. */
export interface Warned extends Record<string, number> {
  mailed: number;
  arrived: number;
  toReview: number;
}

const PAGE = 200;
const DAY = 86_400_000;
/** Days for which a link works beyond the end: a sweep may come late, and until then the account is there. */
const GRACE_DAYS = 30;
const CONTACT = 'profiles.contact';
const WARNING_TOPIC = 'account.ending';

/**
 * Accounts that nobody uses end (Art. 5(1)(e)), and their people hear of it before: a mail at each warning the rules
 * name, once for each time of inactivity. Whoever was not reached does not lose the account by silence.
 */
export function createInactivity(deps: InactivityDeps) {
  const { store, audit, vault, policies, processing, register, outbox, reviews, keepUrl } = deps;
  const links = createKeepLinks({ store, vault });

  const rulesOf = (tenantId: string): WarningRule[] =>
    rulesInForce(policies.of(tenantId).current()).filter(
      (rule): rule is WarningRule => rule.inactivity !== undefined && rule.from === 'last-activity',
    );

  const leads = ({ inactivity }: WarningRule) =>
    [...inactivity.warn].sort((one, other) => daysBefore(other) - daysBefore(one));

  /** The end of what a rule keeps of an account. */
  const endOf = ({ tenant }: Context, row: ProfileRow, { after, counted }: WarningRule) =>
    endOfPeriod(row.lastActivityAt, after, tenant.timeZone, counted);

  /** Whose accounts a rule will end: not those it is not for, whom a condition keeps, or whom another word decides. */
  async function about(context: Context, rule: WarningRule): Promise<(row: ProfileRow) => boolean> {
    const { tenant } = context;
    const { kept, meant } = await store.read(async (q) => {
      const all = new Set<string>();
      for (const condition of rule.unless ?? [])
        for (const id of await keptSubjects(deps, q, context, condition, context.clock())) all.add(id);
      return { kept: all, meant: await meantSubjects(q, tenant.id, rule.only, context.clock()) };
    });
    const began = ({ lastActivityAt }: ProfileRow, day: string) =>
      lastActivityAt < startOfDayNamed(day, tenant.timeZone);
    return (row) =>
      !kept.has(row.subjectId) &&
      (meant === undefined || meant.has(row.subjectId)) &&
      (rule.old === undefined || began(row, rule.old.until)) &&
      !(rule.leaves ?? []).some(({ until }) => began(row, until));
  }

  /** The rules that will end something of this account within the time of their first warning, the soonest first. */
  function endingRules(context: Context, row: ProfileRow, rules: readonly Asked[]): WarningRule[] {
    const now = context.clock().getTime();
    return rules
      .filter(({ rule, isAbout }) => keepsAnyOf(row, rule.category) && isAbout(row))
      .map(({ rule }) => rule)
      .filter((rule) => endOf(context, row, rule).getTime() - daysBefore(leads(rule)[0] as string) * DAY <= now)
      .sort((one, other) => endOf(context, row, one).getTime() - endOf(context, row, other).getTime());
  }

  /** The warning whose time has come last. */
  function warningOf(context: Context, row: ProfileRow, rule: WarningRule): string {
    const left = endOf(context, row, rule).getTime() - context.clock().getTime();
    const come = leads(rule).filter((lead) => left <= daysBefore(lead) * DAY);
    return (come.at(-1) ?? leads(rule)[0]) as string;
  }

  async function lookAt(
    context: Context,
    view: RegisterView,
    row: ProfileRow,
    rules: readonly Asked[],
    sum: Warned,
  ): Promise<void> {
    const ending = endingRules(context, row, rules);
    const [first] = ending;
    if (!first) return;
    const isSame = row.warnedFor?.getTime() === row.lastActivityAt.getTime();
    if (isSame && row.warningMessage !== null && row.warnedAt === null) {
      const arrived = await outbox.firstDelivery(context, [row.warningMessage]);
      if (arrived) {
        await store.write((tx) => noteWarned(tx, row, { warnedAt: arrived }));
        sum.arrived += 1;
      } else if ((await outbox.standingOf(context, [row.warningMessage])).get(row.warningMessage) === 'dead')
        sum.toReview += await putToReview(context, row, ending, 'mail-failed');
    }
    const lead = warningOf(context, row, first);
    if (isSame && row.warnedWith !== null && daysBefore(row.warnedWith) <= daysBefore(lead)) return;
    // Art. 18(2), 21(1): where data may only be stored, nobody is written to because of it.
    const stopped = await store.read((q) =>
      processing.stopped(q, context.tenant.id, [CONTACT, first.category], [row.subjectId], context.clock()),
    );
    if (stopped.size > 0) return;
    const key = await vault.existingKey(context.tenant.id, subjectScope(row.subjectId));
    const email = openProfile(key, row, store.tables)?.values.email;
    if (email === undefined) {
      const over = ending.filter(
        (rule) => rule.inactivity.unreachable !== 'run' && endOf(context, row, rule) <= context.clock(),
      );
      sum.toReview += await putToReview(context, row, over, 'no-address');
      return;
    }
    if (await warn(context, view, row, ending, lead, email)) sum.mailed += 1;
  }

  /** Rows of profiles are known by the pseudonym of their person. */
  async function putToReview(
    context: Context,
    row: ProfileRow,
    rules: WarningRule[],
    why: 'no-address' | 'mail-failed',
  ): Promise<number> {
    const key = store.tables.profiles.subjectId.mapToDriverValue(row.subjectId) as string;
    let opened = 0;
    for (const rule of rules)
      opened += await reviews.put(context, rule, [{ key, subjectId: row.subjectId, at: row.lastActivityAt }], why);
    return opened;
  }

  async function warn(
    context: Context,
    view: RegisterView,
    row: ProfileRow,
    ending: WarningRule[],
    lead: string,
    address: string,
  ): Promise<boolean> {
    const tenantId = context.tenant.id;
    const now = context.clock();
    const [first] = ending as [WarningRule];
    // A warning that comes late moves the end: nothing goes before the time of the last warning has passed.
    const last = leads(first).at(-1) as string;
    const earliest = endOfPeriod(now, `P${daysBefore(last)}D`, context.tenant.timeZone);
    const end = new Date(Math.max(endOf(context, row, first).getTime(), earliest.getTime()));
    const token = await links.seal(tenantId, {
      subjectId: row.subjectId,
      inactiveSince: row.lastActivityAt,
      validUntil: new Date(end.getTime() + GRACE_DAYS * DAY),
    });
    const link = keepUrl(tenantId, token);
    if (link === null) return false;
    const t = textsIn(context.tenant.language);
    const titles = titlesIn(view.policies, context.tenant.language);
    const institution = view.parties.find(({ kind }) => kind === 'tenant');
    const { subject, text } = composeLetter(
      view.policies,
      'account-ending',
      context.tenant.language,
      {
        portal: context.tenant.name,
        institution: institution?.name ?? context.tenant.name,
        since: t.dayOf(row.lastActivityAt, context.tenant.timeZone),
        day: t.dayOf(end, context.tenant.timeZone),
        categories: [...new Set(ending.map(({ category }) => titles.category(category)))]
          .map((one) => `- ${one}`)
          .join('\n'),
        link,
        contact: contactOf(institution) ?? institution?.name ?? context.tenant.name,
        today: t.dayOf(now, context.tenant.timeZone),
      },
      lawInWords(view.tenant, t).cite,
    );
    const [message] = await outbox.prepare(context, [
      {
        party: DATA_SUBJECT,
        topic: WARNING_TOPIC,
        delivery: { channel: 'email', address },
        data: {},
        subject,
        text,
      },
    ]);
    if (!message) return false;
    const isSame = row.warnedFor?.getTime() === row.lastActivityAt.getTime();
    const commitment = await vault.commitment(tenantId, row.subjectId);
    return store.write(async (tx) => {
      const noted = await noteWarned(tx, row, {
        warnedFor: row.lastActivityAt,
        warnedAt: isSame ? row.warnedAt : null,
        warnedWith: lead,
        warningMessage: message.messageId,
      });
      // Another instance was first, or the person has come back meanwhile.
      const stands = noted && (await findProfile(tx, tenantId, row.subjectId))?.warningMessage === message.messageId;
      if (!stands) return false;
      await outbox.add(tx, [message]);
      await audit.add(tx, context, {
        action: 'profile.warned',
        subject: commitment,
        policyHash: policies.of(tenantId).current().hash,
        detail: { rule: first.id, before: lead, message: message.messageId, end: end.toISOString() },
      });
      return true;
    });
  }

  const notHere = () =>
    new Problem(
      'not-found',
      'This link has ended, or never was one, or the account is gone. Nothing was done by opening it.',
    );

  return {
    /** Whether any rule of a tenant warns. */
    warns: (tenantId: string): boolean => rulesOf(tenantId).length > 0,

    /** Looks through the accounts that come to their end: mails what is due, sees what has arrived. Repeatable. */
    async work(context: Context): Promise<Warned> {
      const sum: Warned = { mailed: 0, arrived: 0, toReview: 0 };
      const tenantId = context.tenant.id;
      const rules = rulesOf(tenantId);
      if (rules.length === 0) return sum;
      const view = await register.view(context);
      const now = context.clock();
      const bounds = rules.map((rule) => {
        const lead = daysBefore(leads(rule)[0] as string) * DAY;
        return dueBefore(new Date(now.getTime() + lead), rule.after, context.tenant.timeZone, rule.counted);
      });
      const asked: Asked[] = [];
      for (const rule of rules) asked.push({ rule, isAbout: await about(context, rule) });
      const before = new Date(Math.max(...bounds.map((bound) => bound.getTime())));
      const own = policies.of(tenantId);
      for (let after = ''; ; ) {
        const page: ProfileRow[] = await store.read(async (q) => {
          // What is held does not end, so nobody is told that it does.
          const free = await protection(q, tenantId, CONTACT, now, {
            purposes: purposesOf(own, CONTACT),
            action: 'erase',
          });
          return inactiveAfter(q, tenantId, { before, after, limit: PAGE, free });
        });
        for (const row of page) await lookAt(context, view, row, asked, sum);
        const last = page.at(-1);
        if (!last || page.length < PAGE) return sum;
        after = last.subjectId;
      }
    },

    /** Whose portal a page speaks for. */
    sender: async (context: Context) => senderOf(await register.view(context)),

    /** Whether a link would keep something; looking keeps nothing. @throws Problem `not-found` */
    async look(context: Context, token: string): Promise<void> {
      const link = await links.open(context.tenant.id, token, context.clock());
      const row = link && (await store.read((q) => findProfile(q, context.tenant.id, link.subjectId)));
      if (!row) throw notHere();
    },

    /**
     * The person keeps the account: it was last active now. Pressing it again, or after coming back, changes nothing.
     * Their own act, so it is taken also while they have restricted processing (Art. 18(2)). @throws Problem `not-found`
     */
    async keep(context: Context, token: string): Promise<void> {
      const tenantId = context.tenant.id;
      const now = context.clock();
      const link = await links.open(tenantId, token, now);
      if (!link) throw notHere();
      const commitment = await vault.existingCommitment(tenantId, link.subjectId);
      const kept = await store.write(async (tx) => {
        const row = await findProfile(tx, tenantId, link.subjectId);
        if (!row || !commitment) return false;
        if (row.lastActivityAt.getTime() !== link.inactiveSince.getTime()) return true;
        if (await noteActive(tx, row, now))
          await audit.add(tx, context, { action: 'profile.kept', subject: commitment, detail: {} });
        return true;
      });
      if (!kept) throw notHere();
    },
  };
}

export type InactivityService = ReturnType<typeof createInactivity>;
