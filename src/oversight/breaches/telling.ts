import type { BreachEvent } from './events.ts';

/** What the log, which anybody may read, is told of an event: codes, counts and ids of things. */
export function auditDetail(breachId: string, event: BreachEvent): Record<string, unknown> {
  const about = { breach: breachId, seq: event.seq };
  switch (event.kind) {
    case 'reported': {
      const { awareAt, detectedAt, foundBy, kinds, hours, rules, incidentId } = event.data;
      const clock = { awareAt, hours, rules };
      return { ...about, ...clock, detectedAt, foundBy, kinds, incident: incidentId };
    }
    case 'affected-computed': {
      const { persons, records, controllers } = event.data;
      return { ...about, persons, records, controllers: controllers.map(({ party }) => party) };
    }
    case 'assessed':
      return { ...about, said: namesOf(event.data), risk: event.data.risk };
    case 'decision': {
      const { authority, persons, exemption } = event.data;
      return { ...about, authority, persons, exemption };
    }
    case 'letter-made': {
      const { to, controller, language } = event.data;
      return { ...about, to, controller, language };
    }
    case 'phase-notified': {
      const { notice, controller, at, by, missing } = event.data;
      return { ...about, notice, controller, at, by, missing };
    }
    case 'reminded':
      return { ...about, ...event.data };
    case 'corrected': {
      const { withdraws, awareAt, hours, rules, ...said } = event.data;
      const changed = namesOf({ ...said, awareAt, withdraws }).filter((name) => name !== 'reason');
      return { ...about, changed, withdraws, ...(awareAt ? { awareAt, hours, rules } : {}) };
    }
    case 'closed':
      return about;
  }
}

/** The members that say something, in order. */
function namesOf(data: object): string[] {
  return Object.entries(data)
    .filter(([, value]) => value !== undefined)
    .map(([name]) => name)
    .sort();
}
