import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Services } from '../../../src/app/services.ts';
import { endOfPeriod, localDay } from '../../../src/law/duration.ts';
import type { PolicySet, RetentionRule } from '../../../src/register/policies/model.ts';
import { rulesInForce } from '../../../src/register/policies/transitions.ts';
import type { Transition } from '../../../src/register/policies/transitions-model.ts';
import type { TestContext } from '../../support/context.ts';
import { onBothEngines } from '../../support/engines.ts';
import { reducedVisit } from '../visits/stage.ts';
import { insert, newTenant, oldVisits, servicesOn } from './stage.ts';

const DAY = 86_400_000;
const BEGIN = Date.parse('2026-01-01T09:30:00Z');

onBothEngines('A rule that has changed, by the rows', (ground) => {
  let services: Services;
  let context: TestContext;
  const instants = Array.from({ length: 60 }, (_, n) => new Date(BEGIN + n * 2.5 * DAY));
  before(async () => {
    services = await servicesOn(ground());
    context = newTenant();
    const { id } = context.tenant;
    const [full] = oldVisits(context, 1);
    await insert(
      ground(),
      instants.map((occurredAt) => ({ ...full, ...reducedVisit(id, occurredAt), life: 'full' as const })),
    );
    await insert(
      ground(),
      instants.map((occurredAt) => reducedVisit(id, occurredAt)),
    );
    await ground().store.write(async (tx) => {
      await tx.insert(tx.tables.subjectLinks).values(
        instants.map((linkedAt, n) => ({
          tenantId: id,
          visitorId: n.toString(16).padStart(32, '0'),
          accountId: 'a'.repeat(32),
          linkedAt,
        })),
      );
    });
  });
  after(() => services?.close());

  const RULES: Pick<RetentionRule, 'id' | 'category' | 'action' | 'from'>[] = [
    { id: 'full', category: 'visits.full', action: 'erase', from: 'occurred' },
    { id: 'daily', category: 'visits.reduced', action: 'anonymise', from: 'occurred' },
    { id: 'links', category: 'consents.link', action: 'erase', from: 'linked' },
  ];
  const period = fc.constantFrom('P3D', 'P20D', 'P1M', 'P90D');
  const day = fc.integer({ min: 1, max: 140 }).map((n) => new Date(BEGIN + n * DAY).toISOString().slice(0, 10));
  const decisions = fc.uniqueArray(
    fc.record({ since: day, oldRows: fc.constantFrom('old-period' as const, 'new-period' as const), after: period }),
    { selector: ({ since }) => since, maxLength: 3 },
  );

  for (const its of RULES)
    it(`is carried out in parts that reach every row of ${its.category} exactly once, each by its word (property)`, async () => {
      await fc.assert(
        fc.asyncProperty(decisions, period, day, fc.boolean(), async (all, after, at, deleted) => {
          const rule: RetentionRule = { ...its, after, reason: 'x' };
          const transitions = all.map(
            ({ after: was, ...said }): Transition => ({
              ...said,
              rule: rule.id,
              was: { ...rule, after: was },
              reason: 'x',
            }),
          );
          const set: PolicySet = { ...services.policies.current(), rules: deleted ? [] : [rule], transitions };
          const { timeZone } = context.tenant;
          const asOf = new Date(`${at}T12:00:00Z`);
          const sorted = [...all].sort((a, b) => (a.since < b.since ? -1 : 1));
          const forAll = sorted.findLastIndex(({ oldRows }) => oldRows === 'new-period');
          const expected = instants.filter((instant) => {
            const word = sorted.slice(forAll + 1).find(({ since }) => localDay(instant, timeZone) < since);
            if (!word && deleted) return false;
            return endOfPeriod(instant, word?.after ?? after, timeZone) <= asOf;
          }).length;
          const ids = rulesInForce(set).map(({ id }) => id);
          const sumAt = async (when: Date) => {
            const found = await services.retention.lookAtRows(context, set, when, ids);
            return [...found.values()].reduce((sum, { due }) => sum + (due ?? 0), 0);
          };
          assert.equal(await sumAt(asOf), expected);
          // Once all is over, every row was one part's.
          if (!deleted) assert.equal(await sumAt(new Date('2028-01-01T12:00:00Z')), instants.length);
        }),
        { numRuns: 25 },
      );
    });
});
