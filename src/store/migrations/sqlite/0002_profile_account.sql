PRAGMA foreign_keys=OFF;--> statement-breakpoint
CREATE TABLE `__new_profiles` (
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
INSERT INTO `__new_profiles`("tenant_id", "subject_id", "account_sealed", "name_sealed", "title_sealed", "email_sealed", "email_index", "interests_sealed", "city_sealed", "country_sealed", "version", "created_at", "updated_at", "last_activity_at", "policy_hash") SELECT "tenant_id", "subject_id", "account_sealed", "name_sealed", "title_sealed", "email_sealed", "email_index", "interests_sealed", "city_sealed", "country_sealed", "version", "created_at", "updated_at", "last_activity_at", "policy_hash" FROM `profiles`;--> statement-breakpoint
DROP TABLE `profiles`;--> statement-breakpoint
ALTER TABLE `__new_profiles` RENAME TO `profiles`;--> statement-breakpoint
PRAGMA foreign_keys=ON;--> statement-breakpoint
CREATE INDEX `profiles_email` ON `profiles` (`tenant_id`,`email_index`);--> statement-breakpoint
CREATE INDEX `profiles_activity` ON `profiles` (`tenant_id`,`last_activity_at`);