import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/**
 * Makes a folder and those above it that are missing. Node's own `recursive` does not come back where the system says
 * of a folder that can be made nowhere that the one above it is missing (`/proc`).
 */
export function makeFolder(folder: string, mode?: number): void {
  const missing: string[] = [];
  for (let at = resolve(folder); !existsSync(at); at = dirname(at)) missing.unshift(at);
  for (const one of missing)
    try {
      mkdirSync(one, { mode });
    } catch (error) {
      // Another process was first.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  if (!statSync(folder).isDirectory())
    throw Object.assign(new Error(`ENOTDIR: ${folder}`), { code: 'ENOTDIR', syscall: 'mkdir', path: folder });
}

/** What the system says of a file or folder, in words. */
const REASONS: Record<string, string> = {
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'a file stands where a folder should be',
  EISDIR: 'it is a folder, not a file',
  EEXIST: 'there is something of this name already',
  EACCES: 'this user may not do that there',
  EPERM: 'this user may not do that there',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file would become larger than is allowed here',
  ENAMETOOLONG: 'the name is too long',
  ELOOP: 'its links lead in a circle',
  EMFILE: 'too many files are open',
  EIO: 'the disk does not answer as it should',
};

/** Why the system would not have it, with its code; undefined for what is no fault of a file. */
export function fileFault(error: unknown): { path: string | undefined; reason: string } | undefined {
  const { code, path, syscall } = (error ?? {}) as NodeJS.ErrnoException;
  if (code === 'ENOENT' && syscall === 'mkdir') return { path, reason: 'no folder can be made there (ENOENT)' };
  const reason = code === undefined ? undefined : REASONS[code];
  return reason === undefined ? undefined : { path, reason: `${reason} (${code})` };
}
