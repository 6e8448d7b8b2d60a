import { forgetPerson } from './forget.ts';
import { createHolds, heldCategories, objectedPurposes } from './holds.ts';
import { createPlans } from './plan.ts';
import { createSweeps } from './sweep.ts';
import type { SweepDeps } from './sweep-run.ts';

/** Retention as one service: what is due, what is protected, what was destroyed. */
export function createRetention(deps: Omit<SweepDeps, 'plans'>) {
  const plans = createPlans(deps);
  return {
    plans,
    holds: createHolds(deps),
    sweeps: createSweeps({ ...deps, plans }),
    heldCategories,
    objectedPurposes,
    forgetPerson,
  };
}

export type RetentionService = ReturnType<typeof createRetention>;
