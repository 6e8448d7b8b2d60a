import type { Command } from 'commander';
import { effectiveConfig } from '../../app/config.ts';
import { configuration } from './installation.ts';
import { printJson, printTable } from './terminal.ts';

export function configCommand(program: Command): void {
  program
    .command('config')
    .description('print the settings in effect, secrets masked')
    .option('--json', 'as JSON')
    .action(({ json }: { json?: boolean }) => {
      const settings = effectiveConfig(configuration());
      if (json) printJson(Object.fromEntries(settings));
      else printTable(['setting', 'value'], settings, '');
    });
}
