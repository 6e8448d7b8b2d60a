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
ALTER TABLE "tenants" ADD COLUMN "leaving_since" timestamp (3) with time zone;