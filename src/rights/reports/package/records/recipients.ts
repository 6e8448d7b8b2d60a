import type { Block } from '../../../../foundations/print/model.ts';
import type { PackageRecord } from '../model.ts';
import { type Told, told } from './grouped.ts';
import { type Speech, sentence, shown, text } from './speech.ts';

/** To whom data was passed on. */
export function disclosures(records: readonly PackageRecord[], say: Speech): Block[] {
  const { t } = say;
  const rows = records.map((record): Told => {
    const at = text(record, 'disclosedAt') ?? record.at;
    const recorded = text(record, 'recordedAt');
    const reference = shown(record, 'reference', say);
    const { categories } = record.fields;
    const kinds = Array.isArray(categories) ? t.list(categories.map(say.category)) : '';
    const recipient = say.party(text(record, 'recipient') ?? '');
    return {
      at,
      sentence: sentence(
        t('records-in-words.recipient.sentence', { when: say.moment(at), recipient, categories: kinds }),
        [
          reference && t('records-in-words.recipient.reference', { reference }),
          recorded !== undefined &&
            say.day(recorded) !== say.day(at) &&
            t('records-in-words.recipient.recorded', { day: say.day(recorded) }),
        ],
      ),
      cells: [recipient, kinds, reference ?? ''],
    };
  });
  const columns = ['recipient', 'categories', 'reference'].map((name) => say.code('records-in-words.column', name));
  return told(rows, columns, say);
}
