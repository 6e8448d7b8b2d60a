import Type, { type Static } from 'typebox';
import { cursorPage } from '../../foundations/contract/cursor-page.ts';
import { closed, Instant, OrNull, Uuid } from '../../foundations/contract/schemas.ts';
import { breachClock } from '../../law/breach-clock.ts';
import { BREACH_NOTICES, BREACH_RISKS } from '../../law/vocabularies/breaches.ts';
import { contactOf } from '../../register/view/contact.ts';
import type { RegisterView } from '../../register/view/view-model.ts';
import {
  awareAtOf,
  clockOf,
  controllersOf,
  DUTIES,
  firstToAuthority,
  missingParts,
  openDuties,
  toldAt,
} from './duties.ts';
import type { BreachEvent } from './events.ts';
import { BreachDecision, BreachReport, LETTER_RECIPIENTS } from './model.ts';
import type { BreachState } from './replay.ts';

const Text = Type.String();
const Whole = Type.Integer();
const Texts = Type.Array(Text);

const Clock = Type.Object(
  { hours: Whole, due: Instant, secondsLeft: Whole, late: Type.Boolean() },
  { ...closed, description: 'Elapsed hours since awareness (Art. 33(1)); stands still once the authority was told.' },
);
const Person = Type.Object({ party: Text, name: Text, contact: OrNull(Text) }, closed);
const Controller = Type.Object(
  {
    ...Person.properties,
    activities: Texts,
    categories: Texts,
    persons: OrNull(Whole),
    records: OrNull(Whole),
    toldAt: OrNull(Instant),
    toldAfterSeconds: OrNull(Type.Integer({ description: 'From awareness of who found it (Art. 33(2)).' })),
    awareAt: OrNull(Instant),
    clock: OrNull(Clock),
    authorityToldAt: OrNull(Instant),
  },
  closed,
);
const Notification = Type.Object(
  {
    seq: Whole,
    notice: Type.Enum([...BREACH_NOTICES]),
    controller: Text,
    at: Instant,
    recordedAt: Instant,
    by: Text,
    reference: OrNull(Text),
    delayReasons: OrNull(Text),
    content: OrNull(Text),
    persons: OrNull(Whole),
    missing: Texts,
  },
  closed,
);
const Letter = Type.Object(
  {
    seq: Whole,
    to: Type.Enum([...LETTER_RECIPIENTS]),
    controller: Text,
    language: Text,
    subject: Text,
    text: Text,
    sha256: Text,
    madeAt: Instant,
  },
  closed,
);

export const Breach = Type.Object(
  {
    breachId: Uuid,
    incidentId: OrNull(Type.String({ description: 'The same in every institution one incident concerns.' })),
    status: Type.Enum(['open', 'closed']),
    reportedAt: Instant,
    reportedBy: Type.String({ description: 'A token, never a name.' }),
    detectedAt: Instant,
    awareAt: Instant,
    awareness: Text,
    foundBy: Person,
    kinds: BreachReport.properties.kinds,
    nature: Text,
    scope: BreachReport.properties.scope,
    crossBorder: Type.Boolean(),
    clock: Clock,
    rules: Type.String({ description: 'The dated set of rules the clock runs by.' }),
    persons: OrNull(Whole),
    records: OrNull(Whole),
    consequences: OrNull(Text),
    measures: OrNull(Text),
    contact: OrNull(Text),
    risk: OrNull(Type.Enum([...BREACH_RISKS])),
    riskReasons: OrNull(Text),
    affected: OrNull(
      Type.Object(
        {
          computedAt: Instant,
          persons: Type.Integer({ description: 'Distinct, as far as rows name somebody.' }),
          records: Whole,
          nameless: Type.Integer({ description: 'Rows that name nobody: their persons are not counted.' }),
          categories: Type.Array(Type.Object({ category: Text, records: Whole, persons: Whole }, closed)),
          subjects: Texts,
          activities: Texts,
          uncovered: Type.Array(Text, { description: 'Categories that no activity of the register has.' }),
        },
        closed,
      ),
    ),
    controllers: Type.Array(Controller),
    missing: Type.Array(Text, { description: 'Points of Art. 33(3) that nobody has said yet.' }),
    decision: OrNull(Type.Object({ ...BreachDecision.properties, seq: Whole, at: Instant, by: Text }, closed)),
    notifications: Type.Array(Notification),
    letters: Type.Array(Letter),
    reminders: Type.Array(Type.Object({ hour: Whole, dueAt: Instant, at: Instant }, closed)),
    corrections: Type.Array(
      Type.Object({ seq: Whole, at: Instant, reason: Text, changed: Texts, withdraws: OrNull(Whole) }, closed),
    ),
    closed: OrNull(Type.Object({ seq: Whole, at: Instant, summary: Text }, closed)),
    todo: Type.Array(
      Type.Object({ duty: Type.Enum([...DUTIES]), controller: OrNull(Text), due: OrNull(Instant) }, closed),
    ),
    events: Type.Integer({ description: 'How many things were recorded of it.' }),
  },
  { ...closed, title: 'Breach' },
);
export const BreachList = cursorPage(Breach);
export const BreachRegister = Type.Object(
  {
    institution: Text,
    at: Instant,
    knownAt: Instant,
    vocabulary: Text,
    items: Type.Array(Breach),
  },
  { ...closed, title: 'BreachRegister', description: 'All breaches, told of or not (Art. 33(5)).' },
);
export const BreachHistory = Type.Object(
  {
    items: Type.Array(
      Type.Object(
        {
          seq: Whole,
          kind: Text,
          occurredAt: Instant,
          recordedAt: Instant,
          recordedBy: Text,
          policyHash: Text,
          withdrawn: Type.Boolean(),
          data: Type.Record(Text, Type.Unknown()),
        },
        closed,
      ),
    ),
  },
  { ...closed, title: 'BreachHistory' },
);
export const IncidentRecords = Type.Object(
  {
    incidentId: Text,
    items: Type.Array(Type.Object({ tenant: Text, breachId: Text, controllers: Texts }, closed)),
  },
  { ...closed, title: 'IncidentRecords', description: 'The institutions it concerns, each with a record of its own.' },
);
export type IncidentRecords = Static<typeof IncidentRecords>;
export type Breach = Static<typeof Breach>;
export type BreachRegister = Static<typeof BreachRegister>;
export type BreachHistory = Static<typeof BreachHistory>;

export const hasContactIn = (view: RegisterView) => (controller: string) =>
  contactOf(view.party(controller)) !== undefined;

const iso = (at: Date | null | undefined): string | null => at?.toISOString() ?? null;

/** A breach as it is shown at `now`. */
export function shown(state: BreachState, view: RegisterView, now: Date): Breach {
  const { affected, decision, closed: end } = state;
  const notNeeded = decision?.authority === 'BreachNotificationNotNeeded';
  const clockShown = (clock: ReturnType<typeof breachClock>) => ({
    // Where nobody need be told, nobody is late.
    hours: state.hours,
    due: clock.due.toISOString(),
    late: clock.late && !notNeeded,
    secondsLeft: Math.floor(clock.remaining / 1000),
  });
  const person = (party: string) => ({
    party,
    name: view.party(party)?.name ?? party,
    contact: contactOf(view.party(party)) ?? null,
  });
  const allTold = controllersOf(state).map((controller) => firstToAuthority(state, controller)?.at);
  const stopped = allTold.every((at) => at !== undefined)
    ? new Date(Math.max(...allTold.map((at) => +(at as Date))))
    : now;
  const hasContact = hasContactIn(view);
  return {
    breachId: state.breachId,
    incidentId: state.incidentId,
    status: end ? 'closed' : 'open',
    reportedAt: state.reportedAt.toISOString(),
    reportedBy: state.reportedBy,
    detectedAt: state.detectedAt.toISOString(),
    awareAt: state.awareAt.toISOString(),
    awareness: state.awareness,
    foundBy: person(state.foundBy),
    kinds: state.kinds,
    nature: state.nature,
    scope: state.scope,
    crossBorder: state.crossBorder,
    clock: clockShown(breachClock(state.awareAt, stopped, state.hours)),
    rules: state.rules,
    persons: state.persons ?? affected?.persons ?? null,
    records: state.records ?? affected?.records ?? null,
    consequences: state.consequences ?? null,
    measures: state.measures ?? null,
    contact: state.contact ?? null,
    risk: state.risk ?? null,
    riskReasons: state.riskReasons ?? null,
    affected: affected && {
      computedAt: affected.computedAt.toISOString(),
      persons: affected.persons,
      records: affected.records,
      nameless: affected.nameless,
      categories: affected.categories,
      subjects: affected.subjects,
      activities: affected.activities,
      uncovered: affected.uncovered,
    },
    controllers: controllersOf(state).map((controller) => {
      const own = affected?.controllers.find(({ party }) => party === controller);
      const told = toldAt(state, controller);
      const clock = clockOf(state, controller, now);
      return {
        ...person(controller),
        activities: own?.activities ?? [],
        categories: own?.categories ?? [],
        persons: own?.persons ?? null,
        records: own?.records ?? null,
        toldAt: iso(told),
        toldAfterSeconds: told && Math.floor((told.getTime() - state.awareAt.getTime()) / 1000),
        awareAt: iso(awareAtOf(state, controller)),
        clock: clock ? clockShown(clock) : null,
        authorityToldAt: iso(firstToAuthority(state, controller)?.at),
      };
    }),
    missing: missingParts(state, hasContact),
    decision: decision && { ...decision, at: decision.at.toISOString() },
    notifications: state.notifications.map(({ seq, notice, controller, at, recordedAt, by, missing, ...rest }) => ({
      seq,
      notice,
      controller,
      by,
      missing,
      at: at.toISOString(),
      recordedAt: recordedAt.toISOString(),
      reference: rest.reference ?? null,
      delayReasons: rest.delayReasons ?? null,
      content: rest.content ?? null,
      persons: rest.persons ?? null,
    })),
    letters: state.letters.map(({ madeAt, ...letter }) => ({ ...letter, madeAt: madeAt.toISOString() })),
    reminders: state.reminders.map(({ hour, dueAt, at }) => ({
      hour,
      dueAt: dueAt.toISOString(),
      at: at.toISOString(),
    })),
    corrections: state.corrections.map((one) => ({ ...one, at: one.at.toISOString() })),
    closed: end && { ...end, at: end.at.toISOString() },
    todo: openDuties(state, hasContact).map(({ duty, controller, due }) => ({ duty, controller, due: iso(due) })),
    events: state.seq,
  };
}

/** Everything that was recorded, in order, with what was withdrawn later. */
export function historyOf(events: readonly BreachEvent[]): BreachHistory {
  const withdrawn = new Set(events.flatMap(({ kind, data }) => (kind === 'corrected' ? [data.withdraws] : [])));
  return {
    items: events.map(({ seq, kind, data, occurredAt, recordedAt, recordedBy, policyHash }) => ({
      seq,
      kind,
      recordedBy,
      policyHash,
      withdrawn: withdrawn.has(seq),
      data: { ...data },
      occurredAt: occurredAt.toISOString(),
      recordedAt: recordedAt.toISOString(),
    })),
  };
}
