import assert from 'node:assert/strict';
import { pagesOfDue, treatDue } from '../../../src/data/visits/table/due.ts';
import {
  anyFullVisit,
  countVisitsOf,
  eraseVisitsOf,
  findByAddress,
  reduceVisitsOf,
  visitsOf,
} from '../../../src/data/visits/table.ts';
import type { Query } from '../../../src/foundations/store/store.ts';
import { type Ground, openGround } from '../../support/engines.ts';
import { plansOf } from '../../support/query-plans.ts';
import { dueFor } from './stage.ts';

const [S, U] = ['5'.repeat(32), '6'.repeat(32)] as const;
const AT = new Date('2026-02-01T00:00:00Z');
const due = dueFor('t', { category: 'visits.full', action: 'reduce', before: AT });
const batch = { rows: 100, cursor: null };

const QUERIES: [what: string, index: string, run: (q: Query) => unknown][] = [
  ['one person’s visits', 'visits_subject', (q) => visitsOf(q, 't', S, { occurredAt: AT, visitId: 'v' }, 10)],
  ['the count of one person’s visits', 'visits_subject', (q) => countVisitsOf(q, 't', [S, U])],
  ['the erasure of one person', 'visits_subject', (q) => eraseVisitsOf(q, 't', 'full', [S, U])],
  [
    'the reduction of one person',
    'visits_subject',
    (q) => reduceVisitsOf(q, { tenantId: 't', timeZone: 'UTC', subjectIds: [S, U] }, AT),
  ],
  [
    'the search by address',
    'visits_address',
    (q) => findByAddress(q, 't', { indexes: ['i', 'j'], from: AT, until: AT, after: crypto.randomUUID(), limit: 10 }),
  ],
  ['what is left of a month', 'visits_life', (q) => anyFullVisit(q, 't', AT, AT)],
  ['a page of what is due', 'visits_life', (q) => pagesOfDue(q, due, 'full').next()],
  ['a batch of the sweep', 'visits_life', (q) => treatDue(q, due, 'full', batch)],
];

describe('With a million visits of others around them', () => {
  let ground: Ground;
  before(async () => {
    ground = await openGround('sqlite');
  });
  after(() => ground.close());

  for (const [what, index, run] of QUERIES)
    it(`finds ${what} by index, without a walk over the table`, async () => {
      const plans = await plansOf(ground, run);
      assert.ok(plans.length > 0);
      assert.ok(
        plans.some((plan) => plan.includes(index)),
        plans.join('\n'),
      );
      assert.ok(!plans.some((plan) => plan.startsWith('SCAN visits')), plans.join('\n'));
      const walks = plans.filter(
        (plan) => plan.includes('visits') && !plan.includes(index) && !/visit_id=\?/.test(plan),
      );
      assert.deepEqual(walks, [], 'another index is used');
    });
});
