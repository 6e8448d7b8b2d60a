import { textsIn } from '../../foundations/messages/texts.ts';
import { composeLetter, letterDigest } from '../../register/policies/letters.ts';
import { contactOf } from '../../register/view/contact.ts';
import { requireInstitution } from '../../register/view/speaker.ts';
import type { PartyRecord, RegisterView } from '../../register/view/view-model.ts';
import { awareAtOf, clockOf, controllersOf, firstToAuthority, missingParts } from './duties.ts';
import type { Letter, MissingPart } from './events.ts';
import type { BreachLetterInput } from './model.ts';
import type { BreachState } from './replay.ts';
import { breachTerms } from './terms.ts';

/** One notice to be given: the letter, and which party of the register it goes to (null: an authority, the persons). */
export interface Notice {
  letter: Letter;
  recipient: PartyRecord | null;
}

const PHRASES = {
  en: {
    open: 'not known yet',
    none: 'none',
    unknownPersons: (records: number) => ` and the persons of ${records} records that name nobody`,
    first: 'first notice',
    further: 'further information',
    told: 'they are told',
    notTold: 'not required',
    undecided: 'not decided yet',
    '33(3)(a)': 'numbers of persons and records',
    '33(3)(b)': 'contact point',
    '33(3)(c)': 'likely consequences',
    '33(3)(d)': 'measures',
  },
  de: {
    open: 'noch nicht bekannt',
    none: 'keine',
    unknownPersons: (records: number) => ` und die Personen zu ${records} Datensätzen ohne Namen`,
    first: 'erste Meldung',
    further: 'weitere Informationen',
    told: 'sie werden benachrichtigt',
    notTold: 'nicht erforderlich',
    undecided: 'noch nicht entschieden',
    '33(3)(a)': 'Zahl der Personen und Datensätze',
    '33(3)(b)': 'Anlaufstelle',
    '33(3)(c)': 'wahrscheinliche Folgen',
    '33(3)(d)': 'Maßnahmen',
  },
} as const;
type Language = keyof typeof PHRASES;

/** An instant as people write it, in the zone of the portal. */
export function localInstant(at: Date, timeZone: string): string {
  const text = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' }).format(at);
  return `${text} (${timeZone})`;
}

/** Persons in words: a number somebody stated, else what was counted. */
function personsInWords(
  stated: number | undefined,
  counted: { persons: number; nameless: number } | null | undefined,
  language: Language,
): string | undefined {
  if (stated !== undefined) return String(stated);
  if (!counted) return undefined;
  return `${counted.persons}${counted.nameless > 0 ? PHRASES[language].unknownPersons(counted.nameless) : ''}`;
}

function communication({ decision }: BreachState, language: Language, terms: ReturnType<typeof breachTerms>): string {
  const words = PHRASES[language];
  if (!decision) return words.undecided;
  if (decision.exemption) return terms(decision.exemption);
  return decision.persons === 'DataSubjectBreachNotificationNeeded' ? words.told : words.notTold;
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
      const { subject, text, language } = composeLetter(
        view.policies,
        `breach-${to}`,
        wanted ?? view.tenant.language,
        valuesOf(state, view, { to, controller, now }, (wanted ?? view.tenant.language).startsWith('de') ? 'de' : 'en'),
      );
      const sha256 = letterDigest({ subject, text });
      return {
        letter: { to, controller, language, subject, text, sha256 },
        recipient: to === 'controller' ? (view.party(controller) ?? null) : null,
      };
    });
}

function valuesOf(
  state: BreachState,
  view: RegisterView,
  { to, controller, now }: { to: BreachLetterInput['to']; controller: string; now: Date },
  language: Language,
): Record<string, string> {
  const words = PHRASES[language];
  const terms = breachTerms(view.tenant, textsIn(language));
  const { timeZone } = view.tenant;
  const { affected, consequences, measures, risk } = state;
  const party = view.party(controller);
  // A controller asks, and is told of, who found the breach; everybody else the controller.
  const aware = (to === 'controller' ? undefined : awareAtOf(state, controller)) ?? state.awareAt;
  const asked = to === 'controller' ? state.foundBy : controller;
  const due = clockOf(state, controller, now)?.due;
  const own = affected?.controllers.find((one) => one.party === controller);
  const delay = state.notifications.find((one) => one.controller === controller && one.delayReasons)?.delayReasons;
  const contact = state.contact ?? contactOf(view.party(asked));
  const missing: MissingPart[] = missingParts(state, (id) => contactOf(view.party(id)) !== undefined);
  const titleOf = (id: string) => view.policies.categories.find((one) => one.id === id)?.title ?? id;
  const reached = own?.categories ?? affected?.categories.map(({ category }) => category) ?? [];
  const records = state.records ?? (own ?? affected)?.records;
  return {
    controller: party?.name ?? controller,
    address: [party?.address, party?.country].filter(Boolean).join(', '),
    contact: contact ?? words.open,
    finder: view.party(state.foundBy)?.name ?? state.foundBy,
    phase: firstToAuthority(state, controller) ? words.further : words.first,
    file: state.breachId,
    detected: localInstant(state.detectedAt, timeZone),
    aware: localInstant(aware, timeZone),
    awareness: state.awareness,
    due: due ? localInstant(due, timeZone) : words.open,
    delay: delay ?? words.none,
    kinds: state.kinds.map((kind) => terms(kind)).join('; '),
    nature: state.nature,
    activities: own?.activities.map((id) => view.activity(id)?.title ?? id).join(', ') || words.none,
    subjects: affected?.subjects.join(', ') || words.open,
    persons: personsInWords(state.persons, own ?? affected, language) ?? words.open,
    records: records === undefined ? words.open : String(records),
    categories: (own ?? affected) ? reached.map((id) => `- ${titleOf(id)}`).join('\n') || words.none : words.open,
    consequences: consequences ?? words.open,
    measures: measures ?? words.open,
    risk: risk ? terms(risk) : words.open,
    communication: communication(state, language, terms),
    missing: missing.map((part) => words[part]).join(', ') || words.none,
  };
}
