CREATE TABLE `notice_texts` (
	`tenant_id` text NOT NULL,
	`notice_hash` text NOT NULL,
	`notice_id` text NOT NULL,
	`version` text NOT NULL,
	`language` text NOT NULL,
	`text` text NOT NULL,
	`first_loaded_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `notice_hash`)
) STRICT;
--> statement-breakpoint
CREATE INDEX `notice_texts_version` ON `notice_texts` (`tenant_id`,`notice_id`,`version`,`language`);--> statement-breakpoint
CREATE TABLE `suppressions` (
	`tenant_id` text NOT NULL,
	`token` text NOT NULL,
	`kind` text NOT NULL,
	`erasure_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `token`)
) STRICT;
--> statement-breakpoint
CREATE INDEX `suppressions_erasure` ON `suppressions` (`tenant_id`,`erasure_id`);--> statement-breakpoint
CREATE INDEX `suppressions_expiry` ON `suppressions` (`tenant_id`,`expires_at`);--> statement-breakpoint
CREATE TABLE `disclosures` (
	`tenant_id` text NOT NULL,
	`disclosure_id` text NOT NULL,
	`kind` text NOT NULL,
	`purpose` text NOT NULL,
	`reference` text,
	`target` text NOT NULL,
	`status` text NOT NULL,
	`requested_by` text NOT NULL,
	`requested_at` integer NOT NULL,
	`decided_by` text,
	`decided_at` integer,
	`expires_at` integer NOT NULL,
	`used_at` integer,
	PRIMARY KEY(`tenant_id`, `disclosure_id`)
) STRICT;
--> statement-breakpoint
CREATE INDEX `disclosures_requested` ON `disclosures` (`tenant_id`,`requested_at`);--> statement-breakpoint
CREATE TABLE `audit_pending` (
	`tenant_id` text NOT NULL,
	`entry_id` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `entry_id`)
) STRICT;
--> statement-breakpoint
CREATE TABLE `log_leaves` (
	`tenant_id` text NOT NULL,
	`leaf_index` integer NOT NULL,
	`entry_id` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `leaf_index`)
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `log_leaves_entry` ON `log_leaves` (`tenant_id`,`entry_id`);--> statement-breakpoint
CREATE TABLE `log_tiles` (
	`tenant_id` text NOT NULL,
	`level` integer NOT NULL,
	`tile_index` integer NOT NULL,
	`hashes` blob NOT NULL,
	PRIMARY KEY(`tenant_id`, `level`, `tile_index`)
) STRICT;
--> statement-breakpoint
CREATE TABLE `log_heads` (
	`tenant_id` text PRIMARY KEY NOT NULL,
	`generation` integer NOT NULL,
	`origin` text NOT NULL,
	`size` integer NOT NULL,
	`checkpoint` text,
	`checkpoint_size` integer NOT NULL,
	`signed_at` integer,
	`updated_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `log_witnessed` (
	`tenant_id` text NOT NULL,
	`generation` integer NOT NULL,
	`size` integer NOT NULL,
	`checkpoint` text NOT NULL,
	`witnessed_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `generation`, `size`)
) STRICT;
