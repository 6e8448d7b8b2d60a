CREATE TABLE "drp_requests" (
	"tenant_id" text NOT NULL,
	"request_id" text NOT NULL,
	"agent" text NOT NULL,
	"fingerprint" text NOT NULL,
	"status" text NOT NULL,
	"reason" text,
	"payload_sealed" "bytea",
	"received_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "drp_requests_tenant_id_request_id_pk" PRIMARY KEY("tenant_id","request_id")
);
--> statement-breakpoint
CREATE UNIQUE INDEX "drp_requests_fingerprint" ON "drp_requests" USING btree ("tenant_id","fingerprint");