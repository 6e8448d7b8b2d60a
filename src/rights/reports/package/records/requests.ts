import type { Block } from '../../../../foundations/print/model.ts';
import type { PackageRecord } from '../model.ts';
import { alike } from './grouped.ts';
import { eventInWords, INTERNAL } from './request-events.ts';
import { type Speech, shown, text } from './speech.ts';

const isHead = ({ table }: PackageRecord): boolean => table === 'requests';

/** Each request with its history: what was asked and what came of it, then what happened, day by day. */
export function requests(records: readonly PackageRecord[], say: Speech): Block[] {
  const { t } = say;
  const byReference = new Map<string, { head?: PackageRecord; events: PackageRecord[] }>();
  for (const record of records) {
    const reference = text(record, 'reference') ?? '';
    const request = byReference.get(reference) ?? { events: [] };
    if (isHead(record)) request.head = record;
    else request.events.push(record);
    byReference.set(reference, request);
  }
  const blocks = [...byReference].flatMap(([reference, { head, events }]): Block[] => {
    const type = head && say.code('records-in-words.type', text(head, 'type'));
    return [
      {
        kind: 'paragraph',
        text: head
          ? `${t('records-in-words.request.title', { reference, type: type ?? '' })}. ${standing(head, say)}`
          : t('records-in-words.labelled', { label: t('records-in-words.request.without-head'), value: reference }),
      },
      ...history(events, say),
    ];
  });
  return [...blocks, { kind: 'paragraph', text: t('records-in-words.request.files') }];
}

function standing(head: PackageRecord, say: Speech): string {
  const { t } = say;
  const received = text(head, 'receivedAt') ?? head.at;
  const [due, closed, opened, imported] = ['dueOn', 'closedAt', 'openedAt', 'importedAt'].map((name) =>
    text(head, name),
  );
  const contact = ['name', 'email', 'address', 'language'].flatMap((name) => {
    const value = shown(head, name, say);
    if (value === undefined) return [];
    const content = name === 'language' ? t.languageName(value) : oneLine(value);
    return [t('records-in-words.labelled', { label: say.field('', name), value: content })];
  });
  return [
    t('records-in-words.request.received', {
      when: say.moment(received),
      channel: say.code('records-in-words.channel', text(head, 'channel')),
      state: say.code('records-in-words.state', text(head, 'state')),
    }),
    due && t('records-in-words.request.due', { day: say.day(due) }),
    closed && t('records-in-words.request.closed', { day: say.day(closed) }),
    opened && say.day(opened) !== say.day(received) && t('records-in-words.request.entered', { day: say.day(opened) }),
    imported && t('records-in-words.request.imported', { day: say.day(imported) }),
    text(head, 'duplicateOf') && t('records-in-words.request.duplicate'),
    contact.length > 0 && t('records-in-words.request.contact', { contact: contact.join('; ') }),
  ]
    .filter(Boolean)
    .join(' ');
}

const oneLine = (value: string): string =>
  value
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join(', ');

/** What happened, a day a row; steps of the work that say nothing by themselves are counted. */
function history(events: readonly PackageRecord[], say: Speech): Block[] {
  const { t } = say;
  const days = new Map<string, string[]>();
  const internal: string[] = [];
  for (const event of events) {
    const kind = text(event, 'event') ?? '';
    if (INTERNAL.has(kind)) {
      internal.push(say.code('records-in-words.event', kind));
      continue;
    }
    const day = say.day(text(event, 'occurredAt') ?? event.at);
    days.set(day, [...(days.get(day) ?? []), eventInWords(event, say)]);
  }
  const rows = [...days].map(([day, sentences]): [string, string] => [day, alike(sentences, say).join('\n')]);
  return [
    ...(rows.length > 0 ? [{ kind: 'facts' as const, rows }] : []),
    ...(internal.length > 0
      ? [
          {
            kind: 'paragraph' as const,
            text: t('records-in-words.request.internal', {
              count: internal.length,
              kinds: alike(internal, say).join(', '),
            }),
          },
        ]
      : []),
  ];
}
