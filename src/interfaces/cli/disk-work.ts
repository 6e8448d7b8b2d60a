import { BackupError, OlderBackupError } from '../../foundations/backup/manifest.ts';
import { CommandFailure, EXIT } from './outcome.ts';
import type { Progress } from './terminal.ts';

/** What disks and files that are full or broken say; no data in it. */
const WRITING: Record<string, string> = {
  ENOSPC: 'The disk is full.',
  EDQUOT: 'The disk quota is used up.',
  EFBIG: 'A file would become larger than is allowed here.',
  EACCES: 'This user may not write there.',
  EPERM: 'This user may not write there.',
  EROFS: 'The disk is read-only.',
  EIO: 'The disk does not answer as it should.',
  SQLITE_FULL: 'The disk is full.',
  SQLITE_NOTADB: 'A file of the present installation is no database; move it away and restore its backup.',
  SQLITE_CORRUPT: 'A file of the present installation is damaged; move it away and restore its backup.',
};

/** Runs a command; what can go wrong with files is said in words, and that nothing half is left. */
export async function told<T>(what: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof OlderBackupError) throw new CommandFailure(EXIT.configuration, error.message);
    if (error instanceof BackupError) throw new CommandFailure(EXIT.failed, error.message);
    const { code = '' } = error as { code?: string };
    const reason = WRITING[code] ?? (code.startsWith('SQLITE_IOERR') ? 'The disk did not take or give the data.' : '');
    if (reason)
      throw new CommandFailure(EXIT.failed, `${what} failed: ${reason} (${code}) Nothing unfinished is left.`);
    throw error;
  }
}

export const MEGABYTE = 1024 * 1024;

/** One bar after another, in megabytes; pages count as they come. */
export function tellOn(bar: Progress) {
  return (step: string, done: number, total: number) =>
    total > MEGABYTE
      ? bar.update(Math.floor(done / MEGABYTE), Math.ceil(total / MEGABYTE), step)
      : bar.update(done, total, step);
}
