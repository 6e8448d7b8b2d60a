import { type Column, is, Param, Placeholder, SQL, type SQLWrapper, sql } from 'drizzle-orm';
import type { Query } from './store.ts';

/** A placeholder of a hot statement that is compared with this column, and bound as the column keeps its values. */
export function placeholderFor(column: Column, name: string) {
  return sql.param(sql.placeholder(name), column);
}

/**
 * A value in a hot statement that SQLite's planner does not see. Otherwise it compiles the statement anew on every run
 * to look at what is compared with the head of an index (SQLITE_ENABLE_STAT4), which costs more than the run.
 */
export const unseen = (placeholder: SQLWrapper): SQL => sql`(SELECT ${placeholder})`;

/** The order, and the first row of it: a limit that is bound makes SQLite compile the statement anew as well. */
export const firstBy = (order: SQL): SQL => sql`${order} LIMIT 1`;

interface Preparable<R> {
  prepare(name?: string): { execute(values?: Record<string, unknown>): R | Promise<R> };
  toSQL(): { sql: string; params: unknown[] };
}

/**
 * A statement built and prepared once per connection instead of per call: building costs ten times what running does.
 * Placeholders (`sql.placeholder('name')`) are filled from `values`. The name must be unique in the process.
 */
export function hot<V extends Record<string, unknown>, R>(
  name: string,
  build: (q: Query) => unknown,
): (q: Query, values: V) => Promise<R> {
  const prepared = new WeakMap<Query, ReturnType<Preparable<R>['prepare']>>();
  return async (q, values) => {
    let statement = prepared.get(q);
    if (!statement) {
      statement = (build(q) as Preparable<R>).prepare(name);
      prepared.set(q, statement);
    }
    return await statement.execute(values);
  };
}

/**
 * The same for a statement that answers no rows, only how many it changed. On SQLite the built statement is run on the
 * driver itself, with the columns' own encoders: half the time of a prepared drizzle statement.
 */
export function hotRun<V extends Record<string, unknown>>(
  name: string,
  build: (q: Query) => unknown,
): (q: Query, values: V) => Promise<number> {
  const viaDrizzle = hot<V, { rowCount: number | null }>(name, (q) => takingNulls(build(q) as Preparable<unknown>));
  const native = new WeakMap<Query, (values: V) => number>();
  return async (q, values) => {
    if (!q.prepareNative) return (await viaDrizzle(q, values)).rowCount ?? 0;
    let run = native.get(q);
    if (!run) {
      const { sql, params } = (build(q) as Preparable<unknown>).toSQL();
      const statement = q.prepareNative(sql);
      const bind = params.map(binderOf);
      run = (given) => statement.run(bind.map((parameter) => parameter(given))).changes;
      native.set(q, run);
    }
    return run(values);
  };
}

/** How one parameter of a built statement gets its value, as the driver wants it. */
function binderOf(parameter: unknown): (values: Record<string, unknown>) => unknown {
  const value = is(parameter, Param) ? parameter.value : parameter;
  if (is(value, SQL)) throw new TypeError('a hot statement takes plain values');
  if (!is(value, Placeholder)) return () => value;
  const name = value.name;
  const encode = is(parameter, Param) ? encoderOf(parameter) : (given: unknown) => given;
  return (values) => encode(values[name]);
}

/** The column's own encoder, except that null is null: drizzle's encoders of instants do not know it. */
function encoderOf({ encoder }: Param): (given: unknown) => unknown {
  const json = (encoder as Partial<Column>).dataType === 'json';
  return (given) => (given === null && !json ? null : encoder.mapToDriverValue(given));
}

/** Lets drizzle itself bind null in a prepared statement. */
function takingNulls<S extends Preparable<unknown>>(statement: S): S {
  for (const parameter of statement.toSQL().params)
    if (is(parameter, Param)) Object.assign(parameter, { encoder: { mapToDriverValue: encoderOf(parameter) } });
  return statement;
}
