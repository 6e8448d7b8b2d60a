import Type, { type TProperties, type TSchema } from 'typebox';
import { closed } from './schemas.ts';

/** Query parameters of a list that comes in pages. */
export const PAGE_QUERY = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50, description: 'Rows per page.' })),
  cursor: Type.Optional(
    Type.String({ pattern: '^[\\w.:-]{1,200}$', description: '`next` of the page before; absent for the first page.' }),
  ),
} satisfies TProperties;

/** Schema of one page. */
export function cursorPage<T extends TSchema>(item: T) {
  return Type.Object(
    {
      items: Type.Array(item),
      next: Type.Union([Type.String(), Type.Null()], { description: 'Cursor of the next page; null on the last.' }),
    },
    closed,
  );
}

/** One page out of rows that were asked for with `limit + 1`: the extra row tells that there are more. */
export function cursorPageFrom<T>(
  rows: T[],
  limit: number,
  cursorOf: (row: T) => string,
): { items: T[]; next: string | null } {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rows.length > limit && last ? cursorOf(last) : null };
}

export const DEFAULT_PAGE = 50;
