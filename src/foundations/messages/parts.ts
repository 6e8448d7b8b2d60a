/** The files of each language folder; the English ones say which messages there are. One line a part. */
interface Parts {
  annexes: typeof import('./en/annexes.json');
  'breach-letters': typeof import('./en/breach-letters.json');
  'breach-register': typeof import('./en/breach-register.json');
  'breach-terms': typeof import('./en/breach-terms.json');
  certificate: typeof import('./en/certificate.json');
  clock: typeof import('./en/clock.json');
  confirmation: typeof import('./en/confirmation.json');
  departures: typeof import('./en/departures.json');
  download: typeof import('./en/download.json');
  inactivity: typeof import('./en/inactivity.json');
  jurisdictions: typeof import('./en/jurisdictions.json');
  law: typeof import('./en/law.json');
  'law-terms': typeof import('./en/law-terms.json');
  letters: typeof import('./en/letters.json');
  'notice-check': typeof import('./en/notice-check.json');
  notices: typeof import('./en/notices.json');
  officers: typeof import('./en/officers.json');
  package: typeof import('./en/package.json');
  papers: typeof import('./en/papers.json');
  periods: typeof import('./en/periods.json');
  'public-lists': typeof import('./en/public-lists.json');
  receipt: typeof import('./en/receipt.json');
  recipients: typeof import('./en/recipients.json');
  'record-cells': typeof import('./en/record-cells.json');
  'record-columns': typeof import('./en/record-columns.json');
  'record-page': typeof import('./en/record-page.json');
  'records-in-words': typeof import('./en/records-in-words.json');
  'request-file': typeof import('./en/request-file.json');
  schedule: typeof import('./en/schedule.json');
  stays: typeof import('./en/stays.json');
  why: typeof import('./en/why.json');
  duties: typeof import('./en/duties.json');
}

type Part = keyof Parts;

/**
 * Languages that only forms are filled in in, such as the French one of the CNIL, with the parts these need. Nobody is
 * spoken to in one of them (`languagesIn`, `textsIn`); a form asks for it by name (`formTextsIn`).
 */
export const PARTIAL: Readonly<Record<string, readonly Part[]>> = {
  fr: ['duties', 'law', 'law-terms', 'papers', 'periods', 'record-cells', 'record-page', 'stays'],
};

/** `<part>.<key>` of every message. */
export type MessageId = { [P in Part]: `${P}.${Exclude<keyof Parts[P], 'default'> & string}` }[Part];
