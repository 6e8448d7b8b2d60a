import type pg from 'pg';
import { driverError, type StoreError } from './errors.ts';

/** Attempts at bringing up, some of which wait two seconds for a lock: instances that serve meanwhile go first. */
const ATTEMPTS = 30;
/** Milliseconds a change waits for a table that others use. It is repeated: they must not queue up behind it. */
const LOCK_PATIENCE = 2_000;
const LONGEST_PAUSE = 1_000;

interface BringUp {
  /** The table that is locked meanwhile, so that of several instances one works; and what makes it where it is not. */
  table: string;
  make: string;
  /** Whether everything is as it should be, found out by reading alone. */
  stands(client: pg.ClientBase): Promise<boolean>;
  /** Makes it so, inside a transaction; may be called again. */
  bring(client: pg.ClientBase): Promise<void>;
}

/**
 * Changes tables of PostgreSQL where they need it, and touches nothing where they do not: most starts. Advisory locks
 * are not everywhere, so the lock is one on a table.
 */
export async function bringUpPostgres(client: pg.ClientBase, { table, make, stands, bring }: BringUp): Promise<void> {
  if (await stands(client)) return;
  for (let attempt = 1; ; attempt += 1)
    try {
      // Two first starts may race for the catalogue row of this table; the loser finds it there.
      await client.query(make).catch((error: unknown) => {
        if (!['23505', '42710', '42P07', 'XX000'].includes(driverError(error)?.code ?? '')) throw error;
      });
      await client.query('BEGIN');
      await client.query(`LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
      if (!(await stands(client))) {
        await client.query(`SET LOCAL lock_timeout = ${LOCK_PATIENCE}`);
        await bring(client);
      }
      await client.query('COMMIT');
      return;
    } catch (error) {
      await client.query('ROLLBACK').catch(() => undefined);
      if (attempt === ATTEMPTS || !mayRepeat(driverError(error))) throw error;
      await new Promise((next) => setTimeout(next, Math.random() * Math.min(LONGEST_PAUSE, 20 * 2 ** attempt)));
    }
}

/** Another transaction was in the way: a deadlock, a lock, or the same row of the catalogue (`XX000`). */
function mayRepeat(error: StoreError | undefined): boolean {
  return error?.fault === 'serialization' || error?.fault === 'busy' || error?.code === 'XX000';
}
