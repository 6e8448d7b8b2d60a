import { accessSync, constants, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';

/** Folders in memory, where a system has one. */
const IN_MEMORY = '/dev/shm';
/** All that runs at once stays far below: databases of tests, and the folders of a PostgreSQL server. */
const ENOUGH_BYTES = 4 * 1024 ** 3;

/**
 * Where tests put what they throw away: in memory where there is room, since they make and delete files by the hundred
 * thousand, which some disks do slowly. `TMPDIR` says otherwise.
 */
export function scratchFolder(): string {
  if (process.env['TMPDIR'] !== undefined) return tmpdir();
  try {
    accessSync(IN_MEMORY, constants.W_OK | constants.X_OK);
    const { bavail, bsize } = statfsSync(IN_MEMORY);
    return bavail * bsize >= ENOUGH_BYTES ? IN_MEMORY : tmpdir();
  } catch {
    return tmpdir();
  }
}
