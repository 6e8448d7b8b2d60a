import { languagesIn, textsIn } from '../../../foundations/messages/texts.ts';
import type { Sender } from '../../../foundations/print/model.ts';
import { escaped, pageShell } from '../../../foundations/print/page-shell.ts';

const shell = pageShell('form', '\nbody { max-width: 40rem; } button { font-weight: 600; }');

/** Content-Security-Policy of the page. */
export const linkPagePolicy = shell.policyOf;

/** A page of one button: no scripts, nothing loaded. */
export function linkPage(
  sender: Sender,
  { language, timeZone }: { language: string; timeZone: string },
  { bytes, expiresAt }: { bytes: number; expiresAt: Date },
): string {
  const t = textsIn(language);
  const size = bytes < 1_000_000 ? `${Math.ceil(bytes / 1000)} kB` : `${t.number(Math.round(bytes / 100_000) / 10)} MB`;
  const title = t('download.title');
  return shell.page({
    title: `${title} – ${sender.institution}`,
    language: t.language,
    sender,
    body: `<main><h1>${escaped(title)}</h1>
<p>${escaped(t('download.what', { size }))}</p><p>${escaped(t('download.once', { until: t.instant(expiresAt, timeZone) }))}</p>
<form method="post"><button type="submit">${escaped(t('download.button'))}</button></form></main>`,
  });
}

/** The same for every link that does not count, in every language: whose it was, nobody knows. */
export function noLinkPage(sender: Sender): string {
  const [first, ...others] = languagesIn().map(textsIn);
  if (!first) throw new RangeError('There are no texts.');
  const rest = others.map(
    (t) =>
      `<h2 lang="${t.language}">${escaped(t('download.over'))}</h2><p lang="${t.language}">${escaped(t('download.why'))}</p>`,
  );
  return shell.page({
    title: `${first('download.over')} – ${sender.institution}`,
    language: first.language,
    sender,
    body: `<main><h1>${escaped(first('download.over'))}</h1><p>${escaped(first('download.why'))}</p>
${rest.join('\n')}</main>`,
  });
}
