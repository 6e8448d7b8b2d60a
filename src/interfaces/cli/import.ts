import type { Command } from 'commander';
import { LOG_FORMATS } from '../../data/visits/log-lines/formats.ts';
import type { ImportStep, ImportSummary } from '../../foundations/imports/import-lines.ts';
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
