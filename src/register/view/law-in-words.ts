import type { Texts } from '../../foundations/messages/texts.ts';
import { authorityOfPlace, watchedAs } from '../../law/authorities.ts';
import { lawOf, type Regime, type Right, regimeOf } from '../../law/jurisdictions.ts';
import type { PolicySet } from '../policies/model.ts';

/** The law of a portal, as letters, pages and papers say it. */
export interface LawInWords {
  readonly regime: Regime;
  /** `GDPR`, `DSGVO`, `UK GDPR`, … */
  readonly statute: string;
  /** Where a right stands: `Art. 15 GDPR`. */
  article(right: Right): string;
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

/** Read by a day on which everything that Lethe knows of is in force. */
const NEWEST = '9999-12-31';

/**
 * How a portal's law is said in a language. Nothing else chooses the name of a law, or an article, by a jurisdiction.
 *
 * @param on the local day by which the law is read (`YYYY-MM-DD`); absent: as it stands now
 */
export function lawInWords({ jurisdiction }: { jurisdiction: string }, t: Texts, on: string = NEWEST): LawInWords {
  const regime = regimeOf(jurisdiction);
  const law = lawOf(regime, on);
  const statute = t(`law.statute-${law.statute}`);
  function cite(...provisions: string[]): string {
    const articles = provisions.flatMap((one) => {
      const here = law.placeOf(one);
      return here === null ? [] : [articleIn(here, regime, t)];
    });
    return articles.length === 0 ? '' : t(`law.cited-${regime}`, { articles: [...new Set(articles)].join(', ') });
  }
  const cited = (here: string | null) =>
    here === null ? '' : t(`law.cited-${regime}`, { articles: articleIn(here, regime, t) });
  return {
    regime,
    statute,
    cite,
    article: (right) => (right === 'complaint' ? t('law.complaint-to-controller') : cited(law.article(right))),
    court: regime === 'uk-gdpr' ? t('law.court-uk-gdpr') : cited(law.remedy),
    complaint: cited(law.complaint),
    elsewhere: regime === 'gdpr' ? t('law.elsewhere') : '',
  };
}

/**
 * The supervisory authority of a portal: the one that the institution names; that the installation names for its place;
 * the one of its law or state, where that is another than the installation's own; else the installation's.
 */
export function authorityOf(
  {
    tenant,
    policies,
    at,
  }: {
    tenant: { jurisdiction?: string; supervisoryAuthority?: { name: string; contact: string } | null };
    policies: Pick<PolicySet, 'installation'>;
    /** The instant by which it is asked; absent: now. */
    at?: Date;
  },
  t?: Texts,
): { name: string; contact: string } {
  if (tenant.supervisoryAuthority) return tenant.supervisoryAuthority;
  const { installation } = policies;
  const code = tenant.jurisdiction ?? 'EU';
  const on = at?.toISOString().slice(0, 10) ?? NEWEST;
  const named = (installation.supervisoryAuthorities ?? [])
    .filter(({ place, from = '' }) => (place === code || place === watchedAs(code)) && from <= on)
    // The part of a state before the state, and of each the latest that has begun.
    .sort(
      (one, other) =>
        Number(one.place === code) - Number(other.place === code) || (one.from ?? '').localeCompare(other.from ?? ''),
    )
    .at(-1);
  if (named) return { name: named.name, contact: named.contact };
  const home = installation.jurisdiction;
  const isHome = home === undefined ? regimeOf(code) === 'gdpr' : watchedAs(code) === watchedAs(home) || code === 'EU';
  const lawful = isHome ? undefined : authorityOfPlace(code, on);
  if (!lawful) return installation.supervisoryAuthority;
  return { name: t?.maybe(`jurisdictions.authority-${lawful.place}`) ?? lawful.name, contact: lawful.contact };
}

/** `12(5)(b)`: Art. 12(5)(b), Art. 12 Abs. 5 Buchst. b. */
function articleIn(provision: string, regime: Regime, t: Texts): string {
  const [, number = provision, ...parts] = /^(\d+[A-Z]?)(?:\((\d+)\))?(?:\(([a-z]+)\))?$/.exec(provision) ?? [];
  const [paragraph, point] = parts;
  if (paragraph !== undefined && point !== undefined)
    return t.maybe(`law.point-${regime}`, { number, paragraph, point }) ?? t('law.point', { number, paragraph, point });
  if (paragraph !== undefined) return t('law.paragraph', { number, paragraph });
  return point === undefined ? t('law.article', { number }) : t('law.article-point', { number, point });
}
