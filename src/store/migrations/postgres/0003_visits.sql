DROP INDEX "visits_life";--> statement-breakpoint
ALTER TABLE "imports" ADD COLUMN "rejected_bytes" bigint NOT NULL;--> statement-breakpoint
CREATE INDEX "visits_life" ON "visits" USING btree ("tenant_id","life","occurred_at","visit_id");