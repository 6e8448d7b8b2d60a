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
CREATE INDEX `first_sights_last` ON `first_sights` (`tenant_id`,`holder`,`entry`,`last_seen`);