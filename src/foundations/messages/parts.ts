/** The files of each language folder; the English ones say which messages there are. One line a part. */
interface Parts {
  confirmation: typeof import('./en/confirmation.json');
  download: typeof import('./en/download.json');
  duties: typeof import('./en/duties.json');
}

type Part = keyof Parts;

/** `<part>.<key>` of every message. */
export type MessageId = { [P in Part]: `${P}.${Exclude<keyof Parts[P], 'default'> & string}` }[Part];
