import Database from 'better-sqlite3';
import pg from 'pg';
import type { Engine } from './engines.ts';

/** Every SQLSTATE that is an error (PostgreSQL 18, appendix A), and that of Lethe's own triggers. */
export const SQLSTATES = `
03000 08000 08001 08003 08004 08006 08007 08P01 09000 0A000 0B000 0F000 0F001 0L000 0LP01 0P000 0Z000 0Z002
10608 20000 21000 22000 22001 22002 22003 22004 22005 22007 22008 22009 2200B 2200C 2200D 2200F 2200G 2200H
2200L 2200M 2200N 2200S 2200T 22010 22011 22012 22013 22014 22015 22016 22018 22019 2201B 2201E 2201F 2201G
2201W 2201X 22021 22022 22023 22024 22025 22026 22027 2202E 2202G 2202H 22030 22031 22032 22033 22034 22035
22036 22037 22038 22039 2203A 2203B 2203C 2203D 2203E 2203F 2203G 22P01 22P02 22P03 22P04 22P05 22P06 23000
23001 23502 23503 23505 23514 23P01 24000 25000 25001 25002 25003 25004 25005 25006 25007 25008 25P01 25P02
25P03 25P04 26000 27000 28000 28P01 2B000 2BP01 2D000 2F000 2F002 2F003 2F004 2F005 34000 38000 38001 38002
38003 38004 39000 39001 39004 39P01 39P02 39P03 3B000 3B001 3D000 3F000 40000 40001 40002 40003 40P01 42000
42501 42601 42602 42611 42622 42701 42702 42703 42704 42710 42712 42723 42725 42803 42804 42809 42830 42846
42883 428C9 42939 42P01 42P02 42P03 42P04 42P05 42P06 42P07 42P08 42P09 42P10 42P11 42P12 42P13 42P14 42P15
42P16 42P17 42P18 42P19 42P20 42P21 42P22 44000 53000 53100 53200 53300 53400 54000 54001 54011 54023 55000
55006 55P02 55P03 55P04 57000 57014 57P01 57P02 57P03 57P04 57P05 58000 58030 58P01 58P02 58P03 F0000 F0001
HV000 HV001 HV002 HV004 HV005 HV006 HV007 HV008 HV009 HV00A HV00B HV00C HV00D HV00J HV00K HV00L HV00M HV00N
HV00P HV00Q HV00R HV010 HV014 HV021 HV024 HV090 HV091 P0000 P0001 P0002 P0003 P0004 XX000 XX001 XX002 LE001`
  .trim()
  .split(/\s+/);

/** What Node and `pg` throw without a word of the server: all of it was met. */
export const LOST_CONNECTIONS: Error[] = [
  ...['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'ENOTFOUND', 'EPIPE', 'EHOSTUNREACH', 'ENETUNREACH', 'EAI_AGAIN'].map(
    (code) => Object.assign(new Error(`connect ${code} 192.0.2.1:5432`), { code, syscall: 'connect' }),
  ),
  new Error('Connection terminated unexpectedly'),
  new Error('Connection terminated'),
  new Error('Connection terminated due to connection timeout'),
  new Error('timeout expired'),
  new Error('timeout exceeded when trying to connect'),
  new Error('Query read timeout'),
  new Error('Client has encountered a connection error and is not queryable'),
  new Error('Client was closed and is not queryable'),
  new Error('Cannot use a pool after calling end on the pool'),
];

/** Extended result codes of SQLite (sqlite.org/rescode.html). */
export const SQLITE_CODES = `
ABORT ABORT_ROLLBACK AUTH AUTH_USER BUSY BUSY_RECOVERY BUSY_SNAPSHOT BUSY_TIMEOUT CANTOPEN CANTOPEN_CONVPATH
CANTOPEN_DIRTYWAL CANTOPEN_FULLPATH CANTOPEN_ISDIR CANTOPEN_NOTEMPDIR CANTOPEN_SYMLINK CONSTRAINT CONSTRAINT_CHECK
CONSTRAINT_COMMITHOOK CONSTRAINT_DATATYPE CONSTRAINT_FOREIGNKEY CONSTRAINT_FUNCTION CONSTRAINT_NOTNULL
CONSTRAINT_PINNED CONSTRAINT_PRIMARYKEY CONSTRAINT_ROWID CONSTRAINT_TRIGGER CONSTRAINT_UNIQUE CONSTRAINT_VTAB CORRUPT
CORRUPT_INDEX CORRUPT_SEQUENCE CORRUPT_VTAB EMPTY ERROR ERROR_MISSING_COLLSEQ ERROR_RETRY ERROR_SNAPSHOT FORMAT FULL
INTERNAL INTERRUPT IOERR IOERR_ACCESS IOERR_BEGIN_ATOMIC IOERR_BLOCKED IOERR_CHECKRESERVEDLOCK IOERR_CLOSE
IOERR_COMMIT_ATOMIC IOERR_CORRUPTFS IOERR_DATA IOERR_DELETE IOERR_FSTAT IOERR_FSYNC IOERR_LOCK IOERR_MMAP IOERR_NOMEM
IOERR_RDLOCK IOERR_READ IOERR_SEEK IOERR_SHMLOCK IOERR_SHMMAP IOERR_SHMOPEN IOERR_SHMSIZE IOERR_SHORT_READ
IOERR_TRUNCATE IOERR_UNLOCK IOERR_VNODE IOERR_WRITE LOCKED LOCKED_SHAREDCACHE LOCKED_VTAB MISMATCH MISUSE NOLFS NOMEM
NOTADB NOTFOUND PERM PROTOCOL RANGE READONLY READONLY_CANTINIT READONLY_CANTLOCK READONLY_DBMOVED READONLY_DIRECTORY
READONLY_RECOVERY READONLY_ROLLBACK SCHEMA TOOBIG`
  .trim()
  .split(/\s+/)
  .map((code) => `SQLITE_${code}`);

export const sqliteError = (code: string): Error => new Database.SqliteError('planted', code);
/** As the server's message comes: with what a message may quote. */
export const postgresError = (code: string): Error =>
  Object.assign(new Error('planted: Key (email)=(quoted@planted.example)'), { name: 'error', code, severity: 'ERROR' });

export interface Planted {
  /** The first statement that fails, counted from 0. */
  at: number;
  /** Every statement from there on fails, instead of one. */
  lasting: boolean;
  error: (engine: Engine) => Error;
}

/**
 * Stands between both drivers and their databases: statements are counted, and what was planted is thrown instead of
 * running them. Put it in place before anything is opened.
 */
export function plantFaults() {
  let planted: Planted | undefined;
  let count = 0;

  function fault(engine: Engine): Error | undefined {
    if (!planted) return undefined;
    const at = count++;
    return at === planted.at || (planted.lasting && at > planted.at) ? planted.error(engine) : undefined;
  }

  const probe = new Database(':memory:');
  const statement = Object.getPrototypeOf(probe.prepare('SELECT 1')) as Record<
    string,
    (...given: unknown[]) => unknown
  >;
  probe.close();
  const undo: (() => void)[] = [];
  for (const name of ['run', 'get', 'all', 'iterate']) {
    const real = statement[name] as (...given: unknown[]) => unknown;
    statement[name] = function (this: unknown, ...given: unknown[]) {
      const error = fault('sqlite');
      if (error) throw error;
      return real.apply(this, given);
    };
    undo.push(() => (statement[name] = real));
  }
  const client = pg.Client.prototype as unknown as Record<string, (...given: unknown[]) => unknown>;
  const query = client['query'] as (...given: unknown[]) => unknown;
  client['query'] = function (this: unknown, ...given: unknown[]) {
    const error = fault('postgres');
    return error ? Promise.reject(error) : query.apply(this, given);
  };
  undo.push(() => (client['query'] = query));

  return {
    /** Runs `work` with a fault in its way; answers its result and how many statements there were. */
    async during<T>(fault: Planted | undefined, work: () => Promise<T>): Promise<{ answer: T; statements: number }> {
      count = 0;
      planted = fault ?? { at: Number.POSITIVE_INFINITY, lasting: false, error: postgresError.bind(null, 'XX000') };
      try {
        const answer = await work();
        return { answer, statements: count };
      } finally {
        planted = undefined;
      }
    },
    remove: () => {
      for (const each of undo) each();
    },
  };
}
