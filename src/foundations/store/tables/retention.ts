import type { Kit } from '../columns.ts';

/** What protects data, what is due, and the runs that treat it. */
export function defineRetentionTables(kit: Kit) {
  const { table, tenantId, text, integer, instant, json, bytes, pseudonym, index, uniqueIndex, primaryKey } = kit;
  return {
    holds: table(
      'holds',
      {
        tenantId: tenantId(),
        holdId: text('hold_id').notNull(),
        kind: text('kind').notNull(),
        /** Null: every subject. */
        subjectId: pseudonym('subject_id', 'holds'),
        /** Null: every category. */
        category: text('category'),
        reference: text('reference').notNull(),
        placedAt: instant('placed_at').notNull(),
        placedBy: text('placed_by').notNull(),
        /** When it began, where that was elsewhere and it was brought along; null: it began here, as it was placed. */
        since: instant('since_at'),
        /** Null: every purpose. An objection stops processing for one (Art. 21). */
        purpose: text('purpose'),
        /** The request of the person it belongs to; null: none. */
        requestId: text('request_id'),
        /** The name it was placed for, as holders outside know the person; sealed under a key of the hold, until its end. */
        knownAsSealed: bytes('known_as_sealed'),
        until: instant('until_at'),
        releasedAt: instant('released_at'),
        releasedBy: text('released_by'),
      },
      (t) => [
        primaryKey({ columns: [t.tenantId, t.holdId] }),
        index('holds_active').on(t.tenantId, t.releasedAt, t.subjectId),
      ],
    ),
    retentionPlans: table(
      'retention_plans',
      {
        tenantId: tenantId(),
        planId: text('plan_id').notNull(),
        asOf: instant('as_of').notNull(),
        digest: text('digest').notNull(),
        policyHash: text('policy_hash').notNull(),
        plan: json<unknown>('plan').notNull(),
        createdAt: instant('created_at').notNull(),
        createdBy: text('created_by').notNull(),
      },
      (t) => [
        primaryKey({ columns: [t.tenantId, t.planId] }),
        uniqueIndex('retention_plans_digest').on(t.tenantId, t.digest, t.planId),
      ],
    ),
    sweeps: table(
      'sweeps',
      {
        tenantId: tenantId(),
        sweepId: text('sweep_id').notNull(),
        asOf: instant('as_of').notNull(),
        status: text('status').notNull(),
        planDigest: text('plan_digest'),
        policyHash: text('policy_hash').notNull(),
        requestedBy: text('requested_by').notNull(),
        approvedBy: text('approved_by'),
        startedAt: instant('started_at').notNull(),
        finishedAt: instant('finished_at'),
        failure: text('failure'),
        certificateId: text('certificate_id'),
        /** It treats the rows of this review and no others, whatever their period; null: what is due. */
        reviewId: text('review_id'),
      },
      (t) => [primaryKey({ columns: [t.tenantId, t.sweepId] }), index('sweeps_started').on(t.tenantId, t.startedAt)],
    ),
    sweepSteps: table(
      'sweep_steps',
      {
        tenantId: tenantId(),
        sweepId: text('sweep_id').notNull(),
        ruleId: text('rule_id').notNull(),
        position: integer('position').notNull(),
        status: text('status').notNull(),
        due: integer('due').notNull(),
        held: integer('held').notNull(),
        /** Rows past their period that a condition keeps, by condition; null: the rule has none. */
        kept: json<{ id: string; rows: number }[]>('kept'),
        /** Rows whose period is over and whose person was not warned in time; null: its rule warns nobody. */
        unwarned: integer('unwarned'),
        treated: integer('treated').notNull(),
        suppressed: integer('suppressed').notNull(),
        batches: integer('batches').notNull(),
        /** Rows still due in a second look after the last batch; null before it. */
        remaining: integer('remaining'),
        /** Where the next batch goes on; the holder's own cursor. */
        cursor: text('cursor'),
        /** How many people the due rows are about; null where nobody could tell. */
        people: integer('people'),
        /** Of the due rows as they were last looked at; null: not yet, or their holder could not be asked. */
        digest: text('digest'),
        /** What the rule reached when it was looked at. */
        reach: json<unknown>('reach'),
        /** Why it waits for an officer, or would if anything were due; null: it does not. */
        waitsFor: text('waits_for'),
        waitsInWords: text('waits_in_words'),
        approvedBy: text('approved_by'),
        /** The certificate that has it; null before. */
        certificateId: text('certificate_id'),
      },
      (t) => [
        primaryKey({ columns: [t.tenantId, t.sweepId, t.ruleId] }),
        index('sweep_steps_status').on(t.status, t.tenantId),
      ],
    ),
    /** What of each rule an officer has agreed to, or has run by itself: how far it may reach without being asked again. */
    retentionApprovals: table(
      'retention_approvals',
      {
        tenantId: tenantId(),
        ruleId: text('rule_id').notNull(),
        reach: json<unknown>('reach').notNull(),
        sweepId: text('sweep_id').notNull(),
        /** Null: it ran by itself, as its policy lets it. */
        approvedBy: text('approved_by'),
        approvedAt: instant('approved_at').notNull(),
      },
      (t) => [primaryKey({ columns: [t.tenantId, t.ruleId] })],
    ),
    /** Rows that a person must look at before anything becomes of them: per rule, and per person where they are of one. */
    retentionReviews: table(
      'retention_reviews',
      {
        tenantId: tenantId(),
        reviewId: text('review_id').notNull(),
        ruleId: text('rule_id').notNull(),
        category: text('category').notNull(),
        /** Why it is looked at: `period`, `no-address`, `mail-failed`. */
        why: text('why').notNull(),
        /** How many rows, when it was opened. */
        rows: integer('rows').notNull(),
        /** When the period of the oldest was over. */
        dueSince: instant('due_since').notNull(),
        openedAt: instant('opened_at').notNull(),
        /** `open`, `kept`, `proposed`, `treating`, `treated`, `gone`. */
        state: text('state').notNull(),
        keptUntil: instant('kept_until'),
        /** What the officer wrote, sealed. */
        reasonSealed: bytes('reason_sealed'),
        /** The rule that is to treat exactly these rows. */
        treatRule: text('treat_rule'),
        decidedBy: text('decided_by'),
        decidedRole: text('decided_role'),
        decidedAt: instant('decided_at'),
        approvedBy: text('approved_by'),
        /** The sweep that does it. */
        sweepId: text('sweep_id'),
      },
      (t) => [
        primaryKey({ columns: [t.tenantId, t.reviewId] }),
        index('retention_reviews_state').on(t.tenantId, t.state, t.openedAt),
      ],
    ),
    /** Which rows: one stands in one review of a rule at a time. */
    retentionReviewRows: table(
      'retention_review_rows',
      {
        tenantId: tenantId(),
        ruleId: text('rule_id').notNull(),
        /** As it stands in the row: whose it is only that row tells. */
        rowKey: text('row_key').notNull(),
        reviewId: text('review_id').notNull(),
      },
      (t) => [
        primaryKey({ columns: [t.tenantId, t.ruleId, t.rowKey] }),
        index('retention_review_rows_review').on(t.tenantId, t.reviewId),
      ],
    ),
    /** The latest instant each tenant's clock is known to have shown rightly: what it is held against. */
    clockMarks: table(
      'clock_marks',
      {
        tenantId: tenantId(),
        seenAt: instant('seen_at').notNull(),
        /** By how much the clock was ahead of the database server's when an officer confirmed it, in milliseconds. */
        serverOffset: integer('server_offset').notNull(),
        confirmedAt: instant('confirmed_at'),
        confirmedBy: text('confirmed_by'),
      },
      (t) => [primaryKey({ columns: [t.tenantId] })],
    ),
  };
}
