CREATE TABLE "visitors_today" (
	"tenant_id" text NOT NULL,
	"day" text NOT NULL,
	"portal" text NOT NULL,
	"visitor" text NOT NULL,
	CONSTRAINT "visitors_today_tenant_id_day_portal_visitor_pk" PRIMARY KEY("tenant_id","day","portal","visitor")
);
--> statement-breakpoint
CREATE TABLE "visitor_days" (
	"tenant_id" text NOT NULL,
	"day" text NOT NULL,
	"portal" text NOT NULL,
	"visitors" bigint NOT NULL,
	CONSTRAINT "visitor_days_tenant_id_day_portal_pk" PRIMARY KEY("tenant_id","day","portal")
);
--> statement-breakpoint
CREATE TABLE "visit_erasures" (
	"tenant_id" text NOT NULL,
	"erasure_id" text NOT NULL,
	"status" text NOT NULL,
	"wanted" jsonb NOT NULL,
	"seen" jsonb NOT NULL,
	"digest" text,
	"proposed_by" jsonb NOT NULL,
	"proposed_at" timestamp (3) with time zone NOT NULL,
	"decided_by" jsonb,
	"decided_at" timestamp (3) with time zone,
	"removed" bigint NOT NULL,
	"removed_full" bigint NOT NULL,
	"finished_at" timestamp (3) with time zone,
	"certificate_id" text,
	CONSTRAINT "visit_erasures_tenant_id_erasure_id_pk" PRIMARY KEY("tenant_id","erasure_id")
);
--> statement-breakpoint
CREATE TABLE "imported_records" (
	"tenant_id" text NOT NULL,
	"kind" text NOT NULL,
	"identity_index" text NOT NULL,
	CONSTRAINT "imported_records_tenant_id_kind_identity_index_pk" PRIMARY KEY("tenant_id","kind","identity_index")
);
--> statement-breakpoint
CREATE TABLE "import_runs" (
	"tenant_id" text NOT NULL,
	"run_id" text NOT NULL,
	"content_index" text NOT NULL,
	"dry_run" boolean NOT NULL,
	"state" text NOT NULL,
	"failure" jsonb,
	"import_id" text,
	"bytes" bigint NOT NULL,
	"read_bytes" bigint NOT NULL,
	"counts" jsonb NOT NULL,
	"started_at" timestamp (3) with time zone NOT NULL,
	"moved_at" timestamp (3) with time zone NOT NULL,
	"finished_at" timestamp (3) with time zone,
	CONSTRAINT "import_runs_tenant_id_run_id_pk" PRIMARY KEY("tenant_id","run_id")
);
--> statement-breakpoint
CREATE TABLE "import_faults" (
	"tenant_id" text NOT NULL,
	"run_id" text NOT NULL,
	"line" bigint NOT NULL,
	"pointer" text NOT NULL,
	"detail" text NOT NULL,
	"text_sealed" "bytea",
	CONSTRAINT "import_faults_tenant_id_run_id_line_pk" PRIMARY KEY("tenant_id","run_id","line")
);
--> statement-breakpoint
CREATE TABLE "standings" (
	"tenant_id" text NOT NULL,
	"standing_id" text NOT NULL,
	"subject_id" text NOT NULL,
	"kind" text NOT NULL,
	"name" text NOT NULL,
	"value" text,
	"reference_sealed" "bytea",
	"reference_index" text NOT NULL,
	"account_sealed" "bytea" NOT NULL,
	"since_at" timestamp (3) with time zone,
	"until_at" timestamp (3) with time zone,
	"recorded_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"policy_hash" text NOT NULL,
	CONSTRAINT "standings_tenant_id_standing_id_pk" PRIMARY KEY("tenant_id","standing_id")
);
--> statement-breakpoint
CREATE TABLE "retention_reviews" (
	"tenant_id" text NOT NULL,
	"review_id" text NOT NULL,
	"rule_id" text NOT NULL,
	"category" text NOT NULL,
	"why" text NOT NULL,
	"rows" bigint NOT NULL,
	"due_since" timestamp (3) with time zone NOT NULL,
	"opened_at" timestamp (3) with time zone NOT NULL,
	"state" text NOT NULL,
	"kept_until" timestamp (3) with time zone,
	"reason_sealed" "bytea",
	"treat_rule" text,
	"decided_by" text,
	"decided_role" text,
	"decided_at" timestamp (3) with time zone,
	"approved_by" text,
	"sweep_id" text,
	CONSTRAINT "retention_reviews_tenant_id_review_id_pk" PRIMARY KEY("tenant_id","review_id")
);
--> statement-breakpoint
CREATE TABLE "retention_review_rows" (
	"tenant_id" text NOT NULL,
	"rule_id" text NOT NULL,
	"row_key" text NOT NULL,
	"review_id" text NOT NULL,
	CONSTRAINT "retention_review_rows_tenant_id_rule_id_row_key_pk" PRIMARY KEY("tenant_id","rule_id","row_key")
);
--> statement-breakpoint
CREATE TABLE "first_sights" (
	"tenant_id" text NOT NULL,
	"holder" text NOT NULL,
	"entry" text NOT NULL,
	"row_mark" text NOT NULL,
	"first_seen" timestamp (3) with time zone NOT NULL,
	"last_seen" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "first_sights_tenant_id_holder_entry_row_mark_pk" PRIMARY KEY("tenant_id","holder","entry","row_mark")
);
--> statement-breakpoint
CREATE TABLE "policy_proposals" (
	"tenant_id" text NOT NULL,
	"proposal_id" text NOT NULL,
	"status" text NOT NULL,
	"in_force_from" text NOT NULL,
	"reason" text NOT NULL,
	"base" text NOT NULL,
	"overlay" text NOT NULL,
	"policy_hash" text NOT NULL,
	"files" jsonb NOT NULL,
	"difference" jsonb NOT NULL,
	"numbers" jsonb NOT NULL,
	"digest" text NOT NULL,
	"proposed_at" timestamp (3) with time zone NOT NULL,
	"proposed_by" text NOT NULL,
	"decided_at" timestamp (3) with time zone,
	"decided_by" text,
	"because" text,
	"fact_version" bigint,
	CONSTRAINT "policy_proposals_tenant_id_proposal_id_pk" PRIMARY KEY("tenant_id","proposal_id")
);
--> statement-breakpoint
CREATE TABLE "departures" (
	"tenant_id" text NOT NULL,
	"departure_id" text NOT NULL,
	"choice" text NOT NULL,
	"ends_on" text NOT NULL,
	"reason" text NOT NULL,
	"agreement" text,
	"status" text NOT NULL,
	"digest" text NOT NULL,
	"found" jsonb NOT NULL,
	"proposed_by" jsonb NOT NULL,
	"proposed_at" timestamp (3) with time zone NOT NULL,
	"decided_by" jsonb,
	"decided_at" timestamp (3) with time zone,
	"returned_at" timestamp (3) with time zone,
	"return_digest" text,
	"return_size" bigint,
	"acknowledged_by" jsonb,
	"acknowledged_at" timestamp (3) with time zone,
	"deletion_by" jsonb,
	"deletion_at" timestamp (3) with time zone,
	"progress" jsonb,
	"deleted_at" timestamp (3) with time zone,
	"certificate" jsonb,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "departures_tenant_id_departure_id_pk" PRIMARY KEY("tenant_id","departure_id")
);
--> statement-breakpoint
CREATE TABLE "finished_logs" (
	"tenant_id" text NOT NULL,
	"generation" bigint NOT NULL,
	"origin" text NOT NULL,
	"size" bigint NOT NULL,
	"root" text NOT NULL,
	"checkpoint" text NOT NULL,
	"verifier_key" text NOT NULL,
	"key_set" jsonb NOT NULL,
	"received_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "finished_logs_tenant_id_generation_pk" PRIMARY KEY("tenant_id","generation")
);
--> statement-breakpoint
ALTER TABLE "tenants" ADD COLUMN "leaving_since" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "consent_events" ADD COLUMN "imported_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "consent_events" ADD COLUMN "vouched_by" jsonb;--> statement-breakpoint
ALTER TABLE "imports" ADD COLUMN "counts" jsonb;--> statement-breakpoint
ALTER TABLE "profiles" ADD COLUMN "orcid_sealed" "bytea";--> statement-breakpoint
ALTER TABLE "profiles" ADD COLUMN "closed_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "profiles" ADD COLUMN "warned_for" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "profiles" ADD COLUMN "warned_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "profiles" ADD COLUMN "warned_with" text;--> statement-breakpoint
ALTER TABLE "profiles" ADD COLUMN "warning_message" text;--> statement-breakpoint
ALTER TABLE "holds" ADD COLUMN "since_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "sweeps" ADD COLUMN "review_id" text;--> statement-breakpoint
ALTER TABLE "sweep_steps" ADD COLUMN "kept" jsonb;--> statement-breakpoint
ALTER TABLE "sweep_steps" ADD COLUMN "unwarned" bigint;--> statement-breakpoint
ALTER TABLE "requests" ADD COLUMN "imported_at" timestamp (3) with time zone;--> statement-breakpoint
CREATE INDEX "visit_erasures_status" ON "visit_erasures" USING btree ("tenant_id","status");--> statement-breakpoint
CREATE UNIQUE INDEX "import_runs_content" ON "import_runs" USING btree ("tenant_id","content_index","dry_run");--> statement-breakpoint
CREATE INDEX "import_runs_started" ON "import_runs" USING btree ("tenant_id","started_at");--> statement-breakpoint
CREATE UNIQUE INDEX "standings_subject" ON "standings" USING btree ("tenant_id","subject_id","kind","name","reference_index");--> statement-breakpoint
CREATE INDEX "standings_name" ON "standings" USING btree ("tenant_id","kind","name","until_at");--> statement-breakpoint
CREATE INDEX "standings_ended" ON "standings" USING btree ("tenant_id","until_at");--> statement-breakpoint
CREATE INDEX "retention_reviews_state" ON "retention_reviews" USING btree ("tenant_id","state","opened_at");--> statement-breakpoint
CREATE INDEX "retention_review_rows_review" ON "retention_review_rows" USING btree ("tenant_id","review_id");--> statement-breakpoint
CREATE INDEX "first_sights_last" ON "first_sights" USING btree ("tenant_id","holder","entry","last_seen");--> statement-breakpoint
CREATE INDEX "policy_proposals_status" ON "policy_proposals" USING btree ("tenant_id","status");
--> statement-breakpoint
-- The place in a history is made of the instant of the decision (data/consent/place.ts): what stands is placed anew, in the order it has, once and for all.
DROP TRIGGER consent_events_no_update ON consent_events;
--> statement-breakpoint
UPDATE consent_events SET seq = placed.place FROM (
  SELECT tenant_id, event_id, n + max(CASE WHEN source = 'job' THEN NULL ELSE floor(extract(epoch FROM recorded_at) * 1000)::bigint * 32 + 30 - n END)
    OVER (PARTITION BY tenant_id, subject_id, purpose_id ORDER BY seq ROWS UNBOUNDED PRECEDING) AS place
  FROM (SELECT *, row_number() OVER (PARTITION BY tenant_id, subject_id, purpose_id ORDER BY seq) AS n FROM consent_events) AS numbered
) AS placed
WHERE placed.tenant_id = consent_events.tenant_id AND placed.event_id = consent_events.event_id AND placed.place IS NOT NULL;
--> statement-breakpoint
CREATE TRIGGER consent_events_no_update BEFORE UPDATE OF tenant_id, event_id, subject_id, subject_kind, purpose_id, seq, status, consent_type, purpose_version, notice_id, notice_major, notice_minor, notice_hash, language, controllers, act, method, source, jurisdiction, recorded_at, imported_at, vouched_by, expires_at, policy_hash ON consent_events FOR EACH ROW EXECUTE FUNCTION lethe_evidence_refuse();
