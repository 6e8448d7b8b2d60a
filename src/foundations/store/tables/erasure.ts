import type { Kit } from '../columns.ts';

/** Erasures on request, and how far holders outside are with them. */
export function defineErasureTables(kit: Kit) {
  const { table, tenantId, text, integer, instant, json, bytes, pseudonym, index, primaryKey } = kit;
  return {
    erasures: table(
      'erasures',
      {
        tenantId: tenantId(),
        erasureId: text('erasure_id').notNull(),
        /** The pseudonym while the erasure is proposed or runs, null afterwards. */
        subjectId: pseudonym('subject_id', 'erasures'),
        status: text('status').notNull(),
        startedAt: instant('started_at').notNull(),
        finishedAt: instant('finished_at'),
        outcome: json<unknown>('outcome'),
        /** The request of the person it belongs to; null: none. */
        requestId: text('request_id'),
        /** What holders outside know the person by, sealed under a key of the erasure; only while one of them is not done. */
        knownAsSealed: bytes('known_as_sealed'),
        /** Of a finished one: whose and what a hold keeps back, for when nothing protects it any more; null: nothing. */
        held: json<unknown>('held'),
        /** What one officer proposed and another has not decided yet, sealed under a key of the erasure. */
        orderSealed: bytes('order_sealed'),
      },
      (t) => [
        primaryKey({ columns: [t.tenantId, t.erasureId] }),
        index('erasures_subject').on(t.tenantId, t.subjectId),
      ],
    ),
    /** What each holder outside the database still has to do for an erasure: it can be down, or answer days later. */
    erasureParts: table(
      'erasure_parts',
      {
        tenantId: tenantId(),
        erasureId: text('erasure_id').notNull(),
        holder: text('holder').notNull(),
        /** `pending`, `accepted` (it will answer), `done`, `failed` (given up: an officer decides). */
        status: text('status').notNull(),
        attempts: integer('attempts').notNull(),
        nextAttemptAt: instant('next_attempt_at'),
        /** Where it goes on; the holder's own. */
        cursor: text('cursor'),
        /** What the holder calls the work it accepted. */
        reference: text('reference'),
        outcome: json<unknown>('outcome'),
        /** Why the last attempt failed: a code. */
        failure: text('failure'),
        updatedAt: instant('updated_at').notNull(),
      },
      (t) => [
        primaryKey({ columns: [t.tenantId, t.erasureId, t.holder] }),
        index('erasure_parts_due').on(t.tenantId, t.status, t.nextAttemptAt),
      ],
    ),
  };
}
