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
ALTER TABLE `sweep_steps` ADD `kept` text;