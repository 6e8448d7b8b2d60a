import type { OutboxService } from '../../foundations/outbox/service.ts';
import type { Register } from '../../register/view/service.ts';
import { type ClockLimits, createClockWatch } from './clock-watch.ts';
import { createExplanations, type ExplainPersonDeps } from './explain-person.ts';
import { forgetPerson } from './forget.ts';
import { createHolds, heldCategories, objectedPurposes } from './holds.ts';
import { createLookAtRows } from './look-at-rows.ts';
import { createPlans } from './plan.ts';
import { createReviews } from './reviews.ts';
import { createSweeps } from './sweep.ts';
import type { SweepDeps } from './sweep-run.ts';
import { createTellOfficers } from './tell-officers.ts';

/** Retention as one service: what is due, what is protected, what was destroyed. */
export function createRetention({
  clockLimits,
  register,
  outbox,
  ...deps
}: Omit<SweepDeps, 'plans' | 'clockWatch' | 'tellOfficers'> & {
  clockLimits: ClockLimits;
  register: Pick<Register, 'view'>;
  outbox: Pick<OutboxService, 'prepare' | 'add'>;
} & Pick<ExplainPersonDeps, 'relations'>) {
  const plans = createPlans(deps);
  const clockWatch = createClockWatch({ store: deps.store, audit: deps.audit, limits: clockLimits });
  const tellOfficers = createTellOfficers({ register, outbox });
  const sweeps = createSweeps({ ...deps, plans, clockWatch, tellOfficers });
  return {
    plans,
    lookAtRows: createLookAtRows(deps),
    clockWatch,
    holds: createHolds(deps),
    sweeps,
    ...createExplanations(deps),
    reviews: createReviews({ ...deps, clockWatch, tellOfficers, carryOut: sweeps.carryOut }),
    heldCategories,
    objectedPurposes,
    forgetPerson,
  };
}

export type RetentionService = ReturnType<typeof createRetention>;
