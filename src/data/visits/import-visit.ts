import Type, { type Static } from 'typebox';
import { invalidField } from '../../foundations/contract/problem.ts';
import { closed } from '../../foundations/contract/schemas.ts';
import { faultOf, type RecordFault, type RecordImport } from '../../foundations/imports/record-import.ts';
import { dueBefore } from '../../law/duration.ts';
import type { Processing } from '../retention/processing.ts';
import type { RecordingDeps } from './batch.ts';
import { captureVisits, type ObservedVisit } from './capture.ts';
import { VisitInput } from './model.ts';
import { fromServer } from './observe.ts';
import { recordVisits, VISIT_CATEGORIES } from './recordable.ts';

const { occurredAt: _, portal, ...members } = VisitInput.properties;

/** A visit as another system counted it. */
export const VisitRecord = Type.Object(
  {
    kind: Type.Literal('visit'),
    id: Type.String({ minLength: 1, maxLength: 128, description: 'What the other system calls it; once for ever.' }),
    portal,
    occurredAt: Type.String({ format: 'date-time', maxLength: 40, description: 'When it took place.' }),
    ...members,
  },
  { ...closed, title: 'VisitRecord' },
);
export type VisitRecord = Static<typeof VisitRecord>;

interface VisitImportDeps extends RecordingDeps {
  processing: Pick<Processing, 'stopped' | 'stoppedHere' | 'notRecorded'>;
}

/**
 * Visits of before. They are reduced as they come in: nobody looks into an attack of back then, so the full address and
 * user agent are never written. What a rule would erase already is refused; what a rule counts is counted by the next
 * sweep with all of its day, because only whole days keep small cells from being told.
 */
export function createVisitImport(deps: VisitImportDeps): RecordImport<VisitRecord> {
  const stoppedHere: Processing['stopped'] = (q, tenantId, categories, subjectIds, now) =>
    deps.processing.stoppedHere(
      q,
      tenantId,
      categories,
      subjectIds.filter((id) => id !== null),
      now,
      'add',
    );

  return {
    kind: 'visit',
    schema: VisitRecord,
    // Two portals may number their visits alike.
    identitiesOf: ({ id, portal = '' }) => [`${portal} ${id}`],

    async decide(context, records) {
      const tenantId = context.tenant.id;
      const { timeZone } = context.tenant;
      const gone = deps.policies
        .of(tenantId)
        .current()
        .rules.filter(({ category, action }) => category === 'visits.reduced' && action === 'erase')
        .map(({ id, after, counted }) => ({ id, before: dueBefore(context.clock(), after, timeZone, counted) }));
      const faults: RecordFault[] = [];
      const seen: { line: number; visit: ObservedVisit; subjectId: string | null }[] = [];
      for (const { line, record } of records)
        try {
          const { kind: _, id: __, ...input } = record;
          const visit = fromServer(context, input);
          const rule = gone.find(({ before }) => visit.occurredAt < before);
          if (rule)
            throw invalidField(
              '/occurredAt',
              `must lie within the period of rule ${rule.id}: it would be erased at once`,
            );
          const subjectId =
            visit.visitor === undefined ? null : await deps.vault.subjectId(tenantId, 'visitor', visit.visitor);
          seen.push({ line, visit, subjectId });
        } catch (error) {
          faults.push(faultOf(line, error));
        }
      const subjects = seen.map(({ subjectId }) => subjectId);
      const stopped = await deps.store.read((q) =>
        stoppedHere(q, tenantId, VISIT_CATEGORIES, subjects, context.clock()),
      );
      for (const { line, subjectId } of seen)
        if (subjectId !== null && stopped.has(subjectId)) faults.push({ line, pointer: '/visitor', detail: STOPPED });
      const free = seen.filter(({ subjectId }) => subjectId === null || !stopped.has(subjectId));
      return {
        faults,
        prepare: async () => {
          const visits = free.map(({ visit }) => visit);
          const captured = await captureVisits(deps, context, visits, { reduced: true });
          return async (tx, importId) => {
            const kept = await recordVisits(tx, context, { ...deps.processing, stopped: stoppedHere }, captured);
            if (kept.length === 0) return;
            const { policyHash, full } = captured;
            const detail = { importId, accepted: kept.length, full };
            await deps.audit.add(tx, context, { action: 'visits.imported', policyHash, detail });
          };
        },
      };
    },
  };
}

const STOPPED =
  'processing-stopped: the visitor restricted or objected to it here; leave the visit out, or release the hold first';
