import { type ConsentStatus, permitsProcessing } from '../law/consent-status.ts';
import type { ConsentEvent } from './model.ts';
import type { EventRow, StateRow } from './table.ts';

/** Rows as callers see them. */

export type Source = ConsentEvent['source'];

export function noticeRef(row: Pick<StateRow, 'noticeId' | 'noticeMajor' | 'noticeMinor' | 'language' | 'noticeHash'>) {
  return {
    id: row.noticeId,
    version: `${row.noticeMajor}.${row.noticeMinor}`,
    language: row.language,
    hash: row.noticeHash,
  };
}

export function toEvent(row: EventRow): ConsentEvent {
  const status = row.status as ConsentStatus;
  const notice = noticeRef(row);
  return {
    eventId: row.eventId,
    subjectKind: row.subjectKind as ConsentEvent['subjectKind'],
    purpose: { id: row.purposeId, version: row.purposeVersion },
    status,
    permitsProcessing: permitsProcessing(status),
    consentType: row.consentType as ConsentEvent['consentType'],
    notice,
    controllers: row.controllers,
    act: row.act,
    method: row.method,
    source: row.source as Source,
    jurisdiction: row.jurisdiction,
    recordedAt: row.recordedAt.toISOString(),
    expiresAt: row.expiresAt?.toISOString() ?? null,
    links: {
      self: `/v1/consents/${row.eventId}`,
      notice: `/v1/notices/${notice.id}/${notice.version}/${notice.language}`,
    },
  };
}
