CREATE TABLE `import_marks` (
	`tenant_id` text NOT NULL,
	`import_id` text NOT NULL,
	`position` integer NOT NULL,
	`prefix_index` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `import_id`, `position`)
) STRICT;
--> statement-breakpoint
CREATE TABLE `retention_approvals` (
	`tenant_id` text NOT NULL,
	`rule_id` text NOT NULL,
	`reach` text NOT NULL,
	`sweep_id` text NOT NULL,
	`approved_by` text,
	`approved_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `rule_id`)
) STRICT;
--> statement-breakpoint
CREATE TABLE `clock_marks` (
	`tenant_id` text PRIMARY KEY NOT NULL,
	`seen_at` integer NOT NULL,
	`server_offset` integer NOT NULL,
	`confirmed_at` integer,
	`confirmed_by` text
) STRICT;
--> statement-breakpoint
CREATE TABLE `key_generations` (
	`tenant_id` text NOT NULL,
	`bucket` integer NOT NULL,
	`generation` integer NOT NULL,
	`under_way` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `bucket`)
) STRICT;
--> statement-breakpoint
ALTER TABLE `holds` ADD `known_as_sealed` blob;--> statement-breakpoint
ALTER TABLE `sweep_steps` ADD `people` integer;--> statement-breakpoint
ALTER TABLE `sweep_steps` ADD `digest` text;--> statement-breakpoint
ALTER TABLE `sweep_steps` ADD `reach` text;--> statement-breakpoint
ALTER TABLE `sweep_steps` ADD `waits_for` text;--> statement-breakpoint
ALTER TABLE `sweep_steps` ADD `waits_in_words` text;--> statement-breakpoint
ALTER TABLE `sweep_steps` ADD `approved_by` text;--> statement-breakpoint
ALTER TABLE `sweep_steps` ADD `certificate_id` text;--> statement-breakpoint
CREATE INDEX `sweep_steps_status` ON `sweep_steps` (`status`,`tenant_id`);--> statement-breakpoint
ALTER TABLE `erasures` ADD `held` text;--> statement-breakpoint
ALTER TABLE `erasures` ADD `order_sealed` blob;