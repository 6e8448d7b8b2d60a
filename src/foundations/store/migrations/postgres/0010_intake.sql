CREATE TABLE "unconfirmed_requests" (
	"tenant_id" text NOT NULL,
	"unconfirmed_id" text NOT NULL,
	"mailbox_index" text NOT NULL,
	"network_index" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"mail" text NOT NULL,
	"mail_attempts" bigint NOT NULL,
	"mail_due_at" timestamp (3) with time zone,
	"asked_sealed" "bytea",
	CONSTRAINT "unconfirmed_requests_tenant_id_unconfirmed_id_pk" PRIMARY KEY("tenant_id","unconfirmed_id")
);
--> statement-breakpoint
CREATE INDEX "unconfirmed_requests_mail" ON "unconfirmed_requests" USING btree ("tenant_id","mail","mail_due_at");--> statement-breakpoint
CREATE INDEX "unconfirmed_requests_expires" ON "unconfirmed_requests" USING btree ("tenant_id","expires_at");