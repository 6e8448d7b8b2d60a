-- What happened to a request is evidence: only ever added to, until its retention ends.
CREATE TRIGGER request_events_no_update BEFORE UPDATE ON request_events
BEGIN SELECT RAISE(ABORT, 'evidence: request_events is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER request_events_no_delete BEFORE DELETE ON request_events
WHEN NOT EXISTS (SELECT 1 FROM evidence_unlocks WHERE tenant_id = OLD.tenant_id)
BEGIN SELECT RAISE(ABORT, 'evidence: request_events is append-only'); END;
