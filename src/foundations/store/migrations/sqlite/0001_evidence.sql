-- What is evidence cannot be edited: only deleted, and only inside a transaction that holds a row of evidence_unlocks.
CREATE TRIGGER consent_events_no_update BEFORE UPDATE OF tenant_id, event_id, subject_id, subject_kind, purpose_id, seq, status, consent_type, purpose_version, notice_id, notice_major, notice_minor, notice_hash, language, controllers, act, method, source, jurisdiction, recorded_at, expires_at, policy_hash ON consent_events
BEGIN SELECT RAISE(ABORT, 'evidence: consent_events is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER consent_events_no_delete BEFORE DELETE ON consent_events
WHEN NOT EXISTS (SELECT 1 FROM evidence_unlocks WHERE tenant_id = OLD.tenant_id)
BEGIN SELECT RAISE(ABORT, 'evidence: consent_events is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER consent_events_forget_only BEFORE UPDATE OF evidence_sealed ON consent_events
WHEN NEW.evidence_sealed IS NOT NULL OR NOT EXISTS (SELECT 1 FROM evidence_unlocks WHERE tenant_id = OLD.tenant_id)
BEGIN SELECT RAISE(ABORT, 'evidence: consent_events is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER audit_entries_no_update BEFORE UPDATE OF tenant_id, entry_id, recorded_at, actor, role, action, subject, policy_hash, request_id, detail ON audit_entries
BEGIN SELECT RAISE(ABORT, 'evidence: audit_entries is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER audit_entries_no_delete BEFORE DELETE ON audit_entries
WHEN NOT EXISTS (SELECT 1 FROM evidence_unlocks WHERE tenant_id = OLD.tenant_id)
BEGIN SELECT RAISE(ABORT, 'evidence: audit_entries is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER certificates_no_update BEFORE UPDATE OF tenant_id, certificate_id, kind, issued_at, body ON certificates
BEGIN SELECT RAISE(ABORT, 'evidence: certificates is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER certificates_no_delete BEFORE DELETE ON certificates
WHEN NOT EXISTS (SELECT 1 FROM evidence_unlocks WHERE tenant_id = OLD.tenant_id)
BEGIN SELECT RAISE(ABORT, 'evidence: certificates is append-only'); END;
