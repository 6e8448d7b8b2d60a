import { Temporal } from 'temporal-polyfill';
import { selector, textsIn } from '../../foundations/messages/texts.ts';
import type { RequestHead } from './shown.ts';

/** RFC 5545 §3.1: a line has 75 octets at most; the rest goes on in the next, after a blank. */
function folded(line: string): string {
  const parts: string[] = [];
  let rest = line;
  while (Buffer.byteLength(rest) > 75) {
    let end = 75;
    while (Buffer.byteLength(rest.slice(0, end)) > 75) end -= 1;
    // Never in the middle of a character of two units.
    if (/[\uD800-\uDBFF]/.test(rest[end - 1] ?? '')) end -= 1;
    parts.push(rest.slice(0, end));
    rest = ` ${rest.slice(end)}`;
  }
  return [...parts, rest].join('\r\n');
}

const escaped = (text: string) => text.replaceAll(/[\\;,]/g, (sign) => `\\${sign}`).replaceAll('\n', '\\n');
const compact = (day: string) => day.replaceAll('-', '');
const stamp = (at: Date) => at.toISOString().replaceAll(/[-:]|\.\d{3}/g, '');

/** The days of open requests as a calendar (RFC 5545; REQ-H07): references and kinds, nobody's name. */
export function calendarOf(
  requests: readonly RequestHead[],
  tenant: { id: string; name: string; language: string },
  now: Date,
): string {
  const t = textsIn(tenant.language);
  const event = ({ requestId, reference, type, state }: RequestHead, what: 'due' | 'target', day: string) => [
    'BEGIN:VEVENT',
    `UID:${what}-${requestId}@${tenant.id}.lethe`,
    `DTSTAMP:${stamp(now)}`,
    `DTSTART;VALUE=DATE:${compact(day)}`,
    `DTEND;VALUE=DATE:${compact(Temporal.PlainDate.from(day).add({ days: 1 }).toString())}`,
    `SUMMARY:${escaped(t('request-file.calendar.event', { reference, type: t('request-file.type', { type: selector(type) }), what }))}`,
    `DESCRIPTION:${escaped(t('request-file.calendar.state', { state: t(`request-file.state.${state}`) }))}`,
    'TRANSP:TRANSPARENT',
    'END:VEVENT',
  ];
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Lethe//Requests of data subjects//EN',
    'CALSCALE:GREGORIAN',
    'METHOD:PUBLISH',
    `NAME:${escaped(t('request-file.calendar.name', { portal: tenant.name }))}`,
    ...requests.flatMap((request) => [
      ...(request.dueOn ? event(request, 'due', request.dueOn) : []),
      ...(request.targetOn ? event(request, 'target', request.targetOn) : []),
    ]),
    'END:VCALENDAR',
  ];
  return lines.map((line) => `${folded(line)}\r\n`).join('');
}
