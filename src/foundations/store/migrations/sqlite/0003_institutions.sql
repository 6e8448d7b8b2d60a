CREATE TABLE `visitors_today` (
	`tenant_id` text NOT NULL,
	`day` text NOT NULL,
	`portal` text NOT NULL,
	`visitor` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `day`, `portal`, `visitor`)
) STRICT;
--> statement-breakpoint
CREATE TABLE `visitor_days` (
	`tenant_id` text NOT NULL,
	`day` text NOT NULL,
	`portal` text NOT NULL,
	`visitors` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `day`, `portal`)
) STRICT;
--> statement-breakpoint
CREATE TABLE `visit_erasures` (
	`tenant_id` text NOT NULL,
	`erasure_id` text NOT NULL,
	`status` text NOT NULL,
	`wanted` text NOT NULL,
	`seen` text NOT NULL,
	`digest` text,
	`proposed_by` text NOT NULL,
	`proposed_at` integer NOT NULL,
	`decided_by` text,
	`decided_at` integer,
	`removed` integer NOT NULL,
	`removed_full` integer NOT NULL,
	`finished_at` integer,
	`certificate_id` text,
	PRIMARY KEY(`tenant_id`, `erasure_id`)
) STRICT;
--> statement-breakpoint
CREATE INDEX `visit_erasures_status` ON `visit_erasures` (`tenant_id`,`status`);--> statement-breakpoint
CREATE TABLE `imported_records` (
	`tenant_id` text NOT NULL,
	`kind` text NOT NULL,
	`identity_index` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `kind`, `identity_index`)
) STRICT;
--> statement-breakpoint
CREATE TABLE `import_runs` (
	`tenant_id` text NOT NULL,
	`run_id` text NOT NULL,
	`content_index` text NOT NULL,
	`dry_run` integer NOT NULL,
	`state` text NOT NULL,
	`failure` text,
	`import_id` text,
	`bytes` integer NOT NULL,
	`read_bytes` integer NOT NULL,
	`counts` text NOT NULL,
	`started_at` integer NOT NULL,
	`moved_at` integer NOT NULL,
	`finished_at` integer,
	PRIMARY KEY(`tenant_id`, `run_id`)
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `import_runs_content` ON `import_runs` (`tenant_id`,`content_index`,`dry_run`);--> statement-breakpoint
CREATE INDEX `import_runs_started` ON `import_runs` (`tenant_id`,`started_at`);--> statement-breakpoint
CREATE TABLE `import_faults` (
	`tenant_id` text NOT NULL,
	`run_id` text NOT NULL,
	`line` integer NOT NULL,
	`pointer` text NOT NULL,
	`detail` text NOT NULL,
	`text_sealed` blob,
	PRIMARY KEY(`tenant_id`, `run_id`, `line`)
) STRICT;
--> statement-breakpoint
CREATE TABLE `standings` (
	`tenant_id` text NOT NULL,
	`standing_id` text NOT NULL,
	`subject_id` text NOT NULL,
	`kind` text NOT NULL,
	`name` text NOT NULL,
	`value` text,
	`reference_sealed` blob,
	`reference_index` text NOT NULL,
	`account_sealed` blob NOT NULL,
	`since_at` integer,
	`until_at` integer,
	`recorded_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`policy_hash` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `standing_id`)
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `standings_subject` ON `standings` (`tenant_id`,`subject_id`,`kind`,`name`,`reference_index`);--> statement-breakpoint
CREATE INDEX `standings_name` ON `standings` (`tenant_id`,`kind`,`name`,`until_at`);--> statement-breakpoint
CREATE INDEX `standings_ended` ON `standings` (`tenant_id`,`until_at`);--> statement-breakpoint
CREATE TABLE `retention_reviews` (
	`tenant_id` text NOT NULL,
	`review_id` text NOT NULL,
	`rule_id` text NOT NULL,
	`category` text NOT NULL,
	`why` text NOT NULL,
	`rows` integer NOT NULL,
	`due_since` integer NOT NULL,
	`opened_at` integer NOT NULL,
	`state` text NOT NULL,
	`kept_until` integer,
	`reason_sealed` blob,
	`treat_rule` text,
	`decided_by` text,
	`decided_role` text,
	`decided_at` integer,
	`approved_by` text,
	`sweep_id` text,
	PRIMARY KEY(`tenant_id`, `review_id`)
) STRICT;
--> statement-breakpoint
CREATE INDEX `retention_reviews_state` ON `retention_reviews` (`tenant_id`,`state`,`opened_at`);--> statement-breakpoint
CREATE TABLE `retention_review_rows` (
	`tenant_id` text NOT NULL,
	`rule_id` text NOT NULL,
	`row_key` text NOT NULL,
	`review_id` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `rule_id`, `row_key`)
) STRICT;
--> statement-breakpoint
CREATE INDEX `retention_review_rows_review` ON `retention_review_rows` (`tenant_id`,`review_id`);--> statement-breakpoint
CREATE TABLE `first_sights` (
	`tenant_id` text NOT NULL,
	`holder` text NOT NULL,
	`entry` text NOT NULL,
	`row_mark` text NOT NULL,
	`first_seen` integer NOT NULL,
	`last_seen` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `holder`, `entry`, `row_mark`)
) STRICT;
--> statement-breakpoint
CREATE INDEX `first_sights_last` ON `first_sights` (`tenant_id`,`holder`,`entry`,`last_seen`);--> statement-breakpoint
CREATE TABLE `policy_proposals` (
	`tenant_id` text NOT NULL,
	`proposal_id` text NOT NULL,
	`status` text NOT NULL,
	`in_force_from` text NOT NULL,
	`reason` text NOT NULL,
	`base` text NOT NULL,
	`overlay` text NOT NULL,
	`policy_hash` text NOT NULL,
	`files` text NOT NULL,
	`difference` text NOT NULL,
	`numbers` text NOT NULL,
	`digest` text NOT NULL,
	`proposed_at` integer NOT NULL,
	`proposed_by` text NOT NULL,
	`decided_at` integer,
	`decided_by` text,
	`because` text,
	`fact_version` integer,
	PRIMARY KEY(`tenant_id`, `proposal_id`)
) STRICT;
--> statement-breakpoint
CREATE INDEX `policy_proposals_status` ON `policy_proposals` (`tenant_id`,`status`);--> statement-breakpoint
CREATE TABLE `departures` (
	`tenant_id` text NOT NULL,
	`departure_id` text NOT NULL,
	`choice` text NOT NULL,
	`ends_on` text NOT NULL,
	`reason` text NOT NULL,
	`agreement` text,
	`status` text NOT NULL,
	`digest` text NOT NULL,
	`found` text NOT NULL,
	`proposed_by` text NOT NULL,
	`proposed_at` integer NOT NULL,
	`decided_by` text,
	`decided_at` integer,
	`returned_at` integer,
	`return_digest` text,
	`return_size` integer,
	`acknowledged_by` text,
	`acknowledged_at` integer,
	`deletion_by` text,
	`deletion_at` integer,
	`progress` text,
	`deleted_at` integer,
	`certificate` text,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `departure_id`)
) STRICT;
--> statement-breakpoint
CREATE TABLE `finished_logs` (
	`tenant_id` text NOT NULL,
	`generation` integer NOT NULL,
	`origin` text NOT NULL,
	`size` integer NOT NULL,
	`root` text NOT NULL,
	`checkpoint` text NOT NULL,
	`verifier_key` text NOT NULL,
	`key_set` text NOT NULL,
	`received_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `generation`)
) STRICT;
--> statement-breakpoint
ALTER TABLE `tenants` ADD `leaving_since` integer;--> statement-breakpoint
ALTER TABLE `consent_events` ADD `imported_at` integer;--> statement-breakpoint
ALTER TABLE `consent_events` ADD `vouched_by` text;--> statement-breakpoint
ALTER TABLE `imports` ADD `counts` text;--> statement-breakpoint
ALTER TABLE `profiles` ADD `orcid_sealed` blob;--> statement-breakpoint
ALTER TABLE `profiles` ADD `closed_at` integer;--> statement-breakpoint
ALTER TABLE `profiles` ADD `warned_for` integer;--> statement-breakpoint
ALTER TABLE `profiles` ADD `warned_at` integer;--> statement-breakpoint
ALTER TABLE `profiles` ADD `warned_with` text;--> statement-breakpoint
ALTER TABLE `profiles` ADD `warning_message` text;--> statement-breakpoint
ALTER TABLE `holds` ADD `since_at` integer;--> statement-breakpoint
ALTER TABLE `sweeps` ADD `review_id` text;--> statement-breakpoint
ALTER TABLE `sweep_steps` ADD `kept` text;--> statement-breakpoint
ALTER TABLE `sweep_steps` ADD `unwarned` integer;--> statement-breakpoint
ALTER TABLE `requests` ADD `imported_at` integer;
--> statement-breakpoint
-- The place in a history is made of the instant of the decision (data/consent/place.ts): what stands is placed anew, in the order it has, once and for all.
DROP TRIGGER consent_events_no_update;
--> statement-breakpoint
UPDATE consent_events SET seq = placed.place FROM (
  SELECT tenant_id, event_id, n + max(CASE WHEN source = 'job' THEN NULL ELSE recorded_at * 32 + 30 - n END)
    OVER (PARTITION BY tenant_id, subject_id, purpose_id ORDER BY seq ROWS UNBOUNDED PRECEDING) AS place
  FROM (SELECT *, row_number() OVER (PARTITION BY tenant_id, subject_id, purpose_id ORDER BY seq) AS n FROM consent_events) AS numbered
) AS placed
WHERE placed.tenant_id = consent_events.tenant_id AND placed.event_id = consent_events.event_id AND placed.place IS NOT NULL;
--> statement-breakpoint
CREATE TRIGGER consent_events_no_update BEFORE UPDATE OF tenant_id, event_id, subject_id, subject_kind, purpose_id, seq, status, consent_type, purpose_version, notice_id, notice_major, notice_minor, notice_hash, language, controllers, act, method, source, jurisdiction, recorded_at, imported_at, vouched_by, expires_at, policy_hash ON consent_events
BEGIN SELECT RAISE(ABORT, 'evidence: consent_events is append-only'); END;
