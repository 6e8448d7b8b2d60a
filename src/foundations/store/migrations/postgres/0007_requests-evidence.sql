-- What happened to a request is evidence: only ever added to, until its retention ends.
CREATE TRIGGER request_events_no_update BEFORE UPDATE ON request_events FOR EACH ROW EXECUTE FUNCTION lethe_evidence_refuse();
--> statement-breakpoint
CREATE TRIGGER request_events_no_delete BEFORE DELETE ON request_events FOR EACH ROW EXECUTE FUNCTION lethe_evidence_delete();
--> statement-breakpoint
CREATE TRIGGER request_events_no_truncate BEFORE TRUNCATE ON request_events FOR EACH STATEMENT EXECUTE FUNCTION lethe_evidence_refuse();
