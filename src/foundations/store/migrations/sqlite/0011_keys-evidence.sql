-- What is sealed in evidence may be sealed anew under another key: in a transaction that holds a row of evidence_unlocks, and to the same length.
DROP TRIGGER consent_events_forget_only;
--> statement-breakpoint
CREATE TRIGGER consent_events_forget_only BEFORE UPDATE OF evidence_sealed ON consent_events
WHEN length(NEW.evidence_sealed) <> length(OLD.evidence_sealed) OR (OLD.evidence_sealed IS NULL AND NEW.evidence_sealed IS NOT NULL)
  OR NOT EXISTS (SELECT 1 FROM evidence_unlocks WHERE tenant_id = OLD.tenant_id)
BEGIN SELECT RAISE(ABORT, 'evidence: consent_events is append-only'); END;
--> statement-breakpoint
DROP TRIGGER breach_events_no_update;
--> statement-breakpoint
CREATE TRIGGER breach_events_no_update BEFORE UPDATE OF tenant_id, breach_id, seq, kind, occurred_at, recorded_at, recorded_by, facts, policy_hash ON breach_events
BEGIN SELECT RAISE(ABORT, 'evidence: breach_events is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER breach_events_reseal_only BEFORE UPDATE OF text_sealed ON breach_events
WHEN length(NEW.text_sealed) IS NOT length(OLD.text_sealed) OR NOT EXISTS (SELECT 1 FROM evidence_unlocks WHERE tenant_id = OLD.tenant_id)
BEGIN SELECT RAISE(ABORT, 'evidence: breach_events is append-only'); END;
