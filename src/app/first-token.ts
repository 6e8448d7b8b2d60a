import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** Where the first administrator's token lies when there was no terminal to show it on. */
export const firstTokenFile = (dataFolder: string): string => join(dataFolder, 'first-administrator.token');

/** It was used, or is of no more use. */
export function forgetFirstToken(dataFolder: string): void {
  rmSync(firstTokenFile(dataFolder), { force: true });
}

/**
 * Shows the token on a terminal, where nobody keeps what is shown; elsewhere it would stay in a log, and is written to a
 * file of its owner's alone. `say` tells the person who starts the service; answers the file, if there is one.
 */
export function announceFirstToken(
  secret: string,
  { dataFolder, terminal, say }: { dataFolder: string; terminal: boolean; say: (text: string) => void },
): string | undefined {
  if (terminal) {
    say(`\n  First administrator's token, shown this once:\n\n    ${secret}\n`);
    return undefined;
  }
  const file = firstTokenFile(dataFolder);
  const temporary = `${file}.${process.pid}.new`;
  rmSync(temporary, { force: true });
  const handle = openSync(temporary, 'wx', 0o600);
  writeSync(handle, `${secret}\n`);
  fsyncSync(handle);
  closeSync(handle);
  renameSync(temporary, file);
  say(
    `\n  First administrator's token: ${file}\n  Only this user can read it. It is deleted when the token is first used; keep the token elsewhere.\n`,
  );
  return file;
}
