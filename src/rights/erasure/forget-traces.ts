import type { RetentionService } from '../../data/retention/service.ts';

type ForgetPerson = RetentionService['forgetPerson'];

/**
 * Forgetting a person beyond the holders: every domain that keeps traces of its own work on people (plans, holds that
 * are over, packages) takes them out, one after another in the one transaction of the erasure.
 */
export const forgetTracesIn =
  (...domains: { forgetPerson: ForgetPerson }[]): ForgetPerson =>
  async (tx, tenantId, subjectIds, now) => {
    for (const { forgetPerson } of domains) await forgetPerson(tx, tenantId, subjectIds, now);
  };
