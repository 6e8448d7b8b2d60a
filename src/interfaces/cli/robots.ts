import { existsSync, readFileSync, rmSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Command } from 'commander';
import { stringify } from 'yaml';
import { patternFaults, type RobotList, SHIPPED_LISTS } from '../../law/robots.ts';
import { loadPolicies } from '../../register/policies/load.ts';
import { POLICY_FILES, type RobotsFile } from '../../register/policies/model.ts';
import { renderMistakes } from '../../register/policies/render.ts';
import { configuration } from './configuration.ts';
import { jsonOption } from './options.ts';
import { CommandFailure, EXIT, say } from './outcome.ts';
import { existingFile } from './path-argument.ts';
import { plain, printJson, printTable } from './terminal.ts';
import { writeWhole } from './whole-file.ts';

interface UpdateOptions {
  list: string;
  listVersion?: string;
  licence: string;
}

export function define(robots: Command): void {
  robots
    .command('show')
    .description('the lists by which a visit is a robot’s: name, version, licence')
    .addOption(jsonOption())
    .action(({ json }: { json?: boolean }) => {
      const own = ownList(configuration().policies);
      const lists = [...SHIPPED_LISTS.map((list) => told(list)), ...(own ? [told({ ...own, name: own.list })] : [])];
      if (json) printJson(lists);
      else
        printTable(
          ['list', 'version', 'licence', 'patterns'],
          lists.map((list) => [list.name, list.version, list.licence, list.patterns]),
          '',
        );
    });

  robots
    .command('update')
    .description(
      'take a list of robots over from a file into the policies: COUNTER_Robots_list.json, or one pattern a line',
    )
    .argument('<file>', 'the list, as it was published', existingFile)
    .option('--list <name>', 'its name', 'COUNTER-Robots')
    .option('--list-version <version>', 'its version (default: the newest last_changed in it)')
    .option('--licence <licence>', 'what it may be used under', 'MIT')
    .action(async (file: string, options: UpdateOptions) => {
      const { policies } = configuration();
      const before = ownList(policies);
      const { patterns: published, newest } = readList(file);
      const version = options.listVersion ?? newest;
      if (version === undefined)
        throw new CommandFailure(EXIT.usage, 'The file does not say which version it is. Name it with --list-version.');
      const faults = patternFaults(published);
      const patterns = published.filter((_, index) => !faults.some(({ at }) => at === index));
      if (patterns.length === 0) throw new CommandFailure(EXIT.failed, 'No pattern of the file can be used.');
      const next: RobotsFile = { list: options.list, version, licence: options.licence, patterns };
      await writeList(policies, next);
      const fresh = patterns.filter((pattern) => !before?.patterns.includes(pattern)).length;
      const gone = before?.patterns.filter((pattern) => !patterns.includes(pattern)).length ?? 0;
      say(`${next.list} ${version}: ${patterns.length} patterns, ${fresh} of them new; ${gone} are gone.`);
      for (const { at, why } of faults) say(`  left out: ${plain(published[at] as string)} (it ${why})`);
      say('It counts from the next start of the service, or from POST /v1/policies/reload.');
      if (faults.length > 0) process.exitCode = EXIT.heldBack;
    });
}

const told = ({ name, version, licence, patterns }: Omit<RobotList, 'caseSensitive'>) => ({
  name,
  version,
  licence,
  patterns: patterns.length,
});

function ownList(folder: string): RobotsFile | undefined {
  const { policies, mistakes } = loadPolicies(folder);
  if (policies) return policies.robots;
  throw new CommandFailure(EXIT.failed, `${renderMistakes(mistakes)}\n\nMend the policies first.`);
}

/** COUNTER's own form, an array of objects with `pattern` and perhaps `last_changed`; or text with a pattern a line. */
function readList(file: string): { patterns: string[]; newest: string | undefined } {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new CommandFailure(EXIT.usage, 'The file cannot be read.');
  }
  if (!/^\s*\[\s*\{/.test(text)) return { patterns: onceEach(text.split(/\r?\n/)), newest: undefined };
  let entries: unknown;
  try {
    entries = JSON.parse(text);
  } catch {
    throw new CommandFailure(EXIT.failed, 'The file is not JSON; it may have been cut off.');
  }
  const members = entries as { pattern?: unknown; last_changed?: unknown }[];
  const wrong = members.findIndex((entry) => typeof entry?.pattern !== 'string');
  if (wrong >= 0) throw new CommandFailure(EXIT.failed, `Entry ${wrong + 1} of the file has no pattern.`);
  const days = members.flatMap(({ last_changed: day }) =>
    typeof day === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(day) ? [day] : [],
  );
  return { patterns: onceEach(members.map(({ pattern }) => pattern as string)), newest: days.sort().at(-1) };
}

const onceEach = (patterns: string[]) => [...new Set(patterns.filter((pattern) => pattern !== ''))];

/** Writes the list into the policies; what does not fit there leaves them as they were. */
async function writeList(folder: string, list: RobotsFile): Promise<void> {
  const path = join(folder, POLICY_FILES.robots.file);
  const before = existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  await writePolicy(path, `# Written by: lethe robots update\n${stringify(list, { lineWidth: 0 })}`);
  const { mistakes } = loadPolicies(folder);
  if (mistakes.length === 0) return;
  if (before === undefined) rmSync(path);
  else await writePolicy(path, before);
  throw new CommandFailure(EXIT.failed, `${renderMistakes(mistakes)}\n\nNothing was changed.`);
}

async function writePolicy(path: string, text: string): Promise<void> {
  await writeWhole(path, Readable.from([Buffer.from(text)]));
  // Policies are no secret, and the service may run as somebody else.
  await chmod(path, 0o644);
}
