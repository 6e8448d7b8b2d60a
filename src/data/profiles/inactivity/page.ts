import { languagesIn, type Texts, textsIn } from '../../../foundations/messages/texts.ts';
import type { Sender } from '../../../foundations/print/model.ts';
import { escaped, pageShell } from '../../../foundations/print/page-shell.ts';

const shell = pageShell('form', '\nbody { max-width: 40rem; } button { font-weight: 600; }');

/** Headers of these pages: at an address that is a secret. */
export const keepPageHeaders = (page: string) => ({
  'Content-Security-Policy': shell.policyOf(page),
  'Cache-Control': 'no-store',
  'Referrer-Policy': 'no-referrer',
});

/** Each page in every language, that of the portal first: what the person speaks, nobody knows. */
function page(sender: Sender, language: string, title: (t: Texts) => string, body: (t: Texts) => string): string {
  const first = textsIn(language);
  const others = languagesIn()
    .map(textsIn)
    .filter((t) => t.language !== first.language);
  const rest = others.map((t) => `<section lang="${t.language}"><h2>${escaped(title(t))}</h2>\n${body(t)}</section>`);
  return shell.page({
    title: `${title(first)} – ${sender.institution}`,
    language: first.language,
    sender,
    body: `<main><h1>${escaped(title(first))}</h1>\n${body(first)}\n${rest.join('\n')}</main>`,
  });
}

const words = (text: string) => `<p>${escaped(text)}</p>`;

/** A page of one button: looking at it keeps nothing, as mail scanners follow links. */
export const keepPage = (sender: Sender, language: string): string =>
  page(
    sender,
    language,
    (t) => t('inactivity.title'),
    (t) =>
      `${words(t('inactivity.what'))}<form method="post"><button type="submit">${escaped(t('inactivity.button'))}</button></form>${words(t('inactivity.not'))}`,
  );

export const keptPage = (sender: Sender, language: string): string =>
  page(
    sender,
    language,
    (t) => t('inactivity.done'),
    (t) => words(t('inactivity.kept')),
  );

/** The same for every link that does not count: whose it was, nobody knows. */
export const noKeepPage = (sender: Sender, language: string): string =>
  page(
    sender,
    language,
    (t) => t('inactivity.over'),
    (t) => words(t('inactivity.why')),
  );
