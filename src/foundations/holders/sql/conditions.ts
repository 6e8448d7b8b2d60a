import { addressSpellings } from '../../contract/comparable-email.ts';
import type { RequestAction } from '../declaration.ts';
import type { KnownPerson } from '../external.ts';
import { type Change, stepsOf } from '../treatments.ts';
import type { CatalogueColumn } from './catalogue.ts';
import { type Dialect, FALSE, marks, plain, quotedTable, type Statement, TRUE } from './engine.ts';
import type { ResolvedPath, ResolvedTable } from './resolve.ts';
import { alreadyTreated, type ComputedAct } from './treat-values.ts';

/** Conditions and values of statements. Names come from the catalogue, everything else is bound. */
const NAME = 't';
export const col = (sql: Dialect, column: Pick<CatalogueColumn, 'name'>, alias = NAME): string =>
  `${alias}.${sql.quoted(column.name)}`;
export const from = (sql: Dialect, { table }: ResolvedTable): string => `${quotedTable(sql, table)} AS ${NAME}`;

export function all(...conditions: (Statement | undefined)[]): Statement {
  const real = conditions.filter((one): one is Statement => one !== undefined);
  if (real.length === 1) return real[0] as Statement;
  return {
    text: real.map(({ text }) => `(${text})`).join(' AND ') || TRUE.text,
    values: real.flatMap((one) => one.values),
  };
}
export function any(conditions: Statement[]): Statement {
  const real = conditions.filter(({ text }) => text !== FALSE.text);
  if (real.length === 0) return FALSE;
  return {
    text: real.map(({ text }) => `(${text})`).join(' OR '),
    values: real.flatMap((one) => one.values),
  };
}

/** A condition on the last column of a path, from the row under `alias`; names of its own begin with `prefix`. */
export function through(
  sql: Dialect,
  path: ResolvedPath,
  last: (column: string) => Statement,
  { alias = NAME, prefix = 'h' } = {},
): Statement {
  const [hop, ...rest] = path.hops;
  const step = (depth: number, hops: typeof rest, current: typeof hop): Statement => {
    const here = depth === 0 ? alias : `${prefix}${depth}`;
    if (!current) return last(col(sql, path.column, here));
    const inner = step(depth + 1, hops.slice(1), hops[0]);
    if (inner.text === FALSE.text) return FALSE;
    const next = `${prefix}${depth + 1}`;
    return {
      text: `${col(sql, current.column, here)} IN (SELECT ${col(sql, current.key, next)} FROM ${quotedTable(sql, current.table)} AS ${next} WHERE ${inner.text})`,
      values: inner.values,
    };
  };
  return step(0, rest, hop);
}

/** Rows of any of these persons. An id is the person's in the one spelling the database gives it; an address, however it is written. */
export function ofPersons(
  sql: Dialect,
  { declared, subject }: ResolvedTable,
  persons: readonly KnownPerson[],
  where: { alias?: string; prefix?: string } = {},
): Statement {
  const { by } = declared.subject;
  if (by === 'email') {
    const spelled = [...new Set(persons.flatMap(({ email }) => (email === undefined ? [] : addressSpellings(email))))];
    const values = spelled.filter((one) => one !== '' && !one.includes('\0') && one.isWellFormed());
    if (values.length === 0) return FALSE;
    return through(
      sql,
      subject,
      (column) => ({
        text: `${sql.asComparedAddress(column, subject.column)} IN (${marks(values, sql.text)})`,
        values,
      }),
      where,
    );
  }
  const known = persons.flatMap(({ accountId, visitorIds }) => {
    if (by === 'visitor') return visitorIds;
    return accountId === undefined ? [] : [accountId];
  });
  return through(sql, subject, (column) => sql.spelledAs(column, subject.column, [...new Set(known)]), where);
}

/** Whose a row is, as text. */
export const subjectOf = (sql: Dialect, { subject }: ResolvedTable): string =>
  valueAt(sql, subject, (column) => sql.asText(column, subject.column));

/** What stands at the end of a path, from the row, or nothing. */
export function valueAt(sql: Dialect, path: ResolvedPath, last: (column: string) => string): string {
  const step = (depth: number, hops: ResolvedPath['hops']): string => {
    const alias = depth === 0 ? NAME : `h${depth}`;
    const [hop, ...rest] = hops;
    if (!hop) return last(col(sql, path.column, alias));
    const next = `h${depth + 1}`;
    return `(SELECT ${step(depth + 1, rest)} FROM ${quotedTable(sql, hop.table)} AS ${next} WHERE ${col(sql, hop.key, next)} = ${col(sql, hop.column, alias)} LIMIT 1)`;
  };
  return step(0, path.hops);
}

/** Rows of the portal. */
export function ofTenant(sql: Dialect, { tenant }: ResolvedTable, tenantId: string): Statement {
  if (!tenant) return TRUE;
  return through(sql, tenant, (column) => sql.spelledAs(column, tenant.column, [tenantId]));
}

/** The text of a replacement: its constant, or with the key of the row in it. */
export function replacement(sql: Dialect, table: ResolvedTable, template: string): Statement {
  const key = table.key.map((part) => sql.asText(col(sql, part), part)).join(` || '-' || `);
  const [first = '', ...more] = template.split('{key}');
  if (more.length === 0) return { text: sql.text, values: [first] };
  return {
    text: [sql.text, ...more.map(() => sql.text)].join(` || ${key} || `),
    values: [first, ...more],
  };
}

/**
 * An address that is cut already, so that a sweep over millions need not read them again: exactly what `reduceAddress`
 * leaves under /24 and /48, 6to4 (2002::/16) under /40.
 */
function cutAlready(sql: Dialect, address: string): string {
  const v4 = `${address} LIKE '%.%.%.0' AND ${sql.onlyOf(address, '0-9.')}`;
  const sixToFour = `${address} NOT LIKE '2002:%' OR ${address} LIKE '%00::' OR ${address} NOT LIKE '%:%:%:%:%'`;
  const v6 = `${address} LIKE '%::' AND ${sql.onlyOf(address, '0-9a-f:')} AND ${address} NOT LIKE '%:%:%:%:%:%' AND (${sixToFour})`;
  return `((${v4}) OR (${v6}))`;
}

/** What an act does to one column, or to the row; `computed`: from the value, here. */
type ColumnAct =
  | { column: CatalogueColumn; act: 'null' | 'replace' | 'truncate-ip'; with?: string }
  | ({ act: 'computed' } & ComputedAct);
const WITHOUT_VALUE: readonly string[] = ['null', 'replace', 'truncate-ip'] satisfies ColumnAct['act'][];
export interface TableAct {
  table: ResolvedTable;
  category: string;
  does: 'delete' | 'change';
  columns: ColumnAct[];
}

/** What erasing or reducing a category does in a table; undefined: nothing. */
export function actOn(table: ResolvedTable, category: string, action: 'erase' | 'reduce'): TableAct | undefined {
  const own = table.columns.filter(({ declared }) => declared.category === category);
  if (own.length === 0) return undefined;
  if (action === 'erase' && own.some(({ declared }) => declared.action === 'delete'))
    return { table, category, does: 'delete', columns: [] };
  const columns = own.flatMap(({ column, declared }): ColumnAct[] => {
    const { with: template, of, draw } = declared;
    const act = action === 'reduce' ? (declared.reduce ?? declared.action) : declared.action;
    if (act === 'keep' || act === 'delete') return [];
    if (typeof act === 'string' && WITHOUT_VALUE.includes(act))
      return [{ column, act: act as 'null' | 'replace' | 'truncate-ip', with: template }];
    return [{ column, act: 'computed', steps: stepsOf(act) as Change[], with: template, of, draw }];
  });
  return columns.length === 0 ? undefined : { table, category, does: 'change', columns };
}

/** What stands for nothing in a column of addresses: NULL, or an empty text where NULL cannot be. */
export const emptyAddress = ({ nullable, family }: CatalogueColumn): null | '' =>
  nullable || family === 'address' ? null : '';

/** Rows on which the act still has something to do. */
export function untreated(sql: Dialect, act: TableAct): Statement {
  if (act.does === 'delete') return TRUE;
  return any(
    act.columns.map((one): Statement => {
      const { column, act: what, with: template } = one;
      const name = col(sql, column);
      if (what === 'computed') {
        const treated = alreadyTreated(sql, name, one);
        // What is empty stays empty: something in its place would say that there was something.
        const empty = column.family === 'text' ? ` AND ${sql.asText(name, column)} <> ''` : '';
        return { text: `${name} IS NOT NULL${empty} AND (${treated.text}) IS NOT TRUE`, values: treated.values };
      }
      if (what === 'null') return plain(`${name} IS NOT NULL`);
      if (what === 'truncate-ip') {
        const address = sql.asAddress(name, column);
        return plain(`${name} IS NOT NULL AND ${address} <> '' AND NOT ${cutAlready(sql, address)}`);
      }
      const text = replacement(sql, act.table, template ?? '');
      return {
        text: `${name} IS NOT NULL AND ${sql.asText(name, column)} <> ${text.text}`,
        values: text.values,
      };
    }),
  );
}

/** What the policies want of a category on request, as an act; what is retained is as if erased: what there is of it. */
export const requestAct = (table: ResolvedTable, category: string, action: RequestAction) =>
  actOn(table, category, action === 'reduce' ? 'reduce' : 'erase');
