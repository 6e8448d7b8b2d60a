import { type Texts, textsIn } from '../../foundations/messages/texts.ts';
import type { AutomatedDecisionBasis } from '../policies/duties-model.ts';
import type { Activity } from '../policies/model.ts';

const BASES: Record<AutomatedDecisionBasis['basis'], (t: Texts, law: string) => string> = {
  '22-2-a': (t) => t('duties.basis-contract'),
  '22-2-b': (t, law) => t('duties.basis-law', { law }),
  '22-2-c': (t) => t('duties.basis-consent'),
};

/**
 * What an activity decides by machine alone, as the person is told: the logic, on which basis of Art. 22(2), what
 * follows, and how a human looks at it (Art. 13(2)(f), 15(1)(h), 22(3)). Undefined where it decides nothing so.
 */
export function automatedDecisionInWords(
  { automatedDecisions: logic, automatedDecisionBasis: stated }: Activity,
  language: string,
): string | undefined {
  if (!logic || !stated) return logic;
  const t = textsIn(language);
  const { consequences, humanReview: review, law = '' } = stated;
  return t('duties.automated-decision', { logic, consequences, review, basis: BASES[stated.basis](t, law) });
}
