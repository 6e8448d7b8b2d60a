import { EEA_STATES } from './jurisdictions.ts';

/**
 * Adequacy decisions of the European Commission (GDPR Art. 45(3); those under Directive 95/46 stand by Art. 45(9)), as
 * dated data: `start` is the first day, `end` the first day on which the decision no longer stands (null: no end known).
 * Each names its decision; before relying on a date hold it against that decision in the Official Journal of the EU.
 */
export type AdequacyDecision = {
  /** ISO 3166-1 alpha-2. */
  country: string;
  start: string;
  end: string | null;
  /** Only for importers that take part in this framework or are subject to it. */
  framework: Framework | null;
  source: string;
};

/** As parties declare them; PIPEDA is not joined but applies to commercial organisations in Canada. */
type Framework = 'Safe Harbour' | 'Privacy Shield' | 'DPF' | 'PIPEDA';

const decision = (
  country: string,
  source: string,
  start: string,
  end: string | null = null,
  framework: Framework | null = null,
): AdequacyDecision => ({ country, source, start, end, framework });

export const ADEQUACY_DECISIONS: readonly AdequacyDecision[] = [
  decision('AD', 'Decision 2010/625/EU', '2010-10-19'),
  decision('AR', 'Decision 2003/490/EC', '2003-06-30'),
  decision('BR', 'Implementing Decision (EU) 2026/179', '2026-01-26'),
  decision('CA', 'Decision 2002/2/EC', '2001-12-20', null, 'PIPEDA'),
  decision('CH', 'Decision 2000/518/EC', '2000-07-26'),
  decision('FO', 'Decision 2010/146/EU', '2010-03-05'),
  // Until the end of 2020 Union law applied in the United Kingdom; then a bridge until the decision was there.
  decision('GB', 'Withdrawal Agreement (2020), Art. 126, 127', '2018-05-25', '2021-01-01'),
  decision('GB', 'Trade and Cooperation Agreement (2021), Art. FINPROV.10A', '2021-01-01', '2021-06-28'),
  // Would have ended on 27 June 2025; extended twice, the second time until 27 December 2031.
  decision(
    'GB',
    'Implementing Decision (EU) 2021/1772, as extended in June and December 2025',
    '2021-06-28',
    '2031-12-28',
  ),
  decision('GG', 'Decision 2003/821/EC', '2003-11-21'),
  decision('IL', 'Decision 2011/61/EU', '2011-01-31'),
  decision('IM', 'Decision 2004/411/EC', '2004-04-28'),
  decision('JE', 'Decision 2008/393/EC', '2008-05-08'),
  decision('JP', 'Implementing Decision (EU) 2019/419', '2019-01-23'),
  decision('KR', 'Implementing Decision (EU) 2022/254', '2021-12-17'),
  decision('NZ', 'Implementing Decision 2013/65/EU', '2012-12-19'),
  decision(
    'US',
    'Decision 2000/520/EC; invalid by CJEU C-362/14 (Schrems I)',
    '2000-07-26',
    '2015-10-06',
    'Safe Harbour',
  ),
  decision(
    'US',
    'Implementing Decision (EU) 2016/1250; invalid by CJEU C-311/18 (Schrems II)',
    '2016-07-12',
    '2020-07-16',
    'Privacy Shield',
  ),
  decision('US', 'Implementing Decision (EU) 2023/1795', '2023-07-10', null, 'DPF'),
  decision('UY', 'Implementing Decision 2012/484/EU', '2012-08-21'),
];

const all = (
  countries: string,
  source: string,
  start: string,
  framework: Framework | null = null,
): AdequacyDecision[] => countries.split(' ').map((country) => ({ country, source, start, end: null, framework }));

/** UK GDPR Art. 45A, 45B; what stood at the end of 2020 stands by Schedule 21 to the Data Protection Act 2018. */
export const UK_ADEQUACY: readonly AdequacyDecision[] = [
  ...all(`${EEA_STATES.join(' ')} GI`, 'DPA 2018 Sch. 21 para. 5(1)(a) to (c)', '2021-01-01'),
  ...all('AD AR CH FO GG IL IM JE JP NZ UY', 'DPA 2018 Sch. 21 para. 5(1)(e), (f)', '2021-01-01'),
  ...all('CA', 'DPA 2018 Sch. 21 para. 5(1)(e), (f)', '2021-01-01', 'PIPEDA'),
  ...all('KR', 'SI 2022/1213', '2022-12-19'),
  ...all('US', 'SI 2023/1028', '2023-10-12', 'DPF'),
];

/** FADP Art. 16(1): Annex 1 to the Data Protection Ordinance (SR 235.11). */
export const SWISS_ADEQUACY: readonly AdequacyDecision[] = [
  ...all(`${EEA_STATES.join(' ')} GB GI`, 'DPO Annex 1', '2023-09-01'),
  ...all('AD AR FO GG IL IM JE MC NZ UY', 'DPO Annex 1', '2023-09-01'),
  ...all('CA', 'DPO Annex 1', '2023-09-01', 'PIPEDA'),
  ...all('US', 'DPO Annex 1, as amended on 14 August 2024', '2024-09-15', 'DPF'),
];
