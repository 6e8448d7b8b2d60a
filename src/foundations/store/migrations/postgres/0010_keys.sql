CREATE TABLE "webhook_secrets" (
	"tenant_id" text NOT NULL,
	"party" text NOT NULL,
	"number" bigint NOT NULL,
	"ends_at" timestamp (3) with time zone,
	CONSTRAINT "webhook_secrets_tenant_id_party_number_pk" PRIMARY KEY("tenant_id","party","number")
);
