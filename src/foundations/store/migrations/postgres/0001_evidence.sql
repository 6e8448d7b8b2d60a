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
CREATE FUNCTION lethe_evidence_forget() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.evidence_sealed IS NOT NULL OR NOT EXISTS (SELECT 1 FROM evidence_unlocks WHERE tenant_id = OLD.tenant_id) THEN
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
