import { escaped, pageShell } from '../../../foundations/print/page-shell.ts';
import type { OpenedRequest } from '../shown.ts';
import type { Language } from '../types.ts';

const shell = pageShell('form', '\nbody { max-width: 40rem; } button { font-weight: 600; }');

/** Headers of these pages: at an address that is a secret. */
export const CONFIRMATION_PAGE_HEADERS = {
  'Content-Security-Policy': shell.policy,
  'Cache-Control': 'no-store',
  'Referrer-Policy': 'no-referrer',
};

const TEXT = {
  en: {
    title: 'Confirm your request',
    what: 'Somebody has entered your address to make a request under data protection law. With the button the request begins; the day it came counts.',
    not: 'If it was not you, close this page. What was entered is deleted by itself.',
    button: 'Confirm',
    done: 'Your request is here',
    answer: (reference: string) => `It has the number ${reference}. The answer comes to your address.`,
    due: (day: string) => `You get it by ${day} at the latest.`,
    follow: 'To follow it, note these two now. They are shown only here.',
    id: 'Request',
    secret: 'Secret',
    over: 'This link cannot be used',
    why: 'It is used up, has ended after seven days, or is not complete. Nothing was done by opening it. If your request was confirmed, you have had mail about it; otherwise enter it again, or write to the institution.',
  },
  de: {
    title: 'Antrag bestätigen',
    what: 'Jemand hat Ihre Adresse eingetragen, um einen Antrag nach dem Datenschutzrecht zu stellen. Mit dem Knopf beginnt der Antrag; es zählt der Tag, an dem er kam.',
    not: 'Wenn Sie es nicht waren, schließen Sie diese Seite. Was eingetragen wurde, wird von selbst gelöscht.',
    button: 'Bestätigen',
    done: 'Ihr Antrag ist da',
    answer: (reference: string) => `Er hat die Nummer ${reference}. Die Antwort kommt an Ihre Adresse.`,
    due: (day: string) => `Sie bekommen sie spätestens am ${day}.`,
    follow: 'Um ihn zu verfolgen, notieren Sie jetzt diese beiden. Sie werden nur hier gezeigt.',
    id: 'Antrag',
    secret: 'Geheimnis',
    over: 'Dieser Link gilt nicht',
    why: 'Er ist verbraucht, nach sieben Tagen abgelaufen oder nicht vollständig. Durch das Öffnen ist nichts geschehen. Wurde Ihr Antrag bestätigt, haben Sie dazu Post bekommen; sonst stellen Sie ihn noch einmal, oder schreiben Sie der Einrichtung.',
  },
};

const page = (portal: string, language: Language, title: string, body: string): string =>
  shell.page({
    title: `${title} – ${portal}`,
    language,
    body: `<main><p>${escaped(portal)}</p><h1>${title}</h1>\n${body}</main>`,
  });

/** A page of one button: looking at it confirms nothing, as mail scanners follow links. */
export function confirmationPage(portal: string, language: Language): string {
  const { title, what, not, button } = TEXT[language];
  const form = `<form method="post"><button type="submit">${button}</button></form>`;
  return page(portal, language, title, `<p>${what}</p>${form}<p>${not}</p>`);
}

/** What the person gets for pressing it. */
export function confirmedPage(portal: string, language: Language, request: OpenedRequest): string {
  const text = TEXT[language];
  const due = request.dueOn === null ? '' : ` ${text.due(request.dueOn)}`;
  const facts = `<dl><dt>${text.id}</dt><dd><code id="request">${escaped(request.requestId)}</code></dd><dt>${text.secret}</dt><dd><code id="secret">${escaped(request.secret)}</code></dd></dl>`;
  return page(
    portal,
    language,
    text.done,
    `<p>${text.answer(request.reference)}${due}</p><p>${text.follow}</p>${facts}`,
  );
}

/** The same for every link that does not count, in both languages. */
export function noConfirmationPage(portal: string): string {
  const { en, de } = TEXT;
  return page(portal, 'en', en.over, `<p>${en.why}</p><h2 lang="de">${de.over}</h2><p lang="de">${de.why}</p>`);
}
