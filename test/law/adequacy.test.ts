import assert from 'node:assert/strict';
import { type TransferQuestion, type TransferStanding, transferStands } from '../../src/law/adequacy.ts';
import { ADEQUACY_DECISIONS } from '../../src/law/adequacy-decisions.ts';

const noon = (day: string) => new Date(`${day}T12:00:00Z`);
const asked = (given: Partial<TransferQuestion>): TransferStanding =>
  transferStands({
    tool: 'A45-3',
    country: 'CH',
    importerFrameworks: [],
    since: '2000-01-01',
    at: noon('2026-11-23'),
    ...given,
  });
const until = (day: string | null): TransferStanding => ({
  stands: true,
  until: day === null ? null : new Date(`${day}T00:00:00Z`),
});
const not = (reason: (TransferStanding & { stands: false })['reason'], day: string | null): TransferStanding => ({
  stands: false,
  reason,
  since: day === null ? null : new Date(`${day}T00:00:00Z`),
});

const cases: [what: string, given: Partial<TransferQuestion>, answer: TransferStanding][] = [
  ['Switzerland is adequate', {}, until(null)],
  ['and for institutions of the Union', { regime: 'eudpr' }, until(null)],
  ['and by the regulations of the United Kingdom', { regime: 'uk-gdpr' }, until(null)],
  ['Brazil is not in the United Kingdom', { regime: 'uk-gdpr', country: 'BR' }, not('no-adequacy-decision', null)],
  ['nor in Switzerland', { regime: 'fadp', country: 'BR' }, not('no-adequacy-decision', null)],
  ['Japan is not in Switzerland', { regime: 'fadp', country: 'JP' }, not('no-adequacy-decision', null)],
  ['Monaco is in Switzerland alone', { regime: 'fadp', country: 'MC' }, until(null)],
  [
    'Korea for the United Kingdom came later',
    { regime: 'uk-gdpr', country: 'KR', at: noon('2022-12-18') },
    not('adequacy-not-begun', null),
  ],
  [
    'the data bridge from the United Kingdom began in October 2023',
    { regime: 'uk-gdpr', country: 'US', importerFrameworks: ['DPF'], at: noon('2023-10-11') },
    not('adequacy-not-begun', null),
  ],
  [
    'the Swiss framework began in September 2024',
    { regime: 'fadp', country: 'US', importerFrameworks: ['DPF'], at: noon('2024-09-15') },
    until(null),
  ],
  [
    'within the United Kingdom nothing is needed',
    { regime: 'uk-gdpr', country: 'GB', since: '2030-01-01' },
    until(null),
  ],
  ['within Switzerland nothing is needed', { regime: 'fadp', country: 'CH', since: '2030-01-01' }, until(null)],
  ['Japan is adequate', { country: 'JP' }, until(null)],
  ['Korea is adequate', { country: 'KR' }, until(null)],
  ['Korea was not before its decision', { country: 'KR', at: noon('2021-12-16') }, not('adequacy-not-begun', null)],
  ['Brazil is adequate since January 2026', { country: 'BR' }, until(null)],
  ['the United Kingdom is adequate, and when that ends is known', { country: 'GB' }, until('2031-12-28')],
  ['it stands on its last day', { country: 'GB', at: noon('2031-12-27') }, until('2031-12-28')],
  ['and not on the day after', { country: 'GB', at: noon('2031-12-28') }, not('adequacy-ended', '2031-12-28')],
  ['from exit to decision there was no gap', { country: 'GB', at: noon('2020-06-01') }, until('2031-12-28')],
  ['nobody decided on India', { country: 'IN' }, not('no-adequacy-decision', null)],
  ['the United States only for participants', { country: 'US' }, not('framework-missing', null)],
  ['a participant of the DPF', { country: 'US', importerFrameworks: ['DPF'] }, until(null)],
  [
    'the DPF was not there a day before',
    { country: 'US', importerFrameworks: ['DPF'], at: noon('2023-07-09') },
    not('adequacy-not-begun', null),
  ],
  [
    'Safe Harbour stood until the judgment',
    { country: 'US', importerFrameworks: ['Safe Harbour'], at: noon('2015-10-05') },
    until('2015-10-06'),
  ],
  [
    'and fell on its day',
    { country: 'US', importerFrameworks: ['Safe Harbour'], at: noon('2015-10-06') },
    not('adequacy-ended', '2015-10-06'),
  ],
  [
    'Privacy Shield fell on 16 July 2020',
    { country: 'US', importerFrameworks: ['Privacy Shield'], at: noon('2020-07-16') },
    not('adequacy-ended', '2020-07-16'),
  ],
  [
    'who was in the Shield and is in the DPF stands again',
    { country: 'US', importerFrameworks: ['Privacy Shield', 'DPF'] },
    until(null),
  ],
  ['Canada only where PIPEDA applies', { country: 'CA' }, not('framework-missing', null)],
  ['a Canadian firm under PIPEDA', { country: 'CA', importerFrameworks: ['PIPEDA'] }, until(null)],
  ['nothing is needed inside the EEA', { country: 'NO', tool: 'A46-2-c' }, until(null)],
  ['nor on Réunion', { country: 'RE' }, until(null)],
  ['Greenland is outside', { country: 'GL' }, not('no-adequacy-decision', null)],
  ['clauses stand where nobody decided', { country: 'IN', tool: 'A46-2-c', module: 3 }, until(null)],
  [
    'clauses without their module do not',
    { country: 'IN', tool: 'A46-2-c', since: '2022-01-01' },
    not('module-missing', '2022-01-01'),
  ],
  [
    'their own last day still counts',
    { country: 'IN', tool: 'A46-2-c', module: 3, until: '2026-11-23' },
    until('2026-11-24'),
  ],
  [
    'the day after does not',
    { country: 'IN', tool: 'A46-2-c', module: 3, until: '2026-11-22' },
    not('ended', '2026-11-23'),
  ],
  ['nor a day before the first', { since: '2026-11-24' }, not('not-begun', null)],
  ['the earlier end counts: the transfer’s', { country: 'GB', until: '2027-01-01' }, until('2027-01-02')],
  ['the earlier end counts: the decision’s', { country: 'GB', until: '2040-01-01' }, until('2031-12-28')],
  [
    'a derogation stands while it is declared',
    { country: 'IN', tool: 'A49-1-a', until: '2026-12-31' },
    until('2027-01-01'),
  ],
];

describe('A transfer to a third country', () => {
  for (const [what, given, answer] of cases) it(what, () => assert.deepEqual(asked(given), answer));

  it('is held against decisions that each name their source and begin before they end', () => {
    for (const { country, start, end, source } of ADEQUACY_DECISIONS) {
      assert.match(source, /\d{4}/, country);
      for (const day of [start, end ?? start]) assert.equal(noon(day).toISOString().slice(0, 10), day);
      assert.ok(end === null || start < end, source);
    }
  });
});
