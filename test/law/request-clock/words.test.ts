import assert from 'node:assert/strict';
import type { ClockStep } from '../../../src/law/request-clock/model.ts';
import { inWords } from '../../../src/law/request-clock/words.ts';
import { clockFrom, corrected, ENGLAND, EU, extended, GERMANY, happened } from './happened.ts';

describe('The reasons of a clock in sentences', () => {
  it('say what was received, because of what, and what follows', () =>
    assert.deepEqual(clockFrom('2026-03-05', GERMANY).explanation, [
      'Received at 13:00 in Europe/Berlin, therefore the day of receipt is Thursday 5 March 2026; the rules are those of requests-eu-2018. [Reg. 1182/71 Art. 3(1); CJEU C-171/03, 33, 36]',
      'Because one month runs from Thursday 5 March 2026, the period ends on Sunday 5 April 2026: the day with the same date. [GDPR Art. 12(3); Reg. 1182/71 Art. 3(2)(c)]',
      'Because Sunday 5 April 2026 is a Sunday and Monday 6 April 2026 is a public holiday in the calendar of DE, the last day is the next working day, Tuesday 7 April 2026. [Reg. 1182/71 Art. 3(4); Reg. 1182/71 Art. 2(1)]',
      'Therefore the reply is due by the end of Tuesday 7 April 2026 (24:00 in Europe/Berlin). [Reg. 1182/71 Art. 3(2)(c)]',
      'Because the duty is to reply without undue delay, the target is Friday 27 March 2026, 5 working days before Tuesday 7 April 2026. [GDPR Art. 12(3): "without undue delay"]',
    ]));

  it('say the same in German', () =>
    assert.deepEqual(inWords(clockFrom('2026-03-05', GERMANY).steps, 'de').slice(0, 4), [
      'Eingegangen um 13:00 Uhr in Europe/Berlin, daher ist der Tag des Eingangs Donnerstag, 5. März 2026; es gelten die Regeln requests-eu-2018. [Reg. 1182/71 Art. 3(1); CJEU C-171/03, 33, 36]',
      'Weil ein Monat ab Donnerstag, 5. März 2026 läuft, endet die Frist am Sonntag, 5. April 2026, dem Tag mit demselben Datum. [GDPR Art. 12(3); Reg. 1182/71 Art. 3(2)(c)]',
      'Weil nach dem Kalender von DE Sonntag, 5. April 2026 ein Sonntag und Montag, 6. April 2026 ein Feiertag ist, ist der letzte Tag der nächste Arbeitstag, Dienstag, 7. April 2026. [Reg. 1182/71 Art. 3(4); Reg. 1182/71 Art. 2(1)]',
      'Daher ist die Antwort bis zum Ablauf von Dienstag, 7. April 2026 fällig (24:00 Uhr in Europe/Berlin). [Reg. 1182/71 Art. 3(2)(c)]',
    ]));

  it('name the clamp, the second reading and the policy', () => {
    const ends = clockFrom('2026-01-31', EU, extended('2026-02-10')).explanation.join('\n');
    assert.match(
      ends,
      /ends on Saturday 28 February 2026: the last day of its month, because that month has no such date/,
    );
    assert.match(
      ends,
      /three months from the start: Thursday 30 April 2026; two months from the end of the first: Tuesday 28 April 2026/,
    );
    assert.match(ends, /Therefore the earlier reading of the policy used counts: Tuesday 28 April 2026\./);
    const pause = [happened('identity-asked', '2026-03-04'), happened('identity-answered', '2026-03-18')];
    assert.match(
      clockFrom('2026-03-02', EU, ...pause).explanation.join('\n'),
      /14 days do not count by the policy "resume"/,
    );
    assert.match(
      clockFrom('2026-03-02', { ...EU, suspension: 'restart' }, ...pause).explanation.join('\n'),
      /the period runs from that day by the policy "restart"/,
    );
  });

  it('have a sentence for every kind of step, in both languages', () => {
    const received = happened('received', '2026-03-02');
    const asked = happened('identity-asked', '2026-03-04');
    const clocks = [
      clockFrom('2026-01-31', EU, extended('2026-02-10'), extended('2026-02-11'), happened('answered', '2026-04-28')),
      clockFrom(
        '2026-03-02',
        EU,
        corrected(received, '2026-03-03'),
        asked,
        happened('identity-answered', '2026-03-05'),
      ),
      clockFrom('2026-03-02', EU, asked, happened('refused', '2026-03-05')),
      clockFrom('2031-03-02', GERMANY, happened('withdrawn', '2031-03-05')),
      clockFrom('2026-04-14', { ...EU, calendar: 'IT' }),
      clockFrom('2026-04-14', { ...ENGLAND, calendar: 'GB' }, happened('fee-asked', '2026-04-15')),
      clockFrom('2026-03-02', EU, happened('fee-asked', '2026-03-04'), happened('clarification-asked', '2026-03-30')),
    ];
    const steps = clocks.flatMap((clock) => clock.steps);
    const kinds: Record<ClockStep['rule'], true> = {
      corrected: true,
      receipt: true,
      pause: true,
      ignored: true,
      month: true,
      'further-months': true,
      uncounted: true,
      extended: true,
      readings: true,
      shift: true,
      suspended: true,
      due: true,
      target: true,
      warning: true,
      closed: true,
    };
    assert.deepEqual([...new Set(steps.map(({ rule }) => rule))].sort(), Object.keys(kinds).sort());
    for (const language of ['en', 'de'] as const)
      for (const [index, sentence] of inWords(steps, language).entries()) {
        assert.match(sentence, /^[A-ZÜ].*\.( \[.+\])?$/, steps[index]?.rule);
        assert.doesNotMatch(sentence, /undefined|null|NaN/);
      }
  });
});
