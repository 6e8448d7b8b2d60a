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
ALTER TABLE "sweep_steps" ADD COLUMN "kept" jsonb;--> statement-breakpoint
CREATE UNIQUE INDEX "standings_subject" ON "standings" USING btree ("tenant_id","subject_id","kind","name","reference_index");--> statement-breakpoint
CREATE INDEX "standings_name" ON "standings" USING btree ("tenant_id","kind","name","until_at");--> statement-breakpoint
CREATE INDEX "standings_ended" ON "standings" USING btree ("tenant_id","until_at");