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
ALTER TABLE "sweep_steps" ADD COLUMN "unwarned" bigint;--> statement-breakpoint
ALTER TABLE "requests" ADD COLUMN "imported_at" timestamp (3) with time zone;--> statement-breakpoint
CREATE UNIQUE INDEX "import_runs_content" ON "import_runs" USING btree ("tenant_id","content_index","dry_run");--> statement-breakpoint
CREATE INDEX "import_runs_started" ON "import_runs" USING btree ("tenant_id","started_at");--> statement-breakpoint
CREATE INDEX "retention_reviews_state" ON "retention_reviews" USING btree ("tenant_id","state","opened_at");--> statement-breakpoint
CREATE INDEX "retention_review_rows_review" ON "retention_review_rows" USING btree ("tenant_id","review_id");
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
