import { jurisdictionOf } from '../../law/jurisdictions.ts';
import { isDay, type Located, noneTwice, type PolicyParts, type Report } from './policy-parts.ts';

const KNOWN_LAWS = 'Known: the states of the EEA and EU, GB and its parts, CH, and EUI, EC, EP for institutions.';

/** The law, the authorities and the days off that an installation names for its places. */
export function checkJurisdictions({ installation, holidays }: PolicyParts, report: Report): void {
  if (installation) {
    const { jurisdiction, supervisoryAuthorities, holidays: changes } = installation.value;
    if (jurisdiction !== undefined && !jurisdictionOf(jurisdiction))
      report(installation, '/jurisdiction', 'Lethe does not know the law of this place.', KNOWN_LAWS);
    for (const [index, { place, from }] of (supervisoryAuthorities ?? []).entries()) {
      const at = `/supervisoryAuthorities/${index}`;
      if (!jurisdictionOf(place)) report(installation, `${at}/place`, 'Lethe does not know this place.', KNOWN_LAWS);
      if (from !== undefined) checkDay(from, installation, `${at}/from`, report);
    }
    for (const [place, { add = [], remove = [] }] of Object.entries(changes ?? {})) {
      const at = `/holidays/${place}`;
      for (const [index, day] of add.entries()) checkDay(day, installation, `${at}/add/${index}`, report);
      for (const [index, day] of remove.entries()) {
        checkDay(day, installation, `${at}/remove/${index}`, report);
        if (add.includes(day))
          report(installation, `${at}/remove/${index}`, 'This day is added as well.', 'Keep one of them.');
      }
    }
    for (const [place, years] of Object.entries(installation.value.requests?.holidays ?? {}))
      checkYears(years, installation, `/requests/holidays/${place}`, report);
  }
  noneTwice(holidays, ({ place }) => place, '/place', report);
  for (const located of holidays) checkYears(located.value.years, located, '/years', report);
}

function checkYears(years: Record<string, string[]>, located: Located<unknown>, at: string, report: Report): void {
  for (const [year, days] of Object.entries(years))
    for (const [index, day] of days.entries()) {
      const pointer = `${at}/${year}/${index}`;
      if (isDay(day) && !day.startsWith(`${year}-`))
        report(located, pointer, 'This day is not in the year it stands under.', `Put it under ${day.slice(0, 4)}.`);
      checkDay(day, located, pointer, report);
    }
}

function checkDay(day: string, located: Located<unknown>, pointer: string, report: Report): void {
  if (!isDay(day)) report(located, pointer, 'There is no such day.', 'Write a day of the calendar: "2026-12-25".');
}
