-- What happened to a request is evidence: only ever added to.
CREATE TRIGGER request_events_no_change BEFORE UPDATE OR DELETE ON request_events FOR EACH ROW EXECUTE FUNCTION lethe_evidence_refuse();
--> statement-breakpoint
CREATE TRIGGER request_events_no_truncate BEFORE TRUNCATE ON request_events FOR EACH STATEMENT EXECUTE FUNCTION lethe_evidence_refuse();
