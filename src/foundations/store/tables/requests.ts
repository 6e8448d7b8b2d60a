import type { Kit } from '../columns.ts';

/** Requests of data subjects, what happened to them, and the checks of who asks. */
export function defineRequestsTables(kit: Kit) {
  const { table, tenantId, text, integer, instant, json, bytes, pseudonym, index, uniqueIndex, primaryKey } = kit;
  return {
    /** How each request stands: worked out from its events, kept for lists and reminders. */
    requests: table(
      'requests',
      {
        tenantId: tenantId(),
        requestId: text('request_id').notNull(),
        /** What letters call it: `2026-000017`. */
        reference: text('reference').notNull(),
        type: text('type').notNull(),
        state: text('state').notNull(),
        /** Number of the last event; of two officers who act on it at once, one comes too late. */
        seq: integer('seq').notNull(),
        /** Null: not (yet) known whom it is about. */
        subjectId: pseudonym('subject_id', 'requests'),
        channel: text('channel').notNull(),
        receivedAt: instant('received_at').notNull(),
        /** Local day `YYYY-MM-DD`; null while suspended or closed. */
        dueOn: text('due_on'),
        targetOn: text('target_on'),
        assignedTo: text('assigned_to'),
        /** The request this one repeats. */
        duplicateOf: text('duplicate_of'),
        /** Who asks, how to reach them, in which language, and about which subject: sealed under a key of the request. */
        requesterSealed: bytes('requester_sealed'),
        /** Keyed hash of the requester's address: to find repeats. */
        requesterIndex: text('requester_index'),
        /** SHA-256 of the secret with which the person follows the request. */
        followHash: text('follow_hash'),
        openedAt: instant('opened_at').notNull(),
        closedAt: instant('closed_at'),
        /** When it was brought along, having been dealt with elsewhere; null: it was dealt with here. */
        importedAt: instant('imported_at'),
        updatedAt: instant('updated_at').notNull(),
        policyHash: text('policy_hash').notNull(),
      },
      (t) => [
        primaryKey({ columns: [t.tenantId, t.requestId] }),
        uniqueIndex('requests_reference').on(t.tenantId, t.reference),
        index('requests_state').on(t.tenantId, t.state, t.dueOn),
        index('requests_subject').on(t.tenantId, t.subjectId),
        index('requests_requester').on(t.tenantId, t.requesterIndex),
        index('requests_closed').on(t.tenantId, t.closedAt),
      ],
    ),
    /** What strangers have sent and nobody has confirmed yet. Not a request: no clock, no entry, nobody looked up. */
    unconfirmedRequests: table(
      'unconfirmed_requests',
      {
        tenantId: tenantId(),
        unconfirmedId: text('unconfirmed_id').notNull(),
        /** Keyed hashes, to count by: of the mailbox that was named, of the network (/24, /64) it came from. */
        mailboxIndex: text('mailbox_index').notNull(),
        networkIndex: text('network_index').notNull(),
        /** The day it came: from it the clock runs, if it is confirmed (Art. 12(3)). */
        createdAt: instant('created_at').notNull(),
        /** The row ends then, whatever came of it. */
        expiresAt: instant('expires_at').notNull(),
        /** How the mail that asks to confirm stands: `waiting`, `sent` or `failed`. */
        mail: text('mail').notNull(),
        mailAttempts: integer('mail_attempts').notNull(),
        mailDueAt: instant('mail_due_at'),
        /** All that was typed. Null once it was taken up: what is left is counted by until the day is over. */
        askedSealed: bytes('asked_sealed'),
      },
      (t) => [
        primaryKey({ columns: [t.tenantId, t.unconfirmedId] }),
        // There are a thousand rows a tenant at most: what is counted is counted through the key.
        index('unconfirmed_requests_mail').on(t.tenantId, t.mail, t.mailDueAt),
        index('unconfirmed_requests_expires').on(t.tenantId, t.expiresAt),
      ],
    ),
    /** Everything that happened to a request, in order: codes, days and ids only. */
    requestEvents: table(
      'request_events',
      {
        tenantId: tenantId(),
        requestId: text('request_id').notNull(),
        seq: integer('seq').notNull(),
        kind: text('kind').notNull(),
        occurredAt: instant('occurred_at').notNull(),
        recordedAt: instant('recorded_at').notNull(),
        recordedBy: text('recorded_by').notNull(),
        facts: json<Record<string, unknown>>('facts').notNull(),
        policyHash: text('policy_hash').notNull(),
      },
      (t) => [
        primaryKey({ columns: [t.tenantId, t.requestId, t.seq] }),
        index('request_events_recorded').on(t.tenantId, t.recordedAt),
      ],
    ),
    /** What was written in words of an event (letters, notes, reasons), sealed under a key of the request. */
    requestTexts: table(
      'request_texts',
      {
        tenantId: tenantId(),
        requestId: text('request_id').notNull(),
        seq: integer('seq').notNull(),
        textSealed: bytes('text_sealed').notNull(),
        recordedAt: instant('recorded_at').notNull(),
        /** Of words that tell of a special category: the id under which two persons see them. */
        specialId: text('special_id'),
      },
      (t) => [
        primaryKey({ columns: [t.tenantId, t.requestId, t.seq] }),
        index('request_texts_special').on(t.tenantId, t.specialId),
      ],
    ),
    /** Checks of who somebody is (Art. 12(6)). */
    identityChecks: table(
      'identity_checks',
      {
        tenantId: tenantId(),
        checkId: text('check_id').notNull(),
        requestId: text('request_id').notNull(),
        /** `email-code`, `platform` or `documents`. */
        method: text('method').notNull(),
        status: text('status').notNull(),
        /** Keyed hash of the code that was sent. */
        codeHash: text('code_hash'),
        tries: integer('tries').notNull(),
        askedAt: instant('asked_at').notNull(),
        expiresAt: instant('expires_at'),
        decidedAt: instant('decided_at'),
        decidedBy: text('decided_by'),
      },
      (t) => [
        primaryKey({ columns: [t.tenantId, t.checkId] }),
        index('identity_checks_request').on(t.tenantId, t.requestId),
        index('identity_checks_open').on(t.tenantId, t.status, t.expiresAt),
      ],
    ),
    /** Copies of documents that prove an identity, sealed, only until the check is over (REQ-A17). */
    identityDocuments: table(
      'identity_documents',
      {
        tenantId: tenantId(),
        documentId: text('document_id').notNull(),
        requestId: text('request_id').notNull(),
        checkId: text('check_id').notNull(),
        mediaType: text('media_type').notNull(),
        contentSealed: bytes('content_sealed').notNull(),
        receivedAt: instant('received_at').notNull(),
      },
      (t) => [
        primaryKey({ columns: [t.tenantId, t.documentId] }),
        index('identity_documents_request').on(t.tenantId, t.requestId),
      ],
    ),
  };
}
