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
CREATE TRIGGER breach_events_no_update BEFORE UPDATE ON breach_events
BEGIN SELECT RAISE(ABORT, 'evidence: breach_events is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER breach_events_no_delete BEFORE DELETE ON breach_events
BEGIN SELECT RAISE(ABORT, 'evidence: breach_events is append-only'); END;
