CREATE TABLE `policy_sets` (
	`tenant_id` text NOT NULL,
	`hash` text NOT NULL,
	`content` text NOT NULL,
	`first_loaded_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `hash`)
) STRICT;
--> statement-breakpoint
CREATE TABLE `register_facts` (
	`tenant_id` text NOT NULL,
	`kind` text NOT NULL,
	`entity_id` text NOT NULL,
	`version` integer NOT NULL,
	`value` text,
	`valid_from` integer NOT NULL,
	`valid_until` integer,
	`recorded_at` integer NOT NULL,
	`recorded_by` text NOT NULL,
	`reason` text,
	`policy_hash` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `kind`, `entity_id`, `version`)
) STRICT;
--> statement-breakpoint
CREATE INDEX `register_facts_recorded` ON `register_facts` (`tenant_id`,`recorded_at`);--> statement-breakpoint
CREATE TABLE `breach_events` (
	`tenant_id` text NOT NULL,
	`breach_id` text NOT NULL,
	`seq` integer NOT NULL,
	`kind` text NOT NULL,
	`occurred_at` integer NOT NULL,
	`recorded_at` integer NOT NULL,
	`recorded_by` text NOT NULL,
	`facts` text NOT NULL,
	`text_sealed` blob,
	`policy_hash` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `breach_id`, `seq`)
) STRICT;
--> statement-breakpoint
CREATE INDEX `breach_events_recorded` ON `breach_events` (`tenant_id`,`recorded_at`);--> statement-breakpoint
CREATE TABLE `outbox_messages` (
	`tenant_id` text NOT NULL,
	`message_id` text NOT NULL,
	`topic` text NOT NULL,
	`party` text NOT NULL,
	`channel` text NOT NULL,
	`target_sealed` blob NOT NULL,
	`payload_sealed` blob NOT NULL,
	`status` text NOT NULL,
	`attempts` integer NOT NULL,
	`created_at` integer NOT NULL,
	`next_attempt_at` integer,
	`delivered_at` integer,
	`failure` text,
	PRIMARY KEY(`tenant_id`, `message_id`)
) STRICT;
--> statement-breakpoint
CREATE INDEX `outbox_messages_due` ON `outbox_messages` (`tenant_id`,`status`,`next_attempt_at`);--> statement-breakpoint
CREATE INDEX `outbox_messages_topic` ON `outbox_messages` (`tenant_id`,`topic`,`created_at`);--> statement-breakpoint
ALTER TABLE `tenants` ADD `region` text;--> statement-breakpoint
ALTER TABLE `disclosures` ADD `recipient` text;