import type { Context } from '../../foundations/contract/context.ts';
import type { Outgoing } from '../../foundations/outbox/model.ts';
import type { OutboxService, PreparedMessage } from '../../foundations/outbox/service.ts';
import type { Query } from '../../foundations/store/store.ts';
import type { Register } from '../../register/view/service.ts';
import { officerAddressOf } from '../../register/view/tell-institution.ts';
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
          letters.set(address, letterTo(context, party.id, address, waiting));
      }
      return outbox.prepare(context, [...letters.values()]);
    },

    add: (tx: Query, letters: PreparedMessage[]): Promise<void> => outbox.add(tx, letters),
  };
}

export type TellOfficers = ReturnType<typeof createTellOfficers>;

function letterTo({ tenant }: Context, party: string, address: string, waiting: LookedAt[]): Outgoing {
  const rules = waiting.map(({ planned }) => planned.rule);
  const lines = waiting.map(
    ({ planned, wait }) =>
      `- ${planned.rule}. ${planned.inWords}.\n  ${wait?.why ?? ''} Oldest: ${planned.oldest?.slice(0, 10) ?? 'not known'}.`,
  );
  return {
    party,
    topic: 'retention.waits-for-approval',
    delivery: { channel: 'email', address },
    data: { tenant: tenant.id, rules },
    subject: `Retention at ${tenant.name}: ${rules.length === 1 ? 'a rule waits' : `${rules.length} rules wait`} for your approval`,
    text: [
      `At ${tenant.name} the following would be destroyed or reduced for good, and waits until an officer agrees:`,
      lines.join('\n\n'),
      'Everything else goes on. Look at it with GET /v1/retention/approvals, and approve it with ' +
        'POST /v1/retention/sweeps/{sweepId}/approval, or on the command line with:',
      `  lethe retention approve --tenant ${tenant.id}`,
      'Whoever started a sweep cannot approve it themselves.',
    ].join('\n\n'),
  };
}
