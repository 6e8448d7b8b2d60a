import { fileFault } from '../foundations/process/files.ts';
import { driverError, StoreError } from '../foundations/store/errors.ts';

/** What a start opens, and the settings that say where it is: on PostgreSQL, and as a file. */
const PLACES = {
  'data folder': { postgres: '', file: 'LETHE_DATA' },
  'master key': { postgres: '', file: 'LETHE_DATA, or give the key itself in LETHE_MASTER_KEY' },
  keyring: { postgres: 'LETHE_KEYRING_URL', file: 'LETHE_DATA' },
  database: { postgres: 'DATABASE_URL', file: 'DATABASE_URL, or LETHE_DATA where that is not set' },
} as const;

type PlaceName = keyof typeof PLACES;

/** Which of the places could not be opened, why, and what to do; in words, without addresses of servers. */
export class OpeningError extends Error {
  override readonly name = 'OpeningError';
  /** Starting again without a change will not help. */
  readonly lasting: boolean;
  constructor(message: string, lasting: boolean) {
    super(message);
    this.lasting = lasting;
  }
}

const ON_POSTGRES: [codes: RegExp, what: string, lasting: boolean][] = [
  [/^(28P01|28000)$/, 'does not let us in: is the user right, and the password?', true],
  [/^3D000$/, 'has no database of this name: create it, or name another', true],
  [/^42501$/, 'does not give this user the rights it needs', true],
  [/^53300$/, 'has too many connections: try again, or raise max_connections', false],
  [/^53100$/, 'has no room left on its disk', false],
  [/^25006$/, 'takes no writes: name the primary server', true],
  [/^XX00[12]$/, 'says that pages are damaged: restore a backup (lethe restore)', true],
  [/^(55P03|57014)$/, 'did not answer in time: what holds its locks?', false],
  [/^(08...|57P0[123]|E[A-Z_]+|connection)$/, 'does not answer: is it running, and reachable from here?', false],
];

const IN_A_FILE: [codes: RegExp, what: string, lasting: boolean][] = [
  [/^SQLITE_CORRUPT/, 'is damaged: move it away and bring its backup back (lethe restore)', true],
  [/^SQLITE_NOTADB/, 'is no database: move it away and bring its backup back (lethe restore)', true],
  [/^SQLITE_CANTOPEN/, 'cannot be opened: it must be a file in a folder that this user may read and write', true],
  [/^SQLITE_(READONLY|PERM|AUTH)/, 'cannot be written: this user must be allowed to, in its folder too', true],
  [/^SQLITE_FULL/, 'cannot be written: the disk is full', false],
  [/^SQLITE_(BUSY|LOCKED)/, 'is locked by another program: end that', false],
  [/^SQLITE_IOERR/, 'cannot be read or written: the disk does not answer as it should', false],
];

/** Words for a code of a driver or of the system; undefined for what is none of theirs. */
function wordsFor(error: unknown, postgres: boolean): { what: string; lasting: boolean } | undefined {
  const code = driverError(error)?.code ?? (error as { code?: unknown } | undefined)?.code;
  const table = postgres ? ON_POSTGRES : IN_A_FILE;
  const [, what, lasting] = (typeof code === 'string' && table.find(([codes]) => codes.test(code))) || [];
  if (what !== undefined) return { what: `${what} (${code})`, lasting: lasting === true };
  if (postgres) return typeof code === 'string' ? { what: `refuses (${code})`, lasting: false } : undefined;
  // better-sqlite3 looks for the folder itself, and says so without a code.
  const noFolder = error instanceof TypeError && error.message.includes('directory does not exist');
  const fault = noFolder ? 'its folder does not exist' : fileFault(error)?.reason;
  return fault === undefined ? undefined : { what: `cannot be used: ${fault}`, lasting: true };
}

/**
 * Opens one of the places of an installation.
 * @throws OpeningError instead of what a driver or the system says; other errors as they are
 */
export async function opening<T>(name: PlaceName, location: string, open: () => T | Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (error) {
    if (error instanceof StoreError && error.fault === 'misuse') throw error;
    const postgres = /^postgres(ql)?:/.test(location);
    const words = wordsFor(error, postgres);
    if (!words) throw error;
    const place = PLACES[name];
    const subject = postgres
      ? `The PostgreSQL server of the ${name}`
      : `The ${name} ${location.replace(/^sqlite:/, '')}`;
    const setting = postgres ? place.postgres : place.file;
    throw new OpeningError(`${subject} ${words.what}. Its place is set by ${setting}.`, words.lasting);
  }
}

/** The same for what only fails once it is open, when it is no longer known which it was. */
export function failingPlace(error: unknown): { message: string; lasting: boolean } | undefined {
  const code = driverError(error)?.code ?? (error as { code?: unknown } | undefined)?.code;
  if (typeof code !== 'string' || error instanceof OpeningError) return undefined;
  const postgres = !code.startsWith('SQLITE_');
  if (postgres && !driverError(error)) return undefined;
  const words = wordsFor(error, postgres);
  const subject = postgres
    ? 'A PostgreSQL server (DATABASE_URL, LETHE_KEYRING_URL)'
    : 'A file of the database or the keyring (LETHE_DATA)';
  return words && { message: `${subject} ${words.what}.`, lasting: words.lasting };
}
