import type { ExternalDue } from '../external.ts';
import { type RowClock, rowClock } from './clocks.ts';
import { actOn, all, any, ofPersons, ofTenant, type TableAct, untreated } from './conditions.ts';
import { type Dialect, type Statement, TRUE } from './engine.ts';
import { type Reference, takingAlong } from './references.ts';
import type { ResolvedTable } from './resolve.ts';

/** The declaration as it fits the database now. */
export interface Ready {
  tables: ResolvedTable[];
  references: Map<ResolvedTable, Reference[]>;
}

/** An act of a rule, and conditions on the rows it is about. */
export interface DueAct {
  act: TableAct;
  /** Undefined: rows count from when they were seen first, which their database does not know. */
  clock: RowClock | undefined;
  /** Rows of the portal that the act would still change, of whatever age. */
  kept: Statement;
  /** Due and under a hold; without a clock, of whatever age. */
  held: Statement;
  /** Due and under none; without a clock, of whatever age. */
  free: Statement;
  /** Without a clock: the instants before which stronger rules take what was seen. */
  strongerBefore: Date[];
}

export const actionOf = ({ action }: Pick<ExternalDue, 'action'>) =>
  action === 'reduce' || action === 'pseudonymise' ? 'reduce' : 'erase';

/** Acts a rule has, and the rows of each that are due; what another entry of the same table protects stays out too. */
export function dueActs(sql: Dialect, current: Ready, due: ExternalDue): DueAct[] {
  const { tables, references } = current;
  const action = actionOf(due);
  return tables.flatMap((table) => {
    const act = actOn(table, due.category, action);
    if (!act || !table.clocks.has(due.clock)) return [];
    const clock = rowClock(sql, table, due.clock);
    const kept = all(ofTenant(sql, table, due.tenantId), untreated(sql, act));
    const held = heldRows(sql, tables, act, references.get(table) ?? [], due);
    const free: Statement = { text: `(${held.text}) IS NOT TRUE`, values: held.values };
    const others = (due.stronger ?? []).flatMap((its) => strongerOn(sql, current, table, due, its));
    const stronger = others.flatMap(({ act: other }) =>
      other.clock ? [{ text: `(${other.free.text}) IS NOT TRUE`, values: other.free.values }] : [],
    );
    const strongerBefore = others.flatMap(({ act: other, before }) => (other.clock ? [] : [before]));
    // What was seen before the word changed is the old word's.
    if (!clock) strongerBefore.push(...(due.leaves ?? []).map(({ before }) => before));
    const passed = all(clock?.before(due), kept, ...leftToOldWords(sql, table, due), ...stronger);
    return [{ act, clock, kept, held: all(passed, held), free: all(passed, free), strongerBefore }];
  });
}

/** What an older word decides is not due here; a clock the table does not keep tells nothing of its rows. */
function leftToOldWords(sql: Dialect, table: ResolvedTable, { leaves = [], timeZone }: ExternalDue): Statement[] {
  return leaves.flatMap(({ clock, before }) => {
    const earlier = rowClock(sql, table, clock)?.before({ before, timeZone });
    return earlier ? [{ text: `(${earlier.text}) IS NOT TRUE`, values: earlier.values }] : [];
  });
}

/** A row is one rule's: what a stronger one over the same category takes, or deletes whole, is not due here. */
function strongerOn(
  sql: Dialect,
  current: Ready,
  { table }: ResolvedTable,
  due: ExternalDue,
  its: ExternalDue,
): { act: DueAct; before: Date }[] {
  return dueActs(sql, current, its)
    .filter(({ act }) => act.table.table.name === table.name)
    .filter(({ act }) => its.category === due.category || act.does === 'delete')
    .map((act) => ({ act, before: its.before }));
}

function heldRows(
  sql: Dialect,
  tables: ResolvedTable[],
  { table, does }: TableAct,
  references: Reference[],
  { held }: ExternalDue,
): Statement {
  if (held === 'all') return TRUE;
  const same = tables.filter((other) => other.table.name === table.table.name);
  const theirs = same.map((other) => ofPersons(sql, other, held));
  return any(does === 'delete' ? [...theirs, takingAlong(sql, references, tables, held)] : theirs);
}
