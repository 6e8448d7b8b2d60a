import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Temporal } from 'temporal-polyfill';
import { EEA_STATES } from '../jurisdictions.ts';

/**
 * Makes `computed.ts` anew: `npm install --prefix /tmp/holidays date-holidays`, then `node src/law/holidays/compute.ts
 * /tmp/holidays/node_modules/date-holidays`. The package is 46 MB, so its days are kept and not the package.
 */

const YEARS = Array.from({ length: 13 }, (_, index) => 2024 + index);
const UK = ['ENG', 'NIR', 'SCT'];
/** Days on which banks or offices take a bridge, and afternoons off, are no public holidays of a state. */
const BRIDGES = /Feiertagsbrücke/;

interface Found {
  date: string;
  type: string;
  name: string;
  start: Date;
  end: Date;
}
interface Holidays {
  getHolidays(year: number): Found[];
  getStates(country: string): Record<string, string>;
}
type Package = new (country?: string, state?: string) => Holidays;

const wholeDay = ({ start, end, date }: Found) =>
  date.slice(11, 19) === '00:00:00' && end.getTime() - start.getTime() >= 23 * 3_600_000;

function daysOf(of: Holidays, year: number): string[] {
  const days = of
    .getHolidays(year)
    .filter((found) => found.type === 'public' && wholeDay(found) && !BRIDGES.test(found.name))
    .map(({ date }) => date.slice(0, 10))
    // A Saturday or a Sunday is a day off in any case.
    .filter((day) => Temporal.PlainDate.from(day).dayOfWeek < 6);
  return [...new Set(days)].sort();
}

const line = (place: string, year: number, days: string[]) =>
  [place, year, ...days.map((day) => day.slice(5))].join(' ');

const [folder] = process.argv.slice(2);
if (!folder) throw new Error('Name the folder of the installed package date-holidays.');
const { default: made } = (await import(join(folder, 'src', 'index.js'))) as { default: Package };
const { version } = (
  (await import(join(folder, 'package.json'), { with: { type: 'json' } })) as {
    default: { version: string };
  }
).default;

const lines: string[] = [];
for (const year of YEARS) {
  for (const state of EEA_STATES) lines.push(line(state, year, daysOf(new made(state), year)));
  for (const part of UK) lines.push(line(`GB-${part}`, year, daysOf(new made('GB', part), year)));
  // Holidays are the cantons'; a day that not all of them keep would make an end too late somewhere.
  const cantons = Object.keys(new made().getStates('CH')).map(
    (canton) => new Set(daysOf(new made('CH', canton), year)),
  );
  const [first = new Set<string>(), ...others] = cantons;
  lines.push(
    line(
      'CH',
      year,
      [...first].filter((day) => others.every((days) => days.has(day))),
    ),
  );
}

writeFileSync(
  new URL('computed.ts', import.meta.url),
  `/**
 * Public holidays as computed, not as published: they count where no official list is there. Made by \`compute.ts\` from
 * date-holidays ${version} (its data: CC BY-SA 3.0, see NOTICE; this list is under the same licence). Saturdays and Sundays
 * are left out. CH: days that every canton keeps. One line is a year of a place.
 */
export const COMPUTED_HOLIDAYS = \`
${lines.sort().join('\n')}
\`;
`,
);
