import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { StoreError } from '../../foundations/store/errors.ts';
import { compactFile } from '../../foundations/store/free-pages.ts';
import { configuration } from './configuration.ts';
import { MEGABYTE, told } from './disk-work.ts';
import { yesOption } from './options.ts';
import { CommandFailure, EXIT, say } from './outcome.ts';
import { confirm } from './terminal.ts';

const megabytes = (bytes: number) => `${(bytes / MEGABYTE).toFixed(1)} MB`;

export function define(compact: Command): void {
  compact.addOption(yesOption()).action(async ({ yes }: { yes?: boolean }) => {
    const { database } = configuration();
    if (/^postgres(ql)?:/.test(database))
      throw new CommandFailure(
        EXIT.failed,
        'PostgreSQL looks after its files itself (autovacuum): nothing to do here.',
      );
    const file = database.replace(/^sqlite:/, '');
    if (!existsSync(file)) throw new CommandFailure(EXIT.failed, `There is no database yet: ${file}.`);
    await confirm(
      'The file is written anew, which takes as much memory as it will be large, and as much room on its disk.',
      yes,
    );
    const { before, after } = await told('Compacting', async () => compactFile(file)).catch((error: unknown) => {
      if (error instanceof StoreError && error.fault === 'busy')
        throw new CommandFailure(EXIT.failed, 'The service writes to the file: stop it first. Nothing was changed.');
      throw error;
    });
    say(
      `${megabytes(before)} before, ${megabytes(after)} now. From here on it gives free pages back while it is used.`,
    );
  });
}
