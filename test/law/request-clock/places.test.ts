import assert from 'node:assert/strict';
import type { ClockTerms } from '../../../src/law/request-clock/model.ts';
import { clockFrom, extended, happened, sentences } from './happened.ts';

const uk = (part: string): ClockTerms => ({ jurisdiction: 'UK', calendar: `GB-${part}`, timeZone: 'Europe/London' });
const SWITZERLAND: ClockTerms = { jurisdiction: 'CH', calendar: 'CH', timeZone: 'Europe/Zurich' };

describe('The clock of a request outside the Union (REQ-B02)', () => {
  it('in England runs over Christmas: Friday is Christmas Day, Monday the substitute for Boxing Day', () => {
    const clock = clockFrom('2026-11-25', uk('ENG'));
    assert.deepEqual([clock.nominal, clock.due], ['2026-12-25', '2026-12-29']);
    assert.deepEqual(
      clock.warnings.map((warning) => [warning.code, 'day' in warning && warning.day]),
      [
        ['holiday-computed', '2026-12-25'],
        ['holiday-computed', '2026-12-28'],
      ],
    );
    assert.ok(
      sentences(clock).some((line) => line.includes('Monday, 28 December 2026 is a public holiday (computed)')),
    );
  });

  it('has the holidays of each part of the United Kingdom', () => {
    // 30 November is St Andrew's Day, 12 July the Battle of the Boyne, on a Sunday in 2026.
    assert.equal(clockFrom('2026-10-30', uk('SCT')).due, '2026-12-01');
    assert.equal(clockFrom('2026-10-30', uk('ENG')).due, '2026-11-30');
    assert.equal(clockFrom('2026-06-12', uk('NIR')).due, '2026-07-14');
    assert.equal(clockFrom('2026-06-12', uk('ENG')).due, '2026-07-13');
  });

  it('with an official list says nothing of computing', () => {
    const official = { '2026': ['2026-12-25', '2026-12-28'] };
    const clock = clockFrom('2026-11-25', { ...uk('ENG'), official });
    assert.deepEqual([clock.due, clock.warnings], ['2026-12-29', []]);
  });

  for (const [right, stops] of [
    ['access', true],
    ['portability', false],
    ['erasure', false],
  ] as const)
    it(`in the UK ${stops ? 'stops' : 'does not stop'} for clarification of ${right}`, () => {
      const asked = happened('clarification-asked', '2026-03-10');
      const came = happened('clarification-answered', '2026-03-14');
      const clock = clockFrom('2026-03-02', { ...uk('ENG'), right }, asked, came);
      assert.equal(clock.due, stops ? '2026-04-07' : '2026-04-02');
      assert.equal(clock.ignored[0]?.why, stops ? undefined : 'never-suspends');
      const identity = clockFrom('2026-03-02', { ...uk('ENG'), right }, happened('identity-asked', '2026-03-10'));
      assert.equal(identity.status, 'suspended');
    });

  it('in Switzerland is thirty days, and says so in no other law’s words', () => {
    const clock = clockFrom('2026-06-01', SWITZERLAND);
    assert.deepEqual([clock.ruleSet.id, clock.nominal, clock.due], ['requests-ch-2023', '2026-07-01', '2026-07-01']);
    // 1 August is a Saturday; 3 August, the Monday, is no holiday.
    assert.equal(clockFrom('2026-07-02', SWITZERLAND).due, '2026-08-03');
    const longer = clockFrom('2026-06-01', SWITZERLAND, extended('2026-06-20'));
    assert.equal(longer.nominal, '2026-08-30');
    assert.equal(longer.due, '2026-08-31');
    assert.equal(longer.readings.length, 1);
    for (const text of [...sentences(clock), ...sentences(longer)]) assert.doesNotMatch(text, /GDPR|1182|month/, text);
    assert.ok(sentences(clock).some((line) => /30 days run .* \[FADP Art. 25\(7\); DPO Art. 18\(1\)\]/.test(line)));
  });

  it('in Switzerland begins when the person agrees to a fee (DPO Art. 19(3))', () => {
    const fee = [happened('fee-asked', '2026-06-05'), happened('fee-paid', '2026-06-10')];
    assert.equal(clockFrom('2026-06-01', SWITZERLAND, ...fee).due, '2026-07-10');
  });

  it('in Norway is that of the GDPR, with Norwegian holidays', () => {
    const clock = clockFrom('2026-04-14', { jurisdiction: 'EU', calendar: 'NO', timeZone: 'Europe/Oslo' });
    assert.deepEqual([clock.ruleSet.id, clock.due], ['requests-eu-2018', '2026-05-15']);
  });
});
