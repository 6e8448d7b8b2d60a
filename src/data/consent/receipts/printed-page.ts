import { once } from '../../../foundations/contract/contract.ts';
import type { MessageId } from '../../../foundations/messages/parts.ts';
import { type Texts, textsIn } from '../../../foundations/messages/texts.ts';
import type { Sender } from '../../../foundations/print/model.ts';
import { escaped, pageShell } from '../../../foundations/print/page-shell.ts';
import type { AgeCheck } from '../../../law/child-consent.ts';
import { ageInWords } from './age-in-words.ts';
import type { ReceiptFacts } from './facts.ts';

const shell = pageShell(
  'form',
  `
body { max-width: 42rem; }
.state { border-left: .4rem solid #2e7d32; padding: .4rem .8rem; background: #2e7d3218; } .state.no { border-color: #757575; background: #75757518; }
.text { white-space: pre-wrap; border: 1px solid #8886; border-radius: .4rem; padding: 1rem; }`,
);

/** What the browser is told of these pages: their own style, no scripts, not in frames, not found, not remembered. */
export const RECEIPT_HEADERS = {
  'Cache-Control': 'no-store',
  'Referrer-Policy': 'no-referrer',
  'X-Robots-Tag': 'noindex, nofollow',
};
export const receiptPage = (page: string) => ({
  headers: { 'Content-Security-Policy': shell.policyOf(page), ...RECEIPT_HEADERS },
  stream: once(page),
});

const page = (title: string, language: string, body: string, sender?: Sender): string =>
  shell.page({ title, language, ...(sender ? { sender } : {}), body });

const moment = (at: Date, timeZone: string, t: Texts): string =>
  `<time datetime="${at.toISOString()}">${escaped(t.instant(at, timeZone))}</time>`;

interface Standing {
  /** What stands for the purpose now. */
  status: string;
  permitsProcessing: boolean;
  /** Of the newest decision on the same purpose. */
  newest: boolean;
}

/** Why there is no entry about this alone. */
const NO_ENTRY: Record<string, MessageId> = { job: 'receipt.log.by-time', import: 'receipt.log.imported' };

/** The receipt as a person reads and prints it. No scripts: the button is a form. */
export function renderReceipt(
  facts: ReceiptFacts,
  now: Standing,
  proven: { keyId: string; index: number | undefined },
  sender: Sender,
): string {
  const { event, controllers, recipients, links, institution } = facts;
  const t = textsIn(event.language);
  const say = (id: MessageId, values?: Record<string, string | number>) => escaped(t(id, values));
  const said = (status: string) => t.maybe(`receipt.said.${status}`) ?? status;
  const permits = event.status === 'given' || event.status === 'renewed';
  const rows: [string, string][] = [
    [say('receipt.for-what'), `${escaped(facts.purposeTitle)}. ${escaped(facts.purposeDescription)}`],
    ...(facts.research
      ? ([
          [say('receipt.research'), facts.research.areas.map(escaped).join('<br>')],
          [say('receipt.ethics'), escaped(facts.research.ethics)],
        ] satisfies [string, string][])
      : []),
    ...(event.ageCheck
      ? ([[say('receipt.age'), escaped(ageInWords(facts, event.ageCheck as AgeCheck))]] satisfies [string, string][])
      : []),
    [say('receipt.when'), moment(event.recordedAt, institution.timeZone, t)],
    ...(facts.imported
      ? ([[say('receipt.not-from-here'), escaped(facts.imported.inWords)]] satisfies [string, string][])
      : []),
    [say('receipt.where'), escaped(institution.name)],
    [
      say('receipt.responsible'),
      controllers
        .map((party) => [party.name, party.address, party.email, party.phone].map(escaped).join(', '))
        .join('<br>'),
    ],
    [
      say('receipt.who-else'),
      recipients.length === 0 ? say('receipt.nobody') : recipients.map(({ name }) => escaped(name)).join(', '),
    ],
    [say('receipt.which-data'), facts.categories.map(({ title }) => escaped(title)).join(', ') || say('receipt.none')],
    ...(event.expiresAt === null
      ? []
      : [
          [
            say('receipt.how-long'),
            say(permits ? 'receipt.until.permits' : 'receipt.until.other', {
              day: t.dayOf(event.expiresAt, institution.timeZone),
            }),
          ] as [string, string],
        ]),
    [
      say('receipt.kept'),
      facts.storage.rules.map(({ title, inWords }) => say('receipt.period', { title, rule: inWords })).join('<br>') ||
        say('receipt.kept-while'),
    ],
    [
      say('receipt.shown'),
      `<a href="${escaped(links.notice)}">${say('receipt.notice', { version: `${event.noticeMajor}.${event.noticeMinor}` })}</a> (${escaped(t.languageName(event.language))})<br><code>SHA-256 ${escaped(event.noticeHash)}</code>`,
    ],
    [say('receipt.did'), escaped(t.maybe(`receipt.how.${event.source}`) ?? '')],
  ];
  const title = say('receipt.title');
  const index =
    proven.index !== undefined
      ? say('receipt.log.number', { index: proven.index })
      : say(NO_ENTRY[event.source] ?? 'receipt.log.not-yet');
  return page(
    t('receipt.title'),
    t.language,
    `<header><h1>${title}</h1>
<p class="quiet">${say('receipt.number')} <code>${escaped(facts.receiptId)}</code></p></header>
<main>
<div class="state${now.permitsProcessing ? '' : ' no'}"><p><strong>${escaped(said(event.status))}</strong> ${
      now.newest ? '' : say('receipt.since', { said: said(now.status) })
    }</p></div>
<dl>${rows.map(([name, value]) => `<dt>${name}</dt><dd>${value}</dd>`).join('\n')}</dl>
<section><h2>${say('receipt.change')}</h2>
${
  now.permitsProcessing
    ? `<p>${say('receipt.withdraw')}</p>
<form method="post" action="${escaped(links.withdraw)}"><button type="submit">${say('receipt.withdraw-button')}</button></form>`
    : `<p>${say('receipt.nothing-to-withdraw')}</p>`
}
<p>${say('receipt.complain', { authority: facts.authority.name, contact: facts.authority.contact })}</p></section>
<section><h2>${say('receipt.keep')}</h2>
<p>${say('receipt.keep-address')}</p>
<p>${linksTo(links, proven.index, t)}</p>
<p>${howToCheck(links.keys, t)}</p>
<dl><dt>${say('receipt.fingerprint')}</dt><dd><code>${escaped(proven.keyId)}</code></dd>
<dt>${say('receipt.log')}</dt><dd>${index}</dd></dl></section>
</main>`,
    sender,
  );
}

function linksTo({ receipt }: ReceiptFacts['links'], index: number | undefined, t: Texts): string {
  const files: [name: string, file: string][] = [
    [t('receipt.file.signed'), 'receipt.jws'],
    [t('receipt.file.kantara'), 'receipt.json'],
    [t('receipt.file.iso'), 'receipt.jsonld'],
    ...(index === undefined ? [] : [[t('receipt.file.proof'), 'proof.tlog-proof'] as [string, string]]),
  ];
  return files.map(([name, file]) => `<a href="${escaped(receipt)}/${file}">${escaped(name)}</a>`).join(' · ');
}

/** The sentence with what is no text in it: a command to type, and a link. Their marks are nothing that a text has. */
function howToCheck(keys: string, t: Texts): string {
  return escaped(t('receipt.check', { command: '\u0001', keys: '\u0002' }))
    .replace('\u0001', '<code>lethe receipt verify FILE --jwks KEYS</code>')
    .replace('\u0002', () => `<a href="${escaped(keys)}">${escaped(t('receipt.keys'))}</a>`);
}

/** A text that was shown, exactly as it was. */
export function renderNotice({
  id,
  version,
  language,
  hash,
  text,
}: Record<'id' | 'version' | 'language' | 'hash' | 'text', string>): string {
  return page(
    `${id} ${version}`,
    textsIn(language).language,
    `<header><h1>${escaped(id)} ${escaped(version)}</h1><p class="quiet">${escaped(language)} · <code>SHA-256 ${escaped(hash)}</code></p></header>
<main lang="${escaped(language)}"><div class="text">${escaped(text)}</div></main>`,
  );
}
