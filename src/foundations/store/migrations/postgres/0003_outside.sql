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
CREATE INDEX "visit_erasures_status" ON "visit_erasures" USING btree ("tenant_id","status");--> statement-breakpoint
CREATE INDEX "first_sights_last" ON "first_sights" USING btree ("tenant_id","holder","entry","last_seen");