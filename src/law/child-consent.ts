/**
 * The age from which a child consents by itself to an information-society service offered to it (GDPR Art. 8(1)): 16,
 * unless a Member State has set a lower one, not below 13. Dated data (REQ-001); what stood before an entry, or where
 * there is none, is 16.
 */
interface AgeOfConsent {
  place: string;
  age: 13 | 14 | 15 | 16;
  /** Its first day. */
  validFrom: string;
  /** The first day on which it is no longer in force; null: no end known. */
  validUntil: string | null;
  source: string;
}

const set = (
  place: string,
  age: AgeOfConsent['age'],
  validFrom: string,
  source: string,
  validUntil: string | null = null,
) => ({ place, age, validFrom, validUntil, source }) satisfies AgeOfConsent;

export const AGES_OF_CONSENT: readonly AgeOfConsent[] = [
  set('AT', 14, '2018-05-25', 'DSG § 4(4)'),
  set('BE', 13, '2018-09-05', 'Act of 30 July 2018, Art. 7'),
  set('BG', 14, '2019-03-02', 'Personal Data Protection Act, Art. 25c'),
  set('CY', 14, '2018-07-31', 'Law 125(I)/2018, s. 8'),
  set('CZ', 15, '2019-04-24', 'Act 110/2019, § 7'),
  set('DK', 13, '2018-05-25', 'Databeskyttelsesloven § 6(2)', '2024-01-01'),
  set('DK', 15, '2024-01-01', 'Databeskyttelsesloven § 6(2)'),
  set('EE', 13, '2019-01-15', 'Personal Data Protection Act, § 8'),
  set('ES', 14, '2018-12-07', 'LO 3/2018, Art. 7'),
  set('FI', 13, '2019-01-01', 'Data Protection Act 1050/2018, § 5'),
  set('FR', 15, '2018-05-25', 'Loi 78-17, Art. 45'),
  set('GR', 15, '2019-08-29', 'Law 4624/2019, Art. 21'),
  set('IT', 14, '2018-09-19', 'D.lgs. 196/2003, Art. 2-quinquies'),
  set('LT', 14, '2018-07-16', 'Law on Legal Protection of Personal Data, Art. 6'),
  set('LV', 13, '2018-07-05', 'Personal Data Processing Law, s. 33'),
  set('MT', 13, '2018-05-28', 'Subsidiary Legislation 586.11'),
  set('PT', 13, '2019-08-09', 'Lei 58/2019, Art. 16'),
  set('SE', 13, '2018-05-25', 'Act 2018:218, ch. 2 § 4'),
  set('SI', 15, '2023-01-26', 'ZVOP-2, Art. 8'),
  // Of the EEA; Liechtenstein has left it at 16.
  set('IS', 13, '2018-07-15', 'Act 90/2018, Art. 10'),
  set('NO', 13, '2018-07-20', 'Personopplysningsloven § 5'),
  set('GB', 13, '2018-05-25', 'Data Protection Act 2018, s. 9'),
  // The institutions of the Union.
  set('EC', 13, '2018-12-11', 'Reg. (EU) 2018/1725 Art. 8(1)'),
  set('EP', 13, '2018-12-11', 'Reg. (EU) 2018/1725 Art. 8(1)'),
  set('EUI', 13, '2018-12-11', 'Reg. (EU) 2018/1725 Art. 8(1)'),
];

/** From which age a child consents by itself in a place (`DE`, `GB-SCT`) on a local day, and where that stands. */
export function ageOfConsent(place: string, day: string): { age: number; source: string } {
  const country = place.split('-', 1)[0];
  const found = AGES_OF_CONSENT.find(
    (one) => one.place === country && one.validFrom <= day && (one.validUntil === null || day < one.validUntil),
  );
  return found ? { age: found.age, source: found.source } : { age: 16, source: 'GDPR Art. 8(1)' };
}

/** What a platform may say instead of an age: no more than any of these laws asks. */
export const AGE_BANDS = ['under-13', '13', '14', '15', '16-or-over'] as const;
type AgeBand = (typeof AGE_BANDS)[number];

/** The years that a band stands for. */
export const yearsOf = (band: AgeBand): number => (band === 'under-13' ? 12 : Number.parseInt(band, 10));

/** What is kept of it: never the age itself. */
export const AGE_CHECKS = ['of-age', 'parental', 'parental-missing'] as const;
export type AgeCheck = (typeof AGE_CHECKS)[number];

/** Whether a consent of somebody of this age stands (GDPR Art. 8(1), second sentence; REQ-A09). */
export function checkAge(age: number, parental: boolean, place: string, day: string): AgeCheck {
  if (age >= ageOfConsent(place, day).age) return 'of-age';
  return parental ? 'parental' : 'parental-missing';
}
