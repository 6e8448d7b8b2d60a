/**
 * What a database can answer instead of a result. Driver errors carry bound values (drizzle's PostgreSQL errors print
 * them), and those are personal data: they are mapped here and never leave `store/`.
 */
export type StoreFault =
  | 'unique'
  | 'foreign-key'
  | 'not-null'
  | 'check'
  | 'evidence'
  | 'serialization'
  | 'busy'
  | 'full'
  | 'unavailable'
  | 'misuse'
  /** Not begun: what the write rests on is not as it was (key-generations.ts). */
  | 'fenced'
  /** A key it was prepared under is destroyed: it must be prepared anew. */
  | 'stale-key'
  | 'other';

export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly fault: StoreFault;
  /** The engine's own code (`SQLITE_CONSTRAINT_UNIQUE`, `23505`); holds no values. */
  readonly code: string;

  constructor(fault: StoreFault, code: string, message?: string) {
    super(message ?? `The database refused the operation (${fault}, ${code}).`);
    this.fault = fault;
    this.code = code;
  }
}

/** The longest prefix decides; what is not named is `other`. */
type Reading = readonly [prefix: string, fault: StoreFault];

/** By extended result code (sqlite.org/rescode.html). */
const SQLITE: readonly Reading[] = [
  ['SQLITE_CONSTRAINT_UNIQUE', 'unique'],
  ['SQLITE_CONSTRAINT_PRIMARYKEY', 'unique'],
  ['SQLITE_CONSTRAINT_ROWID', 'unique'],
  ['SQLITE_CONSTRAINT_FOREIGNKEY', 'foreign-key'],
  ['SQLITE_CONSTRAINT_NOTNULL', 'not-null'],
  ['SQLITE_CONSTRAINT_CHECK', 'check'],
  ['SQLITE_CONSTRAINT_DATATYPE', 'check'],
  ['SQLITE_CONSTRAINT_TRIGGER', 'evidence'],
  ['SQLITE_BUSY', 'busy'],
  ['SQLITE_LOCKED', 'busy'],
  ['SQLITE_PROTOCOL', 'busy'],
  ['SQLITE_FULL', 'full'],
  ['SQLITE_IOERR', 'unavailable'],
  ['SQLITE_CANTOPEN', 'unavailable'],
  ['SQLITE_READONLY', 'unavailable'],
  ['SQLITE_PERM', 'unavailable'],
  ['SQLITE_CORRUPT', 'unavailable'],
  ['SQLITE_NOTADB', 'unavailable'],
  ['SQLITE_NOMEM', 'unavailable'],
];

/** By SQLSTATE (PostgreSQL, appendix A): two characters name a class, five one of it. */
const POSTGRES: readonly Reading[] = [
  ['08', 'unavailable'],
  ['23', 'check'],
  ['23001', 'foreign-key'],
  ['23502', 'not-null'],
  ['23503', 'foreign-key'],
  ['23505', 'unique'],
  // Read-only (a standby, a full disk's emergency brake), and transactions the server has ended for being idle or long.
  ['25006', 'unavailable'],
  ['25P03', 'unavailable'],
  ['25P04', 'unavailable'],
  ['28', 'unavailable'],
  ['3D', 'unavailable'],
  ['40', 'serialization'],
  ['40002', 'check'],
  ['40003', 'unavailable'],
  ['53', 'unavailable'],
  ['53100', 'full'],
  ['55006', 'busy'],
  ['55P03', 'busy'],
  ['57', 'unavailable'],
  // Cancelled: it took longer than it may.
  ['57014', 'busy'],
  ['58', 'unavailable'],
  ['LE001', 'evidence'],
  ['XX001', 'unavailable'],
  ['XX002', 'unavailable'],
];

function readingOf(code: string, table: readonly Reading[]): StoreFault {
  let best: Reading = ['', 'other'];
  for (const reading of table) if (code.startsWith(reading[0]) && reading[0].length > best[0].length) best = reading;
  return best[1];
}

/** Its classes, and that of our triggers; not `EROFS` or `EPERM`, which are Node's. */
const SQLSTATE = /^(\d[0-9A-Z]|F0|HV|LE|P0|XX)[0-9A-Z]{3}$/;
const codeOf = (error: unknown) => (error as { code?: unknown } | null | undefined)?.code;

/**
 * The reading of whatever a PostgreSQL connection has thrown. Without an SQLSTATE it was not the server who spoke: the
 * connection was refused, lost, or not answered in time.
 */
export function postgresFault(error: unknown): StoreError {
  const known = driverError(error);
  if (known) return known;
  const code = codeOf(error);
  return new StoreError('unavailable', typeof code === 'string' && code.length < 40 ? code : 'connection');
}

/** What a lost or refused connection is called by Node and by `pg`. */
const NETWORK = /^(E[A-Z]*(CONN|TIMEDOUT|NOTFOUND|UNREACH|PIPE|AI_AGAIN|ADDR)[A-Z]*|ERR_SSL_\w+|ERR_TLS_\w+)$/;
const LOST =
  /^(Connection terminated|Client (was closed|has encountered a connection error)|timeout e|Query read timeout|Cannot use a pool|The server does not support SSL)/;

/** The store's reading of an error, or undefined when it did not come from a driver. */
export function driverError(error: unknown): StoreError | undefined {
  if (error instanceof StoreError) return error;
  if (!(error instanceof Error)) return undefined;
  // Drizzle wraps: PostgreSQL's errors as DrizzleQueryError, those of SQLite's raw statements as DrizzleError.
  const wrapped =
    error.name === 'DrizzleQueryError' ||
    error.message.startsWith('Failed query') ||
    (error.name === 'DrizzleError' && error.cause !== undefined);
  if (wrapped) return driverError(error.cause) ?? new StoreError('other', 'unknown');
  const code = codeOf(error);
  if (typeof code === 'string') {
    if (code.startsWith('SQLITE_')) return new StoreError(readingOf(code, SQLITE), code);
    if (NETWORK.test(code)) return new StoreError('unavailable', code);
    if (SQLSTATE.test(code)) return new StoreError(readingOf(code, POSTGRES), code);
  }
  if (LOST.test(error.message)) return new StoreError('unavailable', 'connection');
  // better-sqlite3's answer to whoever comes after `close`.
  if (error.message === 'The database connection is not open') return new StoreError('unavailable', 'closed');
  return undefined;
}

/** Runs `work`, letting its own errors through and turning the driver's into `StoreError`. */
export async function mapped<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw driverError(error) ?? error;
  }
}

/** The same for every method of an object. */
export function mappedMethods<T extends object>(methods: T): T {
  return Object.fromEntries(
    Object.entries(methods).map(([name, method]) => [
      name,
      typeof method === 'function' ? (...given: unknown[]) => mapped(() => method(...given)) : method,
    ]),
  ) as T;
}
