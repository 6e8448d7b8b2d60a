import type { Command } from 'commander';
import { LOG_FORMATS } from '../../data/visits/log-lines/formats.ts';
import type { ImportStep, ImportSummary } from '../../foundations/imports/import-lines.ts';
import type { RecordSummary } from '../../foundations/imports/import-records.ts';
import { defineAdapters } from './import-from.ts';
import { commandContext, withServices } from './installation.ts';
import { jsonOption, tenantOption } from './options.ts';
import { EXIT, say } from './outcome.ts';
import { existingFile } from './path-argument.ts';
import { printJson, progressBar } from './terminal.ts';

interface Options {
  portal: string;
  tenant: string;
  format?: string;
  address?: string;
  rejectFile?: string;
  json?: boolean;
}

export function define(imports: Command): void {
  defineRecords(imports);
  defineAdapters(imports, toldOfRecords);
  imports
    .command('access-log')
    .description(
      'visits from a web server’s log, .gz too; every line once, also of a log that grows, is rotated or is packed',
    )
    .argument('<file>', 'the log', existingFile)
    .requiredOption('--portal <id>', 'the portal the log is of')
    .option(
      '--format <format>',
      `${LOG_FORMATS.join(', ')}, or a LogFormat of Apache or log_format of nginx written out (default: combined)`,
    )
    .option('--address <field>', 'which field of a written format is the visitor’s address, where it has several')
    .addOption(tenantOption())
    .option(
      '--reject-file <file>',
      'write malformed lines there as they are; they hold personal data, delete the file after use',
    )
    .addOption(jsonOption())
    .action((file: string, { tenant, json, ...options }: Options) =>
      withServices(async (services) => {
        const bar = progressBar('bytes');
        const began = performance.now();
        let last: ImportStep | undefined;
        try {
          const summary = await services.visits.importAccessLog(await commandContext(services, tenant), file, {
            ...options,
            onProgress: (step) => {
              last = step;
              bar.update(step.readBytes, step.totalBytes, counted(step, 'so far'));
            },
          });
          bar.stop();
          if (json) printJson(summary);
          else for (const line of told(summary, options.rejectFile, performance.now() - began)) say(line);
          if (summary.state === 'cut' || summary.added.rejected > 0) process.exitCode = EXIT.heldBack;
        } catch (error) {
          bar.stop();
          if (last) say(`Stopped after ${counted(last, 'in this run')}. The same command goes on there.`);
          throw error;
        }
      }),
    );
}

interface RecordsOptions {
  tenant: string;
  dryRun?: boolean;
  rejectFile?: string;
  json?: boolean;
}

function defineRecords(imports: Command): void {
  imports
    .command('records')
    .description(
      'what was kept elsewhere, NDJSON, .gz too: a line {"kind": …} for each thing, in any order; each once for ever (docs/imports.md)',
    )
    .argument('<file>', 'the records', existingFile)
    .addOption(tenantOption())
    .option('--dry-run', 'decide everything and write nothing')
    .option(
      '--reject-file <file>',
      'write lines that were not taken there, with the reason; they hold personal data, delete the file after use',
    )
    .addOption(jsonOption())
    .action((file: string, { tenant, json, dryRun, rejectFile }: RecordsOptions) =>
      withServices(async (services) => {
        const bar = progressBar('bytes');
        const began = performance.now();
        let last: ImportStep | undefined;
        try {
          const summary = await services.imports.fromFile(await commandContext(services, tenant), file, {
            ...(dryRun ? { dryRun } : {}),
            ...(rejectFile === undefined ? {} : { rejectFile }),
            onProgress: (step) => {
              last = step;
              bar.update(step.readBytes, step.totalBytes, lines(step, 'so far'));
            },
          });
          bar.stop();
          if (json) printJson(summary);
          else for (const line of toldOfRecords(summary, rejectFile, performance.now() - began)) say(line);
          if (summary.state === 'cut' || summary.added.rejected > 0) process.exitCode = EXIT.heldBack;
        } catch (error) {
          bar.stop();
          if (last) say(`Stopped after ${lines(last, 'in this run')}. The same command goes on there.`);
          throw error;
        }
      }),
    );
}

const lines = ({ accepted, rejected }: { accepted: number; rejected: number }, when: string): string =>
  `${number.format(accepted)} lines taken and ${number.format(rejected)} not ${when}`;

function toldOfRecords(summary: RecordSummary, rejectFile: string | undefined, ms: number): string[] {
  const { state, added, counts, resumed, openLine } = summary;
  const tried = state === 'tried';
  const said: string[] = [];
  if (state === 'nothing-new') said.push('Nothing new in this file; nothing was done.');
  else
    said.push(
      `${lines(added, tried ? 'would be: nothing was written' : 'in this run')}, ${(ms / 1000).toFixed(1)} s${added.rejected > 0 && rejectFile !== undefined ? `; those not taken are in ${rejectFile}` : ''}`,
    );
  for (const [kind, { taken, known, faulty }] of Object.entries(counts))
    said.push(
      `  ${kind}: ${number.format(taken)} ${tried ? 'to take' : 'taken'}, ${number.format(known)} known already, ${number.format(faulty)} with a fault`,
    );
  if (resumed) said.push(`It went on from an earlier run: ${lines(summary, 'in all')}.`);
  if (state === 'cut')
    said.push('The packed file ends in the middle. Import the whole one: it goes on where this one ends.');
  else if (openLine) said.push('The last line has no end and was left: end it with a line break.');
  if (added.rejected > 0 && rejectFile === undefined)
    said.push(
      tried
        ? '--reject-file says which lines, and why.'
        : 'Lines with a fault are not read again; --reject-file keeps them the next time. Put right, they are a file of their own.',
    );
  return said;
}

const number = new Intl.NumberFormat('en');

function counted({ accepted, rejected }: { accepted: number; rejected: number }, when: string): string {
  return `${number.format(accepted)} visits and ${number.format(rejected)} malformed lines ${when}`;
}

/** What an import did, line by line. */
function told(summary: ImportSummary, rejectFile: string | undefined, ms: number): string[] {
  const { state, resumed, added, openLine } = summary;
  const lines: string[] = [];
  const some = added.accepted + added.rejected > 0;
  if (some)
    lines.push(
      `${number.format(added.accepted)} visits imported, ${number.format(added.rejected)} malformed lines${added.rejected > 0 && rejectFile !== undefined ? ` in ${rejectFile}` : ''}, ${(ms / 1000).toFixed(1)} s`,
    );
  else lines.push('Nothing new in this log; nothing was done.');
  if (resumed)
    lines.push(`${some ? 'It went on' : 'It was imported'} from an earlier run: ${counted(summary, 'in all')}.`);
  if (state === 'cut')
    lines.push('The packed file ends in the middle. Import the whole one: it goes on where this one ends.');
  else if (openLine)
    lines.push('The last line has no end and was left for the next import: it may still be being written.');
  if (added.rejected > 0 && rejectFile === undefined)
    lines.push('Malformed lines are not read again; --reject-file keeps them the next time.');
  return lines;
}
