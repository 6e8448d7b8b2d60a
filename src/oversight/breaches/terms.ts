import type { Texts } from '../../foundations/messages/texts.ts';
import type { BreachTerm } from '../../law/vocabularies/breaches.ts';
import { lawInWords } from '../../register/view/law-in-words.ts';

/** Where the law says what a term stands for. */
const STANDS_IN: Partial<Record<BreachTerm, string>> = {
  JustificationA33BreachedDataIneffective: '34(3)(a)',
  JustificationA33RiskMitigated: '34(3)(b)',
  JustificationA33DisproportionateEffort: '34(3)(c)',
};

/** The terms of breaches, as a language says them and the law of a portal cites them. */
export function breachTerms(tenant: { jurisdiction: string }, t: Texts): (term: BreachTerm) => string {
  const { cite } = lawInWords(tenant, t);
  return (term) => {
    const what = t(`breach-terms.${term}`);
    const citation = STANDS_IN[term] === undefined ? '' : cite(STANDS_IN[term]);
    return citation === '' ? what : t('law-terms.with', { what, citation });
  };
}
