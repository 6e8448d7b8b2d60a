import { languagesIn, textsIn } from '../../../foundations/messages/texts.ts';
import type { Sender } from '../../../foundations/print/model.ts';
import { escaped, pageShell } from '../../../foundations/print/page-shell.ts';
import type { OpenedRequest } from '../shown.ts';

const shell = pageShell('form', '\nbody { max-width: 40rem; } button { font-weight: 600; }');

/** Headers of these pages: at an address that is a secret. */
export const confirmationPageHeaders = (page: string) => ({
  'Content-Security-Policy': shell.policyOf(page),
  'Cache-Control': 'no-store',
  'Referrer-Policy': 'no-referrer',
});

const page = (sender: Sender, language: string, title: string, body: string): string =>
  shell.page({
    title: `${title} – ${sender.institution}`,
    language,
    sender,
    body: `<main><h1>${escaped(title)}</h1>\n${body}</main>`,
  });

/** A page of one button: looking at it confirms nothing, as mail scanners follow links. */
export function confirmationPage(sender: Sender, wanted: string): string {
  const t = textsIn(wanted);
  const form = `<form method="post"><button type="submit">${escaped(t('confirmation.button'))}</button></form>`;
  const [what, not] = [escaped(t('confirmation.what')), escaped(t('confirmation.not'))];
  return page(sender, t.language, t('confirmation.title'), `<p>${what}</p>${form}<p>${not}</p>`);
}

/** What the person gets for pressing it. */
export function confirmedPage(sender: Sender, wanted: string, request: OpenedRequest): string {
  const t = textsIn(wanted);
  const { reference, requestId, secret, dueOn } = request;
  const due = dueOn === null ? '' : ` ${escaped(t('confirmation.due', { day: t.day(dueOn) }))}`;
  const facts = `<dl><dt>${escaped(t('confirmation.id'))}</dt><dd><code id="request">${escaped(requestId)}</code></dd><dt>${escaped(t('confirmation.secret'))}</dt><dd><code id="secret">${escaped(secret)}</code></dd></dl>`;
  const answer = escaped(t('confirmation.answer', { reference }));
  const follow = escaped(t('confirmation.follow'));
  return page(sender, t.language, t('confirmation.done'), `<p>${answer}${due}</p><p>${follow}</p>${facts}`);
}

/** The same for every link that does not count, in every language: whose it was, nobody knows. */
export function noConfirmationPage(sender: Sender): string {
  const [first, ...others] = languagesIn().map(textsIn);
  if (!first) throw new RangeError('There are no texts.');
  const rest = others.map(
    (t) =>
      `<h2 lang="${t.language}">${escaped(t('confirmation.over'))}</h2><p lang="${t.language}">${escaped(t('confirmation.why'))}</p>`,
  );
  return page(
    sender,
    first.language,
    first('confirmation.over'),
    `<p>${escaped(first('confirmation.why'))}</p>${rest.join('')}`,
  );
}
