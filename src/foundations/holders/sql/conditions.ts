import type { RequestAction } from '../declaration.ts';
import type { KnownPerson } from '../external.ts';
import type { CatalogueColumn } from './catalogue.ts';
import { type Bound, type Engine, quoted, quotedTable, type Statement } from './engine.ts';
import type { ResolvedPath, ResolvedTable } from './resolve.ts';

/** Conditions and values of statements. Names come from the catalogue, everything else is bound. */
const FALSE: Statement = { text: '1 = 0', values: [] };
const TRUE: Statement = { text: '1 = 1', values: [] };
const NAME = 't';
export const col = (column: Pick<CatalogueColumn, 'name'>, alias = NAME): string => `${alias}.${quoted(column.name)}`;
export const from = (table: ResolvedTable): string => `${quotedTable(table.table.name)} AS ${NAME}`;

export function all(...conditions: (Statement | undefined)[]): Statement {
  const real = conditions.filter((one): one is Statement => one !== undefined);
  return {
    text: real.map(({ text }) => `(${text})`).join(' AND ') || '1 = 1',
    values: real.flatMap((one) => one.values),
  };
}
export function any(conditions: Statement[]): Statement {
  if (conditions.length === 0) return FALSE;
  return {
    text: conditions.map(({ text }) => `(${text})`).join(' OR '),
    values: conditions.flatMap((one) => one.values),
  };
}

const INTEGERS: Record<string, bigint> = {
  smallint: 32_767n,
  integer: 2_147_483_647n,
  bigint: 9_223_372_036_854_775_807n,
};

/** What of these values a column of this type can hold at all: an id of another kind is nobody's, and no error. */
function fitting(values: readonly string[], { type }: CatalogueColumn, engine: Engine['kind']): string[] {
  const whole = values.filter((value) => !value.includes('\0') && value.isWellFormed());
  if (engine === 'sqlite') return whole;
  const largest = INTEGERS[type];
  if (largest !== undefined)
    return whole.filter((value) => /^-?\d{1,19}$/.test(value) && BigInt(value) <= largest && BigInt(value) >= -largest);
  if (type === 'uuid') return whole.filter((value) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value));
  return whole;
}

/** Types of columns that a person can be known by. */
export const KEY_TYPES =
  /^(smallint|integer|bigint|uuid|text|character varying|character|citext|int|varchar.*|char.*|)$/;

function through(path: ResolvedPath, last: (column: string) => Statement): Statement {
  const [hop, ...rest] = path.hops;
  const step = (depth: number, hops: typeof rest, current: typeof hop): Statement => {
    const alias = depth === 0 ? NAME : `h${depth}`;
    if (!current) return last(col(path.column, alias));
    const inner = step(depth + 1, hops.slice(1), hops[0]);
    const next = `h${depth + 1}`;
    return {
      text: `${col(current.column, alias)} IN (SELECT ${col(current.key, next)} FROM ${quotedTable(current.table.name)} AS ${next} WHERE ${inner.text})`,
      values: inner.values,
    };
  };
  return step(0, rest, hop);
}

function equalsOneOf(column: string, values: Bound[]): Statement {
  if (values.length === 0) return FALSE;
  return { text: `${column} IN (${values.map(() => '?').join(', ')})`, values };
}

/** Rows of any of these persons. */
export function ofPersons(engine: Engine, table: ResolvedTable, persons: readonly KnownPerson[]): Statement {
  const { by } = table.declared.subject;
  const known = persons.flatMap(({ accountId, email, visitorIds }) => {
    if (by === 'account') return accountId === undefined ? [] : [accountId];
    if (by === 'visitor') return visitorIds;
    return email === undefined ? [] : [email, email.toLowerCase()];
  });
  const values = fitting([...new Set(known)], table.subject.column, engine.kind);
  if (values.length === 0) return FALSE;
  return through(table.subject, (column) => equalsOneOf(column, values));
}

/** Whose a row is, as text. */
export function subjectOf(engine: Engine, { subject }: ResolvedTable): string {
  const step = (depth: number, hops: ResolvedPath['hops']): string => {
    const alias = depth === 0 ? NAME : `h${depth}`;
    const [hop, ...rest] = hops;
    if (!hop) return engine.sql.asText(col(subject.column, alias), subject.column);
    const next = `h${depth + 1}`;
    return `(SELECT ${step(depth + 1, rest)} FROM ${quotedTable(hop.table.name)} AS ${next} WHERE ${col(hop.key, next)} = ${col(hop.column, alias)} LIMIT 1)`;
  };
  return step(0, subject.hops);
}

/** Rows of the portal. */
export function ofTenant(engine: Engine, table: ResolvedTable, tenantId: string): Statement {
  const { tenant } = table;
  if (!tenant) return TRUE;
  const values = fitting([tenantId], tenant.column, engine.kind);
  return values.length === 0 ? FALSE : through(tenant, (column) => equalsOneOf(column, values));
}

/** The text of a replacement: its constant, or with the key of the row in it. */
export function replacement(engine: Engine, table: ResolvedTable, template: string): Statement {
  const key = table.key.map((part) => engine.sql.asText(col(part), part)).join(` || '-' || `);
  const [first = '', ...more] = template.split('{key}');
  const typed = engine.kind === 'postgres' ? '?::text' : '?';
  if (more.length === 0) return { text: typed, values: [first] };
  return {
    text: [typed, ...more.map(() => typed)].join(` || ${key} || `),
    values: [first, ...more],
  };
}

/**
 * An address that is cut already, so that a sweep over millions need not read them again: exactly what `reduceAddress`
 * leaves under /24 and /48, 6to4 (2002::/16) under /40.
 */
function cutAlready(engine: Engine, address: string): string {
  const v4 = `${address} LIKE '%.%.%.0' AND ${engine.sql.onlyOf(address, '0-9.')}`;
  const sixToFour = `${address} NOT LIKE '2002:%' OR ${address} LIKE '%00::' OR ${address} NOT LIKE '%:%:%:%:%'`;
  const v6 = `${address} LIKE '%::' AND ${engine.sql.onlyOf(address, '0-9a-f:')} AND ${address} NOT LIKE '%:%:%:%:%:%' AND (${sixToFour})`;
  return `((${v4}) OR (${v6}))`;
}

/** What an act does to one column, or to the row. */
type ColumnAct = { column: CatalogueColumn; act: 'null' | 'replace' | 'truncate-ip'; with?: string };
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
    const act = action === 'reduce' ? (declared.reduce ?? declared.action) : declared.action;
    if (act === 'keep' || act === 'delete') return [];
    return [{ column, act, with: declared.with }];
  });
  return columns.length === 0 ? undefined : { table, category, does: 'change', columns };
}

/** Rows on which the act still has something to do. */
export function untreated(engine: Engine, act: TableAct): Statement {
  if (act.does === 'delete') return TRUE;
  return any(
    act.columns.map(({ column, act: what, with: template }): Statement => {
      const name = col(column);
      if (what === 'null') return { text: `${name} IS NOT NULL`, values: [] };
      if (what === 'truncate-ip') {
        const address = engine.sql.asAddress(name, column);
        return { text: `${name} IS NOT NULL AND NOT ${cutAlready(engine, address)}`, values: [] };
      }
      const text = replacement(engine, act.table, template ?? '');
      return {
        text: `${name} IS NOT NULL AND ${engine.sql.asText(name, column)} <> ${text.text}`,
        values: text.values,
      };
    }),
  );
}

/** What the policies want of a category on request, as an act; what is retained is as if erased: what there is of it. */
export const requestAct = (table: ResolvedTable, category: string, action: RequestAction) =>
  actOn(table, category, action === 'reduce' ? 'reduce' : 'erase');
