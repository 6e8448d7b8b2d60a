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
ALTER TABLE "consent_events" ADD COLUMN "imported_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "consent_events" ADD COLUMN "vouched_by" jsonb;--> statement-breakpoint
ALTER TABLE "imports" ADD COLUMN "counts" jsonb;--> statement-breakpoint
CREATE UNIQUE INDEX "import_runs_content" ON "import_runs" USING btree ("tenant_id","content_index","dry_run");--> statement-breakpoint
CREATE INDEX "import_runs_started" ON "import_runs" USING btree ("tenant_id","started_at");
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
