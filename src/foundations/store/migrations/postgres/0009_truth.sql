CREATE TABLE "key_generations" (
	"tenant_id" text NOT NULL,
	"bucket" bigint NOT NULL,
	"generation" bigint NOT NULL,
	"under_way" bigint NOT NULL,
	CONSTRAINT "key_generations_tenant_id_bucket_pk" PRIMARY KEY("tenant_id","bucket")
);
