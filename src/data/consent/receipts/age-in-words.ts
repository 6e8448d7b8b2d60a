import { textsIn } from '../../../foundations/messages/texts.ts';
import type { AgeCheck } from '../../../law/child-consent.ts';
import { lawInWords } from '../../../register/view/law-in-words.ts';
import type { ReceiptFacts } from './facts.ts';

/** What a receipt says of the age of who agreed (GDPR Art. 8). Who the parent is, it does not say. */
export function ageInWords({ event, institution }: Pick<ReceiptFacts, 'event' | 'institution'>, age: AgeCheck): string {
  const t = textsIn(event.language);
  const { cite } = lawInWords(institution, t);
  switch (age) {
    case 'of-age':
      return t('receipt.age.of-age', { citation: cite('8(1)') });
    case 'parental':
      return t('receipt.age.parental', {
        method: event.parentalMethod ?? t('receipt.not-stated'),
        citation: cite('8(1)', '8(2)'),
      });
    case 'parental-missing':
      return t('receipt.age.parental-missing', { citation: cite('8(1)') });
  }
}
