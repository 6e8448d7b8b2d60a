import type { Context } from '../../foundations/contract/context.ts';
import type { Query } from '../../foundations/store/store.ts';
import { startOfLocalHour } from '../../law/local-hour.ts';
import type { Processing } from '../retention/processing.ts';
import type { CapturedVisits } from './capture.ts';
import { noteVisitors } from './table/visitors.ts';
import { insertVisits, type NewVisit } from './table.ts';

/** What a visit is recorded for, in whatever life it begins. */
export const VISIT_CATEGORIES = ['visits.full', 'visits.reduced'] as const;

/**
 * Inserts visits, except of people whose data may only be stored: seen after they restricted or objected, a visit is not
 * recorded (GDPR Art. 18(2), 21(1)); nor does anything lead to one whose account was erased. Answers what was recorded.
 */
export async function recordVisits(
  tx: Query,
  context: Context,
  processing: Pick<Processing, 'stopped'>,
  captured: Pick<CapturedVisits, 'rows' | 'seen' | 'erasedMeanwhile'>,
): Promise<readonly NewVisit[]> {
  const erased = await captured.erasedMeanwhile(tx);
  const isErased = ({ subjectId }: NewVisit) => typeof subjectId === 'string' && erased.has(subjectId);
  const rows =
    erased.size === 0 ? captured.rows : captured.rows.map((row) => (isErased(row) ? ofNobody(context, row) : row));
  const subjects = rows.map(({ subjectId }) => subjectId ?? null);
  const stopped = await processing.stopped(tx, context.tenant.id, VISIT_CATEGORIES, subjects, context.clock());
  const free = stopped.size === 0 ? rows : rows.filter(({ subjectId }) => !subjectId || !stopped.has(subjectId));
  await insertVisits(tx, free);
  const seen = captured.seen.size === 0 ? [] : free.flatMap(({ visitId }) => captured.seen.get(visitId) ?? []);
  if (seen.length > 0) await noteVisitors(tx, seen);
  return free;
}

function ofNobody({ tenant }: Context, row: NewVisit): NewVisit {
  const occurredAt = startOfLocalHour(row.occurredAt, tenant.timeZone);
  const forgotten = { subjectId: null, addressSealed: null, userAgentSealed: null, addressIndex: null };
  return { ...row, ...forgotten, occurredAt, life: 'reduced' };
}
