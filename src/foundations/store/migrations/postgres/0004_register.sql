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
ALTER TABLE "tenants" ADD COLUMN "region" text;--> statement-breakpoint
ALTER TABLE "disclosures" ADD COLUMN "recipient" text;--> statement-breakpoint
CREATE INDEX "register_facts_recorded" ON "register_facts" USING btree ("tenant_id","recorded_at");--> statement-breakpoint
CREATE INDEX "breach_events_recorded" ON "breach_events" USING btree ("tenant_id","recorded_at");--> statement-breakpoint
CREATE INDEX "outbox_messages_due" ON "outbox_messages" USING btree ("tenant_id","status","next_attempt_at");--> statement-breakpoint
CREATE INDEX "outbox_messages_topic" ON "outbox_messages" USING btree ("tenant_id","topic","created_at");