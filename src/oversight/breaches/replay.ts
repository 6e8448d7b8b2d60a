import type { Affected, BreachEvent, EventData, Letter } from './events.ts';

/** How one breach stands after what was recorded of it. */
export interface BreachState
  extends Omit<EventData['reported'], 'detectedAt' | 'awareAt' | 'crossBorder'>,
    Pick<
      EventData['assessed'],
      'persons' | 'records' | 'consequences' | 'measures' | 'contact' | 'risk' | 'riskReasons'
    > {
  breachId: string;
  /** Number of the last event. */
  seq: number;
  reportedAt: Date;
  reportedBy: string;
  detectedAt: Date;
  awareAt: Date;
  crossBorder: boolean;
  affected: (Affected & { computedAt: Date }) | null;
  decision: (EventData['decision'] & { seq: number; at: Date; by: string }) | null;
  notifications: (Omit<EventData['phase-notified'], 'at'> & { seq: number; at: Date; recordedAt: Date })[];
  letters: (Letter & { seq: number; madeAt: Date })[];
  reminders: { hour: number; dueAt: Date; at: Date }[];
  corrections: { seq: number; at: Date; reason: string; changed: string[]; withdraws: number | null }[];
  closed: { seq: number; at: Date; summary: string } | null;
}

/** Members of a correction that are not facts somebody put right. */
const NOT_SAID = ['reason', 'withdraws', 'hours', 'rules'];

/** What a correction can take back. */
export const WITHDRAWABLE = ['phase-notified', 'decision', 'letter-made', 'closed'] as const;

/**
 * The breach as it stands after these events, in order (Art. 33(5)): a pure function of them, so that the register as it
 * was known at an instant is the same function of the events recorded up to then. Undefined without a report.
 */
export function replay(breachId: string, events: readonly BreachEvent[]): BreachState | undefined {
  const withdrawn = new Set(events.flatMap(({ kind, data }) => (kind === 'corrected' ? [data.withdraws] : [])));
  const [first] = events;
  if (first?.kind !== 'reported') return undefined;
  const state: BreachState = {
    ...first.data,
    breachId,
    seq: first.seq,
    reportedAt: first.recordedAt,
    reportedBy: first.recordedBy,
    detectedAt: new Date(first.data.detectedAt),
    awareAt: new Date(first.data.awareAt),
    crossBorder: first.data.crossBorder ?? false,
    affected: null,
    decision: null,
    notifications: [],
    letters: [],
    reminders: [],
    corrections: [],
    closed: null,
  };
  for (const event of events) {
    state.seq = event.seq;
    if (!withdrawn.has(event.seq)) apply(state, event);
  }
  return state;
}

function apply(state: BreachState, event: BreachEvent): void {
  const { seq, recordedAt } = event;
  switch (event.kind) {
    case 'reported':
      return;
    case 'assessed':
      Object.assign(state, event.data);
      return;
    case 'affected-computed':
      state.affected = { ...event.data, computedAt: recordedAt };
      return;
    case 'decision':
      state.decision = { ...event.data, seq, at: recordedAt, by: event.recordedBy };
      return;
    case 'phase-notified':
      state.notifications.push({ ...event.data, seq, at: new Date(event.data.at), recordedAt });
      return;
    case 'letter-made':
      state.letters.push({ ...event.data, seq, madeAt: recordedAt });
      return;
    case 'reminded':
      state.reminders.push({ hour: event.data.hour, dueAt: new Date(event.data.dueAt), at: recordedAt });
      return;
    case 'corrected': {
      const { reason, withdraws, detectedAt, awareAt, ...rest } = event.data;
      Object.assign(state, rest);
      if (detectedAt !== undefined) state.detectedAt = new Date(detectedAt);
      if (awareAt !== undefined) state.awareAt = new Date(awareAt);
      const changed = Object.keys(event.data).filter((name) => !NOT_SAID.includes(name));
      state.corrections.push({ seq, at: recordedAt, reason, changed: changed.sort(), withdraws: withdraws ?? null });
      return;
    }
    case 'closed':
      state.closed = { seq, at: recordedAt, summary: event.data.summary };
  }
}
