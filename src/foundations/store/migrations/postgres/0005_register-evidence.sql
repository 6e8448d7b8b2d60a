-- The register and the breach register are evidence: only ever added to.
CREATE TRIGGER policy_sets_no_change BEFORE UPDATE OR DELETE ON policy_sets FOR EACH ROW EXECUTE FUNCTION lethe_evidence_refuse();
--> statement-breakpoint
CREATE TRIGGER policy_sets_no_truncate BEFORE TRUNCATE ON policy_sets FOR EACH STATEMENT EXECUTE FUNCTION lethe_evidence_refuse();
--> statement-breakpoint
CREATE TRIGGER register_facts_no_change BEFORE UPDATE OR DELETE ON register_facts FOR EACH ROW EXECUTE FUNCTION lethe_evidence_refuse();
--> statement-breakpoint
CREATE TRIGGER register_facts_no_truncate BEFORE TRUNCATE ON register_facts FOR EACH STATEMENT EXECUTE FUNCTION lethe_evidence_refuse();
--> statement-breakpoint
CREATE TRIGGER breach_events_no_change BEFORE UPDATE OR DELETE ON breach_events FOR EACH ROW EXECUTE FUNCTION lethe_evidence_refuse();
--> statement-breakpoint
CREATE TRIGGER breach_events_no_truncate BEFORE TRUNCATE ON breach_events FOR EACH STATEMENT EXECUTE FUNCTION lethe_evidence_refuse();
