import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { checker } from '../../../src/foundations/contract/validation.ts';
import { SqlHolder } from '../../../src/foundations/holders/declaration.ts';
import type { ExternalDue } from '../../../src/foundations/holders/external.ts';
import type { BatchOutcome } from '../../../src/foundations/holders/holder.ts';
import { openDatabase, type Platform, patience } from './platform.ts';

const folder = join(import.meta.dirname, 'cases');
const check: (value: unknown) => void = checker(SqlHolder, '');

/** The database of a case, said as SQLite says it. */
const forSqlite = (sql: string): string => {
  let index = 0;
  return sql
    .replaceAll(/CREATE INDEX ON/g, () => `CREATE INDEX i${++index} ON`)
    .replaceAll(/'(\d{4}-\d\d-\d\d)Z'/g, "'$1T00:00:00Z'")
    .replaceAll(/::\w+(\[\])?/g, '');
};

/** The same as MariaDB says it, with texts that can be in an index. */
const forMariadb = (sql: string): string =>
  forSqlite(sql)
    .replaceAll(/T00:00:00Z'/g, " 00:00:00'")
    .replaceAll('timestamptz', 'datetime(6)')
    .replaceAll(/ text\b/g, ' varchar(200)')
    .replaceAll(' inet', ' varchar(45)');

const SPOKEN: Record<Platform['engine'], (sql: string) => string> = {
  postgres: (sql) => sql,
  sqlite: forSqlite,
  mariadb: forMariadb,
};

export interface Case extends Omit<Platform, 'holder'> {
  declared: SqlHolder;
  holder: Platform['holder'];
  close: () => Promise<void>;
}

/** A platform as somebody met it, with the declaration that goes with it; `file` where another declaration is meant. */
export async function openCase(name: string, engine: Platform['engine'] = 'postgres', file = name): Promise<Case> {
  const declared = parse(readFileSync(join(folder, `${file}.yaml`), 'utf8')) as SqlHolder;
  declared.engine = engine;
  check(declared);
  const sql = readFileSync(join(folder, `${name}.sql`), 'utf8');
  const [database, close] = await openDatabase(engine, SPOKEN[engine](sql));
  return { ...database, declared, holder: database.with(declared), close };
}

/** The findings of `lethe holders check`, errors first. */
export async function findingsOf(holder: Platform['holder']): Promise<string[]> {
  const findings = await holder.check(patience());
  return findings
    .filter(({ code }) => code !== 'no-index')
    .map(({ severity, code, table, column }) => `${severity} ${code} ${table.split('.').slice(1).join('.')}.${column}`)
    .sort();
}

export const dueBefore = (before: string, more: Partial<ExternalDue>): ExternalDue => ({
  tenantId: 'main',
  timeZone: 'Europe/Berlin',
  category: 'platform.account',
  action: 'erase',
  clock: 'last-activity',
  before: new Date(before),
  minimumCell: 5,
  policyHash: 'p',
  at: new Date('2026-11-30T00:00:00Z'),
  held: [],
  ...more,
});

/** What is planned, what is done, and what is left. */
export async function sweepWholly(holder: Platform['holder'], due: ExternalDue) {
  const plan = await holder.plan?.(due, patience());
  let [treated, refused] = [0, 0];
  let cursor: string | null = null;
  for (let done = false; !done; ) {
    const batch: BatchOutcome | undefined = await holder.sweep?.(due, { rows: 100, cursor }, patience());
    if (!batch) throw new Error('no sweep');
    treated += batch.treated;
    refused += batch.refused ?? 0;
    ({ cursor, done } = batch);
  }
  const left = await holder.plan?.(due, patience());
  return { due: plan?.due, withoutClock: plan?.withoutClock, treated, refused, left: left?.due };
}
