import { accessSync, constants, readFileSync, type Stats, statfsSync, statSync } from 'node:fs';

/** Bits of a mode that let anybody but the owner in. */
const OTHERS = 0o077;
/** Of these, the ones that let them change something. */
const OTHERS_WRITE = 0o022;
/** What `statfs` calls a file system in memory: tmpfs and ramfs. */
const IN_MEMORY = [0x01021994, 0x858458f6];

/** Whatever is made from now on is its owner's alone. Called before anything else: no file is open yet. */
export function makeFilesPrivate(): void {
  process.umask(OTHERS);
}

/** Whether others than its owner may read or change it. On Windows modes say nothing. */
export function isOpenToOthers({ mode }: Pick<Stats, 'mode'>): boolean {
  return process.platform !== 'win32' && (mode & OTHERS) !== 0;
}

/** What is known of a file that holds a secret. */
export interface SecretFile {
  mode: number;
  uid: number;
  /** It lies in memory (tmpfs, ramfs). */
  inMemory: boolean;
  /** Nobody can write there: the mount is read-only. */
  readOnly: boolean;
}

/**
 * Whether a secret can be read by more than whom it was given to. What a container runtime or systemd hands over is the
 * superuser's, in memory, on a mount of its own that takes no writes: its mode says nothing of who gets in there.
 */
export function isSecretOpen({ mode, uid, inMemory, readOnly }: SecretFile): boolean {
  if (!isOpenToOthers({ mode })) return false;
  const handedOver = uid === 0 && inMemory && readOnly && (mode & OTHERS_WRITE) === 0;
  return !handedOver;
}

function factsOf(path: string): SecretFile {
  const { mode, uid } = statSync(path);
  let readOnly = false;
  try {
    accessSync(path, constants.W_OK);
  } catch (error) {
    readOnly = (error as NodeJS.ErrnoException).code === 'EROFS';
  }
  return { mode, uid, readOnly, inMemory: IN_MEMORY.includes(statfsSync(path).type) };
}

/** What is done about a file that others can read. */
const OPEN_REMEDY = 'can be read by others; set its mode to 0600';

/** The secret a file holds, without the space around it; or why it is not taken, in words. */
export function readSecretFile(path: string): { secret: string } | { fault: string } {
  try {
    if (isOpenToOthers(statSync(path)) && isSecretOpen(factsOf(path))) return { fault: OPEN_REMEDY };
    const secret = readFileSync(path, 'utf8').trim();
    return secret === '' ? { fault: 'is empty' } : { secret };
  } catch {
    return { fault: 'cannot be read' };
  }
}
