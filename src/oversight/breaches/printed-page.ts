import { textsIn } from '../../foundations/messages/texts.ts';
import { letterBlocks } from '../../foundations/print/letter.ts';
import type { Block, PrintDocument, Sender } from '../../foundations/print/model.ts';
import { lawInWords } from '../../register/view/law-in-words.ts';
import { senderOf } from '../../register/view/letterhead.ts';
import { titlesIn } from '../../register/view/titles.ts';
import type { RegisterView } from '../../register/view/view-model.ts';
import type { Breach, BreachRegister } from './document.ts';
import type { Letter } from './events.ts';
import { breachTerms } from './terms.ts';

/** Where the law says each duty. */
const DUTIES: Record<Breach['todo'][number]['duty'], string[]> = {
  'assess-risk': ['33(1)'],
  'tell-controller': ['33(2)'],
  decide: ['33(1)', '34'],
  'notify-authority': ['33(1)'],
  'give-delay-reasons': ['33(1)'],
  'complete-information': ['33(3)', '33(4)'],
  'tell-persons': ['34(1)'],
  'make-public': ['34(3)(c)'],
};

/** What a message is told where a value that it may name is not there. */
const ABSENT = 'none';
const DASH = '–';

/** How a portal says of a breach what is in it. */
function speakerOf(view: RegisterView) {
  const { tenant } = view;
  const t = textsIn(tenant.language);
  return {
    t,
    law: lawInWords(tenant, t),
    term: breachTerms(tenant, t),
    titles: titlesIn(view.policies, tenant.language),
    when: (instant: string | Date) => t.instant(new Date(instant), tenant.timeZone),
    number: (value: number | null) => (value === null ? t('breach-register.not-known') : t.number(value)),
    subjects: (all: readonly string[]) => t.list(all.map((one) => t.maybe(`law-terms.subject.${one}`) ?? one)),
  };
}
type Speaker = ReturnType<typeof speakerOf>;

/** One breach as a page to read, print and hand over (Art. 33(5)). */
export function breachPage(
  breach: Breach,
  { view, labels }: { view: RegisterView; labels: ReadonlyMap<string, string> },
  now: Date,
): PrintDocument {
  const said = speakerOf(view);
  const { t, law, when } = said;
  return {
    title: t('breach-register.title'),
    subtitle: t('breach-register.subtitle', { file: breach.breachId, citation: law.cite('33(5)') }),
    language: t.language,
    ...senderOf(view),
    date: t('breach-register.as-of', { when: when(now) }),
    blocks: blocksOf(breach, said, (id) => labels.get(id) ?? id),
  };
}

/** A letter as it was made, to print and send. */
export function letterPage(
  { to, subject, text, language, madeAt }: Letter & { madeAt: Date },
  sender: Sender,
  timeZone: string,
): PrintDocument {
  const blocks = letterBlocks(text, sender.institution);
  return {
    title: subject,
    language,
    ...sender,
    date: textsIn(language).instant(madeAt, timeZone),
    // What goes to an authority is signed, also where a template has no line for it.
    blocks:
      to === 'authority' && !blocks.some(({ kind }) => kind === 'signature')
        ? [...blocks, { kind: 'signature', party: sender.institution }]
        : blocks,
  };
}

/** The whole register, newest first. */
export function breachRegisterPage(
  register: BreachRegister,
  view: RegisterView,
  labels: ReadonlyMap<string, string>,
): PrintDocument {
  const said = speakerOf(view);
  const { t, law, term, when, number } = said;
  return {
    title: t('breach-register.register'),
    subtitle: t('breach-register.register-subtitle', { citation: law.cite('33(5)') }),
    language: t.language,
    ...senderOf(view),
    date: t('breach-register.as-of', { when: when(register.at) }),
    blocks: [
      {
        kind: 'facts',
        rows: [
          [t('breach-register.as-it-was'), when(register.at)],
          [t('breach-register.as-known'), when(register.knownAt)],
          [t('breach-register.codes-from'), register.vocabulary],
        ],
      },
      {
        kind: 'table',
        caption: t('breach-register.count', { count: register.items.length }),
        columns: [
          t('breach-register.file'),
          t('breach-register.aware'),
          t('breach-register.kind'),
          t('breach-register.persons'),
          t('breach-register.risk'),
          t('breach-register.authority'),
          t('breach-register.persons-told'),
          t('breach-register.state'),
        ],
        rows: register.items.map((breach) => [
          breach.breachId,
          when(breach.awareAt),
          breach.kinds.map(term).join('\n'),
          number(breach.persons),
          breach.risk ? term(breach.risk) : t('breach-register.not-assessed'),
          authorityWords(breach, said),
          personsWords(breach, said),
          t(`breach-register.status.${breach.status}`),
        ]),
      },
      ...register.items.flatMap((breach): Block[] => [
        { kind: 'heading', level: 2, text: t('breach-register.of', { when: when(breach.awareAt) }) },
        ...blocksOf(breach, said, (id) => labels.get(id) ?? id).map(
          (block): Block => (block.kind === 'heading' ? { ...block, level: 3 } : block),
        ),
      ]),
    ],
  };
}

function authorityWords({ decision }: Breach, { t }: Speaker): string {
  if (!decision) return t('breach-register.not-decided');
  return decision.authority === 'DPABreachNotificationNeeded'
    ? t('breach-register.authority-told')
    : t('breach-register.authority-not-told');
}
function personsWords({ decision }: Breach, { t, term }: Speaker): string {
  if (!decision) return t('breach-register.not-decided');
  if (decision.exemption) return t('breach-register.persons-exempt', { why: term(decision.exemption) });
  return decision.persons === 'DataSubjectBreachNotificationNeeded'
    ? t('breach-register.persons-are-told')
    : t('breach-register.persons-not-told');
}

function blocksOf(breach: Breach, said: Speaker, calledBy: (id: string) => string): Block[] {
  const { t, law, term, number } = said;
  const when = (instant: string | null) => (instant === null ? DASH : said.when(instant));
  const due = ({ due, late }: { due: string; late: boolean }) =>
    late ? t('breach-register.late', { when: when(due) }) : when(due);
  const { decision, affected, closed } = breach;
  const persons = number(breach.persons);
  return [
    ...(breach.todo.length === 0
      ? []
      : [
          { kind: 'paragraph' as const, note: true, text: t('breach-register.to-do') },
          { kind: 'list' as const, items: breach.todo.map((one) => dutyInWords(one, breach, said)) },
        ]),
    { kind: 'heading', level: 2, text: t('breach-register.what-happened') },
    {
      kind: 'facts',
      rows: [
        [t('breach-register.file'), breach.breachId],
        ...(breach.incidentId ? ([[t('breach-register.incident'), breach.incidentId]] as [string, string][]) : []),
        [t('breach-register.kind'), breach.kinds.map(term).join('\n')],
        [t('breach-register.nature'), breach.nature],
        [t('breach-register.found-by'), breach.foundBy.name],
        [t('breach-register.noticed'), when(breach.detectedAt)],
        [t('breach-register.aware'), when(breach.awareAt)],
        [t('breach-register.why-then'), breach.awareness],
        [t('breach-register.hours-end', { hours: breach.clock.hours }), due(breach.clock)],
        [t('breach-register.rules'), law.cite('33(1)')],
        [t('breach-register.across-borders'), t('breach-register.yes-no', { yes: breach.crossBorder })],
      ],
    },
    { kind: 'heading', level: 2, text: t('breach-register.whom') },
    {
      kind: 'facts',
      rows: [
        [
          t('breach-register.persons-about'),
          affected && affected.nameless > 0
            ? t('breach-register.nameless', { persons, rows: affected.nameless })
            : persons,
        ],
        [t('breach-register.records-about'), number(breach.records)],
        [
          t('breach-register.subjects'),
          (affected && said.subjects(affected.subjects)) || t('breach-register.not-known'),
        ],
        [t('breach-register.counted'), affected ? when(affected.computedAt) : t('breach-register.not-yet')],
      ],
    },
    {
      kind: 'table',
      caption: t('breach-register.categories'),
      columns: [t('breach-register.category'), t('breach-register.records'), t('breach-register.persons')],
      rows: (affected?.categories ?? []).map((one) => [
        said.titles.category(one.category),
        t.number(one.records),
        t.number(one.persons),
      ]),
    },
    {
      kind: 'table',
      caption: t('breach-register.controllers'),
      columns: [
        t('breach-register.controller'),
        t('breach-register.contact'),
        t('breach-register.activities'),
        t('breach-register.told'),
        t('breach-register.aware'),
        t('breach-register.authority-by'),
        t('breach-register.authority-told-at'),
      ],
      rows: breach.controllers.map((one) => [
        one.name,
        one.contact ?? t('breach-register.missing'),
        one.activities.map(said.titles.activity).join('\n'),
        when(one.toldAt),
        when(one.awareAt),
        one.clock ? due(one.clock) : DASH,
        when(one.authorityToldAt),
      ]),
    },
    { kind: 'heading', level: 2, text: t('breach-register.effects') },
    {
      kind: 'facts',
      rows: [
        [t('breach-register.consequences'), breach.consequences ?? t('breach-register.not-known')],
        [t('breach-register.measures'), breach.measures ?? t('breach-register.not-known')],
        [t('breach-register.risk'), breach.risk ? term(breach.risk) : t('breach-register.not-assessed')],
        [t('breach-register.why'), breach.riskReasons ?? DASH],
      ],
    },
    { kind: 'heading', level: 2, text: t('breach-register.decision') },
    decision
      ? {
          kind: 'facts',
          rows: [
            [t('breach-register.authority'), authorityWords(breach, said)],
            [t('breach-register.why'), decision.reasons],
            [t('breach-register.persons'), personsWords(breach, said)],
            [t('breach-register.why'), decision.personsReasons ?? DASH],
            [t('breach-register.decided'), `${when(decision.at)}, ${calledBy(decision.by)}`],
          ],
        }
      : { kind: 'paragraph', text: t('breach-register.nothing-decided') },
    {
      kind: 'table',
      caption: t('breach-register.who-was-told'),
      columns: [
        t('breach-register.when'),
        t('breach-register.what'),
        t('breach-register.controller'),
        t('breach-register.by'),
        t('breach-register.file'),
        t('breach-register.new-in-it'),
        t('breach-register.delay-reasons'),
        t('breach-register.left-open'),
      ],
      rows: breach.notifications.map((one) => [
        when(one.at),
        term(one.notice),
        nameOf(breach, one.controller),
        calledBy(one.by),
        one.reference ?? DASH,
        one.content ?? DASH,
        one.delayReasons ?? DASH,
        one.missing.length > 0 ? law.cite(...one.missing) : DASH,
      ]),
    },
    {
      kind: 'table',
      caption: t('breach-register.corrections'),
      columns: [t('breach-register.when'), t('breach-register.what'), t('breach-register.why')],
      rows: breach.corrections.map(({ at, changed, withdraws, reason }) => [
        when(at),
        [
          ...changed.map((name) => t.maybe(`breach-register.changed.${name}`) ?? name),
          ...(withdraws ? [t('breach-register.withdraws', { number: withdraws })] : []),
        ].join(', '),
        reason,
      ]),
    },
    ...(closed
      ? [
          {
            kind: 'paragraph' as const,
            text: t('breach-register.closed', { when: when(closed.at), summary: closed.summary }),
          },
        ]
      : []),
  ];
}

function dutyInWords(
  { duty, controller, due }: Breach['todo'][number],
  breach: Breach,
  { t, law, when }: Speaker,
): string {
  const what = t(`breach-register.duty.${duty}`);
  const citation = law.cite(...DUTIES[duty]);
  return t('breach-register.duty', {
    what: citation === '' ? what : t('law-terms.with', { what, citation }),
    controller: controller === null ? ABSENT : nameOf(breach, controller),
    due: due === null ? ABSENT : when(due),
  });
}

const nameOf = (breach: Breach, party: string): string =>
  breach.controllers.find((one) => one.party === party)?.name ?? party;
