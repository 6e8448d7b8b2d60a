import type { Command } from 'commander';
import { effectiveConfig } from '../../app/config.ts';
import { configuration } from './configuration.ts';
import { jsonOption } from './options.ts';
import { printJson, printTable } from './terminal.ts';

export function define(config: Command): void {
  config.addOption(jsonOption()).action(({ json }: { json?: boolean }) => {
    const settings = effectiveConfig(configuration());
    if (json) printJson(Object.fromEntries(settings));
    else printTable(['setting', 'value'], settings, '');
  });
}
