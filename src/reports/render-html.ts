import type { AccessReport, ReportCategory } from './model.ts';

/** Everything a person reads is escaped here and only here. */
export function escaped(value: unknown): string {
  return String(value ?? '—').replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

const STYLE = `
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2.5rem; border-bottom: 1px solid #8888; padding-bottom: .3rem; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; } th, td { text-align: left; vertical-align: top; padding: .3rem .6rem; border-bottom: 1px solid #8884; overflow-wrap: break-word; }
th { font-weight: 600; } dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; } dt { font-weight: 600; } dd { margin: 0; } dd ul { margin: 0; padding-left: 1.1rem; }
.scroll { overflow-x: auto; margin: .8rem 0; } td { max-width: 24rem; } .record { font-size: .85rem; } .record th { width: 12rem; } .quiet { opacity: .75; } nav li { margin: .1rem 0; }
@media print { body { margin: 0; max-width: none; } h2 { break-after: avoid; } tr { break-inside: avoid; } nav { display: none; } .scroll { overflow: visible; } }`;

/** The report as a page a person can read and print; it loads nothing from anywhere. */
export function renderHtml(report: AccessReport): string {
  const { categories, institution, generatedAt, held, complaint } = report;
  const contents = categories.map(
    ({ category, title, records }) =>
      `<li><a href="#${escaped(category)}">${escaped(title)}</a> (${records.length})</li>`,
  );
  const body = held
    ? [
        `<nav aria-label="Contents"><ul>${contents.join('')}<li><a href="#rights">Your rights</a></li><li><a href="#withheld">What is not shown, and why</a></li><li><a href="#readings">Who looked at your data</a></li><li><a href="#history">What was done with your data</a></li></ul></nav>`,
        ...categories.map(section),
      ]
    : [
        '<p><strong>We hold no data about you.</strong> We looked in every place listed below and found nothing.</p>',
        lookedIn(report),
      ];
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Data held about you — ${escaped(institution)}</title><style>${STYLE}</style></head>
<body>
<header><h1>Data held about you</h1>
<dl><dt>Institution</dt><dd>${escaped(institution)}</dd><dt>As of</dt><dd>${instant(generatedAt)}</dd><dt>Asked for as</dt><dd>${escaped(report.subjectKind)}${report.linkedVisitors > 0 ? `, with ${report.linkedVisitors} linked browser${report.linkedVisitors === 1 ? '' : 's'}` : ''}</dd></dl></header>
<main>
${body.join('\n')}
<section id="rights"><h2>Your rights</h2>
<ul>${report.rights.map(({ article, right, limit }) => `<li>${escaped(right)} <span class="quiet">(GDPR Art. ${escaped(article)})</span>${limit === null ? '' : `. ${escaped(limit)}`}</li>`).join('')}</ul>
${rightsNotGiven(report)}
<p>You may complain to: ${escaped(complaint.authority)}, ${escaped(complaint.contact)} <span class="quiet">(GDPR Art. 77)</span>.</p>
<p>${escaped(report.automatedDecisions)}</p></section>
${withheld(report)}
${readings(report)}
${history(report)}
</main>
<footer class="quiet"><p>Made under the policies ${escaped(report.policyHash.slice(0, 16))}…</p></footer>
</body></html>
`;
}

function rightsNotGiven({ rightsNotGiven: others }: AccessReport): string {
  if (others.length === 0) return '';
  const reasons = others.map(
    ({ article, right, reason }) =>
      `<li>${escaped(right)} <span class="quiet">(GDPR Art. ${escaped(article)})</span>: ${escaped(reason)}</li>`,
  );
  return `<p>The law does not give these rights against what is held about you:</p><ul>${reasons.join('')}</ul>`;
}

type Party = ReportCategory['activities'][number]['parties'][number];

function section(category: ReportCategory): string {
  const purposes = category.activities.map(
    ({ purpose, basisInWords, parties }) =>
      `<li>${escaped(purpose)}: ${escaped(basisInWords)}.<ul>${parties.map((party) => `<li>${recipient(party)}</li>`).join('')}</ul></li>`,
  );
  const transfers = category.activities.flatMap((activity) =>
    activity.transfers.map(({ importer, country, toolInWords }) => `${importer}, ${country} (${toolInWords})`),
  );
  return `<section id="${escaped(category.category)}"><h2>${escaped(category.title)}</h2>
<dl><dt>What for</dt><dd><ul>${purposes.join('')}</ul></dd>
<dt>How long</dt><dd>${category.retention.map(escaped).join('; ')}</dd>
<dt>If you ask to be forgotten</dt><dd>${escaped(category.onErasureRequest)}</dd>
<dt>Where from</dt><dd>${escaped(category.source)}</dd>
<dt>Transfers to third countries</dt><dd>${transfers.length > 0 ? transfers.map(escaped).join(', ') : 'none'}</dd></dl>
${recordsTable(category)}</section>`;
}

function recipient({ name, role, does, onBehalfOf, contact, countries }: Party): string {
  const behalf = onBehalfOf === null ? '' : ` for ${onBehalfOf}`;
  const where = countries.length > 0 ? `; keeps the data in ${countries.join(', ')}` : '';
  const reach = contact === null ? '' : `; ${contact}`;
  return `${escaped(name)} <span class="quiet">(${escaped(`${role}${behalf}${does ? `: ${does}` : ''}${where}${reach}`)})</span>`;
}

/** Columns a page can show side by side; records with more are shown one below the other. */
const WIDEST = 6;

function recordsTable({ title, records }: ReportCategory): string {
  const fields = [...new Set(records.flatMap((record) => Object.keys(record.fields)))];
  const count = `${records.length} record${records.length === 1 ? '' : 's'}`;
  if (fields.length > WIDEST)
    return records
      .map((record, index) => {
        const rows = fields.map(
          (field) => `<tr><th scope="row">${escaped(inWords(field))}</th><td>${cell(record.fields[field])}</td></tr>`,
        );
        return `<div class="scroll"><table class="record"><caption class="quiet">${index + 1} of ${count}, ${instant(record.at)}</caption><tbody>${rows.join('\n')}</tbody></table></div>`;
      })
      .join('\n');
  const rows = records.map(
    (record) =>
      `<tr><td>${instant(record.at)}</td>${fields.map((field) => `<td>${cell(record.fields[field])}</td>`).join('')}</tr>`,
  );
  return `<div class="scroll" tabindex="0" role="region" aria-label="${escaped(title)}"><table><caption class="quiet">${count}</caption>
<thead><tr><th scope="col">When</th>${fields.map((field) => `<th scope="col">${escaped(inWords(field))}</th>`).join('')}</tr></thead>
<tbody>${rows.join('\n')}</tbody></table></div>`;
}

function cell(value: unknown): string {
  if (Array.isArray(value)) return escaped(value.join(', '));
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return typeof value === 'string' && INSTANT.test(value) ? instant(value) : escaped(value);
}

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

/** `2026-03-01T12:00:00.000Z` for a reader: 2026-03-01 12:00:00 UTC. */
export function instant(text: string): string {
  return `<time datetime="${escaped(text)}">${escaped(text.replace('T', ' ').replace(/(\.\d+)?Z$/, ' UTC'))}</time>`;
}

/** `nameAsPublished`: name as published. */
function inWords(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function lookedIn({ searched }: AccessReport): string {
  return `<ul>${searched.map(({ title }) => `<li>${escaped(title)}</li>`).join('')}</ul>`;
}

function withheld({ withheld: left }: AccessReport): string {
  if (left.length === 0) return '';
  const items = left.map(
    ({ what, reason }) => `<li>${escaped(what)} <span class="quiet">— ${escaped(reason)}</span></li>`,
  );
  return `<section id="withheld"><h2>What is not shown, and why</h2><ul>${items.join('')}</ul></section>`;
}

function readings({ readings: looks }: AccessReport): string {
  const rows = looks.map(
    ({ at, what, purposeInWords, role }) =>
      `<tr><td>${instant(at)}</td><td>${escaped(what)}</td><td>${escaped(purposeInWords)}</td><td>${escaped(role)}</td></tr>`,
  );
  const table = `<div class="scroll" tabindex="0" role="region" aria-label="Who looked"><table><caption class="quiet">In order of time; the last line is the making of this report</caption><thead><tr><th scope="col">When</th><th scope="col">At what</th><th scope="col">Why</th><th scope="col">Who, by role</th></tr></thead><tbody>${rows.join('\n')}</tbody></table></div>`;
  return `<section id="readings"><h2>Who looked at your data</h2>${rows.length > 0 ? table : '<p>Nobody has looked at it.</p>'}</section>`;
}

function history({ history: entries }: AccessReport): string {
  const rows = entries.map(
    ({ at, action, role }) => `<tr><td>${instant(at)}</td><td>${escaped(action)}</td><td>${escaped(role)}</td></tr>`,
  );
  const table = `<div class="scroll" tabindex="0" role="region" aria-label="History"><table><caption class="quiet">In order of time</caption><thead><tr><th scope="col">When</th><th scope="col">What</th><th scope="col">Who, by role</th></tr></thead><tbody>${rows.join('\n')}</tbody></table></div>`;
  return `<section id="history"><h2>What was done with your data</h2>${rows.length > 0 ? table : '<p>Nothing is recorded.</p>'}</section>`;
}
