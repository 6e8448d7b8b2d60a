import type { RetentionService } from '../data/retention/service.ts';
import type { SuppressionService } from '../data/suppression/service.ts';
import type { ImportsService } from '../foundations/imports/service.ts';
import type { Clock } from '../foundations/process/clock.ts';
import { forgetIdempotencyKeys } from '../foundations/store/idempotency.ts';
import { forgetJobRuns } from '../foundations/store/job-runs.ts';
import type { Store } from '../foundations/store/store.ts';

interface HousekeepingDeps {
  store: Store;
  clock: Clock;
  suppression: Pick<SuppressionService, 'forgetExpired'>;
  holds: Pick<RetentionService['holds'], 'forgetEndedNames'>;
  imports: Pick<ImportsService, 'forgetLines'>;
}

/** Forgets what the service keeps about itself, past its time; answers how many of each. */
export async function runHousekeeping({
  store,
  clock,
  suppression,
  holds,
  imports,
}: HousekeepingDeps): Promise<Record<string, number>> {
  const now = clock();
  return {
    idempotencyKeys: await forgetIdempotencyKeys(store, now),
    jobRuns: await forgetJobRuns(store, now),
    suppressions: await suppression.forgetExpired(now),
    namesOfHolds: await holds.forgetEndedNames(now),
    linesOfImports: await imports.forgetLines(now),
  };
}
