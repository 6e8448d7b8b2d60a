const HOUR = 3_600_000;
/** Art. 33(1) GDPR: "not later than 72 hours after having become aware of it". */
export const BREACH_HOURS = 72;

export type BreachClock = {
  due: Date;
  /** Milliseconds until `due`; 0 once it has passed. */
  remaining: number;
  /** The instant asked about is after `due`: a notice from then on needs reasons for the delay. */
  late: boolean;
};

/**
 * The time left to notify the supervisory authority at `at`, counted in elapsed hours from awareness (GDPR Art. 33(1)).
 * Weekends, holidays and changes of the clock move nothing. Regulation 1182/71 Art. 3(1) would not count the hour in
 * which one became aware; the stricter count is the one shown.
 */
export function breachClock(aware: Date, at: Date, hours = BREACH_HOURS): BreachClock {
  const due = new Date(aware.getTime() + hours * HOUR);
  const left = due.getTime() - at.getTime();
  return { due, remaining: Math.max(0, left), late: left < 0 };
}

/**
 * The later end that Regulation 1182/71 Art. 3(1) could be read to allow, where the hour in which one became aware is not
 * counted: an argument for a notice that came after `due`, never a plan. Hours are those of UTC.
 */
export function breachDueWithoutFirstHour(aware: Date, hours = BREACH_HOURS): Date {
  return new Date((Math.floor(aware.getTime() / HOUR) + 1 + hours) * HOUR);
}
