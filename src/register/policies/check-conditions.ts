import { mayEndSooner } from '../../law/duration.ts';
import { readsOf, STANDING_CATEGORY } from './conditions.ts';
import { HOLDERS, type KeepCondition, type RelationsFile, type RetentionRule } from './model.ts';
import { ids, known, type Located, noneTwice, type PolicyParts, type Report } from './policy-parts.ts';

const KINDS = ['relation', 'role', 'attribute', 'children'] as const;
/** Rows of it are about nobody who could be asked after. */
const NOBODYS = ['content.minimal-association'];

/** Conditions of rules, and what is kept for good: that what they name is declared, and that they can hold and end. */
export function checkConditions(parts: PolicyParts, report: Report): void {
  checkTerms(parts, report);
  checkKept(parts, report);
  // Old words that still decide ask the same of people as rules do.
  const old = parts.transitions
    .filter(({ value }) => value.oldRows === 'old-period')
    .map(({ value, place }) => ({ value: value.was, place: (at: string) => place(`/was${at}`) }));
  for (const located of [...parts.rules, ...old]) {
    const { unless = [], only, category } = located.value;
    if ((unless.length > 0 || only) && NOBODYS.includes(category))
      report(
        located,
        unless.length > 0 ? '/unless' : '/only',
        'These rows are about nobody known: no condition on a person ever holds.',
        'Take it away.',
      );
    noneTwice(
      unless.map((value, index) => ({ value, place: (at: string) => located.place(`/unless/${index}${at}`) })),
      ({ id }) => id,
      '/id',
      report,
    );
    for (const [index, condition] of unless.entries())
      checkCondition(located, condition, `/unless/${index}`, parts, report);
    checkScope(located, parts, report);
  }
  checkCircles(parts, report);
}

function checkTerms({ relations }: PolicyParts, report: Report): void {
  if (!relations) return;
  const twice = (all: readonly { id: string }[], at: string) =>
    noneTwice(
      all.map((value, index) => ({ value, place: (pointer: string) => relations.place(`${at}/${index}${pointer}`) })),
      ({ id }) => id,
      '/id',
      report,
    );
  const { value } = relations;
  for (const kind of ['relations', 'roles', 'attributes'] as const) twice(value[kind], `/${kind}`);
  for (const [index, { values }] of value.attributes.entries()) twice(values, `/attributes/${index}/values`);
}

const outside = ({ categories }: PolicyParts, id: string): boolean => {
  const holder = categories.find(({ value }) => value.id === id)?.value.holder;
  return holder !== undefined && !(HOLDERS as readonly string[]).includes(holder);
};

function checkCondition(
  located: Located<RetentionRule>,
  condition: KeepCondition,
  at: string,
  parts: PolicyParts,
  report: Report,
): void {
  const { relations: terms, categories, rules } = parts;
  const { relation, plus, role, attribute, children = [] } = condition;
  const none: RelationsFile = { relations: [], roles: [], attributes: [] };
  const declared = terms?.value ?? none;
  if (KINDS.filter((kind) => condition[kind] !== undefined).length !== 1)
    report(
      located,
      at,
      'A condition asks exactly one thing.',
      `Give one of ${KINDS.join(', ')}; several conditions are several entries.`,
    );
  if (relation !== undefined) known(relation, idsOf(declared.relations), 'relation', located, `${at}/relation`, report);
  if (role !== undefined) known(role, idsOf(declared.roles), 'role', located, `${at}/role`, report);
  for (const [id, value] of Object.entries(attribute ?? {}))
    checkAttribute(located, `${at}/attribute`, id, [value], declared, report);
  if (plus !== undefined && relation === undefined)
    report(located, `${at}/plus`, '"plus" belongs to a relation: only that has an end.', 'Take it away.');
  if (plus !== undefined)
    for (const { value: ending } of rules)
      if (ending.category === STANDING_CATEGORY && !ending.only && mayEndSooner(ending.after, plus))
        report(
          located,
          `${at}/plus`,
          `"${ending.id}" forgets a relation ${ending.after} after its end: until ${plus} after it the condition cannot hold.`,
          `Let that rule count ${plus} or longer.`,
        );
  for (const [index, child] of children.entries()) {
    const pointer = `${at}/children/${index}`;
    known(child, ids(categories), 'category', located, pointer, report);
    const category = categories.find(({ value }) => value.id === child)?.value;
    if (category?.anonymous || NOBODYS.includes(child))
      report(located, pointer, 'These rows are about nobody: the condition never holds.', 'Take it away.');
    else if (category?.kept)
      report(
        located,
        pointer,
        'This category is kept for good, and so this rule would never do anything.',
        'Give its own category "kept" with the ground, or take the condition away.',
      );
    else if (outside(parts, child))
      report(
        located,
        pointer,
        'A holder outside cannot be asked in every batch of a sweep whether it still has something of a person.',
        'Name a category kept inside, or let the platform tell a relation.',
      );
  }
}

const idsOf = (all: readonly { id: string }[]) => all.map(({ id }) => id);

function checkAttribute(
  located: Located<RetentionRule>,
  pointer: string,
  id: string,
  values: readonly string[],
  { attributes }: RelationsFile,
  report: Report,
): void {
  known(id, idsOf(attributes), 'attribute', located, pointer, report);
  const its = attributes.find((one) => one.id === id);
  if (its) for (const value of values) known(value, idsOf(its.values), `value of ${id}`, located, pointer, report);
}

function checkScope(located: Located<RetentionRule>, parts: PolicyParts, report: Report): void {
  const { only, unless = [], category } = located.value;
  if (!only) return;
  const declared = parts.relations?.value ?? { relations: [], roles: [], attributes: [] };
  for (const [index, role] of (only.roles ?? []).entries())
    known(role, idsOf(declared.roles), 'role', located, `/only/roles/${index}`, report);
  for (const [id, values] of Object.entries(only.attributes ?? {}))
    checkAttribute(located, `/only/attributes/${id}`, id, values, declared, report);
  if (outside(parts, category))
    report(
      located,
      '/only',
      'A holder outside can be told whom to spare, not whom alone to treat.',
      'Use "unless", or select the rows by a column in its declaration.',
    );
  for (const [index, { role, attribute = {} }] of unless.entries()) {
    const sameRole = role !== undefined && only.roles?.length === 1 && only.roles[0] === role;
    const sameAttribute = Object.entries(attribute).some(
      ([id, value]) => only.attributes?.[id]?.length === 1 && only.attributes[id]?.[0] === value,
    );
    if (sameRole || sameAttribute)
      report(
        located,
        `/unless/${index}`,
        'The rule is only for whom this condition spares: it never does anything.',
        'Take one of the two away.',
      );
  }
}

function checkKept({ categories, rules, erasureRequests }: PolicyParts, report: Report): void {
  for (const located of categories) {
    const { id, kept } = located.value;
    if (!kept) continue;
    const rule = rules.find(({ value }) => value.category === id);
    if (rule)
      report(
        rule,
        '/category',
        'The category is kept for good (categories.yaml): no rule ends it.',
        'Take the rule away, or "kept".',
      );
    const request = erasureRequests.find(({ value }) => value.category === id);
    if (request?.value.action === 'erase')
      report(
        request,
        '/action',
        'What there is a ground to keep for good is not erased on request.',
        `Use action: retain with ground: ${kept.ground}, or give the category a rule instead of "kept".`,
      );
  }
}

/** A waits for B and B for A: neither ever ends. */
function checkCircles({ rules, relations }: PolicyParts, report: Report): void {
  const waitsFor = new Map<string, Set<string>>();
  const terms = { relations: relations?.value };
  for (const { value } of rules)
    for (const condition of value.unless ?? [])
      for (const read of readsOf(condition, terms))
        waitsFor.set(value.category, (waitsFor.get(value.category) ?? new Set()).add(read));
  const reaches = (from: string, to: string, seen = new Set<string>()): boolean => {
    if (from === to) return true;
    if (seen.has(from)) return false;
    seen.add(from);
    return [...(waitsFor.get(from) ?? [])].some((next) => reaches(next, to, seen));
  };
  for (const located of rules)
    for (const [index, condition] of (located.value.unless ?? []).entries())
      if (readsOf(condition, terms).some((read) => reaches(read, located.value.category)))
        report(
          located,
          `/unless/${index}`,
          'It waits for what waits for it: neither would ever end.',
          'Take one of the conditions away.',
        );
}
