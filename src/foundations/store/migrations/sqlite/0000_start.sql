CREATE TABLE `tenants` (
	`tenant_id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`time_zone` text NOT NULL,
	`jurisdiction` text NOT NULL,
	`language` text NOT NULL,
	`origins` text NOT NULL,
	`gpc_since` integer NOT NULL,
	`created_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `api_tokens` (
	`tenant_id` text NOT NULL,
	`token_id` text NOT NULL,
	`every_tenant` integer NOT NULL,
	`role` text NOT NULL,
	`label` text NOT NULL,
	`secret_hash` text NOT NULL,
	`hint` text NOT NULL,
	`created_at` integer NOT NULL,
	`created_by` text NOT NULL,
	`expires_at` integer,
	`revoked_at` integer,
	`last_used_at` integer,
	PRIMARY KEY(`tenant_id`, `token_id`)
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `api_tokens_secret` ON `api_tokens` (`secret_hash`);--> statement-breakpoint
CREATE TABLE `idempotency_keys` (
	`tenant_id` text NOT NULL,
	`caller` text NOT NULL,
	`idempotency_key` text NOT NULL,
	`operation` text NOT NULL,
	`fingerprint` text NOT NULL,
	`result` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `caller`, `idempotency_key`)
) STRICT;
--> statement-breakpoint
CREATE INDEX `idempotency_keys_age` ON `idempotency_keys` (`tenant_id`,`created_at`);--> statement-breakpoint
CREATE TABLE `consent_events` (
	`tenant_id` text NOT NULL,
	`event_id` text NOT NULL,
	`subject_id` text NOT NULL,
	`subject_kind` text NOT NULL,
	`purpose_id` text NOT NULL,
	`seq` integer NOT NULL,
	`status` text NOT NULL,
	`consent_type` text NOT NULL,
	`purpose_version` text NOT NULL,
	`notice_id` text NOT NULL,
	`notice_major` integer NOT NULL,
	`notice_minor` integer NOT NULL,
	`notice_hash` text NOT NULL,
	`language` text NOT NULL,
	`controllers` text NOT NULL,
	`act` text NOT NULL,
	`method` text NOT NULL,
	`source` text NOT NULL,
	`jurisdiction` text NOT NULL,
	`evidence_sealed` blob,
	`recorded_at` integer NOT NULL,
	`expires_at` integer,
	`policy_hash` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `event_id`)
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `consent_events_current` ON `consent_events` (`tenant_id`,`subject_id`,`purpose_id`,`seq`);--> statement-breakpoint
CREATE INDEX `consent_events_expiry` ON `consent_events` (`tenant_id`,`expires_at`);--> statement-breakpoint
CREATE INDEX `consent_events_recorded` ON `consent_events` (`tenant_id`,`recorded_at`);--> statement-breakpoint
CREATE TABLE `subject_links` (
	`tenant_id` text NOT NULL,
	`visitor_id` text NOT NULL,
	`account_id` text NOT NULL,
	`linked_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `visitor_id`)
) STRICT;
--> statement-breakpoint
CREATE INDEX `subject_links_account` ON `subject_links` (`tenant_id`,`account_id`);--> statement-breakpoint
CREATE INDEX `subject_links_linked` ON `subject_links` (`tenant_id`,`linked_at`);--> statement-breakpoint
CREATE TABLE `visits` (
	`tenant_id` text NOT NULL,
	`visit_id` text NOT NULL,
	`occurred_at` integer NOT NULL,
	`portal` text NOT NULL,
	`subject_id` text,
	`life` text NOT NULL,
	`address_sealed` blob,
	`user_agent_sealed` blob,
	`address_index` text,
	`network` text,
	`browser` text NOT NULL,
	`browser_major` text NOT NULL,
	`platform` text NOT NULL,
	`robot` integer NOT NULL,
	`policy_hash` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `visit_id`)
) STRICT;
--> statement-breakpoint
CREATE INDEX `visits_life` ON `visits` (`tenant_id`,`life`,`occurred_at`,`visit_id`);--> statement-breakpoint
CREATE INDEX `visits_subject` ON `visits` (`tenant_id`,`subject_id`,`occurred_at`);--> statement-breakpoint
CREATE INDEX `visits_address` ON `visits` (`tenant_id`,`address_index`);--> statement-breakpoint
CREATE TABLE `visit_days` (
	`tenant_id` text NOT NULL,
	`day` text NOT NULL,
	`portal` text NOT NULL,
	`browser` text NOT NULL,
	`platform` text NOT NULL,
	`visits` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `day`, `portal`, `browser`, `platform`)
) STRICT;
--> statement-breakpoint
CREATE TABLE `imports` (
	`tenant_id` text NOT NULL,
	`import_id` text NOT NULL,
	`kind` text NOT NULL,
	`source_index` text NOT NULL,
	`position` integer NOT NULL,
	`accepted` integer NOT NULL,
	`rejected` integer NOT NULL,
	`rejected_bytes` integer NOT NULL,
	`started_at` integer NOT NULL,
	`finished_at` integer,
	PRIMARY KEY(`tenant_id`, `import_id`)
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `imports_source` ON `imports` (`tenant_id`,`kind`,`source_index`);--> statement-breakpoint
CREATE TABLE `profiles` (
	`tenant_id` text NOT NULL,
	`subject_id` text NOT NULL,
	`account_sealed` blob,
	`name_sealed` blob,
	`title_sealed` blob,
	`email_sealed` blob,
	`email_index` text,
	`interests_sealed` blob,
	`city_sealed` blob,
	`country_sealed` blob,
	`version` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`last_activity_at` integer NOT NULL,
	`policy_hash` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `subject_id`)
) STRICT;
--> statement-breakpoint
CREATE INDEX `profiles_email` ON `profiles` (`tenant_id`,`email_index`);--> statement-breakpoint
CREATE INDEX `profiles_activity` ON `profiles` (`tenant_id`,`last_activity_at`);--> statement-breakpoint
CREATE TABLE `associations` (
	`tenant_id` text NOT NULL,
	`association_id` text NOT NULL,
	`subject_id` text,
	`doi` text NOT NULL,
	`role` text NOT NULL,
	`item_version` text NOT NULL,
	`visibility` text NOT NULL,
	`title_sealed` blob,
	`name_sealed` blob NOT NULL,
	`orcid_sealed` blob,
	`published_on` text,
	`ground` text,
	`review_at` integer,
	`version` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`minimised_at` integer,
	`policy_hash` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `association_id`)
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `associations_subject` ON `associations` (`tenant_id`,`subject_id`,`doi`);--> statement-breakpoint
CREATE INDEX `associations_item` ON `associations` (`tenant_id`,`doi`);--> statement-breakpoint
CREATE INDEX `associations_updated` ON `associations` (`tenant_id`,`visibility`,`updated_at`);--> statement-breakpoint
CREATE TABLE `holds` (
	`tenant_id` text NOT NULL,
	`hold_id` text NOT NULL,
	`kind` text NOT NULL,
	`subject_id` text,
	`category` text,
	`reference` text NOT NULL,
	`placed_at` integer NOT NULL,
	`placed_by` text NOT NULL,
	`until_at` integer,
	`released_at` integer,
	`released_by` text,
	PRIMARY KEY(`tenant_id`, `hold_id`)
) STRICT;
--> statement-breakpoint
CREATE INDEX `holds_active` ON `holds` (`tenant_id`,`released_at`,`subject_id`);--> statement-breakpoint
CREATE TABLE `retention_plans` (
	`tenant_id` text NOT NULL,
	`plan_id` text NOT NULL,
	`as_of` integer NOT NULL,
	`digest` text NOT NULL,
	`policy_hash` text NOT NULL,
	`plan` text NOT NULL,
	`created_at` integer NOT NULL,
	`created_by` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `plan_id`)
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `retention_plans_digest` ON `retention_plans` (`tenant_id`,`digest`,`plan_id`);--> statement-breakpoint
CREATE TABLE `sweeps` (
	`tenant_id` text NOT NULL,
	`sweep_id` text NOT NULL,
	`as_of` integer NOT NULL,
	`status` text NOT NULL,
	`plan_digest` text,
	`policy_hash` text NOT NULL,
	`requested_by` text NOT NULL,
	`approved_by` text,
	`started_at` integer NOT NULL,
	`finished_at` integer,
	`failure` text,
	`certificate_id` text,
	PRIMARY KEY(`tenant_id`, `sweep_id`)
) STRICT;
--> statement-breakpoint
CREATE INDEX `sweeps_started` ON `sweeps` (`tenant_id`,`started_at`);--> statement-breakpoint
CREATE TABLE `sweep_steps` (
	`tenant_id` text NOT NULL,
	`sweep_id` text NOT NULL,
	`rule_id` text NOT NULL,
	`position` integer NOT NULL,
	`status` text NOT NULL,
	`due` integer NOT NULL,
	`held` integer NOT NULL,
	`treated` integer NOT NULL,
	`suppressed` integer NOT NULL,
	`batches` integer NOT NULL,
	`remaining` integer,
	`cursor` text,
	PRIMARY KEY(`tenant_id`, `sweep_id`, `rule_id`)
) STRICT;
--> statement-breakpoint
CREATE TABLE `certificates` (
	`tenant_id` text NOT NULL,
	`certificate_id` text NOT NULL,
	`kind` text NOT NULL,
	`issued_at` integer NOT NULL,
	`body` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `certificate_id`)
) STRICT;
--> statement-breakpoint
CREATE TABLE `erasures` (
	`tenant_id` text NOT NULL,
	`erasure_id` text NOT NULL,
	`subject_id` text,
	`status` text NOT NULL,
	`started_at` integer NOT NULL,
	`finished_at` integer,
	`outcome` text,
	PRIMARY KEY(`tenant_id`, `erasure_id`)
) STRICT;
--> statement-breakpoint
CREATE INDEX `erasures_subject` ON `erasures` (`tenant_id`,`subject_id`);--> statement-breakpoint
CREATE TABLE `leases` (
	`tenant_id` text NOT NULL,
	`name` text NOT NULL,
	`holder` text NOT NULL,
	`fence` integer NOT NULL,
	`expires_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `name`)
) STRICT;
--> statement-breakpoint
CREATE TABLE `job_runs` (
	`tenant_id` text NOT NULL,
	`run_key` text NOT NULL,
	`job` text NOT NULL,
	`holder` text NOT NULL,
	`status` text NOT NULL,
	`started_at` integer NOT NULL,
	`finished_at` integer,
	`failure` text,
	PRIMARY KEY(`tenant_id`, `run_key`)
) STRICT;
--> statement-breakpoint
CREATE INDEX `job_runs_job` ON `job_runs` (`tenant_id`,`job`,`started_at`);--> statement-breakpoint
CREATE TABLE `audit_entries` (
	`tenant_id` text NOT NULL,
	`entry_id` text NOT NULL,
	`recorded_at` integer NOT NULL,
	`actor` text NOT NULL,
	`role` text NOT NULL,
	`action` text NOT NULL,
	`subject` text,
	`policy_hash` text NOT NULL,
	`request_id` text NOT NULL,
	`detail` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `entry_id`)
) STRICT;
--> statement-breakpoint
CREATE INDEX `audit_entries_subject` ON `audit_entries` (`tenant_id`,`subject`);--> statement-breakpoint
CREATE INDEX `audit_entries_action` ON `audit_entries` (`tenant_id`,`action`,`entry_id`);--> statement-breakpoint
CREATE TABLE `evidence_unlocks` (
	`tenant_id` text NOT NULL,
	`unlock_id` text NOT NULL,
	`reason` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `unlock_id`)
) STRICT;
