import type { Texts } from '../../foundations/messages/texts.ts';
import type { PolicySet } from '../policies/model.ts';

/** Laws of data protection, each with a name and articles of its own. */
export type Regime = 'gdpr' | 'eudpr' | 'uk-gdpr' | 'fadp';

/** A right that somebody may exercise, by the name requests have for it. */
export type RightInLaw =
  | 'access'
  | 'portability'
  | 'rectification'
  | 'erasure'
  | 'restriction'
  | 'objection'
  | 'consent-withdrawal'
  | 'human-review'
  | 'complaint';

/** Where each right stands in the GDPR; complaints to the controller are a right of the UK alone. */
const RIGHTS: Record<Exclude<RightInLaw, 'complaint'>, string> = {
  access: '15',
  portability: '20',
  rectification: '16',
  erasure: '17',
  restriction: '18',
  objection: '21',
  'consent-withdrawal': '7(3)',
  'human-review': '22(3)',
};

/**
 * Where a provision of the GDPR stands in another law; what is not listed has the same number, and what is null has no
 * counterpart there. The longest beginning counts: `12` moves `12(3)`.
 */
const MOVED: Record<Regime, Readonly<Record<string, string | null>>> = {
  gdpr: {},
  // UK GDPR as amended by the Data (Use and Access) Act 2025.
  'uk-gdpr': { '22': '22A', '22(3)': '22C' },
  // Regulation (EU) 2018/1725.
  eudpr: {
    '5': '4',
    '6': '5',
    '9': '10',
    '10': '11',
    '11': '12',
    '12': '14',
    '13': '15',
    '14': '16',
    '15': '17',
    '16': '18',
    '17': '19',
    '18': '20',
    '19': '21',
    '20': '22',
    '21': '23',
    '22': '24',
    '23': '25',
    '33': '34',
    '34': '35',
    '77': '63',
    '79': '64',
    '89': '13',
  },
  // Swiss Federal Act on Data Protection of 25 September 2020, in force since 1 September 2023.
  fadp: {
    '5': '6',
    '7': null,
    '7(3)': '30(2)(b)',
    '11': null,
    '12': null,
    '12(3)': '25(7)',
    '12(4)': '26(4)',
    '12(5)': '26(1)(c)',
    '12(6)': null,
    '15': '25',
    '15(3)': '25(6)',
    '15(4)': '26(1)(b)',
    '16': '32(1)',
    '17': '32(2)(c)',
    '18': '32(2)(a)',
    '18(3)': null,
    '19': '32(4)',
    '20': '28',
    '21': '30(2)(b)',
    '22': '21',
    '22(3)': '21(2)',
    '23': '26(1)(a)',
    '33': '24(1)',
    '33(2)': '24(3)',
    '33(3)': '24(2)',
    '33(4)': null,
    '34': '24(4)',
    '77': '49(1)',
    '79': '32(2)',
    '89': '31(2)(e)',
  },
};

/** The law a portal answers under, by its jurisdiction (ISO 3166-1 alpha-2, `EU`, or `EC`, `EP` for EU institutions). */
export function regimeOf(jurisdiction: string): Regime {
  if (jurisdiction.startsWith('GB')) return 'uk-gdpr';
  if (['EC', 'EP', 'EUI'].includes(jurisdiction)) return 'eudpr';
  return jurisdiction === 'CH' ? 'fadp' : 'gdpr';
}

/** The law of a portal, as letters, pages and papers say it. */
export interface LawInWords {
  readonly regime: Regime;
  /** `GDPR`, `DSGVO`, `UK GDPR`, … */
  readonly statute: string;
  /** Where a right stands: `Art. 15 GDPR`. */
  article(right: RightInLaw): string;
  /**
   * Provisions as this law and language write them, named by the GDPR's own numbers: `cite('12(3)', '12(4)')`,
   * `cite('17(1)(b)')`. Empty where the law has no counterpart of any of them.
   */
  cite(...provisions: string[]): string;
  /** Where the judicial remedy stands: `Art. 79 GDPR`. */
  readonly court: string;
  /** Where the complaint to the authority stands: `Art. 77 GDPR`. */
  readonly complaint: string;
  /** That one may turn to another authority instead; empty where the law has one alone. */
  readonly elsewhere: string;
}

/** How a portal's law is said in a language. Nothing else chooses the name of a law, or an article, by a jurisdiction. */
export function lawInWords({ jurisdiction }: { jurisdiction: string }, t: Texts): LawInWords {
  const regime = regimeOf(jurisdiction);
  const statute = t(`law.statute-${regime}`);
  function cite(...provisions: string[]): string {
    const articles = provisions.flatMap((one) => {
      const here = placeIn(regime, one);
      return here === null ? [] : [articleIn(here, t)];
    });
    return articles.length === 0 ? '' : t(`law.cited-${regime}`, { articles: [...new Set(articles)].join(', ') });
  }
  return {
    regime,
    statute,
    cite,
    article: (right) => (right === 'complaint' ? t('law.complaint-to-controller') : cite(RIGHTS[right])),
    court: regime === 'uk-gdpr' ? t('law.court-uk-gdpr') : cite('79'),
    complaint: cite('77'),
    elsewhere: regime === 'gdpr' ? t('law.elsewhere') : '',
  };
}

/** The supervisory authority of a portal: its own where it names one, else the installation's. */
export function authorityOf({
  tenant,
  policies,
}: {
  tenant: { supervisoryAuthority?: { name: string; contact: string } | null };
  policies: Pick<PolicySet, 'installation'>;
}): { name: string; contact: string } {
  return tenant.supervisoryAuthority ?? policies.installation.supervisoryAuthority;
}

/** `12(5)(b)` of the GDPR as this law numbers it; null where it has no such provision. */
function placeIn(regime: Regime, provision: string): string | null {
  const moved = MOVED[regime];
  for (let known = provision; known !== ''; known = known.replace(/(^\d+[A-Z]?|\([^()]+\))$/, '')) {
    const there = moved[known];
    if (there === undefined) continue;
    if (there === null) return null;
    // Below a provision that stands elsewhere, Swiss law has points of its own.
    return regime === 'fadp' ? there : there + provision.slice(known.length);
  }
  return provision;
}

/** `12(5)(b)`: Art. 12(5)(b), Art. 12 Abs. 5 Buchst. b. */
function articleIn(provision: string, t: Texts): string {
  const [, number = provision, ...parts] = /^(\d+[A-Z]?)(?:\((\d+)\))?(?:\(([a-z]+)\))?$/.exec(provision) ?? [];
  const [paragraph, point] = parts;
  if (paragraph !== undefined && point !== undefined) return t('law.point', { number, paragraph, point });
  if (paragraph !== undefined) return t('law.paragraph', { number, paragraph });
  return point === undefined ? t('law.article', { number }) : t('law.article-point', { number, point });
}
