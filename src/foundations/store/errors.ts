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

const SQLITE: [prefix: string, StoreFault][] = [
  ['SQLITE_CONSTRAINT_UNIQUE', 'unique'],
  ['SQLITE_CONSTRAINT_PRIMARYKEY', 'unique'],
  ['SQLITE_CONSTRAINT_FOREIGNKEY', 'foreign-key'],
  ['SQLITE_CONSTRAINT_NOTNULL', 'not-null'],
  ['SQLITE_CONSTRAINT_CHECK', 'check'],
  ['SQLITE_CONSTRAINT_DATATYPE', 'check'],
  ['SQLITE_CONSTRAINT_TRIGGER', 'evidence'],
  ['SQLITE_BUSY', 'busy'],
  ['SQLITE_LOCKED', 'busy'],
  ['SQLITE_FULL', 'full'],
  ['SQLITE_IOERR', 'unavailable'],
  ['SQLITE_CANTOPEN', 'unavailable'],
];

const POSTGRES: Record<string, StoreFault> = {
  '23505': 'unique',
  '23503': 'foreign-key',
  '23502': 'not-null',
  '23514': 'check',
  LE001: 'evidence',
  '40001': 'serialization',
  '40P01': 'serialization',
  '53100': 'full',
  '53300': 'unavailable',
  '57P01': 'unavailable',
  '57P03': 'unavailable',
  ECONNREFUSED: 'unavailable',
  ECONNRESET: 'unavailable',
  ETIMEDOUT: 'unavailable',
  ENOTFOUND: 'unavailable',
};

/** The store's reading of an error, or undefined when it did not come from a driver. */
export function driverError(error: unknown): StoreError | undefined {
  if (error instanceof StoreError) return error;
  if (!(error instanceof Error)) return undefined;
  // Drizzle wraps: PostgreSQL's errors as DrizzleQueryError, those of SQLite's raw statements as DrizzleError.
  const wrapped =
    error.name === 'DrizzleQueryError' ||
    error.message.startsWith('Failed query') ||
    (error.name === 'DrizzleError' && error.cause !== undefined);
  const cause = wrapped ? error.cause : error;
  const code = (cause as { code?: unknown } | undefined)?.code;
  if (typeof code === 'string') {
    if (code.startsWith('SQLITE_')) {
      const known = SQLITE.find(([prefix]) => code.startsWith(prefix));
      return new StoreError(known?.[1] ?? 'other', code);
    }
    const fault = POSTGRES[code];
    if (fault) return new StoreError(fault, code);
    if (/^[0-9A-Z]{5}$/.test(code)) return new StoreError('other', code);
  }
  if (cause !== error) return new StoreError('other', 'unknown');
  if (
    error.message.startsWith('Connection terminated') ||
    error.message.includes('timeout exceeded when trying to connect')
  )
    return new StoreError('unavailable', 'connection');
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
