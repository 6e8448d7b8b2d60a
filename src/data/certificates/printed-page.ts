import type { Texts } from '../../foundations/messages/texts.ts';
import { frameWords } from '../../foundations/print/frame-words.ts';
import type { Sender } from '../../foundations/print/model.ts';
import { escaped, pageShell, signatureLines } from '../../foundations/print/page-shell.ts';
import type { LawInWords } from '../../register/view/law-in-words.ts';
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
  t: Texts;
  law: LawInWords;
  /** Why something stays, in words: of an exception, another basis or a hold. */
  groundInWords(ground: string): string;
  /** What people call a category of data. */
  titleOf(category: string): string;
  /** What a retention rule says, by its id; undefined where the policies have it no more. */
  ruleInWords(rule: string): string | undefined;
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

/**
 * A certificate as a page a data subject or an officer can read and print, in the portal's language; it loads nothing
 * from anywhere. Numbers to check it by stand at its end, for who checks it.
 */
export function renderCertificate(certificate: Certificate, say: Surroundings): string {
  const { t, titleOf, keyId, index, sender } = say;
  const { kind, certificateId, institution, totals } = certificate;
  const title = t(`certificate.title-${kind}`);
  const all = certificate.holders.flatMap(({ categories }) => categories);
  const touched = all.filter(({ result }) => result !== 'nothing-held');
  const empty = [
    ...new Set(all.flatMap(({ result, category }) => (result === 'nothing-held' ? [titleOf(category)] : []))),
  ];
  const logged = index === undefined ? t('certificate.log-pending') : t('certificate.log-entry', { index });
  const checks: [string, string][] = [
    [t('certificate.command'), '<code>lethe certificate verify FILE</code>'],
    [t('certificate.fingerprint'), `<code>${escaped(keyId)}</code>`],
    [t('certificate.checksum'), `<code>${certificateHash(certificate)}</code>`],
    [t('certificate.log'), escaped(logged)],
  ];
  return shell.page({
    title: `${title} — ${institution}`,
    language: t.language,
    sender,
    body: `<header><h1>${escaped(title)}</h1>
<p class="quiet">${escaped(t('certificate.number'))} <code>${escaped(certificateId)}</code></p></header>
<main>
${verdict(certificate, t)}
${facts(certificate, say)}
<section><h2>${escaped(t('certificate.done'))}</h2>
${touched.length > 0 ? table(touched, totals, say) : `<p>${escaped(t('certificate.nothing'))}</p>`}
${empty.length > 0 ? `<p class="quiet">${escaped(t('certificate.empty', { kinds: empty.join('; ') }))}</p>` : ''}
</section>
${concerned(certificate, say)}
<section><h2>${escaped(t('certificate.check'))}</h2>
<p>${escaped(t('certificate.check-how'))}</p>
${definitions(checks)}
<p class="quiet">${escaped(t('certificate.no-personal-data'))}</p></section>
${signatureLines({ party: institution }, frameWords(t.language))}
</main>`,
  });
}

/** Labels as text, values as HTML. */
const definitions = (rows: readonly [string, string][]): string =>
  `<dl>${rows.map(([name, value]) => `<dt>${escaped(name)}</dt><dd>${value}</dd>`).join('\n')}</dl>`;

function verdict({ kind, verdict: word, totals, holders }: Certificate, t: Texts): string {
  const categories = holders.flatMap((one) => one.categories);
  const block = (style: string, judgement: string, rest: string) =>
    `<div class="verdict${style}"><p><strong>${escaped(judgement)}</strong></p><p>${escaped(`${t('certificate.looked-again')} ${rest}`)}</p></div>`;
  if (word === 'incomplete') {
    const reduced = categories
      .filter(({ action }) => action === 'erase')
      .reduce((sum, one) => sum + one.reduced + one.anonymised, 0);
    const silent = categories.filter(({ unreached }) => unreached).length;
    const what = [
      ...(silent > 0 ? [t('certificate.found-silent', { count: silent })] : []),
      ...(totals.failed > 0 ? [t('certificate.found-there', { count: totals.failed })] : []),
      ...(reduced > 0 ? [t('certificate.found-reduced', { count: reduced })] : []),
    ];
    return block(' incomplete', t('certificate.incomplete'), t('certificate.found', { what: t.list(what) }));
  }
  if (word === 'complete-with-exceptions')
    return block(' exceptions', t('certificate.exceptions'), stays(totals, categories, t));
  return block(
    '',
    t('certificate.complete'),
    t(kind === 'erasure' ? 'certificate.nothing-left' : 'certificate.nothing-due'),
  );
}

/** What is said where something stays: nothing went, or what had to; and what becomes of what is held for now. */
function stays(
  { removed, reduced, anonymised }: Certificate['totals'],
  categories: readonly CertifiedCategory[],
  t: Texts,
): string {
  const went = t(removed + reduced + anonymised > 0 ? 'certificate.stays-gone' : 'certificate.stays-none');
  const held = categories.some(({ action, retained, rule }) => rule === null && action === 'held' && retained > 0);
  return held ? `${went} ${t('certificate.stays-held')}` : went;
}

function facts(certificate: Certificate, { t, law, labels, timeZone }: Surroundings): string {
  const { kind, startedAt, finishedAt, requestedBy, approvedBy, keyDestroyed, asOf } = certificate;
  const who = ({ id, role }: { id: string; role: string }) => {
    const inRole = t.maybe(`package.role.${role}`) ?? t('package.role.other');
    const label = labels.get(id) ?? (id.startsWith('system:') ? t('certificate.by-itself') : undefined);
    return escaped(label === undefined ? inRole : t('certificate.actor', { label, role: inRole }));
  };
  const when = (at: string) => `<time datetime="${escaped(at)}">${escaped(t.instant(new Date(at), timeZone))}</time>`;
  const place = law.cite(kind === 'erasure' ? '17' : '5(1)(e)');
  const act = t(`certificate.act-${kind}`);
  return definitions([
    [t('certificate.act'), escaped(place === '' ? act : t('package.cited', { text: act, articles: place }))],
    [t('certificate.from'), when(startedAt)],
    [t('certificate.until'), when(finishedAt)],
    ...(asOf === null ? [] : [[t('certificate.as-of'), when(asOf)] as [string, string]]),
    [t('certificate.asked'), requestedBy ? who(requestedBy) : escaped(t('certificate.asked-unknown'))],
    ...(approvedBy.length > 0 ? [[t('certificate.approved'), approvedBy.map(who).join(', ')] as [string, string]] : []),
    ...(keyDestroyed === null
      ? []
      : [
          [t('certificate.key'), escaped(t(keyDestroyed ? 'certificate.key-destroyed' : 'certificate.key-kept'))] as [
            string,
            string,
          ],
        ]),
  ]);
}

function concerned({ parties = [] }: Certificate, { t, titleOf }: Surroundings): string {
  if (parties.length === 0) return '';
  const rows = parties.map(({ name, role, categories }) => {
    const inRole = t.maybe(`package.party.${role}`) ?? t('package.party.recipient');
    const has = t('certificate.party', { role: inRole, kinds: categories.map(titleOf).join('; ') });
    return `<li>${escaped(name)} <span class="quiet">(${escaped(has)})</span></li>`;
  });
  return `<section><h2>${escaped(t('certificate.whom'))}</h2><p>${escaped(t('certificate.whom-what'))}</p><ul>${rows.join('\n')}</ul></section>`;
}

/** `2 removed, 1 kept`: only what there is. */
function inWords(counts: Certificate['totals'], t: Texts): string {
  return COUNTED.filter((name) => counts[name] > 0)
    .map((name) => t(`certificate.${name}`, { count: t.number(counts[name]) }))
    .join(', ');
}

function table(categories: CertifiedCategory[], totals: Certificate['totals'], say: Surroundings): string {
  const { t } = say;
  const rows = categories.map((category) => {
    const words = category.rule === null ? undefined : say.ruleInWords(category.rule);
    const rule = words === undefined ? '' : ` <span class="quiet">${escaped(words)}</span>`;
    const failed = category.result === 'failed' ? ' class="failed"' : '';
    return `<tr${failed}><th scope="row">${escaped(say.titleOf(category.category))}${rule}</th><td>${escaped(inWords(category, t))}</td><td>${escaped(why(category, say))}</td></tr>`;
  });
  const head = (['kind', 'records', 'why'] as const)
    .map((name) => `<th scope="col">${escaped(t(`certificate.column-${name}`))}</th>`)
    .join('');
  return `<table>
<thead><tr>${head}</tr></thead>
<tbody>${rows.join('\n')}</tbody>
<tfoot><tr><th scope="row">${escaped(t('certificate.all'))}</th><td>${escaped(inWords(totals, t))}</td><td></td></tr></tfoot></table>`;
}

function why(category: CertifiedCategory, { t, groundInWords, timeZone }: Surroundings): string {
  const { action, failed, reduced, anonymised, suppressed, ground, until, unreached } = category;
  return [
    ...(unreached ? [t('certificate.why-unreached')] : []),
    ...(failed > 0 ? [t('certificate.why-failed')] : []),
    ...(action === 'erase' && reduced + anonymised > 0 ? [t('certificate.why-reduced')] : []),
    ...(action === 'review' && category.retained > 0 ? [t('certificate.why-put-to-review')] : []),
    ...(ground === null ? [] : ground.split(', ').map(groundInWords)),
    ...(suppressed > 0 ? [t('certificate.why-suppressed', { count: t.number(suppressed) })] : []),
    ...(until === null ? [] : [t('certificate.why-review', { day: t.dayOf(new Date(until), timeZone) })]),
  ].join('; ');
}
