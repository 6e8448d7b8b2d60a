import pg from 'pg';
import { isThisMachine } from '../process/loopback.ts';

const REMEDY =
  'goes to another machine, where the connection must be encrypted and the server’s certificate checked: add sslmode=verify-full (and sslrootcert=FILE for an authority of your own)';

/**
 * Why a connection to PostgreSQL would go in the clear, or to whoever answers; undefined where it does not. The driver
 * itself says where it would go and how, so that no spelling and no PGSSLMODE leads past this.
 */
export function plainPostgresFault(url: string): string | undefined {
  let host: string;
  let ssl: unknown;
  try {
    const client = new pg.Client({ connectionString: url }) as pg.Client & { ssl: unknown };
    ({ host, ssl } = client);
  } catch {
    return 'cannot be read, or a file it names cannot';
  }
  if (isThisMachine(host)) return undefined;
  const { rejectUnauthorized, checkServerIdentity } = (typeof ssl === 'object' && ssl ? ssl : {}) as {
    rejectUnauthorized?: unknown;
    checkServerIdentity?: unknown;
  };
  const checked =
    (ssl === true || (typeof ssl === 'object' && ssl !== null)) &&
    rejectUnauthorized !== false &&
    checkServerIdentity === undefined;
  return checked ? undefined : REMEDY;
}

/** The same for MariaDB and MySQL, whose driver knows no `sslmode`: ours reads it (holders/sql/mariadb.ts). */
export function plainMariadbFault(url: string): string | undefined {
  if (!URL.canParse(url)) return 'cannot be read';
  const { hostname, searchParams } = new URL(url);
  if (isThisMachine(hostname) && !searchParams.has('host')) return undefined;
  return searchParams.get('sslmode') === 'verify-full' && !searchParams.has('ssl') ? undefined : REMEDY;
}
