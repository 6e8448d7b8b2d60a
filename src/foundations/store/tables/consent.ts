import type { Kit } from '../columns.ts';

/** Who stands for what was not recorded here. */
export interface Vouching {
  /** A party, by its id and its name at the import. */
  party?: { id: string; name: string };
  /** Id of the token or command that imported it. */
  importer: string;
  reason?: string;
}

/** Decisions on consent, whose they are, and the texts they were made on. */
export function defineConsentTables(kit: Kit) {
  const { table, tenantId, text, integer, instant, json, bytes, pseudonym, index, uniqueIndex, primaryKey } = kit;
  return {
    consentEvents: table(
      'consent_events',
      {
        tenantId: tenantId(),
        /** UUIDv4; also the receipt id (REQ-C01). */
        eventId: text('event_id').notNull(),
        subjectId: pseudonym('subject_id', 'consents').notNull(),
        subjectKind: text('subject_kind').notNull(),
        purposeId: text('purpose_id').notNull(),
        /**
         * The place in the history of a subject and purpose, which decides (REQ-C04): made of the instant of the decision,
         * so that one of the past finds its place, and after all before it, so that for what was recorded here it is the
         * order of the server (data/consent/place.ts).
         */
        seq: integer('seq').notNull(),
        status: text('status').notNull(),
        consentType: text('consent_type').notNull(),
        purposeVersion: text('purpose_version').notNull(),
        noticeId: text('notice_id').notNull(),
        noticeMajor: integer('notice_major').notNull(),
        noticeMinor: integer('notice_minor').notNull(),
        noticeHash: text('notice_hash').notNull(),
        language: text('language').notNull(),
        controllers: json<string[]>('controllers').notNull(),
        act: text('act').notNull(),
        method: text('method').notNull(),
        source: text('source').notNull(),
        jurisdiction: text('jurisdiction').notNull(),
        /** `of-age`, `parental` or `parental-missing`, of who was asked for their age (Art. 8); the age itself is not kept. */
        ageCheck: text('age_check'),
        /** How the authorisation of a parent was verified: a code. */
        parentalMethod: text('parental_method'),
        /** Who authorised it, sealed under the subject's key. */
        parentalSealed: bytes('parental_sealed'),
        /** Reduced address and user agent, sealed under the subject's key. */
        evidenceSealed: bytes('evidence_sealed'),
        /**
         * When it was decided, which expiry and retention count from: of what was recorded here by our clock, of what was
         * imported as whoever vouches for it says.
         */
        recordedAt: instant('recorded_at').notNull(),
        /** When it was imported; null: it was recorded here. */
        importedAt: instant('imported_at'),
        /** Who says that an imported decision was made so: a party of the register, or who imported it and why. */
        vouchedBy: json<Vouching>('vouched_by'),
        /** End of this decision's life (start of the local day), null when it does not expire by itself; of `expired`: the end it tells of. */
        expiresAt: instant('expires_at'),
        policyHash: text('policy_hash').notNull(),
      },
      (t) => [
        primaryKey({ columns: [t.tenantId, t.eventId] }),
        uniqueIndex('consent_events_current').on(t.tenantId, t.subjectId, t.purposeId, t.seq),
        index('consent_events_expiry').on(t.tenantId, t.expiresAt),
        index('consent_events_recorded').on(t.tenantId, t.recordedAt),
      ],
    ),
    subjectLinks: table(
      'subject_links',
      {
        tenantId: tenantId(),
        visitorId: pseudonym('visitor_id', 'links.visitor').notNull(),
        accountId: pseudonym('account_id', 'links.account').notNull(),
        linkedAt: instant('linked_at').notNull(),
      },
      (t) => [
        // A visitor belongs to one account at most: whose choice it was must stay clear.
        primaryKey({ columns: [t.tenantId, t.visitorId] }),
        index('subject_links_account').on(t.tenantId, t.accountId),
        index('subject_links_linked').on(t.tenantId, t.linkedAt),
      ],
    ),
    /** Every text ever shown to people, by what the events name it: kept after the policies have moved on (REQ-A19). */
    noticeTexts: table(
      'notice_texts',
      {
        /** `*`: notices belong to the installation. */
        tenantId: tenantId(),
        noticeHash: text('notice_hash').notNull(),
        noticeId: text('notice_id').notNull(),
        version: text('version').notNull(),
        language: text('language').notNull(),
        text: text('text').notNull(),
        firstLoadedAt: instant('first_loaded_at').notNull(),
      },
      (t) => [
        primaryKey({ columns: [t.tenantId, t.noticeHash] }),
        index('notice_texts_version').on(t.tenantId, t.noticeId, t.version, t.language),
      ],
    ),
  };
}
