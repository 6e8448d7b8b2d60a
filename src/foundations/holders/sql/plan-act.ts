import type { Hash } from 'node:crypto';
import type { ExternalDue } from '../external.ts';
import type { FirstSights } from '../first-sights.ts';
import type { DueSummary } from '../holder.ts';
import { after, idOf, type Key, keyOf, selectRows } from './batch.ts';
import { instantFields } from './clocks.ts';
import { all, from, ofTenant, subjectOf } from './conditions.ts';
import type { DueAct } from './due-acts.ts';
import type { Dialect, Row, Session, Statement } from './engine.ts';
import { readInstant } from './instant.ts';
import type { ResolvedTable } from './resolve.ts';

/** Rows of a page of an export or of a digest. */
export const PAGE = 1_000;

/** What a plan gathers over the acts of a rule. */
export interface Gathered {
  summary: DueSummary;
  digest: Hash;
  people: Set<string>;
}

export async function countRows(session: Session, sql: Dialect, table: ResolvedTable, where: Statement) {
  const [row] = await session.rows({
    text: `SELECT count(*) AS n FROM ${from(sql, table)} WHERE ${where.text}`,
    values: where.values,
  });
  return Number(row?.['n'] ?? 0);
}

/** What an act of a rule would treat, in the order of keys. */
export async function planAct(
  session: Session,
  sql: Dialect,
  { act, clock, kept, held, free }: DueAct,
  due: ExternalDue,
  gathered: Gathered,
): Promise<void> {
  const { table } = act;
  const { summary } = gathered;
  summary.total += await countRows(session, sql, table, ofTenant(sql, table, due.tenantId));
  if (!clock) return;
  summary.held += await countRows(session, sql, table, held);
  summary.withoutClock = (summary.withoutClock ?? 0) + (await countRows(session, sql, table, all(kept, clock.unread)));
  const fields = [...instantFields(sql, table.clocks.get(due.clock) ?? []), `${subjectOf(sql, table)} AS person`];
  for (let key: Key | null = null; ; ) {
    const page: Row[] = await session.rows(
      selectRows(sql, table, all(free, after(sql, table, key)), { rows: PAGE, fields }),
    );
    for (const row of page) gather(gathered, table, row, instantOf(row, table.declared.clockFormat));
    const last = page.at(-1);
    if (page.length < PAGE || !last) break;
    key = keyOf(table, last);
  }
}

function gather({ summary, digest, people }: Gathered, table: ResolvedTable, row: Row, at: Date): void {
  summary.due += 1;
  if (row['person'] !== null) people.add(`${table.declared.subject.by}:${row['person']}`);
  digest.update(`${table.declared.id}\0${keyOf(table, row).map(String).join('\0')}\n`);
  if (!summary.oldest || at < summary.oldest) summary.oldest = at;
}

export interface Sighted {
  row: Row;
  key: Key;
  firstSeen: Date;
  /** Long enough ago for the rule, and for no stronger one. */
  isDue: boolean;
  isHeld: boolean;
  isFree: boolean;
}

/** The next rows of the portal beyond a key, whatever is to be done with them, each noted as seen. */
export async function sightedPage(
  session: Session,
  sql: Dialect,
  { act, held, free, strongerBefore }: DueAct,
  due: ExternalDue,
  page: { sights: FirstSights; key: Key | null | undefined; rows: number },
): Promise<Sighted[]> {
  const { table } = act;
  const flag = ({ text }: Statement, name: string) => `CASE WHEN ${text} THEN 1 ELSE 0 END AS ${name}`;
  const found = await session.rows(
    selectRows(sql, table, all(ofTenant(sql, table, due.tenantId), after(sql, table, page.key)), {
      rows: page.rows,
      fields: [`${subjectOf(sql, table)} AS person`, flag(held, 'held'), flag(free, 'free')],
      fieldValues: [...held.values, ...free.values],
    }),
  );
  const seen = await page.sights.see(
    table.declared.id,
    found.map((row) => idOf(table, row)),
    due.at,
  );
  return found.map((row) => {
    const firstSeen = seen.get(idOf(table, row)) ?? due.at;
    const isDue = firstSeen < due.before && !strongerBefore.some((before) => firstSeen < before);
    return {
      row,
      key: keyOf(table, row),
      firstSeen,
      isDue,
      isHeld: isDue && Number(row['held']) === 1,
      isFree: isDue && Number(row['free']) === 1,
    };
  });
}

/** The same for rows that count from first sight; rows that are gone are forgotten. */
export async function planSighted(
  reading: <T>(work: (session: Session) => Promise<T>) => Promise<T>,
  sql: Dialect,
  act: DueAct,
  due: ExternalDue,
  gathered: Gathered,
  sights: FirstSights,
): Promise<void> {
  const { table } = act.act;
  for (let key: Key | null = null; ; ) {
    const from: Key | null = key;
    const page: Sighted[] = await reading((session) =>
      sightedPage(session, sql, act, due, { sights, key: from, rows: PAGE }),
    );
    for (const { row, firstSeen, isHeld, isFree } of page) {
      if (isHeld) gathered.summary.held += 1;
      if (isFree) gather(gathered, table, row, firstSeen);
    }
    const last = page.at(-1);
    if (page.length < PAGE || !last) break;
    key = last.key;
  }
  await sights.forgetUnseen(table.declared.id, due.at);
}

/** The first instant of a row that can be read; where there is none, the beginning of time stands for "not known". */
export function instantOf(row: Row, format: string | undefined): Date {
  for (let index = 0; `at${index}` in row; index += 1) {
    const read = readInstant(row[`at${index}`], format);
    if (read === 'unreadable') break;
    if (read !== 'missing') return new Date('day' in read ? `${read.day}T00:00:00Z` : read.at);
  }
  return new Date(0);
}
