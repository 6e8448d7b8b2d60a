import type { AddFinding as Add } from '../finding.ts';
import { type Change, isToken, lastOf, stepsOf, TOKENS } from '../treatments.ts';
import { type Catalogue, type CatalogueColumn, referencesTo } from './catalogue.ts';
import type { Dialect } from './engine.ts';
import type { ResolvedTable } from './resolve.ts';
import { templateOf } from './treat-values.ts';

type Treated = ResolvedTable['columns'][number];
const WITHOUT_VALUE: readonly string[] = ['delete', 'keep', 'null', 'replace'];
const DATES: readonly string[] = ['day', 'instant', 'local-instant', 'text'];

export const holdsAddresses = ({ family, type }: CatalogueColumn): boolean =>
  family === 'text' || family === 'address' || type === '' || type === 'inet';

/** What is computed from values must fit the column, keep apart what must differ, and leave references as they are. */
export function checkTreatments(
  catalogue: Catalogue,
  table: ResolvedTable,
  tables: readonly ResolvedTable[],
  sql: Dialect,
  add: Add,
): void {
  for (const treated of table.columns) {
    const { declared, name } = treated;
    const actions = [declared.action, ...(declared.reduce === undefined ? [] : [declared.reduce])];
    const computed = actions.filter((action) => !WITHOUT_VALUE.includes(lastOf(action)) && action !== 'truncate-ip');
    for (const action of computed) {
      const steps = stepsOf(action) as Change[];
      checkFamily(treated, table, steps, sql, add);
      checkLength(treated, table, steps.at(-1) as Change, add);
      checkDiffering(treated, table, steps, add);
    }
    if (computed.length === 0) continue;
    checkReferred(catalogue, table, name, add);
    checkWaysThrough(table, tables, name, add);
  }
}

function checkFamily(
  { name, column }: Treated,
  { table }: ResolvedTable,
  steps: Change[],
  sql: Dialect,
  add: Add,
): void {
  const fits = (step: Change): boolean => {
    const { family, type } = column;
    const text = family === 'text' || type === '';
    if (isToken(step)) return text || (family === 'uuid' && steps.length === 1);
    if (step === 'truncate-ip') return holdsAddresses(column) && text;
    // Without types of its own for days, a database keeps them as texts.
    if (step === 'date-month' || step === 'date-year')
      return DATES.includes(family) || (sql.origin === undefined && /^(date|timestamp)/.test(type));
    return text;
  };
  const misfit = steps.find((step) => !fits(step));
  if (misfit === undefined && (steps.length === 1 || column.family === 'text' || column.type === '')) return;
  add({
    code: 'type-broken',
    table: table.name,
    column: name,
    detail: `A column of type ${column.type} cannot hold what ${steps.join(', ')} makes.`,
    remedy: 'Use null, replace, or a treatment that leaves a value of its type.',
  });
}

function checkLength({ name, declared, column }: Treated, { table }: ResolvedTable, last: Change, add: Add): void {
  if (!isToken(last) || column.maxLength === null || column.family === 'uuid') return;
  const longest = templateOf(last, declared.with).length - '{value}'.length + TOKENS[last];
  if (longest <= column.maxLength) return;
  add({
    code: 'length-broken',
    table: table.name,
    column: name,
    detail: `What ${last} makes has ${longest} characters, and the column takes ${column.maxLength}.`,
    remedy: 'Write less around it (with: "{value}"), or use pseudonym, which is the shortest.',
  });
}

/** Values that must differ: what is made of each is another, but not what is made of its person, month or form. */
function checkDiffering(
  { name, declared }: Treated,
  { table, subject }: ResolvedTable,
  steps: Change[],
  add: Add,
): void {
  const alone = table.unique.filter((set) => set.includes(name));
  const last = steps.at(-1) as Change;
  const ofEach = isToken(last) && (last !== 'pseudonym' || declared.of === 'value') && steps.length === 1;
  if (alone.length === 0 || ofEach) return;
  const own = subject.hops.length === 0 ? subject.column.name : undefined;
  const onePerPerson = own !== undefined && table.unique.some((set) => set.length === 1 && set[0] === own);
  if (last === 'pseudonym' && steps.length === 1 && onePerPerson) return;
  add({
    code: 'unique-broken',
    table: table.name,
    column: name,
    detail: 'The values must differ, and the treatment can make them the same.',
    remedy: 'Use hmac, or a pseudonym of the value (of: value).',
  });
}

function checkReferred(catalogue: Catalogue, { table, declared }: ResolvedTable, name: string, add: Add): void {
  if (declared.key.includes(name))
    add({
      code: 'treatment-broken',
      table: table.name,
      column: name,
      detail: 'It is the key that rows are known by, and would not be found under another.',
      remedy: 'Keep it under structure, and treat what else the row says.',
    });
  const refers = table.foreignKeys.find(({ columns }) => columns.includes(name));
  const referred = referencesTo(catalogue, table.name).find(({ key }) => key.referenced.includes(name));
  const other = refers?.references ?? referred?.from.name;
  if (other === undefined) return;
  add({
    code: 'treatment-broken',
    table: table.name,
    column: name,
    detail: `A foreign key joins it to ${other}, where another value would not be found.`,
    remedy: 'Keep it under structure and pseudonymise what the row of the person says, or let it be emptied (null).',
  });
}

/** Whose a row is must still be found when what leads there is something else. */
function checkWaysThrough(table: ResolvedTable, tables: readonly ResolvedTable[], name: string, add: Add): void {
  for (const later of tables.slice(tables.indexOf(table) + 1)) {
    const hop = later.subject.hops.at(-1);
    if (hop?.table.name !== table.table.name || later.subject.column.name !== name) continue;
    add({
      code: 'treatment-broken',
      table: table.table.name,
      column: name,
      detail: `Rows of ${later.table.name} are found by it, and come after it.`,
      remedy: `Declare ${later.declared.id} before ${table.declared.id}.`,
    });
  }
}
