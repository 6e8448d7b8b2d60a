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
ALTER TABLE `profiles` ADD `warned_for` integer;--> statement-breakpoint
ALTER TABLE `profiles` ADD `warned_at` integer;--> statement-breakpoint
ALTER TABLE `profiles` ADD `warned_with` text;--> statement-breakpoint
ALTER TABLE `profiles` ADD `warning_message` text;--> statement-breakpoint
ALTER TABLE `sweeps` ADD `review_id` text;--> statement-breakpoint
ALTER TABLE `sweep_steps` ADD `unwarned` integer;