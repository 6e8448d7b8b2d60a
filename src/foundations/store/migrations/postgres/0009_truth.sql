CREATE TABLE "import_marks" (
	"tenant_id" text NOT NULL,
	"import_id" text NOT NULL,
	"position" bigint NOT NULL,
	"prefix_index" text NOT NULL,
	CONSTRAINT "import_marks_tenant_id_import_id_position_pk" PRIMARY KEY("tenant_id","import_id","position")
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
CREATE TABLE "key_generations" (
	"tenant_id" text NOT NULL,
	"bucket" bigint NOT NULL,
	"generation" bigint NOT NULL,
	"under_way" bigint NOT NULL,
	CONSTRAINT "key_generations_tenant_id_bucket_pk" PRIMARY KEY("tenant_id","bucket")
);
--> statement-breakpoint
ALTER TABLE "holds" ADD COLUMN "known_as_sealed" "bytea";--> statement-breakpoint
ALTER TABLE "sweep_steps" ADD COLUMN "people" bigint;--> statement-breakpoint
ALTER TABLE "sweep_steps" ADD COLUMN "digest" text;--> statement-breakpoint
ALTER TABLE "sweep_steps" ADD COLUMN "reach" jsonb;--> statement-breakpoint
ALTER TABLE "sweep_steps" ADD COLUMN "waits_for" text;--> statement-breakpoint
ALTER TABLE "sweep_steps" ADD COLUMN "waits_in_words" text;--> statement-breakpoint
ALTER TABLE "sweep_steps" ADD COLUMN "approved_by" text;--> statement-breakpoint
ALTER TABLE "sweep_steps" ADD COLUMN "certificate_id" text;--> statement-breakpoint
ALTER TABLE "erasures" ADD COLUMN "held" jsonb;--> statement-breakpoint
ALTER TABLE "erasures" ADD COLUMN "order_sealed" "bytea";--> statement-breakpoint
CREATE INDEX "sweep_steps_status" ON "sweep_steps" USING btree ("status","tenant_id");