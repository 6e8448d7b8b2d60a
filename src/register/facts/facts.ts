import type { Context } from '../../foundations/contract/context.ts';
import { Problem } from '../../foundations/contract/problem.ts';
import type { Query } from '../../foundations/store/store.ts';
import type { Fact, FactKind } from './as-of.ts';
import { insertFact, latestFact } from './table.ts';

export interface NewFact<V> {
  tenantId: string;
  kind: FactKind;
  entityId: string;
  /** The version this decision was made on: 0 for something new. Whoever comes second is refused. */
  onVersion: number;
  value: V | null;
  /** `now`: from the instant at which it is recorded. */
  validFrom: Date | 'now';
  validUntil?: Date | null;
  /** Needed when something already recorded is changed for a time that has passed. */
  reason?: string | null;
  policyHash: string;
}

/**
 * Adds to the register, inside the caller's transaction. Nothing is ever overwritten; the recording instant never goes
 * back behind the one before it, whatever the clock does.
 * @throws Problem `conflict` when somebody else changed the entity meanwhile; `invalid-request` for a past that would be
 * changed without a reason.
 */
export async function recordFact<V>(tx: Query, context: Context, input: NewFact<V>): Promise<Fact<V>> {
  const now = context.clock();
  const last = await latestFact(tx, input.tenantId, input.kind, input.entityId);
  if ((last?.version ?? 0) !== input.onVersion) throw changedMeanwhile();
  const recordedAt = last && last.recordedAt > now ? last.recordedAt : now;
  const { reason = null, validUntil = null } = input;
  const validFrom = input.validFrom === 'now' ? recordedAt : input.validFrom;
  if (validUntil && validUntil <= validFrom)
    throw new Problem('invalid-request', 'A time must end after it begins.', {
      errors: [{ pointer: '/until', detail: 'must be later than from' }],
    });
  if (last && validFrom < recordedAt && !reason)
    throw new Problem('invalid-request', 'The past is not edited, only corrected with a reason.', {
      errors: [{ pointer: '/reason', detail: 'say why the register was wrong' }],
    });
  const fact: Fact<V> = {
    tenantId: input.tenantId,
    kind: input.kind,
    entityId: input.entityId,
    version: input.onVersion + 1,
    value: input.value,
    validFrom,
    validUntil,
    recordedAt,
    recordedBy: context.principal.id,
    reason,
    policyHash: input.policyHash,
  };
  if (!(await insertFact(tx, fact))) throw changedMeanwhile();
  return fact;
}

function changedMeanwhile(): Problem {
  return new Problem('conflict', 'Somebody else changed this at the same time. Read it again and decide anew.');
}
