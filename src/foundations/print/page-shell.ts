import { createHash } from 'node:crypto';
import { directionOf } from '../messages/texts.ts';
import type { FrameWords } from './frame-words.ts';
import type { Block, Sender } from './model.ts';

/** What all pages have; the rules of one kind of page come between this and the paper it is printed on. */
const STYLE = `
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; margin: 2rem auto; padding: 0 1rem; overflow-wrap: break-word; }
h1 { font-size: 1.5rem; margin-bottom: .3rem; line-height: 1.25; } h2 { font-size: 1.1rem; margin: 1.6rem 0 .4rem; }
h1, h2, h3, p, li, dt, dd, th, td, caption { unicode-bidi: plaintext; } li, dt, dd { text-align: start; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1rem; margin: .6rem 0; } dt { font-weight: 600; } dd { margin: 0; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; } th, td { text-align: start; vertical-align: top; border-bottom: 1px solid #8886; }
.sender { display: flex; justify-content: space-between; align-items: flex-start; gap: 1rem 2rem; flex-wrap: wrap-reverse; border-bottom: 1px solid #8886; padding-bottom: .6rem; margin-bottom: 1.2rem; }
.sender p { margin: 0; } .sender strong { font-weight: 600; } .sender img { max-width: 13rem; max-height: 4.5rem; background: #fff; border-radius: .2rem; padding: .2rem; }
.sign { margin-top: 2rem; } .sign dl { grid-template-columns: max-content minmax(6rem, 1fr) max-content minmax(6rem, 1fr); align-items: end; } .sign dt { font-weight: 400; } .sign dd { border-bottom: 1px solid; min-height: 2.4rem; display: flex; align-items: end; }
.quiet { opacity: .8; font-size: .9rem; } code { font-size: .85em; overflow-wrap: anywhere; }
button { font: inherit; padding: .6rem 1.2rem; border: 2px solid; border-radius: .4rem; background: none; color: inherit; cursor: pointer; }`;

const ON_PAPER_AND_PHONES = `
@media (max-width: 40rem) { dl, .sign dl { grid-template-columns: 1fr; } dd { margin-bottom: .5rem; } }
@page { size: A4; margin: 16mm; }
@media print { html { font-size: 9.5pt; } body { margin: 0; padding: 0; max-width: none; } form { display: none; } p, li { orphans: 3; widows: 3; }
thead { display: table-header-group; } tfoot { display: table-row-group; } tr, .sign, .sender { break-inside: avoid; } h1, h2, h3 { break-inside: avoid; }
h1, h2, h3, caption, dt, p:has(+ ul), p:has(+ table), p:has(+ dl) { break-after: avoid; } }`;

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
/** Everything a person reads is escaped here and only here. */
export const escaped = (value: unknown): string =>
  String(value ?? '—').replaceAll(/[&<>"']/g, (character) => ENTITIES[character] as string);

export interface PageShell {
  /** The Content-Security-Policy of one of these pages as a header: its own style, its own picture, and nothing else. */
  policyOf(page: string): string;
  /** A whole page. `title` is escaped here; `body` is HTML. */
  page(content: { title: string; language: string; sender?: Sender; body: string }): string;
}

/** Whose page it is, with what it has to show of itself. */
function senderOf({ institution, letterhead }: Sender): string {
  const { lines, logo } = letterhead ?? { lines: [] };
  const picture = logo === undefined ? '' : `<img alt="" src="data:${logo.type};base64,${logo.base64}">`;
  return `<div class="sender"><div><p><strong>${escaped(institution)}</strong></p>
${lines.map((line) => `<p class="quiet">${escaped(line)}</p>`).join('\n')}</div>${picture}</div>`;
}

/** Lines to sign on: who, as what, where and when. */
export const signatureLines = (
  { party, name = '', role = '' }: Omit<Extract<Block, { kind: 'signature' }>, 'kind'>,
  words: FrameWords,
): string => `<section class="sign"><p>${escaped(words.signFor(party))}</p>
<dl><dt>${words.name}</dt><dd>${escaped(name)}</dd><dt>${words.role}</dt><dd>${escaped(role)}</dd>
<dt>${words.date}</dt><dd></dd><dt>${words.signature}</dt><dd></dd></dl></section>`;

/**
 * The one way a page for people is made: no scripts, nothing loaded. A `paper` is saved and passed on, so it carries its
 * policy in itself; a `form` stands at an address that is a secret: its button posts there, and nobody is to find it.
 */
export function pageShell(kind: 'paper' | 'form', rules: string): PageShell {
  const style = `${STYLE}${rules}${ON_PAPER_AND_PHONES}`;
  const hash = createHash('sha256').update(style).digest('base64');
  const action = kind === 'form' ? `'self'` : `'none'`;
  const policy = (pictured: boolean) =>
    `default-src 'none'; style-src 'sha256-${hash}'; ${pictured ? 'img-src data:; ' : ''}base-uri 'none'; form-action ${action}`;
  const meta = (pictured: boolean) =>
    kind === 'form'
      ? '<meta name="robots" content="noindex">'
      : // A browser heeds frame-ancestors in the header only.
        `<meta http-equiv="Content-Security-Policy" content="${escaped(policy(pictured))}">`;
  return {
    // What people wrote is escaped: a picture is the letterhead's.
    policyOf: (page) => `${policy(page.includes('<img '))}; frame-ancestors 'none'`,
    page: ({ title, language, sender, body }) => `<!doctype html>
<html lang="${escaped(language)}"${directionOf(language) === 'rtl' ? ' dir="rtl"' : ''}>
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
${meta(sender?.letterhead?.logo !== undefined)}
<title>${escaped(title)}</title><style>${style}</style></head>
<body>
${sender === undefined ? '' : senderOf(sender)}
${body}
</body></html>
`,
  };
}
