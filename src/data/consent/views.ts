import { createHash } from 'node:crypto';
import type { AgeCheck } from '../../law/child-consent.ts';
import { type ConsentStatus, permitsProcessing } from '../../law/consent-status.ts';
import type { ConsentEvent, Vouched } from './model.ts';
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

/** An event without what follows from it: this is kept for repeated requests. */
export type Receipt = Omit<ConsentEvent, 'links'>;

export function toReceipt(row: EventRow): Receipt {
  const status = row.status as ConsentStatus;
  return {
    eventId: row.eventId,
    subjectKind: row.subjectKind as ConsentEvent['subjectKind'],
    purpose: { id: row.purposeId, version: row.purposeVersion },
    status,
    permitsProcessing: permitsProcessing(status),
    consentType: row.consentType as ConsentEvent['consentType'],
    notice: noticeRef(row),
    controllers: row.controllers,
    act: row.act,
    method: row.method,
    source: row.source as Source,
    jurisdiction: row.jurisdiction,
    ...(row.ageCheck ? { ageCheck: row.ageCheck as AgeCheck } : {}),
    ...(row.parentalMethod ? { parentalMethod: row.parentalMethod } : {}),
    decidedAt: row.recordedAt.toISOString(),
    recordedAt: (row.importedAt ?? row.recordedAt).toISOString(),
    ...(row.importedAt ? { imported: { at: row.importedAt.toISOString(), vouchedBy: vouchedFor(row) } } : {}),
    expiresAt: row.expiresAt?.toISOString() ?? null,
  };
}

/** Who stands for an imported decision. The token that imported it stands in the log; people are told of parties. */
export function vouchedFor({ vouchedBy }: Pick<EventRow, 'vouchedBy'>): Vouched {
  const { party, importer, reason } = vouchedBy ?? { importer: 'unknown' };
  return { party: party ?? null, importer, reason: reason ?? null };
}

/** The same in words: the party, and the reason. Null of what was recorded here. */
export function vouchedAs({ vouchedBy }: Pick<EventRow, 'vouchedBy'>): string | null {
  if (!vouchedBy) return null;
  const { party, reason } = vouchedBy;
  return [party?.name, reason].filter((one) => one !== undefined).join(': ');
}

export function withLinks(receipt: Receipt, tenantId: string): ConsentEvent {
  const { id, version, language } = receipt.notice;
  return {
    ...receipt,
    links: {
      self: `/v1/consents/${receipt.eventId}`,
      notice: `/v1/notices/${id}/versions/${version}?language=${language}`,
      receipt: `/receipts/${tenantId}/${receipt.eventId}`,
    },
  };
}

export const toEvent = (row: EventRow): ConsentEvent => withLinks(toReceipt(row), row.tenantId);

/**
 * How the public log names a receipt. Its id itself must not stand there: whoever knows the id may read the receipt and
 * withdraw with it. Of 122 random bits a hash gives nothing away, and who holds the receipt can make the same hash.
 */
export function receiptDigest(receiptId: string): string {
  return createHash('sha256').update(receiptId).digest('hex').slice(0, 32);
}
