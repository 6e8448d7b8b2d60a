import { type Texts, textsIn } from '../../foundations/messages/texts.ts';
import type { Outgoing } from '../../foundations/outbox/model.ts';
import { composeLetter } from '../policies/letters.ts';
import { lawInWords } from '../view/law-in-words.ts';
import { titlesIn } from '../view/titles.ts';
import type { RegisterView } from '../view/view-model.ts';
import type { InstructionCheck } from './model.ts';

/** One thing that lies outside the instructions: what a program is answered, and the kind of it for whoever is told. */
export interface Lack {
  why: 'nobody' | 'no-agreement' | 'not-authorised' | 'only' | 'not-processed' | 'receives-nothing' | 'no-transfer';
  /** Of `only`: what the instruction names. */
  named?: readonly string[];
  pointer: string;
  detail: string;
}

/** What the controller is told of something that was not done for it, by each channel it has. */
export function refusalNotices(view: RegisterView, wanted: InstructionCheck, lacks: Lack[]): Outgoing[] {
  const controller = view.parties.find(({ kind }) => kind === 'tenant');
  if (!controller) return [];
  const { language } = view.tenant;
  const t = textsIn(language);
  const names = namesIn(view, t);
  const { subject, text } = composeLetter(view.policies, 'instruction-refused', language, {
    controller: controller.name,
    processor: names.party(wanted.processor),
    activity: names.activity(wanted.activity),
    operation: [
      names.operation(wanted.operation),
      wanted.category && names.category(wanted.category),
      wanted.recipient && names.party(wanted.recipient),
      wanted.country && t.country(wanted.country),
    ]
      .filter(Boolean)
      .join(', '),
    lacking: lacks.map((lack) => `- ${inWords(lack, wanted, view, t)}`).join('\n'),
  });
  const message = {
    party: controller.id,
    topic: 'instruction.refused',
    subject,
    text,
    data: {
      tenant: view.tenant.id,
      ...wanted,
      lacking: lacks.map(({ pointer, detail }) => ({ pointer, detail })),
    },
  };
  const { webhook, email } = controller.notices ?? {};
  return [
    ...(webhook ? [{ ...message, delivery: { channel: 'webhook' as const, url: webhook } }] : []),
    ...(email ? [{ ...message, delivery: { channel: 'email' as const, address: email } }] : []),
  ];
}

function namesIn(view: RegisterView, t: Texts) {
  return {
    ...titlesIn(view.policies, view.tenant.language),
    party: (id: string) => view.party(id)?.name ?? id,
    operation: (id: string) => t.maybe(`notices.operation.${id}`) ?? id,
  };
}

function inWords({ why, named = [], pointer }: Lack, wanted: InstructionCheck, view: RegisterView, t: Texts): string {
  const names = namesIn(view, t);
  const recipient = names.party(wanted.recipient ?? wanted.processor);
  const processor = names.party(wanted.processor);
  const activity = names.activity(wanted.activity);
  switch (why) {
    case 'nobody':
    case 'no-agreement':
      return t(`notices.refused.${why}`, { processor, activity });
    case 'not-authorised':
      return t('notices.refused.not-authorised', {
        processor,
        activity,
        citation: lawInWords(view.tenant, t).cite('28(2)'),
      });
    case 'only': {
      const called: Record<string, (id: string) => string> = {
        '/operation': names.operation,
        '/category': names.category,
        '/recipient': names.party,
        '/country': t.country,
      };
      return t('notices.refused.only', { names: t.list(named.map((one) => called[pointer]?.(one) ?? one)) });
    }
    case 'not-processed':
      return t('notices.refused.not-processed', { activity, category: names.category(wanted.category ?? '') });
    case 'receives-nothing':
      return t('notices.refused.receives-nothing', { activity, recipient });
    case 'no-transfer':
      return t('notices.refused.no-transfer', { activity, recipient, country: t.country(wanted.country ?? '') });
  }
}
