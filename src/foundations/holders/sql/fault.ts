import { HolderFault, type HolderFaultCode } from '../external.ts';

/** SQLSTATE classes and codes, and those of Node and SQLite, by what they mean for whoever asked. */
const BY_PREFIX: [prefix: string, code: HolderFaultCode][] = [
  ['57014', 'timed-out'],
  ['55P03', 'timed-out'],
  ['57P', 'unreachable'],
  ['08', 'unreachable'],
  ['53', 'unreachable'],
  ['28', 'refused'],
  ['3D', 'refused'],
  ['42501', 'refused'],
  ['25006', 'refused'],
  ['42P01', 'misconfigured'],
  ['42703', 'misconfigured'],
  ['3F', 'misconfigured'],
  ['ECONN', 'unreachable'],
  ['ENOTFOUND', 'unreachable'],
  ['EHOST', 'unreachable'],
  ['ENET', 'unreachable'],
  ['EAI_', 'unreachable'],
  ['ETIMEDOUT', 'unreachable'],
  ['40', 'timed-out'],
  ['ER_LOCK', 'timed-out'],
  ['ER_STATEMENT_TIMEOUT', 'timed-out'],
  ['ER_QUERY_TIMEOUT', 'timed-out'],
  ['ER_QUERY_INTERRUPTED', 'timed-out'],
  ['PROTOCOL_SEQUENCE_TIMEOUT', 'timed-out'],
  ['PROTOCOL_', 'unreachable'],
  ['ER_CON_COUNT', 'unreachable'],
  ['ER_TOO_MANY_USER', 'unreachable'],
  ['ER_USER_LIMIT', 'unreachable'],
  ['ER_SERVER_SHUTDOWN', 'unreachable'],
  ['ER_CONNECTION_KILLED', 'unreachable'],
  ['ER_ACCESS_DENIED', 'refused'],
  ['ER_DBACCESS_DENIED', 'refused'],
  ['ER_TABLEACCESS_DENIED', 'refused'],
  ['ER_COLUMNACCESS_DENIED', 'refused'],
  ['ER_SPECIFIC_ACCESS_DENIED', 'refused'],
  ['ER_BAD_DB', 'refused'],
  ['ER_OPTION_PREVENTS', 'refused'],
  ['ER_CANT_EXECUTE_IN_READ_ONLY', 'refused'],
  ['ER_NO_SUCH_TABLE', 'misconfigured'],
  ['ER_BAD_FIELD', 'misconfigured'],
  ['SQLITE_BUSY', 'timed-out'],
  ['SQLITE_LOCKED', 'timed-out'],
  ['SQLITE_CANTOPEN', 'unreachable'],
  ['SQLITE_IOERR', 'unreachable'],
  ['SQLITE_NOTADB', 'garbage'],
  ['SQLITE_CORRUPT', 'garbage'],
  ['SQLITE_READONLY', 'refused'],
];

/**
 * A driver's error as a fault of the holder. The driver's own message quotes values (and its connection string the
 * password), so neither it nor its cause goes any further.
 */
export function faultOf(holder: string, error: unknown): HolderFault {
  if (error instanceof HolderFault) return error;
  const { code, message = '', name } = (error ?? {}) as { code?: unknown; message?: string; name?: string };
  if (name === 'AbortError' || name === 'TimeoutError') return new HolderFault(holder, 'timed-out');
  if (typeof code === 'string') {
    const known = BY_PREFIX.find(([prefix]) => code.startsWith(prefix));
    return new HolderFault(holder, known?.[1] ?? 'failed');
  }
  if (
    /timeout exceeded when trying to connect|Connection terminated|not queryable|Client has|directory does not exist/.test(
      message,
    )
  )
    return new HolderFault(holder, 'unreachable');
  if (/timeout/i.test(message)) return new HolderFault(holder, 'timed-out');
  return new HolderFault(holder, 'failed');
}
