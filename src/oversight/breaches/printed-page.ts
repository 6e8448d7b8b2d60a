import type { Block, PrintDocument, Sender } from '../../foundations/print/model.ts';
import { BREACH_TERM_IN_WORDS } from '../../law/vocabularies/breaches.ts';
import type { Breach, BreachRegister } from './document.ts';
import type { Letter } from './events.ts';
import { localInstant } from './letters.ts';

const WORDS = BREACH_TERM_IN_WORDS.en;
const DUTY_IN_WORDS: Record<Breach['todo'][number]['duty'], string> = {
  'assess-risk': 'Assess the risk to persons (Art. 33(1))',
  'tell-controller': 'Tell the controller (Art. 33(2))',
  decide: 'Decide who is told, with reasons (Art. 33(1), 34)',
  'notify-authority': 'Notify the supervisory authority (Art. 33(1))',
  'give-delay-reasons': 'Give the reasons for the delay (Art. 33(1))',
  'complete-information': 'Complete the information (Art. 33(3), (4))',
  'tell-persons': 'Tell the persons concerned (Art. 34(1))',
  'make-public': 'Make the breach public instead of telling each person (Art. 34(3)(c))',
};

/** One breach as a page to read, print and hand over (Art. 33(5)). */
export function breachPage(
  breach: Breach,
  { sender, timeZone, labels }: { sender: Sender; timeZone: string; labels: ReadonlyMap<string, string> },
  now: Date,
): PrintDocument {
  return {
    title: 'Breach of personal data',
    subtitle: `File ${breach.breachId}; facts, effects and measures (GDPR Art. 33(5)).`,
    language: 'en',
    ...sender,
    date: `As of ${localInstant(now, timeZone)}`,
    blocks: blocksOf(breach, timeZone, (id) => labels.get(id) ?? id),
  };
}

/** A letter as it was made, to print and send. */
export function letterPage(
  { to, subject, text, language, madeAt }: Letter & { madeAt: Date },
  sender: Sender,
  timeZone: string,
): PrintDocument {
  return {
    title: subject,
    language: language === 'de' ? 'de' : 'en',
    ...sender,
    date: localInstant(madeAt, timeZone),
    blocks: [
      ...text
        .trim()
        .split(/\n{2,}/)
        .flatMap(partOf),
      ...(to === 'authority' ? [{ kind: 'signature' as const, party: sender.institution }] : []),
    ],
  };
}

/** A part of a letter: lines with a dash are a list, what stands before and after them is text. */
function partOf(part: string): Block[] {
  const blocks: Block[] = [];
  for (const line of part.split('\n')) {
    const last = blocks.at(-1);
    if (line.startsWith('- ')) {
      if (last?.kind === 'list') last.items.push(line.slice(2));
      else blocks.push({ kind: 'list', items: [line.slice(2)] });
    } else if (last?.kind === 'paragraph') last.text += `\n${line}`;
    else blocks.push({ kind: 'paragraph', text: line });
  }
  return blocks;
}

/** The whole register, newest first. */
export function breachRegisterPage(
  register: BreachRegister,
  sender: Sender,
  timeZone: string,
  labels: ReadonlyMap<string, string>,
): PrintDocument {
  const when = (instant: string) => localInstant(new Date(instant), timeZone);
  return {
    title: 'Register of breaches of personal data',
    subtitle: 'All breaches, whether anybody was told of them or not (GDPR Art. 33(5)).',
    language: 'en',
    ...sender,
    date: `As of ${when(register.at)}`,
    blocks: [
      {
        kind: 'facts',
        rows: [
          ['As it was', when(register.at)],
          ['As known', when(register.knownAt)],
          ['Codes from', register.vocabulary],
        ],
      },
      {
        kind: 'table',
        caption: `${register.items.length} in the register`,
        columns: ['File', 'Aware', 'Kind', 'Persons', 'Risk', 'Authority', 'Persons told', 'State'],
        rows: register.items.map((breach) => [
          breach.breachId,
          when(breach.awareAt),
          breach.kinds.map((kind) => WORDS[kind]).join('\n'),
          number(breach.persons),
          breach.risk ? WORDS[breach.risk] : 'not assessed',
          authorityWords(breach),
          personsWords(breach),
          breach.status,
        ]),
      },
      ...register.items.flatMap((breach): Block[] => [
        { kind: 'heading', level: 2, text: `Breach of ${when(breach.awareAt)}` },
        ...blocksOf(breach, timeZone, (id) => labels.get(id) ?? id).map(
          (block): Block => (block.kind === 'heading' ? { ...block, level: 3 } : block),
        ),
      ]),
    ],
  };
}

const number = (value: number | null): string => (value === null ? 'not known yet' : String(value));

function authorityWords({ decision }: Breach): string {
  if (!decision) return 'not decided';
  return decision.authority === 'DPABreachNotificationNeeded' ? 'is told' : 'not told: a risk is unlikely';
}
function personsWords({ decision }: Breach): string {
  if (!decision) return 'not decided';
  if (decision.exemption) return `not told: ${WORDS[decision.exemption]}`;
  return decision.persons === 'DataSubjectBreachNotificationNeeded' ? 'are told' : 'not told: no high risk';
}

function blocksOf(breach: Breach, timeZone: string, calledBy: (id: string) => string): Block[] {
  const when = (instant: string | null) => (instant === null ? '–' : localInstant(new Date(instant), timeZone));
  const { decision, affected, closed } = breach;
  const nameless = affected && affected.nameless > 0 ? `, and those of ${affected.nameless} rows that name nobody` : '';
  return [
    ...(breach.todo.length === 0
      ? []
      : [
          { kind: 'paragraph' as const, note: true, text: 'Still to be done:' },
          {
            kind: 'list' as const,
            items: breach.todo.map(
              ({ duty, controller, due }) =>
                `${DUTY_IN_WORDS[duty]}${controller ? `, ${nameOf(breach, controller)}` : ''}${due ? `, by ${when(due)}` : ''}`,
            ),
          },
        ]),
    { kind: 'heading', level: 2, text: 'What happened' },
    {
      kind: 'facts',
      rows: [
        ['File', breach.breachId],
        ...(breach.incidentId ? ([['Incident', breach.incidentId]] as [string, string][]) : []),
        ['Kind', breach.kinds.map((kind) => WORDS[kind]).join('\n')],
        ['Nature', breach.nature],
        ['Found by', breach.foundBy.name],
        ['Noticed', when(breach.detectedAt)],
        ['Aware', when(breach.awareAt)],
        ['Why then', breach.awareness],
        [`${breach.clock.hours} hours end`, `${when(breach.clock.due)}${breach.clock.late ? ', late' : ''}`],
        ['By the rules', breach.rules],
        ['Across borders', breach.crossBorder ? 'yes' : 'no'],
      ],
    },
    { kind: 'heading', level: 2, text: 'Whom it concerns' },
    {
      kind: 'facts',
      rows: [
        ['Persons, approximately', `${number(breach.persons)}${nameless}`],
        ['Records, approximately', number(breach.records)],
        ['Categories of persons', affected?.subjects.join(', ') || 'not known yet'],
        ['Counted', affected ? when(affected.computedAt) : 'not yet'],
      ],
    },
    {
      kind: 'table',
      caption: 'Categories of data',
      columns: ['Category', 'Records', 'Persons'],
      rows: (affected?.categories ?? []).map((one) => [one.category, String(one.records), String(one.persons)]),
    },
    {
      kind: 'table',
      caption: 'Controllers',
      columns: ['Controller', 'Contact', 'Activities', 'Told', 'Aware', 'Authority by', 'Authority told'],
      rows: breach.controllers.map((one) => [
        one.name,
        one.contact ?? 'missing',
        one.activities.join('\n'),
        when(one.toldAt),
        when(one.awareAt),
        one.clock ? `${when(one.clock.due)}${one.clock.late ? ', late' : ''}` : '–',
        when(one.authorityToldAt),
      ]),
    },
    { kind: 'heading', level: 2, text: 'Effects and measures' },
    {
      kind: 'facts',
      rows: [
        ['Likely consequences', breach.consequences ?? 'not known yet'],
        ['Measures', breach.measures ?? 'not known yet'],
        ['Risk', breach.risk ? WORDS[breach.risk] : 'not assessed yet'],
        ['Why', breach.riskReasons ?? '–'],
      ],
    },
    { kind: 'heading', level: 2, text: 'Decision' },
    decision
      ? {
          kind: 'facts',
          rows: [
            ['Authority', authorityWords(breach)],
            ['Why', decision.reasons],
            ['Persons', personsWords(breach)],
            ['Why', decision.personsReasons ?? '–'],
            ['Decided', `${when(decision.at)}, ${calledBy(decision.by)}`],
          ],
        }
      : { kind: 'paragraph', text: 'Nothing is decided yet.' },
    {
      kind: 'table',
      caption: 'Who was told',
      columns: ['When', 'What', 'Controller', 'By', 'File', 'New in it', 'Reasons for delay', 'Left open'],
      rows: breach.notifications.map((one) => [
        when(one.at),
        WORDS[one.notice],
        nameOf(breach, one.controller),
        calledBy(one.by),
        one.reference ?? '–',
        one.content ?? '–',
        one.delayReasons ?? '–',
        one.missing.map((part) => `Art. ${part}`).join(', ') || '–',
      ]),
    },
    {
      kind: 'table',
      caption: 'Corrections',
      columns: ['When', 'What', 'Why'],
      rows: breach.corrections.map(({ at, changed, withdraws, reason }) => [
        when(at),
        [...changed, ...(withdraws ? [`withdraws no. ${withdraws}`] : [])].join(', '),
        reason,
      ]),
    },
    ...(closed ? [{ kind: 'paragraph' as const, text: `Closed ${when(closed.at)}: ${closed.summary}` }] : []),
  ];
}

const nameOf = (breach: Breach, party: string): string =>
  breach.controllers.find((one) => one.party === party)?.name ?? party;
