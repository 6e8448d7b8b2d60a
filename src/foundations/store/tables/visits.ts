import type { Kit } from '../columns.ts';

/** Visits in their two lives, and their counts. */
export function defineVisitsTables(kit: Kit) {
  const { table, tenantId, text, integer, instant, flag, bytes, pseudonym, index, primaryKey } = kit;
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
  };
}
