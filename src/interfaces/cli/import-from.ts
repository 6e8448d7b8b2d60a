import { createWriteStream, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import { Problem } from '../../foundations/contract/problem.ts';
import { checker } from '../../foundations/contract/validation.ts';
import { HolderFault } from '../../foundations/holders/external.ts';
import { environmentSecrets, openToRead } from '../../foundations/holders/open.ts';
import { ImportDeclaration } from '../../foundations/imports/adapters/declaration.ts';
import type { MappingFault } from '../../foundations/imports/adapters/map-row.ts';
import { type MappedSource, type MappingCounts, mappedLines } from '../../foundations/imports/adapters/read-source.ts';
import type { RecordSummary } from '../../foundations/imports/import-records.ts';
import { readYaml } from '../../register/policies/yaml.ts';
import { configuration } from './configuration.ts';
import { commandContext, withServices } from './installation.ts';
import { jsonOption, tenantOption } from './options.ts';
import { CommandFailure, EXIT, say } from './outcome.ts';
import { printJson } from './terminal.ts';

interface MapOptions {
  source: string;
  to: string;
  json?: boolean;
}
interface FromOptions {
  source: string;
  tenant: string;
  dryRun?: boolean;
  rejectFile?: string;
  json?: boolean;
}

/** What an import did, line by line. */
type TellOfRecords = (summary: RecordSummary, rejectFile: string | undefined, ms: number) => string[];

/** Faults told one by one; the others are only counted. */
const FAULTS_TOLD = 20;
const SETTING = /^(?!LETHE_)[A-Z][A-Z0-9_]{2,62}$/;
const DECLARATION = 'its id in policies/imports/, or a file';
const SOURCE = 'a file, or the name of a setting (or of its _FILE) with the URL of a database that only is read';

/** From rows of another system to lines of an import, as a declaration says. */
export function defineAdapters(imports: Command, toldOfRecords: TellOfRecords): void {
  imports
    .command('map')
    .description('make the lines of an import of another system’s rows, into a file to look at')
    .argument('<declaration>', DECLARATION)
    .requiredOption('--source <source>', SOURCE)
    .requiredOption('--to <file>', 'the lines; they hold personal data, and only their owner can read the file')
    .addOption(jsonOption())
    .action(async (name: string, { source, to, json }: MapOptions) => {
      if (existsSync(to)) throw new CommandFailure(EXIT.usage, `${to} is there already. Name a file that is not.`);
      const told = await mapping(name, source, (lines) =>
        pipeline(Readable.from(lines), createWriteStream(to, { flags: 'wx', mode: 0o600 })),
      );
      if (json) printJson({ ...told.counts, faultsTold: told.faults });
      else for (const line of inWords(told)) say(line);
      if (told.counts.faults > 0) process.exitCode = EXIT.heldBack;
    });
  imports
    .command('from')
    .description('import another system’s rows directly; each once for ever, as with `import records`')
    .argument('<declaration>', DECLARATION)
    .requiredOption('--source <source>', SOURCE)
    .addOption(tenantOption())
    .option('--dry-run', 'decide everything and write nothing')
    .option(
      '--reject-file <file>',
      'write lines that were not taken there, with the reason; they hold personal data, delete the file after use',
    )
    .addOption(jsonOption())
    .action((name: string, { source, tenant, dryRun, rejectFile, json }: FromOptions) =>
      withServices(async (services) => {
        const context = await commandContext(services, tenant);
        const began = performance.now();
        const told = await mapping(name, source, (lines) =>
          services.imports.fromLines(context, lines, {
            ...(dryRun ? { dryRun } : {}),
            ...(rejectFile === undefined ? {} : { rejectFile }),
          }),
        );
        if (json) printJson({ mapping: { ...told.counts, faultsTold: told.faults }, import: told.done });
        else
          for (const line of [...inWords(told), ...toldOfRecords(told.done, rejectFile, performance.now() - began)])
            say(line);
        if (told.counts.faults > 0 || told.done.added.rejected > 0) process.exitCode = EXIT.heldBack;
      }),
    );
}

interface Told<T> {
  counts: MappingCounts;
  faults: MappingFault[];
  done: T;
}

async function mapping<T>(
  name: string,
  from: string,
  take: (lines: AsyncIterable<Buffer>) => Promise<T>,
): Promise<Told<T>> {
  const declaration = declared(name);
  const counts: MappingCounts = { rows: 0, lines: 0, skipped: 0, faults: 0 };
  const faults: MappingFault[] = [];
  const onFault = (fault: MappingFault) => {
    if (faults.length < FAULTS_TOLD) faults.push(fault);
  };
  const { source, close } = await opened(declaration, from);
  try {
    const lines = mappedLines(declaration, source, { signal: new AbortController().signal, counts, onFault });
    return { counts, faults, done: await take(lines) };
  } finally {
    await close();
  }
}

async function opened(
  { source: { csv } }: ImportDeclaration,
  from: string,
): Promise<{ source: MappedSource; close(): Promise<void> }> {
  const setting = SETTING.test(from) ? environmentSecrets(process.env)(from) : undefined;
  if (csv || (setting === undefined && !existsSync(from))) {
    if (!existsSync(from))
      throw new CommandFailure(EXIT.usage, `${from} is neither a file nor a setting that is there.`);
    return { source: { file: from }, close: async () => undefined };
  }
  try {
    const database = await openToRead(setting ?? `sqlite:${from}`, { allowPlain: configuration().allowPlainDatabase });
    return { source: { database }, close: () => database.engine.close() };
  } catch (error) {
    if (!(error instanceof HolderFault)) throw error;
    throw new CommandFailure(
      EXIT.usage,
      error.code === 'in-the-clear'
        ? 'The database is on another machine, and nothing was sent: add sslmode=verify-full to its URL, or set LETHE_ALLOW_PLAIN_DATABASE=true where the network between is yours alone.'
        : `${from} must hold postgres://…, mysql://…, mariadb://… or sqlite:PATH.`,
    );
  }
}

/** @throws CommandFailure saying where the declaration is wrong */
function declared(name: string): ImportDeclaration {
  const own = join(configuration().policies, 'imports', `${name}.yaml`);
  const path = /^[a-z0-9][a-z0-9-]{0,62}$/.test(name) && existsSync(own) ? own : name;
  if (!existsSync(path))
    throw new CommandFailure(EXIT.usage, `There is no declaration ${name}, neither at ${own} nor as a file.`);
  const { parsed, mistakes } = readYaml(path, readFileSync(path));
  const [mistake] = mistakes;
  if (!parsed || mistake)
    throw new CommandFailure(
      EXIT.usage,
      `${path}:${mistake?.line ?? 1}: ${mistake?.message ?? 'cannot be read.'} ${mistake?.remedy ?? ''}`,
    );
  try {
    checker(ImportDeclaration, '')(parsed.value);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const pointer = error.extras.errors?.[0]?.pointer ?? '';
    throw new CommandFailure(EXIT.usage, `${path}:${parsed.place(pointer).line}: ${error.message}`);
  }
  return parsed.value as ImportDeclaration;
}

function inWords({ counts, faults }: Told<unknown>): string[] {
  const { rows, lines, skipped } = counts;
  return [
    `${number.format(rows)} rows read, ${number.format(lines)} lines made, ${number.format(skipped)} rows left out, ${number.format(counts.faults)} faults.`,
    ...faults.map(({ row, pointer, detail }) => `  row ${row} ${pointer}: ${detail}`),
    ...(counts.faults > faults.length ? [`  and ${number.format(counts.faults - faults.length)} more`] : []),
  ];
}

const number = new Intl.NumberFormat('en');
