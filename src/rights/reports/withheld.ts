import type { Holder } from '../../foundations/holders/holder.ts';

/** Columns of these categories that are not exported, each with its holder's reason. */
export function withheldColumns(
  holders: Holder[],
  categories: { id: string; title: string }[],
): { what: string; reason: string }[] {
  const titles = new Map(categories.map(({ id, title }) => [id, title]));
  return holders.flatMap((holder) =>
    Object.values(holder.describe().columns).flatMap((columns) =>
      Object.entries(columns).flatMap(([column, claim]) => {
        const title = 'category' in claim && claim.exportedAs === null ? titles.get(claim.category) : undefined;
        return title !== undefined && 'reason' in claim && claim.reason !== undefined
          ? [{ what: `${title}: ${column}`, reason: claim.reason }]
          : [];
      }),
    ),
  );
}
