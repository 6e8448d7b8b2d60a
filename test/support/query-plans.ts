import Database from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import type { Query } from '../../src/foundations/store/store.ts';
import type { Ground } from './engines.ts';

/** What SQLite would do for the statements `run` makes, step by step; nothing is changed. */
export async function plansOf(ground: Ground, run: (q: Query) => unknown): Promise<string[]> {
  const reader = new Database(ground.location, { readonly: true });
  const plans: string[] = [];
  const logQuery = (text: string, values: unknown[]) => {
    const steps = reader.prepare(`EXPLAIN QUERY PLAN ${text}`).all(...values) as { detail: string }[];
    plans.push(...steps.map(({ detail }) => detail));
  };
  const db = drizzle({ client: reader, logger: { logQuery } });
  const q = {
    engine: 'sqlite',
    tables: ground.store.tables,
    select: db.select.bind(db),
    update: db.update.bind(db),
    delete: db.delete.bind(db),
    rows: async (statement) => db.all(statement),
    run: async (statement) => db.run(statement).changes,
  } as Query;
  try {
    await run(q);
  } catch (error) {
    // The connection cannot write; its plan is all that is asked for.
    if (!/readonly/.test(String((error as Error).cause ?? error))) throw error;
  } finally {
    reader.close();
  }
  return plans;
}
