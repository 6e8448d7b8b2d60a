import { escaped, pageShell } from '../../../foundations/print/page-shell.ts';

const shell = pageShell('form', '\nbody { max-width: 40rem; } button { font-weight: 600; }');

/** Content-Security-Policy of the page. */
export const LINK_PAGE_POLICY = shell.policy;

const TEXT = {
  en: {
    title: 'Your data',
    what: (size: string) => `Here you can fetch the package with your data (ZIP, ${size}).`,
    once: (until: string) =>
      `The link works once, until ${until}. If the download breaks off, you can repeat it within half an hour in this same browser. Otherwise ask for a new link.`,
    button: 'Fetch',
    over: 'This link cannot be used',
    why: 'It is used up, has ended, or is not complete. If a download broke off, open it again in the same browser within half an hour, or ask the institution for a new link.',
  },
  de: {
    title: 'Ihre Daten',
    what: (size: string) => `Hier können Sie das Paket mit Ihren Daten abrufen (ZIP, ${size}).`,
    once: (until: string) =>
      `Der Link gilt einmal, bis ${until}. Bricht das Herunterladen ab, können Sie es innerhalb einer halben Stunde in demselben Browser wiederholen. Sonst bitten Sie um einen neuen Link.`,
    button: 'Abrufen',
    over: 'Dieser Link gilt nicht',
    why: 'Er ist verbraucht, abgelaufen oder nicht vollständig. Ist ein Herunterladen abgebrochen, öffnen Sie ihn innerhalb einer halben Stunde noch einmal in demselben Browser, oder bitten Sie die Einrichtung um einen neuen Link.',
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

/** The same for every link that does not count, in both languages. */
export function noLinkPage({ name }: { name: string }): string {
  const { en, de } = TEXT;
  return shell.page({
    title: `${en.over} – ${name}`,
    language: 'en',
    body: `<main><p>${escaped(name)}</p><h1>${en.over}</h1><p>${en.why}</p>
<h2 lang="de">${de.over}</h2><p lang="de">${de.why}</p></main>`,
  });
}
