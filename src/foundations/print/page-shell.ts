import { createHash } from 'node:crypto';

/** What all pages have; the rules of one kind of page come between this and the paper it is printed on. */
const STYLE = `
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; margin: 2rem auto; padding: 0 1rem; overflow-wrap: break-word; }
h1 { font-size: 1.5rem; margin-bottom: .3rem; line-height: 1.25; } h2 { font-size: 1.1rem; margin: 1.6rem 0 .4rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1rem; margin: .6rem 0; } dt { font-weight: 600; } dd { margin: 0; overflow-wrap: anywhere; }
h1, h2, h3, p, li, dt, dd, th, td, caption { unicode-bidi: plaintext; } li, dt, dd { text-align: left; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; } th, td { text-align: left; vertical-align: top; border-bottom: 1px solid #8886; }
.quiet { opacity: .8; font-size: .9rem; } code { font-size: .85em; overflow-wrap: anywhere; }
button { font: inherit; padding: .6rem 1.2rem; border: 2px solid; border-radius: .4rem; background: none; color: inherit; cursor: pointer; }`;

const ON_PAPER_AND_PHONES = `
@media (max-width: 40rem) { dl { grid-template-columns: 1fr; } dd { margin-bottom: .5rem; } }
@page { size: A4; margin: 16mm; }
@media print { html { font-size: 9.5pt; } body { margin: 0; padding: 0; max-width: none; } form { display: none; } tr { break-inside: avoid; } h2, h3 { break-inside: avoid; break-after: avoid; } }`;

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
/** Everything a person reads is escaped here and only here. */
export const escaped = (value: unknown): string =>
  String(value ?? '—').replaceAll(/[&<>"']/g, (character) => ENTITIES[character] as string);

export interface PageShell {
  /** Content-Security-Policy of these pages as a header: their own style and nothing else. */
  policy: string;
  /** A whole page. `title` is escaped here; `body` is HTML. */
  page(content: { title: string; language: string; body: string }): string;
}

/**
 * The one way a page for people is made: no scripts, nothing loaded. A `paper` is saved and passed on, so it carries its
 * policy in itself; a `form` stands at an address that is a secret: its button posts there, and nobody is to find it.
 */
export function pageShell(kind: 'paper' | 'form', rules: string): PageShell {
  const style = `${STYLE}${rules}${ON_PAPER_AND_PHONES}`;
  const hash = createHash('sha256').update(style).digest('base64');
  const action = kind === 'form' ? `'self'` : `'none'`;
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action ${action}`;
  const meta =
    kind === 'form'
      ? '<meta name="robots" content="noindex">'
      : // A browser heeds frame-ancestors in the header only.
        `<meta http-equiv="Content-Security-Policy" content="${escaped(policy)}">`;
  return {
    policy: `${policy}; frame-ancestors 'none'`,
    page: ({ title, language, body }) => `<!doctype html>
<html lang="${escaped(language)}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
${meta}
<title>${escaped(title)}</title><style>${style}</style></head>
<body>
${body}
</body></html>
`,
  };
}
