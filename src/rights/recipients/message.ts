import { textsIn } from '../../foundations/messages/texts.ts';
import type { Outgoing } from '../../foundations/outbox/model.ts';
import { composeLetter } from '../../register/policies/letters.ts';
import { lawInWords } from '../../register/view/law-in-words.ts';
import { recordedInstitution } from '../../register/view/speaker.ts';
import { titlesIn } from '../../register/view/titles.ts';
import type { PartyRecord, RegisterView } from '../../register/view/view-model.ts';
import type { Told } from './model.ts';
import type { Identifiers } from './sealing.ts';
import type { TaskRow } from './table.ts';

/** Where the law says what was done. */
const STANDS_IN: Record<Told, string> = {
  rectification: '16',
  erasure: '17',
  restriction: '18',
  'restriction-lifted': '18(3)',
  objection: '21',
};

/** What a recipient is told: data for its webhook, a letter for its mailbox. Undefined where a person has to tell it. */
export function messageTo(
  view: RegisterView,
  party: PartyRecord,
  task: TaskRow,
  { references }: Identifiers,
  stays: readonly string[],
  answerUrl: string | null,
): Outgoing | undefined {
  const what = task.what as Told;
  const { language, timeZone } = view.tenant;
  const t = textsIn(language);
  const institution = recordedInstitution(view);
  const { webhook, email } = party.notices ?? {};
  const delivery =
    task.channel === 'webhook' && webhook
      ? { channel: 'webhook' as const, url: webhook }
      : task.channel === 'email' && email
        ? { channel: 'email' as const, address: email }
        : undefined;
  if (!delivery || !institution) return undefined;
  const titles = titlesIn(view.policies, language);
  const listed = (ids: readonly string[]) => ids.map((id) => `- ${titles.category(id)}`).join('\n');
  const whatStays = stays.length > 0 ? `${t('recipients.stays')}\n${listed(stays)}` : '';
  const citation = lawInWords(view.tenant, t).cite(STANDS_IN[what]);
  const { subject, text: composed } = composeLetter(view.policies, 'recipient-told', language, {
    recipient: party.name,
    institution: institution.name,
    act: t(`recipients.told.${what}`, { citation }),
    categories: listed(task.categories),
    stays: whatStays,
    // Never the account: what it is called here is nobody else's business.
    known: references.map((one) => `- ${one}`).join('\n') || `- ${t('recipients.nothing')}`,
    task: task.taskId,
    due: t.dayOf(task.dueAt, timeZone),
    contact: institution.dataProtectionOfficer?.contact ?? institution.contact ?? t('recipients.not-stated'),
  });
  // An installation's own letter may have no place for it: it is said all the same.
  const text = composed.includes(whatStays) ? composed : `${composed}\n${whatStays}\n`;
  return {
    party: party.id,
    topic: `data-subject.${what}`,
    delivery,
    subject,
    text: text.replaceAll(/\n{3,}/g, '\n\n'),
    data: {
      tenant: view.tenant.id,
      taskId: task.taskId,
      what,
      categories: task.categories,
      stays,
      subject: { references },
      dueAt: task.dueAt.toISOString(),
      answer: answerUrl,
    },
  };
}
