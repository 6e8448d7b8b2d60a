import { jurisdictionOf } from '../../law/jurisdictions.ts';
import type { OwnDays } from '../../law/working-calendar.ts';
import type { RegisterView } from './view-model.ts';

/** Years before and after the present whose days off a clock may come to. */
const BEFORE = 1;
const AFTER = 3;

/**
 * The calendar of a portal: where action is to be taken (Reg. 1182/71 Art. 2(1)), with the days that the installation
 * and the institution add or take away and the official list the installation has brought. Of a part of a state the
 * state's days count too.
 */
export function calendarOf({ tenant, parties, policies, at }: RegisterView): OwnDays & { place: string } {
  const own = parties.find(({ kind }) => kind === 'tenant');
  const law = jurisdictionOf(tenant.jurisdiction);
  // `EU` says which law, not which holidays: those are of the country where action is to be taken.
  const place = law ? (law.holidays ?? own?.country ?? 'EU') : tenant.jurisdiction;
  const places = [...new Set([place, place.slice(0, 2)])];
  const isNear = (year: string) => {
    const from = at.getUTCFullYear();
    return Number(year) >= from - BEFORE && Number(year) <= from + AFTER;
  };
  const { requests, holidays } = policies.installation;
  const changes = [...places.map((one) => holidays?.[one]), own?.holidays];
  const added = new Map<string, Set<string>>();
  for (const [year, days] of places.flatMap((one) => Object.entries(requests?.holidays?.[one] ?? {})))
    if (isNear(year)) added.set(year, new Set([...(added.get(year) ?? []), ...days]));
  const removed = new Set<string>();
  // The institution has the last word: what it says of a day counts over what the installation says.
  for (const { add = [], remove = [] } of changes.flatMap((change) => change ?? [])) {
    for (const day of add.filter((one) => isNear(one.slice(0, 4)))) {
      const year = day.slice(0, 4);
      added.set(year, new Set([...(added.get(year) ?? []), day]));
      removed.delete(day);
    }
    for (const day of remove.filter((one) => isNear(one.slice(0, 4)))) {
      added.get(day.slice(0, 4))?.delete(day);
      removed.add(day);
    }
  }
  const lists = policies.holidays ?? [];
  const official = places.map((one) => lists.find((list) => list.place === one)).find((list) => list !== undefined);
  const years = Object.entries(official?.years ?? {}).filter(([year]) => isNear(year));
  return {
    place,
    added: added.size > 0 ? Object.fromEntries([...added].map(([year, days]) => [year, [...days].sort()])) : undefined,
    removed: removed.size > 0 ? [...removed].sort() : undefined,
    official: years.length > 0 ? Object.fromEntries(years) : undefined,
  };
}
