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
CREATE INDEX "policy_proposals_status" ON "policy_proposals" USING btree ("status");