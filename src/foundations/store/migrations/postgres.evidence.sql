-- What is evidence cannot be edited: only deleted, and only inside a transaction that holds a row of evidence_unlocks.
CREATE FUNCTION lethe_evidence_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'evidence: % is append-only', TG_TABLE_NAME USING ERRCODE = 'LE001';
END $$;
--> statement-breakpoint
CREATE FUNCTION lethe_evidence_delete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM evidence_unlocks WHERE tenant_id = OLD.tenant_id) THEN
    RAISE EXCEPTION 'evidence: % is append-only', TG_TABLE_NAME USING ERRCODE = 'LE001';
  END IF;
  RETURN OLD;
END $$;
--> statement-breakpoint
-- What is sealed in evidence may be sealed anew under another key: in a transaction that holds a row of evidence_unlocks, and to the same length.
CREATE FUNCTION lethe_evidence_forget() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF length(NEW.evidence_sealed) <> length(OLD.evidence_sealed) OR (OLD.evidence_sealed IS NULL AND NEW.evidence_sealed IS NOT NULL)
    OR NOT EXISTS (SELECT 1 FROM evidence_unlocks WHERE tenant_id = OLD.tenant_id) THEN
    RAISE EXCEPTION 'evidence: % is append-only', TG_TABLE_NAME USING ERRCODE = 'LE001';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER consent_events_no_update BEFORE UPDATE OF tenant_id, event_id, subject_id, subject_kind, purpose_id, seq, status, consent_type, purpose_version, notice_id, notice_major, notice_minor, notice_hash, language, controllers, act, method, source, jurisdiction, recorded_at, expires_at, policy_hash ON consent_events FOR EACH ROW EXECUTE FUNCTION lethe_evidence_refuse();
--> statement-breakpoint
CREATE TRIGGER consent_events_no_delete BEFORE DELETE ON consent_events FOR EACH ROW EXECUTE FUNCTION lethe_evidence_delete();
--> statement-breakpoint
CREATE TRIGGER consent_events_no_truncate BEFORE TRUNCATE ON consent_events FOR EACH STATEMENT EXECUTE FUNCTION lethe_evidence_refuse();
--> statement-breakpoint
CREATE TRIGGER consent_events_forget_only BEFORE UPDATE OF evidence_sealed ON consent_events FOR EACH ROW EXECUTE FUNCTION lethe_evidence_forget();
--> statement-breakpoint
CREATE TRIGGER audit_entries_no_update BEFORE UPDATE OF tenant_id, entry_id, recorded_at, actor, role, action, subject, policy_hash, request_id, detail ON audit_entries FOR EACH ROW EXECUTE FUNCTION lethe_evidence_refuse();
--> statement-breakpoint
CREATE TRIGGER audit_entries_no_delete BEFORE DELETE ON audit_entries FOR EACH ROW EXECUTE FUNCTION lethe_evidence_delete();
--> statement-breakpoint
CREATE TRIGGER audit_entries_no_truncate BEFORE TRUNCATE ON audit_entries FOR EACH STATEMENT EXECUTE FUNCTION lethe_evidence_refuse();
--> statement-breakpoint
CREATE TRIGGER certificates_no_update BEFORE UPDATE OF tenant_id, certificate_id, kind, issued_at, body ON certificates FOR EACH ROW EXECUTE FUNCTION lethe_evidence_refuse();
--> statement-breakpoint
CREATE TRIGGER certificates_no_delete BEFORE DELETE ON certificates FOR EACH ROW EXECUTE FUNCTION lethe_evidence_delete();
--> statement-breakpoint
CREATE TRIGGER certificates_no_truncate BEFORE TRUNCATE ON certificates FOR EACH STATEMENT EXECUTE FUNCTION lethe_evidence_refuse();
--> statement-breakpoint
-- The log is evidence: places, tiles and cosigned heads stay as they are; a tile may only grow.
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
--> statement-breakpoint
-- The register and the breach register are evidence: only ever added to.
CREATE TRIGGER policy_sets_no_change BEFORE UPDATE OR DELETE ON policy_sets FOR EACH ROW EXECUTE FUNCTION lethe_evidence_refuse();
--> statement-breakpoint
CREATE TRIGGER policy_sets_no_truncate BEFORE TRUNCATE ON policy_sets FOR EACH STATEMENT EXECUTE FUNCTION lethe_evidence_refuse();
--> statement-breakpoint
CREATE TRIGGER register_facts_no_change BEFORE UPDATE OR DELETE ON register_facts FOR EACH ROW EXECUTE FUNCTION lethe_evidence_refuse();
--> statement-breakpoint
CREATE TRIGGER register_facts_no_truncate BEFORE TRUNCATE ON register_facts FOR EACH STATEMENT EXECUTE FUNCTION lethe_evidence_refuse();
--> statement-breakpoint
CREATE TRIGGER breach_events_no_change BEFORE UPDATE OF tenant_id, breach_id, seq, kind, occurred_at, recorded_at, recorded_by, facts, policy_hash OR DELETE ON breach_events FOR EACH ROW EXECUTE FUNCTION lethe_evidence_refuse();
--> statement-breakpoint
CREATE TRIGGER breach_events_no_truncate BEFORE TRUNCATE ON breach_events FOR EACH STATEMENT EXECUTE FUNCTION lethe_evidence_refuse();
--> statement-breakpoint
-- What happened to a request is evidence: only ever added to, until its retention ends.
CREATE TRIGGER request_events_no_update BEFORE UPDATE ON request_events FOR EACH ROW EXECUTE FUNCTION lethe_evidence_refuse();
--> statement-breakpoint
CREATE TRIGGER request_events_no_delete BEFORE DELETE ON request_events FOR EACH ROW EXECUTE FUNCTION lethe_evidence_delete();
--> statement-breakpoint
CREATE TRIGGER request_events_no_truncate BEFORE TRUNCATE ON request_events FOR EACH STATEMENT EXECUTE FUNCTION lethe_evidence_refuse();
--> statement-breakpoint
CREATE FUNCTION lethe_evidence_reseal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF length(NEW.text_sealed) IS DISTINCT FROM length(OLD.text_sealed)
    OR NOT EXISTS (SELECT 1 FROM evidence_unlocks WHERE tenant_id = OLD.tenant_id) THEN
    RAISE EXCEPTION 'evidence: % is append-only', TG_TABLE_NAME USING ERRCODE = 'LE001';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER breach_events_reseal_only BEFORE UPDATE OF text_sealed ON breach_events FOR EACH ROW EXECUTE FUNCTION lethe_evidence_reseal();
--> statement-breakpoint
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
