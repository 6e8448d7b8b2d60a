import { Problem } from '../../foundations/contract/problem.ts';
import type { Query } from '../../foundations/store/store.ts';
import type { Policies } from '../../register/policies/policies.ts';
import { accountsByVisitor } from '../consent/links.ts';
import { anyAttribute, standingsOf } from '../relations/standing.ts';
import { type Change, IN_THE_WAY, purposesOf, STOPPING } from './hold-kinds.ts';
import { type ReachingHold, reachingHolds, stoppingHolds } from './table.ts';

/**
 * The other half of the choke point: whatever would process data further, or change or take away what is there, asks
 * here, inside its own transaction, whose data it must leave alone (GDPR Art. 18(2), 21(1)). Adding to it, taking back
 * consent and answering the person ask nothing. A row serves every purpose of its category at once; where one of them must stop, it is not recorded.
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
  /** Those of the subjects of whom it is said that their visits are not recorded: statistics refused. */
  notRecorded(q: Query, tenantId: string, subjectIds: readonly (string | null)[], now: Date): Promise<Set<string>>;
  /**
   * Of subjects whose rows are brought from elsewhere, those for whom a hold that was placed here is in the way. To bring
   * is to store what was stored already; what comes in the same file must not make it matter which line came first.
   */
  stoppedHere(
    q: Query,
    tenantId: string,
    categories: readonly string[],
    subjectIds: readonly string[],
    now: Date,
    change: 'add' | 'change',
  ): Promise<Set<string>>;
  /** @throws Problem `processing-stopped` when the subject is one of them. */
  refuse(q: Query, tenantId: string, categories: readonly string[], subjectId: string, now: Date): Promise<void>;
  /**
   * Before values of these categories that are there are overwritten or taken away.
   * @throws Problem `processing-stopped`, or `held` when a hold wants them as they are.
   */
  refuseChange(
    q: Query,
    tenantId: string,
    categories: readonly string[],
    subjectId: string,
    now: Date,
    change: Change,
  ): Promise<void>;
}

export function createProcessing(policies: Pick<Policies, 'of'>): Processing {
  /** Whether a hold is about one of these categories, by itself or by a purpose it serves. */
  const reaching =
    (tenantId: string, categories: readonly string[]) => (hold: { category: string | null; purpose: string | null }) =>
      categories.some(
        (category) =>
          (hold.category === null || hold.category === category) &&
          (hold.purpose === null || purposesOf(policies.of(tenantId), category).includes(hold.purpose)),
      );

  async function stopped(
    q: Query,
    tenantId: string,
    categories: readonly string[],
    subjects: readonly (string | null)[],
    now: Date,
  ): Promise<Set<string>> {
    const subjectIds = [...new Set(subjects.filter((id) => id !== null))];
    if (subjectIds.length === 0) return new Set();
    return among(q, tenantId, subjectIds, await stoppingHolds(q, tenantId, subjectIds, now), categories);
  }

  async function among(
    q: Query,
    tenantId: string,
    subjectIds: string[],
    all: readonly ReachingHold[],
    categories: readonly string[],
  ): Promise<Set<string>> {
    const holds = all.filter(reaching(tenantId, categories));
    if (holds.length === 0) return new Set();
    if (holds.some(({ subjectId }) => subjectId === null)) return new Set(subjectIds);
    const held = new Set(holds.map(({ subjectId }) => subjectId));
    const accounts = await accountsByVisitor(q, tenantId, subjectIds);
    return new Set(subjectIds.filter((id) => held.has(id) || held.has(accounts.get(id) ?? id)));
  }

  async function refuse(q: Query, tenantId: string, categories: readonly string[], subjectId: string, now: Date) {
    if ((await stopped(q, tenantId, categories, [subjectId], now)).size > 0)
      throw new Problem(
        'processing-stopped',
        'The data of this person may only be stored: they restricted its processing or objected to it (GDPR Art. 18, 21). ' +
          'Nothing was written. To correct it, use POST /v1/subjects/{id}/rectification.',
      );
  }

  /** A person is known by the account, and seen as a visitor that is linked to it. */
  async function notRecorded(
    q: Query,
    tenantId: string,
    subjects: readonly (string | null)[],
    now: Date,
  ): Promise<Set<string>> {
    const { attributes = [] } = policies.of(tenantId).current().relations ?? {};
    const refusing = attributes.flatMap(({ id, values }) => {
      const its = values.filter(({ visits }) => visits === 'not-recorded').map((value) => value.id);
      return its.length > 0 ? [{ kind: 'attribute', name: id, values: its } as const] : [];
    });
    const subjectIds = [...new Set(subjects.filter((id) => id !== null))];
    if (refusing.length === 0 || subjectIds.length === 0 || !(await anyAttribute(q, tenantId))) return new Set();
    const accounts = await accountsByVisitor(q, tenantId, subjectIds);
    const asked = [...new Set([...subjectIds, ...accounts.values()])];
    const refused = new Set<string>();
    for (const standing of refusing)
      for (const { subjectId } of await standingsOf(q, tenantId, asked, standing, now)) refused.add(subjectId);
    return new Set(subjectIds.filter((id) => refused.has(id) || refused.has(accounts.get(id) ?? id)));
  }

  return {
    stopped,
    notRecorded,
    async stoppedHere(q, tenantId, categories, subjects, now, change) {
      const subjectIds = [...new Set(subjects)];
      if (subjectIds.length === 0) return new Set();
      const kinds = change === 'change' ? [...new Set([...STOPPING, ...IN_THE_WAY.change])] : STOPPING;
      const holds = await reachingHolds(q, tenantId, kinds, subjectIds, now);
      return among(
        q,
        tenantId,
        subjectIds,
        holds.filter(({ since }) => since === null),
        categories,
      );
    },
    refuse,
    async refuseChange(q, tenantId, categories, subjectId, now, change) {
      if (change === 'change') await refuse(q, tenantId, categories, subjectId, now);
      const holds = await reachingHolds(q, tenantId, IN_THE_WAY[change], [subjectId], now);
      if (holds.some(reaching(tenantId, categories)))
        throw new Problem(
          'held',
          'A hold wants this data as it is, so nothing was written. Release the hold first (POST /v1/holds/{holdId}/release)' +
            (change === 'correct' ? ', or add a statement, which changes nothing that is there.' : '.'),
        );
    },
  };
}
