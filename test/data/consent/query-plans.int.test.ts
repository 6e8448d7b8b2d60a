import assert from 'node:assert/strict';
import { consentHolder } from '../../../src/data/consent/holder.ts';
import {
  endedEvents,
  eventsOfSubjects,
  latestEvent,
  latestOfPerson,
  visitorsOf,
} from '../../../src/data/consent/table.ts';
import type { Query } from '../../../src/foundations/store/store.ts';
import { dueRows } from '../../support/due.ts';
import { type Ground, openGround } from '../../support/engines.ts';
import { plansOf } from '../../support/query-plans.ts';

const [S, U] = ['5'.repeat(32), '6'.repeat(32)] as const;
const AT = new Date('2026-02-01T00:00:00Z');
const due = dueRows({ category: 'consents.decision', action: 'erase', clock: 'ended', before: AT });

const QUERIES: [what: string, index: string, run: (q: Query, ground: Ground) => unknown][] = [
  [
    'the decision before',
    'consent_events_current',
    (q) => latestEvent(q, { tenantId: 't', subjectId: S, purposeId: 'p' }),
  ],
  ['what stands for a person', 'consent_events_current', (q) => latestOfPerson(q, { tenantId: 't', subjectId: S })],
  [
    'a person’s history',
    'consent_events_current',
    (q) => eventsOfSubjects(q, 't', [S, U], { after: { recordedAt: AT, seq: 1, eventId: 'e' }, limit: 10 }),
  ],
  [
    'what has expired',
    'consent_events_expiry',
    (q) => endedEvents(q, 't', AT, { expiresAt: new Date(0), eventId: 'e' }, 10),
  ],
  ['the visitors of an account', 'subject_links_account', (q) => visitorsOf(q, 't', S)],
  [
    'a batch of the sweep',
    'consent_events_recorded',
    (q, ground) => consentHolder(ground.vault).sweep(q, due, { rows: 100, cursor: null }),
  ],
];

describe('With a million decisions of others around them', () => {
  let ground: Ground;
  before(async () => {
    ground = await openGround('sqlite');
  });
  after(() => ground.close());

  for (const [what, index, run] of QUERIES)
    it(`finds ${what} by index, without a walk over the table`, async () => {
      const plans = await plansOf(ground, (q) => run(writable(q), ground));
      const steps = plans.filter((plan) => /consent_events|subject_links|\bn\b/.test(plan));
      assert.ok(
        steps.some((plan) => plan.includes(index)),
        plans.join('\n'),
      );
      for (const step of steps)
        assert.doesNotMatch(step, /^SCAN (consent_events|subject_links|n)\b|\(tenant_id=\?\)/, plans.join('\n'));
    });

  it('looks up what stands by the subject alone, never by the tenant', async () => {
    const plans = await plansOf(ground, (q) => latestOfPerson(q, { tenantId: 't', subjectId: S }));
    const seeks = plans.filter((plan) => plan.includes('consent_events_current'));
    assert.equal(seeks.length, 3, plans.join('\n'));
    for (const seek of seeks) assert.match(seek, /tenant_id=\? AND subject_id=\?/);
  });
});

/** Unlocking the evidence cannot be done on a connection that only explains. */
function writable(q: Query): Query {
  const nothing = () => ({ values: async () => undefined });
  return Object.assign(Object.create(q), { insert: nothing }) as Query;
}
