import { createHash } from 'node:crypto';
import { escaped, instant } from '../reports/render-html.ts';
import type { ProcessingRecord } from './model.ts';

const STYLE = `
:root { color-scheme: light dark; }
body { font: 1rem/1.45 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; overflow-wrap: break-word; }
h1 { font-size: 1.5rem; margin-bottom: .3rem; } h2 { font-size: 1.15rem; margin: 1.8rem 0 .4rem; border-bottom: 1px solid #8886; }
dl { display: grid; grid-template-columns: minmax(10rem, 16rem) 1fr; gap: .3rem 1rem; margin: .6rem 0; } dt { font-weight: 600; } dd { margin: 0; overflow-wrap: anywhere; }
dd ul { margin: 0; padding-left: 1.1rem; } .quiet { opacity: .8; font-size: .9rem; }
.verdict { border-left: .4rem solid #2e7d32; padding: .4rem .8rem; background: #2e7d3218; } .verdict.empty, dd.empty { border-left: .4rem solid #c62828; background: #c6282818; padding-left: .6rem; }
@media (max-width: 40rem) { dl { grid-template-columns: 1fr; } dd { margin-bottom: .4rem; } }
@page { size: A4; margin: 14mm; }
@media print { html { font-size: 9.5pt; } body { margin: 0; max-width: none; padding: 0; } section { break-inside: avoid; } }`;

const styleHash = createHash('sha256').update(STYLE).digest('base64');
const LOADS_NOTHING = `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'`;

/** Content-Security-Policy of the page: its own style and nothing else. */
export const RECORD_PAGE_POLICY = `${LOADS_NOTHING}; frame-ancestors 'none'`;

/** A record of processing as a page an officer can read, print and sign. */
export function renderRecord(record: ProcessingRecord): string {
  const { title, party, set, rows, columns, emptyMandatory } = record;
  const empty = new Set(emptyMandatory.map(({ activity, column }) => `${activity}\0${column}`));
  const titleOf = (id: string) => columns.find((column) => column.id === id)?.title ?? id;
  const sections = rows.map(({ activity, cells }) => {
    const entries = columns.map(({ id, title: name }) => {
      const values = cells[id] ?? [];
      const missing = empty.has(`${activity}\0${id}`);
      const text =
        values.length > 1
          ? `<ul>${values.map((value) => `<li>${escaped(value)}</li>`).join('')}</ul>`
          : escaped(values[0] ?? '');
      return `<dt>${escaped(name)}</dt><dd${missing ? ' class="empty"' : ''}>${missing ? 'not recorded' : text || '–'}</dd>`;
    });
    const [first] = Object.values(cells);
    return `<section><h2>${escaped(first?.[0] ?? activity)}</h2><dl>${entries.join('\n')}</dl></section>`;
  });
  const verdict =
    emptyMandatory.length === 0
      ? '<p class="verdict">Every mandatory cell says something.</p>'
      : `<div class="verdict empty"><p><strong>${emptyMandatory.length} mandatory cell${emptyMandatory.length === 1 ? ' is' : 's are'} empty:</strong></p><ul>${emptyMandatory.map(({ activity, column }) => `<li>${escaped(activity)}: ${escaped(titleOf(column))}</li>`).join('')}</ul></div>`;
  return `<!doctype html>
<html lang="${set === 'cnil' ? 'fr' : 'en'}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${escaped(LOADS_NOTHING)}">
<title>${escaped(title)} — ${escaped(party.name)}</title><style>${STYLE}</style></head>
<body>
<header><h1>${escaped(title)}</h1>
<dl><dt>Of</dt><dd>${escaped(party.name)}</dd><dt>As it was</dt><dd>${instant(record.at)}</dd><dt>As known</dt><dd>${instant(record.knownAt)}</dd><dt>Activities</dt><dd>${rows.length}</dd></dl></header>
<main>
${verdict}
${sections.length > 0 ? sections.join('\n') : '<p>This party has no activity in this role. Its activities are declared in the policies.</p>'}
</main>
<footer class="quiet"><p>Generated from the register; policies ${escaped(record.policyHash.slice(0, 16))}…; codes from ${escaped(record.vocabularies.join(', '))}.</p></footer>
</body></html>
`;
}
