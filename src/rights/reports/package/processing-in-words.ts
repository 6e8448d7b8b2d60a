import type { Block } from '../../../foundations/print/model.ts';
import { basisPoint, type LawfulBasis } from '../../../law/vocabulary.ts';
import type { AccessFacts } from './model.ts';
import { alikeBy } from './records/grouped.ts';
import type { Speech } from './records/speech.ts';

/** What the data is for: purposes that concern this person, each with what they decided on it. */
export function purposeRows({ purposes, categories }: AccessFacts, say: Speech): [string, string][] {
  const { t } = say;
  return purposes.map(
    ({ title, description, basis, basisInWords, legitimateInterest, categories: about, decision }) => [
      title,
      [
        description,
        t('package.purpose-basis', { basis: basisInWords }),
        legitimateInterest === null ? '' : t('package.purpose-interest', { interest: legitimateInterest }),
        decision?.inWords ?? (basisPoint(basis as LawfulBasis) === 'a' ? t('package.purpose-undecided') : ''),
        kindsInWords(about, categories, say, 'package.purpose-about'),
      ]
        .filter((one) => one !== '')
        .join(' '),
    ],
  );
}

/** Kinds of data by name; nothing where there is only one kind of data, which needs no name. */
function kindsInWords(
  ids: readonly string[],
  all: AccessFacts['categories'],
  say: Speech,
  message: 'package.purpose-about' | 'package.recipient-about' | 'package.transfer-about',
): string {
  const titles = all.filter(({ category }) => ids.includes(category)).map(({ title }) => title);
  if (titles.length === 0) return '';
  const kinds = titles.length === all.length && all.length > 1 ? say.t('package.recipient-all') : titles.join('; ');
  return say.t(message, { kinds });
}

/** Where each kind comes from and how long it stays; kinds that stand alike share a row. */
export function kindsBlocks({ categories, sources, periods }: AccessFacts, { t }: Speech): Block[] {
  const rows = new Map<string, { titles: string[]; cells: string[] }>();
  for (const { category, title } of categories) {
    const period = periods.find((one) => one.category === category);
    const source = sources.find((one) => one.category === category);
    const stays = period && period.periods.length > 0 ? period.periods.join('; ') : t('package.no-period');
    const cells = [source?.sourceInWords ?? '', stays, period?.onErasureRequest ?? ''];
    const row = rows.get(cells.join('\0')) ?? { titles: [], cells };
    row.titles.push(title);
    rows.set(cells.join('\0'), row);
  }
  const special = categories.filter((one) => one.special).map(({ title }) => title);
  return [
    {
      kind: 'table',
      caption: t('package.caption-kinds'),
      columns: [
        t('package.kind-column'),
        t('package.source-column'),
        t('package.period-column'),
        t('package.erasure-column'),
      ],
      rows: [...rows.values()].map(({ titles, cells }) => [titles.join('; '), ...cells]),
    },
    {
      kind: 'paragraph',
      text: special.length > 0 ? t('package.special', { kinds: special.join('; ') }) : t('package.special-none'),
    },
  ];
}

/** Who has the data: each party once, with all it does. */
export function recipientRows({ recipients, categories }: AccessFacts, say: Speech): [string, string][] {
  const { t } = say;
  const parties = alikeBy(recipients, ({ name, contact }) => `${name}\0${contact}`);
  return parties.map((roles) => {
    const [first] = roles;
    const acts = alikeBy(roles, ({ does }) => String(does)).map((alike) => {
      const as = alike.map(({ roleInWords: role, onBehalfOf: whom }) =>
        whom === null ? role : t('package.recipient-for', { role, whom }),
      );
      const [{ does }] = alike;
      const role = [...new Set(as)].join(', ');
      return does === null ? role : t('package.recipient-role', { role, does });
    });
    const countries = [...new Set(roles.flatMap((one) => one.countries))].map((code) => t.country(code));
    const about = [...new Set(roles.flatMap((one) => one.categories))];
    return [
      first.name,
      [
        `${acts.join('; ')}.`,
        countries.length > 0 ? t('package.recipient-places', { countries: t.list(countries) }) : '',
        first.contact ? t('package.recipient-contact', { contact: first.contact }) : '',
        kindsInWords(about, categories, say, 'package.recipient-about'),
      ]
        .filter((one) => one !== '')
        .join(' '),
    ];
  });
}

export function transferItems({ transfers, categories }: AccessFacts, say: Speech): string[] {
  const { t } = say;
  return transfers.map(({ importer, country, toolInWords, supplementaryMeasures, categories: about }) =>
    [
      t('package.transfer', { importer, country: t.country(country), tool: toolInWords }),
      supplementaryMeasures.length > 0
        ? t('package.transfer-measures', { measures: supplementaryMeasures.join('; ') })
        : '',
      kindsInWords(about, categories, say, 'package.transfer-about'),
    ]
      .filter((one) => one !== '')
      .join(' '),
  );
}

type Standing = AccessFacts['rights'][number]['standings'][number];

/** What may be asked of us, and where it may not: bases that stand alike are named together. */
export function rightRows({ rights }: AccessFacts, say: Speech): [string, string][] {
  return rights
    .filter(({ article }) => article !== '77')
    .map(({ right, standings }) => [right, standingInWords(standings, say)]);
}

function standingInWords(standings: readonly Standing[], say: Speech): string {
  const { t } = say;
  if (standings.every(({ reason }) => reason === 'always')) return t('package.right-always');
  const groups = alikeBy(standings, ({ offered, reasonInWords }) => `${offered}\0${reasonInWords}`);
  return groups
    .sort(([one], [other]) => Number(other.offered) - Number(one.offered))
    .map((alike) => {
      const [{ offered, reason, reasonInWords }] = alike;
      const bases = [
        ...new Set(alike.map(({ basis }) => say.code('law-terms.basis', basisPoint(basis as LawfulBasis)))),
      ].join(', ');
      if (offered && reason === 'by-basis')
        return groups.length === 1 ? t('package.right-held-none') : t('package.right-yes', { bases });
      if (offered) return t('package.right-limited', { bases, why: reasonInWords });
      return t('package.right-not', { bases, why: reasonInWords });
    })
    .join(' ');
}
