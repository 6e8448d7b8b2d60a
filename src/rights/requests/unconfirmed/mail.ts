/**
 * What is mailed to an address that somebody has typed. Nothing in it is theirs, and nothing depends on what they typed:
 * one text in both languages, the portal's name, and the link.
 */
export function confirmationMail(portal: string, link: string, days: number): { subject: string; text: string } {
  const subject = `${portal}: please confirm / bitte bestätigen`;
  const text = `Somebody has entered this address on the data protection page of ${portal}, to make a request under data protection law. Nothing has been done yet.

If it was you, open this page and press the button:

${link}

If it was not you, do nothing. You will get no further mail because of this, and what was entered is deleted after ${days} days.

----

Jemand hat diese Adresse auf der Datenschutzseite von ${portal} eingetragen, um einen Antrag nach dem Datenschutzrecht zu stellen. Noch ist nichts geschehen.

Wenn Sie es waren, öffnen Sie diese Seite und drücken Sie den Knopf:

${link}

Wenn Sie es nicht waren, tun Sie nichts. Sie bekommen deswegen keine weitere Post, und was eingetragen wurde, wird nach ${days} Tagen gelöscht.
`;
  return { subject, text };
}
