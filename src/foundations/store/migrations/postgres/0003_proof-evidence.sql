-- The log is evidence: places, tiles and cosigned heads stay as they are; a tile may only grow.
INSERT INTO audit_pending (tenant_id, entry_id) SELECT tenant_id, entry_id FROM audit_entries;
--> statement-breakpoint
CREATE TRIGGER log_leaves_no_change BEFORE UPDATE OR DELETE ON log_leaves FOR EACH ROW EXECUTE FUNCTION lethe_evidence_refuse();
--> statement-breakpoint
CREATE TRIGGER log_leaves_no_truncate BEFORE TRUNCATE ON log_leaves FOR EACH STATEMENT EXECUTE FUNCTION lethe_evidence_refuse();
--> statement-breakpoint
CREATE TRIGGER log_witnessed_no_change BEFORE UPDATE OR DELETE ON log_witnessed FOR EACH ROW EXECUTE FUNCTION lethe_evidence_refuse();
--> statement-breakpoint
CREATE TRIGGER log_witnessed_no_truncate BEFORE TRUNCATE ON log_witnessed FOR EACH STATEMENT EXECUTE FUNCTION lethe_evidence_refuse();
--> statement-breakpoint
CREATE TRIGGER notice_texts_no_change BEFORE UPDATE OR DELETE ON notice_texts FOR EACH ROW EXECUTE FUNCTION lethe_evidence_refuse();
--> statement-breakpoint
CREATE TRIGGER notice_texts_no_truncate BEFORE TRUNCATE ON notice_texts FOR EACH STATEMENT EXECUTE FUNCTION lethe_evidence_refuse();
--> statement-breakpoint
CREATE FUNCTION lethe_tile_grow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.tenant_id <> OLD.tenant_id OR NEW.level <> OLD.level OR NEW.tile_index <> OLD.tile_index
    OR length(NEW.hashes) <= length(OLD.hashes) OR substr(NEW.hashes, 1, length(OLD.hashes)) <> OLD.hashes THEN
    RAISE EXCEPTION 'evidence: % is append-only', TG_TABLE_NAME USING ERRCODE = 'LE001';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER log_tiles_only_grow BEFORE UPDATE ON log_tiles FOR EACH ROW EXECUTE FUNCTION lethe_tile_grow();
--> statement-breakpoint
CREATE TRIGGER log_tiles_no_delete BEFORE DELETE ON log_tiles FOR EACH ROW EXECUTE FUNCTION lethe_evidence_refuse();
--> statement-breakpoint
CREATE TRIGGER log_tiles_no_truncate BEFORE TRUNCATE ON log_tiles FOR EACH STATEMENT EXECUTE FUNCTION lethe_evidence_refuse();
