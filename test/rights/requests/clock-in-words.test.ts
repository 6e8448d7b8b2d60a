import assert from 'node:assert/strict';
import { languagesIn, textsIn } from '../../../src/foundations/messages/texts.ts';
import { complaintClock } from '../../../src/law/complaint-clock.ts';
import type { ClockStep } from '../../../src/law/request-clock/model.ts';
import { REQUEST_RULES } from '../../../src/law/rule-sets.ts';
import { complaintInWords } from '../../../src/rights/requests/clock-in-words.ts';
import {
  clockFrom,
  corrected,
  ENGLAND,
  EU,
  extended,
  GERMANY,
  happened,
  sentences,
} from '../../law/request-clock/happened.ts';

describe('The reasons of a clock in sentences', () => {
  it('say what was received, because of what, and what follows', () =>
    assert.deepEqual(sentences(clockFrom('2026-03-05', GERMANY)), [
      'Received at 13:00 in Europe/Berlin, therefore the day of receipt is Thursday, 5 March 2026; the rules are those of the GDPR. [Reg. 1182/71 Art. 3(1); CJEU C-171/03, 33, 36]',
      'Because 1 month runs from Thursday, 5 March 2026, the period ends on Sunday, 5 April 2026: the day with the same date. [GDPR Art. 12(3); Reg. 1182/71 Art. 3(2)(c)]',
      'Because Sunday, 5 April 2026 is a Sunday and Monday, 6 April 2026 is a public holiday in the calendar of Germany, the last day is the next working day, Tuesday, 7 April 2026. [Reg. 1182/71 Art. 3(4); Reg. 1182/71 Art. 2(1)]',
      'Therefore the reply is due by the end of Tuesday, 7 April 2026 (24:00 in Europe/Berlin). [Reg. 1182/71 Art. 3(2)(c)]',
      'Because the duty is to reply without undue delay, the target is Friday, 27 March 2026, 5 working days before Tuesday, 7 April 2026. [GDPR Art. 12(3): “without undue delay”]',
    ]));

  it('say the same in German', () =>
    assert.deepEqual(sentences(clockFrom('2026-03-05', GERMANY), 'de').slice(0, 4), [
      'Eingegangen um 13:00 Uhr in Europe/Berlin, daher ist der Tag des Eingangs Donnerstag, 5. März 2026; es gelten die Regeln der DSGVO. [Art. 3 Abs. 1 VO 1182/71; EuGH C-171/03, Rn. 33, 36]',
      'Weil 1 Monat ab Donnerstag, 5. März 2026 läuft, endet die Frist am Sonntag, 5. April 2026, dem Tag mit demselben Datum. [Art. 12 Abs. 3 DSGVO; Art. 3 Abs. 2 Buchst. c VO 1182/71]',
      'Weil nach dem Kalender von Deutschland Sonntag, 5. April 2026 ein Sonntag und Montag, 6. April 2026 ein Feiertag ist, ist der letzte Tag der nächste Arbeitstag, Dienstag, 7. April 2026. [Art. 3 Abs. 4 VO 1182/71; Art. 2 Abs. 1 VO 1182/71]',
      'Daher ist die Antwort bis zum Ablauf von Dienstag, 7. April 2026 fällig (24:00 Uhr in Europe/Berlin). [Art. 3 Abs. 2 Buchst. c VO 1182/71]',
    ]));

  it('name the clamp, the second reading and the policy', () => {
    const ends = sentences(clockFrom('2026-01-31', EU, extended('2026-02-10'))).join('\n');
    assert.match(
      ends,
      /ends on Saturday, 28 February 2026: the last day of its month, because that month has no such date/,
    );
    assert.match(
      ends,
      /three months from the start: Thursday, 30 April 2026; two months from the end of the first: Tuesday, 28 April 2026/,
    );
    assert.match(ends, /Therefore the earlier reading of the policy used counts: Tuesday, 28 April 2026\./);
    const pause = [happened('identity-asked', '2026-03-04'), happened('identity-answered', '2026-03-18')];
    assert.match(
      sentences(clockFrom('2026-03-02', EU, ...pause)).join('\n'),
      /14 days do not count, by the rule that the days left are kept\./,
    );
    assert.match(
      sentences(clockFrom('2026-03-02', { ...EU, suspension: 'restart' }, ...pause)).join('\n'),
      /the period runs from that day, by the rule that the period begins anew\./,
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
    for (const language of languagesIn())
      for (const clock of clocks)
        for (const [index, sentence] of sentences(clock, language).entries()) {
          assert.match(sentence, /^[A-ZÜ].*\.( \[.+\])?$/, clock.steps[index]?.rule);
          assert.doesNotMatch(sentence, /undefined|null|NaN/);
          assert.doesNotMatch(sentence, /\d{4}-\d\d-\d\d|\dT\d|\bP\d+[DMY]\b|[a-z]+-[a-z]+-\d{4}|`/, sentence);
        }
  });

  it('name the law of every set of rules, and never its code', () => {
    for (const language of languagesIn())
      for (const { id } of REQUEST_RULES) assert.ok(textsIn(language).maybe(`clock.rules.${id}`), `${language}: ${id}`);
  });

  it('say of a complaint in the United Kingdom when it is acknowledged, in each language', () => {
    const at = new Date('2026-07-01T09:00:00Z');
    const clock = complaintClock({ received: at, acknowledged: null, now: at }, 'Europe/London', 'UK');
    assert.match(
      complaintInWords(clock, textsIn('en')).join(' '),
      /due by Thursday, 30 July 2026 if the day of receipt/,
    );
    assert.match(complaintInWords(clock, textsIn('de')).join(' '), /bis Donnerstag, 30\. Juli 2026 fällig/);
  });
});
