import type { Texts } from '../../foundations/messages/texts.ts';
import type { AutomatedDecisionBasis } from '../policies/duties-model.ts';
import type { Activity } from '../policies/model.ts';
import type { LawInWords } from './law-in-words.ts';

type Stated = AutomatedDecisionBasis['basis'];
const STANDS: Record<Stated, string> = { '22-2-a': '22(2)(a)', '22-2-b': '22(2)(b)', '22-2-c': '22(2)(c)' };
const BASES: Record<Stated, (t: Texts, values: { law: string; citation: string }) => string> = {
  '22-2-a': (t, { citation }) => t('duties.basis-contract', { citation }),
  '22-2-b': (t, values) => t('duties.basis-law', values),
  '22-2-c': (t, { citation }) => t('duties.basis-consent', { citation }),
};

/**
 * What an activity decides by machine alone, as the person is told: the logic, on which basis of Art. 22(2), what
 * follows, and how a human looks at it (Art. 13(2)(f), 15(1)(h), 22(3)). Undefined where it decides nothing so.
 */
export function automatedDecisionInWords(
  { automatedDecisions: logic, automatedDecisionBasis: stated }: Activity,
  t: Texts,
  { cite }: Pick<LawInWords, 'cite'>,
): string | undefined {
  if (!logic || !stated) return logic;
  const { consequences, humanReview: review, law = '' } = stated;
  const basis = BASES[stated.basis](t, { law, citation: cite(STANDS[stated.basis]) });
  return t('duties.automated-decision', { logic, consequences, review, basis });
}
