import type { HolderFinding } from '../finding.ts';
import { clockAt, rowClock } from './clocks.ts';
import { all, any, col, from } from './conditions.ts';
import { type Engine, FALSE, plain, type Session, type Statement } from './engine.ts';
import type { ResolvedTable } from './resolve.ts';

/** What only the database itself tells: how many have no clock that can be read, and how many no key. */
export async function checkRows(
  engine: Engine,
  tables: readonly ResolvedTable[],
  signal: AbortSignal,
): Promise<HolderFinding[]> {
  const { sql } = engine;
  const readable = tables.filter(({ table, declared, clocks }) =>
    [...clocks.values()]
      .flat()
      .every(({ column }) => table.kind === 'table' && sql.readsClock(column, declared.clockFormat)),
  );
  const findings: HolderFinding[] = await checkReplacements(engine, tables, signal);
  for (const table of readable)
    await engine.reading(signal, async (session) => {
      const empty = any(table.key.filter(({ nullable }) => nullable).map((key) => plain(`${col(sql, key)} IS NULL`)));
      if (empty.text !== FALSE.text) {
        const keyless = await count(engine, session, table, empty);
        if (keyless > 0) findings.push(withoutKey(table, keyless));
      }
      for (const [name, paths] of table.clocks) {
        const clock = rowClock(sql, table, name);
        if (!clock) continue;
        const never = all(...paths.map((path) => clockAt(sql, path, table.declared.clockFormat).missing));
        const missing = await count(engine, session, table, never);
        const unread = (await count(engine, session, table, clock.unread)) - missing;
        // What has not ended has no end: that is not missing.
        if (missing > 0 && name !== 'ended') findings.push(withoutClock(table, name, missing));
        if (unread > 0) findings.push(unreadable(table, name, unread));
      }
    });
  return findings;
}

/** A domain, or a list of words, says by itself what it takes: the database is asked whether it takes a replacement. */
async function checkReplacements(
  engine: Engine,
  tables: readonly ResolvedTable[],
  signal: AbortSignal,
): Promise<HolderFinding[]> {
  const findings: HolderFinding[] = [];
  for (const { declared: entry, table, columns } of tables)
    for (const { name, column, declared } of columns) {
      if (declared.with === undefined || !['text', 'other'].includes(column.family)) continue;
      const text = engine.sql.toColumn(engine.sql.text, column);
      const values = [declared.with.replaceAll('{key}', '1')];
      try {
        await engine.reading(signal, (session) => session.rows({ text: `SELECT ${text} AS v`, values }));
      } catch (error) {
        if (!engine.refusesRow(error)) throw error;
        findings.push({
          code: 'type-broken',
          severity: 'error',
          table: table.name,
          column: name,
          detail: `The database does not take the replacement for a column of type ${column.type}.`,
          remedy: 'Replace it by a value that its type, and the conditions on it, allow.',
          blocks: 'nothing',
          entry: entry.id,
        });
      }
    }
  return findings;
}

async function count({ sql }: Engine, session: Session, table: ResolvedTable, where: Statement): Promise<number> {
  const [row] = await session.rows({
    text: `SELECT count(*) AS n FROM ${from(sql, table)} WHERE ${where.text}`,
    values: where.values,
  });
  return Number(row?.['n'] ?? 0);
}

const rowsOf = (n: number) => (n === 1 ? 'One row has' : `${n} rows have`);
const columnsOf = (table: ResolvedTable, clock: string) =>
  (table.clocks.get(clock) ?? []).map(({ column }) => column.name);

const withoutClock = (table: ResolvedTable, clock: string, n: number): HolderFinding => ({
  code: 'clock-empty',
  severity: 'warning',
  table: table.table.name,
  column: columnsOf(table, clock).join(', '),
  detail: `${rowsOf(n)} no instant here (nothing, or one that stands for "never"), and ${n === 1 ? 'is' : 'are'} never due.`,
  remedy: `Name a column that is always filled after it: ${clock}: [${columnsOf(table, clock).join(', ')}, created_at].`,
  blocks: 'nothing',
  entry: table.declared.id,
});

const unreadable = (table: ResolvedTable, clock: string, n: number): HolderFinding => ({
  code: 'clock-unreadable',
  severity: 'error',
  table: table.table.name,
  column: columnsOf(table, clock).join(', '),
  detail: `${rowsOf(n)} something here that cannot be read as an instant without doubt, and ${n === 1 ? 'is' : 'are'} never due.`,
  remedy: 'Write instants as 2026-06-01T10:00:00Z, or say what numbers count: clockFormat: epoch-seconds.',
  blocks: 'nothing',
  entry: table.declared.id,
});

const withoutKey = ({ table, declared }: ResolvedTable, n: number): HolderFinding => ({
  code: 'key-not-unique',
  severity: 'error',
  table: table.name,
  column: declared.key.join(', '),
  detail: `${rowsOf(n)} no key and cannot be told apart.`,
  remedy: 'Fill the key, and set its columns NOT NULL.',
  blocks: 'acts',
  entry: declared.id,
});
