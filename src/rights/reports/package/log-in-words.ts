import type { Block } from '../../../foundations/print/model.ts';
import type { Look } from '../looks.ts';
import { alike } from './records/grouped.ts';
import type { Speech } from './records/speech.ts';

/** Who acted, by role: employees are named only where indispensable (C-579/21). */
const roleInWords = (role: string, { t }: Speech): string => t.maybe(`package.role.${role}`) ?? t('package.role.other');

/** What an action of the log is to the person: its own words, or those of its domain. */
export const actionInWords = (action: string, { t }: Pick<Speech, 't'>): string =>
  t.maybe(`package.history.${action}`) ??
  t.maybe(`package.history.${action.split('.')[0]}`) ??
  t('package.history.other');

/** Who looked at the person's data and why; looks of a day that are alike share a row. */
export function looksInWords(looks: readonly Look[], say: Speech): Block {
  const { t } = say;
  const rows = new Map<string, { cells: string[]; count: number }>();
  for (const { at, what, purposeInWords, role } of looks) {
    const cells = [say.day(at), what, purposeInWords, roleInWords(role, say)];
    const row = rows.get(cells.join('\0')) ?? { cells, count: 0 };
    row.count += 1;
    rows.set(cells.join('\0'), row);
  }
  return {
    kind: 'table',
    caption: t('package.caption-looks'),
    columns: [t('package.column.when'), t('package.column.look'), t('package.column.why'), t('package.column.who')],
    rows: [...rows.values()].map(({ cells: [day = '', what = '', ...others], count }) => [
      day,
      count === 1 ? what : t('records-in-words.times', { what, count }),
      ...others,
    ]),
  };
}

/** What was done with the data, a day and who did it a row. Looks have a part of their own. */
export function historyInWords(entries: readonly { at: string; action: string; role: string }[], say: Speech): Block[] {
  const { t } = say;
  const rows = new Map<string, { day: string; by: string; what: string[] }>();
  for (const { at, action, role } of entries) {
    if (action === 'personal-data.read') continue;
    const [day, by] = [say.day(at), roleInWords(role, say)];
    const row = rows.get(`${day}\0${by}`) ?? { day, by, what: [] };
    row.what.push(actionInWords(action, say));
    rows.set(`${day}\0${by}`, row);
  }
  if (rows.size === 0) return [];
  return [
    {
      kind: 'table',
      caption: t('package.caption-history'),
      columns: [t('package.column.when'), t('package.column.done'), t('package.column.who')],
      rows: [...rows.values()].map(({ day, by, what }) => [day, alike(what, say).join('; '), by]),
    },
  ];
}
