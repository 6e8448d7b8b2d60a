-- What is evidence cannot be edited: only deleted, and only inside a transaction that holds a row of evidence_unlocks.
CREATE TRIGGER consent_events_no_update BEFORE UPDATE OF tenant_id, event_id, subject_id, subject_kind, purpose_id, seq, status, consent_type, purpose_version, notice_id, notice_major, notice_minor, notice_hash, language, controllers, act, method, source, jurisdiction, recorded_at, expires_at, policy_hash ON consent_events
BEGIN SELECT RAISE(ABORT, 'evidence: consent_events is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER consent_events_no_delete BEFORE DELETE ON consent_events
WHEN NOT EXISTS (SELECT 1 FROM evidence_unlocks WHERE tenant_id = OLD.tenant_id)
BEGIN SELECT RAISE(ABORT, 'evidence: consent_events is append-only'); END;
--> statement-breakpoint
-- What is sealed in evidence may be sealed anew under another key: in a transaction that holds a row of evidence_unlocks, and to the same length.
CREATE TRIGGER consent_events_forget_only BEFORE UPDATE OF evidence_sealed ON consent_events
WHEN length(NEW.evidence_sealed) <> length(OLD.evidence_sealed) OR (OLD.evidence_sealed IS NULL AND NEW.evidence_sealed IS NOT NULL)
  OR NOT EXISTS (SELECT 1 FROM evidence_unlocks WHERE tenant_id = OLD.tenant_id)
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
--> statement-breakpoint
-- The log is evidence: places, tiles and cosigned heads stay as they are; a tile may only grow.
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
--> statement-breakpoint
-- The register and the breach register are evidence: only ever added to.
CREATE TRIGGER policy_sets_no_update BEFORE UPDATE ON policy_sets
BEGIN SELECT RAISE(ABORT, 'evidence: policy_sets is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER policy_sets_no_delete BEFORE DELETE ON policy_sets
BEGIN SELECT RAISE(ABORT, 'evidence: policy_sets is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER register_facts_no_update BEFORE UPDATE ON register_facts
BEGIN SELECT RAISE(ABORT, 'evidence: register_facts is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER register_facts_no_delete BEFORE DELETE ON register_facts
BEGIN SELECT RAISE(ABORT, 'evidence: register_facts is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER breach_events_no_update BEFORE UPDATE OF tenant_id, breach_id, seq, kind, occurred_at, recorded_at, recorded_by, facts, policy_hash ON breach_events
BEGIN SELECT RAISE(ABORT, 'evidence: breach_events is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER breach_events_no_delete BEFORE DELETE ON breach_events
BEGIN SELECT RAISE(ABORT, 'evidence: breach_events is append-only'); END;
--> statement-breakpoint
-- What happened to a request is evidence: only ever added to, until its retention ends.
CREATE TRIGGER request_events_no_update BEFORE UPDATE ON request_events
BEGIN SELECT RAISE(ABORT, 'evidence: request_events is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER request_events_no_delete BEFORE DELETE ON request_events
WHEN NOT EXISTS (SELECT 1 FROM evidence_unlocks WHERE tenant_id = OLD.tenant_id)
BEGIN SELECT RAISE(ABORT, 'evidence: request_events is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER breach_events_reseal_only BEFORE UPDATE OF text_sealed ON breach_events
WHEN length(NEW.text_sealed) IS NOT length(OLD.text_sealed) OR NOT EXISTS (SELECT 1 FROM evidence_unlocks WHERE tenant_id = OLD.tenant_id)
BEGIN SELECT RAISE(ABORT, 'evidence: breach_events is append-only'); END;
--> statement-breakpoint
-- Whose entry it was may be forgotten, and nothing else; never remembered again.
CREATE TRIGGER audit_entries_forget_only BEFORE UPDATE OF subject_index ON audit_entries
WHEN NEW.subject_index IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'evidence: audit_entries is append-only'); END;
