import { createHash } from 'node:crypto';
import { escaped, instant } from '../../reports/render-html.ts';
import { noticeName, type ReceiptFacts } from './facts.ts';

const STYLE = `
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 42rem; margin: 2rem auto; padding: 0 1rem; overflow-wrap: break-word; }
h1 { font-size: 1.5rem; margin-bottom: .2rem; } h2 { font-size: 1.1rem; margin: 1.6rem 0 .4rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1rem; } dt { font-weight: 600; } dd { margin: 0; overflow-wrap: anywhere; }
.quiet { opacity: .8; font-size: .9rem; } code { font-size: .85em; overflow-wrap: anywhere; }
.state { border-left: .4rem solid #2e7d32; padding: .4rem .8rem; background: #2e7d3218; } .state.no { border-color: #757575; background: #75757518; }
.text { white-space: pre-wrap; border: 1px solid #8886; border-radius: .4rem; padding: 1rem; }
button { font: inherit; padding: .6rem 1.2rem; border: 2px solid; border-radius: .4rem; background: none; color: inherit; cursor: pointer; }
@media (max-width: 36rem) { dl { grid-template-columns: 1fr; } dd { margin-bottom: .5rem; } }
@page { size: A4; margin: 16mm; } @media print { body { margin: 0; max-width: none; font-size: 10pt; } form { display: none; } h2 { break-after: avoid; } }`;

const styleHash = createHash('sha256').update(STYLE).digest('base64');
const LOADS_NOTHING = `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'self'`;

/** What the browser is told of these pages: their own style, no scripts, not in frames, not found, not remembered. */
export const RECEIPT_PAGE_HEADERS = {
  'Content-Security-Policy': `${LOADS_NOTHING}; frame-ancestors 'none'`,
  'Cache-Control': 'no-store',
  'Referrer-Policy': 'no-referrer',
  'X-Robots-Tag': 'noindex, nofollow',
};

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">
<title>${escaped(title)}</title><style>${STYLE}</style></head>
<body>
${body}
</body></html>
`;
}

const SAID: Record<string, string> = {
  given: 'You agreed.',
  renewed: 'You agreed again.',
  refused: 'You said no.',
  withdrawn: 'You took your agreement back.',
  expired: 'Your agreement ended by itself.',
  deferred: 'You put off deciding.',
  requested: 'You were asked.',
};

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
    ['When', instant(event.recordedAt.toISOString())],
    ['Where', escaped(institution.name)],
    [
      'Who is responsible',
      controllers
        .map(({ name, address, email }) => `${escaped(name)}, ${escaped(address)}, ${escaped(email)}`)
        .join('<br>'),
    ],
    ['Who else gets data', recipients.length === 0 ? 'nobody' : recipients.map(({ name }) => escaped(name)).join(', ')],
    ['Which data', facts.categories.map(({ title }) => escaped(title)).join(', ') || 'none'],
    ['How long', escaped(facts.storage.period)],
    [
      'What you were shown',
      `<a href="${escaped(links.notice)}">${escaped(noticeName(event))}</a> (${escaped(event.language)})<br><code>SHA-256 ${escaped(event.noticeHash)}</code>`,
    ],
    [
      'What you did',
      `${escaped(event.act)} <span class="quiet">(${escaped(event.method)}, ${escaped(event.source)})</span>`,
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
<dl><dt>Key fingerprint</dt><dd><code>${escaped(proven.keyId)}</code></dd>
<dt>Audit log</dt><dd>${proven.index === undefined ? 'not yet in the signed log; look again in a moment' : `number ${proven.index}; the proof shows that nobody has changed it since`}</dd></dl></section>
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
