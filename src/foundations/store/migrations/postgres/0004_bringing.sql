ALTER TABLE "profiles" ADD COLUMN "orcid_sealed" "bytea";--> statement-breakpoint
ALTER TABLE "profiles" ADD COLUMN "closed_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "holds" ADD COLUMN "since_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "requests" ADD COLUMN "imported_at" timestamp (3) with time zone;