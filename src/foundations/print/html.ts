import { once } from '../contract/contract.ts';
import { type FrameWords, frameWords } from './frame-words.ts';
import { type Block, MOST_COLUMNS, type PrintDocument } from './model.ts';
import { escaped, pageShell, signatureLines } from './page-shell.ts';

const shell = pageShell(
  'paper',
  `
body { max-width: 62rem; }
h2 { font-size: 1.2rem; margin: 1.8rem 0 .5rem; border-bottom: 1px solid #8886; }
h3 { font-size: 1.02rem; margin: 1.3rem 0 .3rem; }
p, dd, th, td { white-space: pre-line; }
dl { grid-template-columns: minmax(9rem, 16rem) 1fr; }
table { margin: .6rem 0 1rem; } caption { text-align: start; font-weight: 600; padding-bottom: .3rem; }
th, td { padding: .35rem .6rem .35rem 0; min-width: 6rem; overflow-wrap: anywhere; } th { border-bottom-width: 2px; }
.note { border-left: .4rem solid #b26a00; padding: .4rem .8rem; background: #b26a0018; }
@media screen and (max-width: 40rem) {
  table, tbody, tr, td { display: block; } caption { display: block; } thead { position: absolute; left: -999rem; } tr { border-bottom: 2px solid #8886; padding: .4rem 0; } td { border: 0; padding: .15rem 0; min-width: 0; } td::before { content: attr(data-label) ": "; font-weight: 600; } }`,
);

/** A page made here as an answer. */
export const printed = (page: string, headers: Record<string, string> = {}) => ({
  headers: { 'Content-Security-Policy': shell.policyOf(page), ...headers },
  stream: once(page),
});

/** A whole page: no scripts, nothing loaded, everything escaped; prints on A4 and reads on a phone. */
export function renderHtml(document: PrintDocument): string {
  const { title, subtitle, language, institution, date, blocks } = document;
  const words = frameWords(language);
  return shell.page({
    title: `${title} – ${institution}`,
    language,
    sender: document,
    body: `<header><h1>${escaped(title)}</h1>${subtitle === undefined ? '' : `<p>${escaped(subtitle)}</p>`}</header>
<main>
${blocks.map((block) => rendered(block, words)).join('\n')}
</main>
<footer class="quiet"><p>${escaped(date)}</p></footer>`,
  });
}

function facts(rows: [label: string, value: string][]): string {
  const each = rows.map(([label, value]) => `<dt>${escaped(label)}</dt><dd>${escaped(value || '–')}</dd>`);
  return `<dl>${each.join('\n')}</dl>`;
}

function rendered(block: Block, words: FrameWords): string {
  switch (block.kind) {
    case 'heading':
      return `<h${block.level}>${escaped(block.text)}</h${block.level}>`;
    case 'paragraph':
      return `<p${block.note ? ' class="note"' : ''}>${escaped(block.text)}</p>`;
    case 'list':
      return block.items.length === 0
        ? `<p>${words.none}</p>`
        : `<ul>${block.items.map((item) => `<li>${escaped(item)}</li>`).join('')}</ul>`;
    case 'facts':
      return facts(block.rows);
    case 'signature':
      return signatureLines(block, words);
    case 'table': {
      if (block.rows.length === 0) return `<h3>${escaped(block.caption)}</h3><p>${words.none}</p>`;
      if (block.columns.length > MOST_COLUMNS) {
        const each = block.rows.map((row) => facts(block.columns.map((column, n) => [column, row[n] ?? ''])));
        return `<h3>${escaped(block.caption)}</h3>${each.join('<hr>\n')}`;
      }
      const head = block.columns.map((column) => `<th scope="col">${escaped(column)}</th>`).join('');
      const body = block.rows.map(
        (row) =>
          `<tr>${row.map((cell, n) => `<td data-label="${escaped(block.columns[n] ?? '')}">${escaped(cell)}</td>`).join('')}</tr>`,
      );
      return `<table><caption>${escaped(block.caption)}</caption><thead><tr>${head}</tr></thead>\n<tbody>${body.join('\n')}</tbody></table>`;
    }
  }
}
