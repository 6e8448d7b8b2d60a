import { accessSync, chmodSync, constants, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder in memory, where a system has one. */
const IN_MEMORY = '/dev/shm';
/** All that runs at once stays far below: databases of tests, and the folders of a PostgreSQL server. */
const ENOUGH_BYTES = 4 * 1024 ** 3;

/**
 * Where the tests of one run put what they throw away; `remove` deletes it with all that they have left. In memory where
 * there is room, since they make and delete files by the hundred thousand, which some disks do slowly; `TMPDIR` says
 * otherwise.
 */
export function scratchFolder(): { folder: string; remove: () => void } {
  const folder = mkdtempSync(join(process.env['TMPDIR'] === undefined ? roomiest() : tmpdir(), 'lethe-tests-'));
  // PostgreSQL runs as a user of its own where this runs as root.
  chmodSync(folder, 0o755);
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

function roomiest(): string {
  try {
    accessSync(IN_MEMORY, constants.W_OK | constants.X_OK);
    const { bavail, bsize } = statfsSync(IN_MEMORY);
    return bavail * bsize >= ENOUGH_BYTES ? IN_MEMORY : tmpdir();
  } catch {
    return tmpdir();
  }
}
