CREATE TABLE "tenants" (
	"tenant_id" text NOT NULL,
	"name" text NOT NULL,
	"time_zone" text NOT NULL,
	"jurisdiction" text NOT NULL,
	"language" text NOT NULL,
	"region" text,
	"origins" jsonb NOT NULL,
	"gpc_since" timestamp (3) with time zone NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "tenants_tenant_id_pk" PRIMARY KEY("tenant_id")
);
--> statement-breakpoint
CREATE TABLE "api_tokens" (
	"tenant_id" text NOT NULL,
	"token_id" text NOT NULL,
	"every_tenant" boolean NOT NULL,
	"role" text NOT NULL,
	"label" text NOT NULL,
	"secret_hash" text NOT NULL,
	"seal" text NOT NULL,
	"hint" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"created_by" text NOT NULL,
	"expires_at" timestamp (3) with time zone,
	"revoked_at" timestamp (3) with time zone,
	"last_used_at" timestamp (3) with time zone,
	"end_told_at" timestamp (3) with time zone,
	CONSTRAINT "api_tokens_tenant_id_token_id_pk" PRIMARY KEY("tenant_id","token_id")
);
--> statement-breakpoint
CREATE TABLE "idempotency_keys" (
	"tenant_id" text NOT NULL,
	"caller" text NOT NULL,
	"idempotency_key" text NOT NULL,
	"operation" text NOT NULL,
	"fingerprint" text NOT NULL,
	"result" jsonb NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "idempotency_keys_tenant_id_caller_idempotency_key_pk" PRIMARY KEY("tenant_id","caller","idempotency_key")
);
--> statement-breakpoint
CREATE TABLE "consent_events" (
	"tenant_id" text NOT NULL,
	"event_id" text NOT NULL,
	"subject_id" text NOT NULL,
	"subject_kind" text NOT NULL,
	"purpose_id" text NOT NULL,
	"seq" bigint NOT NULL,
	"status" text NOT NULL,
	"consent_type" text NOT NULL,
	"purpose_version" text NOT NULL,
	"notice_id" text NOT NULL,
	"notice_major" bigint NOT NULL,
	"notice_minor" bigint NOT NULL,
	"notice_hash" text NOT NULL,
	"language" text NOT NULL,
	"controllers" jsonb NOT NULL,
	"act" text NOT NULL,
	"method" text NOT NULL,
	"source" text NOT NULL,
	"jurisdiction" text NOT NULL,
	"evidence_sealed" "bytea",
	"recorded_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone,
	"policy_hash" text NOT NULL,
	CONSTRAINT "consent_events_tenant_id_event_id_pk" PRIMARY KEY("tenant_id","event_id")
);
--> statement-breakpoint
CREATE TABLE "subject_links" (
	"tenant_id" text NOT NULL,
	"visitor_id" text NOT NULL,
	"account_id" text NOT NULL,
	"linked_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "subject_links_tenant_id_visitor_id_pk" PRIMARY KEY("tenant_id","visitor_id")
);
--> statement-breakpoint
CREATE TABLE "notice_texts" (
	"tenant_id" text NOT NULL,
	"notice_hash" text NOT NULL,
	"notice_id" text NOT NULL,
	"version" text NOT NULL,
	"language" text NOT NULL,
	"text" text NOT NULL,
	"first_loaded_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "notice_texts_tenant_id_notice_hash_pk" PRIMARY KEY("tenant_id","notice_hash")
);
--> statement-breakpoint
CREATE TABLE "visits" (
	"tenant_id" text NOT NULL,
	"visit_id" text NOT NULL,
	"occurred_at" timestamp (3) with time zone NOT NULL,
	"portal" text NOT NULL,
	"subject_id" text,
	"life" text NOT NULL,
	"address_sealed" "bytea",
	"user_agent_sealed" "bytea",
	"address_index" text,
	"network" text,
	"browser" text NOT NULL,
	"browser_major" text NOT NULL,
	"platform" text NOT NULL,
	"robot" boolean NOT NULL,
	"policy_hash" text NOT NULL,
	CONSTRAINT "visits_tenant_id_visit_id_pk" PRIMARY KEY("tenant_id","visit_id")
);
--> statement-breakpoint
CREATE TABLE "visit_days" (
	"tenant_id" text NOT NULL,
	"day" text NOT NULL,
	"portal" text NOT NULL,
	"browser" text NOT NULL,
	"platform" text NOT NULL,
	"visits" bigint NOT NULL,
	CONSTRAINT "visit_days_tenant_id_day_portal_browser_platform_pk" PRIMARY KEY("tenant_id","day","portal","browser","platform")
);
--> statement-breakpoint
CREATE TABLE "imports" (
	"tenant_id" text NOT NULL,
	"import_id" text NOT NULL,
	"kind" text NOT NULL,
	"source_index" text NOT NULL,
	"position" bigint NOT NULL,
	"accepted" bigint NOT NULL,
	"rejected" bigint NOT NULL,
	"rejected_bytes" bigint NOT NULL,
	"started_at" timestamp (3) with time zone NOT NULL,
	"finished_at" timestamp (3) with time zone,
	CONSTRAINT "imports_tenant_id_import_id_pk" PRIMARY KEY("tenant_id","import_id")
);
--> statement-breakpoint
CREATE TABLE "import_marks" (
	"tenant_id" text NOT NULL,
	"import_id" text NOT NULL,
	"position" bigint NOT NULL,
	"prefix_index" text NOT NULL,
	CONSTRAINT "import_marks_tenant_id_import_id_position_pk" PRIMARY KEY("tenant_id","import_id","position")
);
--> statement-breakpoint
CREATE TABLE "profiles" (
	"tenant_id" text NOT NULL,
	"subject_id" text NOT NULL,
	"account_sealed" "bytea",
	"name_sealed" "bytea",
	"title_sealed" "bytea",
	"email_sealed" "bytea",
	"email_index" text,
	"interests_sealed" "bytea",
	"city_sealed" "bytea",
	"country_sealed" "bytea",
	"statement_sealed" "bytea",
	"version" bigint NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"last_activity_at" timestamp (3) with time zone NOT NULL,
	"policy_hash" text NOT NULL,
	CONSTRAINT "profiles_tenant_id_subject_id_pk" PRIMARY KEY("tenant_id","subject_id")
);
--> statement-breakpoint
CREATE TABLE "associations" (
	"tenant_id" text NOT NULL,
	"association_id" text NOT NULL,
	"subject_id" text,
	"doi" text NOT NULL,
	"role" text NOT NULL,
	"item_version" text NOT NULL,
	"visibility" text NOT NULL,
	"title_sealed" "bytea",
	"name_sealed" "bytea" NOT NULL,
	"orcid_sealed" "bytea",
	"published_on" text,
	"ground" text,
	"review_at" timestamp (3) with time zone,
	"version" bigint NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"minimised_at" timestamp (3) with time zone,
	"policy_hash" text NOT NULL,
	CONSTRAINT "associations_tenant_id_association_id_pk" PRIMARY KEY("tenant_id","association_id")
);
--> statement-breakpoint
CREATE TABLE "holds" (
	"tenant_id" text NOT NULL,
	"hold_id" text NOT NULL,
	"kind" text NOT NULL,
	"subject_id" text,
	"category" text,
	"reference" text NOT NULL,
	"placed_at" timestamp (3) with time zone NOT NULL,
	"placed_by" text NOT NULL,
	"purpose" text,
	"request_id" text,
	"known_as_sealed" "bytea",
	"until_at" timestamp (3) with time zone,
	"released_at" timestamp (3) with time zone,
	"released_by" text,
	CONSTRAINT "holds_tenant_id_hold_id_pk" PRIMARY KEY("tenant_id","hold_id")
);
--> statement-breakpoint
CREATE TABLE "retention_plans" (
	"tenant_id" text NOT NULL,
	"plan_id" text NOT NULL,
	"as_of" timestamp (3) with time zone NOT NULL,
	"digest" text NOT NULL,
	"policy_hash" text NOT NULL,
	"plan" jsonb NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"created_by" text NOT NULL,
	CONSTRAINT "retention_plans_tenant_id_plan_id_pk" PRIMARY KEY("tenant_id","plan_id")
);
--> statement-breakpoint
CREATE TABLE "sweeps" (
	"tenant_id" text NOT NULL,
	"sweep_id" text NOT NULL,
	"as_of" timestamp (3) with time zone NOT NULL,
	"status" text NOT NULL,
	"plan_digest" text,
	"policy_hash" text NOT NULL,
	"requested_by" text NOT NULL,
	"approved_by" text,
	"started_at" timestamp (3) with time zone NOT NULL,
	"finished_at" timestamp (3) with time zone,
	"failure" text,
	"certificate_id" text,
	CONSTRAINT "sweeps_tenant_id_sweep_id_pk" PRIMARY KEY("tenant_id","sweep_id")
);
--> statement-breakpoint
CREATE TABLE "sweep_steps" (
	"tenant_id" text NOT NULL,
	"sweep_id" text NOT NULL,
	"rule_id" text NOT NULL,
	"position" bigint NOT NULL,
	"status" text NOT NULL,
	"due" bigint NOT NULL,
	"held" bigint NOT NULL,
	"treated" bigint NOT NULL,
	"suppressed" bigint NOT NULL,
	"batches" bigint NOT NULL,
	"remaining" bigint,
	"cursor" text,
	"people" bigint,
	"digest" text,
	"reach" jsonb,
	"waits_for" text,
	"waits_in_words" text,
	"approved_by" text,
	"certificate_id" text,
	CONSTRAINT "sweep_steps_tenant_id_sweep_id_rule_id_pk" PRIMARY KEY("tenant_id","sweep_id","rule_id")
);
--> statement-breakpoint
CREATE TABLE "retention_approvals" (
	"tenant_id" text NOT NULL,
	"rule_id" text NOT NULL,
	"reach" jsonb NOT NULL,
	"sweep_id" text NOT NULL,
	"approved_by" text,
	"approved_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "retention_approvals_tenant_id_rule_id_pk" PRIMARY KEY("tenant_id","rule_id")
);
--> statement-breakpoint
CREATE TABLE "clock_marks" (
	"tenant_id" text NOT NULL,
	"seen_at" timestamp (3) with time zone NOT NULL,
	"server_offset" bigint NOT NULL,
	"confirmed_at" timestamp (3) with time zone,
	"confirmed_by" text,
	CONSTRAINT "clock_marks_tenant_id_pk" PRIMARY KEY("tenant_id")
);
--> statement-breakpoint
CREATE TABLE "certificates" (
	"tenant_id" text NOT NULL,
	"certificate_id" text NOT NULL,
	"kind" text NOT NULL,
	"issued_at" timestamp (3) with time zone NOT NULL,
	"body" jsonb NOT NULL,
	CONSTRAINT "certificates_tenant_id_certificate_id_pk" PRIMARY KEY("tenant_id","certificate_id")
);
--> statement-breakpoint
CREATE TABLE "erasures" (
	"tenant_id" text NOT NULL,
	"erasure_id" text NOT NULL,
	"subject_id" text,
	"status" text NOT NULL,
	"started_at" timestamp (3) with time zone NOT NULL,
	"finished_at" timestamp (3) with time zone,
	"outcome" jsonb,
	"request_id" text,
	"known_as_sealed" "bytea",
	"held" jsonb,
	"order_sealed" "bytea",
	CONSTRAINT "erasures_tenant_id_erasure_id_pk" PRIMARY KEY("tenant_id","erasure_id")
);
--> statement-breakpoint
CREATE TABLE "erasure_parts" (
	"tenant_id" text NOT NULL,
	"erasure_id" text NOT NULL,
	"holder" text NOT NULL,
	"status" text NOT NULL,
	"attempts" bigint NOT NULL,
	"next_attempt_at" timestamp (3) with time zone,
	"cursor" text,
	"reference" text,
	"outcome" jsonb,
	"failure" text,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "erasure_parts_tenant_id_erasure_id_holder_pk" PRIMARY KEY("tenant_id","erasure_id","holder")
);
--> statement-breakpoint
CREATE TABLE "requests" (
	"tenant_id" text NOT NULL,
	"request_id" text NOT NULL,
	"reference" text NOT NULL,
	"type" text NOT NULL,
	"state" text NOT NULL,
	"seq" bigint NOT NULL,
	"subject_id" text,
	"channel" text NOT NULL,
	"received_at" timestamp (3) with time zone NOT NULL,
	"due_on" text,
	"target_on" text,
	"assigned_to" text,
	"duplicate_of" text,
	"requester_sealed" "bytea",
	"requester_index" text,
	"follow_hash" text,
	"opened_at" timestamp (3) with time zone NOT NULL,
	"closed_at" timestamp (3) with time zone,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"policy_hash" text NOT NULL,
	CONSTRAINT "requests_tenant_id_request_id_pk" PRIMARY KEY("tenant_id","request_id")
);
--> statement-breakpoint
CREATE TABLE "unconfirmed_requests" (
	"tenant_id" text NOT NULL,
	"unconfirmed_id" text NOT NULL,
	"mailbox_index" text NOT NULL,
	"network_index" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"mail" text NOT NULL,
	"mail_attempts" bigint NOT NULL,
	"mail_due_at" timestamp (3) with time zone,
	"asked_sealed" "bytea",
	CONSTRAINT "unconfirmed_requests_tenant_id_unconfirmed_id_pk" PRIMARY KEY("tenant_id","unconfirmed_id")
);
--> statement-breakpoint
CREATE TABLE "request_events" (
	"tenant_id" text NOT NULL,
	"request_id" text NOT NULL,
	"seq" bigint NOT NULL,
	"kind" text NOT NULL,
	"occurred_at" timestamp (3) with time zone NOT NULL,
	"recorded_at" timestamp (3) with time zone NOT NULL,
	"recorded_by" text NOT NULL,
	"facts" jsonb NOT NULL,
	"policy_hash" text NOT NULL,
	CONSTRAINT "request_events_tenant_id_request_id_seq_pk" PRIMARY KEY("tenant_id","request_id","seq")
);
--> statement-breakpoint
CREATE TABLE "request_texts" (
	"tenant_id" text NOT NULL,
	"request_id" text NOT NULL,
	"seq" bigint NOT NULL,
	"text_sealed" "bytea" NOT NULL,
	"recorded_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "request_texts_tenant_id_request_id_seq_pk" PRIMARY KEY("tenant_id","request_id","seq")
);
--> statement-breakpoint
CREATE TABLE "identity_checks" (
	"tenant_id" text NOT NULL,
	"check_id" text NOT NULL,
	"request_id" text NOT NULL,
	"method" text NOT NULL,
	"status" text NOT NULL,
	"code_hash" text,
	"tries" bigint NOT NULL,
	"asked_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone,
	"decided_at" timestamp (3) with time zone,
	"decided_by" text,
	CONSTRAINT "identity_checks_tenant_id_check_id_pk" PRIMARY KEY("tenant_id","check_id")
);
--> statement-breakpoint
CREATE TABLE "identity_documents" (
	"tenant_id" text NOT NULL,
	"document_id" text NOT NULL,
	"request_id" text NOT NULL,
	"check_id" text NOT NULL,
	"media_type" text NOT NULL,
	"content_sealed" "bytea" NOT NULL,
	"received_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "identity_documents_tenant_id_document_id_pk" PRIMARY KEY("tenant_id","document_id")
);
--> statement-breakpoint
CREATE TABLE "packages" (
	"tenant_id" text NOT NULL,
	"package_id" text NOT NULL,
	"request_id" text,
	"kind" text NOT NULL,
	"status" text NOT NULL,
	"subject_id" text,
	"snapshot_at" timestamp (3) with time zone NOT NULL,
	"package_order" jsonb NOT NULL,
	"manifest" jsonb,
	"bytes" bigint,
	"sha256" text,
	"prepared_by" text NOT NULL,
	"approved_by" text,
	"approved_at" timestamp (3) with time zone,
	"release" text,
	"link_hash" text,
	"link_expires_at" timestamp (3) with time zone,
	"released_at" timestamp (3) with time zone,
	"delivered_at" timestamp (3) with time zone,
	"destroy_after" timestamp (3) with time zone,
	"destroyed_at" timestamp (3) with time zone,
	"failure" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	"policy_hash" text NOT NULL,
	CONSTRAINT "packages_tenant_id_package_id_pk" PRIMARY KEY("tenant_id","package_id")
);
--> statement-breakpoint
CREATE TABLE "package_chunks" (
	"tenant_id" text NOT NULL,
	"package_id" text NOT NULL,
	"position" bigint NOT NULL,
	"content_sealed" "bytea" NOT NULL,
	CONSTRAINT "package_chunks_tenant_id_package_id_position_pk" PRIMARY KEY("tenant_id","package_id","position")
);
--> statement-breakpoint
CREATE TABLE "recipient_disclosures" (
	"tenant_id" text NOT NULL,
	"disclosure_id" text NOT NULL,
	"subject_id" text NOT NULL,
	"party" text NOT NULL,
	"categories" jsonb NOT NULL,
	"reference_sealed" "bytea",
	"disclosed_at" timestamp (3) with time zone NOT NULL,
	"recorded_at" timestamp (3) with time zone NOT NULL,
	"policy_hash" text NOT NULL,
	CONSTRAINT "recipient_disclosures_tenant_id_disclosure_id_pk" PRIMARY KEY("tenant_id","disclosure_id")
);
--> statement-breakpoint
CREATE TABLE "recipient_tasks" (
	"tenant_id" text NOT NULL,
	"task_id" text NOT NULL,
	"request_id" text,
	"party" text NOT NULL,
	"what" text NOT NULL,
	"categories" jsonb NOT NULL,
	"channel" text NOT NULL,
	"status" text NOT NULL,
	"message_id" text,
	"due_at" timestamp (3) with time zone NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"answered_at" timestamp (3) with time zone,
	"answer" text,
	"identifiers_sealed" "bytea",
	"reason_sealed" "bytea",
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "recipient_tasks_tenant_id_task_id_pk" PRIMARY KEY("tenant_id","task_id")
);
--> statement-breakpoint
CREATE TABLE "opendsr_requests" (
	"tenant_id" text NOT NULL,
	"direction" text NOT NULL,
	"subject_request_id" text NOT NULL,
	"counterpart" text NOT NULL,
	"type" text NOT NULL,
	"status" text NOT NULL,
	"fingerprint" text NOT NULL,
	"request_id" text,
	"task_id" text,
	"payload_sealed" "bytea",
	"received_at" timestamp (3) with time zone NOT NULL,
	"expected_at" timestamp (3) with time zone,
	"next_poll_at" timestamp (3) with time zone,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "opendsr_requests_tenant_id_direction_subject_request_id_pk" PRIMARY KEY("tenant_id","direction","subject_request_id")
);
--> statement-breakpoint
CREATE TABLE "suppressions" (
	"tenant_id" text NOT NULL,
	"token" text NOT NULL,
	"kind" text NOT NULL,
	"erasure_id" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "suppressions_tenant_id_token_pk" PRIMARY KEY("tenant_id","token")
);
--> statement-breakpoint
CREATE TABLE "disclosures" (
	"tenant_id" text NOT NULL,
	"disclosure_id" text NOT NULL,
	"kind" text NOT NULL,
	"purpose" text NOT NULL,
	"reference" text,
	"target" jsonb NOT NULL,
	"recipient" text,
	"status" text NOT NULL,
	"requested_by" text NOT NULL,
	"requested_at" timestamp (3) with time zone NOT NULL,
	"decided_by" text,
	"decided_at" timestamp (3) with time zone,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"used_at" timestamp (3) with time zone,
	CONSTRAINT "disclosures_tenant_id_disclosure_id_pk" PRIMARY KEY("tenant_id","disclosure_id")
);
--> statement-breakpoint
CREATE TABLE "policy_sets" (
	"tenant_id" text NOT NULL,
	"hash" text NOT NULL,
	"content" jsonb NOT NULL,
	"first_loaded_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "policy_sets_tenant_id_hash_pk" PRIMARY KEY("tenant_id","hash")
);
--> statement-breakpoint
CREATE TABLE "register_facts" (
	"tenant_id" text NOT NULL,
	"kind" text NOT NULL,
	"entity_id" text NOT NULL,
	"version" bigint NOT NULL,
	"value" jsonb,
	"valid_from" timestamp (3) with time zone NOT NULL,
	"valid_until" timestamp (3) with time zone,
	"recorded_at" timestamp (3) with time zone NOT NULL,
	"recorded_by" text NOT NULL,
	"reason" text,
	"policy_hash" text NOT NULL,
	CONSTRAINT "register_facts_tenant_id_kind_entity_id_version_pk" PRIMARY KEY("tenant_id","kind","entity_id","version")
);
--> statement-breakpoint
CREATE TABLE "breach_events" (
	"tenant_id" text NOT NULL,
	"breach_id" text NOT NULL,
	"seq" bigint NOT NULL,
	"kind" text NOT NULL,
	"occurred_at" timestamp (3) with time zone NOT NULL,
	"recorded_at" timestamp (3) with time zone NOT NULL,
	"recorded_by" text NOT NULL,
	"facts" jsonb NOT NULL,
	"text_sealed" "bytea",
	"policy_hash" text NOT NULL,
	CONSTRAINT "breach_events_tenant_id_breach_id_seq_pk" PRIMARY KEY("tenant_id","breach_id","seq")
);
--> statement-breakpoint
CREATE TABLE "outbox_messages" (
	"tenant_id" text NOT NULL,
	"message_id" text NOT NULL,
	"topic" text NOT NULL,
	"party" text NOT NULL,
	"channel" text NOT NULL,
	"target_sealed" "bytea" NOT NULL,
	"payload_sealed" "bytea" NOT NULL,
	"status" text NOT NULL,
	"attempts" bigint NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"next_attempt_at" timestamp (3) with time zone,
	"delivered_at" timestamp (3) with time zone,
	"failure" text,
	CONSTRAINT "outbox_messages_tenant_id_message_id_pk" PRIMARY KEY("tenant_id","message_id")
);
--> statement-breakpoint
CREATE TABLE "webhook_secrets" (
	"tenant_id" text NOT NULL,
	"party" text NOT NULL,
	"number" bigint NOT NULL,
	"ends_at" timestamp (3) with time zone,
	CONSTRAINT "webhook_secrets_tenant_id_party_number_pk" PRIMARY KEY("tenant_id","party","number")
);
--> statement-breakpoint
CREATE TABLE "leases" (
	"tenant_id" text NOT NULL,
	"name" text NOT NULL,
	"holder" text NOT NULL,
	"fence" bigint NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "leases_tenant_id_name_pk" PRIMARY KEY("tenant_id","name")
);
--> statement-breakpoint
CREATE TABLE "data_steps" (
	"tenant_id" text NOT NULL,
	"name" text NOT NULL,
	"cursor" text,
	"row_count" bigint NOT NULL,
	"started_at" timestamp (3) with time zone NOT NULL,
	"finished_at" timestamp (3) with time zone,
	CONSTRAINT "data_steps_tenant_id_name_pk" PRIMARY KEY("tenant_id","name")
);
--> statement-breakpoint
CREATE TABLE "job_runs" (
	"tenant_id" text NOT NULL,
	"run_key" text NOT NULL,
	"job" text NOT NULL,
	"holder" text NOT NULL,
	"status" text NOT NULL,
	"started_at" timestamp (3) with time zone NOT NULL,
	"finished_at" timestamp (3) with time zone,
	"failure" text,
	CONSTRAINT "job_runs_tenant_id_run_key_pk" PRIMARY KEY("tenant_id","run_key")
);
--> statement-breakpoint
CREATE TABLE "key_generations" (
	"tenant_id" text NOT NULL,
	"bucket" bigint NOT NULL,
	"generation" bigint NOT NULL,
	"under_way" bigint NOT NULL,
	CONSTRAINT "key_generations_tenant_id_bucket_pk" PRIMARY KEY("tenant_id","bucket")
);
--> statement-breakpoint
CREATE TABLE "audit_entries" (
	"tenant_id" text NOT NULL,
	"entry_id" text NOT NULL,
	"recorded_at" timestamp (3) with time zone NOT NULL,
	"actor" text NOT NULL,
	"role" text NOT NULL,
	"action" text NOT NULL,
	"subject" text,
	"subject_index" text,
	"policy_hash" text NOT NULL,
	"request_id" text NOT NULL,
	"detail" jsonb NOT NULL,
	CONSTRAINT "audit_entries_tenant_id_entry_id_pk" PRIMARY KEY("tenant_id","entry_id")
);
--> statement-breakpoint
CREATE TABLE "audit_pending" (
	"tenant_id" text NOT NULL,
	"entry_id" text NOT NULL,
	CONSTRAINT "audit_pending_tenant_id_entry_id_pk" PRIMARY KEY("tenant_id","entry_id")
);
--> statement-breakpoint
CREATE TABLE "log_leaves" (
	"tenant_id" text NOT NULL,
	"leaf_index" bigint NOT NULL,
	"entry_id" text NOT NULL,
	"version" bigint NOT NULL,
	"salt" "bytea" NOT NULL,
	CONSTRAINT "log_leaves_tenant_id_leaf_index_pk" PRIMARY KEY("tenant_id","leaf_index")
);
--> statement-breakpoint
CREATE TABLE "log_tiles" (
	"tenant_id" text NOT NULL,
	"level" bigint NOT NULL,
	"tile_index" bigint NOT NULL,
	"hashes" "bytea" NOT NULL,
	CONSTRAINT "log_tiles_tenant_id_level_tile_index_pk" PRIMARY KEY("tenant_id","level","tile_index")
);
--> statement-breakpoint
CREATE TABLE "log_heads" (
	"tenant_id" text NOT NULL,
	"generation" bigint NOT NULL,
	"origin" text NOT NULL,
	"leaf_version" bigint NOT NULL,
	"size" bigint NOT NULL,
	"checkpoint" text,
	"checkpoint_size" bigint NOT NULL,
	"signed_at" timestamp (3) with time zone,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "log_heads_tenant_id_pk" PRIMARY KEY("tenant_id")
);
--> statement-breakpoint
CREATE TABLE "log_witnessed" (
	"tenant_id" text NOT NULL,
	"generation" bigint NOT NULL,
	"size" bigint NOT NULL,
	"checkpoint" text NOT NULL,
	"witnessed_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "log_witnessed_tenant_id_generation_size_pk" PRIMARY KEY("tenant_id","generation","size")
);
--> statement-breakpoint
CREATE TABLE "evidence_unlocks" (
	"tenant_id" text NOT NULL,
	"unlock_id" text NOT NULL,
	"reason" text NOT NULL,
	CONSTRAINT "evidence_unlocks_tenant_id_unlock_id_pk" PRIMARY KEY("tenant_id","unlock_id")
);
--> statement-breakpoint
CREATE UNIQUE INDEX "api_tokens_secret" ON "api_tokens" USING btree ("secret_hash");--> statement-breakpoint
CREATE INDEX "idempotency_keys_age" ON "idempotency_keys" USING btree ("tenant_id","created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "consent_events_current" ON "consent_events" USING btree ("tenant_id","subject_id","purpose_id","seq");--> statement-breakpoint
CREATE INDEX "consent_events_expiry" ON "consent_events" USING btree ("tenant_id","expires_at");--> statement-breakpoint
CREATE INDEX "consent_events_recorded" ON "consent_events" USING btree ("tenant_id","recorded_at");--> statement-breakpoint
CREATE INDEX "subject_links_account" ON "subject_links" USING btree ("tenant_id","account_id");--> statement-breakpoint
CREATE INDEX "subject_links_linked" ON "subject_links" USING btree ("tenant_id","linked_at");--> statement-breakpoint
CREATE INDEX "notice_texts_version" ON "notice_texts" USING btree ("tenant_id","notice_id","version","language");--> statement-breakpoint
CREATE INDEX "visits_life" ON "visits" USING btree ("tenant_id","life","occurred_at","visit_id");--> statement-breakpoint
CREATE INDEX "visits_subject" ON "visits" USING btree ("tenant_id","subject_id","occurred_at");--> statement-breakpoint
CREATE INDEX "visits_address" ON "visits" USING btree ("tenant_id","address_index");--> statement-breakpoint
CREATE UNIQUE INDEX "imports_source" ON "imports" USING btree ("tenant_id","kind","source_index");--> statement-breakpoint
CREATE INDEX "profiles_email" ON "profiles" USING btree ("tenant_id","email_index");--> statement-breakpoint
CREATE INDEX "profiles_activity" ON "profiles" USING btree ("tenant_id","last_activity_at");--> statement-breakpoint
CREATE UNIQUE INDEX "associations_subject" ON "associations" USING btree ("tenant_id","subject_id","doi");--> statement-breakpoint
CREATE INDEX "associations_item" ON "associations" USING btree ("tenant_id","doi");--> statement-breakpoint
CREATE INDEX "associations_updated" ON "associations" USING btree ("tenant_id","visibility","updated_at");--> statement-breakpoint
CREATE INDEX "holds_active" ON "holds" USING btree ("tenant_id","released_at","subject_id");--> statement-breakpoint
CREATE UNIQUE INDEX "retention_plans_digest" ON "retention_plans" USING btree ("tenant_id","digest","plan_id");--> statement-breakpoint
CREATE INDEX "sweeps_started" ON "sweeps" USING btree ("tenant_id","started_at");--> statement-breakpoint
CREATE INDEX "sweep_steps_status" ON "sweep_steps" USING btree ("status","tenant_id");--> statement-breakpoint
CREATE INDEX "erasures_subject" ON "erasures" USING btree ("tenant_id","subject_id");--> statement-breakpoint
CREATE INDEX "erasure_parts_due" ON "erasure_parts" USING btree ("tenant_id","status","next_attempt_at");--> statement-breakpoint
CREATE UNIQUE INDEX "requests_reference" ON "requests" USING btree ("tenant_id","reference");--> statement-breakpoint
CREATE INDEX "requests_state" ON "requests" USING btree ("tenant_id","state","due_on");--> statement-breakpoint
CREATE INDEX "requests_subject" ON "requests" USING btree ("tenant_id","subject_id");--> statement-breakpoint
CREATE INDEX "requests_requester" ON "requests" USING btree ("tenant_id","requester_index");--> statement-breakpoint
CREATE INDEX "requests_closed" ON "requests" USING btree ("tenant_id","closed_at");--> statement-breakpoint
CREATE INDEX "unconfirmed_requests_mail" ON "unconfirmed_requests" USING btree ("tenant_id","mail","mail_due_at");--> statement-breakpoint
CREATE INDEX "unconfirmed_requests_expires" ON "unconfirmed_requests" USING btree ("tenant_id","expires_at");--> statement-breakpoint
CREATE INDEX "request_events_recorded" ON "request_events" USING btree ("tenant_id","recorded_at");--> statement-breakpoint
CREATE INDEX "identity_checks_request" ON "identity_checks" USING btree ("tenant_id","request_id");--> statement-breakpoint
CREATE INDEX "identity_checks_open" ON "identity_checks" USING btree ("tenant_id","status","expires_at");--> statement-breakpoint
CREATE INDEX "identity_documents_request" ON "identity_documents" USING btree ("tenant_id","request_id");--> statement-breakpoint
CREATE INDEX "packages_request" ON "packages" USING btree ("tenant_id","request_id");--> statement-breakpoint
CREATE INDEX "packages_status" ON "packages" USING btree ("tenant_id","status","destroy_after");--> statement-breakpoint
CREATE INDEX "packages_subject" ON "packages" USING btree ("tenant_id","subject_id");--> statement-breakpoint
CREATE INDEX "recipient_disclosures_subject" ON "recipient_disclosures" USING btree ("tenant_id","subject_id","party");--> statement-breakpoint
CREATE INDEX "recipient_disclosures_disclosed" ON "recipient_disclosures" USING btree ("tenant_id","disclosed_at");--> statement-breakpoint
CREATE INDEX "recipient_tasks_request" ON "recipient_tasks" USING btree ("tenant_id","request_id");--> statement-breakpoint
CREATE INDEX "recipient_tasks_status" ON "recipient_tasks" USING btree ("tenant_id","status","due_at");--> statement-breakpoint
CREATE INDEX "recipient_tasks_message" ON "recipient_tasks" USING btree ("tenant_id","message_id");--> statement-breakpoint
CREATE INDEX "opendsr_requests_request" ON "opendsr_requests" USING btree ("tenant_id","request_id");--> statement-breakpoint
CREATE INDEX "opendsr_requests_poll" ON "opendsr_requests" USING btree ("tenant_id","direction","status","next_poll_at");--> statement-breakpoint
CREATE INDEX "suppressions_erasure" ON "suppressions" USING btree ("tenant_id","erasure_id");--> statement-breakpoint
CREATE INDEX "suppressions_expiry" ON "suppressions" USING btree ("tenant_id","expires_at");--> statement-breakpoint
CREATE INDEX "disclosures_requested" ON "disclosures" USING btree ("tenant_id","requested_at");--> statement-breakpoint
CREATE INDEX "register_facts_recorded" ON "register_facts" USING btree ("tenant_id","recorded_at");--> statement-breakpoint
CREATE INDEX "breach_events_recorded" ON "breach_events" USING btree ("tenant_id","recorded_at");--> statement-breakpoint
CREATE INDEX "outbox_messages_due" ON "outbox_messages" USING btree ("tenant_id","status","next_attempt_at");--> statement-breakpoint
CREATE INDEX "outbox_messages_topic" ON "outbox_messages" USING btree ("tenant_id","topic","created_at");--> statement-breakpoint
CREATE INDEX "job_runs_job" ON "job_runs" USING btree ("tenant_id","job","started_at");--> statement-breakpoint
CREATE INDEX "audit_entries_subject" ON "audit_entries" USING btree ("tenant_id","subject_index");--> statement-breakpoint
CREATE INDEX "audit_entries_action" ON "audit_entries" USING btree ("tenant_id","action","entry_id");--> statement-breakpoint
CREATE UNIQUE INDEX "log_leaves_entry" ON "log_leaves" USING btree ("tenant_id","entry_id");
--> statement-breakpoint
-- What is evidence cannot be edited: only deleted, and only inside a transaction that holds a row of evidence_unlocks.
CREATE FUNCTION lethe_evidence_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'evidence: % is append-only', TG_TABLE_NAME USING ERRCODE = 'LE001';
END $$;
--> statement-breakpoint
CREATE FUNCTION lethe_evidence_delete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM evidence_unlocks WHERE tenant_id = OLD.tenant_id) THEN
    RAISE EXCEPTION 'evidence: % is append-only', TG_TABLE_NAME USING ERRCODE = 'LE001';
  END IF;
  RETURN OLD;
END $$;
--> statement-breakpoint
-- What is sealed in evidence may be sealed anew under another key: in a transaction that holds a row of evidence_unlocks, and to the same length.
CREATE FUNCTION lethe_evidence_forget() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF length(NEW.evidence_sealed) <> length(OLD.evidence_sealed) OR (OLD.evidence_sealed IS NULL AND NEW.evidence_sealed IS NOT NULL)
    OR NOT EXISTS (SELECT 1 FROM evidence_unlocks WHERE tenant_id = OLD.tenant_id) THEN
    RAISE EXCEPTION 'evidence: % is append-only', TG_TABLE_NAME USING ERRCODE = 'LE001';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER consent_events_no_update BEFORE UPDATE OF tenant_id, event_id, subject_id, subject_kind, purpose_id, seq, status, consent_type, purpose_version, notice_id, notice_major, notice_minor, notice_hash, language, controllers, act, method, source, jurisdiction, recorded_at, expires_at, policy_hash ON consent_events FOR EACH ROW EXECUTE FUNCTION lethe_evidence_refuse();
--> statement-breakpoint
CREATE TRIGGER consent_events_no_delete BEFORE DELETE ON consent_events FOR EACH ROW EXECUTE FUNCTION lethe_evidence_delete();
--> statement-breakpoint
CREATE TRIGGER consent_events_no_truncate BEFORE TRUNCATE ON consent_events FOR EACH STATEMENT EXECUTE FUNCTION lethe_evidence_refuse();
--> statement-breakpoint
CREATE TRIGGER consent_events_forget_only BEFORE UPDATE OF evidence_sealed ON consent_events FOR EACH ROW EXECUTE FUNCTION lethe_evidence_forget();
--> statement-breakpoint
CREATE TRIGGER audit_entries_no_update BEFORE UPDATE OF tenant_id, entry_id, recorded_at, actor, role, action, subject, policy_hash, request_id, detail ON audit_entries FOR EACH ROW EXECUTE FUNCTION lethe_evidence_refuse();
--> statement-breakpoint
CREATE TRIGGER audit_entries_no_delete BEFORE DELETE ON audit_entries FOR EACH ROW EXECUTE FUNCTION lethe_evidence_delete();
--> statement-breakpoint
CREATE TRIGGER audit_entries_no_truncate BEFORE TRUNCATE ON audit_entries FOR EACH STATEMENT EXECUTE FUNCTION lethe_evidence_refuse();
--> statement-breakpoint
CREATE TRIGGER certificates_no_update BEFORE UPDATE OF tenant_id, certificate_id, kind, issued_at, body ON certificates FOR EACH ROW EXECUTE FUNCTION lethe_evidence_refuse();
--> statement-breakpoint
CREATE TRIGGER certificates_no_delete BEFORE DELETE ON certificates FOR EACH ROW EXECUTE FUNCTION lethe_evidence_delete();
--> statement-breakpoint
CREATE TRIGGER certificates_no_truncate BEFORE TRUNCATE ON certificates FOR EACH STATEMENT EXECUTE FUNCTION lethe_evidence_refuse();
--> statement-breakpoint
-- The log is evidence: places, tiles and cosigned heads stay as they are; a tile may only grow.
CREATE TRIGGER log_leaves_no_change BEFORE UPDATE OR DELETE ON log_leaves FOR EACH ROW EXECUTE FUNCTION lethe_evidence_refuse();
--> statement-breakpoint
CREATE TRIGGER log_leaves_no_truncate BEFORE TRUNCATE ON log_leaves FOR EACH STATEMENT EXECUTE FUNCTION lethe_evidence_refuse();
--> statement-breakpoint
CREATE TRIGGER log_witnessed_no_change BEFORE UPDATE OR DELETE ON log_witnessed FOR EACH ROW EXECUTE FUNCTION lethe_evidence_refuse();
--> statement-breakpoint
CREATE TRIGGER log_witnessed_no_truncate BEFORE TRUNCATE ON log_witnessed FOR EACH STATEMENT EXECUTE FUNCTION lethe_evidence_refuse();
--> statement-breakpoint
CREATE TRIGGER notice_texts_no_change BEFORE UPDATE OR DELETE ON notice_texts FOR EACH ROW EXECUTE FUNCTION lethe_evidence_refuse();
--> statement-breakpoint
CREATE TRIGGER notice_texts_no_truncate BEFORE TRUNCATE ON notice_texts FOR EACH STATEMENT EXECUTE FUNCTION lethe_evidence_refuse();
--> statement-breakpoint
CREATE FUNCTION lethe_tile_grow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.tenant_id <> OLD.tenant_id OR NEW.level <> OLD.level OR NEW.tile_index <> OLD.tile_index
    OR length(NEW.hashes) <= length(OLD.hashes) OR substr(NEW.hashes, 1, length(OLD.hashes)) <> OLD.hashes THEN
    RAISE EXCEPTION 'evidence: % is append-only', TG_TABLE_NAME USING ERRCODE = 'LE001';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER log_tiles_only_grow BEFORE UPDATE ON log_tiles FOR EACH ROW EXECUTE FUNCTION lethe_tile_grow();
--> statement-breakpoint
CREATE TRIGGER log_tiles_no_delete BEFORE DELETE ON log_tiles FOR EACH ROW EXECUTE FUNCTION lethe_evidence_refuse();
--> statement-breakpoint
CREATE TRIGGER log_tiles_no_truncate BEFORE TRUNCATE ON log_tiles FOR EACH STATEMENT EXECUTE FUNCTION lethe_evidence_refuse();
--> statement-breakpoint
-- The register and the breach register are evidence: only ever added to.
CREATE TRIGGER policy_sets_no_change BEFORE UPDATE OR DELETE ON policy_sets FOR EACH ROW EXECUTE FUNCTION lethe_evidence_refuse();
--> statement-breakpoint
CREATE TRIGGER policy_sets_no_truncate BEFORE TRUNCATE ON policy_sets FOR EACH STATEMENT EXECUTE FUNCTION lethe_evidence_refuse();
--> statement-breakpoint
CREATE TRIGGER register_facts_no_change BEFORE UPDATE OR DELETE ON register_facts FOR EACH ROW EXECUTE FUNCTION lethe_evidence_refuse();
--> statement-breakpoint
CREATE TRIGGER register_facts_no_truncate BEFORE TRUNCATE ON register_facts FOR EACH STATEMENT EXECUTE FUNCTION lethe_evidence_refuse();
--> statement-breakpoint
CREATE TRIGGER breach_events_no_change BEFORE UPDATE OF tenant_id, breach_id, seq, kind, occurred_at, recorded_at, recorded_by, facts, policy_hash OR DELETE ON breach_events FOR EACH ROW EXECUTE FUNCTION lethe_evidence_refuse();
--> statement-breakpoint
CREATE TRIGGER breach_events_no_truncate BEFORE TRUNCATE ON breach_events FOR EACH STATEMENT EXECUTE FUNCTION lethe_evidence_refuse();
--> statement-breakpoint
-- What happened to a request is evidence: only ever added to, until its retention ends.
CREATE TRIGGER request_events_no_update BEFORE UPDATE ON request_events FOR EACH ROW EXECUTE FUNCTION lethe_evidence_refuse();
--> statement-breakpoint
CREATE TRIGGER request_events_no_delete BEFORE DELETE ON request_events FOR EACH ROW EXECUTE FUNCTION lethe_evidence_delete();
--> statement-breakpoint
CREATE TRIGGER request_events_no_truncate BEFORE TRUNCATE ON request_events FOR EACH STATEMENT EXECUTE FUNCTION lethe_evidence_refuse();
--> statement-breakpoint
CREATE FUNCTION lethe_evidence_reseal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF length(NEW.text_sealed) IS DISTINCT FROM length(OLD.text_sealed)
    OR NOT EXISTS (SELECT 1 FROM evidence_unlocks WHERE tenant_id = OLD.tenant_id) THEN
    RAISE EXCEPTION 'evidence: % is append-only', TG_TABLE_NAME USING ERRCODE = 'LE001';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER breach_events_reseal_only BEFORE UPDATE OF text_sealed ON breach_events FOR EACH ROW EXECUTE FUNCTION lethe_evidence_reseal();
--> statement-breakpoint
-- Whose entry it was may be forgotten, and nothing else; never remembered again.
CREATE FUNCTION lethe_evidence_unname() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.subject_index IS NOT NULL THEN
    RAISE EXCEPTION 'evidence: % is append-only', TG_TABLE_NAME USING ERRCODE = 'LE001';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER audit_entries_forget_only BEFORE UPDATE OF subject_index ON audit_entries FOR EACH ROW EXECUTE FUNCTION lethe_evidence_unname();
