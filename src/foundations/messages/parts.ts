/** The files of each language folder; the English ones say which messages there are. One line a part. */
interface Parts {
  'breach-letters': typeof import('./en/breach-letters.json');
  'breach-terms': typeof import('./en/breach-terms.json');
  confirmation: typeof import('./en/confirmation.json');
  download: typeof import('./en/download.json');
  jurisdictions: typeof import('./en/jurisdictions.json');
  law: typeof import('./en/law.json');
  'law-terms': typeof import('./en/law-terms.json');
  letters: typeof import('./en/letters.json');
}

type Part = keyof Parts;

/** `<part>.<key>` of every message. */
export type MessageId = { [P in Part]: `${P}.${Exclude<keyof Parts[P], 'default'> & string}` }[Part];
