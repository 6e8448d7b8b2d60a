import { escaped, pageShell } from '../../../foundations/print/page-shell.ts';

const shell = pageShell('form', '\nbody { max-width: 40rem; } button { font-weight: 600; }');

/** Content-Security-Policy of the page. */
export const LINK_PAGE_POLICY = shell.policy;

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
  return shell.page({
    title: `${title} – ${name}`,
    language: lang,
    body: `<main><p>${escaped(name)}</p><h1>${title}</h1>
<p>${what(size)}</p><p>${once(`${expiresAt.toISOString().slice(0, 16).replace('T', ' ')} UTC`)}</p>
<form method="post"><button type="submit">${button}</button></form></main>`,
  });
}
