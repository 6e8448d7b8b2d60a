ALTER TABLE "erasures" ADD COLUMN "held" jsonb;--> statement-breakpoint
ALTER TABLE "erasures" ADD COLUMN "order_sealed" "bytea";