import type { DeclaredHolder, WebhookHolder } from './declaration.ts';
import type { ExternalDescription, ExternalHolder } from './external.ts';
import type { Holder } from './holder.ts';
import { leavesNothing, pseudonymises } from './treatments.ts';

type DeclaredCategory = WebhookHolder['categories'][string];

/** What a declared holder keeps and can do, from its declaration alone. */
export function describeHolder(declared: DeclaredHolder): ExternalDescription {
  const { title, place } = declared;
  if (declared.kind === 'webhook') {
    const categories = Object.keys(declared.categories).sort();
    const each = <T>(of: (category: DeclaredCategory) => T) =>
      Object.fromEntries(categories.map((id) => [id, of(declared.categories[id] as DeclaredCategory)]));
    return {
      title,
      place,
      categories,
      actions: each(({ actions }) => actions),
      clocks: each(({ clocks }) => clocks),
    };
  }
  const { tables } = declared;
  const named = tables.flatMap(({ columns }) => Object.values(columns).map(({ category }) => category));
  const categories = [...new Set(named)].sort();
  const actions: ExternalDescription['actions'] = {};
  const clocks: ExternalDescription['clocks'] = {};
  const knownBy: ExternalDescription['knownBy'] = {};
  for (const category of categories) {
    const its = tables.filter(({ columns }) => Object.values(columns).some((column) => column.category === category));
    const own = its.flatMap(({ columns }) => Object.values(columns).filter((column) => column.category === category));
    const erases = own.every(({ action }) => action !== 'keep' && leavesNothing(action));
    const less = own.filter(
      ({ action, reduce }) => reduce !== undefined || (action !== 'keep' && !leavesNothing(action)),
    );
    const pseudonymised = less.some(({ action, reduce }) => pseudonymises(reduce ?? action));
    actions[category] = [
      ...(erases ? (['erase'] as const) : []),
      ...(less.length > 0 ? (['reduce'] as const) : []),
      ...(pseudonymised ? (['pseudonymise'] as const) : []),
    ];
    knownBy[category] = [...new Set(its.map(({ subject }) => subject.by))];
    // A rule must reach every table of the category, so only clocks that all of them have can be counted from.
    const [first, ...others] = its.map((table) => Object.keys(table.clocks ?? {}));
    clocks[category] = (first ?? []).filter((clock) => others.every((names) => names.includes(clock)));
  }
  return { title, place, categories, actions, clocks, knownBy };
}

/** A holder outside as the coverage gate sees those inside: each of its categories is exported, none is in our tables. */
export function describedAsInside(holder: Pick<ExternalHolder, 'id' | 'describe'>): Pick<Holder, 'id' | 'describe'> {
  const { title, place, categories, actions, clocks } = holder.describe();
  const claims = Object.fromEntries(categories.map((category) => [category, { category, exportedAs: category }]));
  return {
    id: holder.id,
    describe: () => ({ title, place, columns: { [holder.id]: claims }, sealedPerSubject: [], actions, clocks }),
  };
}
