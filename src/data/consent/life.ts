import { type ConsentStatus, isDecided } from '../../law/consent-status.ts';
import { endOfPeriod, startOfLocalDay } from '../../law/duration.ts';

/**
 * When a state ends by itself: decisions after their purpose's duration, refusals as well as grants (REQ-C06), what is
 * no decision never (null). Only the decision itself sets it; a visit never prolongs it. All decisions of one local day
 * end together, so the calendar is asked once per day, duration and zone.
 */
export function lifeOf(): (status: ConsentStatus, from: Date, duration: string, timeZone: string) => Date | null {
  const known = new Map<string, { from: number; until: number; end: Date }>();
  return (status, from, duration, timeZone) => {
    if (!isDecided(status)) return null;
    const name = `${duration} ${timeZone}`;
    const at = from.getTime();
    const hit = known.get(name);
    if (hit && at >= hit.from && at < hit.until) return hit.end;
    const end = endOfPeriod(from, duration, timeZone);
    if (known.size > 100) known.clear();
    known.set(name, {
      from: startOfLocalDay(from, timeZone).getTime(),
      until: endOfPeriod(from, 'P1D', timeZone).getTime(),
      end,
    });
    return end;
  };
}
