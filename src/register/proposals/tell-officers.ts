import type { Context } from '../../foundations/contract/context.ts';
import { textsIn } from '../../foundations/messages/texts.ts';
import type { OutboxService, PreparedMessage } from '../../foundations/outbox/service.ts';
import type { Register } from '../view/service.ts';
import { letterToInstitution } from '../view/tell-institution.ts';
import type { Proposal } from './model.ts';

interface TellDeps {
  register: Pick<Register, 'view'>;
  outbox: Pick<OutboxService, 'prepare'>;
}

/** Tells the officers of the institution by mail that a proposal waits for a second person. */
export async function letterOfProposal(
  deps: TellDeps,
  context: Context,
  { proposalId, inForceFrom, reason, difference, numbers }: Omit<Proposal, 'status'>,
): Promise<PreparedMessage[]> {
  const { tenant } = context;
  const t = textsIn(tenant.language);
  const counts = numbers.rules.map(({ inWords, underOldWord, underNewWord }) =>
    t('officers.policies.rule', {
      rule: inWords,
      before: underOldWord?.onTheDay ?? -1,
      after: underNewWord?.onTheDay ?? -1,
    }),
  );
  const erased = difference.newlyErased.length;
  return letterToInstitution(deps, context, {
    topic: 'policies.proposed',
    data: { tenant: tenant.id, proposal: proposalId, inForceFrom },
    subject: t('officers.policies.subject', { portal: tenant.name }),
    text: [
      t('officers.policies.text', { portal: tenant.name, day: t.day(inForceFrom), reason }),
      counts.length > 0 ? counts.map((line) => `- ${line}`).join('\n') : t('officers.policies.no-rows'),
      t('officers.policies.newly-erased', { count: erased }),
      t('officers.policies.how', {
        get: `GET /v1/policies/proposals/${proposalId}`,
        post: `POST /v1/policies/proposals/${proposalId}/approval`,
      }),
      `  lethe policies proposals approve --tenant ${tenant.id} ${proposalId}`,
      t('officers.policies.not-yourself'),
    ].join('\n\n'),
  });
}
