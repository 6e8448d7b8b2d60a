import type { DeclaredHolder } from '../../foundations/holders/declaration.ts';
import { lastOf } from '../../foundations/holders/treatments.ts';
import type { Texts } from '../../foundations/messages/texts.ts';
import type { PolicySet } from './model.ts';

/**
 * What reducing a category leaves, by name, in a sentence without its full stop: "what stays: …". The one source for
 * every paper that says of data that it is reduced; whether what stays still tells who it is, it says too.
 */
export function whatStays(categoryId: string, policies: Pick<PolicySet, 'categories' | 'holders'>, t: Texts): string {
  const holderId = policies.categories.find(({ id }) => id === categoryId)?.holder;
  const outside = policies.holders?.find(({ id }) => id === holderId);
  return (outside && leftOutside(outside, categoryId, t)) ?? t.maybe(`stays.of.${categoryId}`) ?? t('stays.unknown');
}

/** As the columns of the declaration say; a service behind a webhook decides itself. */
function leftOutside(holder: DeclaredHolder, category: string, t: Texts): string {
  if (holder.kind === 'webhook') return t('stays.service', { holder: holder.title });
  const fields = holder.tables.flatMap(({ columns }) =>
    Object.entries(columns).flatMap(([name, { category: of, action, reduce = action, exportAs: field = name }]) => {
      const made = lastOf(reduce);
      if (of !== category || made === 'null') return [];
      return [made === 'keep' || made === 'delete' ? field : t(`stays.${made}`, { field })];
    }),
  );
  const where = { holder: holder.title };
  return fields.length === 0
    ? t('stays.none-outside', where)
    : t('stays.outside', { ...where, fields: t.list([...new Set(fields)]) });
}
