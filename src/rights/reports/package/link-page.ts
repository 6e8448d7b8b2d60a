import { escaped } from '../../../foundations/print/html.ts';

export const LINK_STYLE = `
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 40rem; margin: 3rem auto; padding: 0 1rem; }
h1 { font-size: 1.4rem; } button { font: inherit; font-weight: 600; padding: .6rem 1.4rem; }`;

const TEXT = {
  en: {
    title: 'Your data',
    what: (size: string) => `Here you can fetch the package with your data (ZIP, ${size}).`,
    once: (until: string) =>
      `The link works once, until ${until}. If the download breaks off, you can repeat it within half an hour.`,
    button: 'Fetch',
  },
  de: {
    title: 'Ihre Daten',
    what: (size: string) => `Hier können Sie das Paket mit Ihren Daten abrufen (ZIP, ${size}).`,
    once: (until: string) =>
      `Der Link gilt einmal, bis ${until}. Bricht das Herunterladen ab, können Sie es innerhalb einer halben Stunde wiederholen.`,
    button: 'Abrufen',
  },
};

/** A page of one button: no scripts, nothing loaded. */
export function linkPage(
  { name, language }: { name: string; language: string },
  { bytes, expiresAt }: { bytes: number; expiresAt: Date },
): string {
  const lang = language.startsWith('de') ? 'de' : 'en';
  const { title, what, once, button } = TEXT[lang];
  const size = bytes < 1_000_000 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
  return `<!doctype html>
<html lang="${lang}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><title>${title} – ${escaped(name)}</title><style>${LINK_STYLE}</style></head>
<body><main><p>${escaped(name)}</p><h1>${title}</h1>
<p>${what(size)}</p><p>${once(`${expiresAt.toISOString().slice(0, 16).replace('T', ' ')} UTC`)}</p>
<form method="post"><button type="submit">${button}</button></form></main></body></html>
`;
}
