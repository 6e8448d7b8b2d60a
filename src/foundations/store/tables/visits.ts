import type { Kit } from '../columns.ts';

/** Visits in their two lives, and their counts. */
export function defineVisitsTables(kit: Kit) {
  const { table, tenantId, text, integer, instant, flag, bytes, json, pseudonym, index, primaryKey } = kit;
  return {
    visits: table(
      'visits',
      {
        tenantId: tenantId(),
        /** UUIDv7: rows of one time lie together. */
        visitId: text('visit_id').notNull(),
        occurredAt: instant('occurred_at').notNull(),
        portal: text('portal').notNull(),
        subjectId: pseudonym('subject_id', 'visits'),
        /** `full` while the sealed part stands, then `reduced`. */
        life: text('life').notNull(),
        addressSealed: bytes('address_sealed'),
        userAgentSealed: bytes('user_agent_sealed'),
        addressIndex: text('address_index'),
        network: text('network'),
        browser: text('browser').notNull(),
        browserMajor: text('browser_major').notNull(),
        platform: text('platform').notNull(),
        robot: flag('robot').notNull(),
        policyHash: text('policy_hash').notNull(),
      },
      (t) => [
        primaryKey({ columns: [t.tenantId, t.visitId] }),
        index('visits_life').on(t.tenantId, t.life, t.occurredAt, t.visitId),
        index('visits_subject').on(t.tenantId, t.subjectId, t.occurredAt),
        index('visits_address').on(t.tenantId, t.addressIndex),
      ],
    ),
    visitDays: table(
      'visit_days',
      {
        tenantId: tenantId(),
        day: text('day').notNull(),
        portal: text('portal').notNull(),
        browser: text('browser').notNull(),
        platform: text('platform').notNull(),
        visits: integer('visits').notNull(),
      },
      (t) => [primaryKey({ columns: [t.tenantId, t.day, t.portal, t.browser, t.platform] })],
    ),
    /** Who visited a portal today, by a pseudonym under the salt of the day; emptied when the salt is destroyed. */
    visitorsToday: table(
      'visitors_today',
      {
        tenantId: tenantId(),
        day: text('day').notNull(),
        portal: text('portal').notNull(),
        visitor: text('visitor').notNull(),
      },
      (t) => [primaryKey({ columns: [t.tenantId, t.day, t.portal, t.visitor] })],
    ),
    /** How many different ones there were, of at least k. */
    visitorDays: table(
      'visitor_days',
      {
        tenantId: tenantId(),
        day: text('day').notNull(),
        portal: text('portal').notNull(),
        visitors: integer('visitors').notNull(),
      },
      (t) => [primaryKey({ columns: [t.tenantId, t.day, t.portal] })],
    ),
    /** Erasures of single visits, or of those of a time, as an officer proposes and another approves them. */
    visitErasures: table(
      'visit_erasures',
      {
        tenantId: tenantId(),
        erasureId: text('erasure_id').notNull(),
        status: text('status').notNull(),
        /** Which visits; what tells of an address or of one visit goes with the end. */
        wanted: json<unknown>('wanted').notNull(),
        /** What was found when somebody looked last. */
        seen: json<unknown>('seen').notNull(),
        digest: text('digest'),
        proposedBy: json<unknown>('proposed_by').notNull(),
        proposedAt: instant('proposed_at').notNull(),
        decidedBy: json<unknown>('decided_by'),
        decidedAt: instant('decided_at'),
        removed: integer('removed').notNull(),
        removedFull: integer('removed_full').notNull(),
        finishedAt: instant('finished_at'),
        certificateId: text('certificate_id'),
      },
      (t) => [
        primaryKey({ columns: [t.tenantId, t.erasureId] }),
        index('visit_erasures_status').on(t.tenantId, t.status),
      ],
    ),
  };
}
