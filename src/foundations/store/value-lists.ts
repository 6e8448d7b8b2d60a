import { type AnyColumn, type Placeholder, type SQL, sql } from 'drizzle-orm';
import type { Query } from './store.ts';

/**
 * Many values of one column in one parameter, as the column keeps them: the statement is the same however many there
 * are. It is how a statement about one domain is told of people that another has named, as no two of them keep a person
 * under the same pseudonym.
 */
export function valueList(column: AnyColumn, values: Iterable<string>): string {
  return JSON.stringify(Array.from(values, (value) => column.mapToDriverValue(value)));
}

/** The column has one of the values: a range of its index for each. */
export function isOneOf({ engine }: Pick<Query, 'engine'>, column: AnyColumn, list: string | Placeholder): SQL {
  return engine === 'postgres'
    ? sql`${column} = ANY (ARRAY(SELECT jsonb_array_elements_text(${list}::jsonb)))`
    : sql`${column} IN (SELECT value FROM json_each(${list}))`;
}

/** The column has none of the values, or nothing: the list is looked up, not walked, for each row. */
export function isNoneOf({ engine }: Pick<Query, 'engine'>, column: AnyColumn, list: string): SQL {
  const values =
    engine === 'postgres'
      ? sql`SELECT jsonb_array_elements_text(${list}::jsonb)`
      : sql`SELECT value FROM json_each(${list})`;
  return sql`(${column} IS NULL OR ${column} NOT IN (${values}))`;
}
