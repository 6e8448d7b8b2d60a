import type { Block } from '../../../../foundations/print/model.ts';
import type { PackageRecord } from '../model.ts';
import { seenInWords } from './consents.ts';
import { type Told, told } from './grouped.ts';
import { type Speech, shown, text } from './speech.ts';

/** Visits as they still stand: whole, or reduced to the hour, network and kind of browser. */
export function visits(records: readonly PackageRecord[], say: Speech): Block[] {
  const { t } = say;
  const rows = records.map((record): Told => {
    const portal = text(record, 'portal') ?? t('records-in-words.portal.unnamed');
    const [address, agent] = [shown(record, 'address', say), shown(record, 'userAgent', say)];
    const when = say.moment(record.at);
    const seen = seenInWords(
      {
        network: shown(record, 'network', say),
        browser: shown(record, 'browser', say),
        browserMajor: text(record, 'browserMajor'),
        platform: text(record, 'platform'),
        robot: record.fields['robot'] === true,
      },
      say,
    );
    const whole = address !== undefined || agent !== undefined;
    const visited = whole
      ? t('records-in-words.visit.full', { when, portal, address: address ?? '?', agent: agent ?? '?' })
      : t('records-in-words.visit.reduced', { when, portal, seen });
    return {
      at: record.at,
      sentence: whole ? `${visited} ${t('records-in-words.visit.kept', { seen })}` : visited,
      cells: [portal, address ?? '', agent ?? '', seen],
    };
  });
  const columns = ['portal', 'address', 'agent', 'browser'].map((name) => say.code('records-in-words.column', name));
  return told(rows, columns, say);
}
