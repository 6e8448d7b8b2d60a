import type { Context } from '../../foundations/contract/context.ts';
import { type Texts, textsIn } from '../../foundations/messages/texts.ts';
import type { Outgoing } from '../../foundations/outbox/model.ts';
import type { OutboxService, PreparedMessage } from '../../foundations/outbox/service.ts';
import type { Query } from '../../foundations/store/store.ts';
import type { RetentionRule } from '../../register/policies/model.ts';
import { ruleInWords } from '../../register/policies/rule-in-words.ts';
import type { Register } from '../../register/view/service.ts';
import { officerAddressOf } from '../../register/view/tell-institution.ts';
import { titlesIn } from '../../register/view/titles.ts';
import type { RegisterView } from '../../register/view/view-model.ts';
import type { LookedAt } from './plan.ts';

interface TellDeps {
  register: Pick<Register, 'view'>;
  outbox: Pick<OutboxService, 'prepare' | 'add'>;
}

/**
 * Tells the officers of the controllers by mail what waits for them: prepared before the transaction in which it begins
 * to wait, and added there.
 */
export function createTellOfficers({ register, outbox }: TellDeps) {
  return {
    async prepare(context: Context, waiting: LookedAt[]): Promise<PreparedMessage[]> {
      if (waiting.length === 0) return [];
      const view = await register.view(context);
      const letters = new Map<string, Outgoing>();
      const concerned = waiting.flatMap(({ planned }) =>
        view.covering({ category: planned.category }).flatMap(({ controllers }) => controllers),
      );
      const institution = view.parties.filter(({ kind }) => kind === 'tenant');
      for (const party of [...institution, ...concerned]) {
        const address = officerAddressOf(party);
        if (address !== undefined && !letters.has(address))
          letters.set(address, letterTo(view, party.id, address, waiting));
      }
      return outbox.prepare(context, [...letters.values()]);
    },

    /** That rows of a rule wait for somebody to look at them. */
    async prepareReview(context: Context, rule: RetentionRule, due: number): Promise<PreparedMessage[]> {
      const view = await register.view(context);
      const { tenant } = view;
      const t = textsIn(tenant.language);
      const letters = new Map<string, Outgoing>();
      const concerned = view.covering({ category: rule.category }).flatMap(({ controllers }) => controllers);
      const title = titlesIn(view.policies, tenant.language).category(rule.category);
      for (const party of [...view.parties.filter(({ kind }) => kind === 'tenant'), ...concerned]) {
        const address = officerAddressOf(party);
        if (address === undefined || letters.has(address)) continue;
        letters.set(address, {
          party: party.id,
          topic: 'retention.to-review',
          delivery: { channel: 'email', address },
          data: { tenant: tenant.id, rule: rule.id },
          subject: t('officers.review.subject', { portal: tenant.name }),
          text: [
            t('officers.review.text', { portal: tenant.name }),
            t('officers.review.rule', { title, rule: ruleInWords(rule, view.policies, t), due }),
            t('officers.review.how', {
              get: 'GET /v1/retention/reviews',
              post: 'POST /v1/retention/reviews/{reviewId}/decision',
            }),
          ].join('\n\n'),
        });
      }
      return outbox.prepare(context, [...letters.values()]);
    },

    add: (tx: Query, letters: PreparedMessage[]): Promise<void> => outbox.add(tx, letters),
  };
}

export type TellOfficers = ReturnType<typeof createTellOfficers>;

function letterTo(view: RegisterView, party: string, address: string, waiting: LookedAt[]): Outgoing {
  const { tenant } = view;
  const t = textsIn(tenant.language);
  return {
    party,
    topic: 'retention.waits-for-approval',
    delivery: { channel: 'email', address },
    data: { tenant: tenant.id, rules: waiting.map(({ planned }) => planned.rule) },
    subject: t('officers.retention.subject', { portal: tenant.name, count: waiting.length }),
    text: [
      t('officers.retention.text', { portal: tenant.name }),
      waiting.map((one) => `- ${waitingRule(view, one, t)}`).join('\n\n'),
      t('officers.retention.how', {
        get: 'GET /v1/retention/approvals',
        post: 'POST /v1/retention/sweeps/{sweepId}/approval',
      }),
      `  lethe retention approve --tenant ${tenant.id}`,
      t('officers.retention.not-yourself'),
    ].join('\n\n'),
  };
}

/** The rule in a sentence, why it waits, and what it would take. */
function waitingRule(view: RegisterView, { planned, wait }: LookedAt, t: Texts): string {
  const rule = view.policies.rules.find(({ id }) => id === planned.rule);
  const title = titlesIn(view.policies, view.tenant.language).category(planned.category);
  const why = wait?.for ?? 'always';
  return [
    t('officers.retention.rule', { title, rule: rule ? ruleInWords(rule, view.policies, t) : planned.rule }),
    why === 'reaches-more'
      ? t('officers.retention.waits.reaches-more', { before: planned.dueAsBefore ?? -1 })
      : t(`officers.retention.waits.${why}`),
    t('officers.retention.due', {
      due: planned.due,
      people: planned.people ?? -1,
      oldest: planned.oldest === null ? 'none' : t.dayOf(new Date(planned.oldest), view.tenant.timeZone),
    }),
  ].join('\n  ');
}
