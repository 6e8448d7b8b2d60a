import type { Block } from '../../../../foundations/print/model.ts';
import type { PackageRecord } from '../model.ts';
import { obtainedInWords } from './obtained.ts';
import { type Speech, sentence, shown, text } from './speech.ts';

/** Which part a person had in which item. */
export function contributions(records: readonly PackageRecord[], say: Speech): Block[] {
  const { t } = say;
  const items = records.map((record) => {
    const [title, doi, orcid] = [shown(record, 'title', say), shown(record, 'doi', say), shown(record, 'orcid', say)];
    const [published, created, updated] = ['publishedOn', 'createdAt', 'updatedAt'].map((name) => text(record, name));
    const link = doi ?? '';
    return sentence(
      t('records-in-words.content.sentence', {
        title: title === undefined ? link : t('records-in-words.told.words', { text: title }),
        version: shown(record, 'version', say) ?? 'none',
        name: shown(record, 'nameAsPublished', say) ?? t('records-in-words.not-shown'),
        role: say.code('records-in-words.contribution', text(record, 'role') ?? 'Other'),
      }),
      [
        orcid && t('records-in-words.content.orcid', { orcid }),
        published !== undefined
          ? t('records-in-words.content.published', { day: say.day(published) })
          : text(record, 'visibility') === 'private' && t('records-in-words.content.unpublished'),
        title !== undefined && link,
        created !== undefined && t('records-in-words.content.recorded', { day: say.day(created) }),
        updated !== undefined &&
          updated !== created &&
          t('records-in-words.content.changed', { day: say.day(updated) }),
        ...obtainedInWords(record, say),
      ],
    );
  });
  return [{ kind: 'list', items }];
}
