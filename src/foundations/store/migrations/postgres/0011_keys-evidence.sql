-- What is sealed in evidence may be sealed anew under another key: in a transaction that holds a row of evidence_unlocks, and to the same length.
CREATE OR REPLACE FUNCTION lethe_evidence_forget() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF length(NEW.evidence_sealed) <> length(OLD.evidence_sealed) OR (OLD.evidence_sealed IS NULL AND NEW.evidence_sealed IS NOT NULL)
    OR NOT EXISTS (SELECT 1 FROM evidence_unlocks WHERE tenant_id = OLD.tenant_id) THEN
    RAISE EXCEPTION 'evidence: % is append-only', TG_TABLE_NAME USING ERRCODE = 'LE001';
  END IF;
  RETURN NEW;
END $$;
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
DROP TRIGGER breach_events_no_change ON breach_events;
--> statement-breakpoint
CREATE TRIGGER breach_events_no_change BEFORE UPDATE OF tenant_id, breach_id, seq, kind, occurred_at, recorded_at, recorded_by, facts, policy_hash OR DELETE ON breach_events FOR EACH ROW EXECUTE FUNCTION lethe_evidence_refuse();
--> statement-breakpoint
CREATE TRIGGER breach_events_reseal_only BEFORE UPDATE OF text_sealed ON breach_events FOR EACH ROW EXECUTE FUNCTION lethe_evidence_reseal();
