DROP INDEX `audit_entries_subject`;--> statement-breakpoint
ALTER TABLE `audit_entries` ADD `subject_index` text;--> statement-breakpoint
CREATE INDEX `audit_entries_subject` ON `audit_entries` (`tenant_id`,`subject_index`);--> statement-breakpoint
ALTER TABLE `log_leaves` ADD `version` integer NOT NULL;--> statement-breakpoint
ALTER TABLE `log_leaves` ADD `salt` blob NOT NULL;--> statement-breakpoint
ALTER TABLE `log_heads` ADD `leaf_version` integer NOT NULL;--> statement-breakpoint
-- Whose entry it was may be forgotten, and nothing else; never remembered again.
CREATE TRIGGER audit_entries_forget_only BEFORE UPDATE OF subject_index ON audit_entries
WHEN NEW.subject_index IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'evidence: audit_entries is append-only'); END;
