import { type Texts, textsIn } from '../../foundations/messages/texts.ts';
import { composeLetter, letterDigest, letterLanguage } from '../../register/policies/letters.ts';
import { contactOf } from '../../register/view/contact.ts';
import { authorityOf, type LawInWords, lawInWords } from '../../register/view/law-in-words.ts';
import { requireInstitution } from '../../register/view/speaker.ts';
import { titlesIn } from '../../register/view/titles.ts';
import type { PartyRecord, RegisterView } from '../../register/view/view-model.ts';
import { awareAtOf, clockOf, controllersOf, firstToAuthority, missingParts } from './duties.ts';
import type { Letter, MissingPart } from './events.ts';
import type { BreachLetterInput } from './model.ts';
import type { BreachState } from './replay.ts';

/** One notice to be given: the letter, and which party of the register it goes to (null: an authority, the persons). */
export interface Notice {
  letter: Letter;
  recipient: PartyRecord | null;
}

/** What of Art. 33(3) is still to be said, by its point. */
const MISSING = {
  '33(3)(a)': 'numbers',
  '33(3)(b)': 'contact',
  '33(3)(c)': 'consequences',
  '33(3)(d)': 'measures',
} as const satisfies Record<MissingPart, string>;

/** Where each exemption from telling the persons stands (Art. 34(3)). */
const EXEMPT_AT = {
  JustificationA33BreachedDataIneffective: '34(3)(a)',
  JustificationA33RiskMitigated: '34(3)(b)',
  JustificationA33DisproportionateEffort: '34(3)(c)',
} as const;

/** Persons in words: a number somebody stated, else what was counted. */
function personsInWords(
  stated: number | undefined,
  counted: { persons: number; nameless: number } | null | undefined,
  t: Texts,
): string | undefined {
  if (stated !== undefined) return t.number(stated);
  return counted ? t('breach-letters.persons', { persons: counted.persons, nameless: counted.nameless }) : undefined;
}

function communication({ decision }: BreachState, t: Texts, law: LawInWords): string {
  if (!decision) return t('breach-letters.undecided');
  const { exemption } = decision;
  if (exemption)
    return t('breach-letters.exempt', { why: t(`breach-terms.${exemption}`), article: law.cite(EXEMPT_AT[exemption]) });
  const told = decision.persons === 'DataSubjectBreachNotificationNeeded';
  return t(told ? 'breach-letters.told' : 'breach-letters.not-told');
}

/**
 * The notices of a breach as they would be made now: to the authority of each controller (Art. 33(1), (3)), to each
 * controller but who found it (Art. 33(2)), to the persons concerned of each controller (Art. 34(2)). The one place where
 * they are made; none where the recipient has nothing to be told.
 */
export function noticesFor(
  state: BreachState,
  view: RegisterView,
  { to, controller: only, language: wanted }: BreachLetterInput,
  now: Date,
): Notice[] {
  return controllersOf(state)
    .filter(
      (controller) =>
        (only === undefined || controller === only) && (to !== 'controller' || controller !== state.foundBy),
    )
    .map((controller) => {
      // To a controller the one who found it speaks; to everybody else the controller itself.
      if (view.party(to === 'controller' ? state.foundBy : controller)?.kind === 'tenant') requireInstitution(view);
      const id = `breach-${to}` as const;
      const t = textsIn(letterLanguage(view.policies, id, wanted ?? view.tenant.language));
      const law = lawInWords(view.tenant, t);
      const values = valuesOf(state, view, { to, controller, now, t, law });
      const { subject, text, language } = composeLetter(view.policies, id, t.language, values, law.cite);
      const sha256 = letterDigest({ subject, text });
      return {
        letter: { to, controller, language, subject, text, sha256 },
        recipient: to === 'controller' ? (view.party(controller) ?? null) : null,
      };
    });
}

/** Every value a notice can put in. */
function valuesOf(
  state: BreachState,
  view: RegisterView,
  about: { to: BreachLetterInput['to']; controller: string; now: Date; t: Texts; law: LawInWords },
): Record<string, string> {
  const { to, controller, now, t, law } = about;
  const { timeZone } = view.tenant;
  const open = t('breach-letters.open');
  const none = t('breach-letters.none');
  const { affected, consequences, measures, risk } = state;
  const party = view.party(controller);
  // A controller asks, and is told of, who found the breach; everybody else the controller.
  const aware = (to === 'controller' ? undefined : awareAtOf(state, controller)) ?? state.awareAt;
  const asked = to === 'controller' ? state.foundBy : controller;
  const due = clockOf(state, controller, now)?.due;
  const own = affected?.controllers.find((one) => one.party === controller);
  const delay = state.notifications.find((one) => one.controller === controller && one.delayReasons)?.delayReasons;
  const missing = missingParts(state, (id) => contactOf(view.party(id)) !== undefined);
  const titles = titlesIn(view.policies, t.language);
  const reached = own?.categories ?? affected?.categories.map(({ category }) => category);
  const records = state.records ?? (own ?? affected)?.records;
  const name = party?.name ?? controller;
  // The portal's authority is that of its institution; which one another company answers to, its register does not say.
  const authority = party?.kind === 'tenant' ? authorityOf(view, t) : undefined;
  const phase = firstToAuthority(state, controller) ? 'further' : 'first';
  return {
    controller: name,
    address: [party?.address, party?.country && t.country(party.country)].filter(Boolean).join(', '),
    authority: authority
      ? `${authority.name}\n${authority.contact}`
      : t('breach-letters.competent-authority', { controller: name }),
    contact: state.contact ?? contactOf(view.party(asked)) ?? open,
    finder: view.party(state.foundBy)?.name ?? state.foundBy,
    phase: t(`breach-letters.phase.${phase}`),
    file: state.breachId,
    today: t.dayOf(now, timeZone),
    day: t.dayOf(state.detectedAt, timeZone),
    hours: t.number(state.hours),
    deadline: t('jurisdictions.breach-deadline', {
      regime: law.regime,
      hours: t.number(state.hours),
      due: due ? t.instant(due, timeZone) : open,
    }),
    begins: t('jurisdictions.breach-begins', {
      regime: law.regime,
      hours: t.number(state.hours),
      article: law.cite('33(1)'),
    }),
    detected: t.instant(state.detectedAt, timeZone),
    aware: t.instant(aware, timeZone),
    awareness: state.awareness,
    due: due ? t.instant(due, timeZone) : open,
    delay: delay ?? none,
    kinds: state.kinds.map((kind) => t(`breach-terms.${kind}`)).join('; '),
    nature: state.nature,
    activities: own?.activities.map((id) => view.activity(id)?.title ?? id).join(', ') || none,
    subjects: affected?.subjects.map((one) => t.maybe(`law-terms.subject.${one}`) ?? one).join(', ') || open,
    persons: personsInWords(state.persons, own ?? affected, t) ?? open,
    records: records === undefined ? open : t.number(records),
    categories: reached ? reached.map((id) => `- ${titles.category(id)}`).join('\n') || none : open,
    consequences: consequences ?? open,
    measures: measures ?? open,
    risk: risk ? t(`breach-terms.${risk}`) : open,
    communication: communication(state, t, law),
    missing:
      missing.map((part) => t(`breach-letters.missing.${MISSING[part]}`)).join(', ') || t('breach-letters.nothing'),
  };
}
