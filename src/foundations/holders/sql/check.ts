import type { SqlHolder } from '../declaration.ts';
import type { HolderFinding } from '../finding.ts';
import { type Catalogue, type CatalogueTable, fullName } from './catalogue.ts';
import { CLOCK_TYPES } from './clocks.ts';
import { KEY_TYPES } from './conditions.ts';
import { referencesOf } from './references.ts';
import { type ResolvedTable, resolveAll } from './resolve.ts';

/** Names that say that a column is about somebody. */
const PERSONAL_NAME =
  /(^|_)(e?mail|phone|tel|mobile|fax|name|first_?name|last_?name|surname|nick(name)?|login|user_?name|address|street|city|zip|postcode|postal|birth|birthday|dob|gender|sex|ip|ip_?addr(ess)?|remote_?addr|user_?agent|agent|orcid|photo|avatar|picture|passport|ssn|iban|tax|bio|signature|location|lat|lon|lng|password|token|session|author|person|contact|user_id|account_id|created_by|updated_by|owner_id)(_|$)/i;
const PERSONAL_TYPE = /^(inet|cidr|macaddr8?)$/;
const looksPersonal = (name: string, type: string) => PERSONAL_NAME.test(name) || PERSONAL_TYPE.test(type);
const TEXT = /^(text|character varying|character|citext|varchar|char|clob|nvarchar|)$/;

/** Pure: everything in which a declaration does not fit a catalogue. */
export function checkDeclaration(holder: SqlHolder, catalogue: Catalogue): HolderFinding[] {
  const findings: HolderFinding[] = [];
  const add: Add = (finding) => findings.push({ severity: 'error', blocks: 'acts', entry: null, ...finding });
  const told = new Set<string>();
  const tables = resolveAll(holder, catalogue, (code, table, column) => {
    if (told.has(`${code} ${table} ${column}`)) return;
    told.add(`${code} ${table} ${column}`);
    const what = column === null ? 'The database has no such table.' : 'The table has no such column.';
    add({
      code,
      table,
      column,
      detail: what,
      remedy: 'Take it out of the declaration, or correct its name.',
      blocks: 'all',
    });
  }).filter((table): table is ResolvedTable => table !== undefined);
  for (const table of tables) {
    const ofEntry: Add = (finding) => add({ entry: table.declared.id, ...finding });
    checkKeys(holder, table, ofEntry);
    checkActions(table, ofEntry);
    checkReferences(catalogue, table, tables, ofEntry);
  }
  checkUnclaimed(holder, catalogue, add);
  return findings;
}

type Usual = 'severity' | 'blocks' | 'entry';
type Add = (finding: Omit<HolderFinding, Usual> & Partial<Pick<HolderFinding, Usual>>) => void;

const sameColumns = (a: readonly string[], b: readonly string[]) =>
  a.length === b.length && a.every((one) => b.includes(one));

function checkKeys(holder: SqlHolder, { declared, table, key, subject, tenant }: ResolvedTable, add: Add): void {
  if (!table.unique.some((columns) => sameColumns(columns, declared.key)) || key.some(({ nullable }) => nullable))
    add({
      code: 'key-not-unique',
      table: table.name,
      column: declared.key.join(', '),
      blocks: 'all',
      detail: 'The key does not tell rows apart.',
      remedy: `Declare the primary key: ${table.primaryKey.join(', ') || 'the table has none; give it one'}.`,
    });
  if (!KEY_TYPES.test(subject.column.type))
    add({
      code: 'subject-type',
      table: table.name,
      column: subject.column.name,
      blocks: 'all',
      detail: `A person cannot be looked for in a column of type ${subject.column.type}.`,
      remedy: 'Name a column of whole numbers, UUIDs or text.',
    });
  for (const path of [subject, ...(tenant ? [tenant] : [])]) {
    const last = path.hops.at(-1)?.table ?? table;
    const steps: [CatalogueTable, string][] = [
      [last, path.column.name],
      ...path.hops.map(({ column }, index): [CatalogueTable, string] => [
        path.hops[index - 1]?.table ?? table,
        column.name,
      ]),
    ];
    if (path !== subject) continue;
    for (const [at, column] of steps)
      if (!at.indexes.some(([leading]) => leading === column))
        add({
          code: 'no-index',
          severity: 'warning',
          table: at.name,
          column,
          blocks: 'nothing',
          detail: 'Rows of one person are looked for here, and no index begins with this column: every row is read.',
          remedy: `CREATE INDEX ON ${at.name} (${column})`,
        });
  }
  for (const name of Object.values(declared.clocks ?? {})) {
    const column = table.columns.get(name);
    if (column && holder.engine === 'postgres' && !CLOCK_TYPES.includes(column.type))
      add({
        code: 'clock-type',
        table: table.name,
        column: name,
        blocks: 'all',
        detail: `Retention cannot count from a column of type ${column.type}.`,
        remedy: `Name one of type ${CLOCK_TYPES.join(', ')}.`,
      });
    if (column && !table.indexes.some(([leading]) => leading === name))
      add({
        code: 'no-index',
        severity: 'warning',
        table: table.name,
        column: name,
        blocks: 'nothing',
        detail: 'Retention counts from this column, and no index begins with it: every row is read each night.',
        remedy: `CREATE INDEX ON ${table.name} (${name})`,
      });
  }
}

function checkActions({ table, columns }: ResolvedTable, add: Add): void {
  for (const { name, declared, column } of columns) {
    const at = { table: table.name, column: name };
    for (const action of new Set([declared.action, declared.reduce])) {
      if (action === undefined || action === 'delete' || action === 'keep') continue;
      const alone = table.unique.filter((set) => set.includes(name));
      if (column.generated)
        add({
          code: 'generated-column',
          ...at,
          detail: 'The database works this column out; it cannot be changed.',
          remedy: 'Treat the columns it is made of, and list this one under structure.',
        });
      if (action === 'null' && !column.nullable)
        add({
          code: 'not-null-broken',
          ...at,
          detail: 'The column must not be empty, and the declaration empties it.',
          remedy: 'Let it be replaced (action: replace, with: …), or allow NULL.',
        });
      const differs = action === 'replace' && declared.with?.includes('{key}');
      if (alone.length > 0 && action !== 'null' && !differs)
        add({
          code: 'unique-broken',
          ...at,
          detail: 'The values must differ, and the declaration makes them the same.',
          remedy: "Put {key} into the replacement: with: 'erased-{key}'.",
        });
      if (action === 'replace' && column.maxLength !== null) {
        const longest = (declared.with ?? '').replaceAll('{key}', 'x'.repeat(differs ? 19 : 0)).length;
        if (longest > column.maxLength)
          add({
            code: 'length-broken',
            ...at,
            detail: `The replacement can be longer than the ${column.maxLength} characters of the column.`,
            remedy: 'Write a shorter one.',
          });
      }
      if (action === 'replace' && !TEXT.test(column.type) && !fits(declared.with ?? '', column.type))
        add({
          code: 'type-broken',
          ...at,
          detail: `The replacement is no value of type ${column.type}.`,
          remedy: 'Replace it by a value of its type, or let it be emptied.',
        });
      if (action === 'truncate-ip' && !TEXT.test(column.type) && column.type !== 'inet')
        add({
          code: 'type-broken',
          ...at,
          detail: `A column of type ${column.type} holds no address that could be cut.`,
          remedy: 'Use null or replace.',
        });
    }
  }
}

const fits = (text: string, type: string): boolean =>
  /^(smallint|integer|bigint|int|numeric|real|double precision)/.test(type)
    ? /^-?\d{1,9}$/.test(text)
    : !text.includes('{key}');

function checkReferences(catalogue: Catalogue, table: ResolvedTable, tables: ResolvedTable[], add: Add): void {
  for (const { from, key, solved, cyclic } of referencesOf(catalogue, table, tables)) {
    const at = { table: from.name, column: key.columns.join(', ') };
    const nullable = key.columns.length === 1 && key.columns.every((name) => from.columns.get(name)?.nullable);
    if (solved === 'blocks')
      add({
        code: cyclic ? 'foreign-key-cycle' : 'foreign-key-blocks',
        ...at,
        detail: `It refers to ${table.table.name}, whose rows then cannot be deleted.`,
        remedy: nullable
          ? `Treat these rows first, or add to ${table.declared.id}: detach: [{ table: ${from.name}, column: ${key.columns[0]} }].`
          : 'Treat these rows first, or make the foreign key deferrable or the column nullable.',
      });
    const declared = tables.some((other) => other.table.name === from.name);
    if (solved === 'cascade' && !declared)
      add({
        code: 'cascade-reaches',
        severity: 'warning',
        ...at,
        blocks: 'nothing',
        detail: `Deleting from ${table.table.name} deletes these rows too, and nothing declares them.`,
        remedy: 'Declare the table before it, so that its rows are counted, exported and held.',
      });
  }
}

function checkUnclaimed(holder: SqlHolder, catalogue: Catalogue, add: Add): void {
  const claimed = new Map<string, Set<string>>();
  for (const { table, key, subject, tenant, columns, structure, clocks } of holder.tables) {
    const name = fullName(catalogue, table);
    const own = claimed.get(name) ?? new Set<string>();
    claimed.set(name, own);
    const first = (way: { column: string; via?: { column: string }[] } | undefined) =>
      way ? [way.via?.[0]?.column ?? way.column] : [];
    const names = [...key, ...first(subject), ...first(tenant), ...Object.values(clocks ?? {})];
    for (const each of [...names, ...Object.keys(columns), ...Object.keys(structure ?? {})]) own.add(each);
  }
  const ignored = new Set(Object.keys(holder.ignored ?? {}).map((table) => fullName(catalogue, table)));
  for (const table of catalogue.tables.values()) {
    const own = claimed.get(table.name);
    if (own) {
      for (const { name, type } of table.columns.values()) {
        if (own.has(name)) continue;
        const personal = looksPersonal(name, type);
        add({
          code: 'column-unclaimed',
          severity: personal ? 'error' : 'warning',
          blocks: 'nothing',
          table: table.name,
          column: name,
          detail: personal
            ? 'It looks personal, and nothing says what becomes of it.'
            : 'Nothing says what this column is.',
          remedy: 'Declare it under columns, or under structure with the reason.',
        });
      }
      continue;
    }
    if (ignored.has(table.name)) continue;
    const personal = [...table.columns.values()].filter(({ name, type }) => looksPersonal(name, type));
    const refers = table.foreignKeys.filter(({ references }) => claimed.has(references));
    if (personal.length === 0 && refers.length === 0) continue;
    add({
      code: 'table-unclaimed',
      blocks: 'nothing',
      table: table.name,
      column: personal[0]?.name ?? refers[0]?.columns[0] ?? null,
      detail: 'It looks as if it held personal data, and no entry declares it.',
      remedy: 'Declare it under tables, or under ignored with the reason.',
    });
  }
}
