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
CREATE INDEX "notice_texts_version" ON "notice_texts" USING btree ("tenant_id","notice_id","version","language");--> statement-breakpoint
CREATE INDEX "suppressions_erasure" ON "suppressions" USING btree ("tenant_id","erasure_id");--> statement-breakpoint
CREATE INDEX "suppressions_expiry" ON "suppressions" USING btree ("tenant_id","expires_at");--> statement-breakpoint
CREATE INDEX "disclosures_requested" ON "disclosures" USING btree ("tenant_id","requested_at");--> statement-breakpoint
CREATE UNIQUE INDEX "log_leaves_entry" ON "log_leaves" USING btree ("tenant_id","entry_id");