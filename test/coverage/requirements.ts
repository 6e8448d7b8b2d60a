import { globSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { packageRoot } from '../../src/foundations/process/package-root.ts';
import { testNamesIn } from './test-names.ts';

/** What law and standards ask of Lethe, and what shows that it does: a row of `test/requirements.json`. */
export interface Requirement {
  says: string;
  optional?: true;
  /** `FILE: SUITE › TEST`, written by `npm run requirements -- --collect` from the names of the tests. */
  shownBy?: string[];
  /** Why it is not shown yet. */
  open?: string;
  /** Why it cannot be asked of Lethe. */
  notApplicable?: string;
}
export type RequirementTable = Record<string, Requirement>;

export const TABLE = join(packageRoot, 'test/requirements.json');

export function readTable(): RequirementTable {
  return JSON.parse(readFileSync(TABLE, 'utf8')) as RequirementTable;
}

/** By each id that a test or suite has in its name, those tests and suites. */
export type Shown = Map<string, string[]>;

/** Reads the names of every test there is; a suite that names a requirement stands for all its tests. */
export function collectShown(files = testFiles()): Shown {
  const shown: Shown = new Map();
  for (const file of files) {
    const source = readFileSync(file, 'utf8');
    if (source.includes('REQ-')) addShown(shown, relative(packageRoot, file), source);
  }
  return shown;
}

export function addShown(shown: Shown, file: string, source: string): void {
  for (const { titles, requirements } of testNamesIn(source))
    for (const id of requirements) shown.set(id, [...(shown.get(id) ?? []), `${file}: ${titles.join(' › ')}`]);
}

const testFiles = () => globSync(join(packageRoot, 'test/**/*.test.ts')).sort();

/** The table with what the names of the tests say; what a test shows is open no longer. */
export function collected(table: RequirementTable, shown: Shown): RequirementTable {
  return Object.fromEntries(
    Object.entries(table).map(([id, { shownBy: _, open, ...rest }]) => {
      const tests = shown.get(id);
      return [id, tests ? { ...rest, shownBy: tests } : { ...rest, ...(open === undefined ? {} : { open }) }];
    }),
  );
}

export type State = 'shown' | 'open' | 'not applicable' | 'NOT SHOWN';

export function stateOf({ shownBy = [], open, notApplicable }: Requirement): State {
  if (shownBy.length > 0) return 'shown';
  if (notApplicable) return 'not applicable';
  return open ? 'open' : 'NOT SHOWN';
}

/** What is wrong with the table, in words; nothing when every requirement is accounted for. */
export function holes(table: RequirementTable, shown: Shown): string[] {
  const unknown = [...shown.keys()].filter((id) => !(id in table)).map((id) => `${id}: no such requirement`);
  const own = Object.entries(table).flatMap(([id, requirement]) => {
    const { shownBy = [], open, notApplicable } = requirement;
    const tests = shown.get(id) ?? [];
    return [
      ...shownBy.filter((test) => !tests.includes(test)).map((test) => `${id}: there is no test "${test}" for it`),
      ...tests.filter((test) => !shownBy.includes(test)).map((test) => `${id}: is also shown by "${test}"`),
      ...(stateOf(requirement) === 'NOT SHOWN' ? [`${id}: no test shows it, and nothing says why`] : []),
      ...([shownBy.length > 0, open, notApplicable].filter(Boolean).length > 1 ? [`${id}: has two states`] : []),
    ];
  });
  return [...unknown, ...own];
}
