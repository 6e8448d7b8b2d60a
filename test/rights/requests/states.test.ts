import assert from 'node:assert/strict';
import type { EventKind } from '../../../src/rights/requests/events.ts';
import { legalEvents, nextState, type RequestState, STATES } from '../../../src/rights/requests/states.ts';
import { REQUEST_TYPES, type RequestType } from '../../../src/rights/requests/types.ts';

/** Written down a second time, by state: what may happen to every type, and to some. `>` says where it leads. */
const ALWAYS = ['informed', 'noted', 'corrected', 'assigned', 'reminded'];
const UNTOLD = ['acknowledged', 'extended', 'limited'];
const LIFE: Record<RequestState, string> = {
  open: `portals-joined=joined subject-named identification-supplied identity-asked>awaiting-identity identity-confirmed identity-failed cannot-identify>unidentified
    clarification-asked>awaiting-clarification fee-asked>awaiting-fee proposed>awaiting-approval refused>refused
    withdrawn>withdrawn duplicate-marked>duplicate execution-begun>executing!erasure refusal-told>refusal-told=lasting`,
  'awaiting-identity': `execution-begun>executing=withdrawal refusal-told>refusal-told=lasting portals-joined=joined subject-named identification-supplied identity-asked identity-answered>open identity-confirmed>open identity-failed>open
    cannot-identify>unidentified refused>refused withdrawn>withdrawn duplicate-marked>duplicate`,
  'awaiting-clarification': `execution-begun>executing=withdrawal refusal-told>refusal-told=lasting portals-joined=joined subject-named identification-supplied clarification-answered>open refused>refused withdrawn>withdrawn
    duplicate-marked>duplicate`,
  'awaiting-fee': `execution-begun>executing=withdrawal refusal-told>refusal-told=lasting portals-joined=joined subject-named identification-supplied fee-paid>open refused>refused withdrawn>withdrawn
    duplicate-marked>duplicate`,
  unidentified: 'identification-supplied>open withdrawn>withdrawn',
  'awaiting-approval': 'approved>approved rejected>open withdrawn>withdrawn',
  approved:
    'fee-asked>awaiting-fee rejected>open execution-begun>executing refused>refused withdrawn>withdrawn refusal-told>refusal-told=lasting',
  executing: 'step-begun step-done executed>executed',
  executed: `answered>answered package-approved=packed released=packed first-part-answered>open=followed refusal-told>refusal-told=lasting
    withdrawn>withdrawn=packed granted>in-force=lasting answered-in-part>awaiting-release=erased`,
  'awaiting-release': 'rest-erased>answered=erased',
  'in-force': 'lifting-announced>lifting-announced=lasting',
  'lifting-announced': 'lifting-announced=lasting lifted>answered=lasting',
  answered: 'ground-ended>open reopened>open',
  'refusal-told': 'lifted>refused=lasting',
  refused: 'ground-ended>open reopened>open',
  withdrawn: '',
  duplicate: 'reopened>open',
};
const ONLY: Record<string, RequestType[]> = {
  packed: ['access', 'portability'],
  lasting: ['restriction', 'objection'],
  erased: ['erasure'],
  followed: ['access', 'portability', 'consent-withdrawal'],
  withdrawal: ['consent-withdrawal'],
  joined: ['access', 'portability', 'erasure'],
};
const EVENTS: EventKind[] = [
  ...(['received', 'acknowledged', 'informed', 'noted', 'assigned', 'reminded', 'corrected', 'subject-named'] as const),
  ...([
    'identity-asked',
    'identity-answered',
    'identity-confirmed',
    'identity-failed',
    'cannot-identify',
    'portals-joined',
  ] as const),
  ...(['identification-supplied', 'clarification-asked', 'clarification-answered', 'fee-asked', 'fee-paid'] as const),
  ...(['extended', 'limited', 'proposed', 'approved', 'rejected', 'execution-begun', 'step-begun'] as const),
  ...(['step-done', 'executed', 'package-approved', 'released', 'first-part-answered', 'answered', 'granted'] as const),
  ...(['lifting-announced', 'lifted', 'refused', 'withdrawn', 'duplicate-marked', 'ground-ended', 'reopened'] as const),
  ...(['answered-in-part', 'rest-erased', 'refusal-told'] as const),
];
const TOLD: RequestState[] = [
  'awaiting-release',
  'refusal-told',
  ...(['unidentified', 'in-force', 'lifting-announced', 'answered', 'refused', 'withdrawn', 'duplicate'] as const),
];

function expected(type: RequestType, state: RequestState): Map<string, RequestState> {
  const next = new Map<string, RequestState>(ALWAYS.map((event) => [event, state]));
  if (!TOLD.includes(state)) for (const event of UNTOLD) next.set(event, state);
  for (const word of LIFE[state].split(/\s+/).filter(Boolean)) {
    const [, event = '', to = state, only, except] =
      /^([a-z-]+)(?:>([a-z-]+))?(?:=([a-z]+))?(?:!([a-z]+))?$/.exec(word) ?? [];
    if (only && !ONLY[only]?.includes(type)) continue;
    if (except === type) continue;
    next.set(event, to as RequestState);
  }
  return next;
}

describe('The life of a request', () => {
  for (const type of REQUEST_TYPES)
    it(`knows what comes of every event in every state: ${type}`, () => {
      let pairs = 0;
      for (const state of STATES) {
        const known = expected(type, state);
        for (const event of EVENTS) {
          assert.equal(nextState(type, state, event), known.get(event), `${type} ${state} ${event}`);
          pairs += 1;
        }
        assert.deepEqual(new Set(legalEvents(type, state)), new Set(known.keys()), `${type} ${state}`);
      }
      assert.equal(pairs, STATES.length * EVENTS.length);
    });

  it('never begins to erase before a second person agreed', () => {
    const ways = STATES.filter((state) => nextState('erasure', state, 'execution-begun'));
    assert.deepEqual(ways, ['approved']);
  });

  it('lifts no restriction before the person was told (Art. 18(3)) (REQ-A36)', () => {
    const ways = STATES.filter((state) => nextState('restriction', state, 'lifted'));
    assert.deepEqual(ways, ['lifting-announced', 'refusal-told']);
  });
});
