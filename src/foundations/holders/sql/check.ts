import { clockPaths, type SqlHolder } from '../declaration.ts';
import type { AddFinding as Add, HolderFinding } from '../finding.ts';
import { ADDRESS_INDEX, type Catalogue, type CatalogueColumn, type CatalogueTable, fullName } from './catalogue.ts';
import { checkTreatments, holdsAddresses } from './check-treatments.ts';
import type { Dialect } from './engine.ts';
import { type Reference, referencesOf } from './references.ts';
import { type ResolvedTable, resolveAll } from './resolve.ts';

/** Names that say that a column is about somebody. */
const PERSONAL_NAME =
  /(^|_)(e?mail|phone|tel|mobile|fax|name|first_?name|last_?name|surname|nick(name)?|login|user_?name|address|street|city|zip|postcode|postal|birth|birthday|dob|gender|sex|ip|ip_?addr(ess)?|remote_?addr|user_?agent|agent|orcid|photo|avatar|picture|passport|ssn|iban|tax|bio|signature|location|lat|lon|lng|password|token|session|author|person|contact|user_id|account_id|created_by|updated_by|owner_id)(_|$)/i;
const PERSONAL_TYPE = /^(inet|cidr|macaddr8?)$/;
/** `userId`, `user-id` and `user_id` say the same. */
const inWords = (name: string) => name.replaceAll(/(\p{Ll}|\d)(\p{Lu})/gu, '$1_$2').replaceAll(/[^\p{L}\d]+/gu, '_');
const looksPersonal = (name: string, type: string) => PERSONAL_NAME.test(inWords(name)) || PERSONAL_TYPE.test(type);

/** Pure: everything in which a declaration does not fit a catalogue. */
export function checkDeclaration(holder: SqlHolder, catalogue: Catalogue, sql: Dialect): HolderFinding[] {
  const findings: HolderFinding[] = [];
  const add: Add = (finding) => findings.push({ severity: 'error', blocks: 'acts', entry: null, ...finding });
  const told = new Set<string>();
  const tables = resolveAll(holder, catalogue, sql, (code, table, column) => {
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
    checkKeys(catalogue, table, sql, ofEntry);
    checkPaths(table, sql, ofEntry);
    checkClocks(table, sql, ofEntry);
    checkKind(table, ofEntry);
    checkActions(table, ofEntry);
    checkTreatments(catalogue, table, tables, sql, ofEntry);
    for (const reference of referencesOf(catalogue, table, tables)) tellReference(reference, table, tables, ofEntry);
  }
  checkUnclaimed(holder, catalogue, add);
  return findings;
}

const sameColumns = (a: readonly string[], b: readonly string[]) =>
  a.length === b.length && a.every((one) => b.includes(one));

const tellsApart = ({ unique }: CatalogueTable, key: readonly string[]) =>
  unique.some((columns) => sameColumns(columns, key));

function checkKeys(catalogue: Catalogue, { declared, table, key }: ResolvedTable, sql: Dialect, add: Add): void {
  const column = declared.key.join(', ');
  if (!tellsApart(table, declared.key))
    add({
      code: 'key-not-unique',
      table: table.name,
      column,
      blocks: 'all',
      detail: 'The key does not tell rows apart.',
      remedy: `Declare the primary key: ${table.primaryKey.join(', ') || 'the table has none; give it one'}.`,
    });
  // What of them is really empty is counted (check-rows.ts).
  else if (key.some(({ nullable }) => nullable) && sql.origin && table.kind === 'table')
    add({
      code: 'key-not-unique',
      table: table.name,
      column,
      blocks: 'all',
      detail: 'The key may be empty, and then does not tell rows apart.',
      remedy: 'Set its columns NOT NULL.',
    });
  for (const name of table.heirs) {
    const heir = catalogue.tables.get(name);
    if (heir?.kind === 'table' && tellsApart(heir, declared.key)) continue;
    add({
      code: 'key-not-unique',
      table: name,
      column,
      blocks: 'all',
      detail: `It inherits from ${table.name}, and the key does not tell its rows apart: a key holds for one table only.`,
      remedy: `Give ${name} a primary key of its own: ${column}.`,
    });
  }
}

function checkPaths({ declared, table, subject, tenant }: ResolvedTable, sql: Dialect, add: Add): void {
  for (const path of [subject, ...(tenant ? [tenant] : [])])
    if (!sql.keyFamilies.includes(path.column.family))
      add({
        code: 'subject-type',
        table: (path.hops.at(-1)?.table ?? table).name,
        column: path.column.name,
        blocks: 'all',
        detail: `${path === subject ? 'A person' : 'A portal'} cannot be looked for in a column of type ${path.column.type}.`,
        remedy: 'Name a column of whole numbers, UUIDs or text.',
      });
  const compared = declared.subject.by === 'email' ? 'as-address' : 'as-is';
  const steps: [CatalogueTable, CatalogueColumn, 'as-address' | 'as-is'][] = [
    [subject.hops.at(-1)?.table ?? table, subject.column, compared],
    ...subject.hops.map(({ column }, index): [CatalogueTable, CatalogueColumn, 'as-is'] => [
      subject.hops[index - 1]?.table ?? table,
      column,
      'as-is',
    ]),
  ];
  for (const [at, column, how] of steps) {
    const wanted = how === 'as-address' ? `${ADDRESS_INDEX}${column.name}` : column.name;
    if (!at.indexes.some(([leading]) => leading === wanted))
      add({
        code: 'no-index',
        severity: 'warning',
        table: at.name,
        column: column.name,
        blocks: 'nothing',
        detail:
          how === 'as-address'
            ? 'Addresses are compared however they are written, and no index is of that kind: every row is read.'
            : 'Rows of one person are looked for here, and no index begins with this column: every row is read.',
        remedy: sql.indexRemedy(at, column, how),
      });
  }
}

function checkClocks({ declared, table: own, clocks }: ResolvedTable, sql: Dialect, add: Add): void {
  const seen = new Set<CatalogueColumn>();
  for (const { hops, column } of [...clocks.values()].flat()) {
    if (seen.has(column)) continue;
    seen.add(column);
    const table = hops.at(-1)?.table ?? own;
    if (!sql.readsClock(column, declared.clockFormat))
      add({
        code: 'clock-type',
        table: table.name,
        column: column.name,
        blocks: 'all',
        detail: `Retention cannot count from a column of type ${column.type}.`,
        remedy: 'Name one with instants or days; where it holds numbers, say which: clockFormat: epoch-seconds.',
      });
    if (!table.indexes.some(([leading]) => leading === column.name))
      add({
        code: 'no-index',
        severity: 'warning',
        table: table.name,
        column: column.name,
        blocks: 'nothing',
        detail: 'Retention counts from this column, and no index begins with it: every row is read each night.',
        remedy: sql.indexRemedy(table, column, 'as-is'),
      });
  }
}

function checkKind({ table }: ResolvedTable, add: Add): void {
  if (table.kind === 'copy')
    add({
      code: 'copy-declared',
      severity: 'warning',
      table: table.name,
      column: null,
      blocks: 'nothing',
      detail: 'It is a copy, which changes only when it is refreshed; an erasure is incomplete until then.',
      remedy: 'Refresh it often, or let it hold nothing personal.',
    });
  if (!table.transactional)
    add({
      code: 'not-transactional',
      table: table.name,
      column: null,
      detail: 'What is done to this table cannot be taken back when a step fails half way.',
      remedy: 'Give it an engine with transactions (InnoDB).',
    });
  if (table.keepsHistory)
    add({
      code: 'history-kept',
      table: table.name,
      column: null,
      detail: 'The database keeps what is deleted here, as it was (system versioning): nothing would be erased.',
      remedy: 'ALTER TABLE … DROP SYSTEM VERSIONING, or keep personal data in another table.',
    });
}

function checkActions({ table, columns }: ResolvedTable, add: Add): void {
  for (const { name, declared, column } of columns) {
    const at = { table: table.name, column: name };
    for (const action of new Set([declared.action, declared.reduce])) {
      if (action === undefined || action === 'delete' || action === 'keep') continue;
      const plain = action === 'null' || action === 'replace' || action === 'truncate-ip';
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
      if (action === 'truncate-ip' && !column.nullable && column.family !== 'address')
        add({
          code: 'not-null-broken',
          severity: 'warning',
          blocks: 'nothing',
          ...at,
          detail: 'What is no address here would be emptied, and the column must not be: it becomes an empty text.',
          remedy: 'Allow NULL, where an empty text has another meaning.',
        });
      const differs = action === 'replace' && declared.with?.includes('{key}');
      if (plain && alone.length > 0 && action !== 'null' && !differs)
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
      if (action === 'replace' && column.family !== 'text' && !fits(declared.with ?? '', column))
        add({
          code: 'type-broken',
          ...at,
          detail: `The replacement is no value of type ${column.type}.`,
          remedy: 'Replace it by a value of its type, or let it be emptied.',
        });
      if (action === 'truncate-ip' && !holdsAddresses(column))
        add({
          code: 'type-broken',
          ...at,
          detail: `A column of type ${column.type} holds no address that could be cut.`,
          remedy: 'Use null or replace.',
        });
    }
  }
}

const fits = (text: string, { family, type }: CatalogueColumn): boolean =>
  family === 'integer' || family === 'float' || /^(numeric|decimal)/.test(type)
    ? /^-?\d{1,9}$/.test(text)
    : type === '' || !text.includes('{key}');

/** What deleting rows of an entry does to others: in the way, taken along, or changed. */
function tellReference(
  { from, key, chain, solved, cyclic, ofSamePerson }: Reference,
  table: ResolvedTable,
  tables: ResolvedTable[],
  add: Add,
): void {
  const at = { table: from.name, column: key.columns.join(', ') };
  const declared = tables.some((other) => other.table.name === from.name);
  const way =
    chain.length === 1
      ? ''
      : `, through ${chain
          .slice(0, -1)
          .map((step) => step.from.name)
          .join(', ')}`;
  if (solved === 'blocks') {
    const nullable = key.columns.length === 1 && key.columns.every((name) => from.columns.get(name)?.nullable);
    const detachable = nullable && chain.length === 1;
    // Rows that nothing refers to are deleted all the same; the others the database refuses one by one.
    add({
      code: cyclic ? 'foreign-key-cycle' : 'foreign-key-blocks',
      ...at,
      blocks: 'nothing',
      detail: `It refers to ${key.references}: rows of ${table.table.name} that it refers to${way} cannot be deleted.`,
      remedy: detachable
        ? `Treat these rows first, or add to ${table.declared.id}: detach: [{ table: ${from.name}, column: ${key.columns[0]} }].`
        : 'Treat these rows first, or make the foreign key deferrable, or let it delete or empty what refers.',
    });
  }
  if (solved === 'deletes' && !declared)
    add({
      code: 'cascade-reaches',
      severity: 'warning',
      ...at,
      blocks: 'nothing',
      detail: `Deleting from ${table.table.name} deletes these rows too${way}, and nothing declares them.`,
      remedy: 'Declare the table before it, so that its rows are counted, exported and held.',
    });
  if (solved === 'deletes' && declared && !ofSamePerson)
    add({
      code: 'cascade-reaches',
      severity: 'warning',
      ...at,
      blocks: 'nothing',
      detail: `Deleting from ${table.table.name} deletes these rows too${way}, also those of other persons.`,
      remedy: 'Let the reference be emptied (ON DELETE SET NULL), or treat the row without deleting it.',
    });
  if (solved === 'changes' && !declared)
    add({
      code: 'cascade-changes',
      severity: 'warning',
      ...at,
      blocks: 'nothing',
      detail: `Deleting from ${table.table.name} changes this column (${key.onDelete})${way}, and nothing declares it.`,
      remedy: 'Declare the table, or list it under ignored with the reason.',
    });
}

const UNCLAIMED: Record<CatalogueTable['kind'], string> = {
  table: 'It looks as if it held personal data, and no entry declares it.',
  copy: 'It keeps a copy of other tables, which outlives what is erased there until it is refreshed.',
  foreign: 'What it shows is kept in another database, and no entry declares it.',
};

function checkUnclaimed(holder: SqlHolder, catalogue: Catalogue, add: Add): void {
  const claimed = new Map<string, Set<string>>();
  for (const { table, key, subject, tenant, columns, structure, clocks } of holder.tables) {
    const name = fullName(catalogue, table);
    const own = claimed.get(name) ?? new Set<string>();
    claimed.set(name, own);
    const first = (way: { column: string; via?: { column: string }[] } | undefined) =>
      way ? [way.via?.[0]?.column ?? way.column] : [];
    const names = [
      ...key,
      ...first(subject),
      ...first(tenant),
      ...Object.values(clocks ?? {}).flatMap((clock) =>
        clockPaths(clock as Parameters<typeof clockPaths>[0]).flatMap(first),
      ),
    ];
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
    const looks = personal.length > 0 || refers.length > 0;
    if (!looks && table.kind === 'table') continue;
    add({
      code: 'table-unclaimed',
      severity: looks ? 'error' : 'warning',
      blocks: 'nothing',
      table: table.name,
      column: personal[0]?.name ?? refers[0]?.columns[0] ?? null,
      detail: UNCLAIMED[table.kind],
      remedy: 'Declare it under tables, or under ignored with the reason.',
    });
  }
}
