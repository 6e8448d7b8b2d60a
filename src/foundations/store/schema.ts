import type { Kit } from './columns.ts';

/**
 * Every table, declared once for both engines. Rules that hold for all of them:
 * a primary key starts with `tenant_id` (`*` where a row belongs to the installation); what identifies a person is
 * sealed (`…_sealed`) or a keyed hash (`…_index`, `subject_id`); defaults are given by the code, never by the engine.
 * `subject_id` is the keyed hash of a visitor or account id (see vault/subjects.ts), never the id itself.
 */
export function defineTables(k: Kit) {
  const { table, text, integer, instant, json, flag, bytes, index, uniqueIndex, primaryKey } = k;
  const id = () => text('tenant_id').notNull();

  return {
    // ── access ──
    tenants: table(
      'tenants',
      {
        tenantId: id(),
        name: text('name').notNull(),
        timeZone: text('time_zone').notNull(),
        jurisdiction: text('jurisdiction').notNull(),
        language: text('language').notNull(),
        /** Where the tenant's data may be: a region of the policies; null, in old rows: the home region. */
        region: text('region'),
        origins: json<string[]>('origins').notNull(),
        gpcSince: instant('gpc_since').notNull(),
        createdAt: instant('created_at').notNull(),
      },
      (t) => [primaryKey({ columns: [t.tenantId] })],
    ),
    apiTokens: table(
      'api_tokens',
      {
        tenantId: id(),
        tokenId: text('token_id').notNull(),
        /** True: acts in every tenant (chosen by the `Lethe-Tenant` header); `tenantId` is then its home. */
        everyTenant: flag('every_tenant').notNull(),
        role: text('role').notNull(),
        label: text('label').notNull(),
        secretHash: text('secret_hash').notNull(),
        hint: text('hint').notNull(),
        createdAt: instant('created_at').notNull(),
        createdBy: text('created_by').notNull(),
        expiresAt: instant('expires_at'),
        revokedAt: instant('revoked_at'),
        lastUsedAt: instant('last_used_at'),
      },
      (t) => [primaryKey({ columns: [t.tenantId, t.tokenId] }), uniqueIndex('api_tokens_secret').on(t.secretHash)],
    ),
    idempotencyKeys: table(
      'idempotency_keys',
      {
        tenantId: id(),
        caller: text('caller').notNull(),
        idempotencyKey: text('idempotency_key').notNull(),
        operation: text('operation').notNull(),
        fingerprint: text('fingerprint').notNull(),
        result: json<unknown>('result').notNull(),
        createdAt: instant('created_at').notNull(),
      },
      (t) => [
        primaryKey({ columns: [t.tenantId, t.caller, t.idempotencyKey] }),
        index('idempotency_keys_age').on(t.tenantId, t.createdAt),
      ],
    ),

    // ── consent ──
    consentEvents: table(
      'consent_events',
      {
        tenantId: id(),
        /** UUIDv4; also the receipt id (REQ-C01). */
        eventId: text('event_id').notNull(),
        subjectId: text('subject_id').notNull(),
        subjectKind: text('subject_kind').notNull(),
        purposeId: text('purpose_id').notNull(),
        /** 1, 2, 3 … per subject and purpose: server order, which decides (REQ-C04). */
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
        /** Reduced address and user agent, sealed under the subject's key. */
        evidenceSealed: bytes('evidence_sealed'),
        recordedAt: instant('recorded_at').notNull(),
        /** End of this decision's life (start of the local day), null when it does not expire by itself. */
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
        tenantId: id(),
        visitorId: text('visitor_id').notNull(),
        accountId: text('account_id').notNull(),
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
        tenantId: id(),
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

    // ── visits ──
    visits: table(
      'visits',
      {
        tenantId: id(),
        /** UUIDv7: rows of one time lie together. */
        visitId: text('visit_id').notNull(),
        occurredAt: instant('occurred_at').notNull(),
        portal: text('portal').notNull(),
        subjectId: text('subject_id'),
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
        tenantId: id(),
        day: text('day').notNull(),
        portal: text('portal').notNull(),
        browser: text('browser').notNull(),
        platform: text('platform').notNull(),
        visits: integer('visits').notNull(),
      },
      (t) => [primaryKey({ columns: [t.tenantId, t.day, t.portal, t.browser, t.platform] })],
    ),
    imports: table(
      'imports',
      {
        tenantId: id(),
        importId: text('import_id').notNull(),
        kind: text('kind').notNull(),
        /** Keyed hash of the head and size of the source; never its name. */
        sourceIndex: text('source_index').notNull(),
        position: integer('position').notNull(),
        accepted: integer('accepted').notNull(),
        rejected: integer('rejected').notNull(),
        /** Bytes of the reject file that belong to lines read up to `position`. */
        rejectedBytes: integer('rejected_bytes').notNull(),
        startedAt: instant('started_at').notNull(),
        finishedAt: instant('finished_at'),
      },
      (t) => [
        primaryKey({ columns: [t.tenantId, t.importId] }),
        uniqueIndex('imports_source').on(t.tenantId, t.kind, t.sourceIndex),
      ],
    ),

    // ── profiles ──
    profiles: table(
      'profiles',
      {
        tenantId: id(),
        subjectId: text('subject_id').notNull(),
        /** The platform's user id, sealed: needed to speak to the platform about this person. Goes with the identity. */
        accountSealed: bytes('account_sealed'),
        nameSealed: bytes('name_sealed'),
        titleSealed: bytes('title_sealed'),
        emailSealed: bytes('email_sealed'),
        emailIndex: text('email_index'),
        interestsSealed: bytes('interests_sealed'),
        citySealed: bytes('city_sealed'),
        countrySealed: bytes('country_sealed'),
        /** What the person added to it themselves (Art. 16, second sentence). */
        statementSealed: bytes('statement_sealed'),
        version: integer('version').notNull(),
        createdAt: instant('created_at').notNull(),
        updatedAt: instant('updated_at').notNull(),
        lastActivityAt: instant('last_activity_at').notNull(),
        policyHash: text('policy_hash').notNull(),
      },
      (t) => [
        primaryKey({ columns: [t.tenantId, t.subjectId] }),
        index('profiles_email').on(t.tenantId, t.emailIndex),
        index('profiles_activity').on(t.tenantId, t.lastActivityAt),
      ],
    ),

    // ── content ──
    associations: table(
      'associations',
      {
        tenantId: id(),
        associationId: text('association_id').notNull(),
        /** Null once reduced to the minimum that may stay after erasure (REQ-A31). */
        subjectId: text('subject_id'),
        doi: text('doi').notNull(),
        role: text('role').notNull(),
        itemVersion: text('item_version').notNull(),
        visibility: text('visibility').notNull(),
        titleSealed: bytes('title_sealed'),
        nameSealed: bytes('name_sealed').notNull(),
        orcidSealed: bytes('orcid_sealed'),
        publishedOn: text('published_on'),
        ground: text('ground'),
        reviewAt: instant('review_at'),
        version: integer('version').notNull(),
        createdAt: instant('created_at').notNull(),
        updatedAt: instant('updated_at').notNull(),
        minimisedAt: instant('minimised_at'),
        policyHash: text('policy_hash').notNull(),
      },
      (t) => [
        primaryKey({ columns: [t.tenantId, t.associationId] }),
        uniqueIndex('associations_subject').on(t.tenantId, t.subjectId, t.doi),
        index('associations_item').on(t.tenantId, t.doi),
        index('associations_updated').on(t.tenantId, t.visibility, t.updatedAt),
      ],
    ),

    // ── retention ──
    holds: table(
      'holds',
      {
        tenantId: id(),
        holdId: text('hold_id').notNull(),
        kind: text('kind').notNull(),
        /** Null: every subject. */
        subjectId: text('subject_id'),
        /** Null: every category. */
        category: text('category'),
        reference: text('reference').notNull(),
        placedAt: instant('placed_at').notNull(),
        placedBy: text('placed_by').notNull(),
        /** Null: every purpose. An objection stops processing for one (Art. 21). */
        purpose: text('purpose'),
        /** The request of the person it belongs to; null: none. */
        requestId: text('request_id'),
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
        tenantId: id(),
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
        tenantId: id(),
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
      },
      (t) => [primaryKey({ columns: [t.tenantId, t.sweepId] }), index('sweeps_started').on(t.tenantId, t.startedAt)],
    ),
    sweepSteps: table(
      'sweep_steps',
      {
        tenantId: id(),
        sweepId: text('sweep_id').notNull(),
        ruleId: text('rule_id').notNull(),
        position: integer('position').notNull(),
        status: text('status').notNull(),
        due: integer('due').notNull(),
        held: integer('held').notNull(),
        treated: integer('treated').notNull(),
        suppressed: integer('suppressed').notNull(),
        batches: integer('batches').notNull(),
        /** Rows still due in a second look after the last batch; null before it. */
        remaining: integer('remaining'),
        /** Where the next batch goes on; the holder's own cursor. */
        cursor: text('cursor'),
      },
      (t) => [primaryKey({ columns: [t.tenantId, t.sweepId, t.ruleId] })],
    ),
    certificates: table(
      'certificates',
      {
        tenantId: id(),
        certificateId: text('certificate_id').notNull(),
        kind: text('kind').notNull(),
        issuedAt: instant('issued_at').notNull(),
        body: json<unknown>('body').notNull(),
      },
      (t) => [primaryKey({ columns: [t.tenantId, t.certificateId] })],
    ),

    // ── erasure on request ──
    erasures: table(
      'erasures',
      {
        tenantId: id(),
        erasureId: text('erasure_id').notNull(),
        /** The pseudonym while the erasure runs, null afterwards. */
        subjectId: text('subject_id'),
        status: text('status').notNull(),
        startedAt: instant('started_at').notNull(),
        finishedAt: instant('finished_at'),
        outcome: json<unknown>('outcome'),
        /** The request of the person it belongs to; null: none. */
        requestId: text('request_id'),
        /** What holders outside know the person by, sealed under a key of the erasure; only while one of them is not done. */
        knownAsSealed: bytes('known_as_sealed'),
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
        tenantId: id(),
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

    // ── requests of data subjects ──
    /** How each request stands: worked out from its events, kept for lists and reminders. */
    requests: table(
      'requests',
      {
        tenantId: id(),
        requestId: text('request_id').notNull(),
        /** What letters call it: `2026-000017`. */
        reference: text('reference').notNull(),
        type: text('type').notNull(),
        state: text('state').notNull(),
        /** Number of the last event; of two officers who act on it at once, one comes too late. */
        seq: integer('seq').notNull(),
        /** Null: not (yet) known whom it is about. */
        subjectId: text('subject_id'),
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
    /** Everything that happened to a request, in order: codes, days and ids only. */
    requestEvents: table(
      'request_events',
      {
        tenantId: id(),
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
        tenantId: id(),
        requestId: text('request_id').notNull(),
        seq: integer('seq').notNull(),
        textSealed: bytes('text_sealed').notNull(),
        recordedAt: instant('recorded_at').notNull(),
      },
      (t) => [primaryKey({ columns: [t.tenantId, t.requestId, t.seq] })],
    ),
    /** Checks of who somebody is (Art. 12(6)). */
    identityChecks: table(
      'identity_checks',
      {
        tenantId: id(),
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
        tenantId: id(),
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

    // ── packages for the person (Art. 15, 20) ──
    packages: table(
      'packages',
      {
        tenantId: id(),
        packageId: text('package_id').notNull(),
        requestId: text('request_id'),
        /** `access` or `portability`. */
        kind: text('kind').notNull(),
        status: text('status').notNull(),
        subjectId: text('subject_id'),
        /** The instant whose data it holds. */
        snapshotAt: instant('snapshot_at').notNull(),
        /** What goes in, and how: language, redactions; no values. */
        order: json<Record<string, unknown>>('package_order').notNull(),
        /** Files with sizes, counts and SHA-256; null until it is made. */
        manifest: json<unknown>('manifest'),
        bytes: integer('bytes'),
        sha256: text('sha256'),
        preparedBy: text('prepared_by').notNull(),
        approvedBy: text('approved_by'),
        approvedAt: instant('approved_at'),
        /** `link` or `passphrase`. */
        release: text('release'),
        /** SHA-256 of the one-time link's secret. */
        linkHash: text('link_hash'),
        linkExpiresAt: instant('link_expires_at'),
        releasedAt: instant('released_at'),
        deliveredAt: instant('delivered_at'),
        destroyAfter: instant('destroy_after'),
        destroyedAt: instant('destroyed_at'),
        failure: text('failure'),
        createdAt: instant('created_at').notNull(),
        policyHash: text('policy_hash').notNull(),
      },
      (t) => [
        primaryKey({ columns: [t.tenantId, t.packageId] }),
        index('packages_request').on(t.tenantId, t.requestId),
        index('packages_status').on(t.tenantId, t.status, t.destroyAfter),
        index('packages_subject').on(t.tenantId, t.subjectId),
      ],
    ),
    /** The bytes of a package, piece by piece, sealed under a key of the package. */
    packageChunks: table(
      'package_chunks',
      {
        tenantId: id(),
        packageId: text('package_id').notNull(),
        position: integer('position').notNull(),
        contentSealed: bytes('content_sealed').notNull(),
      },
      (t) => [primaryKey({ columns: [t.tenantId, t.packageId, t.position] })],
    ),

    // ── recipients (Art. 19) ──
    /** To whom data of a person was disclosed: who must be told of rectification, erasure and restriction. */
    recipientDisclosures: table(
      'recipient_disclosures',
      {
        tenantId: id(),
        disclosureId: text('disclosure_id').notNull(),
        subjectId: text('subject_id').notNull(),
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
        tenantId: id(),
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

    // ── OpenDSR 2.0 ──
    /** What controllers have sent to us as their processor, and what we have sent to ours. */
    opendsrRequests: table(
      'opendsr_requests',
      {
        tenantId: id(),
        /** `received` or `sent`. */
        direction: text('direction').notNull(),
        subjectRequestId: text('subject_request_id').notNull(),
        /** The controller who sent it, or the processor it went to: a party, or the id of a credential. */
        counterpart: text('counterpart').notNull(),
        type: text('type').notNull(),
        status: text('status').notNull(),
        /** Keyed hash of the body: the same id with another body is refused. */
        fingerprint: text('fingerprint').notNull(),
        requestId: text('request_id'),
        taskId: text('task_id'),
        /** Body, callback addresses and answer, sealed under a key of the tenant; emptied when it is over. */
        payloadSealed: bytes('payload_sealed'),
        receivedAt: instant('received_at').notNull(),
        expectedAt: instant('expected_at'),
        nextPollAt: instant('next_poll_at'),
        updatedAt: instant('updated_at').notNull(),
      },
      (t) => [
        primaryKey({ columns: [t.tenantId, t.direction, t.subjectRequestId] }),
        index('opendsr_requests_request').on(t.tenantId, t.requestId),
        index('opendsr_requests_poll').on(t.tenantId, t.direction, t.status, t.nextPollAt),
      ],
    ),

    /** Whom not to take in again unasked: keyed hashes of what an erased person was known by. */
    suppressions: table(
      'suppressions',
      {
        tenantId: id(),
        token: text('token').notNull(),
        /** What was hashed: `account` or `email`. */
        kind: text('kind').notNull(),
        /** The erasure that made it: all tokens of one person go together. */
        erasureId: text('erasure_id').notNull(),
        createdAt: instant('created_at').notNull(),
        expiresAt: instant('expires_at').notNull(),
      },
      (t) => [
        primaryKey({ columns: [t.tenantId, t.token] }),
        index('suppressions_erasure').on(t.tenantId, t.erasureId),
        index('suppressions_expiry').on(t.tenantId, t.expiresAt),
      ],
    ),

    // ── looking at personal data ──
    /** What only two persons together may see: asked for by one, approved by another, seen once. */
    disclosures: table(
      'disclosures',
      {
        tenantId: id(),
        disclosureId: text('disclosure_id').notNull(),
        /** `address` or `export`. */
        kind: text('kind').notNull(),
        purpose: text('purpose').notNull(),
        reference: text('reference'),
        /** What is to be seen: ids of rows, filters; never values. */
        target: json<Record<string, unknown>>('target').notNull(),
        /** The party of the register an export goes to; null: it stays in the house. */
        recipient: text('recipient'),
        status: text('status').notNull(),
        requestedBy: text('requested_by').notNull(),
        requestedAt: instant('requested_at').notNull(),
        decidedBy: text('decided_by'),
        decidedAt: instant('decided_at'),
        expiresAt: instant('expires_at').notNull(),
        usedAt: instant('used_at'),
      },
      (t) => [
        primaryKey({ columns: [t.tenantId, t.disclosureId] }),
        index('disclosures_requested').on(t.tenantId, t.requestedAt),
      ],
    ),

    // ── register ──
    /** Every set of policies this installation ever worked under, whole: what an old hash means. */
    policySets: table(
      'policy_sets',
      {
        tenantId: id(),
        hash: text('hash').notNull(),
        content: json<unknown>('content').notNull(),
        firstLoadedAt: instant('first_loaded_at').notNull(),
      },
      (t) => [primaryKey({ columns: [t.tenantId, t.hash] })],
    ),
    /**
     * What people did to the register (signed, corrected, announced, objected …). Only ever added to; the latest thing
     * recorded about an instant stands.
     */
    registerFacts: table(
      'register_facts',
      {
        tenantId: id(),
        kind: text('kind').notNull(),
        entityId: text('entity_id').notNull(),
        /** 1, 2, 3 … per entity: of two who change the same at once, one comes too late. */
        version: integer('version').notNull(),
        /** Null: there is no such thing in that time. */
        value: json<unknown>('value'),
        validFrom: instant('valid_from').notNull(),
        /** Exclusive; null: until something later is recorded. */
        validUntil: instant('valid_until'),
        recordedAt: instant('recorded_at').notNull(),
        recordedBy: text('recorded_by').notNull(),
        /** Why the past was corrected; null where nothing past was touched. */
        reason: text('reason'),
        policyHash: text('policy_hash').notNull(),
      },
      (t) => [
        primaryKey({ columns: [t.tenantId, t.kind, t.entityId, t.version] }),
        index('register_facts_recorded').on(t.tenantId, t.recordedAt),
      ],
    ),

    // ── breaches ──
    /** The register of breaches (Art. 33(5)): what was found, decided and told, in order. */
    breachEvents: table(
      'breach_events',
      {
        tenantId: id(),
        breachId: text('breach_id').notNull(),
        seq: integer('seq').notNull(),
        kind: text('kind').notNull(),
        occurredAt: instant('occurred_at').notNull(),
        recordedAt: instant('recorded_at').notNull(),
        recordedBy: text('recorded_by').notNull(),
        /** Codes and numbers. */
        facts: json<Record<string, unknown>>('facts').notNull(),
        /** What was written in words, sealed under a key of the tenant. */
        textSealed: bytes('text_sealed'),
        policyHash: text('policy_hash').notNull(),
      },
      (t) => [
        primaryKey({ columns: [t.tenantId, t.breachId, t.seq] }),
        index('breach_events_recorded').on(t.tenantId, t.recordedAt),
      ],
    ),

    // ── messages to others ──
    outboxMessages: table(
      'outbox_messages',
      {
        tenantId: id(),
        messageId: text('message_id').notNull(),
        topic: text('topic').notNull(),
        /** Party of the register it is for. */
        party: text('party').notNull(),
        /** `webhook` or `email`. */
        channel: text('channel').notNull(),
        targetSealed: bytes('target_sealed').notNull(),
        payloadSealed: bytes('payload_sealed').notNull(),
        status: text('status').notNull(),
        attempts: integer('attempts').notNull(),
        createdAt: instant('created_at').notNull(),
        nextAttemptAt: instant('next_attempt_at'),
        deliveredAt: instant('delivered_at'),
        failure: text('failure'),
      },
      (t) => [
        primaryKey({ columns: [t.tenantId, t.messageId] }),
        index('outbox_messages_due').on(t.tenantId, t.status, t.nextAttemptAt),
        index('outbox_messages_topic').on(t.tenantId, t.topic, t.createdAt),
      ],
    ),

    // ── jobs ──
    leases: table(
      'leases',
      {
        tenantId: id(),
        name: text('name').notNull(),
        holder: text('holder').notNull(),
        /** Fencing token: grows with every new holder. */
        fence: integer('fence').notNull(),
        expiresAt: instant('expires_at').notNull(),
      },
      (t) => [primaryKey({ columns: [t.tenantId, t.name] })],
    ),
    jobRuns: table(
      'job_runs',
      {
        tenantId: id(),
        /** `<job>:<fire time>`: one instance inserts it, the others find it there. */
        runKey: text('run_key').notNull(),
        job: text('job').notNull(),
        holder: text('holder').notNull(),
        status: text('status').notNull(),
        startedAt: instant('started_at').notNull(),
        finishedAt: instant('finished_at'),
        failure: text('failure'),
      },
      (t) => [
        primaryKey({ columns: [t.tenantId, t.runKey] }),
        index('job_runs_job').on(t.tenantId, t.job, t.startedAt),
      ],
    ),

    // ── evidence ──
    auditEntries: table(
      'audit_entries',
      {
        tenantId: id(),
        /** UUIDv7. */
        entryId: text('entry_id').notNull(),
        recordedAt: instant('recorded_at').notNull(),
        actor: text('actor').notNull(),
        role: text('role').notNull(),
        action: text('action').notNull(),
        /** Keyed commitment to the subject; unlinkable once the subject's key is shredded. */
        subject: text('subject'),
        policyHash: text('policy_hash').notNull(),
        requestId: text('request_id').notNull(),
        detail: json<Record<string, unknown>>('detail').notNull(),
      },
      (t) => [
        primaryKey({ columns: [t.tenantId, t.entryId] }),
        index('audit_entries_subject').on(t.tenantId, t.subject),
        index('audit_entries_action').on(t.tenantId, t.action, t.entryId),
      ],
    ),
    /** Entries that are committed and have no place in the log yet. */
    auditPending: table('audit_pending', { tenantId: id(), entryId: text('entry_id').notNull() }, (t) => [
      primaryKey({ columns: [t.tenantId, t.entryId] }),
    ]),
    /** Which entry stands at which place of the log. */
    logLeaves: table(
      'log_leaves',
      { tenantId: id(), leafIndex: integer('leaf_index').notNull(), entryId: text('entry_id').notNull() },
      (t) => [
        primaryKey({ columns: [t.tenantId, t.leafIndex] }),
        uniqueIndex('log_leaves_entry').on(t.tenantId, t.entryId),
      ],
    ),
    /** Hashes of the tree, 256 to a tile (C2SP tlog-tiles); a tile only ever grows. */
    logTiles: table(
      'log_tiles',
      {
        tenantId: id(),
        level: integer('level').notNull(),
        tileIndex: integer('tile_index').notNull(),
        hashes: bytes('hashes').notNull(),
      },
      (t) => [primaryKey({ columns: [t.tenantId, t.level, t.tileIndex] })],
    ),
    /** Where each log stands, and its newest signed checkpoint. */
    logHeads: table(
      'log_heads',
      {
        tenantId: id(),
        /** 1, and one more whenever the log had to go on under a new name (see audit/log). */
        generation: integer('generation').notNull(),
        origin: text('origin').notNull(),
        size: integer('size').notNull(),
        /** The newest signed note, as served; null before the first. */
        checkpoint: text('checkpoint'),
        checkpointSize: integer('checkpoint_size').notNull(),
        signedAt: instant('signed_at'),
        updatedAt: instant('updated_at').notNull(),
      },
      (t) => [primaryKey({ columns: [t.tenantId] })],
    ),
    /** Checkpoints that witnesses have cosigned, with all signatures. */
    logWitnessed: table(
      'log_witnessed',
      {
        tenantId: id(),
        generation: integer('generation').notNull(),
        size: integer('size').notNull(),
        checkpoint: text('checkpoint').notNull(),
        witnessedAt: instant('witnessed_at').notNull(),
      },
      (t) => [primaryKey({ columns: [t.tenantId, t.generation, t.size] })],
    ),
    /** A row here, inside a transaction, opens the evidence triggers for that transaction (see store/evidence.ts). */
    evidenceUnlocks: table(
      'evidence_unlocks',
      { tenantId: id(), unlockId: text('unlock_id').notNull(), reason: text('reason').notNull() },
      (t) => [primaryKey({ columns: [t.tenantId, t.unlockId] })],
    ),
  };
}

export type Tables = ReturnType<typeof defineTables>;
