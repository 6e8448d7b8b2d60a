import type { Command } from 'commander';
import { commandContext, withServices } from './installation.ts';
import { jsonOption, tenantOption } from './options.ts';
import { EXIT, say } from './outcome.ts';
import { existingFile } from './path-argument.ts';
import { printJson, progressBar } from './terminal.ts';

interface Options {
  portal: string;
  tenant: string;
  rejectFile?: string;
  json?: boolean;
}

export function define(imports: Command): void {
  imports
    .command('access-log')
    .description('visits from an Apache or nginx log (combined format, .gz too); goes on where it was interrupted')
    .argument('<file>', 'a rotated log: a file that still grows counts as another one later', existingFile)
    .requiredOption('--portal <id>', 'the portal the log is of')
    .addOption(tenantOption())
    .option(
      '--reject-file <file>',
      'write malformed lines there as they are; they hold personal data, delete the file after use',
    )
    .addOption(jsonOption())
    .action((file: string, { portal, tenant, rejectFile, json }: Options) =>
      withServices(async (services) => {
        const bar = progressBar('bytes');
        const began = performance.now();
        const summary = await services.visits
          .importAccessLog(await commandContext(services, tenant), file, {
            portal,
            rejectFile,
            onProgress: ({ readBytes, totalBytes, accepted, rejected }) =>
              bar.update(readBytes, totalBytes, `${accepted} visits, ${rejected} malformed`),
          })
          .finally(() => bar.stop());
        if (json) printJson(summary);
        else if (summary.state === 'already-imported') say('This log was imported before; nothing was done.');
        else
          say(
            `${summary.accepted} visits imported${summary.resumed ? ' (an interrupted import went on)' : ''}, ${summary.rejected} malformed lines${rejectFile ? ` in ${rejectFile}` : ''}, ${((performance.now() - began) / 1000).toFixed(1)} s`,
          );
        if (summary.rejected > 0) process.exitCode = EXIT.heldBack;
      }),
    );
}
