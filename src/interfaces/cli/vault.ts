import { renameSync } from 'node:fs';
import type { Command } from 'commander';
import { masterKeyFile, nextMasterKeyFile, openFoundations } from '../../app/foundations.ts';
import { newMasterKey, parseMasterKey, writeMasterKeyFile } from '../../foundations/vault/master-key.ts';
import { configuration } from './configuration.ts';
import { yesOption } from './options.ts';
import { CommandFailure, EXIT, say } from './outcome.ts';
import { existingFile, secretFrom } from './path-argument.ts';
import { confirm } from './terminal.ts';

export function define(vault: Command): void {
  vault
    .command('rotate-master-key')
    .description('wrap all data keys under a new master key; the data is not rewritten. Stop the service first.')
    .option('--new-key-file <file>', 'the new key, 32 bytes in base64 or hex (default: one is made)', existingFile)
    .addOption(yesOption())
    .action(async ({ newKeyFile, yes }: { newKeyFile?: string; yes?: boolean }) => {
      const config = configuration();
      if (config.masterKey && !newKeyFile && !process.stderr.isTTY)
        throw new CommandFailure(
          EXIT.usage,
          'Without a terminal the new key is not shown: give it with --new-key-file.',
        );
      await confirm(
        'Running instances will refuse to make new keys until they are started with the new master key.',
        yes,
      );
      const next = newKeyFile ? secretFrom(newKeyFile) : newMasterKey();
      const file = masterKeyFile(config);
      const foundations = await openFoundations(config);
      try {
        // The new key is on disk before anything is wrapped under it: a crash in between loses neither.
        if (!config.masterKey) writeMasterKeyFile(nextMasterKeyFile(config), next);
        else if (!newKeyFile) say(`The new master key, shown this once:\n\n  ${next}\n`);
        const keys = await foundations.vault.rotateMasterKey(parseMasterKey(next));
        if (!config.masterKey) renameSync(nextMasterKeyFile(config), file);
        say(`${keys} keys are wrapped under the new master key.`);
        say(
          config.masterKey
            ? 'Set LETHE_MASTER_KEY to it and start again.'
            : `It is in ${file}; copy it to a safe place, apart from the backups.`,
        );
      } finally {
        await foundations.close();
      }
    });
}
