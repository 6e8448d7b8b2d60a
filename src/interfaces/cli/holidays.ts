import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { type Command, InvalidArgumentError } from 'commander';
import { stringify } from 'yaml';
import { workingCalendar } from '../../law/working-calendar.ts';
import { HolidayListError, type ReadFile, readHolidays } from '../../register/policies/holiday-lists.ts';
import type { HolidayFile } from '../../register/policies/jurisdiction-model.ts';
import { loadPolicies } from '../../register/policies/load.ts';
import { renderMistakes } from '../../register/policies/render.ts';
import { configuration } from './configuration.ts';
import { jsonOption } from './options.ts';
import { CommandFailure, EXIT, say } from './outcome.ts';
import { existingFile } from './path-argument.ts';
import { plain, printJson, printTable } from './terminal.ts';
import { writeWhole } from './whole-file.ts';

interface ImportOptions {
  place?: string;
  source?: string;
  licence?: string;
  years?: string[];
}

/** Fewer working days than these a year has nowhere: a year with less is one that the list does not have whole. */
const FEWEST = 4;

export function define(holidays: Command): void {
  holidays
    .command('show')
    .description('the public holidays of a place in a year, and where each is known from')
    .argument('<place>', 'DE, DE-BY, GB-ENG, EC', placeArgument)
    .argument('<year>', '2026', yearArgument)
    .addOption(jsonOption())
    .action((place: string, year: string, { json }: { json?: boolean }) => {
      const own = ownLists(configuration().policies).find((list) => list.place === place);
      const calendar = workingCalendar(place, { official: own?.years });
      const days = Array.from({ length: 366 }, (_, n) =>
        new Date(Date.UTC(Number(year), 0, 1 + n)).toISOString().slice(0, 10),
      ).filter((day) => day.startsWith(year) && calendar.dayOff(day) === 'public-holiday');
      const from = (day: string) =>
        own && Object.hasOwn(own.years, year) ? own.source : calendar.isComputed(day) ? 'computed' : 'published';
      if (!calendar.knows(`${year}-01-01`))
        throw new CommandFailure(EXIT.failed, `The public holidays of ${place} in ${year} are not known.`);
      if (json) printJson(days.map((day) => ({ day, from: from(day) })));
      else
        printTable(
          ['day', 'known from'],
          days.map((day) => [day, from(day)]),
          '',
        );
    });

  holidays
    .command('import')
    .description('take an official list of public holidays over into the policies: iCalendar, JSON or CSV')
    .argument('<file>', 'the list, as it was published', existingFile)
    .option(
      '--place <place>',
      'whose holidays they are, where the file does not say it: DE, DE-BY, GB-ENG',
      placeArgument,
    )
    .option('--source <source>', 'who published it and where, where the file does not say it')
    .option('--licence <licence>', 'what it may be used under, where the file does not say it')
    .option('--years <years>', 'these years of it alone: 2026,2027', yearsArgument)
    .action(async (file: string, options: ImportOptions) => {
      const { policies } = configuration();
      const before = ownLists(policies);
      const read = readList(file);
      const next = listsOf(read, options);
      const written = await writeLists(policies, before, next);
      for (const { place, years } of written)
        say(
          `${place}: ${Object.entries(years)
            .map(([year, days]) => `${year} (${days.length} days)`)
            .join(', ')}.`,
        );
      if (read.leftOut > 0) say(`  left out: ${read.leftOut} holidays of a part of the state only`);
      say(
        'They count from the next start of the service, or from POST /v1/policies/reload, for requests that come then.',
      );
    });
}

function placeArgument(text: string): string {
  if (!/^[A-Z]{2}(-[A-Z0-9]{1,3})?$/.test(text)) throw new InvalidArgumentError('A place is DE, DE-BY or GB-ENG.');
  return text;
}

function yearArgument(text: string): string {
  if (!/^(19|20|21)\d{2}$/.test(text)) throw new InvalidArgumentError('A year is 2026.');
  return text;
}

const yearsArgument = (text: string): string[] => text.split(',').map(yearArgument);

function ownLists(folder: string): HolidayFile[] {
  const { policies, mistakes } = loadPolicies(folder);
  if (policies) return policies.holidays ?? [];
  throw new CommandFailure(EXIT.failed, `${renderMistakes(mistakes)}\n\nMend the policies first.`);
}

function readList(file: string): ReadFile {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch {
    throw new CommandFailure(EXIT.usage, 'The file cannot be read.');
  }
  try {
    return readHolidays(bytes);
  } catch (error) {
    if (error instanceof HolidayListError) throw new CommandFailure(EXIT.failed, error.message);
    throw error;
  }
}

/** What is imported, by place: the years that are wanted, with source and licence. */
function listsOf(read: ReadFile, options: ImportOptions): HolidayFile[] {
  const source = options.source ?? read.source;
  const licence = options.licence ?? read.licence;
  if (source === undefined)
    throw new CommandFailure(EXIT.usage, 'The file does not say who published it. Name it with --source.');
  if (licence === undefined)
    throw new CommandFailure(EXIT.usage, 'The file does not say under which licence it is. Name it with --licence.');
  const named =
    read.lists.length > 1 && options.place ? read.lists.filter(({ place }) => place === options.place) : read.lists;
  if (named.length === 0) throw new CommandFailure(EXIT.failed, `The file has no list of ${options.place}.`);
  return named.map(({ place: said, days }) => {
    const place = read.lists.length > 1 ? said : (options.place ?? said);
    if (place === undefined || !/^[A-Z]{2}(-[A-Z0-9]{1,3})?$/.test(place))
      throw new CommandFailure(EXIT.usage, 'The file does not say whose holidays they are. Name it with --place.');
    const years: Record<string, string[]> = {};
    for (const day of days) {
      const year = day.slice(0, 4);
      if (!options.years || options.years.includes(year)) years[year] = [...(years[year] ?? []), day];
    }
    for (const year of options.years ?? [])
      if (!years[year]) throw new CommandFailure(EXIT.failed, `The list of ${place} has no day of ${year}.`);
    for (const [year, { length }] of Object.entries(years))
      if (length < FEWEST)
        throw new CommandFailure(
          EXIT.failed,
          `The list of ${place} has ${length} days of ${year}: not the whole year, it seems. Name the years that are whole with --years.`,
        );
    return { place, source, licence, years };
  });
}

/** Writes the lists into the policies, over the same years of those there are; what does not fit leaves all as it was. */
async function writeLists(folder: string, before: HolidayFile[], next: HolidayFile[]): Promise<HolidayFile[]> {
  const undo: (() => Promise<void> | void)[] = [];
  mkdirSync(join(folder, 'holidays'), { recursive: true });
  for (const list of next) {
    const path = join(folder, 'holidays', `${list.place}.yaml`);
    const was = existsSync(path) ? readFileSync(path, 'utf8') : undefined;
    undo.push(() => (was === undefined ? rmSync(path, { force: true }) : writePolicy(path, was)));
    const years = { ...before.find(({ place }) => place === list.place)?.years, ...list.years };
    const whole = { ...list, years: Object.fromEntries(Object.entries(years).sort()) };
    await writePolicy(path, `# Written by: lethe holidays import\n${stringify(whole, { lineWidth: 0 })}`);
  }
  const { mistakes } = loadPolicies(folder);
  if (mistakes.length === 0) return next;
  for (const back of undo) await back();
  throw new CommandFailure(EXIT.failed, `${plain(renderMistakes(mistakes))}\n\nNothing was changed.`);
}

async function writePolicy(path: string, text: string): Promise<void> {
  await writeWhole(path, Readable.from([Buffer.from(text)]));
  // Policies are no secret, and the service may run as somebody else.
  await chmod(path, 0o644);
}
