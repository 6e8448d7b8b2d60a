import type { Block } from '../../../../foundations/print/model.ts';
import type { PackageRecord } from '../model.ts';
import { type Told, told } from './grouped.ts';
import { type Speech, sentence, shown, text } from './speech.ts';

/** How the person stood to the platform: relations, roles, and what was said of them. */
export function standings(records: readonly PackageRecord[], say: Speech): Block[] {
  const { t } = say;
  const rows = records.map((record): Told => {
    const name = say.standing(text(record, 'kind') ?? '', text(record, 'name') ?? '');
    const value = say.standing('value', text(record, 'value') ?? '', text(record, 'name'));
    const reference = shown(record, 'reference', say);
    const since = text(record, 'since');
    const until = text(record, 'until');
    const what = {
      relation: t('records-in-words.standing.relation', { name, reference: reference ?? 'none' }),
      role: t('records-in-words.standing.role', { name }),
      attribute: t('records-in-words.standing.attribute', { name, value }),
    }[text(record, 'kind') as 'relation'];
    const at = text(record, 'recordedAt') ?? record.at;
    const updated = text(record, 'updatedAt') ?? at;
    const account = text(record, 'account');
    return {
      at,
      sentence: sentence(what, [
        since !== undefined && t('records-in-words.standing.since', { day: say.day(since) }),
        until === undefined
          ? t('records-in-words.standing.open')
          : t('records-in-words.standing.until', { day: say.day(until) }),
        account !== undefined && t('records-in-words.standing.account', { account }),
        t('records-in-words.standing.recorded', { day: say.day(at) }),
        say.day(updated) !== say.day(at) && t('records-in-words.standing.updated', { day: say.day(updated) }),
      ]),
      cells: [what, since === undefined ? '' : say.day(since), until === undefined ? '' : say.day(until)],
    };
  });
  const columns = ['standing', 'since', 'until'].map((column) => say.code('records-in-words.column', column));
  return told(rows, columns, say);
}
