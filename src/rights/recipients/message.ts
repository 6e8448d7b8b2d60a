import type { Outgoing } from '../../foundations/outbox/model.ts';
import { localDay } from '../../law/duration.ts';
import { composeLetter } from '../../register/policies/letters.ts';
import { recordedInstitution } from '../../register/view/speaker.ts';
import type { PartyRecord, RegisterView } from '../../register/view/view-model.ts';
import type { Told } from './model.ts';
import type { Identifiers } from './sealing.ts';
import type { TaskRow } from './table.ts';

const ACT_IN_WORDS: Record<'en' | 'de', Record<Told, string>> = {
  en: {
    rectification: 'The data was corrected (GDPR Art. 16). Please correct it at your side too.',
    erasure: 'The data was erased (GDPR Art. 17). Please erase it, and any copy of or link to it, at your side too.',
    restriction: 'Processing of the data was restricted (GDPR Art. 18). Please keep it only, and do not use it.',
    'restriction-lifted': 'The restriction of processing was lifted (GDPR Art. 18(3)). The data may be used again.',
    objection: 'The person has objected to processing (GDPR Art. 21). Please stop it at your side too.',
  },
  de: {
    rectification: 'Die Daten wurden berichtigt (Art. 16 DSGVO). Bitte berichtigen Sie sie auch bei Ihnen.',
    erasure:
      'Die Daten wurden gelöscht (Art. 17 DSGVO). Bitte löschen Sie sie sowie alle Kopien und Verweise auch bei Ihnen.',
    restriction:
      'Die Verarbeitung der Daten wurde eingeschränkt (Art. 18 DSGVO). Bitte bewahren Sie sie nur noch auf und verwenden Sie sie nicht.',
    'restriction-lifted':
      'Die Einschränkung der Verarbeitung wurde aufgehoben (Art. 18 Abs. 3 DSGVO). Die Daten dürfen wieder verwendet werden.',
    objection: 'Die Person hat der Verarbeitung widersprochen (Art. 21 DSGVO). Bitte beenden Sie sie auch bei Ihnen.',
  },
};

const STAYS_IN_WORDS: Record<'en' | 'de', string> = {
  en: 'Not, or not wholly, erased here, and lawfully kept at least for now; what you have of it you need not erase:',
  de: 'Hier nicht oder nicht ganz gelöscht und zumindest vorerst rechtmäßig aufbewahrt; was Sie davon haben, müssen Sie nicht löschen:',
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
  const language = view.tenant.language.startsWith('de') ? 'de' : 'en';
  const institution = recordedInstitution(view);
  const { webhook, email } = party.notices ?? {};
  const delivery =
    task.channel === 'webhook' && webhook
      ? { channel: 'webhook' as const, url: webhook }
      : task.channel === 'email' && email
        ? { channel: 'email' as const, address: email }
        : undefined;
  if (!delivery || !institution) return undefined;
  const titles = new Map(view.policies.categories.map(({ id, title }) => [id, title]));
  const listed = (ids: readonly string[]) => ids.map((id) => `- ${titles.get(id) ?? id}`).join('\n');
  const whatStays = stays.length > 0 ? `${STAYS_IN_WORDS[language]}\n${listed(stays)}` : '';
  const { subject, text: composed } = composeLetter(view.policies, 'recipient-told', view.tenant.language, {
    recipient: party.name,
    institution: institution.name,
    act: ACT_IN_WORDS[language][what],
    categories: listed(task.categories),
    stays: whatStays,
    // Never the account: what it is called here is nobody else's business.
    known: references.map((one) => `- ${one}`).join('\n') || '–',
    task: task.taskId,
    due: localDay(task.dueAt, view.tenant.timeZone),
    contact: institution.dataProtectionOfficer?.contact ?? institution.contact ?? '–',
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
