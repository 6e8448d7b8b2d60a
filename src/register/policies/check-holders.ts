import type { DeclaredHolder, SqlHolder, SqlTable } from '../../foundations/holders/declaration.ts';
import { describeHolder } from '../../foundations/holders/describe.ts';
import { isToken, isValueTemplate, lastOf, stepsOf } from '../../foundations/holders/treatments.ts';
import { escaped } from './explain.ts';
import { HOLDERS } from './model.ts';
import { ids, known, type Located, type PolicyParts, type Report } from './policy-parts.ts';

/** Settings of the service itself, which no holder is given. */
const OWN_SETTINGS = ['HOST', 'PORT', 'DATABASE_URL', 'DATABASE_MIGRATION_URL'];

/** Holders outside: that their files agree with categories, rules and decisions, and mean one thing only. */
export function checkHolders(parts: PolicyParts, report: Report): void {
  const { holders, categories, places } = parts;
  const names = [...HOLDERS, ...ids(holders)];
  for (const located of categories) known(located.value.holder, names, 'holder', located, '/holder', report);
  for (const located of places)
    for (const [index, holder] of (located.value.holders ?? []).entries())
      known(holder, names, 'holder', located, `/holders/${index}`, report);
  for (const located of holders) {
    const { id, place } = located.value;
    if ((HOLDERS as readonly string[]).includes(id))
      report(located, '/id', 'A holder inside has this name.', 'Choose another.');
    known(place, ids(places), 'place', located, '/place', report);
    checkSettings(located, report);
    checkAbilities(located, parts, report);
    if (located.value.kind === 'sql') checkTables(located as Located<SqlHolder>, report);
  }
}

function checkSettings(located: Located<DeclaredHolder>, report: Report): void {
  for (const [setting, name] of Object.entries(located.value.connection))
    if (OWN_SETTINGS.includes(name))
      report(
        located,
        `/connection/${setting}`,
        'This is a setting of the service itself.',
        'Name a setting of its own.',
      );
}

/** Categories are the holder's, and what rules and requests want of them it can do. */
function checkAbilities(located: Located<DeclaredHolder>, parts: PolicyParts, report: Report): void {
  const { value } = located;
  const { categories, actions, clocks } = describeHolder(value);
  const declared = new Map(parts.categories.map(({ value: category }) => [category.id, category]));
  for (const [category, pointer] of claims(value)) {
    known(category, [...declared.keys()], 'category', located, pointer, report);
    const owner = declared.get(category)?.holder;
    if (owner !== undefined && owner !== value.id)
      report(
        located,
        pointer,
        `categories.yaml gives this category to the holder ${owner}.`,
        `Write holder: ${value.id} there, or use a category of this holder.`,
      );
  }
  for (const category of parts.categories)
    if (category.value.holder === value.id && !categories.includes(category.value.id))
      report(category, '/holder', 'The file of this holder has no column of the category.', 'Declare one there.');
  for (const rule of parts.rules) {
    const { category, action, from } = rule.value;
    if (!categories.includes(category)) continue;
    const can = actions[category] ?? [];
    if (!can.includes(action))
      report(
        rule,
        '/action',
        `The holder ${value.id} cannot ${action} this category.`,
        can.length > 0 ? `It can: ${can.join(', ')}.` : 'Give its columns other actions.',
      );
    else if (!clocks[category]?.includes(from))
      report(
        rule,
        '/from',
        `The holder ${value.id} does not keep this instant in every table of the category.`,
        `It keeps: ${clocks[category]?.join(', ') || 'none; add clocks to its tables'}.`,
      );
  }
  for (const request of parts.erasureRequests) {
    const { category, action } = request.value;
    if (!categories.includes(category) || action === 'retain') continue;
    if (!actions[category]?.includes(action))
      report(
        request,
        '/action',
        `The holder ${value.id} cannot ${action} this category: some of its columns stay.`,
        'Give what stays a category of its own, which is retained, or give its columns other actions.',
      );
  }
}

function claims(value: DeclaredHolder): [category: string, pointer: string][] {
  if (value.kind === 'webhook')
    return Object.keys(value.categories).map((category) => [category, `/categories/${category}`]);
  return value.tables.flatMap(({ columns }, index) =>
    Object.entries(columns).map(([name, { category }]): [string, string] => [
      category,
      `/tables/${index}/columns/${escaped(name)}/category`,
    ]),
  );
}

function checkTables(located: Located<SqlHolder>, report: Report): void {
  const { tables, tenants } = located.value;
  const seen = new Set<string>();
  for (const [index, table] of tables.entries()) {
    const at = `/tables/${index}`;
    if (seen.has(table.id)) report(located, `${at}/id`, 'The same is declared twice.', 'Keep one of them.');
    seen.add(table.id);
    if (!table.tenant && tenants?.length !== 1)
      report(
        located,
        `${at}/id`,
        'Nothing tells of which portal a row is.',
        'Add tenant: { column: … }, or name the one portal of this holder: tenants: [ … ].',
      );
    checkColumns(located, table, at, report);
  }
}

function checkColumns(located: Located<SqlHolder>, { columns, structure }: SqlTable, at: string, report: Report): void {
  const all = Object.values(columns);
  const deleted = all.some(({ action }) => action === 'delete');
  const [first] = all;
  for (const [name, { action, reduce, category, ground, ...column }] of Object.entries(columns)) {
    const pointer = `${at}/columns/${escaped(name)}`;
    const last = [lastOf(action), ...(reduce === undefined ? [] : [lastOf(reduce)])];
    const replaces = last.includes('replace');
    const makes = last.some(isToken);
    if (structure?.[name] !== undefined)
      report(located, pointer, 'The column is declared as personal and as structure.', 'Keep one of them.');
    if (action === 'keep' && !ground)
      report(located, pointer, 'What is kept needs a ground of Art. 17(3).', 'Add ground: JustificationA17…');
    if (action !== 'keep' && ground)
      report(located, `${pointer}/ground`, 'What is not kept needs no ground.', 'Take the ground away.');
    if (replaces && column.with === undefined)
      report(located, pointer, 'Nothing says by what the value is replaced.', "Add with: 'erased'.");
    if (makes && column.with !== undefined && !isValueTemplate(column.with))
      report(
        located,
        `${pointer}/with`,
        'Nothing says where the value stands that is made.',
        'Put {value} into it once: with: "{value}@example.invalid".',
      );
    if (makes && replaces)
      report(
        located,
        pointer,
        'One text cannot both replace and surround a value.',
        'Use null, or one of them for both.',
      );
    if (column.of !== undefined && !last.includes('pseudonym'))
      report(located, `${pointer}/of`, 'Only a pseudonym is somebody’s.', 'Take it away, or use action: pseudonym.');
    if (column.draw !== undefined && !last.includes('format'))
      report(located, `${pointer}/draw`, 'Only format draws characters.', 'Take it away, or use action: format.');
    for (const steps of [stepsOf(action), stepsOf(reduce ?? [])])
      if (steps.length > 1 && isToken(steps[0] ?? ''))
        report(located, pointer, 'What comes after it finds nothing to make less.', 'Put the coarser step first.');
    if (!replaces && !makes && column.with !== undefined)
      report(located, `${pointer}/with`, 'Nothing is replaced here.', 'Take it away, or use action: replace.');
    if (deleted && (action !== 'delete' || category !== first?.category))
      report(
        located,
        pointer,
        'A row that is deleted goes whole: its personal columns have one category, and all of them the action delete.',
        'Use one category for them, or let none of them delete the row.',
      );
  }
}
