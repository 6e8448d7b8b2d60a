CREATE TABLE "tenants" (
	"tenant_id" text NOT NULL,
	"name" text NOT NULL,
	"time_zone" text NOT NULL,
	"jurisdiction" text NOT NULL,
	"language" text NOT NULL,
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
	"hint" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"created_by" text NOT NULL,
	"expires_at" timestamp (3) with time zone,
	"revoked_at" timestamp (3) with time zone,
	"last_used_at" timestamp (3) with time zone,
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
	CONSTRAINT "sweep_steps_tenant_id_sweep_id_rule_id_pk" PRIMARY KEY("tenant_id","sweep_id","rule_id")
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
	CONSTRAINT "erasures_tenant_id_erasure_id_pk" PRIMARY KEY("tenant_id","erasure_id")
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
CREATE TABLE "audit_entries" (
	"tenant_id" text NOT NULL,
	"entry_id" text NOT NULL,
	"recorded_at" timestamp (3) with time zone NOT NULL,
	"actor" text NOT NULL,
	"role" text NOT NULL,
	"action" text NOT NULL,
	"subject" text,
	"policy_hash" text NOT NULL,
	"request_id" text NOT NULL,
	"detail" jsonb NOT NULL,
	CONSTRAINT "audit_entries_tenant_id_entry_id_pk" PRIMARY KEY("tenant_id","entry_id")
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
CREATE INDEX "erasures_subject" ON "erasures" USING btree ("tenant_id","subject_id");--> statement-breakpoint
CREATE INDEX "job_runs_job" ON "job_runs" USING btree ("tenant_id","job","started_at");--> statement-breakpoint
CREATE INDEX "audit_entries_subject" ON "audit_entries" USING btree ("tenant_id","subject");--> statement-breakpoint
CREATE INDEX "audit_entries_action" ON "audit_entries" USING btree ("tenant_id","action","entry_id");