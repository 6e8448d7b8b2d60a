import type { Kit } from '../columns.ts';

/** To whom data went, and who must be told of what became of it (Art. 19). */
export function defineRecipientsTables(kit: Kit) {
  const { table, tenantId, text, instant, json, bytes, pseudonym, index, primaryKey } = kit;
  return {
    /** To whom data of a person was disclosed: who must be told of rectification, erasure and restriction. */
    recipientDisclosures: table(
      'recipient_disclosures',
      {
        tenantId: tenantId(),
        disclosureId: text('disclosure_id').notNull(),
        subjectId: pseudonym('subject_id', 'recipients').notNull(),
        /** Party of the register. */
        party: text('party').notNull(),
        categories: json<string[]>('categories').notNull(),
        /** Where it was made public or passed on: a DOI, an id of the recipient; sealed under the person's key. */
        referenceSealed: bytes('reference_sealed'),
        disclosedAt: instant('disclosed_at').notNull(),
        recordedAt: instant('recorded_at').notNull(),
        policyHash: text('policy_hash').notNull(),
      },
      (t) => [
        primaryKey({ columns: [t.tenantId, t.disclosureId] }),
        index('recipient_disclosures_subject').on(t.tenantId, t.subjectId, t.party),
        index('recipient_disclosures_disclosed').on(t.tenantId, t.disclosedAt),
      ],
    ),
    /** One notification to one recipient. */
    recipientTasks: table(
      'recipient_tasks',
      {
        tenantId: tenantId(),
        taskId: text('task_id').notNull(),
        requestId: text('request_id'),
        party: text('party').notNull(),
        /** `rectification`, `erasure`, `restriction`, `restriction-lifted`, `objection`. */
        what: text('what').notNull(),
        categories: json<string[]>('categories').notNull(),
        /** `webhook`, `email`, `opendsr` or `manual`. */
        channel: text('channel').notNull(),
        status: text('status').notNull(),
        /** The message of the outbox, or the OpenDSR request, that carries it. */
        messageId: text('message_id'),
        dueAt: instant('due_at').notNull(),
        createdAt: instant('created_at').notNull(),
        answeredAt: instant('answered_at'),
        /** `done`, `refused`, `impossible`, `disproportionate`, `not-held`. */
        answer: text('answer'),
        /** What the recipient knows the person by, sealed under a key of the task: to tell it, until it has answered. */
        identifiersSealed: bytes('identifiers_sealed'),
        /** Reasons in words, sealed under a key of the tenant. */
        reasonSealed: bytes('reason_sealed'),
        updatedAt: instant('updated_at').notNull(),
      },
      (t) => [
        primaryKey({ columns: [t.tenantId, t.taskId] }),
        index('recipient_tasks_request').on(t.tenantId, t.requestId),
        index('recipient_tasks_status').on(t.tenantId, t.status, t.dueAt),
        index('recipient_tasks_message').on(t.tenantId, t.messageId),
      ],
    ),
  };
}
