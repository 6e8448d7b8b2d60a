ALTER TABLE "consent_events" ADD COLUMN "age_check" text;--> statement-breakpoint
ALTER TABLE "consent_events" ADD COLUMN "parental_method" text;--> statement-breakpoint
ALTER TABLE "consent_events" ADD COLUMN "parental_sealed" "bytea";--> statement-breakpoint
ALTER TABLE "profiles" ADD COLUMN "obtained_from" text;--> statement-breakpoint
ALTER TABLE "profiles" ADD COLUMN "obtained_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "profiles" ADD COLUMN "inform_state" text;--> statement-breakpoint
ALTER TABLE "profiles" ADD COLUMN "inform_by" text;--> statement-breakpoint
ALTER TABLE "profiles" ADD COLUMN "inform_because" text;--> statement-breakpoint
ALTER TABLE "profiles" ADD COLUMN "informed_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "profiles" ADD COLUMN "informed_under" text;--> statement-breakpoint
ALTER TABLE "profiles" ADD COLUMN "inform_exemption" text;--> statement-breakpoint
ALTER TABLE "profiles" ADD COLUMN "inform_exemption_reason" text;--> statement-breakpoint
ALTER TABLE "associations" ADD COLUMN "obtained_from" text;--> statement-breakpoint
ALTER TABLE "associations" ADD COLUMN "obtained_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "associations" ADD COLUMN "inform_state" text;--> statement-breakpoint
ALTER TABLE "associations" ADD COLUMN "inform_by" text;--> statement-breakpoint
ALTER TABLE "associations" ADD COLUMN "inform_because" text;--> statement-breakpoint
ALTER TABLE "associations" ADD COLUMN "informed_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "associations" ADD COLUMN "informed_under" text;--> statement-breakpoint
ALTER TABLE "associations" ADD COLUMN "inform_exemption" text;--> statement-breakpoint
ALTER TABLE "associations" ADD COLUMN "inform_exemption_reason" text;--> statement-breakpoint
CREATE INDEX "profiles_inform" ON "profiles" USING btree ("tenant_id","inform_state","inform_by");--> statement-breakpoint
CREATE INDEX "associations_inform" ON "associations" USING btree ("tenant_id","inform_state","inform_by","association_id");