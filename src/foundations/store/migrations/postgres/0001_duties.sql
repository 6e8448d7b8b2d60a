ALTER TABLE "consent_events" ADD COLUMN "age_check" text;--> statement-breakpoint
ALTER TABLE "consent_events" ADD COLUMN "parental_method" text;--> statement-breakpoint
ALTER TABLE "consent_events" ADD COLUMN "parental_sealed" "bytea";--> statement-breakpoint
ALTER TABLE "profiles" ADD COLUMN "statement_special_id" text;--> statement-breakpoint
ALTER TABLE "profiles" ADD COLUMN "obtained_from" text;--> statement-breakpoint
ALTER TABLE "profiles" ADD COLUMN "obtained_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "profiles" ADD COLUMN "inform_state" text;--> statement-breakpoint
ALTER TABLE "profiles" ADD COLUMN "inform_by" text;--> statement-breakpoint
ALTER TABLE "profiles" ADD COLUMN "inform_because" text;--> statement-breakpoint
ALTER TABLE "profiles" ADD COLUMN "informed_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "profiles" ADD COLUMN "informed_under" text;--> statement-breakpoint
ALTER TABLE "profiles" ADD COLUMN "inform_exemption" text;--> statement-breakpoint
ALTER TABLE "profiles" ADD COLUMN "inform_exemption_reason" text;--> statement-breakpoint
ALTER TABLE "associations" ADD COLUMN "title_special_id" text;--> statement-breakpoint
ALTER TABLE "associations" ADD COLUMN "obtained_from" text;--> statement-breakpoint
ALTER TABLE "associations" ADD COLUMN "obtained_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "associations" ADD COLUMN "inform_state" text;--> statement-breakpoint
ALTER TABLE "associations" ADD COLUMN "inform_by" text;--> statement-breakpoint
ALTER TABLE "associations" ADD COLUMN "inform_because" text;--> statement-breakpoint
ALTER TABLE "associations" ADD COLUMN "informed_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "associations" ADD COLUMN "informed_under" text;--> statement-breakpoint
ALTER TABLE "associations" ADD COLUMN "inform_exemption" text;--> statement-breakpoint
ALTER TABLE "associations" ADD COLUMN "inform_exemption_reason" text;--> statement-breakpoint
ALTER TABLE "request_texts" ADD COLUMN "special_id" text;--> statement-breakpoint
CREATE INDEX "profiles_special" ON "profiles" USING btree ("tenant_id","statement_special_id");--> statement-breakpoint
CREATE INDEX "profiles_inform" ON "profiles" USING btree ("tenant_id","inform_state","inform_by");--> statement-breakpoint
CREATE INDEX "associations_special" ON "associations" USING btree ("tenant_id","title_special_id");--> statement-breakpoint
CREATE INDEX "associations_inform" ON "associations" USING btree ("tenant_id","inform_state","inform_by","association_id");--> statement-breakpoint
CREATE INDEX "request_texts_special" ON "request_texts" USING btree ("tenant_id","special_id");--> statement-breakpoint
CREATE TRIGGER consent_events_no_update_of_age BEFORE UPDATE OF age_check, parental_method ON consent_events FOR EACH ROW EXECUTE FUNCTION lethe_evidence_refuse();
--> statement-breakpoint
CREATE FUNCTION lethe_evidence_reseal_parental() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF length(NEW.parental_sealed) IS DISTINCT FROM length(OLD.parental_sealed)
    OR NOT EXISTS (SELECT 1 FROM evidence_unlocks WHERE tenant_id = OLD.tenant_id) THEN
    RAISE EXCEPTION 'evidence: % is append-only', TG_TABLE_NAME USING ERRCODE = 'LE001';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER consent_events_parental_reseal_only BEFORE UPDATE OF parental_sealed ON consent_events FOR EACH ROW EXECUTE FUNCTION lethe_evidence_reseal_parental();
