import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  AUTHORITY_DECISIONS,
  BREACH_RISKS,
  COMMUNICATION_EXEMPTIONS,
  PERSONS_DECISIONS,
} from '../../../src/law/vocabularies/breaches.ts';
import { openDuties, unfounded } from '../../../src/oversight/breaches/duties.ts';
import type { BreachDecision } from '../../../src/oversight/breaches/model.ts';
import type { BreachState } from '../../../src/oversight/breaches/replay.ts';
import { openApp, type TestApp } from '../../support/app.ts';
import { onBothEngines } from '../../support/engines.ts';
import { fillRegister } from '../../support/example-register.ts';
import { ASSESSED, breachBooks } from './books.ts';

const NEEDED = 'DPABreachNotificationNeeded';
const TELL = 'DataSubjectBreachNotificationNeeded';
const NOT = 'BreachNotificationNotNeeded';
const [NONE, LOW, HIGH] = BREACH_RISKS;
const REASONS = 'Written down by the officer.';

/** Where the fault is; null: the decision stands. */
const TABLE: [string, string | undefined, object, string | null][] = [
  ['no assessment', undefined, { authority: NEEDED, persons: TELL }, '/authority'],
  ['an unlikely risk: nobody need be told', NONE, { authority: NOT, persons: NOT }, null],
  ['an unlikely risk: telling is allowed', NONE, { authority: NEEDED, persons: TELL }, null],
  ['a risk: the authority must be told', LOW, { authority: NOT, persons: NOT }, '/authority'],
  ['a risk, not a high one: persons need not be told', LOW, { authority: NEEDED, persons: NOT }, null],
  ['a high risk: the authority must be told', HIGH, { authority: NOT, persons: TELL }, '/authority'],
  ['a high risk: persons must be told', HIGH, { authority: NEEDED, persons: NOT }, '/persons'],
  ['a high risk: persons are told', HIGH, { authority: NEEDED, persons: TELL }, null],
  ...COMMUNICATION_EXEMPTIONS.flatMap((exemption): typeof TABLE => [
    [`${exemption} with a reason`, HIGH, { authority: NEEDED, persons: NOT, exemption, personsReasons: REASONS }, null],
    [`${exemption} without one`, HIGH, { authority: NEEDED, persons: NOT, exemption }, '/personsReasons'],
    [`${exemption} for persons who are told`, HIGH, { authority: NEEDED, persons: TELL, exemption }, '/exemption'],
  ]),
];

describe('A decision on a breach', () => {
  for (const [what, risk, decision, pointer] of TABLE)
    it(`with ${what}: ${pointer === null ? 'stands' : `is refused at ${pointer}`}`, () =>
      assert.equal(
        unfounded({ reasons: REASONS, ...decision } as BreachDecision, risk as BreachState['risk'])?.pointer ?? null,
        pointer,
      ));

  it('never leaves an authority untold where there is a risk, nor persons where it is high and nothing exempts', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...BREACH_RISKS),
        fc.constantFrom(...AUTHORITY_DECISIONS),
        fc.constantFrom(...PERSONS_DECISIONS),
        fc.option(fc.constantFrom(...COMMUNICATION_EXEMPTIONS), { nil: undefined }),
        (risk, authority, persons, exemption) => {
          const decision = {
            authority,
            persons,
            reasons: REASONS,
            personsReasons: REASONS,
            exemption,
          } as BreachDecision;
          if (unfounded(decision, risk) !== undefined) return;
          if (risk !== NONE) assert.equal(authority, NEEDED);
          if (risk === HIGH) assert.ok(persons === TELL || exemption !== undefined);
        },
      ),
    );
  });

  it('no longer stands when the risk turns out higher', () => {
    const state = {
      foundBy: 'institution',
      hours: 72,
      awareAt: new Date(0),
      affected: null,
      closed: null,
      notifications: [],
      decision: { authority: NOT, persons: NOT, reasons: REASONS },
    } as unknown as BreachState;
    const duties = (risk: BreachState['risk']) => openDuties({ ...state, risk }, () => true).map(({ duty }) => duty);
    assert.ok(!duties(NONE).includes('decide'));
    assert.ok(duties(HIGH).includes('decide'));
  });
});

onBothEngines('A decision in the register of breaches', (ground) => {
  let app: TestApp;
  let books: ReturnType<typeof breachBooks>;
  before(async () => {
    app = await openApp(ground(), { now: '2026-03-01T12:00:00Z' });
    books = breachBooks(app);
    await fillRegister(app, 'north');
  });
  after(() => app.close());

  it('is refused without its grounds, and kept with its reasons (REQ-A52)', async () => {
    const { breachId } = await books.report();
    const decision = { authority: NEEDED, reasons: REASONS, persons: NOT };
    await books.refused(breachId, 'decisions', decision, 422, /assessment of the risk first/);
    await books.act(breachId, 'assessments', ASSESSED);
    await books.refused(breachId, 'decisions', decision, 422, /Art\. 34\(3\)/);
    const breach = await books.act(breachId, 'decisions', {
      ...decision,
      exemption: 'JustificationA33RiskMitigated',
      personsReasons: 'All passwords were reset before they could be used.',
    });
    assert.equal(breach.decision?.exemption, 'JustificationA33RiskMitigated');
    assert.match(breach.decision?.personsReasons ?? '', /passwords were reset/);
    assert.ok(!breach.todo.some(({ duty }) => duty === 'tell-persons'));
  });

  it('to spare disproportionate effort asks for a public communication (Art. 34(3)(c))', async () => {
    const { breachId } = await books.report();
    await books.act(breachId, 'assessments', ASSESSED);
    await books.act(breachId, 'decisions', {
      authority: NEEDED,
      reasons: REASONS,
      persons: NOT,
      exemption: 'JustificationA33DisproportionateEffort',
      personsReasons: 'No addresses are known.',
    });
    const notice = { notice: 'DataSubjectBreachNotice', at: '2026-03-01T11:30:00Z' };
    const open = (await books.act(breachId, 'notifications', { ...notice, by: 'email' })).todo;
    assert.ok(open.some(({ duty }) => duty === 'make-public'));
    const { todo } = await books.act(breachId, 'notifications', { ...notice, by: 'public-communication' });
    assert.ok(!todo.some(({ duty }) => duty === 'make-public'));
  });

  it('is made anew when it changes; both stay in the history', async () => {
    const { breachId } = await books.report();
    await books.act(breachId, 'assessments', { ...ASSESSED, risk: NONE });
    await books.act(breachId, 'decisions', { authority: NOT, reasons: REASONS, persons: NOT });
    const higher = await books.act(breachId, 'assessments', { risk: LOW });
    assert.ok(higher.todo.some(({ duty }) => duty === 'decide'));
    await books.act(breachId, 'decisions', { authority: NEEDED, reasons: 'It is a risk.', persons: NOT });
    const { body } = await app.as('auditor').get(`/v1/breaches/${breachId}/events`).expect(200);
    const decided = body.items.filter(({ kind }: { kind: string }) => kind === 'decision');
    assert.deepEqual(
      decided.map(({ data }: { data: { authority: string } }) => data.authority),
      [NOT, NEEDED],
    );
  });
});
