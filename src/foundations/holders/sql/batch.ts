import { reduceAddress } from '../../../law/reduce-address.ts';
import type { KnownPerson } from '../external.ts';
import { all, any, col, from, ofPersons, ofTenant, replacement, type TableAct, untreated } from './conditions.ts';
import { type Bound, type Engine, quoted, quotedTable, type Session, type Statement } from './engine.ts';
import type { Reference } from './references.ts';
import type { ResolvedTable } from './resolve.ts';

/** A key of a row, part by part. */
export type Key = (string | bigint)[];
/** What is kept of an address (REQ-E03). */
const KEEP = { ipv4: 24, ipv6: 48 };

const keyColumns = (engine: Engine, table: ResolvedTable) =>
  table.key.map((part, index) => `${engine.sql.asText(col(part), part)} AS k${index}`).join(', ');
export const keyOf = (table: ResolvedTable, row: Record<string, unknown>): Key =>
  table.key.map((_, index) => row[`k${index}`] as string | bigint);
const inKeyOrder = (table: ResolvedTable) => table.key.map((part) => col(part)).join(', ');

/** Rows beyond a key, in the order of keys. */
export function after(table: ResolvedTable, key: Key | null): Statement | undefined {
  if (!key) return undefined;
  const marks = key.map(() => '?').join(', ');
  return { text: `(${table.key.map((part) => col(part)).join(', ')}) > (${marks})`, values: key };
}

function among(table: ResolvedTable, keys: Key[]): Statement {
  const [only, ...more] = table.key;
  if (only && more.length === 0)
    return { text: `${col(only)} IN (${keys.map(() => '?').join(', ')})`, values: keys.map(([part]) => part as Bound) };
  return any(
    keys.map((key) => ({ text: table.key.map((part) => `${col(part)} = ?`).join(' AND '), values: key as Bound[] })),
  );
}

/** Keys, and addresses where they are to be cut, of the next rows. */
export function selectRows(
  engine: Engine,
  table: ResolvedTable,
  where: Statement,
  page: { rows: number; skip?: number; fields?: string[]; lock?: boolean },
): Statement {
  const fields = [keyColumns(engine, table), ...(page.fields ?? [])].join(', ');
  const skip = page.skip ? ` OFFSET ${page.skip}` : '';
  return {
    text: `SELECT ${fields} FROM ${from(table)} WHERE ${where.text} ORDER BY ${inKeyOrder(table)} LIMIT ${page.rows}${skip}${page.lock ? engine.sql.lockRows : ''}`,
    values: where.values,
  };
}

/**
 * Carries an act out on the next rows, inside the transaction of `session`, and looks at them again: `treated` are those
 * that no longer have anything to treat, `resisted` those that still do.
 */
export async function treatBatch(
  session: Session,
  engine: Engine,
  references: Reference[],
  act: TableAct,
  where: Statement,
  page: { rows: number; skip?: number },
  person?: KnownPerson,
): Promise<{ found: number; treated: number; resisted: number; last: Key | null }> {
  const { table } = act;
  const addresses = act.columns.filter(({ act: what }) => what === 'truncate-ip');
  const fields = addresses.map(({ column }, index) => `${engine.sql.asAddress(col(column), column)} AS a${index}`);
  const found = await session.rows(
    selectRows(engine, table, all(where, untreated(engine, act)), { ...page, fields, lock: true }),
  );
  if (found.length === 0) return { found: 0, treated: 0, resisted: 0, last: null };
  const keys = found.map((row) => keyOf(table, row));
  const chosen = among(table, keys);
  const last = keys.at(-1) ?? null;
  if (act.does === 'delete') {
    await detach(session, references, table, chosen);
    const joint = references.flatMap(({ with: other }) => other ?? []);
    if (person && joint.length > 0) {
      await session.run({ text: engine.sql.deferConstraints, values: [] });
      for (const other of joint) {
        const theirs = all(ofPersons(engine, other, [person]), ofTenant(engine, other, person.tenantId));
        await session.run({ text: `DELETE FROM ${from(other)} WHERE ${theirs.text}`, values: theirs.values });
      }
    }
    await session.run({ text: `DELETE FROM ${from(table)} WHERE ${chosen.text}`, values: chosen.values });
  } else await change(session, engine, act, chosen, found);
  const resisting = all(chosen, untreated(engine, act));
  const [left] = await session.rows({
    text: `SELECT count(*) AS n FROM ${from(table)} WHERE ${resisting.text}`,
    values: resisting.values,
  });
  const resisted = Number(left?.['n'] ?? 0);
  return { found: found.length, treated: found.length - resisted, resisted, last };
}

async function change(
  session: Session,
  engine: Engine,
  act: TableAct,
  chosen: Statement,
  found: Record<string, unknown>[],
): Promise<void> {
  const { table } = act;
  const target = from(table);
  const sets = act.columns.flatMap(({ column, act: what, with: template }): Statement[] => {
    if (what === 'truncate-ip') return [];
    if (what === 'null') return [{ text: `${quoted(column.name)} = NULL`, values: [] }];
    const text = replacement(engine, table, template ?? '');
    const value = engine.kind === 'postgres' ? `CAST(${text.text} AS ${column.type})` : text.text;
    // What is empty stays empty: a replacement would say that there was something.
    return [
      {
        text: `${quoted(column.name)} = CASE WHEN ${col(column)} IS NULL THEN NULL ELSE ${value} END`,
        values: text.values,
      },
    ];
  });
  if (sets.length > 0)
    await session.run({
      text: `UPDATE ${target} SET ${sets.map(({ text }) => text).join(', ')} WHERE ${chosen.text}`,
      values: [...sets.flatMap(({ values }) => values), ...chosen.values],
    });
  let position = 0;
  for (const { column, act: what } of act.columns) {
    if (what !== 'truncate-ip') continue;
    const field = `a${position++}`;
    const byResult = new Map<string | null, Key[]>();
    for (const row of found) {
      const address = row[field];
      if (address === null || address === undefined) continue;
      // What is no address is not passed through: it could be anything.
      const reduced = reduceAddress(String(address), KEEP) ?? null;
      if (reduced === address) continue;
      byResult.set(reduced, [...(byResult.get(reduced) ?? []), keyOf(table, row)]);
    }
    for (const [reduced, keys] of byResult) {
      const these = among(table, keys);
      await session.run({
        text: `UPDATE ${target} SET ${quoted(column.name)} = ${reduced === null ? 'NULL' : engine.sql.fromText(column)} WHERE ${these.text}`,
        values: [...(reduced === null ? [] : [reduced]), ...these.values],
      });
    }
  }
}

/** References to rows about to go are emptied: declared ones, and those that close a circle. */
async function detach(
  session: Session,
  references: Reference[],
  table: ResolvedTable,
  chosen: Statement,
): Promise<void> {
  for (const { from: child, key, solved } of references) {
    const [column, referenced] = [key.columns[0], key.referenced[0]];
    if (solved !== 'emptied' || !column || !referenced) continue;
    await session.run({
      text: `UPDATE ${quotedTable(child.name)} SET ${quoted(column)} = NULL WHERE ${quoted(column)} IN (SELECT t.${quoted(referenced)} FROM ${from(table)} WHERE ${chosen.text})`,
      values: chosen.values,
    });
  }
}
