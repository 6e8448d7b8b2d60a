CREATE TABLE `unconfirmed_requests` (
	`tenant_id` text NOT NULL,
	`unconfirmed_id` text NOT NULL,
	`mailbox_index` text NOT NULL,
	`network_index` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`mail` text NOT NULL,
	`mail_attempts` integer NOT NULL,
	`mail_due_at` integer,
	`asked_sealed` blob,
	PRIMARY KEY(`tenant_id`, `unconfirmed_id`)
) STRICT;
--> statement-breakpoint
CREATE INDEX `unconfirmed_requests_mail` ON `unconfirmed_requests` (`tenant_id`,`mail`,`mail_due_at`);--> statement-breakpoint
CREATE INDEX `unconfirmed_requests_expires` ON `unconfirmed_requests` (`tenant_id`,`expires_at`);