import { frameWords } from '../../foundations/print/frame-words.ts';
import { instant } from '../../foundations/print/html.ts';
import type { Sender } from '../../foundations/print/model.ts';
import { escaped, pageShell, signatureLines } from '../../foundations/print/page-shell.ts';
import { localDay } from '../../law/duration.ts';
import { COUNTED, certificateHash } from './document.ts';
import type { Certificate, CertifiedCategory } from './model.ts';

const shell = pageShell(
  'paper',
  `
body { max-width: 56rem; line-height: 1.45; } dl { gap: .15rem 1rem; }
.verdict { border-left: .4rem solid #2e7d32; padding: .4rem .8rem; margin: 1rem 0; background: #2e7d3218; }
.verdict.exceptions { border-color: #b26a00; background: #b26a0018; } .verdict.incomplete { border-color: #c62828; background: #c6282818; }
.verdict p { margin: .2rem 0; } .verdict strong { font-size: 1.1rem; }
th, td { padding: .25rem .5rem; } tbody th { font-weight: 500; } tfoot td, tfoot th { font-weight: 600; border-bottom: 0; }
.failed td, .failed th { background: #c6282818; }
@media print { body { line-height: 1.35; } h2 { margin-top: .8rem; } .verdict { break-inside: avoid; } }`,
);

/** Content-Security-Policy of the page. */
export const pagePolicy = shell.policyOf;

interface Surroundings {
  /** What people call a category of data. */
  titleOf(category: string): string;
  /** What who acted is called, by id. */
  labels: ReadonlyMap<string, string>;
  /** Thumbprint of the key that signs (RFC 7638). */
  keyId: string;
  /** The portal’s: its days are days there. */
  timeZone: string;
  /** Place of the certificate's entry in the audit log, once it has one. */
  index: number | undefined;
  sender: Sender;
}

/** A certificate as a page a data subject or an officer can read and print; it loads nothing from anywhere. */
export function renderCertificate(
  certificate: Certificate,
  { titleOf, labels, keyId, timeZone, index, sender }: Surroundings,
): string {
  const { kind, certificateId, institution, totals } = certificate;
  const title = kind === 'erasure' ? 'Certificate of erasure' : 'Certificate of destruction by retention rules';
  const all = certificate.holders.flatMap(({ categories }) => categories);
  const touched = all.filter(({ result }) => result !== 'nothing-held');
  const empty = all.filter(({ result }) => result === 'nothing-held');
  const { entries } = certificate;
  return shell.page({
    title: `${title} — ${institution}`,
    language: 'en',
    sender,
    body: `<header><h1>${title}</h1>
<p class="quiet">number <code>${escaped(certificateId)}</code></p></header>
<main>
${verdict(certificate)}
${facts(certificate, labels)}
<section><h2>What was done</h2>
${touched.length > 0 ? table(touched, totals, { titleOf, timeZone }) : '<p>Nothing was there that had to be treated.</p>'}
${empty.length > 0 ? `<p class="quiet">Looked for, and found nothing to treat: ${[...new Set(empty.map(({ category }) => titleOf(category)))].map(escaped).join(', ')}.</p>` : ''}
</section>
${concerned(certificate, titleOf)}
<section><h2>How to check this certificate</h2>
<p>Ask the institution for the certificate as a file (JSON). Whoever has the file can check it without the institution’s systems: <code>lethe certificate verify FILE</code>. The check needs the institution’s public key; compare its fingerprint with the one the institution publishes.</p>
<dl><dt>Key fingerprint</dt><dd><code>${escaped(keyId)}</code></dd>
<dt>Hash (SHA-256)</dt><dd><code>${certificateHash(certificate)}</code></dd>
<dt>Audit log</dt><dd>entry <code>${escaped(entries.last)}</code>${index === undefined ? ', not yet in the signed log' : `, number ${index} in the signed log`}. It carries the hash above; nobody can change it there unnoticed.</dd>
<dt>Policies</dt><dd><code>${escaped(certificate.policyHash)}</code></dd></dl>
<p class="quiet">This certificate holds no personal data: it names no person, and nothing in it leads to one.</p></section>
${signatureLines({ party: institution }, frameWords('en'))}
</main>`,
  });
}

function verdict({ kind, verdict: word, totals, holders }: Certificate): string {
  const of = (count: number) => `${count} record${count === 1 ? '' : 's'}`;
  if (word === 'incomplete') {
    const reducedOnly = holders
      .flatMap(({ categories }) => categories)
      .filter(({ action }) => action === 'erase')
      .reduce((sum, { reduced, anonymised }) => sum + reduced + anonymised, 0);
    const silent = holders.flatMap(({ categories }) => categories).filter(({ unreached }) => unreached).length;
    const what = [
      ...(silent > 0
        ? [
            `${silent} kind${silent === 1 ? '' : 's'} of data whose holder has not answered yet: nobody knows what is there`,
          ]
        : []),
      ...(totals.failed > 0 ? [`${of(totals.failed)} still there that should have been treated`] : []),
      ...(reducedOnly > 0 ? [`${of(reducedOnly)} only reduced that should have gone`] : []),
    ];
    return `<div class="verdict incomplete"><p><strong>Incomplete.</strong></p><p>After the act everything was looked for again. Found: ${what.join(', and ')}. The table says where.</p></div>`;
  }
  if (word === 'complete-with-exceptions')
    return `<div class="verdict exceptions"><p><strong>Complete, with exceptions.</strong></p><p>After the act everything was looked for again. ${stays(totals, holders)}</p></div>`;
  const what = kind === 'erasure' ? 'Nothing is left' : 'Nothing is left that was due';
  return `<div class="verdict"><p><strong>Complete.</strong></p><p>After the act everything was looked for again. ${what}.</p></div>`;
}

/** What is said where something stays: nothing went, or what had to; and what becomes of what is held for now. */
function stays({ removed, reduced, anonymised }: Certificate['totals'], holders: Certificate['holders']): string {
  const went = removed + reduced + anonymised > 0 ? 'What had to go is gone;' : 'Nothing was destroyed;';
  const held = holders.some(({ categories }) =>
    categories.some(({ action, retained, rule }) => rule === null && action === 'held' && retained > 0),
  );
  const rest = held ? ' What a hold keeps goes by itself once that has ended; a further certificate says so.' : '';
  return `${went} what stays is listed below with its reason.${rest}`;
}

function facts(certificate: Certificate, labels: Surroundings['labels']): string {
  const { kind, startedAt, finishedAt, requestedBy, approvedBy, keyDestroyed, asOf } = certificate;
  const who = ({ id, role }: { id: string; role: string }) =>
    `${escaped(labels.get(id) ?? id)} <span class="quiet">(${escaped(role)})</span>`;
  const rows: [string, string][] = [
    [
      'Act',
      kind === 'erasure'
        ? 'Erasure of the data of one person (GDPR Art. 17)'
        : 'Destruction of what is no longer needed (GDPR Art. 5(1)(e))',
    ],
    ['From', instant(startedAt)],
    ['Until', instant(finishedAt)],
    ...(asOf === null ? [] : [['What was due on', instant(asOf)] as [string, string]]),
    ['Asked for by', requestedBy ? who(requestedBy) : 'not recorded'],
    ...(approvedBy.length > 0 ? [['Approved by', approvedBy.map(who).join(', ')] as [string, string]] : []),
    ...(keyDestroyed === null
      ? []
      : [
          [
            'The person’s key',
            keyDestroyed
              ? 'destroyed: what it sealed cannot be read in any copy, in backups either'
              : 'not destroyed: something that stays needs it, or the person has come back since',
          ] as [string, string],
        ]),
  ];
  return `<dl>${rows.map(([name, value]) => `<dt>${name}</dt><dd>${value}</dd>`).join('\n')}</dl>`;
}

function concerned({ parties = [] }: Certificate, titleOf: (id: string) => string): string {
  if (parties.length === 0) return '';
  const rows = parties.map(
    ({ name, role, categories }) =>
      `<li>${escaped(name)} <span class="quiet">(${escaped(role)}: ${categories.map(titleOf).map(escaped).join(', ')})</span></li>`,
  );
  return `<section><h2>Whom it concerns</h2><p>Who decides on these data, and who else has them for it, by the register.</p><ul>${rows.join('\n')}</ul></section>`;
}

const IN_WORDS: Record<(typeof COUNTED)[number], string> = {
  removed: 'removed',
  reduced: 'reduced',
  anonymised: 'made anonymous',
  retained: 'kept',
  failed: 'still there',
};

/** `2 removed, 1 kept`: only what there is. */
function inWords(counts: Certificate['totals']): string {
  return COUNTED.filter((name) => counts[name] > 0)
    .map((name) => `${counts[name]} ${IN_WORDS[name]}`)
    .join(', ');
}

function table(
  categories: CertifiedCategory[],
  totals: Certificate['totals'],
  { titleOf, timeZone }: Pick<Surroundings, 'titleOf' | 'timeZone'>,
): string {
  const rows = categories.map((category) => {
    const rule = category.rule === null ? '' : ` <span class="quiet">${escaped(category.rule)}</span>`;
    const failed = category.result === 'failed' ? ' class="failed"' : '';
    return `<tr${failed}><th scope="row">${escaped(titleOf(category.category))}${rule}</th><td>${inWords(category)}</td><td>${why(category, timeZone)}</td></tr>`;
  });
  return `<table>
<thead><tr><th scope="col">Kind of data</th><th scope="col">Records</th><th scope="col">Why, until when</th></tr></thead>
<tbody>${rows.join('\n')}</tbody>
<tfoot><tr><th scope="row">All</th><td>${inWords(totals)}</td><td></td></tr></tfoot></table>`;
}

function why(category: CertifiedCategory, timeZone: string): string {
  const { action, failed, reduced, anonymised, suppressed, ground, groundInWords, until, unreached } = category;
  const parts = [
    ...(unreached ? ['its holder has not answered yet'] : []),
    ...(failed > 0 ? ['failed: should have been treated'] : []),
    ...(action === 'erase' && reduced + anonymised > 0 ? ['reduced, though it should have gone'] : []),
    ...(groundInWords === null && ground === null ? [] : [groundInWords ?? ground]),
    ...(suppressed > 0 ? [`${suppressed} of too few to be counted without telling of somebody`] : []),
  ].map(escaped);
  if (until !== null) parts.push(`looked at again on ${escaped(localDay(new Date(until), timeZone))}`);
  return parts.join('; ');
}
