import { Problem } from '../../foundations/contract/problem.ts';
import type { Query } from '../../foundations/store/store.ts';
import type { Policies } from '../../register/policies/policies.ts';
import { accountsByVisitor } from '../consent/links.ts';
import { purposesOf } from './hold-kinds.ts';
import { stoppingHolds } from './table.ts';

/**
 * The other half of the choke point: whatever would process data further asks here, inside its own transaction, whose
 * data it must leave alone (GDPR Art. 18(2), 21(1)). Storing, taking back consent, correcting and answering the person
 * ask nothing. A row serves every purpose of its category at once; where one of them must stop, it is not recorded.
 */
export interface Processing {
  /** Those of the subjects whose data of one of these categories may only be stored. */
  stopped(
    q: Query,
    tenantId: string,
    categories: readonly string[],
    subjectIds: readonly (string | null)[],
    now: Date,
  ): Promise<Set<string>>;
  /** @throws Problem `processing-stopped` when the subject is one of them. */
  refuse(q: Query, tenantId: string, categories: readonly string[], subjectId: string, now: Date): Promise<void>;
}

export function createProcessing(policies: Pick<Policies, 'current'>): Processing {
  async function stopped(
    q: Query,
    tenantId: string,
    categories: readonly string[],
    subjects: readonly (string | null)[],
    now: Date,
  ): Promise<Set<string>> {
    const subjectIds = [...new Set(subjects.filter((id) => id !== null))];
    if (subjectIds.length === 0) return new Set();
    const reach = (hold: { category: string | null; purpose: string | null }) =>
      categories.some(
        (category) =>
          (hold.category === null || hold.category === category) &&
          (hold.purpose === null || purposesOf(policies, category).includes(hold.purpose)),
      );
    const holds = (await stoppingHolds(q, tenantId, subjectIds, now)).filter(reach);
    if (holds.length === 0) return new Set();
    if (holds.some(({ subjectId }) => subjectId === null)) return new Set(subjectIds);
    const held = new Set(holds.map(({ subjectId }) => subjectId));
    const accounts = await accountsByVisitor(q, tenantId, subjectIds);
    return new Set(subjectIds.filter((id) => held.has(id) || held.has(accounts.get(id) ?? id)));
  }

  return {
    stopped,
    async refuse(q, tenantId, categories, subjectId, now) {
      if ((await stopped(q, tenantId, categories, [subjectId], now)).size > 0)
        throw new Problem(
          'processing-stopped',
          'The data of this person may only be stored: they restricted its processing or objected to it (GDPR Art. 18, 21). ' +
            'Nothing was written. To correct it, use POST /v1/subjects/{id}/rectification.',
        );
    },
  };
}
