-- The log is evidence: places, tiles and cosigned heads stay as they are; a tile may only grow.
INSERT INTO audit_pending (tenant_id, entry_id) SELECT tenant_id, entry_id FROM audit_entries;
--> statement-breakpoint
CREATE TRIGGER log_leaves_no_update BEFORE UPDATE ON log_leaves
BEGIN SELECT RAISE(ABORT, 'evidence: log_leaves is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER log_leaves_no_delete BEFORE DELETE ON log_leaves
BEGIN SELECT RAISE(ABORT, 'evidence: log_leaves is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER log_witnessed_no_update BEFORE UPDATE ON log_witnessed
BEGIN SELECT RAISE(ABORT, 'evidence: log_witnessed is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER log_witnessed_no_delete BEFORE DELETE ON log_witnessed
BEGIN SELECT RAISE(ABORT, 'evidence: log_witnessed is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER notice_texts_no_update BEFORE UPDATE ON notice_texts
BEGIN SELECT RAISE(ABORT, 'evidence: notice_texts is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER notice_texts_no_delete BEFORE DELETE ON notice_texts
BEGIN SELECT RAISE(ABORT, 'evidence: notice_texts is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER log_tiles_only_grow BEFORE UPDATE ON log_tiles
WHEN NEW.tenant_id <> OLD.tenant_id OR NEW.level <> OLD.level OR NEW.tile_index <> OLD.tile_index
  OR length(NEW.hashes) <= length(OLD.hashes) OR substr(NEW.hashes, 1, length(OLD.hashes)) <> OLD.hashes
BEGIN SELECT RAISE(ABORT, 'evidence: log_tiles is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER log_tiles_no_delete BEFORE DELETE ON log_tiles
BEGIN SELECT RAISE(ABORT, 'evidence: log_tiles is append-only'); END;
