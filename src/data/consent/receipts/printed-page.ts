import { escaped, pageShell } from '../../../foundations/print/page-shell.ts';
import type { AgeCheck } from '../../../law/child-consent.ts';
import { parseDuration } from '../../../law/duration.ts';
import { AGE_IN_RECEIPTS } from './age-in-words.ts';
import { noticeName, type ReceiptFacts } from './facts.ts';

const shell = pageShell(
  'form',
  `
body { max-width: 42rem; }
.state { border-left: .4rem solid #2e7d32; padding: .4rem .8rem; background: #2e7d3218; } .state.no { border-color: #757575; background: #75757518; }
.text { white-space: pre-wrap; border: 1px solid #8886; border-radius: .4rem; padding: 1rem; }`,
);

/** What the browser is told of these pages: their own style, no scripts, not in frames, not found, not remembered. */
export const RECEIPT_PAGE_HEADERS = {
  'Content-Security-Policy': shell.policy,
  'Cache-Control': 'no-store',
  'Referrer-Policy': 'no-referrer',
  'X-Robots-Tag': 'noindex, nofollow',
};

const page = (title: string, body: string): string => shell.page({ title, language: 'en', body });

const SAID: Record<string, string> = {
  given: 'You agreed.',
  renewed: 'You agreed again.',
  refused: 'You said no.',
  withdrawn: 'You took your agreement back.',
  expired: 'Your agreement ended by itself.',
  deferred: 'You put off deciding.',
  requested: 'You were asked.',
  invalidated: 'You agreed, and it does not count: you were too young to agree alone.',
};

/** Over which way it came. */
const HOW: Record<string, string> = {
  ui: 'You told us yourself.',
  api: 'The platform you use told us.',
  gpc: 'Your browser told us by its signal (Global Privacy Control).',
  job: 'Nothing: time has passed.',
};

/** What becomes of data when its time is over. */
const BECOMES: Record<ReceiptFacts['storage']['rules'][number]['action'], string> = {
  erase: 'erased',
  reduce: 'reduced',
  anonymise: 'turned into anonymous counts',
  aggregate: 'turned into counts',
  pseudonymise: 'kept without your name',
};

const day = (at: Date, timeZone: string) =>
  new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone }).format(at);

function moment(at: Date, timeZone: string): string {
  const local = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'long', timeZone }).format(at);
  return `<time datetime="${at.toISOString()}">${escaped(local)}</time>`;
}

function standsUntil(status: string, until: Date, timeZone: string): string {
  const end = `until ${escaped(day(until, timeZone))}`;
  return status === 'given' || status === 'renewed'
    ? `${end}, or until you take it back`
    : `${end}, unless you agree before`;
}

/** `P6M`: 6 months. */
function inWords(duration: string): string {
  return Object.entries(parseDuration(duration))
    .filter(([, count]) => count > 0)
    .map(([unit, count]) => `${count} ${count === 1 ? unit.replace(/s$/, '') : unit}`)
    .join(' and ');
}

interface Standing {
  /** What stands for the purpose now. */
  status: string;
  permitsProcessing: boolean;
  /** Of the newest decision on the same purpose. */
  newest: boolean;
}

/** The receipt as a person reads and prints it. No scripts: the button is a form. */
export function renderReceipt(
  facts: ReceiptFacts,
  now: Standing,
  proven: { keyId: string; index: number | undefined },
): string {
  const { event, controllers, recipients, links, institution } = facts;
  const rows: [string, string][] = [
    ['For what', `${escaped(facts.purposeTitle)}. ${escaped(facts.purposeDescription)}`],
    ...(facts.research
      ? ([
          ['Areas of research', facts.research.areas.map(escaped).join('<br>')],
          ['Ethics vote', escaped(facts.research.ethics)],
        ] satisfies [string, string][])
      : []),
    ...(event.ageCheck
      ? ([['Age', escaped(AGE_IN_RECEIPTS[event.ageCheck as AgeCheck](event.parentalMethod))]] satisfies [
          string,
          string,
        ][])
      : []),
    ['When', moment(event.recordedAt, institution.timeZone)],
    ['Where', escaped(institution.name)],
    [
      'Who is responsible',
      controllers
        .map((party) => [party.name, party.address, party.email, party.phone].map(escaped).join(', '))
        .join('<br>'),
    ],
    ['Who else gets data', recipients.length === 0 ? 'nobody' : recipients.map(({ name }) => escaped(name)).join(', ')],
    ['Which data', facts.categories.map(({ title }) => escaped(title)).join(', ') || 'none'],
    ...(event.expiresAt === null
      ? []
      : [['How long it stands', standsUntil(event.status, event.expiresAt, institution.timeZone)] as [string, string]]),
    [
      'How long data is kept',
      facts.storage.rules
        .map(({ title, after, action }) => `${escaped(title)}: ${inWords(after)}, then ${BECOMES[action]}`)
        .join('<br>') || 'as long as the purpose needs it',
    ],
    [
      'What you were shown',
      `<a href="${escaped(links.notice)}">${escaped(noticeName(event))}</a> (${escaped(event.language)})<br><code>SHA-256 ${escaped(event.noticeHash)}</code>`,
    ],
    [
      'What you did',
      `${HOW[event.source] ?? ''} <span class="quiet">(${escaped(event.act)}, ${escaped(event.method)})</span>`,
    ],
  ];
  return page(
    'Receipt for a decision about your data',
    `<header><h1>Receipt for a decision about your data</h1>
<p class="quiet">${escaped(institution.name)} · number <code>${escaped(facts.receiptId)}</code></p></header>
<main>
<div class="state${now.permitsProcessing ? '' : ' no'}"><p><strong>${SAID[event.status] ?? escaped(event.status)}</strong> ${
      now.newest ? '' : `You have decided anew since: what stands now is “${escaped(now.status)}”.`
    }</p></div>
<dl>${rows.map(([name, value]) => `<dt>${name}</dt><dd>${value}</dd>`).join('\n')}</dl>
<section><h2>Changing your mind</h2>
${
  now.permitsProcessing
    ? `<p>You can take your agreement back at any time, with this receipt alone. It does not make unlawful what was done before.</p>
<form method="post" action="${escaped(links.withdraw)}"><button type="submit">Take my agreement back</button></form>`
    : '<p>Nothing is done with your data for this purpose now: there is nothing to take back.</p>'
}
<p>You may complain to ${escaped(facts.authority.name)}: ${escaped(facts.authority.contact)}</p></section>
<section><h2>Keeping and checking this receipt</h2>
<p>Keep the address of this page, or one of the files: whoever has it can show it again, and take the agreement back.</p>
<p><a href="${escaped(links.receipt)}/receipt.jws">signed</a> · <a href="${escaped(links.receipt)}/receipt.json">JSON (Kantara)</a> · <a href="${escaped(links.receipt)}/receipt.jsonld">JSON-LD (ISO/IEC TS 27560)</a>${
      proven.index === undefined ? '' : ` · <a href="${escaped(links.receipt)}/proof.tlog-proof">proof</a>`
    }</p>
<p>Anybody can check the signature without asking us: save the signed file and run <code>lethe receipt verify FILE --jwks KEYS</code>, or use any program for JWS (RFC 7515), with the <a href="${escaped(links.keys)}">keys</a> we publish. If one character of it was changed, the check fails.</p>
<dl><dt>Key fingerprint</dt><dd><code>${escaped(proven.keyId)}</code></dd>
<dt>Audit log</dt><dd>${proven.index === undefined ? (event.source === 'job' ? 'nobody decided here, time passed: no entry of its own' : 'not yet in the signed log; look again in a moment') : `number ${proven.index}; the proof shows that nobody has changed it since`}</dd></dl></section>
</main>`,
  );
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
    `<header><h1>${escaped(id)} ${escaped(version)}</h1><p class="quiet">${escaped(language)} · <code>SHA-256 ${escaped(hash)}</code></p></header>
<main lang="${escaped(language)}"><div class="text">${escaped(text)}</div></main>`,
  );
}
