import type { Command } from 'commander';
import { existingMasterKey } from '../../app/foundations.ts';
import { planRestore, type RestoreRequest, restoreBackup } from '../../foundations/backup/restore.ts';
import { type Elsewhere, elsewhere } from './backup-elsewhere.ts';
import { configuration } from './configuration.ts';
import { tellOn, told } from './disk-work.ts';
import { yesOption } from './options.ts';
import { say } from './outcome.ts';
import { existingFile } from './path-argument.ts';
import { confirm, progressBar } from './terminal.ts';

interface RestoreOptions extends Elsewhere {
  keyring?: string;
  replace?: boolean;
  yes?: boolean;
}

export function define(restore: Command): void {
  restore
    .argument('<file>', 'the backup of the data (….age)', existingFile)
    .option('--keyring <file>', 'the backup of the keyring, if the keyring itself was lost', existingFile)
    .option('--from-elsewhere <key>', 'the key of who signed it, where that is another installation')
    .option('--identity <file>', 'an age identity that opens it, where it is not this installation’s', existingFile)
    .option('--replace', 'replace the data there is; nothing of it is kept')
    .addOption(yesOption())
    .action(async (file: string, options: RestoreOptions) => {
      const config = configuration();
      const bar = progressBar('MB');
      const request: RestoreRequest = {
        file,
        keyringFile: options.keyring,
        database: config.migrationDatabase ?? config.database,
        keyring: config.keyring,
        masterKey: existingMasterKey(config),
        elsewhere: await told('The restore', () => elsewhere(options)),
        replace: options.replace === true,
        tell: tellOn(bar),
      };
      const plan = await told('The restore', () => planRestore(request));
      await confirm(
        `${plan.filled ? 'The present data is replaced and gone; the' : 'The'} data of ${plan.data.created} comes in its place.`,
        options.yes,
      );
      try {
        const { erasuresSince, keyring } = await told('The restore', () => restoreBackup(request));
        bar.stop();
        say(`The data is as it was at ${plan.data.created}.`);
        say(keyring ? `The keyring is as it was at ${keyring.created}.` : 'The keyring was left as it is.');
        say(
          erasuresSince > 0
            ? `The ledger names erasures since then (${erasuresSince}): the next start does them again before it serves.`
            : 'The ledger names no erasure since then.',
        );
      } finally {
        bar.stop();
      }
    });
}
