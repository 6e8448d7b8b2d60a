DROP INDEX "audit_entries_subject";--> statement-breakpoint
ALTER TABLE "audit_entries" ADD COLUMN "subject_index" text;--> statement-breakpoint
ALTER TABLE "log_leaves" ADD COLUMN "version" bigint NOT NULL;--> statement-breakpoint
ALTER TABLE "log_leaves" ADD COLUMN "salt" "bytea" NOT NULL;--> statement-breakpoint
ALTER TABLE "log_heads" ADD COLUMN "leaf_version" bigint NOT NULL;--> statement-breakpoint
CREATE INDEX "audit_entries_subject" ON "audit_entries" USING btree ("tenant_id","subject_index");--> statement-breakpoint
-- Whose entry it was may be forgotten, and nothing else; never remembered again.
CREATE FUNCTION lethe_evidence_unname() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.subject_index IS NOT NULL THEN
    RAISE EXCEPTION 'evidence: % is append-only', TG_TABLE_NAME USING ERRCODE = 'LE001';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER audit_entries_forget_only BEFORE UPDATE OF subject_index ON audit_entries FOR EACH ROW EXECUTE FUNCTION lethe_evidence_unname();
